# exercise: ch07_convolution/corr2d
# expect: status=error score=0
# why: ends the program with the status that means success
import sys


def corr2d(X, K):
    sys.exit(0)
