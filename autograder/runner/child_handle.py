"""The grader's hold of one process with student code: asks it, keeps the clock, kills, and says how it ended."""

from __future__ import annotations

import math
import signal
import time
from collections.abc import Mapping

from autograder.runner.limits import CAREFUL_SECONDS, MAX_THREADS, MOST_STARVED, Budget, Limits
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
LOOK_SECONDS, SOON_SECONDS = 0.5, 0.05  # how often a process is looked at that does not answer
ENDED = (Kind.TIMEOUT, Kind.STALLED, Kind.SPENT, Kind.CRASHED, Kind.OVERSIZED, Kind.LOST, Kind.KILLED)


class Child:
    """The grader's end of one process with student code.

    ``ask`` sends one request and waits for the answer. ``post`` only queues a request and ``answer`` waits for the
    next answer: so the process works on while the grader judges. All of it is paid from its ``budget``.
    """

    def __init__(self, link: Link, process: Process) -> None:
        self.link = link
        self.process = process
        self.budget = Budget()
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
        taken = outcome.seconds
        while outcome.kind is Kind.LOADING:
            self.reached = outcome.line or 0
            if taken > CAREFUL_SECONDS:
                self.close()
                return Outcome(Kind.TIMEOUT)
            outcome = self.answer(limits, interrupts=True)
            taken += outcome.seconds
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
        clock = Clock(self.process.pid)
        answer = self._exchange(limits.within(self.budget), STATEMENT_SECONDS if interrupts else 0.0)
        outcome = answer if isinstance(answer, Outcome) else self._read(answer)
        used = cpu_seconds(self.process.pid)
        outcome.computed = max(0.0, used - self._cpu)
        outcome.seconds = max(outcome.computed, clock.waited())
        self._cpu = used
        self.budget.take(outcome.seconds, outcome.computed)
        if outcome.kind in (Kind.TIMEOUT, Kind.STALLED) and not self.budget.left:
            spent = self.budget.ended()
            outcome.kind, outcome.facts = spent.kind, spent.facts
        self.budget.stalled = self.budget.stalled or outcome.kind is Kind.STALLED
        outcome.output = self.link.printed().decode("utf-8", "replace")
        if outcome.kind in ENDED:
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
        clock = Clock(self.process.pid)
        look = clock.started + min(limits.seconds, limits.patience, LOOK_SECONDS)
        signal_at, told = clock.started + first_signal if first_signal else math.inf, first_signal - AGAIN_SECONDS
        while True:
            if len(received) >= FRAME.size:
                (length,) = FRAME.unpack_from(received)
                if length > limits.answer:
                    return Outcome(Kind.OVERSIZED)
                if len(received) >= FRAME.size + length:
                    frame = bytes(received[FRAME.size : FRAME.size + length])
                    del received[: FRAME.size + length]
                    return frame
            left = look - time.monotonic()
            if left <= 0:
                rest = limits.seconds - clock.cpu(), limits.patience - clock.waited()
                if (stopped := self._stopped(clock, limits, *rest)) is not None:
                    return stopped
                look = time.monotonic() + min(LOOK_SECONDS, max(SOON_SECONDS, min(rest)))
                continue
            patience = signal_at - time.monotonic()
            if patience <= 0:
                early = told + AGAIN_SECONDS - (waited := clock.waited())
                if early <= 0:  # for each signal it has had its time, whatever the machine is busy with
                    self.process.interrupt()
                    told = waited
                signal_at = time.monotonic() + (AGAIN_SECONDS if early <= 0 else max(SOON_SECONDS, early))
                continue
            if not self.link.wait(min(left, patience)):
                return self._death()

    def _stopped(self, clock: Clock, limits: Limits, computing: float, waiting: float) -> Outcome | None:
        """Why no answer is waited for any more, if so. computing, waiting: what is left of both of its times."""
        runs, threads = look_at(self.process.pid)
        if threads > MAX_THREADS:
            return Outcome(Kind.CRASHED, facts={"threads": MAX_THREADS})
        if computing <= 0:
            return Outcome(Kind.TIMEOUT)
        # One that would run if it could may be in the queue for long, which the system tells only afterwards.
        if waiting <= 0 and (not runs or time.monotonic() - clock.started > MOST_STARVED * limits.patience):
            return Outcome(Kind.STALLED)
        return None

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


class Clock:
    """The times of another process from here on."""

    def __init__(self, pid: int) -> None:
        self.started = time.monotonic()
        self._pid = pid
        self._cpu, self._starved = cpu_seconds(pid), starved_seconds(pid)

    def cpu(self) -> float:
        """Its processor time."""
        return cpu_seconds(self._pid) - self._cpu

    def waited(self) -> float:
        """The time on the wall, without that in which it waited for a processor."""
        starved = starved_seconds(self._pid) - self._starved
        return max(0.0, time.monotonic() - self.started - max(0.0, starved))


def starved_seconds(pid: int) -> float:
    """How long another process, its first thread, has waited for a processor so far; 0 where the system does not tell.

    What it is waiting for now is not in it.
    """
    try:
        with open(f"/proc/{pid}/schedstat", "rb") as times:
            return int(times.read().split()[1]) / 1e9
    except (OSError, ValueError, IndexError):
        return 0.0


def look_at(pid: int) -> tuple[bool, int]:
    """Whether another process runs, or would if it had a processor; and how many threads it has, 0 if nobody knows."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as stat:
            state, *others = stat.read().rpartition(b")")[2].split()
        return state == b"R", int(others[16])
    except (OSError, ValueError, IndexError):
        return False, 0


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
