"""Checks of pool2d."""

from autograder.checks.ch07_convolution._shared import IMAGE
from autograder.spec import LEFT_OUT, Exercise, distinct, rows

exercise = Exercise(entry="pool2d", forbid=("pooling", "convolution"), sizes=dict.fromkeys(IMAGE, (6, 9)))

# No two pixels are alike, so no window has two maxima. Where signs are not the point, the pixels are positive;
# where zeros must not win, they are negative.
SIGNED = distinct(*IMAGE)
NEGATIVE = distinct(*IMAGE, low=-6.0, high=-1.0)
LOWEST = distinct(*IMAGE, low=-6e30, high=-1e30)
POSITIVE = distinct(*IMAGE, low=1.0, high=6.0)
IMAGES = [distinct(*front, *IMAGE, low=-6.0, high=-1.0) for front in ((3,), (2, 3), (2, 4, 3), (1, 3))]
BOTH = rows("mode", "max", "avg")
PLANES = rows("X", *IMAGES) * rows("height width size padding stride", (6, 8, 2, 0, 2), (7, 6, 3, 1, 2))
UNTOLD = rows("height width size", (6, 8, 2), (9, 6, 3), (6, 8, (3, 2)))
WINDOWS = "height width size stride"
STEPS = rows(WINDOWS, (6, 8, 3, 1), (7, 9, 2, 2), (8, 9, 2, 3), (8, 7, 4, 3), (7, 9, 6, 2))
TILED = rows(WINDOWS, (6, 8, 2, 2), (6, 9, 3, 3), (8, 7, 1, 1))
PADDED = rows("height width size padding stride", (6, 8, 3, 1, 1), (5, 7, 3, 1, 2), (8, 6, 4, 2, 2), (2, 6, 4, 2, 1))
PAIRS = rows(WINDOWS, (6, 8, (3, 2), (3, 2)), (6, 8, (2, 4), (2, 4)), (8, 7, 3, (1, 2)), (7, 9, (4, 3), (3, 1)))
PAIRS += rows("height width size padding", (7, 8, 3, (1, 0)), (6, 9, (2, 5), (0, 2)))
IMPOSSIBLE = rows("size", 7, (6, 9), (7, 8), (6, 8), 0, (2, 0), (-1, 2)) + rows("size stride", (0, None))
IMPOSSIBLE += rows("stride", 0, (0, 1), (1, -1)) + rows("padding", 2, -1, (0, -1))
IMPOSSIBLE += rows("size padding", ((9, 2), (1, 1)), ((8, 2), (1, 1)), ((3, 4), 2), ((4, 3), (0, 2)), ((4, 3), (2, 1)))

pool2d = exercise.call("pool2d", X=POSITIVE, size=3, mode="max", padding=0, stride=1, axes=("rows", "columns"))


@pool2d.check(points=1, picture=True, cases=TILED, X=SIGNED, mode=LEFT_OUT, padding=LEFT_OUT)
def takes_the_maximum():
    """takes the maximum of each window; mode "max" is the default"""


@pool2d.check(points=1, picture=True, cases=TILED, X=SIGNED, mode="avg", padding=LEFT_OUT)
def takes_the_mean():
    """takes the mean of each window with mode "avg\""""


@pool2d.check(points=0.75, cases=UNTOLD * BOTH, padding=LEFT_OUT, stride=LEFT_OUT)
def steps_by_the_size():
    """takes the window's size as stride where none is given"""


@pool2d.check(points=1, cases=STEPS * BOTH, padding=LEFT_OUT)
def steps_by_the_stride():
    """moves the window by the stride, and drops what does not fill a window at the end"""


@pool2d.check(points=1, cases=PADDED * rows("X", NEGATIVE, LOWEST))
def padding_never_wins():
    """pads with minus infinity for "max", on each side"""


@pool2d.check(points=1, cases=PADDED, mode="avg")
def padding_counts_in_the_mean():
    """pads with zeros for "avg", on each side, and divides by the window's full size"""


@pool2d.check(points=1, cases=PAIRS * BOTH)
def takes_pairs():
    """takes (height, width) for size, padding and stride"""


@pool2d.check(points=0.75, cases=PLANES * BOTH)
def pools_each_plane():
    """pools each plane alone, whatever dimensions stand in front of height and width"""


exercise.keeps_the_dtype("works in float64 too, to its full precision", points=0.5)
lets_gradients_through = exercise.lets_gradients_through("lets gradients flow to the input", points=0.75)
exercise.takes_views("works for images that are views of others, as X.mT is", points=0.25)
exercise.leaves_its_inputs_alone("leaves the input unchanged", points=0.25)


@pool2d.refuses(points=0.25, cases=rows("mode", "min", "mean", "", "max", "avg"), padding=LEFT_OUT, stride=LEFT_OUT)
def refuses_other_modes():
    """raises ValueError for any other mode"""


@pool2d.refuses(points=0.5, X=distinct(6, 8), cases=IMPOSSIBLE)
def refuses_impossible_windows():
    """raises ValueError for sizes, strides and paddings that make no sense, in either dimension, and only then"""


exercise.hint(
    """It is corr2d without a kernel: the windows are the same, only what becomes of each of them is another thing. Take
    a 4 x 4 image and windows of 2 x 2 on paper first: with a stride of 2 there are four."""
)
exercise.hint(
    """Pad first, then forget about the padding. F.pad(X, (left, right, top, bottom), value=...) begins with the last
    dimension, the width. Which value can never be the maximum? Which does not change a sum?""",
    helps=[padding_never_wins, padding_counts_in_the_mean, takes_pairs],
)
exercise.hint(
    """Dimensions from the end, X[..., i:i+h, j:j+w] and amax((-2, -1)), work for any number of dimensions in front.""",
    helps=[pools_each_plane, takes_the_maximum, takes_the_mean],
)
exercise.hint(
    """X.unfold(-2, h, s) makes the windows of the rows and puts their pixels last: (..., rows, W, h). A second
    unfold(-2, w, t) does the same to the columns: (..., rows, columns, h, w). Then take amax or mean over (-2, -1).""",
    helps=[takes_the_maximum, takes_the_mean, steps_by_the_stride, lets_gradients_through],
)
exercise.hint(
    """Allowed is 0 <= 2 * padding <= size <= n + 2 * padding, in each dimension by itself; each end of this chain is
    still fine.""",
    helps=refuses_impossible_windows,
)
