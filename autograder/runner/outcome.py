"""What one run of a check came to: an ``Outcome``, plain data that travels from the runner to the grader."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from itertools import chain
from typing import Any


class Kind(StrEnum):
    RETURNED = "returned"  # the run came to its end; ``value`` is its result
    RAISED = "raised"  # the student's code raised
    UNFIT = "unfit"  # the run observed something that made going on pointless
    UNFINISHED = "unfinished"  # the stub's NotImplementedError is still there
    MISSING = "missing"  # the file does not define an entry point
    FORBIDDEN = "forbidden"  # a forbidden operator was called
    CRASHED = "crashed"  # the process died
    TIMEOUT = "timeout"
    MEMORY = "memory"
    KILLED = "killed"  # from outside: the system had no memory left, or somebody ended the process
    OVERSIZED = "oversized"  # the answer was larger than any right answer can be
    LOST = "lost"  # the grader's own fault
    PROVEN = "proven"  # not run: a probe, or the check of the whole, showed that it would be right


# What of an answer's texts is kept: more than an honest one has of each.
MAX_TRACE, MAX_NAMES, MAX_NAME, MAX_TEXT, MAX_LINE = 16, 100, 200, 2000, 1 << 24
# What a process with student code says of itself; the rest is seen from outside.
ANSWERS = frozenset(
    {Kind.RETURNED, Kind.RAISED, Kind.UNFIT, Kind.UNFINISHED, Kind.MISSING, Kind.FORBIDDEN, Kind.MEMORY}
)


@dataclass
class Outcome:
    """kind and value; ``changed``: inputs that were changed in place; ``misplaced``: results on another device;
    ``error``, ``message``, ``line``, ``trace``: of an exception, as far as it concerns the student's file;
    ``facts``: what an ``Unfit`` carries; ``output``: what was printed; ``seconds``: measured from outside."""

    kind: Kind
    value: Any = None
    changed: list[str] = field(default_factory=list)
    misplaced: list[str] = field(default_factory=list)
    error: str = ""
    message: str = ""
    line: int | None = None
    trace: list[str] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    output: str = ""
    seconds: float = 0.0

    def to_plain(self) -> dict[str, Any]:
        return {**vars(self), "kind": str(self.kind)}

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> Outcome:
        known = {name: plain[name] for name in cls.__dataclass_fields__ if name in plain}
        return cls(**{**known, "kind": Kind(plain["kind"])})

    @classmethod
    def from_answer(cls, plain: dict[str, Any]) -> Outcome:
        """An outcome that student code may have forged. Raises ``ValueError`` unless every field is of its type."""
        outcome = cls.from_plain(plain)
        lists = [outcome.changed, outcome.misplaced, outcome.trace]
        sound = outcome.kind in ANSWERS and all(type(texts) is list for texts in lists)
        sound = sound and all(type(t) is str for t in [outcome.error, outcome.message, *chain(*lists)])
        sound = sound and (outcome.line is None or (type(outcome.line) is int and 0 <= outcome.line <= MAX_LINE))
        sound = sound and type(outcome.facts) is dict
        if not sound or not all(_is_plain(fact) for fact in outcome.facts.values()):
            raise ValueError("this is no answer")
        outcome.error, outcome.message = outcome.error[:MAX_NAME], outcome.message[:MAX_TEXT]
        for texts in lists:
            texts[:] = [text[:MAX_TEXT] for text in texts[:MAX_NAMES]]
        outcome.trace = outcome.trace[:MAX_TRACE]
        return outcome


def _is_plain(value: Any) -> bool:
    """Numbers, texts and lists of them: what a message can be filled with."""
    if isinstance(value, list | tuple):
        return all(map(_is_plain, value))
    return value is None or type(value) in (bool, int, float, str)
