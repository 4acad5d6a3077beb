"""Global average pooling: each channel of an image becomes one number, its mean over all pixels.

NiN and GoogLeNet end with it, where LeNet and AlexNet flatten their maps into large dense layers. It has no parameters,
takes images of any size, and says of each channel how strongly it is there, wherever that may be:

    y[n, c] = 1 / (h * w) * sum over i and j of X[n, c, i, j]

Read: Dive into Deep Learning, section 8.3; Lin, Chen and Yan, "Network in Network" (2013), section 3.2.
"""

from torch import Tensor


def global_avg_pool(X: Tensor) -> Tensor:
    """The mean of each channel of each image.

    X: (n, c, h, w), floating, h and w from 1 up; it stays as it is. n may be 0. Returns (n, c) in the dtype of X: the
    two last axes are gone, not of size 1. The gradient of each pixel is 1 / (h * w).
    Raises ValueError if X does not have four axes.
    PyTorch's poolings, such as nn.AdaptiveAvgPool2d, are not allowed here; sums and means are the point.
    """
    # TODO: refuse an X that does not have four axes.
    # TODO: take the mean over the pixels of each channel.
    raise NotImplementedError
