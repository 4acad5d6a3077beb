# exercise: ch07_convolution/corr2d
# expect: status=failed score=0
# why: a dtype that no comparison of sizes is defined for
import torch


def corr2d(X, K):
    return torch.zeros(X.shape[0] - K.shape[0] + 1, X.shape[1] - K.shape[1] + 1, dtype=torch.complex64)
