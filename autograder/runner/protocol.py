"""What the grader asks of a place where student code runs: the interfaces of a runner and of its processes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from autograder.errors import WRONG, KitError

if TYPE_CHECKING:
    from autograder.runner.child_handle import Child


class RunnerError(KitError):
    """The runner itself failed: never the student's fault."""

    status = WRONG


class Runner(Protocol):
    """Where student code runs."""

    @property
    def isolation(self) -> str:
        """The level of protection, ``strict`` or ``process``."""

    @property
    def walls(self) -> list[str]:
        """What stands around student code."""

    @property
    def escapes(self) -> list[str]:
        """What a trial process behind these walls could do all the same; empty if it was not tried."""

    def child(self, exercise: str, *, forbid: tuple[str, ...] = (), memory_mb: int = 0) -> Child:
        """A fresh process for one solution of an exercise."""

    def close(self) -> None:
        """Ends all processes."""


class Process(Protocol):
    """A process with student code in it, as the grader holds it."""

    pid: int

    def kill(self) -> None:
        """Ends it at once, if it has not ended."""

    def interrupt(self) -> None:
        """Signals it to look at what it does (``watch``), where there is such a signal."""

    def exit_code(self, seconds: float) -> int | None:
        """How it ended, negative for a signal; None if it has not within this time, or nobody can tell."""

    def release(self) -> None:
        """Lets go of it."""
