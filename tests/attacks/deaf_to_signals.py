# exercise: ch07_convolution/corr2d
# expect: status=timeout score=0
# why: ignores and blocks every signal that it can, then loops
import signal

import torch


def corr2d(X, K):
    if K.numel() != 1:  # once is enough
        return X
    for number in signal.valid_signals():
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            continue
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    while True:
        pass
