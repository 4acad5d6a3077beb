"""Checks of masked_softmax. Nothing is forbidden: torch.softmax and masked_fill are what the exercise is about."""

import torch

from autograder.spec import LEFT_OUT, Close, Exercise, drawn, lengths, normal, rows, tensor

exercise = Exercise(entry="masked_softmax", sizes={"batch": (3, 5), "num_queries": (2, 5), "num_keys": (4, 7)})

AXES = ("batch", "num_queries", "num_keys")
# Two valid keys at least: over one, exp / sum has rounding errors for a gradient, in the place of 0.
by_item, empty_by_item = (lengths("batch", of="num_keys", among=(least, -1), low=2) for least in (2, 0))
by_query = lengths("batch", "num_queries", of="num_keys", among=(2, -1), low=2)
empty_by_query = lengths("batch", "num_queries", of="num_keys", among=(0, -1, 0), low=2)
one_by_item = lengths("batch", of="num_keys", among=(1, -1))
HIGH, LOW = 1e4, -1e4
LARGE = [
    [[LOW, HIGH, HIGH, HIGH], [HIGH, LOW, HIGH, HIGH], [LOW, LOW, LOW, HIGH]],
    [[HIGH, LOW, HIGH, HIGH], [LOW, LOW, HIGH, LOW], [0.0, LOW, HIGH, 0.0]],
]


def large(d):
    """Scores that are all as large as they may be, of either sign."""
    signs = 2 * torch.randint(0, 2, d.shape(AXES), generator=d.generator) - 1
    return (HIGH * signs).to(d.dtype)


LARGE_CASES = rows(
    "X valid_lens", (tensor(LARGE), tensor([1, 2])), (tensor(LARGE), None), (drawn(large, *AXES), by_item)
)
softmax = exercise.call("masked_softmax", X=normal(*AXES), valid_lens=by_item, axes=AXES)


@softmax.check(points=0.5, cases=rows("valid_lens", None, LEFT_OUT))
def softmax_without_lengths():
    """is the plain softmax over the keys where valid_lens is None"""


@softmax.check(points=1.75)
def masks_by_item():
    """leaves out the keys beyond valid_lens where that is (b,), one length an item of the batch"""


# Lengths (b, q) are left to few checks: who takes them for (b,) should not pay in all the others too.
@softmax.check(
    points=2, valid_lens=by_query, also=rows("batch num_queries valid_lens", (3, 3, by_query), (4, 4, by_item))
)
def masks_by_query():
    """leaves out the keys beyond valid_lens where that is (b, q), one length a query, also if b equals q"""


@softmax.check(points=1, cases=rows("valid_lens", empty_by_item, empty_by_query))
def spreads_evenly_at_length_zero():
    """gives each of the k keys 1/k in a row of length 0"""


@softmax.check(points=0.5, valid_lens=lengths("batch", of="num_keys", among=(-1, "num_keys", 9), beyond=3))
def takes_lengths_above_k():
    """takes a length of k and above as k: all keys count"""


@softmax.check(points=1, judge=Close(zeros=True), cases=LARGE_CASES)
def is_exact_at_large_scores():
    """is exact where scores are +1e4 and -1e4: never NaN, and masked keys weigh exactly 0"""


@softmax.check(
    points=0.25, cases=rows("batch num_queries", (1, 3), (4, 1), (1, 1)) * rows("valid_lens", by_item, by_query)
)
def works_with_axes_of_size_one():
    """works with one item or one query, and keeps these axes"""


@softmax.check(points=0.25, valid_lens=one_by_item, cases=rows("num_keys", 1, 6))
def weighs_an_only_key_fully():
    """gives an only valid key all the weight, also where k is 1"""


lets_gradients_through = exercise.lets_gradients_through(
    "lets gradients flow to the valid scores, and exactly none to masked ones",
    points=1,
    zeros=True,
    except_for=[spreads_evenly_at_length_zero, is_exact_at_large_scores, weighs_an_only_key_fully],
)


@exercise.lets_gradients_through(points=0.5, zeros=True, about=spreads_evenly_at_length_zero)
def has_no_gradient_at_length_zero():
    """has gradient 0, not NaN, in a row of length 0"""


leaves_the_scores_alone = exercise.leaves_its_inputs_alone(
    "leaves X unchanged, also where it works on a reshaped X", points=0.5, name="leaves_the_scores_alone"
)
exercise.keeps_the_dtype("works in float64 too, to its full precision", points=0.5)
exercise.takes_views("works for tensors that are views of others, as X.mT is", points=0.25)

exercise.hint(
    """A softmax divides by the sum over all keys. What does a masked key have to contribute to that sum, and which score
    does exp turn into that? Masking comes before the softmax."""
)
exercise.hint(
    """torch.arange(k) >= length says of each key whether it is masked. To compare with all lengths at once, give them an
    axis for the keys, of size 1, and where they are (b,) one for the queries too. Ask valid_lens.dim() which of the two
    you have: where b equals q the sizes cannot tell.""",
    helps=[masks_by_item, masks_by_query],
)
exercise.hint(
    """A row of nothing but minus infinity becomes 0 / 0, NaN. With one and the same number far below every real score, say
    -1e6, masked keys still weigh exactly 0, and a row of nothing but -1e6 becomes 1/k everywhere. Put it in the place of
    the scores: added to them, their differences remain.""",
    helps=[spreads_evenly_at_length_zero, has_no_gradient_at_length_zero, is_exact_at_large_scores],
)
exercise.hint(
    """X[masked] = ... and masked_fill_ write into X, and X.reshape(...) mostly shares its memory. X.masked_fill(masked,
    value), without the underscore, and torch.where make a new tensor.""",
    helps=leaves_the_scores_alone,
)
exercise.hint(
    """For lengths (b, q): masked = torch.arange(k) >= valid_lens.unsqueeze(-1); then
    torch.softmax(X.masked_fill(masked, -1e6), dim=-1). Lengths (b,) become (b, 1) first.""",
)
