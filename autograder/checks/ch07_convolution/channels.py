"""Checks of channels."""

from autograder.checks.ch07_convolution._shared import IMAGE, KERNEL, SIDES, SIZES
from autograder.spec import Exercise, normal, rows

exercise = Exercise(
    entry=("corr2d_multi_in", "corr2d_multi_in_out", "corr2d_1x1"),
    forbid="convolution",
    sizes=SIZES | {"channels_in": (3, 6), "channels_out": (2, 6)},
)
X = normal("channels_in", *IMAGE)
DEEP = ("channels_in", *KERNEL)
SLICES = " ".join(DEEP)
corr2d_multi_in = exercise.call("corr2d_multi_in", X=X, K=normal(*DEEP), axes=("rows", "columns"))
corr2d_multi_in_out = exercise.call(
    "corr2d_multi_in_out", X=X, K=normal("channels_out", *DEEP), axes=("channels_out", "rows", "columns")
)
corr2d_1x1 = exercise.call(
    "corr2d_1x1", X=X, K=normal("channels_out", "channels_in", 1, 1), axes=("channels_out", *IMAGE)
)


@corr2d_multi_in.check(points=2, also=rows(SLICES, (3, 3, 2), (4, 3, 3)))
def sums_over_the_channels():
    """corr2d_multi_in adds up what each channel gives with its own slice of the kernel"""


@corr2d_multi_in.check(
    points=0.5,
    cases=rows("channels_in", 1)
    + rows(SLICES, (3, 1, 1), (2, 1, 3), (2, 4, 1))
    + rows(f"channels_in {SIDES}", (2, 5, 4, 5, 4), (3, 1, 6, 1, 2)),
)
def sums_at_the_limits():
    """corr2d_multi_in works for one channel, for the smallest and for the largest kernels"""


@corr2d_multi_in.refuses(
    points=0.5, cases=rows("channels_in K", *((3, normal(n, 2, 4)) for n in (3, 2, 4, 1)), (1, normal(3, 2, 4)))
)
def sums_only_equal_channels():
    """corr2d_multi_in raises ValueError if and only if the numbers of channels differ"""


@corr2d_multi_in_out.check(points=2, also=rows(f"channels_out {SLICES}", (2, 3, 3, 2), (4, 3, 3, 3)))
def makes_a_channel_of_each_kernel():
    """corr2d_multi_in_out makes one output channel of each kernel"""


@corr2d_multi_in_out.check(
    points=0.5,
    cases=rows("channels_in channels_out", (4, 1), (1, 3), (1, 1), (3, 3))
    + rows(f"channels_out {SLICES}", (3, 2, 1, 1)),
)
def makes_channels_at_the_limits():
    """corr2d_multi_in_out works for one channel on either side, and for as many out as in"""


@corr2d_multi_in_out.refuses(
    points=0.5,
    cases=rows("channels_in K", *((3, normal(2, n, 2, 4)) for n in (3, 2, 4)), (3, normal(2, 1, 4, 3)))
    + rows("channels_in K", (1, normal(2, 3, 2, 4))),
)
def makes_channels_only_of_equal_ones():
    """corr2d_multi_in_out raises ValueError if and only if the numbers of input channels differ"""


@corr2d_1x1.check(
    points=1.5,
    also=rows("channels_in channels_out", (1, 3), (3, 1), (4, 4), (3, 5)) + rows("height width", (1, 1)),
)
def mixes_the_channels_of_each_pixel():
    """corr2d_1x1 multiplies the channels of each pixel with the matrix of weights"""


@corr2d_1x1.refuses(
    points=0.5,
    cases=rows("channels_in K", *((3, normal(2, n, 1, 1)) for n in (3, 2, 4, 1)), (1, normal(2, 3, 1, 1)))
    + rows("channels_in K", *((4, normal(3, 2, *size)) for size in ((2, 1), (1, 2))))  # as many weights as in 1x1
    + rows("channels_in K", *((3, normal(2, 3, *size)) for size in ((1, 2), (2, 1), (3, 3)))),
)
def mixes_only_with_1x1_kernels():
    """corr2d_1x1 raises ValueError if and only if the numbers of channels differ or the kernels are not 1x1"""


summing = (sums_over_the_channels, sums_at_the_limits)
making_channels = (makes_a_channel_of_each_kernel, makes_channels_at_the_limits)
exercise.keeps_the_dtype("all three work in float64 too, to its full precision", points=0.5)
for f, kernels, name, points, values in (
    ("corr2d_multi_in", "kernel", "sums_with_gradients", 0.5, summing),
    ("corr2d_multi_in_out", "kernels", "makes_channels_with_gradients", 0.25, making_channels),
    ("corr2d_1x1", "kernels", "mixes_with_gradients", 0.25, mixes_the_channels_of_each_pixel),
):
    exercise.lets_gradients_through(
        f"{f} lets gradients flow to the input and to the {kernels}", name=name, points=points, about=values
    )
exercise.takes_views("all three work for tensors that are views of others, as X.mT is", points=0.25)
exercise.leaves_its_inputs_alone("all three leave input and kernels unchanged", points=0.25)

exercise.hint(
    """Begin with a function for one channel, as in corr2d. A kernel with ci slices is ci such jobs, and an addition."""
)
exercise.hint(
    """Pairing with zip(X, K) gives each channel with its slice. But zip stops at the shorter of the two, and
    broadcasting repeats what has one: compare the numbers of channels first, and raise ValueError.""",
    helps=[sums_over_the_channels, sums_only_equal_channels, makes_channels_only_of_equal_ones],
)
exercise.hint(
    """Iterating over K of shape (co, ci, h, w) gives co kernels of shape (ci, h, w). torch.stack puts the co results
    together along a new first axis.""",
    helps=making_channels,
)
exercise.hint(
    """K.reshape(co, ci) @ X.reshape(ci, H * W) has a row for each output channel and a column for each pixel: reshape
    it to (co, H, W). Neither needs a transpose.""",
    helps=mixes_the_channels_of_each_pixel,
)
