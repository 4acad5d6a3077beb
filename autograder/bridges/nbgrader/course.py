"""A course directory for nbgrader: one assignment a chapter, with one notebook, cut from the solution files."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell

from autograder import catalog
from autograder.bridges.nbgrader import TEST
from autograder.errors import KitError
from autograder.messages import _
from autograder.workshop import notebooks
from autograder.workshop.sheets import Sheet, sheet

CONFIG = "nbgrader_config.py"
_CONFIG = '''\
"""{about}"""

from autograder.bridges.nbgrader import configure

c = get_config()  # noqa: F821
c.CourseDirectory.course_id = "torchkata"
configure(c, kit={kit!r}, seed={seed!r})
'''


class DifferentError(KitError):
    """A file is there already, and somebody may have worked in it; the message is a sentence."""


def write(folder: Path, ids: Iterable[str], seed: str, name: str = "", force: bool = False) -> list[Path]:
    """Makes a course directory, or adds to one; gives the files: the configuration, then the source notebooks.

    name: of the one assignment that holds all exercises; else each chapter is one. Raises ``DifferentError``, unless
    ``force``.
    """
    chosen = [id for id in catalog.entries() if id in set(ids)]
    assignments: dict[str, list[str]] = {}
    for id in chosen:
        assignments.setdefault(name or id.split("/")[0], []).append(id)
    files = {folder / CONFIG: _configuration(seed).encode()}
    for assignment, members in assignments.items():
        content = notebooks.to_bytes(source_notebook(members))
        files[folder / "source" / assignment / f"{assignment}.ipynb"] = content
    for path, content in files.items():
        if path.exists() and path.read_bytes() != content and not force:
            text = _("{path} already exists and is different: move it away, or add --force to replace it.")
            raise DifferentError(text.format(path=path))
    for path, content in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600 if path.name == CONFIG else 0o644)  # others on a shared machine must not read the seed
        path.write_bytes(content)
    return list(files)


def source_notebook(ids: Iterable[str]) -> nbformat.NotebookNode:
    """The instructor's notebook of some exercises: with solutions, which ``nbgrader generate_assignment`` takes out."""
    cells: list[nbformat.NotebookNode] = []
    for chapter, members in groupby(ids, lambda id: id.split("/")[0]):
        about = notebooks.readme_cells(chapter)
        for cell in about:
            cell.id = f"{chapter}-{cell.id}"[:64]
        cells += about if cells else [*about, notebooks.guide_cell(), notebooks.setup_cell()]
        for one in map(sheet, members):
            cells += [notebooks.task_cell(one), solution_cell(one), test_cell(one)]
    return notebooks.notebook(cells, {})


def solution_cell(one: Sheet) -> nbformat.NotebookNode:
    """Where a student writes: an autograded answer."""
    cell = notebooks.stub_cell(one)
    cell.source = one.solution.rstrip("\n")
    cell.metadata["nbgrader"] = _metadata(one.name, solution=True)
    return cell


def test_cell(one: Sheet) -> nbformat.NotebookNode:
    """Autograder tests that hold no test: they ask the kit, and their value is the mark."""
    source = f'from autograder.bridges.nbgrader import score\n\nscore("{one.name}")'
    metadata = {"nbgrader": {**_metadata(TEST + one.name, grade=True), "points": one.points}}
    return new_code_cell(source, id=f"{one.name}-check", metadata=metadata)


def _metadata(name: str, *, grade: bool = False, solution: bool = False) -> dict[str, object]:
    return {"schema_version": 3, "grade_id": name, "grade": grade, "solution": solution, "locked": grade, "task": False}


def _configuration(seed: str) -> str:
    about = _("nbgrader's configuration of this course: the kit grades, no kernel runs. The seed is for graders' eyes.")
    return _CONFIG.format(about=about, kit=str(catalog.kit_root()), seed=seed)
