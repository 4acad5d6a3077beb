"""NiN, the network in network: convolutions all the way to the scores, and no dense layer.

It is AlexNet's plan, with NiN blocks in the place of its convolutions and a mean in the place of its dense layers. A
block is three convolutions, each with a ReLU and with as many channels as the block has:

    nin block      k x k, with the block's stride and padding                    ReLU
                   1x1                                                           ReLU
                   1x1                                                           ReLU

The network, here with the sizes for an image of 224x224:

    images                                                (n, in_channels, 224, 224)
    nin block      96, 11x11, stride 4, no padding        (n, 96, 54, 54)
    max pooling    3x3, stride 2                          (n, 96, 26, 26)
    nin block      256, 5x5, padding 2                    (n, 256, 26, 26)
    max pooling    3x3, stride 2                          (n, 256, 12, 12)
    nin block      384, 3x3, padding 1                    (n, 384, 12, 12)
    max pooling    3x3, stride 2                          (n, 384, 5, 5)
    dropout        0.5
    nin block      num_classes, 3x3, padding 1            (n, num_classes, 5, 5)
    mean of each map                                      (n, num_classes)

Read: Dive into Deep Learning, section 8.3; Lin, Chen and Yan, "Network in Network" (2013).
"""

from torch import nn


def nin(in_channels: int = 1, num_classes: int = 10) -> nn.Module:
    """A new NiN, with whatever initial weights; the checks load their own.

    The module maps images (n, in_channels, H, W), any H and W from 67 up, to scores (n, num_classes): the mean of each
    map of the last block over all of its pixels. The last block keeps its last ReLU, as in the book, so that no score
    is negative; nothing follows the mean, no softmax either. There is no dense layer. Dropout is active in training
    mode alone, and drops each element on its own. Sizes round down. The images are left unchanged.

    The 24 parameters are those of the twelve convolutions, each with a bias, registered in the order of the
    computation, weight before bias. They have their shapes from the start (no nn.Lazy...): (96, in_channels, 11, 11),
    (96,), (96, 96, 1, 1), (96,), ..., (num_classes, num_classes, 1, 1), (num_classes,). There are no others, no buffers
    and no normalization. One can be made under torch.device("meta"), where a tensor has a shape and no memory, as all
    of PyTorch's layers can. How the module is built and named is up to you; if you write a block, write it in this
    file. Forbidden: torchvision.models, timm.
    """
    # TODO: four blocks, max pooling after each of the first three, and dropout before the last block.
    # TODO: the mean of each map, without the two axes of size 1 that PyTorch's pooling leaves.
    raise NotImplementedError
