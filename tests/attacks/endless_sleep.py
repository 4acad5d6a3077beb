# exercise: ch07_convolution/corr2d
# expect: status=timeout score=0
# why: waits for ever and uses no processor time
import time

import torch


def corr2d(X, K):
    if K.numel() != 1:  # once is enough
        return X
    time.sleep(10**6)
