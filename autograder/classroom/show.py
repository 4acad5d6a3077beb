"""What was graded of one exercise of one student, looked up again: the result in OUT, the file in the class."""

from __future__ import annotations

import shlex
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from autograder.classroom.store import CLASS, NAME, Store, StoredSubmissions
from autograder.errors import KitError
from autograder.intake.classes import read_class
from autograder.intake.guard import guarded
from autograder.intake.model import Handed, Source
from autograder.judging.job import Job
from autograder.judging.keys import judging_key, result_key
from autograder.messages import _
from autograder.results import ExerciseResult
from autograder.seeds import PUBLIC, round_of

AGAIN = "again"  # in OUT: where it can be graded once more without touching what is there


@dataclass(frozen=True)
class Shown:
    """result: as it was graded; none if it was not. source: what lies in the class, taken from file. same: whether that
    is what was graded. notes: what is said of the submission. again: the command that grades it again."""

    result: ExerciseResult | None
    source: Source | None
    file: Handed | None
    same: bool
    notes: list[str]
    again: str


def look_up(out: Path, folder: Path | None, student: str, id: str) -> Shown:
    """folder: the class; else where it lay when it was graded. Raises ``KitError``."""
    if not (out / NAME).is_file():
        raise KitError(_("{folder} holds no results of 'kata grade'.").format(folder=out))
    try:
        store = Store(out)
    except (OSError, sqlite3.Error) as error:
        raise KitError(_("{folder} cannot be read: {reason}.").format(folder=out, reason=error)) from None
    try:
        facts, key = store.facts(), store.keys(student).get(id)
    finally:
        store.close()
    place = folder or (Path(facts[CLASS]) if facts.get(CLASS) else None)
    if place is None:
        raise KitError(_("{out} does not say where the class lies: give it with --class.").format(out=out))
    ids = facts.get("exercises", id).split()
    with guarded(read_class(place, ids if id in ids else [id], [student])) as found:
        (submission,) = found
    seed, device = facts.get("seed", PUBLIC), facts.get("device", "cpu")
    source = submission.sources.get(id)
    job = Job(student, id, source, submission.unreadable)
    command = ["kata", "grade", str(place), "--student", student, "--exercise", id, "--out", str(out / AGAIN)]
    graded = StoredSubmissions(out / NAME, [student], [id])[0].exercises
    return Shown(
        result=graded[0] if graded else None,
        source=source,
        file=next((row for row in submission.files if id in row.exercises), None),
        same=key in ("", result_key(judging_key(id, seed, device), job.content)),  # no key: it has no mark yet
        notes=[submission.unreadable] if submission.unreadable else submission.notes,
        again=shlex.join(command + seeded(seed)),
    )


def seeded(seed: str) -> list[str]:
    """What the command needs for the same inputs, with nothing in the place of a secret."""
    number = round_of(seed)
    return [] if seed == PUBLIC else ["--seed", "...", *(["--round", str(number)] if number > 1 else [])]
