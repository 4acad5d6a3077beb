# exercise: ch07_convolution/corr2d
# expect: status=error score=0
# why: ends the process with the status that means success
import os


def corr2d(X, K):
    os._exit(0)
