"""LeNet: two convolutions that look, three dense layers that decide.

It reads images of one channel and 28x28 pixels, and gives a score (a logit) for each of ten classes:

    convolution      6 channels, 5x5, padding 2     (n, 6, 28, 28)     sigmoid
    average pooling  2x2, stride 2                  (n, 6, 14, 14)
    convolution      16 channels, 5x5               (n, 16, 10, 10)    sigmoid
    average pooling  2x2, stride 2                  (n, 16, 5, 5)
    flatten                                         (n, 400)
    dense            120                            (n, 120)           sigmoid
    dense            84                             (n, 84)            sigmoid
    dense            10                             (n, 10)

All five layers with weights have a bias. Read: Dive into Deep Learning, section 7.6; LeCun, Bottou, Bengio, Haffner,
Gradient-Based Learning Applied to Document Recognition (1998), section II.B, whose net differs in details.
"""

from torch import nn


def lenet() -> nn.Module:
    """A new LeNet, with whatever initial weights; the checks load their own.

    The module maps images (n, 1, 28, 28) to logits (n, 10), for any n from 1 on, and does the same in training and
    in evaluation mode. Its logits are any real numbers: no softmax, no sigmoid on them. In float64 it works in float64.

    Parameters in this order: (6, 1, 5, 5), (6,), (16, 6, 5, 5), (16,), (120, 400), (120,), (84, 120), (84,),
    (10, 84), (10,). How the module is built and named is up to you, but its shapes are known from the start
    (no nn.Lazy...), and flatten keeps the order (channel, row, column). All of PyTorch's layers are welcome.
    """
    # TODO: the two convolutions, each with its sigmoid and its average pooling.
    # TODO: flatten all axes but the first, then the three dense layers, a sigmoid between them.
    raise NotImplementedError
