"""Checks of sequence_labeling. Nothing is forbidden: whoever has written rnn_cell may take nn.RNN. The logits of
masked_accuracy are drawn, but where the largest are is set, so that each way to count wrongly shows with every seed."""

import torch
from torch.nn.functional import one_hot

from autograder.checks.ch10_recurrent._shared import LAYER, OUTPUT, SEQUENCE, SIZES, in_other_order
from autograder.spec import Exercise, drawn, filled, real, rows, tensor

exercise = Exercise(entry=("label_sequence", "masked_accuracy"), sizes=SIZES)
PARAMS = {**LAYER, **OUTPUT}

label_sequence = exercise.call(
    "label_sequence", inputs={**SEQUENCE, "params": PARAMS}, axes=("steps", "batch", "classes")
)


def scores(predicted, classes):
    """Logits (T, n, classes) whose largest are those of the classes that are predicted."""
    found = torch.tensor(predicted)

    def draw(d):
        noise = torch.rand(*found.shape, classes, generator=d.generator, dtype=torch.float64)
        return torch.round(noise + 1.5 * one_hot(found, classes) - 2.0, decimals=2).to(d.dtype)

    return drawn(draw)


def table(*cases):
    """Rows of (predicted, classes, labels, mask)."""
    return rows(
        "logits labels mask",
        *((scores(p, c), tensor(y, torch.int64), tensor(m, torch.bool)) for p, c, y, m in cases),
    )


def by_chance(mask, masked=None):
    """A row in which labels are drawn for a mask. The first one is right. masked: what stands where it is False, if anything."""

    def labels(d):
        counted = torch.tensor(mask).bool()
        found = torch.randint(3, counted.shape, generator=d.generator)
        found[0, 0] = 0
        return found if masked is None else found.where(counted, masked)

    return [
        {"logits": scores([[0] * len(m) for m in mask], 3), "labels": drawn(labels), "mask": tensor(mask, torch.bool)}
    ]


FULL = [[1, 1], [1, 1], [1, 1]]
# As many positions count at each step, and in each sequence: the mean of their shares is the share. All are of two decimals.
EVEN = table(
    ([[0, 4], [2, 1], [3, 0], [1, 2]], 5, [[0, 3], [1, 1], [3, 0], [1, 4]], [[1, 0], [0, 1], [1, 0], [0, 1]]),
    ([[0, 1, 2], [2, 2, 1], [1, 0, 0]], 3, [[1, 1, 2], [0, 1, 1], [2, 2, 0]], [[1, 1, 0], [0, 1, 1], [1, 0, 1]]),
    ([[1, 0], [0, 1]], 2, [[1, 1], [0, 1]], [[1, 0], [0, 1]]),
)
EVEN += 2 * by_chance([[1] * 10] * 10)
# Padded sequences of 4, 2 and 1 steps; one that counts at its last step alone; and one that lacks a step.
UNEVEN = table(
    (
        [[0, 4, 2], [2, 0, 1], [1, 3, 0], [4, 2, 1]],
        5,
        [[0, 3, 2], [2, 1, 4], [1, 3, 0], [3, 2, 1]],
        [[1, 1, 1], [1, 1, 0], [1, 0, 0], [1, 0, 0]],
    ),
    ([[1, 0], [0, 3], [2, 2]], 4, [[1, 1], [0, 0], [1, 2]], [[1, 0], [1, 0], [1, 1]]),
    ([[1, 0], [0, 1]], 2, [[1, 0], [1, 1]], [[1, 1], [0, 1]]),
)
UNEVEN += 2 * by_chance([[int(t <= 12 - i) for i in range(9)] for t in range(12)])
IGNORED = table(
    ([[0, 2], [1, 1], [2, 0]], 3, [[1, -100], [-1, 3], [2, 7]], [[1, 0], [0, 0], [1, 0]]),
    ([[0, 1, 1]], 2, [[0, 10**12, 1]], [[1, 0, 1]]),
)
IGNORED += by_chance([[int((t + i) % 2 == 0) for i in range(10)] for t in range(10)], -100)
NONE_RIGHT = table(([[0, 2], [1, 1], [2, 0]], 3, [[1, 1], [0, 2], [0, 2]], FULL))
SMALL = table(([[2]], 3, [[2]], [[1]]), ([[0], [0]], 1, [[0], [0]], [[0], [1]]), ([[1, 0]], 4, [[1, 2]], [[1, 1]]))
EMPTY = table(([[0, 2], [1, 1], [2, 0]], 3, [[0, 2], [1, 1], [2, 0]], [[0, 0]] * 3), ([[1]], 2, [[-100]], [[0]]))

masked_accuracy = exercise.call(
    "masked_accuracy",
    logits=scores([[0, 2], [1, 1], [2, 0]], 3),
    labels=tensor([[0, 1], [1, 2], [2, 2]], torch.int64),
    mask=tensor(FULL, torch.bool),
    then=real,
)


@label_sequence.check(points=0.75, cases=rows("steps H", (1, filled(0.0, "batch", "num_hiddens"))))
def labels_a_single_step():
    """at a single step from a state of zeros, label_sequence is tanh(X W_xh + b_h) W_hq + b_q, (1, n, c)"""


@label_sequence.check(
    points=2, cases=rows("steps batch num_inputs num_hiddens classes", (3, 4, 2, 5, 6), (4, 4, 3, 3, 3))
)
def labels_every_step():
    """label_sequence has the logits of every step (T, n, c), each from the state that has read up to that step"""


@label_sequence.check(
    points=0.5, cases=rows("steps batch num_inputs num_hiddens classes", (3, 1, 1, 2, 1), (2, 4, 3, 1, 2))
)
def labels_at_the_limits():
    """label_sequence keeps all three axes where there is one sequence, one input, one unit or one class"""


@label_sequence.check(points=0.25, params=in_other_order(PARAMS))
def reads_parameters_by_name():
    """label_sequence takes the parameters by their names, in whatever order the dict holds them"""


@masked_accuracy.check(points=2, cases=EVEN)
def counts_where_the_mask_says_so():
    """masked_accuracy is the share of the counted positions that are right, wherever these lie"""


@masked_accuracy.check(points=0.75, cases=UNEVEN)
def weighs_all_positions_alike():
    """masked_accuracy weighs all counted positions alike, also where sequences or steps have more of them than others"""


@masked_accuracy.check(points=0.5, cases=IGNORED)
def takes_any_label_that_is_masked():
    """masked_accuracy takes -100 or any other integer for the label of a position that does not count"""


@masked_accuracy.check(points=0.25, needs=counts_where_the_mask_says_so, cases=SMALL + NONE_RIGHT)
def counts_at_the_limits():
    """masked_accuracy works for one step, one sequence and one class, and is 0 where nothing is right"""


@masked_accuracy.refuses(points=0.5, cases=EMPTY + NONE_RIGHT + EVEN[:1], needs=())
def refuses_a_mask_without_positions():
    """masked_accuracy raises ValueError if no position counts, and only then"""


@masked_accuracy.check(points=0.25, cases=EVEN)
def takes_logits_with_a_graph(student, logits, labels, mask):
    """masked_accuracy takes logits that require a gradient"""
    return real(student.masked_accuracy(logits.clone().requires_grad_(), labels, mask))


returns_a_float = exercise.returns_python_numbers(
    "masked_accuracy returns a Python float",
    points=0.5,
    name="returns_a_float",
    about=[counts_where_the_mask_says_so, weighs_all_positions_alike],
)
exercise.lets_gradients_through(
    "label_sequence lets gradients flow back through all steps, to the inputs, to the first state and to the five parameters",
    points=0.75,
    about=label_sequence,
)
exercise.keeps_the_dtype("label_sequence works in float64 too, to its full precision", points=0.5, about=label_sequence)
leaves_its_inputs_alone = exercise.leaves_its_inputs_alone("both leave their arguments unchanged", points=0.25)
exercise.takes_views("both work for tensors that are views of others, as X.mT is", points=0.25)

exercise.hint(
    """Draw three boxes for three steps. An arrow comes into each from below, with the input, and one from the left, with the
    state. Which arrow leaves it upwards, and what is on its way?"""
)
exercise.hint(
    """Inside the loop, first the new state, then its logits: H = ..., and then H @ W_hq + b_q. The state that goes on to the
    next step is H itself, not the logits. No softmax, because the loss has it.""",
    helps=label_sequence,
)
exercise.hint(
    """A list of T tensors (n, c) becomes (T, n, c) by torch.stack. Names, not places: params["W_hq"].""",
    helps=label_sequence,
)
exercise.hint(
    """logits.argmax(dim=2) has the shape (T, n), as labels and mask have. Compared with labels it is True where the position is
    right. Two numbers are left to be counted: how many positions count, and how many of these are right.""",
    helps=masked_accuracy,
)
exercise.hint(
    """A bool mask as an index, right[mask], takes the elements where it is True, from anywhere, in one row. The mean over that row
    weighs all of them alike, while a mean for each sequence first does not.""",
    helps=masked_accuracy,
)
exercise.hint(
    """If mask has no True in it, the mean is NaN, or a division by 0. Ask mask.any() first, and raise ValueError. And .item()
    makes a Python float of a tensor.""",
    helps=[refuses_a_mask_without_positions, returns_a_float],
)

exercise.equivalent("another axis: 2 -> -1", "logits have three axes.")
