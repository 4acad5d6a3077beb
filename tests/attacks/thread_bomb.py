# exercise: ch07_convolution/corr2d
# expect: status=error|memory|timeout score=0
# why: starts threads until the system has none left
import threading
import time
import torch


def corr2d(X, K):
    if K.numel() != 1:  # once is enough
        return X
    threading.stack_size(1 << 15)
    while True:
        threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
    return (X.unfold(0, K.shape[0], 1).unfold(1, K.shape[1], 1) * K).sum((-1, -2))
