"""Checks of kernels."""

import torch

from autograder.datasets import photos
from autograder.spec import Exercise, drawn, filled, rows, tensor, uniform

exercise = Exercise(
    entry=("edge_kernel", "sharpen_kernel", "gaussian_blur_kernel", "apply"),
    forbid="convolution",
    sizes={"channels": (2, 5), "height": (6, 9), "width": (6, 9), "tall": (10, 13), "wide": (10, 13)},
)

EDGE = tensor([[-1.0, -1.0, -1.0], [-1.0, 8.0, -1.0], [-1.0, -1.0, -1.0]])
SHARPEN = tensor([[0.0, -1.0, 0.0], [-1.0, 5.0, -1.0], [0.0, -1.0, 0.0]])
BLUR = tensor([[0.0625, 0.125, 0.0625], [0.125, 0.25, 0.125], [0.0625, 0.125, 0.0625]])
ODD = [[0.05, 0.12, 0.02], [0.11, 0.07, 0.13], [0.03, 0.01, 0.09]]
PLACES = ("rows", "columns")
IMAGE = uniform("height", "width")


def weights(h, w):
    """A kernel that leaves images in [0, 1]: whether more is kept as it is, is the photos' business."""
    return uniform(h, w, low=0.01, high=0.9 / max(h * w, 7))


def photo(load, name, *front):
    """A real photo, 24 rows and 36 columns of pixels."""
    return drawn(lambda d: load(name).to(d.dtype), *front, photos.HEIGHT, photos.WIDTH)


def inside(Y, K):
    """The result with zeros where windows reach beyond the border: what is there is the business of other checks."""
    if not isinstance(Y, torch.Tensor) or Y.dim() < 2:
        return Y
    (h, w), (H, W) = (n // 2 for n in K.shape), Y.shape[-2:]
    kept = torch.zeros_like(Y)
    kept[..., h : H - h, w : W - w] = Y[..., h : H - h, w : W - w]
    return kept


apply = exercise.call("apply", X=IMAGE, K=weights(3, 3), axes=PLACES)


@exercise.call(X=IMAGE, K=weights(3, 3), axes=PLACES)
def apply_inside(student, X, K):
    return inside(student.apply(X, K), K)


@exercise.check(points=0.5, axes=PLACES)
def edge_finds_edges(student):
    """edge_kernel is 8 in the middle and -1 all around"""
    return student.edge_kernel()


@exercise.check(points=0.5, axes=PLACES)
def sharpen_sharpens(student):
    """sharpen_kernel is 5 in the middle, -1 at the sides and 0 in the corners"""
    return student.sharpen_kernel()


@exercise.check(points=0.5, axes=PLACES)
def blur_blurs(student):
    """gaussian_blur_kernel is 4, 2 and 1 sixteenths: the middle, the sides, the corners"""
    return student.gaussian_blur_kernel()


@exercise.check(points=0.5, needs=edge_finds_edges)
def kernels_are_new(student):
    """every call of a kernel function returns a new tensor"""
    found = {}
    for name in ("edge_kernel", "sharpen_kernel", "gaussian_blur_kernel"):
        first, second = getattr(student, name)(), getattr(student, name)()
        found[name] = "the same tensor" if first.data_ptr() == second.data_ptr() else "a new tensor"
    return found


@apply_inside.check(points=1)
def sums_each_window():
    """apply sums the products of the kernel with the pixels around each pixel, for an output as large as the image"""


@apply_inside.check(
    points=1, axes=("channels", *PLACES), X=uniform("channels", "height", "width"), also=rows("channels", 3, 1)
)
def filters_each_channel():
    """apply filters each channel alone"""


@apply_inside.check(
    points=1,
    X=uniform("tall", "wide"),
    cases=rows("K", weights(1, 3), weights(5, 3), weights(3, 7), weights(7, 1), weights(5, 5), weights(1, 1)),
)
def takes_any_odd_kernel():
    """apply takes kernels of any odd sizes"""


@apply.check(
    points=1,
    picture=True,
    also=rows("K", weights(5, 5)) + rows("X", filled(0.75, "height", "width")) * rows("K", BLUR, EDGE),
)
def repeats_the_border():
    """apply repeats the nearest pixel beyond the border"""


@apply.check(
    points=0.5, axes=(), K=weights(5, 5), cases=rows("X", uniform(2, 3), uniform(1, 4), uniform(1, 1), uniform(3, 1))
)
def takes_small_images():
    """apply takes images smaller than the kernel"""


@apply.check(
    points=1,
    picture=True,
    axes=(),
    cases=rows("X K", (photo(photos.grey, "china"), EDGE), (photo(photos.grey, "flower"), SHARPEN))
    + rows("X", photo(photos.grey, "china"))
    + rows("X K", (photo(photos.load, "china", 3), BLUR), (photo(photos.load, "flower", 3), EDGE)),
)
def filters_a_photo():
    """apply finds edges in photos, sharpens and blurs them, and leaves values outside of [0, 1] as they are"""


INNER = [sums_each_window, filters_each_channel, takes_any_odd_kernel]
APPLIED = [*INNER, repeats_the_border, takes_small_images, filters_a_photo]
works_in_float64 = exercise.keeps_the_dtype(
    "apply works in float64 too, to its full precision", name="works_in_float64", points=0.25, about=APPLIED
)
exercise.takes_views("apply takes images and kernels that are views of others, as X.mT is", points=0.25, about=APPLIED)


@apply_inside.check(
    points=0.5,
    dtypes=("float32", "float64"),
    cases=rows("K", tensor(ODD, torch.float32), tensor(ODD, torch.float64)),
)
def keeps_the_dtype():
    """apply keeps the dtype of the image, whatever the kernel's is"""


# Flat images come out right with other borders too, but their gradients do not.
lets_gradients_through = exercise.lets_gradients_through(
    "apply lets gradients flow to the image and to the kernel",
    points=0.75,
    about=[*INNER, takes_small_images, filters_a_photo, keeps_the_dtype],
)
exercise.leaves_its_inputs_alone(
    "apply leaves the image and the kernel unchanged", points=0.25, about=[*APPLIED, keeps_the_dtype]
)


@apply.refuses(
    points=0.5,
    needs=sums_each_window,
    mutates=("X", "K"),
    cases=rows("K", weights(2, 3), weights(3, 4), weights(2, 2), weights(3, 5)),
)
def refuses_even_kernels():
    """apply raises ValueError for a kernel with an even size"""


exercise.hint(
    """What does each kernel make of a wall, where all pixels are alike? Add up its elements: 0 for edge, 1 for the
    other two."""
)
exercise.hint(
    """torch.tensor makes float32 of floats: [[-1.0, ...], ...]. Write it inside the function: then each call makes a
    new one.""",
    helps=(edge_finds_edges, sharpen_sharpens, blur_blurs, kernels_are_new),
)
exercise.hint(
    """Make the image larger first, by h // 2 rows and w // 2 columns on each side; then it is corr2d, and the output
    is as large as the image was. With F.pad(..., mode="replicate") the image needs a dimension in front, X[None].""",
    helps=(sums_each_window, repeats_the_border, takes_any_odd_kernel, takes_small_images),
)
exercise.hint(
    """A grey image is an image of one channel: X.reshape(-1, H, W) serves both, and reshape(X.shape) brings the shape
    back at the end.""",
    helps=filters_each_channel,
)
exercise.hint(
    """padded.unfold(-2, h, 1).unfold(-2, w, 1) has the shape (C, H, W, h, w). Multiply by K.to(X.dtype), which fits the
    last two, and sum over these two.""",
    helps=(sums_each_window, filters_each_channel, keeps_the_dtype, works_in_float64, lets_gradients_through),
)
