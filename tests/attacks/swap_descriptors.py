# exercise: ch07_convolution/corr2d
# expect: status=error|failed|memory score=0
# why: puts a pipe of its own in place of the channel
import os


def corr2d(X, K):
    inside, outside = os.pipe()
    for descriptor in range(3, 64):
        if descriptor not in (inside, outside):
            os.dup2(outside, descriptor)
    return X
