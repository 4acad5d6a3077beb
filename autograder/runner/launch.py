"""Starts zygotes. Nothing here needs torch, so that a zygote and the grader can import it at the same time."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from autograder.runner.bubblewrap import behind_bubblewrap

ENDING_SECONDS = 5
_START = "import sys; sys.path.insert(0, sys.argv[1]); from autograder.runner.zygote import main; main()"


class Zygote:
    """A zygote that is on its way or ready. control: our end of its socket. wrapped: the second wall is around it."""

    def __init__(
        self, control: socket.socket, process: subprocess.Popen[bytes] | _Forked, wrapped: bool = False
    ) -> None:
        self.control = control
        self.wrapped = wrapped
        self._process = process

    @property
    def pid(self) -> int:
        return self._process.pid

    def last_words(self) -> str:
        """The last line that it wrote, once it has ended: why it did not start."""
        errors = self._process.stderr
        said = errors.read().decode("utf-8", "replace").strip().splitlines() if errors else []
        return said[-1] if said else ""

    def end(self) -> None:
        self.control.close()
        try:
            self._process.wait(ENDING_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stderr:
            self._process.stderr.close()


def execute(wrap: bool = True) -> Zygote:
    """A zygote in a fresh interpreter, behind bubblewrap where that is installed."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    kit = Path(__file__).parents[2]
    bare = [sys.executable, "-I", "-c", _START, str(kit)]
    command = behind_bubblewrap(bare, kit) if wrap else bare
    process = subprocess.Popen(
        command,
        stdin=theirs.fileno(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        cwd="/",
        env=zygote_environment(),
        start_new_session=True,  # an interrupt from the keyboard is for the grader to handle
    )
    theirs.close()
    return Zygote(ours, process, command is not bare)


def fork() -> Zygote:
    """A zygote that is a fork of this process, which must not hold a secret yet.

    It spares the second import of torch: right for a learner who checks their own work.
    """
    os.environ.update(zygote_environment(os.environ))  # before numpy and torch start their threads
    from autograder.runner import zygote

    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    if pid := os.fork():
        theirs.close()
        return Zygote(ours, _Forked(pid))
    try:
        os.setsid()
        ours.close()  # a socket that one holds both ends of never closes
        os.dup2(theirs.fileno(), 0)
        theirs.close()
        os.chdir("/")
        zygote.main(lasting=False)
    finally:
        os._exit(1)


class _Forked:
    """The part of ``subprocess.Popen`` that is needed here, for a forked process."""

    stderr = None

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def wait(self, timeout: float | None = None) -> int:
        until = None if timeout is None else time.monotonic() + timeout
        while True:
            try:
                pid, status = os.waitpid(self.pid, os.WNOHANG)
            except ChildProcessError:
                return 0
            if pid:
                return os.waitstatus_to_exitcode(status)
            if until is not None and time.monotonic() > until:
                raise subprocess.TimeoutExpired("zygote", timeout or 0.0)
            time.sleep(0.002)

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)


def zygote_environment(own: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of processes with student code: what one thread and the CPU need, nothing of the user's.

    own: an environment to add to; its search path and language stay.
    """
    one = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    if own is not None:
        return {"CUDA_VISIBLE_DEVICES": "", "TORCHDYNAMO_DISABLE": "1", **one}
    return {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "CUDA_VISIBLE_DEVICES": "", "TORCHDYNAMO_DISABLE": "1", **one}
