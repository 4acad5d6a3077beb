"""What people get wrong about several channels."""

import torch

from autograder.misconceptions.ch07_convolution._shared import INPUT_CHANGED, ONLY_CONTIGUOUS
from autograder.spec import misconception, reference, slip


@misconception
def channels_averaged(X, K):
    """corr2d_multi_in averages over the channels. What they give is added up, not averaged."""
    return reference.corr2d_multi_in(X, K) / len(X)


@misconception
def channels_not_added(X, K):
    """corr2d_multi_in keeps the channels apart. The results of all input channels are added up into one."""
    one_by_one = [reference.corr2d_multi_in(x[None], k[None]) for x, k in zip(X, K)]
    if len(X) != len(K):
        raise ValueError
    return torch.stack(one_by_one)


@misconception
def first_slice_for_all(X, K):
    """corr2d_multi_in slides the first slice of the kernel over all channels. Each channel has its own slice."""
    return reference.corr2d_multi_in(X, K[:1].expand_as(K))


@misconception
def kernel_flipped(X, K):
    """corr2d_multi_in flips the kernel: that is convolution. Cross-correlation takes K as it is."""
    return reference.corr2d_multi_in(X, K.flip(1, 2))


@misconception
def channels_cut_to_the_shorter(X, K):
    """corr2d_multi_in drops the channels that have no partner, as zip does. Other numbers of channels are a
    ValueError."""
    n = min(len(X), len(K))
    return reference.corr2d_multi_in(X[:n], K[:n])


@misconception
def one_channel_repeated(X, K):
    """corr2d_multi_in repeats a single channel for all of the other side, as broadcasting does. Other numbers of
    channels are a ValueError."""
    n = max(len(X), len(K))
    stretched = [t.expand(n, *t.shape[1:]) if len(t) == 1 else t for t in (X, K)]
    return reference.corr2d_multi_in(*stretched)


@slip("if len(X) != len(K):", "if False:")
def channels_left_to_torch():
    """Unequal numbers of channels are left to torch, which raises another exception. Compare them and raise
    ValueError."""


@misconception(entry="corr2d_multi_in_out")
def outputs_added(X, K):
    """corr2d_multi_in_out adds up the output channels too. Each kernel K[o] has an output channel of its own."""
    return reference.corr2d_multi_in_out(X, K).sum(0)


@misconception(entry="corr2d_multi_in_out")
def outputs_last(X, K):
    """corr2d_multi_in_out puts the output channels last. They come first: (co, rows, columns)."""
    return reference.corr2d_multi_in_out(X, K).permute(1, 2, 0)


@misconception(entry="corr2d_multi_in_out")
def outputs_joined(X, K):
    """corr2d_multi_in_out joins the outputs along their rows, as torch.cat does. torch.stack makes a new first axis for
    them."""
    return reference.corr2d_multi_in_out(X, K).flatten(0, 1)


@misconception(entry="corr2d_multi_in_out")
def kernel_axes_swapped(X, K):
    """corr2d_multi_in_out reads the kernels as (ci, co, h, w). The output channels come first: (co, ci, h, w)."""
    co, ci, h, w = K.shape
    if ci != len(X):
        raise ValueError
    return reference.corr2d_multi_in_out(X, K.reshape(ci, co, h, w).transpose(0, 1))


@misconception(entry="corr2d_multi_in_out")
def first_kernel_for_all(X, K):
    """corr2d_multi_in_out uses the first kernel for every output channel. Channel o comes from K[o]."""
    return reference.corr2d_multi_in_out(X, K[:1].expand_as(K))


@misconception(entry="corr2d_multi_in_out")
def single_output_squeezed(X, K):
    """corr2d_multi_in_out loses the channel axis where there is one kernel only. The result is (1, rows, columns)
    then."""
    return reference.corr2d_multi_in_out(X, K).squeeze(0)


@misconception(entry="corr2d_multi_in_out")
def corr2d_multi_in_out_gradient_cut(X, K):
    """No gradient comes through corr2d_multi_in_out: collect tensors with torch.stack, not numbers."""
    return reference.corr2d_multi_in_out(X, K).detach()


@misconception(entry="corr2d_1x1")
def pixels_torn_apart(X, K):
    """corr2d_1x1 brings X into the shape (H * W, ci) with reshape or view, which tears the pixels apart: the channels
    are the first axis. Take X.reshape(ci, H * W), or permute."""
    ci, H, W = X.shape
    reference.corr2d_1x1(X.detach(), K.detach())
    return (X.reshape(H * W, ci) @ K.reshape(-1, ci).T).T.reshape(-1, H, W)


@misconception(entry="corr2d_1x1")
def result_torn_apart(X, K):
    """corr2d_1x1 brings its product (H * W, co) into the shape (co, H, W) with reshape, which tears the channels apart:
    transpose first, or multiply the weights from the left."""
    Y = reference.corr2d_1x1(X, K)
    return Y.flatten(1).T.reshape(Y.shape)


@misconception(entry="corr2d_1x1")
def pixels_left_in_a_row(X, K):
    """corr2d_1x1 returns a row of pixels for each channel. Bring them back to (co, H, W)."""
    return reference.corr2d_1x1(X, K).flatten(1)


@misconception(entry="corr2d_1x1")
def weights_transposed(X, K):
    """corr2d_1x1 reads the kernels as (ci, co, 1, 1). The output channels come first: (co, ci, 1, 1)."""
    co, ci = K.shape[:2]
    reference.corr2d_1x1(X.detach(), K.detach())
    return reference.corr2d_1x1(X, K.reshape(ci, co).T[:, :, None, None])


@misconception(entry="corr2d_1x1")
def mixed_and_averaged(X, K):
    """corr2d_1x1 averages over the channels. A matrix product adds them up."""
    return reference.corr2d_1x1(X, K) / len(X)


@misconception(entry="corr2d_1x1")
def rest_of_the_kernel_forgotten(X, K):
    """corr2d_1x1 takes the first weight of larger kernels and forgets the rest. Kernels that are not 1x1 are a
    ValueError."""
    return reference.corr2d_1x1(X, K[:, :, :1, :1])


@misconception(entry="corr2d_1x1")
def only_the_weights_counted(X, K):
    """corr2d_1x1 counts only how many weights a kernel has. Compare its channels with those of X, and see that it is
    1x1."""
    return reference.corr2d_1x1(X, K.reshape(len(K), -1, 1, 1))


@slip("X.reshape(ci, H * W)", "X.view(ci, H * W)", sentence=ONLY_CONTIGUOUS)
def pixels_joined_by_view(): ...


@misconception(entry="corr2d_multi_in", sentence=INPUT_CHANGED)
def kernel_changed_in_place(X, K):
    Y = reference.corr2d_multi_in(X, K)
    K *= Y[0, 0]
    return Y
