# exercise: ch07_convolution/corr2d
# expect: status=failed|error score=0
# why: a frame that claims to be 9 exabytes long
import os
import struct


def corr2d(X, K):
    for descriptor in range(3, 256):
        try:
            os.write(descriptor, struct.pack("<Q", (1 << 63) - 1) + b"x" * 1000)
        except OSError:
            continue
    return X
