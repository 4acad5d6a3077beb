"""Checks of pool2d."""

from autograder.spec import Exercise, distinct, error_of, gradients

exercise = Exercise(
    entry="pool2d",
    forbid=("pooling", "convolution"),
    sizes={"height": (6, 9), "width": (6, 9), "batch": (2, 5), "channels": (2, 5)},
)

# No two pixels are alike, so no window has two maxima. Where signs are not the point, the pixels are positive.
X = distinct("height", "width")
NEGATIVE = distinct("height", "width", low=-6.0, high=-1.0)
POSITIVE = distinct("height", "width", low=1.0, high=6.0)
PLACES = ("rows", "columns")
BOTH = ("max", "avg")


@exercise.check(
    picture=True,
    points=1,
    axes=PLACES,
    cases=[{"height": 6, "width": 8}, {"height": 6, "width": 9, "size": 3}, {"size": 1}],
    X=X,
    size=2,
)
def takes_the_maximum(student, X, size):
    """takes the maximum of each window; mode "max" is the default"""
    return student.pool2d(X, size, stride=size)


@exercise.check(
    picture=True,
    points=1,
    axes=PLACES,
    cases=[{"height": 6, "width": 8}, {"height": 6, "width": 9, "size": 3}, {"size": 1}],
    X=X,
    size=2,
)
def takes_the_mean(student, X, size):
    """takes the mean of each window with mode "avg\""""
    return student.pool2d(X, size, "avg", stride=size)


@exercise.check(
    points=1,
    axes=PLACES,
    cases=[
        {"height": height, "width": width, "size": size, "mode": mode}
        for height, width, size in [(6, 8, 2), (9, 6, 3), (6, 8, (3, 2))]
        for mode in BOTH
    ],
    X=POSITIVE,
    size=2,
    mode="max",
)
def steps_by_the_size(student, X, size, mode):
    """takes the window's size as stride where none is given"""
    return student.pool2d(X, size, mode)


@exercise.check(
    points=1,
    axes=PLACES,
    cases=[
        {"height": height, "width": width, "size": size, "stride": stride, "mode": mode}
        for height, width, size, stride in [(6, 8, 3, 1), (7, 9, 2, 2), (8, 9, 2, 3), (8, 7, 4, 3), (7, 9, 6, 2)]
        for mode in BOTH
    ],
    X=POSITIVE,
    size=3,
    mode="max",
    stride=1,
)
def steps_by_the_stride(student, X, size, mode, stride):
    """moves the window by the stride, and drops what does not fill a window at the end"""
    return student.pool2d(X, size, mode, stride=stride)


@exercise.check(
    points=1,
    axes=PLACES,
    cases=[
        {"height": 6, "width": 8, "size": 3, "padding": 1, "stride": 1},
        {"height": 5, "width": 7, "size": 3, "padding": 1, "stride": 2},
        {"height": 8, "width": 6, "size": 4, "padding": 2, "stride": 2},
        {"height": 2, "width": 6, "size": 4, "padding": 2, "stride": 1},
    ],
    X=NEGATIVE,
    size=3,
    padding=1,
    stride=1,
)
def padding_never_wins(student, X, size, padding, stride):
    """pads with minus infinity for "max", on each side"""
    return student.pool2d(X, size, "max", padding, stride)


@exercise.check(
    points=1,
    axes=PLACES,
    cases=[
        {"height": 6, "width": 8, "size": 3, "padding": 1, "stride": 1},
        {"height": 5, "width": 7, "size": 3, "padding": 1, "stride": 2},
        {"height": 8, "width": 6, "size": 4, "padding": 2, "stride": 2},
        {"height": 2, "width": 6, "size": 4, "padding": 2, "stride": 1},
    ],
    X=POSITIVE,
    size=3,
    padding=1,
    stride=1,
)
def padding_counts_in_the_mean(student, X, size, padding, stride):
    """pads with zeros for "avg", on each side, and divides by the window's full size"""
    return student.pool2d(X, size, "avg", padding, stride)


@exercise.check(
    points=1,
    axes=PLACES,
    cases=[
        {"height": 6, "width": 8, "size": (3, 2), "stride": (3, 2), "mode": "max"},
        {"height": 6, "width": 8, "size": (2, 4), "stride": (2, 4), "mode": "avg"},
        {"height": 8, "width": 7, "size": 3, "stride": (1, 2), "mode": "avg"},
        {"height": 7, "width": 9, "size": (4, 3), "stride": (3, 1), "mode": "max"},
        {"height": 7, "width": 8, "size": 3, "stride": 1, "padding": (1, 0), "mode": "max"},
        {"height": 6, "width": 9, "size": (2, 5), "stride": 1, "padding": (0, 2), "mode": "max"},
    ],
    X=POSITIVE,
    size=3,
    mode="max",
    padding=0,
    stride=1,
)
def takes_pairs(student, X, size, mode, padding, stride):
    """takes (height, width) for size, padding and stride"""
    return student.pool2d(X, size, mode, padding, stride)


@exercise.check(
    points=1,
    cases=[
        {"X": distinct(*dims, low=1.0, high=6.0), "height": 6, "width": 8, "mode": mode}
        for dims in [
            ("channels", "height", "width"),
            ("batch", "channels", "height", "width"),
            (2, "batch", "channels", "height", "width"),
            (1, "channels", "height", "width"),
        ]
        for mode in BOTH
    ],
    X=distinct("channels", "height", "width", low=1.0, high=6.0),
    size=2,
    mode="max",
)
def pools_each_plane(student, X, size, mode):
    """pools each plane alone, whatever dimensions stand in front of height and width"""
    return student.pool2d(X, size, mode, stride=size)


@exercise.check(
    points=0.5,
    dtypes=["float64"],
    axes=PLACES,
    cases=[{"mode": mode} for mode in BOTH],
    X=distinct(6, 8, low=1.0, high=6.0),
    size=2,
    mode="max",
)
def keeps_the_dtype(student, X, size, mode):
    """works in float64 too, to its full precision"""
    return student.pool2d(X, size, mode, stride=size)


@exercise.check(
    points=0.75,
    cases=[
        {"height": 7, "width": 9, "mode": "max"},
        {"height": 9, "width": 7, "mode": "avg"},
        {"height": 5, "width": 7, "mode": "max", "padding": 1},
    ],
    X=POSITIVE,
    size=3,
    mode="max",
    padding=0,
    stride=2,
)
def lets_gradients_through(student, X, size, mode, padding, stride):
    """lets gradients flow to the input"""
    return gradients(student.pool2d, X=X, size=size, mode=mode, padding=padding, stride=stride)


@exercise.check(
    points=0.25,
    needs=takes_the_maximum,
    cases=[{"mode": "min"}, {"mode": "mean"}, {"mode": ""}, {"mode": "max"}, {"mode": "avg"}],
    X=X,
    mode="min",
)
def refuses_other_modes(student, X, mode):
    """raises ValueError for any other mode"""
    return error_of(ValueError, student.pool2d, X, 2, mode)


@exercise.check(
    points=0.5,
    needs=takes_the_maximum,
    cases=[
        {"size": 7},
        {"size": (6, 9)},
        {"size": (7, 8)},
        {"size": (6, 8)},
        {"size": (9, 2), "padding": (1, 1)},
        {"size": (8, 2), "padding": (1, 1)},
        {"padding": 2},
        {"size": (3, 4), "padding": 2},
        {"size": (4, 3), "padding": (0, 2)},
        {"size": (4, 3), "padding": (2, 1)},
        {"size": 0},
        {"size": (2, 0)},
        {"size": (-1, 2)},
        {"stride": 0},
        {"stride": (0, 1)},
        {"stride": (1, -1)},
        {"padding": -1},
        {"padding": (0, -1)},
        {"size": 0, "stride": None},
    ],
    X=distinct(6, 8),
    size=3,
    padding=0,
    stride=1,
)
def refuses_impossible_windows(student, X, size, padding, stride):
    """raises ValueError for sizes, strides and paddings that make no sense, in either dimension, and only then"""
    return error_of(ValueError, student.pool2d, X, size, "max", padding, stride)


exercise.hint(
    """It is corr2d without a kernel: the windows are the same, only what becomes of each of them is another thing. Take
    a 4 x 4 image and windows of 2 x 2 on paper first: with a stride of 2 there are four."""
)
exercise.hint(
    """Pad first, then forget about the padding. F.pad(X, (left, right, top, bottom), value=...) begins with the last
    dimension, the width. Which value can never be the maximum? Which does not change a sum?""",
    padding_never_wins,
    padding_counts_in_the_mean,
    takes_pairs,
)
exercise.hint(
    """Dimensions from the end, X[..., i:i+h, j:j+w] and amax((-2, -1)), work for any number of dimensions in front.""",
    pools_each_plane,
    takes_the_maximum,
    takes_the_mean,
)
exercise.hint(
    """X.unfold(-2, h, s) makes the windows of the rows and puts their pixels last: (..., rows, W, h). A second
    unfold(-2, w, t) does the same to the columns: (..., rows, columns, h, w). Then take amax or mean over (-2, -1).""",
    takes_the_maximum,
    takes_the_mean,
    steps_by_the_stride,
    lets_gradients_through,
)
exercise.hint(
    """Allowed is 0 <= 2 * padding <= size <= n + 2 * padding, in each dimension by itself; each end of this chain is
    still fine.""",
    refuses_impossible_windows,
)
