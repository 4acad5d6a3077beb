"""What became of each file of a hand-in: every one is accounted for once, to whom it concerns."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping, Sequence
from pathlib import PurePosixPath

from autograder.intake.companions import imported
from autograder.intake.model import GRADED, LEFT, OTHER, STUB, UNREAD, USED, Handed, Source, Submission
from autograder.intake.trees import File, said
from autograder.messages import _

MAX_ROWS = 200
# What texts are called that come with work: others may be work that was saved as text.
REMARKS = {"about", "comment", "comments", "info", "license", "note", "notes", "readme", "remarks", "requirements"}
# Texts and data that come with work, or come along; whatever else is handed in may be somebody's work.
BESIDE = {
    *("", ".cfg", ".csv", ".ini", ".json", ".lock", ".log", ".md", ".npy", ".npz", ".pickle", ".pkl", ".pt", ".pth"),
    *(".pyc", ".rst", ".toml", ".tsv", ".txt", ".yaml", ".yml"),
}


def unfit(files: Sequence[File], ids: Sequence[str]) -> dict[str, list[File]]:
    """What was handed in for the exercises that is neither Python nor a notebook: all of it where there is nothing
    else, else what bears an exercise's name."""
    work = [file for file in files if _may_be_work(file)]
    others = [file for file in work if file.suffix not in (".py", ".ipynb")]
    if len(others) == len(work):
        return dict.fromkeys(ids, others) if others else {}
    named = {PurePosixPath(file.name).stem.lower(): file for file in others}
    return {id: [named[name]] for id in ids if (name := id.split("/")[1]) in named}


def _may_be_work(file: File) -> bool:
    stem = PurePosixPath(file.name).stem.lower()
    return file.suffix not in BESIDE or (file.suffix == ".txt" and stem.replace(" ", "") not in REMARKS)


def cannot_be_graded(files: Sequence[File]) -> Source:
    """In place of an answer: something was handed in, and a person has to look at it."""
    names = ", ".join(file.path.name for file in files[:3]) + (" ..." if len(files) > 3 else "")
    problem = _("handed in {names}: nothing here can be graded").format(names=names)
    return Source(files[0].path.name, problem=problem, unreadable=True)


def account(
    files: Sequence[File],
    answered: Mapping[str, File],
    about: Mapping[File, Collection[str]],
    stubs: Collection[File],
    ids: Sequence[str],
    submission: Submission,
) -> None:
    """Says of each file what became of it, and in the notes what a person should know.

    answered: the files that were graded, by exercise. about: the exercises that a file may be an answer to. stubs:
    files that hold no more than what was handed out. What is for exercises that were not asked for concerns nobody.
    """
    graded: dict[File, list[str]] = {}
    for id, file in answered.items():
        graded.setdefault(file, []).append(id)
    words = {word for id in answered for word in imported(submission.sources[id].text)}
    unread = {row.file for row in submission.files}
    rows: list[Handed] = []
    for file in files:
        path, its = str(file.path), graded.get(file, [])
        if path in unread:
            continue
        if its:
            rows.append(Handed(path, GRADED, _("graded as {ids}").format(ids=", ".join(its)), tuple(its)))
        elif file.suffix not in (".py", ".ipynb"):
            rows.append(Handed(path, OTHER, _("it is neither Python nor a notebook")))
        elif file in stubs and not set(ids).isdisjoint(about[file]):
            rows.append(Handed(path, STUB, _("nothing is written in it")))
        elif file.name == "__init__.py" or PurePosixPath(file.name).stem in words:
            rows.append(Handed(path, USED, _("an answer imports it")))
        elif not (may := about.get(file, ())) or not set(ids).isdisjoint(may):
            rows.append(Handed(path, LEFT, _why_left(path, file.name, [i for i in ids if i in may], ids, answered)))
    submission.notes += said([("", row.why) for row in [*submission.files, *rows] if row.what in (UNREAD, LEFT)])
    rows = [*submission.files, *rows]
    if len(rows) > MAX_ROWS:
        rows[MAX_ROWS:] = [Handed("", OTHER, _("and {n} files more").format(n=len(rows) - MAX_ROWS))]
    submission.files = rows


def _why_left(path: str, name: str, may: Sequence[str], ids: Sequence[str], answered: Mapping[str, File]) -> str:
    """Why a file was not graded, or what it may have been meant for."""
    if taken := next((id for id in may if id in answered), None):
        text = _("{path} was not graded: {id} was taken from {taken}")
        return text.format(path=path, id=taken, taken=answered[taken].path)
    names = {f"{id.split('/')[1]}.py": id for id in ids if id not in answered}
    if near := difflib.get_close_matches(name.lower(), names, n=1, cutoff=0.8):
        return _("{path} was not graded: is it meant for {id}?").format(path=path, id=names[near[0]])
    return _("{path} was not graded").format(path=path)
