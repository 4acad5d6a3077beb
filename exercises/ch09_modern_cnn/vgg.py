"""VGG: a deep network out of one small block, repeated.

A block is a few convolutions of 3x3, each with a ReLU, that keep the size of the image, and a pooling that halves it:

    vgg_block(num_convs, in_channels, out_channels)
    convolution    3x3, padding 1     (n, out_channels, H, W)              ReLU          num_convs times
    max pooling    2x2, stride 2      (n, out_channels, H // 2, W // 2)

Two 3x3 convolutions in a row see 5x5 pixels, three see 7x7, with fewer weights than one large kernel and with more
ReLUs. The network is a list of blocks, and AlexNet's dense layers behind them:

    blocks         one for each (num_convs, out_channels) of arch
    flatten        (n, out_channels * 7 * 7)
    dense          4096                      ReLU, dropout 0.5
    dense          4096                      ReLU, dropout 0.5
    dense          num_classes

VGG-11 is ((1, 64), (1, 128), (2, 256), (2, 512), (2, 512)): eight convolutions and three dense layers.

Read: Dive into Deep Learning, section 8.2; Simonyan and Zisserman, "Very Deep Convolutional Networks for Large-Scale
Image Recognition" (2014).
"""

from collections.abc import Sequence

from torch import nn


def vgg_block(num_convs: int, in_channels: int, out_channels: int) -> nn.Module:
    """A module that maps images (n, in_channels, H, W) to (n, out_channels, H // 2, W // 2), any H and W from 2 up.

    num_convs: how many convolutions, from 1 up. The first one goes from in_channels to out_channels, the others from
    out_channels to out_channels. Sizes round down. Training and evaluation mode do the same.
    """
    # TODO: num_convs times a convolution and a ReLU, then max pooling.
    raise NotImplementedError


def vgg(arch: Sequence[tuple[int, int]], in_channels: int = 1, num_classes: int = 10) -> nn.Module:
    """A new VGG, with whatever initial weights; the checks load their own.

    arch: (num_convs, out_channels) of each block, a sequence of any length from 1 up and with any channels; it is left
    as it is. The module maps images (n, in_channels, S, S) with S = 7 * 2 ** len(arch), so that 7x7 pixels are left
    (224 for five blocks, 28 for two), to logits (n, num_classes): no ReLU and no softmax on them. Dropout is active in
    training mode alone, and drops each element on its own. The images are left unchanged.

    The parameters of vgg and vgg_block are registered in the order of the computation, weight before bias, and have
    their shapes from the start (no nn.Lazy...). There are no others, no buffers and no normalization. Flatten keeps the
    order (channel, row, column). Both can be made under torch.device("meta"), as all of PyTorch's layers can. How the
    modules are built and named is up to you; vgg may use vgg_block. Forbidden: torchvision.models, timm.
    """
    # TODO: the blocks, each of which goes on from the channels of the one before.
    # TODO: flatten, then three dense layers; ReLU and dropout after the first two.
    raise NotImplementedError
