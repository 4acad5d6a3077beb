"""What a notebook shows of a check: the card of a student's page by itself, and the same in plain text.

The HTML stands alone: its style is in it and holds for it only, there is no script, what student code gave is escaped.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console

from autograder.messages import _
from autograder.report import terminal
from autograder.report.html import FACES, templates
from autograder.report.said import clean, said
from autograder.results import ExerciseResult, Status

WIDTH = 100


@dataclass(frozen=True)
class Feedback:
    """One exercise to show. origin: where its source was found. hints: what is on offer, in their order."""

    result: ExerciseResult
    title: str
    origin: str
    hints: Sequence[str] = ()

    @property
    def repeated(self) -> set[str]:
        """The checks that say what one above them has said."""
        seen: set[str] = set()
        found = set()
        for check in self.result.checks:
            gist = said(check).gist
            if gist in seen and check.failed and check.status is not Status.NOT_ATTEMPTED:
                found.add(check.name)
            seen.add(gist)
        return found


def to_html(exercises: Sequence[Feedback], notices: Sequence[str] = ()) -> str:
    """The exercises, then the notices, as a part of a page."""
    for one in exercises:
        _adapt(one.result)
    faces = {status: face._replace(word=_(face.word)) for status, face in FACES.items()}
    return templates().get_template("feedback.html").render(exercises=exercises, notices=notices, FACES=faces)


def to_text(exercises: Sequence[Feedback], notices: Sequence[str] = ()) -> str:
    """The same for a terminal, without colours."""
    buffer = io.StringIO()
    console = Console(file=buffer, width=WIDTH, color_system=None, highlight=False)
    for one in exercises:
        _adapt(one.result)
        terminal.show_exercise(console, one.result, one.title, one.origin)
        points = _("{score:g} of {most:g} points")
        console.print("\n" + points.format(score=one.result.score, most=one.result.max_score))
    for sentence in notices:
        console.print(sentence, markup=False)
    return "\n".join(line.rstrip() for line in clean(buffer.getvalue()).strip("\n").splitlines())


def _adapt(result: ExerciseResult) -> None:
    """What reproduces a failure takes the solution from the notebook itself."""
    for check in result.checks:
        lines = check.detail.snippet.splitlines()
        check.detail.snippet = "\n".join(line for line in lines if not line.startswith("from exercises."))
