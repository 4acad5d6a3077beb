"""Keeps the time of what runs at the top of a file. The grader signals a process that takes long to load; a statement
that has run for too long is then interrupted, and again a little later, should it go on all the same.

So a file that loads at once pays for no timer. Where there is no such signal, the limit of the whole load remains.
"""

from __future__ import annotations

import os
import signal
import time
from types import FrameType

from autograder.runner.reasons import TooLongError

NUMBER = getattr(signal, "SIGALRM", None)
STATEMENT_SECONDS = 2.0
# Definitions and imports are what counts: whether they are there must not depend on how busy the machine is.
DEFINITION_SECONDS = 5.0
# One that sleeps may be waiting for something: so much more time may pass on the wall. The clock there goes on while
# the process waits for a processor, the signals do not: what they tell has passed counts at most.
WAITING = 2.5
AGAIN_SECONDS = 0.3
SLACK_SECONDS = 0.1  # what runs when the first signal comes began a little later than the load
# A statement that swallows so many interrupts ends the process, with this status.
MOST_INTERRUPTS, DEAF = 5, 75
# What statements may take in all that define nothing: then each of them has little time left, and then none.
SPENT_SECONDS, MOST_SPENT_SECONDS = 3.0, 6.0


class Watch:
    """The statement that runs, and since when."""

    def __init__(self) -> None:
        self.spent = 0.0
        self.computed = 0.0  # the processor time of that
        self._limit = 0.0
        self._cpu = self._wall = 0.0
        self._signals = self._heard = 0
        self._interrupts = 0
        self.own = {f.__code__ for f in (Watch.begin, Watch.end, Watch.spend, Watch.look, Watch._passed)}

    def begin(self, limit: float) -> tuple[float, float, float]:
        """Starts the time of a statement; returns what was running around it."""
        around = self._limit, self._cpu, self._wall
        self._cpu, self._wall, self._heard = time.process_time(), time.monotonic(), self._signals
        self._limit, self._interrupts = limit, 0
        return around

    def patience(self) -> float:
        """The time that a statement has which defines nothing."""
        return STATEMENT_SECONDS if self.spent < SPENT_SECONDS else AGAIN_SECONDS

    def end(self, around: tuple[float, float, float]) -> None:
        """Goes on with what runs around it, whose time begins anew."""
        self._limit = 0.0
        if around[0]:
            self.begin(around[0])

    def spend(self) -> None:
        """Counts the time of the statement that has just run."""
        cpu = time.process_time() - self._cpu
        self.computed += cpu
        self.spent += max(cpu, self._passed() / WAITING)

    def _passed(self) -> float:
        """The time on the wall that has passed for this statement; until the first signal it is not told apart."""
        told = STATEMENT_SECONDS + AGAIN_SECONDS * (self._signals - self._heard)
        return min(time.monotonic() - self._wall, told)

    def waited(self, seconds: float) -> bool:
        """Whether so much was spent, and not on the processor: the machine may be at fault."""
        return self.computed < seconds <= self.spent

    def look(self, _signal: int, frame: FrameType | None) -> None:
        """Interrupts what has run for too long. Called by the signal, also when nothing of the file runs.

        frame: where the process is. In the loader itself it has just come back from the file.
        """
        self._signals += 1
        if frame is not None and frame.f_code in self.own:
            return
        cpu, wall = time.process_time() - self._cpu, self._passed()
        nearly = self._limit - SLACK_SECONDS
        if self._limit and (cpu > nearly or wall > WAITING * nearly):
            self._limit += AGAIN_SECONDS
            self._interrupts += 1
            if self._interrupts > MOST_INTERRUPTS:
                os._exit(DEAF)
            raise TooLongError(cpu <= nearly or self.waited(SPENT_SECONDS))

    def listen(self) -> None:
        if NUMBER is not None:
            signal.signal(NUMBER, self.look)
