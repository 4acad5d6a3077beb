"""What a notebook shows of an exercise: the task as text, and the code apart, cut from the solution file."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from autograder import catalog
from autograder.judging.stubs import cut
from autograder.messages import _


@dataclass(frozen=True)
class Sheet:
    """One exercise, ready for the cells of a notebook.

    text: the task in Markdown. stub: the code to start from. solution: the code with the markers of the solution, as
    nbgrader reads them. points: what it is worth.
    """

    id: str
    title: str
    text: str
    stub: str
    solution: str
    points: float

    @property
    def name(self) -> str:
        """The exercise without its chapter, the name of its cells."""
        return self.id.split("/")[1]


def sheet(id: str) -> Sheet:
    """The sheet of an exercise."""
    entry = catalog.entries()[id]
    solution = catalog.solution_file(id).read_text(encoding="utf-8")
    text, code = _apart(solution)
    heading = f"## {_(entry.title)}\n\n"
    points = catalog.load_exercise(id).max_score
    return Sheet(id, _(entry.title), heading + text, _apart(cut(solution))[1], code, points)


def _apart(source: str) -> tuple[str, str]:
    """A file's docstring, and the code below it."""
    tree = ast.parse(source)
    text = ast.get_docstring(tree) or ""
    lines = source.splitlines(keepends=True)
    start = tree.body[0].end_lineno or 0
    return text, "".join(lines[start:]).strip("\n") + "\n"
