# exercise: ch07_convolution/corr2d
# expect: status=error score=0
# why: has the kernel signal the grader when something can be read
import fcntl
import os
import signal
import struct

ATTEMPTS = {
    "owner": lambda: fcntl.fcntl(0, fcntl.F_SETOWN, os.getppid()),
    "group": lambda: fcntl.fcntl(0, fcntl.F_SETOWN, -os.getppid()),
    "extended": lambda: fcntl.fcntl(0, 15, struct.pack("ii", 1, os.getppid())),
    "signal": lambda: fcntl.fcntl(0, 10, signal.SIGKILL),
    "lease": lambda: fcntl.fcntl(0, 1024, 0),
}


def corr2d(X, K):
    done = []
    for name, attempt in ATTEMPTS.items():
        try:
            attempt()
            done.append(name)
        except OSError:
            continue
    if not done:
        raise PermissionError("none of it was allowed")
    print(done)
    return (X.unfold(0, K.shape[0], 1).unfold(1, K.shape[1], 1) * K).sum((-1, -2))
