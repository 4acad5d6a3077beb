"""Checks of beam_search."""

from autograder.checks.ch12_sequence_to_sequence._shared import CERTAIN, LAST, model, problem
from autograder.spec import Exercise, Hypotheses, plain

exercise = Exercise(entry="beam_search")


@exercise.call(judge=Hypotheses(), then=plain, **problem(5, 0, 1, 1, 5))
def beam_search(student, log_p, bos, eos, beam_size, max_len, alpha):
    step = model(log_p, bos, eos, beam_size)
    return student.beam_search(step, bos, eos, beam_size, max_len, alpha)


@beam_search.check(
    points=1,
    cases=[
        problem(5, 0, 1, 1, 5, [{1: 3}, {1: 2}, {1: 0}]),
        problem(4, 3, 0, 1, 4, [{3: 0, 0: LAST}, {0: LAST}]),
        problem(6, 2, 5, 1, 3, [{5: 0}]),
        problem(5, 1, 3, 1, 1, [{3: 2}]),
        problem(4, 2, 1, 1, 3, [{1: LAST}]),
    ],
)
def follows_the_best_token():
    """with a beam of size 1, takes the most probable token until it is eos or max_len tokens are there"""


@exercise.returns_python_numbers(points=0.5)
def returns_python_numbers():
    """returns a list of tuples, each a list of ints and a float: no tensors"""


@beam_search.check(
    points=2,
    cases=[
        problem(5, 0, 4, 2, 3, [{4: LAST}]),
        problem(5, 3, 1, 3, 4, [{1: LAST}]),
        problem(6, 5, 0, 4, 3, [{0: LAST}]),
        problem(4, 1, 2, 2, 4, [{1: 0, 2: LAST}, {2: LAST}]),
    ],
)
def keeps_the_best_of_all():
    """keeps the beam_size best over all prefixes together, where no eos comes up"""


@beam_search.check(
    points=2.5,
    cases=[
        problem(5, 0, 2, 2, 4, [{2: 1}]),
        problem(5, 4, 0, 3, 4, [{0: 2}, {0: 0}, {0: 1}, {0: 1}]),
        problem(5, 1, 4, 3, 4, [{4: LAST}, {4: LAST}, {4: CERTAIN}, {}]),
        problem(5, 3, 1, 3, 1, [{1: 1}]),
        problem(4, 2, 3, 2, 4, [{3: 1}, {3: 0}, {3: 1}]),
        problem(5, 2, 0, 2, 4, [{1: CERTAIN, 0: 1}, {0: LAST}]),
    ],
)
def lets_finished_ones_leave():
    """puts sequences that end in eos aside, goes on with the rest, and returns all that were finished"""


@beam_search.check(
    points=0.5,
    cases=[
        problem(5, 0, 3, 1, 5, [{3: LAST, 0: 3}, {3: LAST, 0: 3}, {3: 0}], alpha=0.75),
        problem(5, 2, 0, 1, 4, [{0: LAST, 2: 3}], alpha=1.0),
        problem(4, 1, 2, 1, 4, [{2: LAST, 1: 2}, {2: 0}], alpha=0.5),
    ],
)
def divides_by_length():
    """divides the log-probability by len(tokens) ** alpha"""


@beam_search.check(
    points=1,
    needs=divides_by_length,
    cases=[
        problem(5, 0, 3, 2, 4, [{3: LAST}, {3: 1}], alpha=0.75),
        problem(5, 2, 0, 3, 4, [{0: LAST}, {0: 1}, {0: 0}, {0: 1}], alpha=1.0),
        problem(4, 1, 2, 2, 4, [{2: LAST}, {2: 1}], alpha=0.5),
    ],
)
def sorts_by_the_score():
    """searches by plain log-probability, whatever alpha is, and sorts what it found by the divided one"""


@beam_search.check(points=0.5, needs=divides_by_length, cases=[problem(5, 4, 1, 1, 3, [{1: LAST, 4: 3}], alpha=0.75)])
def has_a_default_alpha(student, log_p, bos, eos, beam_size, max_len):
    """takes alpha = 0.75 where none is given"""
    step = model(log_p, bos, eos, beam_size)
    return student.beam_search(step, bos, eos, beam_size, max_len)


@beam_search.check(
    points=0.5,
    judge=Hypotheses(ordered=False),
    cases=[problem(4, 2, 0, 6, 3, [{}, {0: 0}, {}]), problem(3, 0, 2, 20, 3), problem(4, 3, 1, 5, 1)],
)
def works_with_wide_beams():
    """works with a beam wider than the vocabulary, even wider than all continuations together"""


# In every row more tokens are possible than the beam is wide: what is impossible is never among the best.
@beam_search.check(
    points=0.5,
    judge=Hypotheses(ordered=False),
    cases=[
        problem(7, 0, 5, 3, 3, [{0: LAST, 5: LAST}], impossible=3),
        problem(5, 3, 0, 2, 4, [{0: LAST, 3: LAST}], impossible=2),
    ],
)
def copes_with_impossible_tokens():
    """works where some tokens have probability 0, that is log-probability -inf"""


@beam_search.check(points=0.5, cases=[problem(12, 7, 3, 1, 330, [{3: 11, 7: 10}], spacing=0.02, positions=7)])
def stays_finite_when_long():
    """works for sequences whose probability is too small for any float"""


@exercise.keeps_the_dtype(points=0.5)
def keeps_the_precision():
    """keeps the full precision of float64 log-probabilities"""


exercise.hint(
    """Begin with beam_size = 1 on paper: one prefix, one row of log-probabilities, one new token at a time. What has to
    be remembered between two steps? Two things: the prefix with bos, and its log-probability so far."""
)
exercise.hint(
    """step(prefixes) gives log-probabilities of the next token only. Add the totals of the prefixes, one a row:
    totals[:, None] + step(prefixes) has shape (k, V) and holds the total of every continuation.""",
    helps=[follows_the_best_token, keeps_the_best_of_all],
)
exercise.hint(
    """Flatten the (k, V) totals and take one topk of all of them. In the flat vector, place p belongs to
    prefix p // V and token p % V.""",
    helps=[keeps_the_best_of_all, lets_finished_ones_leave],
)
exercise.hint(
    """Every step takes beam_size continuations, the ones with eos among them, whatever was finished before: a finished
    one neither competes again nor makes the beam smaller for good. A mask tokens == eos splits what was taken: one part
    goes to the finished list, the rest are the next prefixes. Leave the loop if the rest is empty.""",
    helps=lets_finished_ones_leave,
)
exercise.hint(
    """The search itself compares plain log-probabilities. alpha comes in only when a sequence is finished: divide by
    the number of its tokens to the power alpha, bos not counted, eos counted.""",
    helps=[divides_by_length, sorts_by_the_score, has_a_default_alpha],
)
exercise.hint(
    """topk fails when asked for more than there is: take min(beam_size, number of candidates), and that number is
    k * V, not V.""",
    helps=works_with_wide_beams,
)
exercise.hint(
    """Add log-probabilities, never multiply probabilities, and pick them by index. A product with a mask of zeros
    makes NaN out of -inf. torch.zeros(...) is float32: give it the dtype of what step returns.""",
    helps=[copes_with_impossible_tokens, keeps_the_precision, stays_finite_when_long],
)
exercise.hint(""".tolist() of a tensor gives Python numbers, .item() one of them.""", helps=returns_python_numbers)
