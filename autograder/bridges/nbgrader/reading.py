"""From what was submitted to what counts of it, and to the cells of a notebook that it stands in."""

from __future__ import annotations

import contextlib
import re
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Application

from autograder.intake import trees
from autograder.intake.archives import Caps
from autograder.intake.cells import MARK
from autograder.intake.classes import one_student
from autograder.intake.locating import entries, plain_name
from autograder.intake.model import Source
from autograder.intake.notebooks import read_notebook
from autograder.intake.outline import all_defined

_MARK = re.compile(re.escape(MARK).replace(r"\{number\}", r"(\d+)"))


def read(folder: Path, ids: Iterable[str]) -> dict[str, Source]:
    """What a submission holds of these exercises, by the rules that hold for every one, wherever it lies in it."""
    ids = list(ids)
    found = one_student("", folder, ids).read()
    if found.unreadable:
        return {id: Source(folder.name, problem=found.unreadable, unreadable=True) for id in ids}
    return found.sources


def adopt(notebooks: list[str], names: Sequence[str]) -> None:
    """Gives nbgrader a notebook of each name that it knows where a submission has only others, as renaming leaves it.

    nbgrader looks for nothing else, and what counts is found whatever a notebook is called: any of them will do.
    notebooks: the paths of what was submitted, to which those made here are added.
    """
    strangers = [Path(path) for path in notebooks if Path(path).stem not in names]
    for name in set(names) - {Path(path).stem for path in notebooks}:
        if strangers:
            near = next((p for p in strangers if plain_name(p.name)[0] == plain_name(name)[0]), strangers[0])
            notebooks.append(shutil.copy(str(near), str(near.with_name(f"{name}.ipynb"))))


def adopting(config: Any) -> Callable[..., None]:
    """The same as a hook of nbgrader's, for the course of the running command, else that of a configuration."""

    def hook(assignment: str, notebooks: list[str], **_more: object) -> None:
        app = Application.instance() if Application.initialized() else None
        course = getattr(app, "coursedir", None) or CourseDirectory(config=config)
        file = Path(course.db_url.removeprefix("sqlite:///"))
        if course.db_url.startswith("sqlite:///") and not file.exists():  # nbgrader would make an empty one
            return
        with Gradebook(course.db_url, course.course_id) as gradebook:
            names = [notebook.name for notebook in gradebook.find_assignment(assignment).notebooks]
        adopt(notebooks, names)

    return hook


def homes(path: Path, sources: Mapping[str, Source]) -> dict[str, int]:
    """For each exercise the code cell that a person would call its answer, counted from 1 among those not blank."""
    with contextlib.suppress(trees.UnreadError):
        cells = read_notebook(trees.on_disk(path).read(trees.MAX_NOTEBOOK), Caps())
        found = {}
        for id, source in sources.items():
            its = source.filename == path.name
            counts = {int(number) for number in _MARK.findall(source.text)} if its else set()
            ranked = [
                (cell.number in counts, bool(claims), not all_defined(cell.text).isdisjoint(entries(id)), cell.number)
                for cell in cells
                if (claims := cell.claims & {id, id.split("/")[1]}) or cell.number in counts
            ]
            if ranked:
                found[id] = max(ranked)[-1]
        return found
    return {}
