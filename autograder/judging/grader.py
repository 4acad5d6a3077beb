"""Grades one exercise of one student, whoever asks: a lane on this machine or a worker of a cluster."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from autograder import catalog
from autograder.errors import KitError
from autograder.intake.classes import Source
from autograder.judging import expectations
from autograder.judging.assess import assess, not_attempted, without_run
from autograder.judging.expectations import Expectations
from autograder.judging.stubs import is_untouched
from autograder.messages import _
from autograder.results import ExerciseResult, Status
from autograder.runner.protocol import Runner
from autograder.spec.exercise import Exercise


@dataclass(frozen=True)
class Job:
    """One exercise of one student: what was handed in, None if nothing was; why it could not be read, if so."""

    student: str
    id: str
    source: Source | None
    unreadable: str = ""

    @property
    def content(self) -> str:
        """Stands for what was handed in."""
        return self.source.digest if self.source else f"missing {self.unreadable}"


class Library:
    """The expectations of a run, made or read once each. A broken exercise is remembered with its reason."""

    def __init__(self, find: Callable[[str], Expectations], device: str = "cpu") -> None:
        self.device = device
        self._find = find
        self._found: dict[str, Expectations | str] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._guard = threading.Lock()

    def get(self, id: str) -> Expectations | str:
        with self._guard:
            lock = self._locks.setdefault(id, threading.Lock())
        with lock:
            if id not in self._found:
                try:
                    self._found[id] = self._find(id)
                except (KitError, ImportError, ValueError, OSError, LookupError) as error:
                    self._found[id] = str(error)
            return self._found[id]


def made_here(runner: Runner, seed: str, device: str) -> Library:
    """Expectations from the cache or the solutions, their times measured in this very run."""

    def find(id: str) -> Expectations:
        found = expectations.get(runner, id, seed, device)
        expectations.measure(runner, found)
        return found

    return Library(find, device)


class Grader:
    """Grades jobs with a runner, beside a library of expectations. Several threads may use it at a time."""

    def __init__(self, runner: Runner, library: Library) -> None:
        self.runner = runner
        self.library = library

    def grade(self, job: Job) -> ExerciseResult:
        """The result of a job. Whatever goes wrong here is not the student's fault."""
        exercise = catalog.load_exercise(job.id)
        try:
            return self._grade(exercise, job)
        except Exception as error:
            return without_run(exercise, Status.UNGRADED, f"{type(error).__name__}: {error}", self.library.device)

    def _grade(self, exercise: Exercise, job: Job) -> ExerciseResult:
        source = job.source
        if job.unreadable:
            return without_run(exercise, Status.UNGRADED, job.unreadable, self.library.device)
        if source is None:
            return not_attempted(exercise, _("nothing was handed in"), self.library.device)
        if source.problem:
            status = Status.UNGRADED if source.unreadable else Status.ERROR
            return without_run(exercise, status, source.problem, self.library.device)
        expected = self.library.get(job.id)
        if isinstance(expected, str):
            return without_run(
                exercise, Status.UNGRADED, _("the grader failed: {reason}").format(reason=expected), self.library.device
            )
        if is_untouched(source.text, expected.stub):
            return not_attempted(exercise, _("not started: the file is as it was handed out"), self.library.device)
        return assess(self.runner, exercise, expected, source.text, source.filename)
