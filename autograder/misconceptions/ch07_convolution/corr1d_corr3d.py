"""What people get wrong about corr1d and corr3d."""

from torch.nn import functional as F

from autograder.misconceptions.ch07_convolution._shared import INPUT_CHANGED, ONLY_CONTIGUOUS
from autograder.spec import misconception, reference, slip

NOT_GENERATED = ("corr1d_contiguous_inputs_only",)  # of one axis every view can be viewed again


@misconception
def corr1d_kernel_flipped(X, K):
    """corr1d flips the kernel: that is convolution (as np.convolve does). Cross-correlation takes K as it is."""
    return reference.corr1d(X, K.flip(0))


@misconception
def corr1d_one_window_short(X, K):
    """corr1d leaves out the last window: k values fit n - k + 1 times into n, not n - k times."""
    return reference.corr1d(X, K)[:-1]


@misconception
def corr1d_padded_to_same_size(X, K):
    """corr1d gives back as many values as came in: zeros were added at the ends. Only windows wholly inside X count."""
    return reference.corr1d(F.pad(X, ((len(K) - 1) // 2, len(K) // 2)), K)


@misconception
def corr1d_mean_instead_of_sum(X, K):
    """corr1d averages the windows. Cross-correlation sums the products and does not divide."""
    return reference.corr1d(X, K) / len(K)


@misconception
def corr1d_cut_from_memory(X, K):
    """corr1d cuts its windows from memory as if one value of X lay beside the other. In a view, as X[::2] is one, they
    do not: ask X.stride(), or begin with X.contiguous()."""
    return (X.as_strided((len(X) - len(K) + 1, len(K)), (1, 1)) * K).sum(1)


@misconception(sentence=INPUT_CHANGED)
def corr1d_kernel_changed_in_place(X, K):
    Y = reference.corr1d(X, K)
    K *= X[: len(K)]
    return Y


@slip("range(len(X) - k + 1)", "range(0, len(X) - k + 1, k)")
def corr1d_windows_do_not_overlap():
    """corr1d jumps ahead by a whole kernel each time. The windows overlap: the next one starts one value further."""


@misconception(entry="corr3d")
def corr3d_kernel_flipped(X, K):
    """corr3d flips the kernel: that is convolution. Cross-correlation takes K as it is."""
    return reference.corr3d(X, K.flip(0, 1, 2))


@misconception(entry="corr3d")
def corr3d_images_flipped(X, K):
    """corr3d flips the kernel in height and width: that is convolution of images. Cross-correlation takes K as it
    is."""
    return reference.corr3d(X, K.flip(1, 2))


@misconception(entry="corr3d")
def corr3d_depth_as_channels(X, K):
    """corr3d treats the depth as channels: it sums over all of it and returns an image. Depth is a dimension to slide
    along too: there are D - d + 1 places."""
    return reference.corr3d(X, K).sum(0)


@misconception(entry="corr3d")
def corr3d_slice_by_slice(X, K):
    """corr3d filters each slice of the volume alone, with a kernel summed over its depth. The kernel reaches over d
    slices at a time, with its own weights for each."""
    return reference.corr3d(X, K.sum(0, keepdim=True))


@misconception(entry="corr3d")
def corr3d_one_slice_of_the_kernel(X, K):
    """corr3d uses the first slice of the kernel for all slices. Each of its d slices meets its own slice of the
    block."""
    return reference.corr3d(X, K[:1].expand_as(K))


@misconception(entry="corr3d")
def corr3d_one_window_short(X, K):
    """corr3d leaves out the last block in each dimension: d slices fit D - d + 1 times into D, not D - d times."""
    return reference.corr3d(X, K)[:-1, :-1, :-1]


@misconception(entry="corr3d")
def corr3d_axes_permuted(X, K):
    """corr3d returns (height, width, depth): the axes of its result are in another order than those of X, which are
    (depth, height, width)."""
    return reference.corr3d(X, K).permute(1, 2, 0)


@misconception(entry="corr3d")
def corr3d_kernel_sides_swapped(X, K):
    """corr3d mixes up the height and the width of the kernel: K is (depth, height, width), as X is."""
    return reference.corr3d(X, K.reshape(K.shape[0], K.shape[2], K.shape[1]))


@misconception(entry="corr3d")
def corr3d_mean_instead_of_sum(X, K):
    """corr3d averages the blocks. Cross-correlation sums the products and does not divide."""
    return reference.corr3d(X, K) / K.numel()


@slip("w] * K).sum()", "w].reshape(-1) * K.view(-1)).sum()", sentence=ONLY_CONTIGUOUS)
def corr3d_kernel_in_one_row(): ...
