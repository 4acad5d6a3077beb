"""What there is to grade: one exercise of one student. Needs no torch."""

from __future__ import annotations

from dataclasses import dataclass, replace

from autograder.intake.model import Source
from autograder.results import ExerciseResult

# What a solution may take, loading and all its runs, beside what the reference needs. A pure loop in Python takes less
# than a second; what this leaves room for is a file that is hard to load.
EXERCISE_SECONDS = 30.0
# Once a submission has taken so long as a whole, each of its other exercises may take so long; in the end nothing.
LEISURE_SECONDS, HASTE_SECONDS = 60.0, 18.0
STUDENT_SECONDS = 300.0


@dataclass(frozen=True)
class Job:
    """One exercise of one student: what was handed in, None if nothing was; why it could not be read, if so.

    seconds: what it may take, beside what the reference needs.
    """

    student: str
    id: str
    source: Source | None
    unreadable: str = ""
    seconds: float = EXERCISE_SECONDS

    @property
    def content(self) -> str:
        """Stands for what was handed in."""
        return self.source.digest if self.source else f"missing {self.unreadable}"


class Leisure:
    """How long the exercises of each submission took so far."""

    def __init__(self) -> None:
        self._taken: dict[str, float] = {}

    def given(self, job: Job) -> Job:
        """The job, with what its submission has left for it."""
        taken = self._taken.get(job.student, 0.0)
        if taken < LEISURE_SECONDS:
            return job
        return replace(job, seconds=HASTE_SECONDS if taken < STUDENT_SECONDS else 0.0)

    def take(self, job: Job, result: ExerciseResult) -> None:
        self._taken[job.student] = self._taken.get(job.student, 0.0) + result.seconds
