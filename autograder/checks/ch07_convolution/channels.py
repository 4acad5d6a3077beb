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
# The channels of the input, and those that the kernel has slices for.
COUNTS = rows("channels_in slices", (3, 3), (3, 2), (3, 4), (3, 1), (1, 3))
NOT_1X1 = rows("channels_in K", (4, normal(3, 2, 2, 1)), (4, normal(3, 2, 1, 2)))  # as many weights as in 1x1
NOT_1X1 += rows("channels_in K", *((3, normal(2, 3, *size)) for size in ((1, 2), (2, 1), (3, 3))))
LIMITS = rows("channels_in", 1) + rows(SLICES, (3, 1, 1), (2, 1, 3), (2, 4, 1))
LIMITS += rows(f"channels_in {SIDES}", (2, 5, 4, 5, 4), (3, 1, 6, 1, 2))

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


@corr2d_multi_in.check(points=0.5, cases=LIMITS)
def sums_at_the_limits():
    """corr2d_multi_in works for one channel, for the smallest and for the largest kernels"""


@corr2d_multi_in.refuses(points=0.5, K=normal("slices", 2, 4), cases=COUNTS)
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
    points=0.5, K=normal(2, "slices", 2, 4), cases=COUNTS + rows("channels_in K", (3, normal(2, 1, 4, 3)))
)
def makes_channels_only_of_equal_ones():
    """corr2d_multi_in_out raises ValueError if and only if the numbers of input channels differ"""


@corr2d_1x1.check(
    points=1.5,
    also=rows("channels_in channels_out", (1, 3), (3, 1), (4, 4), (3, 5)) + rows("height width", (1, 1)),
)
def mixes_the_channels_of_each_pixel():
    """corr2d_1x1 multiplies the channels of each pixel with the matrix of weights"""


@corr2d_1x1.refuses(points=0.5, K=normal(2, "slices", 1, 1), cases=COUNTS + NOT_1X1)
def mixes_only_with_1x1_kernels():
    """corr2d_1x1 raises ValueError if and only if the numbers of channels differ or the kernels are not 1x1"""


exercise.keeps_the_dtype("all three work in float64 too, to its full precision", points=0.5)
for f, kernels, name, points in (
    (corr2d_multi_in, "kernel", "sums_with_gradients", 0.5),
    (corr2d_multi_in_out, "kernels", "makes_channels_with_gradients", 0.25),
    (corr2d_1x1, "kernels", "mixes_with_gradients", 0.25),
):
    line = f"{f.entry} lets gradients flow to the input and to the {kernels}"
    exercise.lets_gradients_through(line, name=name, points=points, about=f)
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
    helps=corr2d_multi_in_out,
)
exercise.hint(
    """K.reshape(co, ci) @ X.reshape(ci, H * W) has a row for each output channel and a column for each pixel: reshape
    it to (co, H, W). Neither needs a transpose.""",
    helps=mixes_the_channels_of_each_pixel,
)
