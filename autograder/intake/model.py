"""What intake gives: for each student a submission, in it a source for each exercise."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import overload

from autograder.errors import KitError


class IntakeError(KitError):
    """There is nothing to grade; the message is a sentence for the person at the command line."""


@dataclass(frozen=True)
class Source:
    """What was handed in for one exercise: its text, or the ``problem`` with it.

    unreadable: the file could not be read, and nobody can say that it is the student's fault; ours: it is none.
    missing: it counts as not handed in, since it cannot be read and other work can.
    companions: the texts of other files of the hand-in that it may import, by path; path: its own among them.
    """

    filename: str
    text: str = ""
    problem: str = ""
    unreadable: bool = False
    ours: bool = False
    missing: bool = False
    companions: dict[str, str] = field(default_factory=dict, hash=False)
    path: str = ""

    @property
    def digest(self) -> str:
        parts = [self.filename, self.text, self.problem]
        if self.companions:
            parts += [self.path, *(part for item in sorted(self.companions.items()) for part in item)]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()


# What became of a file.
GRADED, USED, STUB, LEFT = "graded", "imported", "a stub", "not graded"
UNREAD, OTHER = "not readable", "not code"


@dataclass(frozen=True)
class Handed:
    """What became of a file: one of the words above, and why, in a sentence. exercises: those it was graded as."""

    file: str
    what: str
    why: str
    exercises: tuple[str, ...] = ()


@dataclass
class Submission:
    """What one student handed in: sources by exercise id, and what a person should know about the rest.

    notes: for the student too. flags: for the instructor alone, what in the sources a person should look at.
    files: what became of each file.
    ids: who it is elsewhere, as far as the delivery says: ``moodle`` (participant), ``canvas`` (user id),
    ``gradescope`` (submission id), ``sid`` (student number), ``mail``.
    """

    student: str
    sources: dict[str, Source] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    unreadable: str = ""
    ids: dict[str, str] = field(default_factory=dict)
    flags: list[str] = field(default_factory=list)
    files: list[Handed] = field(default_factory=list)


@dataclass(frozen=True)
class Student:
    """Who handed in: the name, how to read what was handed in, who it is elsewhere (see ``Submission.ids``), when it
    was, if the delivery tells, and what the folders and files are called in which it lies."""

    name: str
    read: Callable[[], Submission]
    ids: Mapping[str, str] = field(default_factory=dict)
    submitted: datetime | None = None
    places: tuple[str, ...] = ()


class Submissions(Sequence[Submission]):
    """The submissions of a class, each read when it is asked for and not kept: the memory does not grow with them."""

    def __init__(self, students: Sequence[Student], notes: Sequence[str] = (), everyone: Sequence[str] = ()) -> None:
        """notes: what a person should know of the class as a whole. everyone: the names of the class, where these are
        some of it."""
        self.students = students
        self.notes = notes
        self.everyone = everyone

    @property
    def people(self) -> dict[str, Mapping[str, str]]:
        """Who the students are elsewhere, by name. Nothing is read for it."""
        return {student.name: student.ids for student in self.students}

    @property
    def times(self) -> dict[str, datetime]:
        """When the students handed in, as far as the delivery tells."""
        return {student.name: student.submitted for student in self.students if student.submitted}

    def __len__(self) -> int:
        return len(self.students)

    @overload
    def __getitem__(self, index: int) -> Submission: ...

    @overload
    def __getitem__(self, index: slice) -> Submissions: ...

    def __getitem__(self, index: int | slice) -> Submission | Submissions:
        if isinstance(index, slice):
            return Submissions(self.students[index], self.notes)
        return self.students[index].read()
