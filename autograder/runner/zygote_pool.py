"""Processes for student code on Linux: children of a zygote, which has imported torch before there is work."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from autograder.runner.child_handle import REAPING_SECONDS, SIGKILL, START_SECONDS, Child
from autograder.runner.launch import Zygote, execute
from autograder.runner.limits import MEMORY_MB
from autograder.runner.link import SocketLink
from autograder.runner.lockdown import places
from autograder.runner.protocol import RunnerError

# Zygotes of exercises that stay when they are idle: one takes up to 200 MB, and half a second to make.
KEPT = 8


class ForkedProcess:
    """A child of a zygote: ended through its handle, its end told by the zygote. ended: called when it is let go."""

    def __init__(self, handle: int, report: socket.socket, ended: Callable[[], None]) -> None:
        self.pid = _pid(handle)
        self._handle = handle
        self._report = report
        self._ended = ended

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._handle, SIGKILL)

    def interrupt(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._handle, signal.SIGALRM)

    def exit_code(self, seconds: float) -> int | None:
        ended = select.poll()
        ended.register(self._handle, select.POLLIN)
        if not ended.poll(seconds * 1000):
            return None
        self._report.settimeout(REAPING_SECONDS)  # it has ended: how busy the zygote is must not change the verdict
        try:
            code: int = json.loads(self._report.recv(4096))["exit"]
        except (OSError, ValueError, KeyError):
            return None
        return code

    def release(self) -> None:
        os.close(self._handle)
        self._report.close()
        self._ended()


def _pid(handle: int) -> int:
    """The number that a process goes by here: behind the second wall the zygote knows it by another one."""
    with open(f"/proc/self/fdinfo/{handle}") as info:
        return next(int(line.split()[1]) for line in info if line.startswith("Pid:"))


class ZygotePool:
    """Linux: one zygote, below it one for each exercise, below these a child for each solution."""

    def __init__(self, started: Zygote | None = None, private: Sequence[Path] = ()) -> None:
        """started: the zygote, if it is on its way already. private: what no submission may read, beside the kit's
        solutions: the witness tries."""
        self._private = private
        self._lock = threading.RLock()
        self._exercises: dict[str, socket.socket] = {}  # the one used last comes last
        self._running: Counter[str] = Counter()  # children of each: they would end with their zygote
        self._escapes: list[str] = []
        self._walls: list[str] = []
        self._was_strict = False  # what was promised once holds for all that follows
        self._starts = 0
        self._start(started or execute())

    def _start(self, zygote: Zygote) -> None:
        self._zygote = zygote
        self._control = zygote.control
        self._ready = False
        self._starts += 1

    def _start_again(self, starts: int) -> None:
        """Replaces a zygote that was lost; ``starts`` says which, for another lane may have been faster."""
        with self._lock:
            if self._starts == starts:
                self.close()
                self._start(execute())

    @property
    def isolation(self) -> str:
        """``strict`` if a witness, locked down as student code is, could not break out; else ``process``."""
        return "process" if self.escapes else "strict"

    @property
    def escapes(self) -> list[str]:
        with self._lock:
            self._wait()
            return self._escapes

    @property
    def walls(self) -> list[str]:
        with self._lock:
            self._wait()
            return [*self._walls, *(["bubblewrap"] if self._zygote.wrapped else [])]

    def _wait(self) -> None:
        if not self._ready:
            answer = _receive(self._control, START_SECONDS)
            if "ready" not in answer and self._zygote.wrapped:  # the system does not allow the second wall
                self._zygote.end()
                self._start(execute(wrap=False))
                answer = _receive(self._control, START_SECONDS)
            if "ready" not in answer:
                raise RunnerError(f"the runner did not start: {self._zygote.last_words() or 'no reason given'}")
            report = self._witness()
            self._escapes, self._walls = report["escapes"], report["walls"]
            self._was_strict = self._was_strict or not self._escapes
            self._ready = True

    def _witness(self) -> dict[str, list[str]]:
        """The walls around a locked child, and what it can still do that it must not."""
        report, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with tempfile.TemporaryDirectory(prefix="kata-") as folder, report:
            secret = Path(folder, "secret")
            secret.write_text("secret")
            request: dict[str, Any] = {"op": "witness", "secret": str(secret), "grader": os.getpid()}
            request["private"] = places(*self._private)
            socket.send_fds(self._control, [json.dumps(request).encode()], [theirs.fileno()])
            theirs.close()
            answer = _receive(report, START_SECONDS)
        return {"escapes": ["end before it could tell"], "walls": []} | answer

    def child(self, exercise: str, *, forbid: tuple[str, ...] = (), memory_mb: int = 0) -> Child:
        starts = self._starts
        try:
            return self._child(exercise, forbid, memory_mb)
        except RunnerError:
            self._start_again(starts)
            return self._child(exercise, forbid, memory_mb)

    def _child(self, exercise: str, forbid: tuple[str, ...], memory_mb: int) -> Child:
        with self._lock:
            self._wait()
            if self._was_strict and self._escapes:
                raise RunnerError(f"the runner lost its lockdown: {', '.join(self._escapes)}")
            self._running[exercise] += 1
        try:
            return self._forked(exercise, forbid, memory_mb)
        except BaseException:
            self._let_go(exercise)
            raise

    def _forked(self, exercise: str, forbid: tuple[str, ...], memory_mb: int) -> Child:
        channel, theirs = socket.socketpair()
        output, their_output = os.pipe()
        report, their_report = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        request = {
            "op": "run",
            "forbid": list(forbid),
            "memory_mb": MEMORY_MB + memory_mb,
            "walls": self._walls,
        }
        try:
            with self._lock:
                control = self._specialised(exercise)
                ends = [theirs.fileno(), their_output, their_report.fileno()]
                socket.send_fds(control, [json.dumps(request).encode()], ends)
        except OSError as error:
            raise RunnerError(f"the runner ended: {error}") from None
        finally:
            theirs.close()
            os.close(their_output)
            their_report.close()
        report.settimeout(START_SECONDS)
        try:
            _message, handles, _flags, _address = socket.recv_fds(report, 4096, 1)
        except OSError as error:
            raise RunnerError(f"the runner did not answer: {error}") from None
        if not handles:
            raise RunnerError("the runner could not start a process")
        return Child(SocketLink(channel, output), ForkedProcess(handles[0], report, partial(self._let_go, exercise)))

    def _specialised(self, exercise: str) -> socket.socket:
        if exercise in self._exercises:
            self._exercises[exercise] = self._exercises.pop(exercise)
        else:
            self._wait()
            self._make_room()
            ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            request = json.dumps({"op": "specialise", "exercise": exercise}).encode()
            socket.send_fds(self._control, [request], [theirs.fileno()])
            theirs.close()
            answer = _receive(ours, START_SECONDS)
            if "ready" not in answer:
                raise RunnerError(f"{exercise}: the runner cannot load it: {answer.get('error', 'it ended')}")
            self._exercises[exercise] = ours
        return self._exercises[exercise]

    def _make_room(self) -> None:
        """Sends away the zygotes that were used least recently and have nothing running, until one more may come."""
        idle = [exercise for exercise in self._exercises if not self._running[exercise]]
        for exercise in idle[: max(0, len(self._exercises) - KEPT + 1)]:
            self._exercises.pop(exercise).close()

    def _let_go(self, exercise: str) -> None:
        with self._lock:
            self._running[exercise] -= 1

    def close(self) -> None:
        for control in self._exercises.values():
            control.close()
        self._exercises.clear()
        self._zygote.end()


def _receive(control: socket.socket, seconds: float) -> dict[str, Any]:
    control.settimeout(seconds)
    try:
        message = control.recv(65536)
    except OSError:
        return {}
    finally:
        control.settimeout(None)
    return json.loads(message) if message else {}
