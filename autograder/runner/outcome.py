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
    ABSENT = "absent"  # something is used that is not there: its import or statement was left out
    FORBIDDEN = "forbidden"  # a forbidden operator was called
    LOADING = "loading"  # no outcome: which statement of the file is run next
    CRASHED = "crashed"  # the process died
    TIMEOUT = "timeout"
    STALLED = "stalled"  # it did not end in time, though it has not used up its processor time
    SPENT = "spent"  # not run, or not to its end: the runs before it have taken all the time that there is
    MEMORY = "memory"
    KILLED = "killed"  # from outside: the system had no memory left, or somebody ended the process
    OVERSIZED = "oversized"  # the answer was larger than any right answer can be
    LOST = "lost"  # the grader's own fault
    PROVEN = "proven"  # not run: a probe, or the check of the whole, showed that it would be right


# What of an answer's texts is kept: more than an honest one has of each.
MAX_TRACE, MAX_NAMES, MAX_NAME, MAX_TEXT, MAX_LINE = 16, 100, 200, 2000, 1 << 24
# What a process with student code says of itself; the rest is seen from outside.
ANSWERS = frozenset(
    {
        *(Kind.RETURNED, Kind.RAISED, Kind.UNFIT, Kind.UNFINISHED, Kind.MISSING, Kind.ABSENT, Kind.FORBIDDEN),
        Kind.MEMORY,
    }
)


@dataclass
class Outcome:
    """kind and value; ``changed``: inputs that were changed in place; ``misplaced``: results on another device;
    ``error``, ``message``, ``line``, ``trace``: of an exception, as far as it concerns the student's files; ``file``:
    which of them the line is in, empty for the answer itself; ``facts``: what a message is filled with; ``notes``: what
    was left out when the file was loaded; ``output``: what was printed; ``seconds``: how long it took, without waiting
    for a processor, and ``computed``: its processor time, both measured from outside."""

    kind: Kind
    value: Any = None
    changed: list[str] = field(default_factory=list)
    misplaced: list[str] = field(default_factory=list)
    error: str = ""
    message: str = ""
    line: int | None = None
    trace: list[str] = field(default_factory=list)
    file: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    notes: list[dict[str, Any]] = field(default_factory=list)
    output: str = ""
    seconds: float = 0.0
    computed: float = 0.0

    def to_plain(self) -> dict[str, Any]:
        return {**vars(self), "kind": str(self.kind)}

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> Outcome:
        known = {name: plain[name] for name in cls.__dataclass_fields__ if name in plain}
        return cls(**{**known, "kind": Kind(plain["kind"])})

    @classmethod
    def from_answer(cls, plain: dict[str, Any], loading: bool = False) -> Outcome:
        """An outcome that student code may have forged. Raises ``ValueError`` unless every field is of its type.

        loading: whether it may also tell which statement is next.
        """
        outcome = cls.from_plain(plain)
        lists = [outcome.changed, outcome.misplaced, outcome.trace]
        sound = outcome.kind in ANSWERS or (loading and outcome.kind is Kind.LOADING)
        sound = sound and all(type(texts) is list for texts in lists)
        sound = sound and all(type(t) is str for t in [outcome.error, outcome.message, outcome.file, *chain(*lists)])
        sound = sound and (outcome.line is None or (type(outcome.line) is int and 0 <= outcome.line <= MAX_LINE))
        sound = sound and type(outcome.notes) is list
        if not sound or not all(map(_is_fact_sheet, [outcome.facts, *outcome.notes])):
            raise ValueError("this is no answer")
        outcome.error, outcome.message = outcome.error[:MAX_NAME], outcome.message[:MAX_TEXT]
        for texts in lists:
            texts[:] = [text[:MAX_TEXT] for text in texts[:MAX_NAMES]]
        outcome.trace, outcome.file = outcome.trace[:MAX_TRACE], outcome.file[:MAX_NAME]
        outcome.notes = outcome.notes[:MAX_NAMES]
        return outcome


def _is_fact_sheet(facts: Any) -> bool:
    return type(facts) is dict and all(map(_is_plain, facts.values()))


def _is_plain(value: Any) -> bool:
    """Numbers, texts and lists of them: what a message can be filled with."""
    if isinstance(value, list | tuple):
        return all(map(_is_plain, value))
    return value is None or type(value) in (bool, int, float, str)
