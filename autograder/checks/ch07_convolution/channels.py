"""Checks of channels."""

from autograder.spec import Exercise, error_of, gradients, normal

exercise = Exercise(
    entry=("corr2d_multi_in", "corr2d_multi_in_out", "corr2d_1x1"),
    forbid="convolution",
    sizes={
        "height": (6, 9),
        "width": (6, 9),
        "kernel_height": (2, 4),
        "kernel_width": (2, 4),
        "channels_in": (2, 5),
        "channels_out": (2, 5),
    },
    constraint=lambda height, width, kernel_height, kernel_width: height - kernel_height != width - kernel_width,
)

X = normal("channels_in", "height", "width")
K = normal("channels_in", "kernel_height", "kernel_width")
KS = normal("channels_out", "channels_in", "kernel_height", "kernel_width")
K1 = normal("channels_out", "channels_in", 1, 1)
IMAGE = ("rows", "columns")
IMAGES = ("channels_out", *IMAGE)


def kernel(channels, *size):
    """A case whose kernel is another one: of so many channels in, of so many rows and columns."""
    return {"channels_in": 3, "K": normal(channels, *(size or ("kernel_height", "kernel_width")))}


def kernels(channels, height, width):
    """A case with other kernels, for two channels out."""
    return {"channels_in": 3, "K": normal(2, channels, height, width)}


@exercise.check(points=2, axes=IMAGE, X=X, K=K)
def sums_over_the_channels(student, X, K):
    """corr2d_multi_in adds up what each channel gives with its own slice of the kernel"""
    return student.corr2d_multi_in(X, K)


@exercise.check(
    points=0.5,
    axes=IMAGE,
    cases=[
        {"channels_in": 1},
        {"channels_in": 3, "kernel_height": 1, "kernel_width": 1},
        {"channels_in": 2, "kernel_height": 1},
        {"channels_in": 2, "height": 5, "width": 4, "kernel_height": 5, "kernel_width": 4},
    ],
    X=X,
    K=K,
)
def sums_at_the_limits(student, X, K):
    """corr2d_multi_in works for one channel, for the smallest and for the largest kernels"""
    return student.corr2d_multi_in(X, K)


@exercise.check(points=0.5, dtypes=["float64"], axes=IMAGE, X=X, K=K)
def sums_in_float64(student, X, K):
    """corr2d_multi_in works in float64 too, to its full precision"""
    return student.corr2d_multi_in(X, K)


@exercise.check(points=0.5, X=X, K=K)
def sums_with_gradients(student, X, K):
    """corr2d_multi_in lets gradients flow to the input and to the kernel"""
    return gradients(student.corr2d_multi_in, X=X, K=K)


@exercise.check(
    points=0.5, cases=[kernel(3), kernel(2), kernel(4), kernel(1), {"channels_in": 1, "K": normal(3, 2, 4)}], X=X, K=K
)
def sums_only_equal_channels(student, X, K):
    """corr2d_multi_in raises ValueError if and only if the numbers of channels differ"""
    return error_of(ValueError, student.corr2d_multi_in, X, K)


@exercise.check(points=2, axes=IMAGES, X=X, K=KS)
def makes_a_channel_of_each_kernel(student, X, K):
    """corr2d_multi_in_out makes one output channel of each kernel"""
    return student.corr2d_multi_in_out(X, K)


@exercise.check(
    points=0.5,
    axes=IMAGES,
    cases=[
        {"channels_out": 1},
        {"channels_in": 1},
        {"channels_in": 1, "channels_out": 1},
        {"channels_in": 3, "channels_out": 3},
        {"channels_in": 2, "channels_out": 3, "kernel_height": 1, "kernel_width": 1},
    ],
    X=X,
    K=KS,
)
def makes_channels_at_the_limits(student, X, K):
    """corr2d_multi_in_out works for one channel on either side, and for as many out as in"""
    return student.corr2d_multi_in_out(X, K)


@exercise.check(points=0.5, dtypes=["float64"], X=X, K=KS)
def makes_channels_with_gradients(student, X, K):
    """corr2d_multi_in_out works in float64 too, and lets gradients flow to the input and to the kernels"""
    return {"result": student.corr2d_multi_in_out(X, K), **gradients(student.corr2d_multi_in_out, X=X, K=K)}


@exercise.check(
    points=0.5,
    cases=[
        kernels(3, 2, 4),
        kernels(2, 2, 4),
        kernels(4, 2, 4),
        kernels(1, 4, 3),
        {"channels_in": 1, "K": normal(2, 3, 2, 4)},
    ],
    X=X,
    K=KS,
)
def makes_channels_only_of_equal_ones(student, X, K):
    """corr2d_multi_in_out raises ValueError if and only if the numbers of input channels differ"""
    return error_of(ValueError, student.corr2d_multi_in_out, X, K)


@exercise.check(
    points=1.5,
    axes=IMAGES,
    cases=[
        {},
        {"channels_in": 1},
        {"channels_out": 1},
        {"channels_in": 4, "channels_out": 4},
        {"height": 1, "width": 1},
    ],
    X=X,
    K=K1,
)
def mixes_the_channels_of_each_pixel(student, X, K):
    """corr2d_1x1 multiplies the channels of each pixel with the matrix of weights"""
    return student.corr2d_1x1(X, K)


@exercise.check(points=0.5, dtypes=["float64"], X=X, K=K1)
def mixes_with_gradients(student, X, K):
    """corr2d_1x1 works in float64 too, and lets gradients flow to the input and to the kernels"""
    return {"result": student.corr2d_1x1(X, K), **gradients(student.corr2d_1x1, X=X, K=K)}


@exercise.check(
    points=0.5,
    cases=[
        kernels(3, 1, 1),
        kernels(2, 1, 1),
        kernels(4, 1, 1),
        kernels(1, 1, 1),
        {"channels_in": 1, "K": normal(2, 3, 1, 1)},
        {"channels_in": 4, "K": normal(3, 2, 2, 1)},  # as many numbers as 1x1 kernels would have
        {"channels_in": 4, "K": normal(3, 2, 1, 2)},
        kernels(3, 1, 2),
        kernels(3, 2, 1),
        kernels(3, 3, 3),
    ],
    X=X,
    K=K1,
)
def mixes_only_with_1x1_kernels(student, X, K):
    """corr2d_1x1 raises ValueError if and only if the numbers of channels differ or the kernels are not 1x1"""
    return error_of(ValueError, student.corr2d_1x1, X, K)


exercise.hint(
    """Begin with a function for one channel, as in corr2d. A kernel with ci slices is ci such jobs, and an addition."""
)
exercise.hint(
    """Pairing with zip(X, K) gives each channel with its slice. But zip stops at the shorter of the two, and
    broadcasting repeats what has one: compare the numbers of channels first, and raise ValueError.""",
    sums_over_the_channels,
    sums_only_equal_channels,
    makes_channels_only_of_equal_ones,
)
exercise.hint(
    """Iterating over K of shape (co, ci, h, w) gives co kernels of shape (ci, h, w). torch.stack puts the co results
    together along a new first axis.""",
    makes_a_channel_of_each_kernel,
    makes_channels_at_the_limits,
)
exercise.hint(
    """K.reshape(co, ci) @ X.reshape(ci, H * W) has a row for each output channel and a column for each pixel: reshape
    it to (co, H, W). Neither needs a transpose.""",
    mixes_the_channels_of_each_pixel,
)
