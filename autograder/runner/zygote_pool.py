"""The grader's side of the runner: starts processes for student code, asks them, keeps the clock, kills."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import tempfile
import threading
import time
from pathlib import Path
from typing import Any, Protocol

from autograder.runner.launch import Zygote, execute
from autograder.runner.limits import MEMORY_MB, PATIENCE, Limits
from autograder.runner.link import Link, SocketLink
from autograder.runner.outcome import Kind, Outcome
from autograder.runner.wire import FRAME, WireError, decode, encode

START_SECONDS = 120.0
MAX_GREETING = 4096
# How long a process that closed its channel may take to end by itself; how long the zygote may take to say how it did.
CLOSING_SECONDS, REAPING_SECONDS = 2.0, 30.0
SIGKILL, SIGXCPU = 9, 24  # not every system knows them by name
CPU_CLOCK = 2  # of a process, see clock_getcpuclockid(3)


class RunnerError(RuntimeError):
    """The runner itself failed: never the student's fault."""


class Runner(Protocol):
    """Where student code runs."""

    @property
    def isolation(self) -> str:
        """The level of protection, ``strict`` or ``process``."""

    @property
    def walls(self) -> list[str]:
        """What stands around student code."""

    @property
    def escapes(self) -> list[str]:
        """What a trial process behind these walls could do all the same; empty if it was not tried."""

    def child(self, exercise: str, *, forbid: tuple[str, ...] = (), memory_mb: int = 0) -> Child:
        """A fresh process for one solution of an exercise."""

    def close(self) -> None:
        """Ends all processes."""


class Process(Protocol):
    """A process with student code in it, as the grader holds it."""

    pid: int

    def kill(self) -> None:
        """Ends it at once, if it has not ended."""

    def exit_code(self, seconds: float) -> int | None:
        """How it ended, negative for a signal; None if it has not within this time, or nobody can tell."""

    def release(self) -> None:
        """Lets go of it."""


class Child:
    """The grader's end of one process with student code.

    ``ask`` sends one request and waits for the answer. ``post`` only queues a request and ``answer`` waits for the
    next answer: so the process works on while the grader judges.
    """

    def __init__(self, link: Link, process: Process) -> None:
        self.link = link
        self.process = process
        self.alive = True
        self._walls: list[str] | None = None
        self._cpu = 0.0  # what it had used when the last answer came

    def walls(self) -> list[str]:
        """The walls around it, as it says before it runs any student code. Raises ``RunnerError``."""
        if self._walls is None:
            answer = self._exchange(Limits(START_SECONDS, MAX_GREETING))
            if isinstance(answer, Outcome):
                self.close()
                raise RunnerError(f"a process for student code did not start: {answer.message or answer.kind}")
            self._walls = list(decode(answer)["walls"])
            self._cpu = cpu_seconds(self.process.pid)
        return self._walls

    def load(self, source: str, filename: str, limits: Limits) -> Outcome:
        return self.ask(encode({"op": "load", "source": source, "filename": filename}), limits)

    def ask(self, payload: bytes, limits: Limits) -> Outcome:
        """The outcome of an encoded request. If it is not an answer, the child is dead afterwards."""
        self.post(payload)
        return self.answer(limits)

    def post(self, payload: bytes) -> None:
        """Queues an encoded request."""
        self.link.send(FRAME.pack(len(payload)) + payload)

    def answer(self, limits: Limits) -> Outcome:
        """The outcome of the oldest request without one. If it is not an answer, the child is dead afterwards.

        Its seconds are processor time, or the time that was waited for it if that is more. Raises ``RunnerError``.
        """
        self.walls()
        started = time.monotonic()
        answer = self._exchange(limits)
        outcome = answer if isinstance(answer, Outcome) else self._read(answer)
        used = cpu_seconds(self.process.pid)
        outcome.seconds = max(used - self._cpu, time.monotonic() - started)
        self._cpu = used
        outcome.output = self.link.printed().decode("utf-8", "replace")
        if outcome.kind in (Kind.TIMEOUT, Kind.CRASHED, Kind.OVERSIZED, Kind.LOST, Kind.KILLED):
            self.close()
        return outcome

    def _read(self, payload: bytes) -> Outcome:
        try:
            return Outcome.from_answer(decode(payload))
        except (WireError, TypeError, ValueError, KeyError, AttributeError):
            return Outcome(Kind.CRASHED, message="the answer could not be read")

    def _exchange(self, limits: Limits) -> bytes | Outcome:
        """Receives one frame, while what is queued is sent."""
        received = self.link.received
        cpu_before = cpu_seconds(self.process.pid)
        started = time.monotonic()
        deadline = started + limits.seconds
        while True:
            if len(received) >= FRAME.size:
                (length,) = FRAME.unpack_from(received)
                if length > limits.answer:
                    return Outcome(Kind.OVERSIZED)
                if len(received) >= FRAME.size + length:
                    frame = bytes(received[FRAME.size : FRAME.size + length])
                    del received[: FRAME.size + length]
                    return frame
            left = deadline - time.monotonic()
            if left <= 0:
                used = cpu_seconds(self.process.pid) - cpu_before
                if used < limits.seconds and time.monotonic() - started < PATIENCE * limits.seconds:
                    deadline = time.monotonic() + max(0.05, limits.seconds - used)
                    continue
                return Outcome(Kind.TIMEOUT)
            if not self.link.wait(left):
                return self._death()

    def _death(self) -> Outcome:
        """Why no more answers come."""
        code = self.process.exit_code(CLOSING_SECONDS)
        if code is not None:
            return death(code)
        self.process.kill()
        if self.process.exit_code(REAPING_SECONDS) is None:
            return Outcome(Kind.LOST, message="the runner ended")
        return Outcome(Kind.CRASHED, message="it closed its own channel")

    def close(self) -> None:
        """Kills the process, whatever it is doing."""
        if self.alive:
            self.alive = False
            self.process.kill()
            self.link.close()
            self.process.release()

    def __enter__(self) -> Child:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def cpu_seconds(pid: int) -> float:
    """Processor time of another process so far, all its threads; 0 where the system does not tell."""
    try:
        return time.clock_gettime(~pid << 3 | CPU_CLOCK)
    except (AttributeError, OSError, OverflowError):
        return 0.0


def death(code: int) -> Outcome:
    """A process that ended before it answered, as an outcome; negative codes are signals."""
    if code == -SIGKILL:
        return Outcome(Kind.KILLED)
    if code == -SIGXCPU:
        return Outcome(Kind.TIMEOUT)
    try:
        return Outcome(Kind.CRASHED, message=signal.Signals(-code).name if code < 0 else f"exit {code}")
    except ValueError:
        return Outcome(Kind.CRASHED, message=f"signal {-code}")


class ForkedProcess:
    """A child of a zygote: ended through its handle, its end told by the zygote."""

    def __init__(self, handle: int, report: socket.socket) -> None:
        self.pid = _pid(handle)
        self._handle = handle
        self._report = report

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._handle, SIGKILL)

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


def _pid(handle: int) -> int:
    """The number that a process goes by here: behind the second wall the zygote knows it by another one."""
    with open(f"/proc/self/fdinfo/{handle}") as info:
        return next(int(line.split()[1]) for line in info if line.startswith("Pid:"))


class ZygotePool:
    """Linux: one zygote, below it one for each exercise, below these a child for each solution."""

    def __init__(self, started: Zygote | None = None) -> None:
        """started: the zygote, if it is on its way already."""
        self._lock = threading.RLock()
        self._exercises: dict[str, socket.socket] = {}
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
            request = {"op": "witness", "secret": str(secret), "grader": os.getpid()}
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
        return Child(SocketLink(channel, output), ForkedProcess(handles[0], report))

    def _specialised(self, exercise: str) -> socket.socket:
        if exercise not in self._exercises:
            self._wait()
            ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            request = json.dumps({"op": "specialise", "exercise": exercise}).encode()
            socket.send_fds(self._control, [request], [theirs.fileno()])
            theirs.close()
            answer = _receive(ours, START_SECONDS)
            if "ready" not in answer:
                raise RunnerError(f"{exercise}: the runner cannot load it: {answer.get('error', 'it ended')}")
            self._exercises[exercise] = ours
        return self._exercises[exercise]

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
