# exercise: ch07_convolution/corr2d
# expect: status=error score=0
# why: signals its parent, its group, and everybody
import os
import signal

ATTEMPTS = {
    "parent": lambda: os.kill(os.getppid(), signal.SIGKILL),
    "group": lambda: os.killpg(0, signal.SIGKILL),
    "everybody": lambda: os.kill(-1, signal.SIGKILL),
    "own group": lambda: os.kill(0, signal.SIGKILL),
    "handle": lambda: signal.pidfd_send_signal(os.pidfd_open(os.getppid()), signal.SIGKILL),
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
