"""Checks of corr1d_corr3d."""

from autograder.spec import Exercise, normal, rows

exercise = Exercise(
    entry=("corr1d", "corr3d"),
    forbid="convolution",
    sizes={
        **{"length": (6, 9), "kernel_length": (3, 4), "windows": "length - kernel_length + 1"},
        **dict.fromkeys(("depth", "height", "width"), (5, 8)),
        **dict.fromkeys(("kernel_depth", "kernel_height", "kernel_width"), (2, 4)),
    },
)
VOLUME, KERNEL = "depth height width", "kernel_depth kernel_height kernel_width"
corr1d = exercise.call("corr1d", X=normal("length"), K=normal("kernel_length"), axes=("windows",))
corr3d = exercise.call(
    "corr3d", X=normal(*VOLUME.split()), K=normal(*KERNEL.split()), axes=("planes", "rows", "columns")
)


@corr1d.check(points=2, also=rows("length kernel_length", (8, 3), (9, 2), (40, 6)))
def corr1d_sums_each_window():
    """corr1d sums the products of the kernel with each window of the sequence"""


@corr1d.check(points=0.5, cases=rows("length kernel_length", (7, 1), (5, 5), (5, 4), (1, 1)))
def corr1d_reaches_the_ends():
    """corr1d works for kernels of one value and for those as long as the sequence"""


@corr3d.check(points=2.5, also=rows(f"{VOLUME} {KERNEL}", (5, 7, 8, 2, 3, 3), (8, 5, 7, 3, 2, 4), (7, 9, 6, 4, 3, 2)))
def corr3d_sums_each_block():
    """corr3d sums the products of the kernel with each block of the volume"""


@corr3d.check(
    points=0.5,
    cases=rows(KERNEL, (1, 2, 3), (3, 1, 2), (2, 3, 1), (2, 2, 2), (1, 1, 1))
    + rows(f"{VOLUME} {KERNEL}", (4, 5, 3, 4, 5, 3), (1, 1, 6, 1, 1, 4), (4, 4, 4, 3, 3, 3)),
)
def corr3d_reaches_the_borders():
    """corr3d works for flat and cubic kernels, and for those as large as the volume"""


properties = []
for f, call in {"corr1d": corr1d, "corr3d": corr3d}.items():
    line, name = f"{f} works in float64 too, to its full precision", f"{f}_keeps_the_dtype"
    properties += [exercise.keeps_the_dtype(line, name=name, points=0.5, about=call)]
    line, name = f"{f} lets gradients flow to the input and to the kernel", f"{f}_lets_gradients_through"
    properties += [exercise.lets_gradients_through(line, name=name, points=0.5, about=call)]
exercise.takes_views("both work for tensors that are views of others, as X.mT is", points=0.25)
exercise.leaves_its_inputs_alone("both leave input and kernel unchanged", points=0.25)

exercise.hint(
    """Take corr2d as you know it and strike out one dimension: that is corr1d. Add one: that is corr3d. Nothing else
    changes."""
)
exercise.hint(
    """A window of k values fits into n values n - k + 1 times; the last one ends with the last value. In three
    dimensions this holds for depth, height and width, each with its own side of the kernel.""",
    helps=[corr1d, corr3d],
)
exercise.hint(
    """The block at (i, j, m) is X[i:i+d, j:j+h, m:m+w]. It has the shape of K: multiply element by element, and sum
    over all three dimensions.""",
    helps=corr3d,
)
exercise.hint(
    """X.new_zeros(...) makes an output of the dtype and device of X. Write tensors into it, (block * K).sum() without
    .item(), and the gradient finds its way back.""",
    helps=properties,
)
