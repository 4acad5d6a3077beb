"""Grades one exercise of one student, whoever asks: a learner, a lane on this machine or a worker of a cluster."""

from __future__ import annotations

import threading
from collections.abc import Callable

from autograder import catalog
from autograder.errors import WRONG, KitError
from autograder.intake.model import Source
from autograder.judging import expectations, wording
from autograder.judging.assess import assess, not_attempted, without_run
from autograder.judging.expectations import Expectations
from autograder.judging.job import EXERCISE_SECONDS, Job
from autograder.judging.stubs import handed_out, is_untouched
from autograder.judging.vocabulary import strangers
from autograder.messages import _
from autograder.results import ExerciseResult, Status
from autograder.runner.protocol import Runner
from autograder.seeds import PUBLIC


class UnavailableError(KitError):
    """An exercise cannot be judged here."""

    status = WRONG


class Library:
    """The expectations of a run, made or read once each. What keeps them away is remembered with its reason."""

    def __init__(self, find: Callable[[str], Expectations], device: str = "cpu") -> None:
        self.device = device
        self._find = find
        self._found: dict[str, Expectations | UnavailableError] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._guard = threading.Lock()

    def get(self, id: str) -> Expectations:
        """Raises ``UnavailableError``."""
        found = self._look_up(id)
        if isinstance(found, UnavailableError):
            raise found
        return found

    def has(self, id: str) -> bool:
        """Whether an exercise can be judged."""
        return isinstance(self._look_up(id), Expectations)

    def _look_up(self, id: str) -> Expectations | UnavailableError:
        with self._guard:
            lock = self._locks.setdefault(id, threading.Lock())
        with lock:
            if id not in self._found:
                try:
                    self._found[id] = self._find(id)
                except catalog.NotInCopyError as error:
                    self._found[id] = UnavailableError(str(error), error.status)
                except (KitError, ImportError, ValueError, OSError, LookupError) as error:
                    text = _("The grader failed, not you: {error}")
                    self._found[id] = UnavailableError(text.format(error=error))
            return self._found[id]


def made_here(runner: Runner, seed: str, device: str) -> Library:
    """Expectations from the cache or the solutions, their times measured in this very run."""

    def find(id: str) -> Expectations:
        found = expectations.get(runner, id, seed, device)
        expectations.measure(runner, found)
        return found

    return Library(find, device)


class Grader:
    """Grades with a runner, beside a library of expectations. Several threads may use it at a time."""

    def __init__(self, runner: Runner, library: Library, training: bool = True) -> None:
        """training: whether training checks are run; else they are skipped."""
        self.runner = runner
        self.library = library
        self.training = training
        self._stubs: dict[str, str | None] = {}

    @classmethod
    def public(cls, runner: Runner, seed: str = PUBLIC, device: str = "cpu", training: bool = True) -> Grader:
        """A learner's: with the expectations of the kit, from its cache or made."""
        return cls(runner, Library(lambda id: expectations.get(runner, id, seed, device), device), training)

    def grade(self, job: Job) -> ExerciseResult:
        """The result of a job. Whatever goes wrong here is not the student's fault."""
        try:
            if job.unreadable:
                return self._without_run(job.id, Status.UNGRADED, job.unreadable)
            if job.source is None or job.source.missing:
                why = job.source.problem if job.source else _("nothing was handed in")
                return not_attempted(catalog.load_exercise(job.id), why, self.library.device)
            if job.source.unreadable:
                return self._without_run(job.id, Status.UNGRADED, job.source.problem)
            return self.check(job.id, job.source, job.seconds)
        except UnavailableError as error:
            return self._without_run(job.id, Status.UNGRADED, str(error))
        except Exception as error:
            return self._without_run(job.id, Status.UNGRADED, f"{type(error).__name__}: {error}")

    def grade_alone(self, job: Job) -> ExerciseResult:
        """The result of a job where no other is done. What the clock on the wall alone has ended is run once more."""
        result = self.grade(job)
        return self.grade(job) if result.stalled else result

    def check(self, id: str, source: Source, seconds: float = EXERCISE_SECONDS) -> ExerciseResult:
        """The result of a source; ``seconds``: as in a job. Raises ``UnavailableError``: a learner is to be told."""
        if source.problem:
            return self._without_run(id, Status.ERROR, source.problem)
        exercise = catalog.load_exercise(id)
        if id not in self._stubs:
            self._stubs[id] = handed_out(id)
        stub = self._stubs[id]  # where expectations may have to be made, it costs nothing
        if is_untouched(source.text, self.library.get(id).stub if stub is None else stub):
            text = _("not started: the file is as it was handed out")
            return not_attempted(exercise, text, self.library.device)
        if exercise.forbid and (found := strangers(source.text, exercise.entries, source.companions)):
            return self._without_run(id, Status.FORBIDDEN, wording.stranger(found[0], exercise, source.text))
        return assess(
            self.runner,
            exercise,
            self.library.get(id),
            source.text,
            source.filename,
            self.training,
            source.companions,
            source.path,
            seconds,
        )

    def _without_run(self, id: str, status: Status, message: str) -> ExerciseResult:
        return without_run(catalog.load_exercise(id), status, message, self.library.device)
