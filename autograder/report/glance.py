"""The numbers of a class: marks, exercises, the hardest check, misconceptions."""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from autograder import catalog
from autograder.messages import _
from autograder.results import CheckResult, ExerciseResult, Results, Status, SubmissionResult

BINS = 10
# What can be said of a chapter as a whole.
WHOLE = (Status.PASSED, Status.NOT_ATTEMPTED)
UNTRIED = (Status.NOT_ATTEMPTED, Status.SKIPPED, Status.UNGRADED)


@dataclass
class Tally:
    """How a check went over the class. tried: without those who did not start, or for whom it could not be run."""

    check: CheckResult
    exercise: str
    tried: int = 0
    passed: int = 0

    @property
    def rate(self) -> float:
        return self.passed / self.tried if self.tried else 1.0


@dataclass
class Column:
    """One exercise over the class. anchor: its place in a student's page.

    chapter: its title. points, possible: what the class has, and what it could have.
    """

    id: str
    anchor: str = ""
    title: str = ""
    chapter: str = ""
    max_score: float = 0.0
    graded: int = 0
    started: int = 0
    full: int = 0
    reached: float = 0.0
    points: float = 0.0
    possible: float = 0.0
    checks: dict[str, Tally] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.id.split("/")[-1]

    @property
    def mean(self) -> float | None:
        return self.reached / self.graded if self.graded else None

    @property
    def full_share(self) -> float | None:
        return self.full / self.graded if self.graded else None

    @property
    def hardest(self) -> Tally | None:
        """The check that the smallest share passed of those who tried; none where everyone passed all."""
        found = min((t for t in self.checks.values() if t.check.max_score), key=lambda t: t.rate, default=None)
        return found if found and found.rate < 1 else None


@dataclass
class Chapter:
    """The exercises of a chapter over the class. anchor: its place in a student's page.

    graded: students with a mark in it; full: those with all of its marks.
    """

    id: str
    title: str
    anchor: str
    columns: list[Column]
    graded: int = 0
    full: int = 0

    @property
    def short(self) -> str:
        """Where a name has no room: '07' of ch07_convolution."""
        return self.id.split("_")[0].removeprefix("ch")

    @property
    def max_score(self) -> float:
        return sum(c.max_score for c in self.columns)

    @property
    def mean(self) -> float | None:
        possible = sum(c.possible for c in self.columns)
        return sum(c.points for c in self.columns) / possible if possible else None

    @property
    def full_share(self) -> float | None:
        return self.full / self.graded if self.graded else None

    @property
    def started(self) -> int:
        """The most students that began one and the same exercise of it."""
        return max(c.started for c in self.columns)


@dataclass
class Part:
    """What a student has in a chapter. done: exercises with full marks, of count."""

    score: float = 0.0
    max_score: float = 0.0
    done: int = 0
    count: int = 0
    statuses: set[Status] = field(default_factory=set)

    @property
    def status(self) -> Status | None:
        """Whether the grader failed in one of its exercises, all are right or none is begun; else none."""
        if Status.UNGRADED in self.statuses:
            return Status.UNGRADED
        return next((status for status in WHOLE if self.statuses == {status}), None)


@dataclass
class Met:
    """A misconception, and the students who have it."""

    sentence: str
    name: str
    column: Column
    students: list[str] = field(default_factory=list)


@dataclass
class Look:
    """A student whose work a person should look at: what was not graded, flags, notes, each as sentences."""

    student: str
    ungraded: list[str]
    flags: list[str]
    notes: list[str]

    @classmethod
    def at(cls, submission: SubmissionResult) -> Look:
        why: dict[str, list[str]] = {}
        for exercise in submission.exercises:
            if exercise.status is Status.UNGRADED:
                reason = next((c.message for c in exercise.checks if c.status is Status.UNGRADED), exercise.note)
                why.setdefault(reason, []).append(exercise.id.split("/")[-1])
        ungraded = [f"{', '.join(names)}: {reason}" for reason, names in why.items()]
        return cls(submission.student, ungraded, submission.flags, submission.notes)

    @property
    def gravity(self) -> int:
        return 2 if self.ungraded else 1 if self.flags else 0


@dataclass
class Glance:
    """students, in the order of the class; hidden: whether there are checks that students do not see."""

    students: list[str]
    hidden: bool
    columns: list[Column]
    chapters: list[Chapter]
    shares: list[float]
    misconceptions: list[Met]
    looks: list[Look]
    ungraded: int
    statuses: list[Status]
    max_score: float

    @property
    def mean(self) -> float | None:
        return statistics.fmean(self.shares) if self.shares else None

    @property
    def median(self) -> float | None:
        return statistics.median(self.shares) if self.shares else None

    @property
    def full(self) -> int:
        return sum(share > 1 - 1e-9 for share in self.shares)

    @property
    def bins(self) -> list[int]:
        """Students by tenths of the marks; full marks count in the last."""
        counts = Counter(min(BINS - 1, max(0, int(share * BINS + 1e-9))) for share in self.shares)
        return [counts[i] for i in range(BINS)]

    @property
    def hardest(self) -> Tally | None:
        return min((c.hardest for c in self.columns if c.hardest), key=lambda t: t.rate, default=None)

    def column(self, id: str) -> Column:
        return next(c for c in self.columns if c.id == id)


def share(result: ExerciseResult | SubmissionResult | Part) -> float | None:
    """The part of the marks that was reached; none where there were none to reach."""
    return result.score / result.max_score if result.max_score else None


def full(result: ExerciseResult | SubmissionResult | Part) -> bool:
    return result.max_score > 0 and result.score >= result.max_score - 1e-9


def chapter_of(id: str) -> str:
    return id.split("/")[0]


def parts(submission: SubmissionResult) -> dict[str, Part]:
    """What a student has in each chapter."""
    found: dict[str, Part] = {}
    for exercise in submission.exercises:
        part = found.setdefault(chapter_of(exercise.id), Part())
        part.score += exercise.score
        part.max_score += exercise.max_score
        part.done += full(exercise)
        part.count += 1
        part.statuses.add(exercise.status)
    return found


def glance(results: Results) -> Glance:
    """Everything that the class page says, in one pass."""
    found_columns: dict[str, Column] = {}
    students: list[str] = []
    shares: list[float] = []
    max_score = 0.0
    hidden = False
    met: dict[tuple[str, str], Met] = {}
    looks: list[Look] = []
    seen: Counter[Status] = Counter()
    ungraded = 0
    graded_chapters: Counter[str] = Counter()
    full_chapters: Counter[str] = Counter()
    for submission in results.submissions:
        students.append(submission.student)
        max_score = max(max_score, submission.max_score)
        look = Look.at(submission)
        if look.ungraded or look.flags or look.notes:
            looks.append(look)
        if (reached := share(submission)) is not None:
            shares.append(reached)
        for chapter, part in parts(submission).items():
            graded_chapters[chapter] += part.max_score > 0
            full_chapters[chapter] += full(part)
        for exercise in submission.exercises:
            column = found_columns.get(exercise.id) or found_columns.setdefault(exercise.id, Column(exercise.id))
            seen[exercise.status] += 1
            column.max_score = max(column.max_score, exercise.max_score)
            column.started += exercise.status is not Status.NOT_ATTEMPTED
            column.points += exercise.score
            column.possible += exercise.max_score
            if (reached := share(exercise)) is not None:
                column.graded += 1
                column.reached += reached
                column.full += full(exercise)
            for check in exercise.checks:
                tally = column.checks.get(check.name) or column.checks.setdefault(check.name, Tally(check, exercise.id))
                if check.status not in UNTRIED:
                    tally.tried += 1
                    tally.passed += check.status is Status.PASSED
                hidden = hidden or check.visibility == "hidden"
                ungraded += check.status is Status.UNGRADED
                if check.diagnosis:
                    key = exercise.id, check.detail.misconception or check.diagnosis
                    found = met.setdefault(key, Met(check.diagnosis, check.detail.misconception, column))
                    if found.students[-1:] != [submission.student]:
                        found.students.append(submission.student)
    columns = _in_order(found_columns)
    return Glance(
        students=students,
        hidden=hidden,
        columns=columns,
        chapters=_chapters(columns, graded_chapters, full_chapters),
        shares=shares,
        misconceptions=sorted(met.values(), key=lambda m: -len(m.students)),
        looks=sorted(looks, key=lambda look: -look.gravity),
        ungraded=ungraded,
        statuses=[status for status in Status if seen[status]],
        max_score=max_score,
    )


def _in_order(occurring: dict[str, Column]) -> list[Column]:
    """The exercises that occur: those of the manifest in its order, then the rest, chapter by chapter."""
    known = catalog.entries()
    ids = [i for i in known if i in occurring] + [i for i in occurring if i not in known]
    chapters = list(dict.fromkeys(chapter_of(i) for i in ids))
    ids.sort(key=lambda i: chapters.index(chapter_of(i)))
    for i, anchor in zip(ids, _anchors(ids), strict=True):
        column = occurring[i]
        column.anchor = anchor
        column.title = _(known[i].title) if i in known else i.split("/")[-1].replace("_", " ")
        column.chapter = _(catalog.manifest().get(chapter_of(i), chapter_of(i)))
    return [occurring[i] for i in ids]


def _chapters(columns: list[Column], graded: Counter[str], whole: Counter[str]) -> list[Chapter]:
    found: dict[str, list[Column]] = {}
    for column in columns:
        found.setdefault(chapter_of(column.id), []).append(column)
    return [
        Chapter(id, its[0].chapter, f"chapter-{n}", its, graded[id], whole[id])
        for n, (id, its) in enumerate(found.items(), 1)
    ]


def _anchors(ids: Sequence[str]) -> list[str]:
    """Short where the exercise's name alone says it."""
    names = Counter(i.split("/")[-1] for i in ids)
    plain = [i.split("/")[-1] if names[i.split("/")[-1]] == 1 else i for i in ids]
    safe = [re.sub(r"[^A-Za-z0-9_.-]+", "-", p) for p in plain]
    return [s if safe.count(s) == 1 else f"{s}-{n}" for n, s in enumerate(safe)]
