"""AlexNet: the network that won ImageNet in 2012 and brought deep learning back.

It is LeNet's plan at another size, with three things that were new then: ReLUs, max pooling and dropout.

    images                                          (n, in_channels, 224, 224)
    convolution    96, 11x11, stride 4, padding 2   (n, 96, 55, 55)     ReLU
    max pooling    3x3, stride 2                    (n, 96, 27, 27)
    convolution    256, 5x5, padding 2              (n, 256, 27, 27)    ReLU
    max pooling    3x3, stride 2                    (n, 256, 13, 13)
    convolution    384, 3x3, padding 1              (n, 384, 13, 13)    ReLU
    convolution    384, 3x3, padding 1              (n, 384, 13, 13)    ReLU
    convolution    256, 3x3, padding 1              (n, 256, 13, 13)    ReLU
    max pooling    3x3, stride 2                    (n, 256, 6, 6)
    flatten                                         (n, 9216)
    dense          4096                             (n, 4096)           ReLU, dropout 0.5
    dense          4096                             (n, 4096)           ReLU, dropout 0.5
    dense          num_classes                      (n, num_classes)

All eight layers with weights have a bias. Read: Dive into Deep Learning, section 8.1, whose first convolution has
padding 1, so that its dense layers begin with 6400; Krizhevsky, Sutskever and Hinton, "ImageNet Classification with
Deep Convolutional Neural Networks" (2012), which divided the channels between two GPUs, and had a normalization that
nobody uses now.
"""

from torch import nn


def alexnet(in_channels: int = 1, num_classes: int = 10) -> nn.Module:
    """A new AlexNet, with whatever initial weights; the checks load their own.

    The module maps images (n, in_channels, H, W), H and W from 223 to 254, to logits (n, num_classes). They are any
    real numbers: no ReLU and no softmax follows the last dense layer. Dropout is active in training mode alone, and
    drops each element on its own. Sizes round down. The images are left unchanged.

    The 16 parameters are registered in the order of the computation, weight before bias, and have their shapes from the
    start (no nn.Lazy...): (96, in_channels, 11, 11), (96,), (256, 96, 5, 5), ..., (num_classes, 4096), (num_classes,).
    There are no others, no buffers and no normalization. Flatten keeps the order (channel, row, column). One can be
    made under torch.device("meta"), where a tensor has a shape and no memory, as all of PyTorch's layers can.
    How the module is built and named is up to you. Forbidden: torchvision.models, timm.
    """
    # TODO: five convolutions, each with its ReLU; max pooling after the first, the second and the fifth.
    # TODO: flatten, then three dense layers; ReLU and dropout after the first two.
    ### BEGIN SOLUTION
    return nn.Sequential(
        nn.Conv2d(in_channels, 96, kernel_size=11, stride=4, padding=2),  # (n, 96, 55, 55)
        nn.ReLU(),
        nn.MaxPool2d(kernel_size=3, stride=2),  # (n, 96, 27, 27)
        nn.Conv2d(96, 256, kernel_size=5, padding=2),
        nn.ReLU(),
        nn.MaxPool2d(kernel_size=3, stride=2),  # (n, 256, 13, 13)
        nn.Conv2d(256, 384, kernel_size=3, padding=1),
        nn.ReLU(),
        nn.Conv2d(384, 384, kernel_size=3, padding=1),
        nn.ReLU(),
        nn.Conv2d(384, 256, kernel_size=3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(kernel_size=3, stride=2),  # (n, 256, 6, 6)
        nn.Flatten(),  # (n, 9216)
        nn.Linear(256 * 6 * 6, 4096),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Linear(4096, 4096),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Linear(4096, num_classes),  # logits
    )
    ### END SOLUTION
