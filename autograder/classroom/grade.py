"""Grades a class: what changed since the last run goes to an executor, the rest comes from the store.

Needs no torch until there is something to grade. Submissions are taken one by one and results go to the store, so that
the memory needed does not grow with the class.
"""

from __future__ import annotations

import gc
import os
import platform
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import autograder
from autograder.classroom import notes
from autograder.classroom.executor import Executor, Local, default_lanes
from autograder.classroom.store import CLASS, NAME, Store, StoredSubmissions
from autograder.errors import KitError
from autograder.files import write_atomically
from autograder.intake.classes import Submission, read_class
from autograder.judging.job import Job, Leisure
from autograder.judging.keys import judging_key, result_key
from autograder.messages import _
from autograder.results import ExerciseResult, Grading, Results, Status
from autograder.tables import csv_parts, json_parts

if TYPE_CHECKING:
    from autograder.runner.protocol import Runner

WRITE_EVERY = 3.0
AT_ONCE = 32  # submissions whose sources are held
LEVELS = ("process", "strict")

T = TypeVar("T")


class OutputError(KitError):
    """The output folder cannot be written; the message is a sentence."""


def grade(
    runner: Runner,
    submissions: Sequence[Submission],
    ids: Sequence[str],
    out: Path,
    *,
    seed: str = "public",
    device: str = "cpu",
    jobs: int = 0,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Grading:
    """Grades the exercises of all submissions on this machine with a runner; see ``grade_with``."""
    return grade_with(lambda: local(runner, seed, device, jobs), submissions, ids, out, seed, device, progress)


def local(runner: Runner, seed: str, device: str, jobs: int = 0) -> Local:
    """An executor for this machine; as many jobs at a time as keep all cores busy, unless told otherwise."""
    from autograder.judging.grader import Grader, made_here

    return Local(runner, Grader(runner, made_here(runner, seed, device)), jobs or default_lanes(device))


def grade_with(
    start: Callable[[], Executor],
    submissions: Sequence[Submission],
    ids: Sequence[str],
    out: Path,
    seed: str = "public",
    device: str = "cpu",
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    part: str = "",
    everyone: Sequence[str] = (),
    absent: Sequence[str] = (),
    origin: str = "",
    same_class: bool = False,
    show_inputs: bool = False,
) -> Grading:
    """Grades what is new and writes results.json and grades.csv as it goes, and notes.csv in the end.

    start gives the executor; it is called only if something has to be graded, and whoever calls closes it.
    progress is called with the number of results so far and of all. part: which part of a class this is, for
    ``merge``. everyone: the names of the class where the submissions are some of it; of the others the files say what
    an earlier run found. absent: who should have handed in and did not. origin: where the class comes from; another
    one's results are not mixed with it, unless this is said to be the ``same_class``. show_inputs: students may see
    what a secret seed draws. Raises ``OutputError``.
    """
    store = open_store(out)
    try:
        known = store.facts().get(CLASS, "")
        if origin and known and origin != known and not same_class:
            text = _(
                "{out} holds the results of {known}, and this is {origin}: give another folder with --out, or say"
                " --same-class if the same class lies elsewhere."
            )
            raise OutputError(text.format(out=out, known=known, origin=origin))
        facts = {"seed": seed, "device": device, "exercises": " ".join(ids), "shard": part}
        store.tell({**facts, "shown": "yes" if show_inputs else "", CLASS: origin or known})
        run = _Run(start, submissions, list(ids), out, store, seed, device, progress, show_inputs)
        try:
            return run.all(everyone, absent)
        finally:
            run.notes.close()
    finally:
        store.close()


def open_store(out: Path) -> Store:
    """The store in an output folder, which is made if need be."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        if not os.access(out, os.W_OK):
            raise PermissionError(13, os.strerror(13))
        return Store(out)
    except KitError:
        raise
    except Exception as error:
        reason = getattr(error, "strerror", None) or str(error)
        text = _("The output folder {out} cannot be written: {reason}.")
        raise OutputError(text.format(out=out, reason=reason)) from None


def within(out: Path, place: Path, ids: Sequence[str]) -> tuple[Path, str] | None:
    """The class whose results are in an output folder, and the student of it whose work lies in a place, if so."""
    if not (out / NAME).is_file():
        return None
    store = open_store(out)
    try:
        known = store.facts().get(CLASS, "")
    finally:
        store.close()
    if not known or Path(known) not in place.resolve().parents or not Path(known).is_dir():
        return None
    whose = [
        student.name for student in read_class(Path(known), ids).students if place.resolve().name in student.places
    ]
    return (Path(known), whose[0]) if len(whose) == 1 else None


class _Run:
    def __init__(
        self,
        start: Callable[[], Executor],
        submissions: Sequence[Submission],
        ids: list[str],
        out: Path,
        store: Store,
        seed: str,
        device: str,
        progress: Callable[[int, int], None],
        show_inputs: bool,
    ) -> None:
        self.start = start
        self.submissions = submissions
        self.ids = ids
        self.out = out
        self.store = store
        self.seed = seed
        self.device = device
        self.total = len(submissions) * len(ids)
        self.report = progress
        self.show_inputs = show_inputs
        self.students: list[str] = []
        self.notes = notes.Notes()
        self.keys: dict[tuple[str, str], str] = {}  # of the jobs in flight
        self.isolation = store.facts().get("isolation", "")
        self.grading = Grading(self._results())
        self._next_write = time.monotonic() + WRITE_EVERY

    def all(self, everyone: Sequence[str], absent: Sequence[str]) -> Grading:
        gc.freeze()  # torch's modules stay: no collection needs to look through them
        jobs = self._jobs()
        first = next(jobs, None)
        if first is not None:
            executor = self.start()
            self.isolation = weakest(executor.isolation, self.isolation if self.grading.reused else "")
            stalled: list[Job] = []
            leisure = Leisure()
            for job, result in executor.run(map(leisure.given, chain([first], jobs))):
                leisure.take(job, result)
                if result.stalled:
                    stalled.append(job)
                else:
                    self._take(job, result)
            leisure = Leisure()
            for job in stalled:  # a busy machine may be to blame
                result = executor.alone(leisure.given(job))
                leisure.take(job, result)
                self._take(job, result)
        return self._finish(everyone, absent)

    def _jobs(self) -> Iterator[Job]:
        """What is not in the store, some submissions at a time: of these exercise by exercise, since what an exercise
        needs is not held for all of them at once."""
        for jobs in batched(self._to_grade(), AT_ONCE):
            yield from sorted(chain.from_iterable(jobs), key=lambda job: self.ids.index(job.id))

    def _to_grade(self) -> Iterator[list[Job]]:
        """What is not in the store, of each submission that has such."""
        judging = {id: judging_key(id, self.seed, self.device) for id in self.ids}
        for submission in self.submissions:
            jobs = []
            self.students.append(submission.student)
            self.store.describe(submission.student, submission.notes, submission.flags)
            self.notes.account(submission)
            known = self.store.keys(submission.student)
            for id in self.ids:
                job = Job(submission.student, id, submission.sources.get(id), submission.unreadable)
                key = result_key(judging[id], job.content)
                if known.get(id) == key:
                    self.grading.reused += 1
                    self._progress()
                else:
                    self.keys[job.student, id] = key
                    jobs.append(job)
            if jobs:
                yield jobs

    def _take(self, job: Job, result: ExerciseResult) -> None:
        key = self.keys.pop((job.student, job.id))
        self.grading.graded += 1
        if result.status is Status.UNGRADED:
            key = ""  # the next run tries again
            self.grading.ungraded.append((job.student, job.id))
            if not job.unreadable and not (job.source and job.source.unreadable):  # the notes say so of the file
                why = next((check.message for check in result.checks), result.note)
                self.notes.add(job.student, job.id, notes.UNGRADED, why)
        change = self.store.put(job.student, job.id, key, result)
        if change is not None:
            self.grading.changes.append(change)
        self._progress()
        if time.monotonic() > self._next_write:
            started = time.monotonic()
            self._write()
            self._next_write = time.monotonic() + max(WRITE_EVERY, 20 * (time.monotonic() - started))

    def _progress(self) -> None:
        self.report(self.grading.reused + self.grading.graded, self.total)

    def _results(self) -> Results:
        return Results(
            kit_version=autograder.__version__,
            seed=self.seed,
            environment=environment(self.device),
            isolation=self.isolation,
            submissions=StoredSubmissions(self.store.path, self.students, self.ids, self.show_inputs),
        )

    def _finish(self, everyone: Sequence[str], absent: Sequence[str]) -> Grading:
        self.store.tell({"isolation": self.isolation})
        for student in absent:
            self.notes.add(student, "", notes.NOTHING, "")
        if everyone:
            self.store.flush()
            met, done = set(self.students), self.store.students()
            for row in list(notes.read(self.out, met)):
                self.notes.add(*row)
            self.students = [student for student in everyone if student in met or student in done]
        self.notes.write(self.out)
        self._write()
        return self.grading

    def _write(self) -> None:
        self.store.flush()
        self.grading.results = self._results()
        write_results(self.grading.results, self.ids, self.out)


def batched(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """The items, this many at a time."""
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


def weakest(*levels: str) -> str:
    """The lowest of some levels of isolation, unknown ones left out."""
    return min((level for level in levels if level in LEVELS), key=LEVELS.index, default="process")


def write_results(results: Results, ids: Sequence[str], out: Path) -> None:
    """Writes results.json and grades.csv."""
    write_atomically(out / "results.json", json_parts(results))
    write_atomically(out / "grades.csv", csv_parts(results, ids))


def environment(device: str) -> dict[str, str]:
    """What the results were made with."""
    system = f"{platform.system()} {platform.machine()}"
    found = {"python": platform.python_version(), "system": system, "device": device}
    for package in ("torch", "torchvision", "numpy"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "none"
    return found
