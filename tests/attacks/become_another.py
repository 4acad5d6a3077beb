# exercise: ch07_convolution/corr2d
# expect: status=error score=0
# why: becomes another user, or goes into other namespaces and roots
import os

ATTEMPTS = {
    "user": lambda: os.setuid(0 if os.getuid() else 1),
    "group": lambda: os.setgid(1),
    "groups": lambda: os.setgroups([]),
    "root": lambda: os.chroot("/tmp"),
    "folder": lambda: os.chdir("/usr"),
    "priority": lambda: os.nice(-1),
    "session": lambda: os.setsid(),
    "affinity": lambda: os.sched_setaffinity(0, {0}),
    "scheduler": lambda: os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0)),
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
