"""What a run may cost: multiples of the reference's own cost, generous enough that no honest solution meets them."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable
from dataclasses import dataclass

from autograder.runner.outcome import Kind, Outcome
from autograder.spec.exercise import Check

MIN_SECONDS = 2.0
TIMES_REFERENCE = 50.0
TIMES_REFERENCE_TRAINING = 6.0
MEMORY_MB = 768
GPU_MEMORY_MB = 2048
GPU_LANES = 2  # each holds a context and up to its limit of the memory
LOAD_SECONDS = 12.0  # statements that take long are interrupted one by one, far earlier
CAREFUL_SECONDS = 25.0  # when a file is loaded again to find what holds it up
STATEMENT_SECONDS = 4.0  # of one that nothing interrupts, when a file is loaded again to find it
AUTHOR_SECONDS = 120.0  # for what an author wrote: the reference and the misconceptions
MAX_OUTPUT = 64 * 1024
ANSWER_SLACK = 256 * 1024
MAX_ANSWER = 256 << 20
# A process that has not used up its processor time is stopped when the clock on the wall shows this many times the
# limit, without the time in which it waited for a processor. Not every system tells that time, nor all of it: what is
# stopped so is run again when nothing else runs.
PATIENCE = 4.0
# No machine is so busy that a process has to wait for its processor this many times its patience.
MOST_STARVED = 30.0
# What the runs of a solution may take together beside what a job gives it: multiples of what the reference takes.
TIMES_REFERENCE_TOGETHER = 10.0
LEAST_SECONDS = 0.1  # less is nothing: how long a process has waited is known no better
# One that disturbs nobody has a thread for each core at most, if it asks for them.
MAX_THREADS = 64 + (os.cpu_count() or 1)


@dataclass(frozen=True)
class Limits:
    """seconds: processor time for one answer. answer: its largest size in bytes. left: the rest of a budget."""

    seconds: float
    answer: int = MAX_ANSWER
    left: float = math.inf

    @property
    def patience(self) -> float:
        """The time on the wall, without that in which the process waits for a processor."""
        return min(PATIENCE * self.seconds, self.left)

    def within(self, budget: Budget) -> Limits:
        return Limits(min(self.seconds, budget.left), self.answer, budget.left)


@dataclass
class Budget:
    """What the runs of one solution may take together. Time in which a process waits for a processor is not counted.

    used: what they took. computed: the processor time of that. stalled: whether something was stopped by the clock on
    the wall, and did not compute for most of that time.
    """

    seconds: float = math.inf
    used: float = 0.0
    computed: float = 0.0
    stalled: bool = False

    @property
    def left(self) -> float:
        left = self.seconds - self.used
        return left if left > LEAST_SECONDS else 0.0

    def take(self, used: float, computed: float) -> None:
        self.used += used
        self.computed += computed
        self.stalled = self.stalled or (not self.left and self.computed < self.seconds / 2)

    def ended(self) -> Outcome:
        """What comes of runs for which there is nothing left."""
        return Outcome(Kind.SPENT, facts={"seconds": round(self.seconds)})


def for_case(check: Check, reference_seconds: float, answer_bytes: int) -> Limits:
    """The limits of one case of a check beside what the reference took and sent."""
    times = TIMES_REFERENCE_TRAINING if check.training else TIMES_REFERENCE
    seconds = max(MIN_SECONDS, times * reference_seconds) + check.seconds
    return Limits(seconds, min(MAX_ANSWER, 2 * answer_bytes + ANSWER_SLACK))


def for_exercise(costs: Iterable[tuple[Check, float]], seconds: float) -> Budget:
    """The budget of a solution. costs: the check of each case, with what it took the reference. seconds: what is given
    beside that; where it is nothing, nothing is run."""
    if not seconds:
        return Budget(0.0)
    for check, reference in costs:
        times = TIMES_REFERENCE_TRAINING if check.training else TIMES_REFERENCE_TOGETHER
        seconds += times * reference + check.seconds
    return Budget(seconds)
