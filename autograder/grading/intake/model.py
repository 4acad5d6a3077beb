"""What intake gives: for each student a submission, in it a source for each exercise."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field


class IntakeError(ValueError):
    """There is nothing to grade; the message is a sentence for the person at the command line."""


@dataclass(frozen=True)
class Source:
    """What was handed in for one exercise: its text, or the ``problem`` with it.

    unreadable: the file could not be read, and nobody can say that it is the student's fault.
    """

    filename: str
    text: str = ""
    problem: str = ""
    unreadable: bool = False

    @property
    def digest(self) -> str:
        return hashlib.sha256(f"{self.filename}\0{self.text}\0{self.problem}".encode()).hexdigest()


@dataclass
class Submission:
    """What one student handed in: sources by exercise id, and what a person should know about the rest.

    notes: for the student too. flags: for the instructor alone, what in the sources a person should look at.
    ids: who it is elsewhere, as far as the delivery says: ``moodle`` (participant), ``canvas`` (user id),
    ``gradescope`` (submission id), ``sid`` (student number), ``mail``.
    """

    student: str
    sources: dict[str, Source] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    unreadable: str = ""
    ids: dict[str, str] = field(default_factory=dict)
    flags: list[str] = field(default_factory=list)
