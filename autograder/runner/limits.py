"""What a run may cost: multiples of the reference's own cost, generous enough that no honest solution meets them."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.spec.exercise import Check

MIN_SECONDS = 2.0
TIMES_REFERENCE = 50.0
TIMES_REFERENCE_TRAINING = 6.0
MEMORY_MB = 768
GPU_MEMORY_MB = 2048
GPU_LANES = 2  # each holds a context and up to its limit of the memory
LOAD_SECONDS = 12.0  # statements that take long are interrupted one by one, far earlier
CAREFUL_SECONDS = 25.0  # on the wall, when a file is loaded again to find what holds it up
STATEMENT_SECONDS = 4.0  # of one that nothing interrupts, when a file is loaded again to find it
AUTHOR_SECONDS = 120.0  # for what an author wrote: the reference and the misconceptions
MAX_OUTPUT = 64 * 1024
ANSWER_SLACK = 256 * 1024
MAX_ANSWER = 256 << 20
# A machine under load gives a process less than a second of processor time a second: the clock on the wall may
# show this many times the limit before a process that has not used up its processor time is stopped.
PATIENCE = 4.0


@dataclass(frozen=True)
class Limits:
    """seconds: processor time for one answer. answer: its largest size in bytes."""

    seconds: float
    answer: int = MAX_ANSWER


def for_case(check: Check, reference_seconds: float, answer_bytes: int) -> Limits:
    """The limits of one case of a check beside what the reference took and sent."""
    times = TIMES_REFERENCE_TRAINING if check.training else TIMES_REFERENCE
    seconds = max(MIN_SECONDS, times * reference_seconds) + check.seconds
    return Limits(seconds, min(MAX_ANSWER, 2 * answer_bytes + ANSWER_SLACK))
