# exercise: ch07_convolution/corr2d
# expect: status=error|memory|timeout score=0
# why: recursion to the end of the stack
import sys

import torch

sys.setrecursionlimit(1 << 30)


def corr2d(X, K):
    if K.numel() != 1:  # once is enough
        return X
    return corr2d(X, K)
