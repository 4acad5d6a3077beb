# exercise: ch07_convolution/corr2d
# expect: status=error|failed|timeout score=0
# why: a stream of frames that never ends
import os
import struct

import torch


def corr2d(X, K):
    while K.numel() == 1:  # once is enough
        for descriptor in range(3, 8):
            try:
                os.write(descriptor, struct.pack("<Q", 0) * 1000)
            except OSError:
                continue
    return X
