"""Checks of kernels."""

import torch

from autograder.datasets import photos
from autograder.spec import Exercise, drawn, error_of, filled, fitting, gradients, tensor, uniform

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


def weights(h, w):
    """A kernel that leaves images in [0, 1]: whether more is kept as it is, is the photos' business."""
    return uniform(h, w, low=0.01, high=0.9 / max(h * w, 7))


def framed(*dims, frame=2):
    """An image with a frame of zeros: whatever is done at its border comes to the same."""
    image = uniform(*dims)

    def draw(d):
        X = image.draw(d)
        inside = torch.zeros_like(X)
        inside[..., frame:-frame, frame:-frame] = X[..., frame:-frame, frame:-frame]
        return inside

    return drawn(draw, *dims)


def photo(name):
    """A real photo in colour, (3, 24, 36)."""
    return drawn(lambda d: photos.load(name).to(d.dtype), 3, photos.HEIGHT, photos.WIDTH)


def grey_photo(name):
    """A real photo in grey, (24, 36)."""
    return drawn(lambda d: photos.grey(name).to(d.dtype), photos.HEIGHT, photos.WIDTH)


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


@exercise.check(points=1.25, axes=PLACES, X=framed("height", "width"), K=weights(3, 3))
def sums_each_window(student, X, K):
    """apply sums the products of the kernel with the pixels around each pixel, for an output as large as the image"""
    return student.apply(X, K)


@exercise.check(
    points=1,
    axes=("channels", *PLACES),
    cases=[{}, {"channels": 3}, {"channels": 1}],
    X=framed("channels", "height", "width"),
    K=weights(3, 3),
)
def filters_each_channel(student, X, K):
    """apply filters each channel alone"""
    return student.apply(X, K)


@exercise.check(
    points=1,
    axes=PLACES,
    cases=[{"K": weights(h, w)} for h, w in [(1, 3), (5, 3), (3, 7), (7, 1), (5, 5), (1, 1)]],
    X=framed("tall", "wide", frame=4),
    K=weights(1, 3),
)
def takes_any_odd_kernel(student, X, K):
    """apply takes kernels of any odd sizes"""
    return student.apply(X, K)


@exercise.check(
    picture=True,
    points=1.5,
    axes=PLACES,
    cases=[
        {},
        {"K": weights(5, 5)},
        {"X": filled(0.75, "height", "width"), "K": BLUR},
        {"X": filled(0.75, "height", "width"), "K": EDGE},
    ],
    X=uniform("height", "width"),
    K=weights(3, 3),
)
def repeats_the_border(student, X, K):
    """apply repeats the nearest pixel beyond the border"""
    return student.apply(X, K)


@exercise.check(
    points=0.5,
    cases=[{"X": uniform(*shape)} for shape in [(2, 3), (1, 4), (1, 1), (3, 1)]],
    X=uniform(2, 3),
    K=weights(5, 5),
)
def takes_small_images(student, X, K):
    """apply takes images smaller than the kernel"""
    return student.apply(X, K)


@exercise.check(
    picture=True,
    points=1,
    cases=[
        {"X": grey_photo("china"), "K": EDGE},
        {"X": grey_photo("flower"), "K": SHARPEN},
        {"X": photo("china"), "K": BLUR},
        {"X": photo("flower"), "K": EDGE},
    ],
    X=grey_photo("china"),
    K=EDGE,
)
def filters_a_photo(student, X, K):
    """apply finds edges in photos, sharpens and blurs them, and leaves values outside of [0, 1] as they are"""
    return student.apply(X, K)


@exercise.check(
    points=0.5,
    dtypes=["float64", "float32"],
    cases=[{"K": tensor(ODD, torch.float32)}, {"K": tensor(ODD, torch.float64)}],
    axes=PLACES,
    X=framed("height", "width"),
    K=EDGE,
)
def keeps_the_dtype(student, X, K):
    """apply keeps the dtype of the image, whatever the kernel's is"""
    return student.apply(X, K)


@exercise.check(points=0.75, X=uniform("height", "width"), K=weights(3, 3))
def lets_gradients_through(student, X, K):
    """apply lets gradients flow to the image and to the kernel (seen away from the border)"""
    return gradients(lambda X, K: fitting(student.apply(X, K), X)[2:-2, 2:-2], X=X, K=K)


@exercise.check(
    points=0.5,
    needs=sums_each_window,
    cases=[{"K": weights(h, w)} for h, w in [(2, 3), (3, 4), (2, 2), (3, 5)]],
    X=uniform("height", "width"),
    K=weights(2, 3),
)
def refuses_even_kernels(student, X, K):
    """apply raises ValueError for a kernel with an even size"""
    return error_of(ValueError, student.apply, X, K)


exercise.hint(
    """What does each kernel make of a wall, where all pixels are alike? Add up its elements: 0 for edge, 1 for the
    other two."""
)
exercise.hint(
    """torch.tensor makes float32 of floats: [[-1.0, ...], ...]. Write it inside the function: then each call makes a
    new one.""",
    edge_finds_edges,
    sharpen_sharpens,
    blur_blurs,
    kernels_are_new,
)
exercise.hint(
    """Make the image larger first, by h // 2 rows and w // 2 columns on each side; then it is corr2d, and the output
    is as large as the image was. With F.pad(..., mode="replicate") the image needs a dimension in front, X[None].""",
    sums_each_window,
    repeats_the_border,
    takes_any_odd_kernel,
    takes_small_images,
)
exercise.hint(
    """A grey image is an image of one channel: X.reshape(-1, H, W) serves both, and reshape(X.shape) brings the shape
    back at the end.""",
    filters_each_channel,
)
exercise.hint(
    """padded.unfold(-2, h, 1).unfold(-2, w, 1) has the shape (C, H, W, h, w). Multiply by K.to(X.dtype), which fits the
    last two, and sum over these two.""",
    sums_each_window,
    filters_each_channel,
    keeps_the_dtype,
    lets_gradients_through,
)
