"""Joins the output folders of the parts of a class that were graded apart (``--cluster shard:I/N``)."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import autograder
from autograder.classroom import notes as accounts
from autograder.classroom.grade import environment, open_store, weakest, write_results
from autograder.classroom.store import NAME, Store, StoredSubmissions
from autograder.errors import KitError
from autograder.intake.classes import Submissions
from autograder.messages import _
from autograder.results import Grading, Results, Status, unpacked

SHARD = re.compile(r"shard:(\d+)/(\d+)")


class MergeError(KitError):
    """The folders cannot be joined; the message is a sentence."""


def shard(where: str) -> tuple[int, int]:
    """Which part of how many ``shard:I/N`` means; I counts from 0. Raises ``MergeError``."""
    found = SHARD.fullmatch(where)
    if not found or not 0 <= int(found[1]) < int(found[2]):
        raise MergeError(_("{where}: a part is named as in shard:0/4, up to shard:3/4.").format(where=where))
    return int(found[1]), int(found[2])


def part(class_: Submissions, where: str) -> Submissions:
    """The submissions of a part: every N-th, so that each part has some of everything."""
    index, number = shard(where)
    return class_[index::number]


def merge(folders: Sequence[Path], out: Path) -> tuple[Grading, list[str]]:
    """Joins what is in the folders into ``out``; returns the whole, and sentences on what is missing or does not agree.

    What is there twice is counted once. Raises ``MergeError`` and ``OutputError``.
    """
    stores = [_existing(folder) for folder in dict.fromkeys(folder.resolve() for folder in folders)]
    try:
        facts = [store.facts() for store in stores]
        for name in ("seed", "device", "exercises"):
            if len({fact.get(name) for fact in facts}) > 1:
                raise MergeError(_("The parts were graded with another {name}: grade them alike.").format(name=name))
        joined = open_store(out)
        try:
            whole = _join(joined, stores, facts, out)
            accounts.joined(folders, out)
            return whole
        finally:
            joined.close()
    finally:
        for store in stores:
            store.close()


def _existing(folder: Path) -> Store:
    if not (folder / NAME).is_file():
        raise MergeError(_("{folder} holds no results of 'kata grade'.").format(folder=folder))
    try:
        return Store(folder, mend=False)
    except (OSError, sqlite3.Error) as error:
        raise MergeError(_("{folder} cannot be read: {reason}.").format(folder=folder, reason=error)) from None


def _join(
    joined: Store, stores: Sequence[Store], facts: Sequence[dict[str, str]], out: Path
) -> tuple[Grading, list[str]]:
    notes = _missing(facts)
    seen: dict[tuple[str, str], str] = {}
    ungraded = []
    for store in stores:
        for student, (remarks, flags) in store.students().items():
            joined.describe(student, remarks, flags)
        for student, exercise, key, _mark, content in store.rows():
            known = seen.get((student, exercise))
            if known and (known == key or not key):
                continue
            if known:
                text = _("{student}, {id}: two parts graded different files; the first counts.")
                notes.append(text.format(student=student, id=exercise))
                continue
            seen[student, exercise] = key
            result = unpacked(content)
            joined.put(student, exercise, key, result)
            if result.status is Status.UNGRADED:
                ungraded.append((student, exercise))
    joined.flush()
    first = facts[0]
    isolation = weakest(*(fact.get("isolation", "") for fact in facts))
    ids = first.get("exercises", "").split()
    joined.tell({**first, "isolation": isolation, "shard": ""})
    results = Results(
        kit_version=autograder.__version__,
        seed=first.get("seed", "public"),
        environment=environment(first.get("device", "cpu")),
        isolation=isolation,
        submissions=StoredSubmissions(joined.path, list(joined.students()), ids, bool(first.get("shown"))),
    )
    write_results(results, ids, out)
    ungraded = [place for place in ungraded if not seen[place]]
    return Grading(results, graded=len(seen), ungraded=ungraded), notes


def _missing(facts: Sequence[dict[str, str]]) -> list[str]:
    """Parts that should be there and are not."""
    shards = [shard(fact["shard"]) for fact in facts if fact.get("shard")]
    numbers = {number for _index, number in shards}
    if len(numbers) > 1:
        raise MergeError(_("These are parts of different divisions: {found}.").format(found=sorted(numbers)))
    lacking = [str(i) for number in numbers for i in range(number) if (i, number) not in shards]
    text = _("Missing: part {parts} of {number}.")
    return [text.format(parts=", ".join(lacking), number=next(iter(numbers)))] if lacking else []
