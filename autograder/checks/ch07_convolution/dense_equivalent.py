"""Checks of dense_equivalent. A layer that slides a kernel is built in the run: if all its weights were inputs, rounding
would move each by itself, and they would not be shared any more."""

import torch
from torch.nn import functional as F

from autograder.checks.ch07_convolution._shared import IMAGE, KERNEL, SIDES, SIZES
from autograder.spec import Close, Exercise, drawn, filled, fitting, normal, rows, size, tensor

exercise = Exercise(
    entry=("dense2d", "correlation_weights", "kernel_of"),
    forbid="convolution",
    sizes=SIZES | {**dict.fromkeys(IMAGE, (5, 8)), "p": (2, 4), "q": (2, 4)},
)
SIZE = size("height"), size("width")
LIMITS = rows(SIDES, (4, 5, 1, 1), (3, 5, 3, 2), (4, 3, 2, 3), (1, 4, 1, 2), (4, 4, 2, 2))
WHOLE = rows(SIDES, (4, 5, 4, 5), (1, 1, 1, 1))  # kernels as large as the image: of one output
FITTING = rows(SIDES, (3, 4, 3, 4), (5, 2, 4, 2), (2, 6, 1, 5)) + rows(SIDES, (2, 5, 3, 2), (5, 2, 2, 3), (3, 5, 4, 6))
SPARSE = [[[0, 0, 0], [0, 1, 1]], [[0, 1], [0, 0]], [[1, 0, 0]], [[0, 0]], [[0]]]


def sliding(K, height, width):
    """The weights of the dense layer that slides K over images of this size."""
    down, right = height - K.shape[0] + 1, width - K.shape[1] + 1
    first = F.pad(K, (0, right - 1, 0, down - 1))
    return torch.stack([torch.stack([first.roll((i, j), (0, 1)) for j in range(right)]) for i in range(down)])


def sparse(places):
    """A kernel that is 0 but at these places."""
    kept = torch.tensor(places)
    return drawn(lambda d: torch.randint(1, 9, kept.shape, generator=d.generator).to(d.dtype) * kept)


def spoilt(change):
    """Weights (2, 3, 4, 6) that slide a kernel (3, 4) of ones and twos, after ``change`` was at them."""

    def draw(d):
        W = sliding(torch.randint(1, 3, (3, 4), generator=d.generator).to(d.dtype), 4, 6)
        change(W)
        return W

    return drawn(draw)


def plus(value, *place):
    return spoilt(lambda W: W[place].add_(value))


def from_each_place(field):
    """Weights whose every output looks at the same field of numbers, from its own place, however far away."""
    return tensor(torch.stack([torch.stack([field[1 - i :, 2 - j :][:4, :6] for j in range(3)]) for i in range(2)]))


FIELD = torch.arange(1.0, 41.0).reshape(5, 8)
UNSHARED = [plus(1.0, *place) for place in ((1, 2, 3, 5), (0, 1, 0, 1), (1, 0, 2, 2), (0, 0, 0, 0))]
UNSHARED += [normal(2, 3, 4, 6), plus(1.0, 1, slice(None), slice(1, 4), 2), plus(1.0, slice(None), 2, 1, slice(2, 6))]
UNLOCAL = [plus(-1.0, *place) for place in ((0, 0, 3, 0), (0, 0, 0, 4), (1, 2, 0, 5), (1, 2, 3, 1), (0, 1, 2, 0))]
UNLOCAL += [plus(1.0, 0, 0, 3), plus(1.0, 1, slice(None), 0), from_each_place(FIELD), from_each_place(FIELD % 2)]
UNLOCAL += [plus(torch.tensor([1.0, -1.0]), 1, 1, 2, slice(0, 6, 5))]  # their sum is 0
NEARLY = [plus(1e-30, 0, 0, 3, 5), plus(2.0**-22, 1, 2, 3, 5), spoilt(lambda W: W[0, 1, 3, 0].sub_(1e-9))]
TOO_MANY = [normal(5, 2, 4, 3), normal(2, 4, 6, 3), normal(4, 5, 2, 3)]
TOO_MANY += [filled(0.0, *sizes) for sizes in ((4, 2, 3, 5), (2, 6, 3, 5), (1, 2, 3, 1), (4, 3, 2, 2))]

dense2d = exercise.call("dense2d", X=normal(*IMAGE), W=normal("p", "q", *IMAGE), axes=("p", "q"))
weights = exercise.call("correlation_weights", K=normal(*KERNEL), size=SIZE, axes=("rows", "columns", *IMAGE))
kernel_of = exercise.call("kernel_of", W=normal(1, 1, *IMAGE))


@exercise.call(K=normal(*KERNEL), size=SIZE)
def sliding_kernel(student, K, size):
    return {"the kernel": student.kernel_of(sliding(K, *size))}


@dense2d.check(points=2, also=rows("p q height width", (1, 1, 3, 5), (3, 2, 1, 1), (5, 6, 2, 3), (3, 3, 3, 3)))
def sums_over_all_pixels():
    """dense2d gives each output the sum of all pixels, each times its weight for this output"""


@weights.check(points=1.75, judge=Close(zeros=True))
def lays_the_kernel():
    """correlation_weights has the kernel at its place for each output, and 0 elsewhere"""


@weights.check(points=0.5, judge=Close(zeros=True), cases=LIMITS + WHOLE + rows("K size", (sparse(SPARSE[0]), (4, 6))))
def lays_it_at_the_limits():
    """correlation_weights works for kernels of one element, of one row and as large as the image"""


@weights.refuses(points=0.5, cases=FITTING)
def refuses_kernels_that_do_not_fit():
    """correlation_weights raises ValueError if and only if the kernel is higher or wider than the image"""


@sliding_kernel.check(points=1, also=LIMITS)
def finds_the_kernel():
    """kernel_of returns the kernel of a layer that slides one"""


@sliding_kernel.check(points=0.5, size=(4, 6), cases=rows("K", *map(sparse, SPARSE)))
def keeps_zeros_of_the_kernel():
    """kernel_of returns all of the kernel where elements of it are 0, at its border or everywhere"""


@kernel_of.check(points=0.25, cases=rows("height width", (3, 5), (4, 1), (1, 1)))
def finds_the_kernel_of_one_output():
    """kernel_of returns the weights as the kernel where there is one output"""


finds = [finds_the_kernel]


@kernel_of.check(points=0.75, needs=finds, cases=rows("W", *UNSHARED))
def wants_shared_weights():
    """kernel_of returns None where the weights are not the same for all outputs"""


@kernel_of.check(points=0.75, needs=finds, cases=rows("W", *UNLOCAL))
def wants_zeros_outside():
    """kernel_of returns None where a weight outside of the window is not 0"""


@kernel_of.check(points=0.25, needs=finds, cases=rows("W", *NEARLY))
def compares_exactly():
    """kernel_of returns None for any difference, however small"""


@kernel_of.check(points=0.25, needs=finds, cases=rows("W", *TOO_MANY))
def wants_room_for_a_kernel():
    """kernel_of returns None where there are more outputs than pixels in a dimension"""


@exercise.check(points=0.25, needs=finds, K=normal(*KERNEL), size=SIZE, also=LIMITS + WHOLE)
def returns_a_kernel_of_its_own(student, K, size):
    """kernel_of returns a new tensor: writing into it does not change W"""
    W = sliding(K, *size)
    fitting(student.kernel_of(W), K).detach().fill_(7)
    return {"W, after the kernel was filled with 7": W}


exercise.keeps_the_dtype("all three work in float64 too, to its full precision", points=0.25)
exercise.lets_gradients_through(
    "dense2d lets gradients flow to X and to W, correlation_weights to K",
    points=0.5,
    about=[sums_over_all_pixels, lays_the_kernel, lays_it_at_the_limits],
)
exercise.takes_views(
    "all three take tensors that are views of others, as X.mT is", points=0.25, except_for=sliding_kernel
)
exercise.leaves_its_inputs_alone("all three leave their inputs unchanged", points=0.25, except_for=sliding_kernel)

exercise.hint(
    """Take images of 1 x 3 and a kernel of two elements, (a, b). There are two outputs: the first is a times the first
    pixel and b times the second. Write down the three weights of each: (a, b, 0) and (0, a, b)."""
)
exercise.hint(
    """torch.einsum takes the formula as it is written: "ijkl,kl->ij" says which indices stay and which are summed over.
    Or multiply W * X, where X is repeated for each output, and sum over the last two axes.""",
    helps=dense2d,
)
exercise.hint(
    """Output (i, j) of a correlation looks at the rows i to i + h - 1 and the columns j to j + w - 1. Begin with zeros of
    the right shape, K.new_zeros(...), because they have the dtype of K, and put K into that window for each (i, j).""",
    helps=[lays_the_kernel, lays_it_at_the_limits],
)
exercise.hint(
    """If there is a kernel, output (0, 0) shows all of it, in the first H - p + 1 rows and W - q + 1 columns. Where it would
    have no rows or no columns, there is none.""",
    helps=[finds_the_kernel, keeps_zeros_of_the_kernel, wants_room_for_a_kernel],
)
exercise.hint(
    """You need not look for what is wrong with W. Build the weights that the kernel would have, because you can do that
    already, and compare all of them at once: torch.equal says whether two tensors agree exactly.""",
    helps=[wants_shared_weights, wants_zeros_outside, compares_exactly],
)
exercise.hint(
    """W[0, 0, :h, :w] is a view: it lies in the memory of W, because slicing copies nothing. clone() makes a tensor of its
    own.""",
    helps=returns_a_kernel_of_its_own,
)
