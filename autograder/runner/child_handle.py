"""The grader's hold of one process with student code: asks it, keeps the clock, kills, and says how it ended."""

from __future__ import annotations

import math
import signal
import time
from collections.abc import Mapping

from autograder.runner.limits import CAREFUL_SECONDS, PATIENCE, Limits
from autograder.runner.link import Link
from autograder.runner.outcome import Kind, Outcome
from autograder.runner.protocol import Process, RunnerError
from autograder.runner.watch import AGAIN_SECONDS, STATEMENT_SECONDS
from autograder.runner.wire import FRAME, WireError, decode, encode

MAX_GREETING = 4096
# How long a process that closed its channel may take to end by itself; how long until it is known how it did.
CLOSING_SECONDS, REAPING_SECONDS = 2.0, 30.0
START_SECONDS = 120.0
SIGKILL, SIGXCPU = 9, 24  # not every system knows them by name
CPU_CLOCK = 2  # of a process, see clock_getcpuclockid(3)


class Child:
    """The grader's end of one process with student code.

    ``ask`` sends one request and waits for the answer. ``post`` only queues a request and ``answer`` waits for the
    next answer: so the process works on while the grader judges.
    """

    def __init__(self, link: Link, process: Process) -> None:
        self.link = link
        self.process = process
        self.alive = True
        self.reached: int | None = None
        self._careful = False
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

    def load(
        self,
        source: str,
        filename: str,
        limits: Limits,
        companions: Mapping[str, str] | None = None,
        *,
        path: str = "",
        skipped: Mapping[int, str] | None = None,
        careful: bool = False,
    ) -> Outcome:
        """Has a file loaded; what takes long in it is interrupted (``Session.load``, ``watch``).

        careful: the process says before each statement which one is next, and ``reached`` is the last one.
        """
        self._careful = careful
        request = {"op": "load", "source": source, "filename": filename, "path": path, "careful": careful}
        self.post(encode({**request, "companions": dict(companions or {}), "skipped": dict(skipped or {})}))
        outcome = self.answer(limits, interrupts=True)
        until = time.monotonic() + CAREFUL_SECONDS
        while outcome.kind is Kind.LOADING:
            self.reached = outcome.line or 0
            if time.monotonic() > until:
                self.close()
                return Outcome(Kind.TIMEOUT)
            outcome = self.answer(limits, interrupts=True)
        self._careful = False
        return outcome

    def ask(self, payload: bytes, limits: Limits) -> Outcome:
        """The outcome of an encoded request. If it is not an answer, the child is dead afterwards."""
        self.post(payload)
        return self.answer(limits)

    def post(self, payload: bytes) -> None:
        """Queues an encoded request."""
        self.link.send(FRAME.pack(len(payload)) + payload)

    def answer(self, limits: Limits, interrupts: bool = False) -> Outcome:
        """The outcome of the oldest request without one. If it is not an answer, the child is dead afterwards.

        Its seconds are processor time, or the time that was waited for it if that is more. Raises ``RunnerError``.
        interrupts: whether the process is signalled again and again once it takes long.
        """
        self.walls()
        started = time.monotonic()
        answer = self._exchange(limits, STATEMENT_SECONDS if interrupts else 0.0)
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
            return Outcome.from_answer(decode(payload), loading=self._careful)
        except (WireError, TypeError, ValueError, KeyError, AttributeError):
            return Outcome(Kind.CRASHED, message="the answer could not be read")

    def _exchange(self, limits: Limits, first_signal: float = 0.0) -> bytes | Outcome:
        """Receives one frame, while what is queued is sent. first_signal: when the process is signalled, if at all."""
        received = self.link.received
        cpu_before = cpu_seconds(self.process.pid)
        started = time.monotonic()
        deadline = started + limits.seconds
        signalled = started + first_signal - AGAIN_SECONDS if first_signal else math.inf
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
            patience = signalled + AGAIN_SECONDS - time.monotonic()
            if patience <= 0:
                self.process.interrupt()
                signalled = time.monotonic()
                continue
            if not self.link.wait(min(left, patience)):
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
