"""Three kernels that were used long before kernels were learned, and how to filter an image with them.

Each output pixel is a weighted sum of the pixels around it. The weights decide what comes out:

    edge: 8 times the pixel minus its 8 neighbours; 0 where the image is flat, large where it changes.
    sharpen: the pixel and 4 times what it differs from its neighbours above, below, left and right.
    Gaussian blur: a mean that counts near pixels more; 4 for the middle, 2 at the sides, 1 in the corners, all over 16.

So that the output is as large as the input, the image is continued beyond its border by repeating the nearest pixel:
neither a dark frame nor an edge comes up where the image ends.

Read: Dive into Deep Learning, section 7.2; Gonzalez and Woods, Digital Image Processing, chapter 3 (spatial filtering).
"""

import torch
from torch import Tensor
from torch.nn import functional as F


def edge_kernel() -> Tensor:
    """The edge kernel: (3, 3), float32, 8 in the middle and -1 all around. A new tensor at every call."""
    # TODO: write the kernel down.
    ### BEGIN SOLUTION
    return torch.tensor([[-1.0, -1.0, -1.0], [-1.0, 8.0, -1.0], [-1.0, -1.0, -1.0]])
    ### END SOLUTION


def sharpen_kernel() -> Tensor:
    """The sharpening kernel: (3, 3), float32; 5 in the middle, -1 at the four sides, 0 in the corners. A new tensor."""
    # TODO: write the kernel down.
    ### BEGIN SOLUTION
    return torch.tensor([[0.0, -1.0, 0.0], [-1.0, 5.0, -1.0], [0.0, -1.0, 0.0]])
    ### END SOLUTION


def gaussian_blur_kernel() -> Tensor:
    """The blur kernel: (3, 3), float32; 4, 2 (sides) and 1 (corners) sixteenths, 1 in sum. A new tensor."""
    # TODO: write the kernel down.
    ### BEGIN SOLUTION
    weights = torch.tensor([1.0, 2.0, 1.0])
    return torch.outer(weights, weights) / 16
    ### END SOLUTION


def apply(X: Tensor, K: Tensor) -> Tensor:
    """Filters an image: the cross-correlation of X, continued beyond its border, with K.

    X: image (H, W) or (C, H, W), floating, each channel filtered alone; K: kernel (h, w), h and w odd, on X's device,
    taken in the dtype of X. The border is extended by the nearest pixel, h // 2 rows above and below and w // 2 columns
    left and right; X may be smaller than K.
    Returns the shape and the dtype of X; values may leave [0, 1]. The gradient flows to X and to K.
    Raises ValueError if h or w is even. PyTorch's own convolutions are not allowed; F.pad and unfold are.
    """
    # TODO: refuse even sizes.
    # TODO: extend the border of each channel, then sum the products of the kernel and each window.
    ### BEGIN SOLUTION
    h, w = K.shape
    if h % 2 == 0 or w % 2 == 0:
        raise ValueError("the kernel has no middle: both of its sizes must be odd")
    planes = X.reshape(-1, *X.shape[-2:])  # (C, H, W)
    padded = F.pad(planes, (w // 2, w // 2, h // 2, h // 2), mode="replicate")
    windows = padded.unfold(-2, h, 1).unfold(-2, w, 1)  # (C, H, W, h, w)
    return torch.einsum("cijab,ab->cij", windows, K.to(X.dtype)).reshape(X.shape)
    ### END SOLUTION
