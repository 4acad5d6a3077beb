"""Cross-correlation in two dimensions, as a sum of shifted images: one per kernel entry."""

from torch import Tensor


def corr2d(X: Tensor, K: Tensor) -> Tensor:
    rows, cols = (n - k + 1 for n, k in zip(X.shape, K.shape))
    out = X.new_zeros(rows, cols)
    # The kernel is usually much smaller than the image, so loop over the kernel.
    for a, row in enumerate(K):
        for b, weight in enumerate(row):
            out = out + weight * X[a : a + rows, b : b + cols]
    return out
