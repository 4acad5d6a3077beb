# exercise: ch07_convolution/corr2d
# expect: status=error score=0
# why: attaches to its parent and reads its memory
import ctypes
import os
import platform

LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.syscall.restype = ctypes.c_long


def call(intel, arm, *arguments):
    number = intel if platform.machine() == "x86_64" else arm
    if LIBC.syscall(ctypes.c_long(number), *(ctypes.c_long(a) for a in arguments)) < 0:
        raise OSError(ctypes.get_errno(), "refused")


BUFFER = ctypes.addressof(ctypes.create_string_buffer(64))

ATTEMPTS = {
    "attach": lambda: call(101, 117, 16, os.getppid(), 0, 0),
    "seize": lambda: call(101, 117, 0x4206, os.getppid(), 0, 0),
    "read": lambda: call(310, 270, os.getppid(), BUFFER, 1, BUFFER, 1, 0),
    "write": lambda: call(311, 271, os.getppid(), BUFFER, 1, BUFFER, 1, 0),
    "compare": lambda: call(312, 272, os.getppid(), os.getpid(), 0, 0, 0),
    "steal a descriptor": lambda: call(438, 438, 3, 0, 0),
    "file": lambda: open(f"/proc/{os.getppid()}/mem", "rb"),
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
