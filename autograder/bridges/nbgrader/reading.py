"""From a submitted notebook to what counts of it, and to the cells that it stands in."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable
from pathlib import Path

from autograder.intake import trees
from autograder.intake.archives import Caps
from autograder.intake.cells import MARK
from autograder.intake.locating import entries, locate
from autograder.intake.model import Submission
from autograder.intake.notebooks import read_notebook
from autograder.intake.outline import names

_MARK = re.compile(re.escape(MARK).replace(r"\{number\}", r"(\d+)"))


def read(path: Path, ids: Iterable[str], student: str = "") -> Submission:
    """What a notebook file holds of these exercises, by the rules that hold for every submission."""
    submission = Submission(student)
    locate(trees.Tree(files=[trees.on_disk(path)]), list(ids), submission, Caps())
    return submission


def homes(path: Path, submission: Submission) -> dict[str, int]:
    """For each exercise the code cell that a person would call its answer, counted from 1 among those not blank."""
    with contextlib.suppress(trees.UnreadError):
        cells = read_notebook(trees.on_disk(path).read(trees.MAX_NOTEBOOK), Caps())
        found = {}
        for id, source in submission.sources.items():
            counts = {int(number) for number in _MARK.findall(source.text)}
            ranked = [
                (cell.number in counts, bool(claims), not names(cell.text).isdisjoint(entries(id)), cell.number)
                for cell in cells
                if (claims := cell.claims & {id, id.split("/")[1]}) or cell.number in counts
            ]
            if ranked:
                found[id] = max(ranked)[-1]
        return found
    return {}
