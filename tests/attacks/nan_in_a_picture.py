# exercise: ch07_convolution/kernels
# expect: status=failed|error score=0
# why: NaN and infinity in what is kept for a picture, so that the results cannot be read again, anybody's
import torch


def edge_kernel():
    return torch.full((3, 3), float("nan"))


sharpen_kernel = gaussian_blur_kernel = edge_kernel


def apply(X, K):
    return torch.where(X > 0.5, torch.nan, torch.inf).to(X.dtype).expand(X.shape)
