"""Who does the jobs of a class: threads over one runner on this machine, or workers elsewhere (``cluster.py``)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Protocol

from autograder.judging.grader import Grader
from autograder.judging.job import Job
from autograder.results import ExerciseResult

if TYPE_CHECKING:
    from autograder.runner.protocol import Runner


class Executor(Protocol):
    """Does jobs. A job is a pure function of what it holds: it may be done twice, by anyone, with the same result."""

    @property
    def isolation(self) -> str:
        """The lowest level of protection among those who do the jobs."""

    @property
    def walls(self) -> list[str]:
        """What stands around student code."""

    @property
    def escapes(self) -> list[str]:
        """What a trial process could do all the same."""

    def run(self, jobs: Iterator[Job]) -> Iterator[tuple[Job, ExerciseResult]]:
        """The jobs with their results, in the order in which they come, each once.

        Jobs are taken from the iterator only as fast as they are done.
        """

    def alone(self, job: Job) -> ExerciseResult:
        """The result of a job that is done while no other is."""

    def close(self) -> None:
        """Ends what it started."""


def default_lanes(device: str = "cpu") -> int:
    """How many jobs at a time, unless told otherwise: what a GPU can hold, or one more than there are cores.

    While a job's answers are judged its student's process waits; the one more keeps its core busy.
    """
    if device != "cpu":
        from autograder.runner.limits import GPU_LANES

        return GPU_LANES
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return cores + 1


class Local:
    """Lanes on this machine: each has one child of the runner at a time."""

    def __init__(self, runner: Runner, grader: Grader, lanes: int) -> None:
        self.runner = runner
        self.grader = grader
        self.lanes = lanes

    @property
    def isolation(self) -> str:
        return self.runner.isolation

    @property
    def walls(self) -> list[str]:
        return self.runner.walls

    @property
    def escapes(self) -> list[str]:
        return self.runner.escapes

    def run(self, jobs: Iterator[Job]) -> Iterator[tuple[Job, ExerciseResult]]:
        """Few jobs are in flight, so an interrupt loses little."""
        running: dict[Future[ExerciseResult], Job] = {}
        with ThreadPoolExecutor(self.lanes, thread_name_prefix="grade") as pool:
            try:
                while True:
                    while len(running) < 2 * self.lanes and (job := next(jobs, None)) is not None:
                        running[pool.submit(self.grader.grade, job)] = job
                    if not running:
                        return
                    finished, _pending = wait(running, return_when=FIRST_COMPLETED)
                    for future in finished:
                        yield running.pop(future), future.result()
            finally:
                pool.shutdown(wait=False, cancel_futures=True)

    def alone(self, job: Job) -> ExerciseResult:
        return self.grader.grade(job)

    def close(self) -> None:
        self.runner.close()
