"""The zygote: a fresh interpreter, torch warm, that forks one child for each submission and exercise.

It never runs student code itself and never holds a reference, an expected value or a secret. Its control socket is
standard input. Requests come over it, as JSON with descriptors attached: ``witness`` tries whether the lockdown holds;
``specialise`` forks a zygote for one exercise, with its operators disabled once for all its children; ``run`` forks a
child. A zygote ends when its control socket closes; its children die with it.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import select
import signal
import socket
import sys
from itertools import pairwise
from typing import Any, NoReturn

import torch

from autograder.catalog import load_exercise
from autograder.runner.bans import ban, shut_off
from autograder.runner.child import limit, serve
from autograder.runner.lockdown import Lockdown, escapes
from autograder.runner.memory import fill_gaps, use_huge_pages
from autograder.runner.quiet import hush
from autograder.runner.streams import open_streams
from autograder.runner.warm import warm, warm_for
from autograder.spec.exercise import Exercise

LIBC = ctypes.CDLL(None)
MAX_CONTROL = 65536
MAX_DESCRIPTOR = (1 << 31) - 1
PR_SET_PDEATHSIG = 1
MANY = 36  # runs of one exercise: so many more may come that gathering its memory pays
# What torch would otherwise look for outside: its cache, which it only wants to see is a folder.
CHILD_ENVIRONMENT = {"TORCHDYNAMO_DISABLE": "1", "TORCHINDUCTOR_CACHE_DIR": "/", "LANG": "C.UTF-8"}


def main(*, lasting: bool = True) -> NoReturn:
    """Serves its control socket. lasting: it will fork often enough for huge pages to pay."""
    control = socket.socket(fileno=os.dup(0))
    os.set_inheritable(control.fileno(), False)
    quiet = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1):
        os.dup2(quiet, descriptor)
    torch.set_num_threads(1)
    warm()
    gc.collect()
    gc.freeze()
    if lasting:
        use_huge_pages()
    assert len(os.listdir("/proc/self/task")) == 1, "the zygote must have one thread"
    control.send(json.dumps({"ready": os.getpid()}).encode())
    _loop(control, None, Lockdown())


def _loop(control: socket.socket, exercise: Exercise | None, lockdown: Lockdown) -> NoReturn:
    children: dict[int, socket.socket] = {}
    runs = 0
    wake, wakened = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.set_wakeup_fd(wakened, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    while True:
        watched: list[socket.socket | int] = [control, wake]
        ready, _, _ = select.select(watched, [], [])
        if wake in ready:
            os.read(wake, 4096)
            _reap(children)
        if control in ready:
            try:
                message, descriptors, _flags, _address = socket.recv_fds(control, MAX_CONTROL, 4)
            except ConnectionError:
                message = b""
            if not message:
                os._exit(0)
            request = json.loads(message)
            if request["op"] == "specialise":
                _specialise(control, request, descriptors, children, lockdown)
            elif request["op"] == "witness":
                _witness(request, descriptors, lockdown)
            elif exercise is not None:
                runs += 1
                if runs == MANY:
                    use_huge_pages()
                _run(exercise, request, descriptors, children, lockdown)


def _reap(children: dict[int, socket.socket]) -> None:
    while children:
        try:
            pid, status, usage = os.wait4(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        if (report := children.pop(pid, None)) is not None:
            code = os.waitstatus_to_exitcode(status)
            seconds = usage.ru_utime + usage.ru_stime
            _tell(report, {"exit": code, "cpu": seconds, "memory_kb": usage.ru_maxrss})
            report.close()


def _tell(report: socket.socket, message: dict[str, Any], descriptors: tuple[int, ...] = ()) -> None:
    try:
        socket.send_fds(report, [json.dumps(message).encode()], list(descriptors))
    except OSError:
        pass  # the grader no longer listens


def _die_with_parent() -> None:
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _witness(request: dict[str, Any], descriptors: list[int], lockdown: Lockdown) -> None:
    """Forks a child that is locked down as all are and tries to break out; tells what it could do."""
    report = socket.socket(fileno=descriptors[0])
    if os.fork() == 0:
        walls: list[str] = []
        try:
            walls = lockdown.lock()
            found = escapes(request["secret"], request["grader"], request["private"])
        except BaseException as error:
            found = [f"stop the trial itself ({error})"]
        answer = json.dumps({"escapes": found, "walls": walls})
        os.write(report.fileno(), answer.encode())  # sendmsg is behind the wall by now
        os._exit(0)
    report.close()


def _specialise(
    control: socket.socket,
    request: dict[str, Any],
    descriptors: list[int],
    children: dict[int, socket.socket],
    lockdown: Lockdown,
) -> None:
    parent = os.getpid()
    if os.fork():
        os.close(descriptors[0])
        return
    _die_with_parent()
    if os.getppid() != parent:
        os._exit(0)
    own = socket.socket(fileno=descriptors[0])
    control.close()
    children.clear()
    try:
        exercise = load_exercise(request["exercise"])
        warm_for(exercise)
        hush()
        shut_off()
        ban(exercise.forbid)
        open_streams()
        fill_gaps()
        gc.collect()
        gc.freeze()
        own.send(json.dumps({"ready": os.getpid()}).encode())
    except BaseException as error:
        own.send(json.dumps({"error": f"{type(error).__name__}: {error}"}).encode()[:MAX_CONTROL])
        os._exit(1)
    _loop(own, exercise, lockdown)


def _run(
    exercise: Exercise,
    request: dict[str, Any],
    descriptors: list[int],
    children: dict[int, socket.socket],
    lockdown: Lockdown,
) -> None:
    channel, output, report_fd = descriptors
    report = socket.socket(fileno=report_fd)
    parent = os.getpid()
    pid = os.fork()
    if pid:
        os.close(channel)
        os.close(output)
        handle = os.pidfd_open(pid)
        children[pid] = report
        _tell(report, {"pid": pid}, (handle,))
        os.close(handle)
        return
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        _die_with_parent()
        if os.getppid() != parent:
            os._exit(0)
        os.setsid()
        for descriptor in (1, 2):
            os.dup2(output, descriptor)
        keep = sorted({0, 1, 2, channel, *([] if lockdown.ruleset is None else [lockdown.ruleset])})
        for below, above in pairwise([*keep, MAX_DESCRIPTOR]):
            os.closerange(below + 1, above)
        os.environ.clear()
        os.environ.update(CHILD_ENVIRONMENT)
        ban(filter(None, map(exercise.family, request["forbid"])))
        limit(request["memory_mb"])
        walls = lockdown.lock()
        assert walls == request["walls"]  # without the walls that the witness had behind it, nothing runs
        # Closing must not touch the descriptors' numbers again: everything below leaves by os._exit.
        stream = os.fdopen(channel, "r+b", buffering=0, closefd=False)
        serve(exercise, os.fdopen(channel, "rb", closefd=False), stream, walls=walls)
    finally:
        os._exit(70)


if __name__ == "__main__":
    sys.exit(main())
