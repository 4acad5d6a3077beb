"""Runs one solution through cases of its checks: a child process while it lasts, a fresh one after it died."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from autograder.runner.child_handle import Child
from autograder.runner.limits import ANSWER_SLACK, LOAD_SECONDS, STATEMENT_SECONDS, Budget, Limits
from autograder.runner.loading import REST
from autograder.runner.outcome import Kind, Outcome
from autograder.runner.protocol import Runner, RunnerError
from autograder.runner.watch import DEAF
from autograder.spec.exercise import Check, Exercise

# After these the rest of a check is not run, and the next check gets a fresh process.
ENDS_CHECK = {
    *(Kind.CRASHED, Kind.TIMEOUT, Kind.STALLED, Kind.SPENT, Kind.OVERSIZED, Kind.LOST, Kind.MEMORY, Kind.KILLED),
}
# What may be no fault of the student's is tried once more, in a fresh process.
ONCE_MORE = {Kind.LOST, Kind.KILLED}
# Statements that end the process or hold it up are found out and left out, so many; then the rest that may do so.
MAX_SKIPPED = 3
STUCK = {
    **dict.fromkeys((Kind.TIMEOUT, Kind.STALLED), "stuck"),
    **{Kind.CRASHED: "crash", Kind.KILLED: "memory", Kind.OVERSIZED: "crash"},
}


@dataclass(frozen=True)
class Request:
    """One case to run: the message to the runner, with the public inputs in it, and the limits."""

    case: int
    message: bytes
    limits: Limits


class Trial:
    """One solution of one exercise in the runner. Close it when done."""

    def __init__(
        self,
        runner: Runner,
        exercise: Exercise,
        source: str,
        filename: str,
        companions: Mapping[str, str] | None = None,
        path: str = "",
        budget: Budget | None = None,
    ) -> None:
        """companions: the other files of the hand-in, by path; path: that of the source among them. budget: what all
        of it may take, if that is not for its author to decide."""
        self.runner = runner
        self.exercise = exercise
        self.source = source
        self.filename = filename
        self.companions = companions
        self.path = path
        self.budget = budget or Budget()
        self.notes: list[dict[str, Any]] = []  # what of the file was left out when it was loaded
        self._skipped: dict[int, str] = {}  # statements that no process gets past
        self.failure: Outcome | None = None  # why the file could not even be loaded
        self._child: Child | None = None
        self._forbid: tuple[str, ...] = ()
        self._memory_mb = 0  # what the process has beyond the usual
        self._posted = 0  # requests that the process has and has not answered yet

    def run(self, check: Check, requests: Iterable[Request]) -> Iterator[tuple[int, Outcome]]:
        """The outcomes of the cases in order; ends early where going on is pointless."""
        waiting = list(requests)
        try:
            while waiting:
                outcome = self._next(check, waiting)
                if outcome.kind in ONCE_MORE:
                    outcome = self._next(check, waiting)
                yield waiting.pop(0).case, outcome
                if self.failure is not None or outcome.kind in ENDS_CHECK:
                    return
        finally:
            if self._posted:  # nobody waits for these answers any more
                self.close()

    def _next(self, check: Check, waiting: list[Request]) -> Outcome:
        """The outcome of the first request; a fresh process is handed all of them at once."""
        if not self.budget.left:
            return self.budget.ended()
        try:
            child = self._ready(check)
            if child is None:
                assert self.failure is not None
                return self.failure
            for request in waiting[self._posted :]:
                child.post(request.message)
            self._posted = len(waiting)
            outcome = child.answer(waiting[0].limits)
            self._posted -= 1
        except RunnerError as error:
            self.close()
            return Outcome(Kind.LOST, message=str(error))
        if outcome.kind in ENDS_CHECK:
            self.close()
        return outcome

    def _ready(self, check: Check) -> Child | None:
        """A child with the solution loaded; None if it does not load."""
        forbid = tuple(family.name for family in check.forbid)
        other = forbid != self._forbid or check.memory_mb > self._memory_mb
        if self._child is not None and (other or not self._child.alive):
            self.close()
        if self._child is None:
            child, loaded = self._loaded(forbid, check.memory_mb)
            if loaded.kind is Kind.LOST:
                raise RunnerError(loaded.message)
            if loaded.kind not in (Kind.RETURNED, Kind.MISSING):
                self.failure = loaded
                child.close()
                return None
            self._child, self._forbid, self._memory_mb = child, forbid, check.memory_mb
            self.notes = loaded.notes
            self.budget.stalled = self.budget.stalled or any(note.get("waited") for note in loaded.notes)
            slow = [note for note in loaded.notes if note.get("why") == "slow" and type(note.get("number")) is int]
            self._skipped |= {note["number"]: "slow" for note in slow}  # another process need not wait for it
        return self._child

    def _loaded(self, forbid: tuple[str, ...], memory_mb: int) -> tuple[Child, Outcome]:
        """A process with the file loaded. What ends a process or holds it up is found out in another, and left out."""
        careful = False
        while True:
            child = self.runner.child(self.exercise.id, forbid=forbid, memory_mb=memory_mb)
            child.budget = self.budget
            limits = Limits(STATEMENT_SECONDS if careful else LOAD_SECONDS, ANSWER_SLACK)
            loaded = child.load(
                self.source,
                self.filename,
                limits,
                self.companions,
                path=self.path,
                skipped=self._skipped,
                careful=careful,
            )
            if loaded.kind not in STUCK:
                return child, loaded
            child.close()
            if careful:
                if child.reached is None or child.reached in self._skipped or REST in self._skipped:
                    return child, loaded  # what holds it up is not this statement or that
                deaf = loaded.message == f"exit {DEAF}"
                self._skipped[child.reached] = "stuck" if deaf else STUCK[loaded.kind]
                if len(self._skipped) >= MAX_SKIPPED:
                    self._skipped[REST] = "late"
            careful = True

    def close(self) -> None:
        if self._child is not None:
            self._child.close()
            self._child = None
            self._posted = 0

    def __enter__(self) -> Trial:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
