# exercise: ch07_convolution/corr2d
# expect: status=error score=0
# why: aborts, which would leave a core file
import os


def corr2d(X, K):
    os.abort()
