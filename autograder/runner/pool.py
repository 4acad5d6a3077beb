"""The grader's side of the runner: starts processes for student code, asks them, keeps the clock, kills."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from autograder.runner.limits import MAX_OUTPUT, MEMORY_MB, PATIENCE, Limits
from autograder.runner.wire import FRAME, WireError, decode, encode
from autograder.spec.outcome import Kind, Outcome

CHUNK = 1 << 18
START_SECONDS = 120.0
TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


class RunnerError(RuntimeError):
    """The runner itself failed: never the student's fault."""


class Runner(Protocol):
    """Where student code runs. ``isolation`` names the level of protection."""

    @property
    def isolation(self) -> str: ...

    def child(self, exercise: str, *, forbid: tuple[str, ...] = (), memory_mb: int = 0) -> Child:
        """A fresh process for one solution of an exercise."""

    def close(self) -> None:
        """Ends all processes."""


class Process(Protocol):
    """A process with student code in it, as the grader holds it."""

    pid: int

    def kill(self) -> None:
        """Ends it at once, if it has not ended."""

    def exit_code(self) -> int | None:
        """How it ended, once it has; negative for a signal. None if nobody can tell."""

    def release(self) -> None:
        """Lets go of it."""


class Child:
    """The grader's end of one process with student code.

    ``ask`` sends one request and waits for the answer. ``post`` only queues a request and ``answer`` waits for the
    next answer: so the process works on while the grader judges.
    """

    def __init__(self, channel: socket.socket, output: int, process: Process, start_seconds: float = 0.0) -> None:
        self.channel = channel
        self.output = output
        self.process = process
        self.start_seconds = start_seconds  # what its first answer may take longer
        self.alive = True
        self._unsent = bytearray()
        self._received = bytearray()
        self._printed = bytearray()
        channel.setblocking(False)
        os.set_blocking(output, False)

    def load(self, source: str, filename: str, limits: Limits) -> Outcome:
        return self.ask(encode({"op": "load", "source": source, "filename": filename}), limits)

    def ask(self, payload: bytes, limits: Limits) -> Outcome:
        """The outcome of an encoded request. If it is not an answer, the child is dead afterwards."""
        self.post(payload)
        return self.answer(limits)

    def post(self, payload: bytes) -> None:
        """Queues an encoded request."""
        self._unsent += FRAME.pack(len(payload)) + payload

    def answer(self, limits: Limits) -> Outcome:
        """The outcome of the oldest request without one. If it is not an answer, the child is dead afterwards."""
        started = time.monotonic()
        answer = self._exchange(limits)
        outcome = answer if isinstance(answer, Outcome) else self._read(answer)
        outcome.seconds = time.monotonic() - started
        self._drain()
        outcome.output = self._printed.decode("utf-8", "replace")
        self._printed.clear()
        if outcome.kind in (Kind.TIMEOUT, Kind.CRASHED, Kind.OVERSIZED, Kind.LOST, Kind.KILLED):
            self.close()
        return outcome

    def _read(self, payload: bytes) -> Outcome:
        try:
            return Outcome.from_answer(decode(payload))
        except (WireError, TypeError, ValueError, KeyError, AttributeError):
            return Outcome(Kind.CRASHED, message="the answer could not be read")

    def _exchange(self, limits: Limits) -> bytes | Outcome:
        """Sends what is queued and receives one frame; drains what is printed meanwhile."""
        received = self._received
        cpu_before = self._cpu_seconds()
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
                used = self._cpu_seconds() - cpu_before
                if used < limits.seconds and time.monotonic() - started < PATIENCE * limits.seconds:
                    deadline = time.monotonic() + max(0.05, limits.seconds - used)
                    continue
                return Outcome(Kind.TIMEOUT)
            watched: list[socket.socket | int] = [self.channel, self.output]
            readable, writable, _ = select.select(watched, [self.channel] if self._unsent else [], [], left)
            if self.output in readable and not self._drain():
                # Closed by the student's code: nothing more will be printed, and nothing more is watched.
                os.close(self.output)
                self.output = os.open(os.devnull, os.O_WRONLY)
            try:
                if writable:
                    del self._unsent[: self.channel.send(self._unsent[:CHUNK])]
                if self.channel in readable:
                    chunk = self.channel.recv(CHUNK)
                    if not chunk:
                        return self._death()
                    received += chunk
            except BlockingIOError:
                continue
            except OSError:
                return self._death()

    def _drain(self) -> bool:
        """Takes what was printed, keeps the beginning; False once nothing can come any more."""
        for _round in range(64):
            try:
                chunk = os.read(self.output, CHUNK)
            except BlockingIOError:
                return True
            except OSError:
                return False
            if not chunk:
                return False
            self._printed += chunk[: max(0, MAX_OUTPUT - len(self._printed))]
        return True

    def _death(self) -> Outcome:
        """Why the channel closed."""
        self.process.kill()
        code = self.process.exit_code()
        return Outcome(Kind.LOST, message="the runner ended") if code is None else death(code)

    def _cpu_seconds(self) -> float:
        try:
            with open(f"/proc/{self.process.pid}/stat", "rb") as file:
                fields = file.read().rpartition(b")")[2].split()
            return (int(fields[11]) + int(fields[12])) / TICKS
        except (OSError, IndexError, ValueError):
            return 0.0

    def close(self) -> None:
        """Kills the process, whatever it is doing."""
        if self.alive:
            self.alive = False
            self.process.kill()
            os.close(self.output)
            self.channel.close()
            self.process.release()

    def __enter__(self) -> Child:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def death(code: int) -> Outcome:
    """A process that ended before it answered, as an outcome; negative codes are signals."""
    if code == -signal.SIGKILL:
        return Outcome(Kind.KILLED)
    if code == -signal.SIGXCPU:
        return Outcome(Kind.TIMEOUT)
    if code < 0:
        return Outcome(Kind.CRASHED, message=signal.Signals(-code).name)
    return Outcome(Kind.CRASHED, message=f"exit {code}")


class ForkedProcess:
    """A child of a zygote: ended through its handle, its end told by the zygote."""

    def __init__(self, pid: int, handle: int, report: socket.socket) -> None:
        self.pid = pid
        self._handle = handle
        self._report = report

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._handle, signal.SIGKILL)

    def exit_code(self) -> int | None:
        self._report.settimeout(10)
        try:
            code: int = json.loads(self._report.recv(4096))["exit"]
        except (OSError, ValueError, KeyError):
            return None
        return code

    def release(self) -> None:
        os.close(self._handle)
        self._report.close()


class ZygotePool:
    """Linux: one zygote, below it one for each exercise, below these a child for each solution."""

    def __init__(self, *, forked: bool = False) -> None:
        """Starts a fresh interpreter; with ``forked`` a fork of this one, which must not hold a secret yet.

        A fork spares the second import of torch: right for a learner who checks their own work.
        """
        self._lock = threading.RLock()
        self._exercises: dict[str, socket.socket] = {}
        self._escapes: list[str] = []
        self._starts = 0
        self._start(forked)

    def _start(self, forked: bool = False) -> None:
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._process: subprocess.Popen[bytes] | _Forked
        self._process = _fork(theirs, self._control) if forked else _execute(theirs)
        theirs.close()
        self._ready = False
        self._starts += 1

    def _start_again(self, starts: int) -> None:
        """Replaces a zygote that was lost; ``starts`` says which, for another lane may have been faster."""
        with self._lock:
            if self._starts == starts:
                before = self.isolation if self._ready else ""
                self.close()
                self._start()
                if before == "strict" != self.isolation:
                    raise RunnerError(f"the runner lost its lockdown: {', '.join(self._escapes)}")

    @property
    def isolation(self) -> str:
        """``strict`` if a witness, locked down as student code is, could not break out; else ``process``."""
        with self._lock:
            self._wait()
            return "process" if self._escapes else "strict"

    def _wait(self) -> None:
        if not self._ready:
            answer = _receive(self._control, START_SECONDS)
            if "ready" not in answer:
                errors = self._process.stderr
                said = errors.read().decode("utf-8", "replace").strip().splitlines() if errors else []
                raise RunnerError(f"the runner did not start: {said[-1] if said else 'no reason given'}")
            self._escapes = self._witness()
            self._ready = True

    def _witness(self) -> list[str]:
        """What a locked child can still do that it must not."""
        report, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with tempfile.TemporaryDirectory(prefix="kata-") as folder, report:
            secret = Path(folder, "secret")
            secret.write_text("secret")
            request = {"op": "witness", "secret": str(secret), "grader": os.getpid()}
            socket.send_fds(self._control, [json.dumps(request).encode()], [theirs.fileno()])
            theirs.close()
            answer = _receive(report, START_SECONDS)
        return list(answer.get("escapes", ["the witness died"]))

    def child(self, exercise: str, *, forbid: tuple[str, ...] = (), memory_mb: int = 0) -> Child:
        starts = self._starts
        try:
            return self._child(exercise, forbid, memory_mb)
        except RunnerError:
            self._start_again(starts)
            return self._child(exercise, forbid, memory_mb)

    def _child(self, exercise: str, forbid: tuple[str, ...], memory_mb: int) -> Child:
        channel, theirs = socket.socketpair()
        output, their_output = os.pipe()
        report, their_report = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        request = {
            "op": "run",
            "forbid": list(forbid),
            "memory_mb": MEMORY_MB + memory_mb,
            "cpu_seconds": 0,
            "lock": self.isolation == "strict",
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
            message, handles, _flags, _address = socket.recv_fds(report, 4096, 1)
        except OSError as error:
            raise RunnerError(f"the runner did not answer: {error}") from None
        if not handles:
            raise RunnerError("the runner could not start a process")
        return Child(channel, output, ForkedProcess(json.loads(message)["pid"], handles[0], report))

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
        for control in (*self._exercises.values(), self._control):
            control.close()
        self._exercises.clear()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stderr:
            self._process.stderr.close()


class _Forked:
    """The part of ``subprocess.Popen`` that a pool needs, for a forked process."""

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


def _execute(control: socket.socket) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-I", "-c", _START, str(Path(__file__).parents[2])],
        stdin=control.fileno(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        cwd="/",
        env=zygote_environment(),
        start_new_session=True,  # an interrupt from the keyboard is for the grader to handle
    )


def _fork(control: socket.socket, other_end: socket.socket) -> _Forked:
    os.environ.update(zygote_environment(os.environ))  # before numpy and torch start their threads
    from autograder.runner import zygote

    if pid := os.fork():
        return _Forked(pid)
    try:
        os.setsid()
        other_end.close()  # a socket that one holds both ends of never closes
        os.dup2(control.fileno(), 0)
        os.chdir("/")
        zygote.main(lasting=False)
    finally:
        os._exit(1)


_START = "import sys; sys.path.insert(0, sys.argv[1]); from autograder.runner.zygote import main; main()"


def zygote_environment(own: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of processes with student code: what one thread and the CPU need, nothing of the user's.

    own: an environment to add to; its search path and language stay.
    """
    one = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    if own is not None:
        return {"CUDA_VISIBLE_DEVICES": "", "TORCHDYNAMO_DISABLE": "1", **one}
    return {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "CUDA_VISIBLE_DEVICES": "", "TORCHDYNAMO_DISABLE": "1", **one}


def _receive(control: socket.socket, seconds: float) -> dict[str, Any]:
    control.settimeout(seconds)
    try:
        message = control.recv(65536)
    except OSError:
        return {}
    finally:
        control.settimeout(None)
    return json.loads(message) if message else {}
