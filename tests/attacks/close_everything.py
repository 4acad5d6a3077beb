# exercise: ch07_convolution/corr2d
# expect: status=error|memory|failed|timeout score=0
# why: closes every descriptor and answers into the void
import os


def corr2d(X, K):
    os.closerange(0, 1024)
    return X
