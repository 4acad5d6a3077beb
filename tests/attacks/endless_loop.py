# exercise: ch07_convolution/corr2d
# expect: status=timeout score=0
# why: a loop without end
import torch


def corr2d(X, K):
    if K.numel() != 1:  # once is enough
        return X
    while True:
        pass
