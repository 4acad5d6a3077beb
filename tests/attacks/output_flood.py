# exercise: ch07_convolution/corr2d
# expect: status=failed score=0
# why: prints hundreds of megabytes
import os


def corr2d(X, K):
    for _ in range(40):
        os.write(1, b"x" * (1 << 20))
        os.write(2, b"y" * (1 << 20))
    return X.new_zeros(X.shape[0] - K.shape[0] + 1, X.shape[1] - K.shape[1] + 1)
