"""Runs one solution through cases of its checks: a child process while it lasts, a fresh one after it died."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from autograder.runner.limits import LOAD_SECONDS, Limits
from autograder.runner.pool import Child, Runner, RunnerError
from autograder.spec.exercise import Check, Exercise
from autograder.spec.outcome import Kind, Outcome

# After these the rest of a check is not run, and the next check gets a fresh process.
ENDS_CHECK = {Kind.CRASHED, Kind.TIMEOUT, Kind.OVERSIZED, Kind.LOST, Kind.MEMORY}


@dataclass(frozen=True)
class Request:
    """One case to run: its public inputs, the seed of the student's random numbers, the limits."""

    case: int
    inputs: dict[str, Any]
    seed: int
    limits: Limits


class Execution:
    """One solution of one exercise in the runner. Close it when done."""

    def __init__(self, runner: Runner, exercise: Exercise, source: str, filename: str) -> None:
        self.runner = runner
        self.exercise = exercise
        self.source = source
        self.filename = filename
        self.failure: Outcome | None = None  # why the file could not even be loaded
        self._child: Child | None = None
        self._forbid: tuple[str, ...] = ()

    def run(self, check: Check, requests: Iterable[Request]) -> Iterator[tuple[int, Outcome]]:
        """The outcomes of the cases in order; ends early where going on is pointless."""
        for request in requests:
            outcome = self._once(check, request)
            if outcome.kind is Kind.LOST:  # our own fault: once more, in a fresh process
                outcome = self._once(check, request)
            yield request.case, outcome
            if self.failure is not None or outcome.kind in ENDS_CHECK:
                return

    def _once(self, check: Check, request: Request) -> Outcome:
        try:
            child = self._ready(check)
            if child is None:
                assert self.failure is not None
                return self.failure
            outcome = child.run(check.name, request.inputs, request.seed, request.limits)
        except RunnerError as error:
            self.close()
            return Outcome(Kind.LOST, message=str(error))
        if outcome.kind in ENDS_CHECK:
            self.close()
        return outcome

    def _ready(self, check: Check) -> Child | None:
        """A child with the solution loaded; None if it does not load."""
        forbid = tuple(family.name for family in check.forbid)
        if self._child is not None and (not self._child.alive or forbid != self._forbid):
            self.close()
        if self._child is None:
            child = self.runner.child(self.exercise.id, forbid=forbid, memory_mb=check.memory_mb)
            loaded = child.load(self.source, self.filename, Limits(LOAD_SECONDS + child.start_seconds))
            if loaded.kind is Kind.LOST:
                raise RunnerError(loaded.message)
            if loaded.kind not in (Kind.RETURNED, Kind.MISSING):
                self.failure = loaded
                child.close()
                return None
            self._child, self._forbid = child, forbid
        return self._child

    def close(self) -> None:
        if self._child is not None:
            self._child.close()
            self._child = None

    def __enter__(self) -> Execution:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
