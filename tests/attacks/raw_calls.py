# exercise: ch07_convolution/corr2d
# expect: status=error score=0
# why: system calls by number, past every function that Python has
import ctypes
import platform

LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.syscall.restype = ctypes.c_long


def call(intel, arm, *arguments):
    number = intel if platform.machine() == "x86_64" else arm
    if LIBC.syscall(ctypes.c_long(number), *(ctypes.c_long(a) for a in arguments)) < 0:
        raise OSError(ctypes.get_errno(), "refused")


KEPT = [ctypes.create_string_buffer(b"/etc/passwd"), ctypes.create_string_buffer(4096)]
NAME, PAGE = map(ctypes.addressof, KEPT)

ATTEMPTS = {
    "socket": lambda: call(41, 198, 2, 1, 0),
    "fork": lambda: call(56, 220, 17, 0, 0, 0, 0),
    "newer fork": lambda: call(435, 435, 0, 0),
    "memory file": lambda: call(319, 279, NAME, 0),
    "secret memory": lambda: call(447, 447, 0),
    "io_uring": lambda: call(425, 425, 8, PAGE),
    "tracing": lambda: call(321, 280, 0, PAGE, 64),
    "counters": lambda: call(298, 241, PAGE, 0, -1, -1, 0),
    "page faults": lambda: call(323, 282, 0),
    "keys": lambda: call(250, 219, 0, -3, 1),
    "messages": lambda: call(68, 186, 0, 0o1600),
    "segments": lambda: call(29, 194, 0, 4096, 0o1600),
    "semaphores": lambda: call(64, 190, 0, 1, 0o1600),
    "queue": lambda: call(240, 180, NAME, 0o102, 0o600, 0),
    "mount": lambda: call(165, 40, NAME, NAME, NAME, 0, 0),
    "namespaces": lambda: call(272, 97, 0x10000000),
    "file handle": lambda: call(304, 265, -100, PAGE, 0),
    "process handle": lambda: call(434, 434, 1, 0),
    "filter": lambda: call(317, 277, 1, 0, PAGE),
    "own settings": lambda: call(157, 167, 38, 1, 0, 0, 0),
    "personality": lambda: call(135, 92, 0x0040000),
    "watch": lambda: call(294, 26, 0),
    "send a file": lambda: call(40, 71, 1, 0, 0, 10),
    "splice": lambda: call(275, 76, 0, 0, 1, 0, 10, 0),
    "timer": lambda: call(222, 107, 1, 0, PAGE),
    "clock": lambda: call(227, 112, 0, PAGE),
    "queue a signal": lambda: call(129, 138, 1, 0, PAGE),
    "log": lambda: call(103, 116, 3, PAGE, 64),
    "newer open": lambda: call(437, 437, -100, NAME, PAGE, 24),
    "older numbers": lambda: call(0x40000000 | 41, 0x40000000 | 198, 2, 1, 0),
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
