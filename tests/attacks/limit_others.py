# exercise: ch07_convolution/corr2d
# expect: status=error score=0
# why: sets the limits of the process that started it
import os
import resource

ATTEMPTS = {
    "core": lambda: resource.prlimit(os.getppid(), resource.RLIMIT_CORE, (0, 0)),
    "read": lambda: resource.prlimit(os.getppid(), resource.RLIMIT_AS),
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
