# exercise: ch07_convolution/corr2d
# expect: status=error score=0
# why: forks for ever
import os


def corr2d(X, K):
    while True:
        os.fork()
    return (X.unfold(0, K.shape[0], 1).unfold(1, K.shape[1], 1) * K).sum((-1, -2))
