# exercise: ch07_convolution/corr2d
# expect: status=memory|error score=0
# why: ends itself as the system would for lack of memory
import os
import signal


def corr2d(X, K):
    os.kill(os.getpid(), signal.SIGKILL)
