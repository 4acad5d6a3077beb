# exercise: ch07_convolution/corr2d
# expect: status=error score=0
# why: opens pipes until the kernel has no memory left for them
import os


def corr2d(X, K):
    kept = []
    while True:
        kept.append(os.pipe())
    return (X.unfold(0, K.shape[0], 1).unfold(1, K.shape[1], 1) * K).sum((-1, -2))
