"""A chapter as a notebook: its text, and for each exercise the task, the stub and a check that shows its feedback.

Everything comes from the chapter's README and the solution files; the same sources make the same bytes. A notebook
stands alone: the pictures are in it. Where a tool wants other cells (test cells, points), it is built from these.
"""

from __future__ import annotations

import base64
import mimetypes
import re
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder import catalog
from autograder.messages import _
from autograder.workshop.sheets import Sheet, sheet

KEY = "torchkata"
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
SETUP = "%load_ext autograder\nfrom autograder import check"
_PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)\s]+)\)")
_FENCE = re.compile(r"^(```|~~~).*?^\1", re.DOTALL | re.MULTILINE)
_SECTION = re.compile(r"^## ", re.MULTILINE)


def chapter_notebook(chapter: str, ids: Iterable[str] | None = None) -> nbformat.NotebookNode:
    """The notebook of a chapter, of all of its exercises or of those named."""
    chosen = [id for id in catalog.entries() if id.split("/")[0] == chapter and (ids is None or id in set(ids))]
    cells = [*readme_cells(chapter), guide_cell(), setup_cell()]
    for id in chosen:
        one = sheet(id)
        cells += [task_cell(one), stub_cell(one), check_cell(one)]
    return notebook(cells, {"chapter": chapter})


def notebook(cells: list[nbformat.NotebookNode], facts: dict[str, Any]) -> nbformat.NotebookNode:
    """A notebook of these cells; ``facts`` go into its metadata. Raises ``nbformat.ValidationError``."""
    metadata = {"kernelspec": KERNEL, "language_info": {"name": "python"}, KEY: facts}
    made = new_notebook(cells=cells, metadata=metadata, nbformat_minor=5)
    nbformat.validate(made)
    return made


def to_bytes(made: nbformat.NotebookNode) -> bytes:
    """The file of a notebook."""
    return nbformat.writes(made, version=nbformat.NO_CONVERT).encode() + b"\n"


def readme_cells(chapter: str) -> list[nbformat.NotebookNode]:
    """A chapter's heading and text: one cell for what comes first, then one for each section."""
    path = catalog.kit_root() / "exercises" / chapter / "README.md"
    text = path.read_text(encoding="utf-8") if path.exists() else f"# {_(catalog.manifest()[chapter])}\n"
    return [_text_cell(part, f"readme-{number}", path.parent) for number, part in enumerate(_sections(text))]


def guide_cell() -> nbformat.NotebookNode:
    """How to work in the notebook."""
    heading = _("Work here")
    text = _(
        "Run the cell below first. Then, for each exercise, write your solution in its cell, run it, and run the check "
        "below it: it says what is right, what is wrong, and probably why. What counts is the function that is asked "
        "for, with the imports and functions that it uses; put them into the same cell, or into others that you run."
    )
    return new_markdown_cell(f"## {heading}\n\n{text}", id="guide")


def setup_cell() -> nbformat.NotebookNode:
    """The first cell to run: brings ``check`` and ``%%exercise``."""
    return new_code_cell(SETUP, id="setup", metadata={KEY: {"role": "setup"}})


def task_cell(one: Sheet) -> nbformat.NotebookNode:
    """What an exercise asks for."""
    return new_markdown_cell(one.text.rstrip("\n"), id=f"{one.name}-task")


def stub_cell(one: Sheet) -> nbformat.NotebookNode:
    """Where a student writes: what counts in a submission is the source of this cell."""
    return new_code_cell(one.stub.rstrip("\n"), id=one.name, metadata={KEY: {"id": one.id}})


def check_cell(one: Sheet) -> nbformat.NotebookNode:
    """Shows the feedback for what the stub cell holds when it was run last."""
    return new_code_cell(f'check("{one.name}")', id=f"{one.name}-check", metadata={KEY: {"check": one.id}})


def _sections(text: str) -> list[str]:
    """The text before the first heading of the second level, and from each such heading to the next."""
    fenced = [range(*match.span()) for match in _FENCE.finditer(text)]
    starts = [m.start() for m in _SECTION.finditer(text) if not any(m.start() in fence for fence in fenced)]
    edges = [0, *starts, len(text)]
    parts = [text[a:b].strip("\n") for a, b in pairwise(edges)]
    return [part for part in parts if part]


def _text_cell(text: str, id: str, folder: Path) -> nbformat.NotebookNode:
    """A cell of text, with the pictures that it shows from ``folder`` inside of it.

    As data at the end of the text, which every tool shows; not all of them know attachments.
    """
    data: dict[str, str] = {}

    def embed(match: re.Match[str]) -> str:
        path = folder / match[2]
        if not path.is_file():
            return match[0]
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        data[path.stem] = f"[{path.stem}]: data:{kind};base64,{base64.b64encode(path.read_bytes()).decode()}"
        return f"![{match[1]}][{path.stem}]"

    shown = _PICTURE.sub(embed, text)
    return new_markdown_cell("\n\n".join([shown, *data.values()]), id=id)
