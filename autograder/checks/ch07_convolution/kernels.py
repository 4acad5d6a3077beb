"""Checks of kernels."""

import torch

from autograder.checks.ch07_convolution._shared import IMAGE
from autograder.datasets import photos
from autograder.spec import Exercise, drawn, filled, rows, tensor, uniform

exercise = Exercise(
    entry=("edge_kernel", "sharpen_kernel", "gaussian_blur_kernel", "apply"),
    forbid="convolution",
    sizes={"channels": (2, 5), **dict.fromkeys(IMAGE, (6, 9)), **dict.fromkeys(("tall", "wide"), (10, 13))},
)

EDGE = tensor([[-1.0, -1.0, -1.0], [-1.0, 8.0, -1.0], [-1.0, -1.0, -1.0]])
SHARPEN = tensor([[0.0, -1.0, 0.0], [-1.0, 5.0, -1.0], [0.0, -1.0, 0.0]])
BLUR = tensor([[0.0625, 0.125, 0.0625], [0.125, 0.25, 0.125], [0.0625, 0.125, 0.0625]])
ODD = [[0.05, 0.12, 0.02], [0.11, 0.07, 0.13], [0.03, 0.01, 0.09]]
PLACES = ("rows", "columns")


def weights(h, w):
    """A kernel that leaves images in [0, 1]: whether more is kept as it is, is the photos' business."""
    return uniform(h, w, low=0.01, high=0.9 / max(h * w, 7))


def photo(load, name, *front):
    """A real photo, 24 rows and 36 columns of pixels."""
    return drawn(lambda d: load(name).to(d.dtype), *front, photos.HEIGHT, photos.WIDTH)


ODD_SIZES = rows("K", weights(1, 3), weights(5, 3), weights(3, 7), weights(7, 1), weights(5, 5), weights(1, 1))
EVEN_SIZES = rows("K", weights(2, 3), weights(3, 4), weights(2, 2), weights(3, 5))
FLAT = rows("X", filled(0.75, *IMAGE)) * rows("K", BLUR, EDGE)
SMALL = rows("X", uniform(2, 3), uniform(1, 4), uniform(1, 1), uniform(3, 1))
PHOTOS = rows("X K", (photo(photos.grey, "china"), EDGE), (photo(photos.grey, "flower"), SHARPEN))
PHOTOS += rows("X", photo(photos.grey, "china"))
PHOTOS += rows("X K", (photo(photos.load, "china", 3), BLUR), (photo(photos.load, "flower", 3), EDGE))


def inside(Y, K):
    """The result with zeros where windows reach beyond the border: what is there is the business of other checks."""
    if not isinstance(Y, torch.Tensor) or Y.dim() < 2:
        return Y
    (h, w), (H, W) = (n // 2 for n in K.shape), Y.shape[-2:]
    kept = torch.zeros_like(Y)
    kept[..., h : H - h, w : W - w] = Y[..., h : H - h, w : W - w]
    return kept


edge_kernel, sharpen_kernel, blur_kernel = (exercise.call(name, axes=PLACES) for name in exercise.entries[:3])
apply = exercise.call("apply", X=uniform(*IMAGE), K=weights(3, 3), axes=PLACES)


@exercise.call(X=uniform(*IMAGE), K=weights(3, 3), axes=PLACES)
def apply_inside(student, X, K):
    return inside(student.apply(X, K), K)


@edge_kernel.check(points=0.5)
def edge_finds_edges():
    """edge_kernel is 8 in the middle and -1 all around"""


@sharpen_kernel.check(points=0.5)
def sharpen_sharpens():
    """sharpen_kernel is 5 in the middle, -1 at the sides and 0 in the corners"""


@blur_kernel.check(points=0.5)
def blur_blurs():
    """gaussian_blur_kernel is 4, 2 and 1 sixteenths: the middle, the sides, the corners"""


@exercise.returns_new_tensors(points=0.5)
def kernels_are_new():
    """every call of a kernel function returns a new tensor"""


@apply_inside.check(points=1)
def sums_each_window():
    """apply sums the products of the kernel with the pixels around each pixel, for an output as large as the image"""


@apply_inside.check(points=1, axes=("channels", *PLACES), X=uniform("channels", *IMAGE), also=rows("channels", 3, 1))
def filters_each_channel():
    """apply filters each channel alone"""


@apply_inside.check(points=1, X=uniform("tall", "wide"), cases=ODD_SIZES)
def takes_any_odd_kernel():
    """apply takes kernels of any odd sizes"""


@apply.check(points=1, picture=True, also=rows("K", weights(5, 5)) + FLAT)
def repeats_the_border():
    """apply repeats the nearest pixel beyond the border"""


@apply.check(points=0.5, axes=(), K=weights(5, 5), cases=SMALL)
def takes_small_images():
    """apply takes images smaller than the kernel"""


@apply.check(points=1, picture=True, axes=(), cases=PHOTOS)
def filters_a_photo():
    """apply finds edges in photos, sharpens and blurs them, and leaves values outside of [0, 1] as they are"""


@exercise.keeps_the_dtype(points=0.25, about=[apply, apply_inside])
def works_in_float64():
    """apply works in float64 too, to its full precision"""


@exercise.takes_views(points=0.25, about=[apply, apply_inside])
def takes_views():
    """apply takes images and kernels that are views of others, as X.mT is"""


@apply_inside.check(
    points=0.5,
    dtypes=("float32", "float64"),
    cases=rows("K", tensor(ODD, torch.float32), tensor(ODD, torch.float64)),
)
def keeps_the_dtype():
    """apply keeps the dtype of the image, whatever the kernel's is"""


# Flat images come out right with other borders too, but their gradients do not.
@exercise.lets_gradients_through(points=0.75, about=[apply_inside, takes_small_images, filters_a_photo])
def lets_gradients_through():
    """apply lets gradients flow to the image and to the kernel"""


@exercise.leaves_its_inputs_alone(points=0.25, about=[apply, apply_inside])
def leaves_its_inputs_alone():
    """apply leaves the image and the kernel unchanged"""


@apply.refuses(points=0.5, needs=sums_each_window, mutates=("X", "K"), cases=EVEN_SIZES)
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
