"""GoogLeNet: nine Inception blocks between a short stem and a mean.

"Pool" is max pooling of 3x3 with stride 2 and padding 1. An Inception block is written (c1, c2, c3, c4), as in the
exercise inception: path 1 is a 1x1 convolution, path 2 a 1x1 and a 3x3 (padding 1), path 3 a 1x1 and a 5x5 (padding 2),
path 4 max pooling of 3x3 (stride 1, padding 1) and a 1x1; a ReLU after each of the six convolutions; joined on the
channels in the order 1, 2, 3, 4. Here with the sizes for an image of 96x96:

    images                                                          (n, in_channels, 96, 96)
    stage 1    convolution 64, 7x7, stride 2, padding 3, ReLU       (n, 64, 48, 48)
               Pool                                                 (n, 64, 24, 24)
    stage 2    convolution 64, 1x1, ReLU                            (n, 64, 24, 24)
               convolution 192, 3x3, padding 1, ReLU                (n, 192, 24, 24)
               Pool                                                 (n, 192, 12, 12)
    stage 3    ( 64, ( 96, 128), (16,  32),  32)                    (n, 256, 12, 12)
               (128, (128, 192), (32,  96),  64), Pool              (n, 480, 6, 6)
    stage 4    (192, ( 96, 208), (16,  48),  64)                    (n, 512, 6, 6)
               (160, (112, 224), (24,  64),  64)                    (n, 512, 6, 6)
               (128, (128, 256), (24,  64),  64)                    (n, 512, 6, 6)
               (112, (144, 288), (32,  64),  64)                    (n, 528, 6, 6)
               (256, (160, 320), (32, 128), 128), Pool              (n, 832, 3, 3)
    stage 5    (256, (160, 320), (32, 128), 128)                    (n, 832, 3, 3)
               (384, (192, 384), (48, 128), 128)                    (n, 1024, 3, 3)
    mean of each map                                                (n, 1024)
    dense      num_classes                                          (n, num_classes)

This is the book's network: no dropout, no auxiliary heads, no local response normalization and no batch normalization.

Read: Dive into Deep Learning, section 8.4; Szegedy and others, "Going Deeper with Convolutions" (2014), table 1.
"""

import torch
from torch import Tensor, nn


def googlenet(in_channels: int = 1, num_classes: int = 10) -> nn.Module:
    """A new GoogLeNet, with whatever initial weights; the checks load their own.

    The module maps images (n, in_channels, H, W), any H and W, to logits (n, num_classes): no ReLU and no softmax on
    them. Sizes round down. Training and evaluation mode do the same. The images are left unchanged.

    The 116 parameters are those of 57 convolutions and one dense layer, each with a bias, registered in the order of
    the computation, in a block path by path (path 1; path 2, 1x1 then 3x3; path 3, 1x1 then 5x5; path 4), weight before
    bias. They have their shapes from the start (no nn.Lazy...). There are no others and no buffers. One can be made
    under torch.device("meta"), where a tensor has a shape and no memory, as all of PyTorch's layers can. How the module
    is built and named is up to you; write the block in this file too. Forbidden: torchvision.models, timm.
    """
    # TODO: the stages one after the other; a block reads as many channels as the one before it gives.
    # TODO: the mean of each map, and the dense layer.
    raise NotImplementedError
