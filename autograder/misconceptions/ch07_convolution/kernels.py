"""What people get wrong about kernels."""

from autograder.misconceptions.ch07_convolution._shared import (
    INPUT_CHANGED,
    KERNEL_FLIPPED,
    KERNEL_TRANSPOSED,
    ONLY_CONTIGUOUS,
)
from autograder.spec import misconception, reference, slip

BLUR = "torch.outer(weights, weights) / 16"
REPLICATE = ', mode="replicate")'


@slip(
    "[[-1.0, -1.0, -1.0], [-1.0, 8.0, -1.0], [-1.0, -1.0, -1.0]]",
    "[[0.0, -1.0, 0.0], [-1.0, 4.0, -1.0], [0.0, -1.0, 0.0]]",
)
def four_neighbours_only():
    """The edge kernel has the four sides only: that is the plain Laplacian. This one takes the corners too: -1 at all
    eight neighbours, and 8 in the middle."""


@slip(
    "[[-1.0, -1.0, -1.0], [-1.0, 8.0, -1.0], [-1.0, -1.0, -1.0]]",
    "[[1.0, 1.0, 1.0], [1.0, -8.0, 1.0], [1.0, 1.0, 1.0]]",
)
def edge_upside_down():
    """The signs of the edge kernel are turned round: 8 in the middle, -1 around it."""


@slip(
    "[[0.0, -1.0, 0.0], [-1.0, 5.0, -1.0], [0.0, -1.0, 0.0]]",
    "[[-1.0, -1.0, -1.0], [-1.0, 9.0, -1.0], [-1.0, -1.0, -1.0]]",
)
def sharpens_with_corners():
    """The sharpening kernel has -1 in the corners and 9 in the middle. It leaves the corners out: 0 there, and 5."""


@slip("5.0", "4.0")
def image_left_out():
    """The sharpening kernel sums to 0: it gives the edges alone. With 5 in the middle, not 4, the image stays under
    them."""


@slip(BLUR, "torch.outer(weights, weights)")
def blur_not_divided():
    """The blur kernel sums to 16: images come out 16 times as bright. Divide by the sum of the weights."""


@slip(BLUR, "torch.full((3, 3), 1 / 9)")
def plain_mean():
    """All nine pixels weigh the same: that is a box blur. The Gaussian kernel weighs 4 in the middle, 2 at the sides, 1
    in the corners."""


@slip(("[-1.0, -1.0, -1.0]])", "[-1.0, -1.0, -1.0]]).long()"), ("[0.0, -1.0, 0.0]])", "[0.0, -1.0, 0.0]]).long()"))
def kernels_of_integers():
    """The kernels are int64: torch.tensor makes integers of 8 and -1. Write 8.0, or say dtype=torch.float32."""


@slip(
    ("def edge_kernel", "import functools\n\n\n@functools.cache\ndef edge_kernel"),
    ("def sharpen_kernel", "@functools.cache\ndef sharpen_kernel"),
    ("def gaussian_blur_kernel", "@functools.cache\ndef gaussian_blur_kernel"),
)
def one_tensor_for_all_calls():
    """Every call gives the same tensor: whoever changes it in place changes it for all. Make it inside the function, at
    each call."""


@misconception(entry="apply", sentence=KERNEL_FLIPPED)
def kernel_flipped(X, K):
    return reference.apply(X, K.flip(0, 1))


@misconception(entry="apply", sentence=KERNEL_TRANSPOSED)
def kernel_transposed(X, K):
    return reference.apply(X, K.T)


@slip(REPLICATE, ")")
def zeros_at_the_border():
    """Zeros are put around the image, a black frame. Repeat the nearest pixel instead, so that a flat image stays
    flat."""


@misconception(entry="apply")
def mirrored_at_the_border(X, K):
    """The image is mirrored at the border. Repeat the nearest pixel instead: the first row again, not the second
    one."""
    return around(X, K, mirror=True)


@misconception(entry="apply")
def goes_round_the_border(X, K):
    """The image goes on at its other side, as if it were periodic. Repeat the nearest pixel instead."""
    return around(X, K, mirror=False)


def around(X, K, mirror):
    """The image filtered with another border: mirrored (without its outermost pixel), or periodic."""
    for dim, k in ((-2, K.shape[0]), (-1, K.shape[1])):
        n = X.shape[dim]
        places = [i % n for i in range(-(k // 2), n + k // 2)]
        if mirror:
            period = max(2 * n - 2, 1)
            places = [min(i % period, period - i % period) if n > 1 else 0 for i in range(-(k // 2), n + k // 2)]
        X = X[..., places, :] if dim == -2 else X[..., places]
    h, w = K.shape
    return reference.apply(X, K)[..., h // 2 : X.shape[-2] - h // 2, w // 2 : X.shape[-1] - w // 2]


@misconception(entry="apply")
def border_lost(X, K):
    """The output is smaller than the image: nothing was put around it. Extend the border by h // 2 rows and w // 2
    columns on each side."""
    h, w = K.shape
    return reference.apply(X, K)[..., h // 2 : X.shape[-2] - h // 2, w // 2 : X.shape[-1] - w // 2]


@slip(
    ("(w // 2, w // 2, h // 2, h // 2)", "(1, 1, 1, 1)"),
    (".reshape(X.shape)", ".reshape(*X.shape[:-2], X.shape[-2] + 3 - h, X.shape[-1] + 3 - w)"),
)
def border_of_one_pixel():
    """The border is extended by one pixel whatever the kernel: it takes h // 2 rows and w // 2 columns on each side."""


@misconception(entry="apply")
def channels_summed(X, K):
    """The channels are summed into one, as in a convolutional layer. A filter treats each channel alone: three channels
    in, three out."""
    Y = reference.apply(X, K)
    return Y.sum(0) if X.dim() == 3 else Y


@misconception(entry="apply")
def channels_made_grey(X, K):
    """All channels come out alike: their mean was filtered. A filter treats each channel alone."""
    return reference.apply(X.mean(0).expand(X.shape), K) if X.dim() == 3 else reference.apply(X, K)


@slip("K.to(X.dtype))", "K.to(X.dtype)).clamp(0, 1)")
def clamped():
    """The values are cut to [0, 1]. That is for showing an image: edges are negative too, so leave the values as they
    are."""


@slip("K.to(X.dtype))", "K.to(X.dtype) / (K.sum().to(X.dtype) if K.sum() != 0 else 1))")
def divided_by_its_sum():
    """The result is divided by the kernel's sum. The kernel's weights are meant as they are, whatever their sum."""


@slip("windows, K.to(X.dtype))", "windows.to(K.dtype), K)")
def dtype_of_the_kernel():
    """The output has the dtype of the kernel: convert the kernel to the dtype of the image, K.to(X.dtype)."""


@slip(
    ("if h % 2 == 0 or w % 2 == 0:", "if False:"),
    (".reshape(X.shape)", "[..., : X.shape[-2], : X.shape[-1]].reshape(X.shape)"),
)
def even_kernels_taken():
    """A kernel of even size has no middle pixel, so it would shift the image by half a pixel: raise ValueError."""


@slip("windows, K.to(X.dtype))", "windows, K)")
def kernel_not_converted():
    """A kernel of another dtype than the image raises RuntimeError: convert it first, K.to(X.dtype)."""


@slip("K.to(X.dtype))", "K.view(-1).view(h, w).to(X.dtype))", sentence=ONLY_CONTIGUOUS)
def kernel_in_one_row(): ...


@misconception(entry="apply", sentence=INPUT_CHANGED)
def kernel_changed_in_place(X, K):
    Y = reference.apply(X, K.clone())
    K -= K.mean()
    return Y
