"""The one model of a result: of a check, an exercise, a submission, a class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import msgspec

SCHEMA_VERSION = 1


class Status(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    NOT_ATTEMPTED = "not_attempted"
    ERROR = "error"
    TIMEOUT = "timeout"
    MEMORY = "memory"
    FORBIDDEN = "forbidden"
    SKIPPED = "skipped"
    UNGRADED = "ungraded"


# What an exercise is called whose checks came out differently: the first of these that occurs.
GRAVITY = (
    Status.UNGRADED,
    Status.FORBIDDEN,
    Status.TIMEOUT,
    Status.MEMORY,
    Status.ERROR,
    Status.FAILED,
    Status.NOT_ATTEMPTED,
    Status.SKIPPED,
)


class Detail(msgspec.Struct, omit_defaults=True):
    """What the terminal and the pages show beyond the contract.

    expected, got: the values side by side. snippet: Python that reproduces the failure.
    trace: lines of the student's file. output: what was printed.
    misconception: name of the one diagnosed. explains: how many of how many failed checks it explains.
    picture: two images, the one ``wanted`` and the one that ``came``.
    discreet: what is wrong, without anything of a secret input.
    Of a training check: curve, the loss of each epoch; band, the reference's over many seeds, as ``low``,
    ``median`` and ``high``; metric and threshold; calibration, what this was measured with.
    """

    expected: str = ""
    got: str = ""
    snippet: str = ""
    trace: list[str] = []
    output: str = ""
    curve: list[float] = []
    band: dict[str, list[float]] = {}
    metric: float | None = None
    threshold: float | None = None
    calibration: str = ""
    misconception: str = ""
    explains: list[int] = []
    discreet: str = ""
    picture: dict[str, list[list[float]]] = {}


# Of a check whose inputs are secret a student learns what is wrong, but no value; of a hidden one, whether it passed.
OPEN, GUARDED, HIDDEN = "public", "guarded", "hidden"


class CheckResult(msgspec.Struct):
    name: str
    status: Status
    score: float
    max_score: float
    message: str = ""
    diagnosis: str | None = None
    visibility: str = OPEN
    seconds: float = 0.0
    line: str = ""
    detail: Detail = msgspec.field(default_factory=Detail)

    @property
    def failed(self) -> bool:
        """Whether it did not pass, for whatever reason; what was left out did not fail."""
        return self.status not in (Status.PASSED, Status.SKIPPED)


class ExerciseResult(msgspec.Struct):
    id: str
    status: Status
    score: float
    max_score: float
    seconds: float = 0.0
    checks: list[CheckResult] = []
    note: str = ""
    left_out: list[str] = []  # sentences on statements of the file that did not run: for the student too, no failures
    stalled: bool = False  # something was ended by the clock on the wall alone: to be run again when nothing else runs

    @classmethod
    def of(cls, id: str, checks: list[CheckResult], note: str = "") -> ExerciseResult:
        """The exercise whose checks these are."""
        # What is skipped and carries no points, such as a training without a GPU, says nothing of the exercise.
        statuses = {check.status for check in checks if check.max_score or check.status is not Status.SKIPPED}
        status = next((s for s in GRAVITY if s in statuses), Status.PASSED)
        return cls(
            id=id,
            status=status,
            score=round(sum(check.score for check in checks), 6),
            max_score=round(sum(check.max_score for check in checks), 6),
            seconds=round(sum(check.seconds for check in checks), 4),
            checks=checks,
            note=note,
        )

    def opened(self) -> ExerciseResult:
        """The same for those who may see inputs: all but what the exercise hides."""
        checks = [
            msgspec.structs.replace(check, visibility=OPEN) if check.visibility == GUARDED else check
            for check in self.checks
        ]
        return msgspec.structs.replace(self, checks=checks)


def packed(result: ExerciseResult) -> bytes:
    """A result as bytes, to be kept or sent: not JSON, which has no NaN, and a wrong answer may be full of them."""
    return msgspec.msgpack.encode(result)


def unpacked(content: bytes) -> ExerciseResult:
    return msgspec.msgpack.decode(content, type=ExerciseResult)


class SubmissionResult(msgspec.Struct):
    student: str
    score: float
    max_score: float
    exercises: list[ExerciseResult]
    notes: list[str] = []
    flags: list[str] = []  # for the instructor alone

    @property
    def waits(self) -> bool:
        """Whether nothing of it has a mark, since a person has to look at it."""
        return not self.max_score and any(e.status is Status.UNGRADED for e in self.exercises)

    @classmethod
    def of(
        cls, student: str, exercises: list[ExerciseResult], notes: Sequence[str] = (), flags: Sequence[str] = ()
    ) -> SubmissionResult:
        return cls(
            student=student,
            score=round(sum(e.score for e in exercises), 6),
            max_score=round(sum(e.max_score for e in exercises), 6),
            exercises=exercises,
            notes=list(notes),
            flags=list(flags),
        )


class Results(msgspec.Struct):
    kit_version: str
    seed: str
    environment: dict[str, str]
    isolation: str
    submissions: Sequence[SubmissionResult]
    schema_version: int = SCHEMA_VERSION


@dataclass(frozen=True)
class Change:
    """A mark that differs from the one an earlier run gave."""

    student: str
    exercise: str
    before: float
    after: float


@dataclass
class Grading:
    """What a run came to: the results, how many were reused, whose marks changed, what could not be graded."""

    results: Results
    reused: int = 0
    graded: int = 0
    changes: list[Change] = field(default_factory=list)
    ungraded: list[tuple[str, str]] = field(default_factory=list)
