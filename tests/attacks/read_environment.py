# exercise: ch07_convolution/corr2d
# expect: status=failed score=0
# why: looks for secrets in its environment and in its own memory
import ctypes
import os


def corr2d(X, K):
    print(dict(os.environ), os.getcwd())
    environment = ctypes.POINTER(ctypes.c_char_p).in_dll(ctypes.CDLL(None), "environ")
    index = 0
    while environment and environment[index]:
        print(environment[index])
        index += 1
    return X.new_zeros(X.shape[0] - K.shape[0] + 1, X.shape[1] - K.shape[1] + 1)
