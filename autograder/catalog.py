"""The manifest of chapters and exercises, and where a kit lies on disk. Reading it does not import torch."""

from __future__ import annotations

import ast
import difflib
import importlib
import os
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.errors import KitError
from autograder.messages import _
from autograder.syntax import tree

if TYPE_CHECKING:
    from autograder.spec.exercise import Exercise
    from autograder.spec.misconception import Misconception

MANIFEST = Path(__file__).parent / "catalog.toml"


class UnknownExerciseError(KitError):
    """No exercise or chapter has this name; the message suggests the nearest."""


class NoKitError(KitError):
    """No kit's root was found."""


class NotInCopyError(KitError):
    """A student's copy does not hold what this needs."""


@dataclass(frozen=True)
class Entry:
    """One line of the manifest: id, title, difficulty (1 to 5), minutes a learner needs."""

    id: str
    title: str
    difficulty: int
    minutes: int

    @property
    def chapter(self) -> str:
        return self.id.split("/")[0]

    @property
    def name(self) -> str:
        return self.id.split("/")[1]


@cache
def manifest() -> dict[str, str]:
    """Chapters in order, with their titles."""
    return {name: table["title"] for name, table in _tables().items()}


@cache
def entries() -> dict[str, Entry]:
    """All exercises by id, in the order of the manifest."""
    found = {}
    for chapter, table in _tables().items():
        for name, row in table.items():
            if isinstance(row, dict):
                found[f"{chapter}/{name}"] = Entry(id=f"{chapter}/{name}", **row)
    return found


def _tables() -> dict[str, dict]:
    return tomllib.loads(MANIFEST.read_text(encoding="utf-8"))


def rewrite_manifest(text: str) -> None:
    """Writes the manifest anew; whoever asks from here on gets what it says now."""
    MANIFEST.write_text(text, encoding="utf-8")
    manifest.cache_clear()
    entries.cache_clear()


def resolve(name: str) -> list[str]:
    """The ids that a name stands for: an id, an exercise, a chapter, or an unambiguous beginning of one.

    Raises ``UnknownExerciseError``.
    """
    wanted = name.strip("/").removesuffix(".py").removeprefix("exercises/")
    ids = list(entries())
    exact = [i for i in ids if wanted in (i, i.split("/")[1])]
    if exact:
        return exact
    chapter = [i for i in ids if i.split("/")[0] == wanted or i.split("/")[0].split("_")[0] == wanted]
    if chapter:
        return chapter
    begins = [i for i in ids if i.startswith(wanted) or i.split("/")[1].startswith(wanted)]
    if len(begins) == 1 or (
        begins
        and len({i.split("/")[0] for i in begins}) == 1
        and "/" not in wanted
        and all(i.startswith(wanted) for i in begins)
    ):
        return begins
    if begins:
        text = _("{name!r} may mean {choices}: write more of it.")
        raise UnknownExerciseError(text.format(name=name, choices=_listed(begins)))
    names = [*ids, *(i.split("/")[1] for i in ids), *manifest()]
    near = difflib.get_close_matches(wanted, names, n=1, cutoff=0.5)
    hint = _(" Did you mean {near}?").format(near=near[0]) if near else ""
    raise UnknownExerciseError(_("There is no exercise or chapter {name!r}.").format(name=name) + hint)


def _listed(names: list[str]) -> str:
    return ", ".join(names[:-1]) + _(" or ") + names[-1] if len(names) > 1 else names[0]


@cache
def load_exercise(id: str) -> Exercise:
    """The exercise with its checks; imports torch."""
    module = importlib.import_module(f"autograder.checks.{id.replace('/', '.')}")
    exercise: Exercise = module.exercise
    exercise.id = id
    return exercise


def entry_points(id: str) -> tuple[str, ...]:
    """The names that a solution must define, from the text of the checks: reading it does not import torch."""
    for node in ast.walk(tree(checks_file(id).read_text(encoding="utf-8"))):
        if isinstance(node, ast.keyword) and node.arg == "entry":
            entry = ast.literal_eval(node.value)
            return (entry,) if isinstance(entry, str) else tuple(entry)
    return load_exercise(id).entries


@cache
def load_misconceptions(id: str) -> tuple[list[Misconception], str]:
    """The misconceptions of an exercise, its own and those that follow from the properties it asks for, and the code
    they share; none where the kit does not hold them.

    ``NOT_GENERATED`` in its module names those of the second kind that would not be wrong there.
    """
    from autograder.spec.generated import generated
    from autograder.spec.misconception import collect

    name = f"autograder.misconceptions.{id.replace('/', '.')}"
    try:
        module = importlib.import_module(name)
        found, shared = collect(module)
        exercise = load_exercise(id)
        without = {m.name for m in found} | set(vars(module).get("NOT_GENERATED", ()))
        return [*found, *generated(exercise.entries, exercise.asked(), without)], shared
    except ModuleNotFoundError as error:
        if error.name and name.startswith(error.name):
            return [], ""
        raise


def checks_file(id: str) -> Path:
    return Path(__file__).parent / "checks" / f"{id}.py"


def calibration_file(id: str) -> Path:
    return Path(__file__).parent / "checks" / f"{id}.calibration.json"


def misconceptions_file(id: str) -> Path:
    return Path(__file__).parent / "misconceptions" / f"{id}.py"


def expectations_file(id: str) -> Path:
    """Where a student's copy, and only it, has its expectations."""
    return Path(__file__).parent / "expectations" / f"{id}.bin"


def stub_file(id: str) -> Path:
    """Where a student's copy, and only it, has the stub that an exercise began as."""
    return Path(__file__).parent / "expectations" / f"{id}.stub"


def datasets_folder() -> Path:
    """Where the modules of ``autograder.datasets`` lie: in the package as installed, beside it in a checkout."""
    package = Path(__file__).parent
    inside = package / "datasets"
    return inside if inside.is_dir() else package.parent / "datasets"


def is_student_copy() -> bool:
    """Whether the solutions, and what else instructors need, were left out of this kit."""
    return not (Path(__file__).parent / "misconceptions").is_dir()


@cache
def kit_root() -> Path:
    """The kit's root: ``KATA_HOME``, else the nearest folder upward that holds ``exercises`` and ``autograder``.

    Raises ``NoKitError``.
    """
    if home := os.environ.get("KATA_HOME"):
        if not (Path(home) / "exercises").is_dir():
            raise NoKitError(_("KATA_HOME is {home}, but there is no folder 'exercises' in it.").format(home=home))
        return Path(home).resolve()
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "exercises").is_dir() and (folder / "autograder").is_dir():
            return folder
    raise NoKitError(_("There is no kit here or above: go to its folder, or set KATA_HOME to it."))


def exercise_file(id: str) -> Path:
    return kit_root() / "exercises" / f"{id}.py"


def solution_file(id: str) -> Path:
    return kit_root() / "solutions" / f"{id}.py"
