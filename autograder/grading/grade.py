"""Grades a class: what changed since the last run goes through the runner, the rest comes from the store."""

from __future__ import annotations

import gc
import hashlib
import os
import platform
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import torch

import autograder
from autograder import catalog
from autograder.grading import expectations
from autograder.grading.assess import assess, not_attempted, without_run
from autograder.grading.expectations import BrokenExerciseError, Expectations
from autograder.grading.results import ExerciseResult, Results, Status, SubmissionResult, write_atomically
from autograder.grading.sources import Source, Submission
from autograder.grading.store import Change, Store
from autograder.grading.stubs import is_untouched
from autograder.messages import _
from autograder.runner.pool import Runner, RunnerError
from autograder.spec.exercise import Exercise

WRITE_EVERY = 3.0


class OutputError(ValueError):
    """The output folder cannot be written; the message is a sentence."""


@dataclass
class Grading:
    """What a run came to: the results, how many were reused, whose marks changed."""

    results: Results
    reused: int = 0
    graded: int = 0
    changes: list[Change] = field(default_factory=list)

    @property
    def ungraded(self) -> list[tuple[str, str]]:
        pairs = ((s, e) for s in self.results.submissions for e in s.exercises)
        return [(s.student, e.id) for s, e in pairs if e.status is Status.UNGRADED]


@dataclass(frozen=True)
class Job:
    submission: Submission
    id: str


class Library:
    """The expectations of a run, made or read once each. A broken exercise is remembered with its reason."""

    def __init__(self, runner: Runner, seed: str, device: str) -> None:
        self._runner = runner
        self._seed = seed
        self._device = device
        self._found: dict[str, Expectations | str] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._guard = threading.Lock()

    def key(self, id: str) -> str:
        return expectations.expectations_key(id, self._seed, self._device)

    def get(self, id: str) -> Expectations | str:
        with self._guard:
            lock = self._locks.setdefault(id, threading.Lock())
        with lock:
            if id not in self._found:
                try:
                    found = expectations.get(self._runner, id, self._seed, self._device)
                    expectations.measure(self._runner, found)
                    self._found[id] = found
                except (BrokenExerciseError, RunnerError, ImportError, ValueError, OSError, LookupError) as error:
                    self._found[id] = str(error)
            return self._found[id]


def grade(
    runner: Runner,
    submissions: list[Submission],
    ids: list[str],
    out: Path,
    *,
    seed: str = "public",
    device: str = "cpu",
    jobs: int = 0,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Grading:
    """Grades the exercises of all submissions and writes results.json and grades.csv as it goes.

    progress is called with the number of results so far and of all. Raises ``OutputError``.
    """
    store = open_store(out)
    try:
        return _Run(runner, submissions, ids, out, store, seed, device, progress).all(jobs or os.cpu_count() or 1)
    finally:
        store.close()


def open_store(out: Path) -> Store:
    """The store in an output folder, which is made if need be."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        if not os.access(out, os.W_OK):
            raise PermissionError(13, os.strerror(13))
        return Store(out)
    except Exception as error:
        reason = getattr(error, "strerror", None) or str(error)
        text = _("The output folder {out} cannot be written: {reason}.")
        raise OutputError(text.format(out=out, reason=reason)) from None


class _Run:
    def __init__(
        self,
        runner: Runner,
        submissions: list[Submission],
        ids: list[str],
        out: Path,
        store: Store,
        seed: str,
        device: str,
        progress: Callable[[int, int], None],
    ) -> None:
        self.runner = runner
        self.submissions = submissions
        self.ids = ids
        self.out = out
        self.store = store
        self.seed = seed
        self.library = Library(runner, seed, device)
        self.device = device
        self.progress = progress
        self.done: dict[tuple[str, str], ExerciseResult] = {}
        self.grading = Grading(self._results())
        self._next_write = time.monotonic() + WRITE_EVERY

    def all(self, workers: int) -> Grading:
        gc.freeze()  # torch's modules stay: no collection needs to look through them
        jobs = [Job(s, id) for s in self.submissions for id in self.ids]
        todo = []
        for job in jobs:
            known = self.store.find(job.submission.student, job.id, self._key(job))
            if known is None:
                todo.append(job)
            else:
                self.done[job.submission.student, job.id] = known
        self.grading.reused = len(jobs) - len(todo)
        self.progress(len(self.done), len(jobs))
        for job, result in self._run(todo, workers):
            self.done[job.submission.student, job.id] = result
            self.grading.graded += 1
            # A result that is the grader's fault is not kept: the next run tries again.
            if result.status is not Status.UNGRADED:
                change = self.store.put(job.submission.student, job.id, self._key(job), result)
                if change is not None:
                    self.grading.changes.append(change)
            self.progress(len(self.done), len(jobs))
            if time.monotonic() > self._next_write:
                started = time.monotonic()
                self._write()
                self._next_write = time.monotonic() + max(WRITE_EVERY, 20 * (time.monotonic() - started))
        self._write()
        return self.grading

    def _run(self, todo: list[Job], workers: int) -> Iterator[tuple[Job, ExerciseResult]]:
        """Results in the order in which they come; few jobs are in flight, so an interrupt loses little."""
        waiting = iter(todo)
        running: dict[Future[ExerciseResult], Job] = {}
        with ThreadPoolExecutor(workers, thread_name_prefix="grade") as pool:
            try:
                while True:
                    for job in waiting:
                        running[pool.submit(self._grade, job)] = job
                        if len(running) >= 2 * workers:
                            break
                    if not running:
                        return
                    finished, _pending = wait(running, return_when=FIRST_COMPLETED)
                    for future in finished:
                        yield running.pop(future), future.result()
            finally:
                pool.shutdown(wait=False, cancel_futures=True)

    def _key(self, job: Job) -> str:
        source = job.submission.sources.get(job.id)
        content = source.digest if source else f"missing {job.submission.unreadable}"
        parts = [content, self.library.key(job.id), judging_digest(), str(catalog.calibration_file(job.id).exists())]
        return hashlib.sha256("|".join(parts).encode()).hexdigest()

    def _grade(self, job: Job) -> ExerciseResult:
        source = job.submission.sources.get(job.id)
        exercise = catalog.load_exercise(job.id)
        try:
            return self._grade_source(exercise, job, source)
        except Exception as error:  # whatever it is, it is not the student's fault
            return without_run(exercise, Status.UNGRADED, f"{type(error).__name__}: {error}")

    def _grade_source(self, exercise: Exercise, job: Job, source: Source | None) -> ExerciseResult:
        if job.submission.unreadable:
            return without_run(exercise, Status.UNGRADED, job.submission.unreadable)
        if source is None:
            return not_attempted(exercise, _("nothing was handed in"))
        if source.problem:
            status = Status.UNGRADED if source.unreadable else Status.ERROR
            return without_run(exercise, status, source.problem)
        expected = self.library.get(job.id)
        if isinstance(expected, str):
            return without_run(exercise, Status.UNGRADED, _("the grader failed: {reason}").format(reason=expected))
        if is_untouched(source.text, expected.stub):
            return not_attempted(exercise, _("not started: the file is as it was handed out"))
        return assess(self.runner, exercise, expected, source.text, source.filename)

    def _results(self) -> Results:
        graded = []
        for submission in self.submissions:
            found = [self.done.get((submission.student, id)) for id in self.ids]
            graded.append(SubmissionResult.of(submission.student, [e for e in found if e], submission.notes))
        return Results(
            kit_version=autograder.__version__,
            seed=self.seed,
            environment=environment(self.device),
            isolation=self.runner.isolation,
            submissions=graded,
        )

    def _write(self) -> None:
        self.grading.results = self._results()
        write_atomically(self.out / "results.json", self.grading.results.to_json())
        write_atomically(self.out / "grades.csv", self.grading.results.to_csv(self.ids).encode("utf-8-sig"))


@cache
def judging_digest() -> str:
    """A hash of the code that turns outcomes into marks and messages."""
    digest = hashlib.sha256(os.environ.get("KATA_LANG", "").encode())
    folder = Path(__file__).parent
    for name in ("assess.py", "diagnosis.py", "execute.py", "snippets.py", "stubs.py", "../runner/limits.py"):
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()


def environment(device: str) -> dict[str, str]:
    """What the results were made with."""
    system = f"{platform.system()} {platform.machine()}"
    found = {"python": platform.python_version(), "system": system, "device": device}
    for package in ("torch", "torchvision", "numpy"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = torch.__version__ if package == "torch" else "none"
    return found
