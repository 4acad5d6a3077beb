# exercise: ch07_convolution/corr2d
# expect: status=error score=0
# why: reads from address 0
import ctypes


def corr2d(X, K):
    return ctypes.string_at(0)
