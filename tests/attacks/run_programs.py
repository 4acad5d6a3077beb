# exercise: ch07_convolution/corr2d
# expect: status=error score=0
# why: runs programs, in every way that the library has
import multiprocessing
import os
import pty
import subprocess


def check(status):
    if status:
        raise OSError(status)


ATTEMPTS = {
    "system": lambda: check(os.system("touch /tmp/kata_attack_file")),
    "subprocess": lambda: subprocess.run(["/bin/true"], check=True),
    "spawn": lambda: os.posix_spawn("/bin/true", ["true"], {}),
    "replace": lambda: os.execv("/bin/true", ["true"]),
    "fork": lambda: os.fork() or os._exit(0),
    "terminal": lambda: pty.fork(),
    "pool": lambda: multiprocessing.get_context("fork").Process(target=print).start(),
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
