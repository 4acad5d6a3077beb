"""Checks of sequence_classifier. Lengths are drawn so that there is a sequence of one step, one without padding, and
others."""

import torch

from autograder.checks.ch10_recurrent._shared import LAYER, OUTPUT, SEQUENCE, SIZES, in_other_order
from autograder.spec import LEFT_OUT, Exercise, drawn, error_of, lengths, normal, right_parts, rows, tensor

exercise = Exercise(
    entry=("last_state", "mean_state", "classify_sequence"), sizes={**SIZES, "steps": (4, 7), "batch": (3, 6)}
)
REAL = lengths("batch", of="steps", among=(1, "steps", -1, 2))
ALL_SHORT = rows("lengths", lengths("batch", of="steps", among=(1, -1)))
PADDED = {"outputs": normal("steps", "batch", "num_hiddens"), "lengths": REAL}
PARAMS = {**LAYER, **OUTPUT}

last_state = exercise.call("last_state", **PADDED, axes=("batch", "num_hiddens"))
mean_state = exercise.call("mean_state", **PADDED, axes=("batch", "num_hiddens"))


def of_each(outputs, lengths):
    """The states of the real steps of each sequence."""
    if min(lengths) < 1 or max(lengths) > len(outputs):
        raise ValueError("an impossible length")
    return [outputs[:length, i] for i, length in enumerate(lengths.tolist())]


RIGHT = {
    "last_state": lambda outputs, lengths: torch.stack([states[-1] for states in of_each(outputs, lengths)]),
    "mean_state": lambda outputs, lengths: torch.stack([states.mean(dim=0) for states in of_each(outputs, lengths)]),
}


@exercise.call(inputs={**SEQUENCE, "lengths": REAL, "params": PARAMS, "pool": "last"}, axes=("batch", "classes"))
def classify_sequence(student, inputs, lengths, H, params, pool=None):
    pooled = () if pool is None else (pool,)
    with right_parts(student, "classify_sequence", **RIGHT):
        return student.classify_sequence(inputs, lengths, H, params, *pooled)


def filled_up(*values):
    """Three sequences of 2, 4 and 1 steps, of 4, with these values in the padding."""

    def draw(d):
        found = torch.randn(4, 3, 5, generator=d.generator, dtype=torch.float64).round(decimals=2)
        padding = torch.arange(4)[:, None] >= torch.tensor([2, 4, 1])
        found[padding] = torch.tensor(values, dtype=torch.float64).repeat(5, 1).T.flatten()[:25].reshape(5, 5)
        return found.to(d.dtype)

    return {"outputs": drawn(draw), "lengths": tensor([2, 4, 1], torch.int64)}


nan, inf = float("nan"), float("inf")
ANYTHING = [filled_up(*(nan,) * 5), filled_up(inf, -inf, 3e38, nan, 7.0), filled_up(nan, 9.0, 9.0, inf, 0.0)]
SMALL = rows(
    "steps batch num_hiddens lengths",
    *(
        (*sizes, tensor(n, torch.int64))
        for *sizes, n in ((1, 3, 2, [1, 1, 1]), (4, 1, 3, [2]), (3, 2, 1, [3, 1]), (3, 3, 3, [2, 3, 1]))
    ),
)
IMPOSSIBLE = rows(
    "steps batch lengths",
    *(
        (4, 3, tensor(n, torch.int64))
        for n in ([2, 0, 3], [5, 1, 4], [1, 2, -1], [0, 0, 0], [9, 9, 9], [4, 4, 4], [1, 1, 1])
    ),
)


@last_state.check(points=1.25, also=ALL_SHORT)
def takes_the_last_real_step():
    """last_state is outputs[lengths[i] - 1, i] for sequence i, (n, h)"""


@mean_state.check(points=1.75, also=ALL_SHORT)
def takes_the_mean_of_the_real_steps():
    """mean_state is the mean of outputs[: lengths[i], i] for sequence i, (n, h)"""


@last_state.check(points=0.25, cases=ANYTHING)
def last_state_ignores_the_padding():
    """last_state takes no notice of what stands in the padding, NaN and inf included"""


@mean_state.check(points=0.5, cases=ANYTHING)
def mean_state_ignores_the_padding():
    """mean_state takes no notice of what stands in the padding, NaN and inf included"""


@last_state.check(points=0.25, cases=SMALL)
def last_state_at_the_limits():
    """last_state keeps both axes where there is one step, one sequence or one unit"""


@mean_state.check(points=0.25, cases=SMALL)
def mean_state_at_the_limits():
    """mean_state keeps both axes where there is one step, one sequence or one unit"""


@last_state.refuses(points=0.5, cases=IMPOSSIBLE)
def last_state_refuses_impossible_lengths():
    """last_state raises ValueError if a length is below 1 or above T, and only then"""


@mean_state.refuses(points=0.5, cases=IMPOSSIBLE)
def mean_state_refuses_impossible_lengths():
    """mean_state raises ValueError if a length is below 1 or above T, and only then"""


@classify_sequence.check(points=1.25, cases=rows("pool", "last", LEFT_OUT))
def classifies_by_the_last_state():
    """classify_sequence makes logits (n, c) of the last real state of each sequence, as its default"""


@classify_sequence.check(points=0.75, pool="mean")
def classifies_by_the_mean():
    """classify_sequence makes logits of the mean of the real states where pool is "mean" """


@classify_sequence.check(points=0.25, params=in_other_order(PARAMS))
def reads_parameters_by_name():
    """classify_sequence takes the parameters by their names, in whatever order the dict holds them"""


@classify_sequence.check(
    points=0.5, needs=classifies_by_the_last_state, cases=rows("pool", "max", "") + IMPOSSIBLE[:3] + IMPOSSIBLE[5:6]
)
def refuses_what_is_impossible(student, inputs, lengths, H, params, pool):
    """classify_sequence raises ValueError for another pool than the two, and for an impossible length"""
    with right_parts(student, "classify_sequence", **RIGHT):
        return error_of(ValueError, student.classify_sequence, inputs, lengths, H, params, pool)


exercise.leaves_its_inputs_alone("all three leave their arguments unchanged", points=0.25)


@exercise.lets_gradients_through(points=0.5, zeros=True, about=[last_state, mean_state])
def padding_gets_no_gradient():
    """last_state and mean_state let gradients flow to the steps that count, and exactly 0 to all others, whatever
    stands there"""


@exercise.lets_gradients_through(points=0.5, about=[classifies_by_the_last_state, classifies_by_the_mean])
def lets_gradients_through():
    """classify_sequence lets gradients flow to the inputs, to H and to the five parameters"""


exercise.keeps_the_dtype("all three work in float64 too, to its full precision", points=0.5)
exercise.takes_views("all three work for tensors that are views of others, as X.mT is", points=0.25)

exercise.hint(
    """Draw the batch as a table, a row for each step and a column for each sequence, and cross out the padding. Which
    cell of each column does last_state want, and which cells does mean_state?"""
)
exercise.hint(
    """Two index tensors of the same length are taken pairwise: outputs[rows, columns] with rows (n,) and columns (n,)
    gives (n, h). The columns are 0, 1, ..., n - 1; the rows follow from lengths, because counting begins at 0.""",
    helps=last_state,
)
exercise.hint(
    """A comparison makes the mask: torch.arange(T)[:, None] < lengths has the shape (T, n), because (T, 1) meets
    (n,), and is True where a step is real.""",
    helps=mean_state,
)
exercise.hint(
    """NaN * 0 is NaN, so multiplying by a mask lets the padding through. torch.where and masked_fill put another
    value in its place, and the gradient there is exactly 0.""",
    helps=[mean_state_ignores_the_padding, padding_gets_no_gradient],
)
exercise.hint(
    """In Python outputs[-1] exists, so a length of 0 gives no error by itself: compare all lengths with 1 and with T,
    and raise ValueError if any is outside.""",
    helps=[last_state_refuses_impossible_lengths, mean_state_refuses_impossible_lengths, refuses_what_is_impossible],
)
exercise.hint(
    """classify_sequence is rnn, then last_state or mean_state of its outputs, then @ W_hq + b_q. The network may run
    on through the padding, because the states there are not used.""",
    helps=[classifies_by_the_last_state, classifies_by_the_mean],
)
