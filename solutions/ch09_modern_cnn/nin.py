"""NiN: four small networks of convolutions, and no dense layer at all.

A NiN block is a convolution and two convolutions of 1x1, each with a ReLU, all with the block's number of output
channels (`nin_block`). The network is

    images                                                          (n, in_channels, H, W)
    block          96, 11x11, stride 4, no padding
    max pooling    3x3, stride 2
    block          256, 5x5, padding 2
    max pooling    3x3, stride 2
    block          384, 3x3, padding 1
    max pooling    3x3, stride 2
    dropout        0.5
    block          num_classes, 3x3, padding 1                      (n, num_classes, h, w)
    mean           over the whole map                               (n, num_classes)

The last block makes a map for each class, and the mean of that map is the class's logit: where AlexNet has 54 million
weights in its dense layers, there are none here.

Read: Dive into Deep Learning, section 8.3; Lin, Chen and Yan, "Network in Network" (2013).
"""

from torch import nn


def nin(in_channels: int = 1, num_classes: int = 10) -> nn.Module:
    """A new NiN, with whatever initial weights; the checks load their own.

    The module maps images (n, in_channels, H, W), H and W from 67 up and not always equal, to logits (n, num_classes).
    The last block keeps its last ReLU, so that they are never negative; nothing else follows but the mean over the map.
    Dropout is active in training mode alone, and drops each element on its own. Sizes round down. The images are left
    unchanged.

    The 24 parameters are registered in the order of the computation, weight before bias, and have their shapes from the
    start (no nn.Lazy...): (96, in_channels, 11, 11), (96,), (96, 96, 1, 1), (96,), (96, 96, 1, 1), (96,), (256, 96, 5,
    5), ... There are no others, no buffers and no normalization. One can be made under torch.device("meta"), where a
    tensor has a shape and no memory, as all of PyTorch's layers can.
    How the module is built and named is up to you. Forbidden: torchvision.models, timm.
    """
    # TODO: a function for a block, such as the one of `nin_block`.
    # TODO: the blocks with their pooling, dropout before the last one, and the mean.
    ### BEGIN SOLUTION

    def block(channels: int, out: int, kernel_size: int, stride: int, padding: int) -> nn.Module:
        first = nn.Conv2d(channels, out, kernel_size, stride, padding)
        others = [nn.Conv2d(out, out, kernel_size=1) for _layer in range(2)]
        return nn.Sequential(first, nn.ReLU(), others[0], nn.ReLU(), others[1], nn.ReLU())

    return nn.Sequential(
        block(in_channels, 96, kernel_size=11, stride=4, padding=0),
        nn.MaxPool2d(kernel_size=3, stride=2),
        block(96, 256, kernel_size=5, stride=1, padding=2),
        nn.MaxPool2d(kernel_size=3, stride=2),
        block(256, 384, kernel_size=3, stride=1, padding=1),
        nn.MaxPool2d(kernel_size=3, stride=2),
        nn.Dropout(0.5),
        block(384, num_classes, kernel_size=3, stride=1, padding=1),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
    )
    ### END SOLUTION
