# exercise: ch07_convolution/corr2d
# expect: status=failed|error score=0
# why: memory that was never written, where the reference's answer may have been
import torch


def corr2d(X, K):
    return torch.empty(X.shape[0] - K.shape[0] + 1, X.shape[1] - K.shape[1] + 1, dtype=X.dtype)
