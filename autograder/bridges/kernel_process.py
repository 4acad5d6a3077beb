"""The process that grades for a notebook: a fresh interpreter, kept warm while the kernel lives.

It reads requests from standard input and answers on standard output, one line of JSON each. Nothing of the kernel's
is in it, so nothing that is done to the kernel reaches a verdict. It ends when its input does.
"""

from __future__ import annotations

import json
import os
import re
import signal
import sys
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from autograder import catalog
from autograder.messages import _
from autograder.runner.start import start_runner

if TYPE_CHECKING:
    from autograder.results import ExerciseResult

MAX_CELLS = 4000
MAX_HISTORY = 1 << 19
IMPORTS = re.compile(r"(\s|(from|import) .*\n)*")


def main() -> None:
    """Serves until the kernel is gone."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    _find_kit()
    judge = None
    try:
        judge = Judge()  # before this process has descriptors that student code should not inherit
        failure = ""
    except Exception as error:
        failure = f"{type(error).__name__}: {error}"
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    quiet = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1):
        os.dup2(quiet, descriptor)
    try:
        for line in requests:
            answer = judge.answer(json.loads(line)) if judge else _failed(failure)
            answers.write(json.dumps(answer).encode() + b"\n")
            answers.flush()
    except BrokenPipeError:
        pass
    finally:
        if judge:
            judge.close()


def _find_kit() -> None:
    """A notebook may lie anywhere: then the kit is the one that this code belongs to."""
    try:
        catalog.kit_root()
    except catalog.NoKitError:
        root = Path(__file__).parents[2]
        if (root / "exercises").is_dir():
            os.environ["KATA_HOME"] = str(root)


class Judge:
    """Finds an exercise among the cells that were run, grades it, and says what came out in HTML and in plain text."""

    def __init__(self) -> None:
        self.runner = start_runner(forked=True)
        from autograder.judging.grader import Grader

        self.grader = Grader.public(self.runner)

    def close(self) -> None:
        self.runner.close()

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """Of a request: ids, all begun if empty; source, else found in cells, each with its number, name and source."""
        try:
            catalog.kit_root()
            return self._answer(request)
        except Exception as error:
            return _failed(f"{type(error).__name__}: {error}")

    def _answer(self, request: dict[str, Any]) -> dict[str, Any]:
        from autograder.report import feedback
        from autograder.report.said import said
        from autograder.results import Status

        exercises, notices = [], []
        for id in request["ids"] or list(catalog.entries()):
            source, cells = _find(request, id)
            if source is None:
                if request["ids"]:
                    text = _("No cell that defines {names} has been run yet: run it, then this one.")
                    notices.append(text.format(names=_(" and ").join(catalog.load_exercise(id).entries)))
                continue
            result = self._grade(id, source)
            if result.status is not Status.NOT_ATTEMPTED or request["ids"]:
                hints = [] if result.status in (Status.PASSED, Status.UNGRADED) else _hints(id, result)
                exercises.append(feedback.Feedback(result, _(catalog.entries()[id].title), cells, hints))
        if not exercises and not notices:
            notices.append(_("Nothing is started yet: write a solution, run its cell, then this one."))
        return {
            "html": feedback.to_html(exercises, notices),
            "text": feedback.to_text(exercises, notices),
            "results": [[e.result.id, e.result.status, e.result.score, e.result.max_score] for e in exercises],
            "checks": {
                e.result.id: {c.name: [c.status, said(c).message, said(c).diagnosis] for c in e.result.checks}
                for e in exercises
            },
        }

    def _grade(self, id: str, source: str) -> ExerciseResult:
        from autograder.intake.classes import decode_source
        from autograder.judging.job import Job

        content = source.encode("utf-8", "replace")
        return self.grader.grade(Job("", id, decode_source(f"{id.split('/')[1]}.py", content)))


def _find(request: dict[str, Any], id: str) -> tuple[str | None, str]:
    """The source to grade, and where it comes from in words: found as in a notebook that is handed in."""
    if request["source"] is not None:
        return request["source"], _("the text that was given")
    from autograder.intake.archives import Caps
    from autograder.intake.cells import MARK
    from autograder.intake.locating import locate
    from autograder.intake.model import Submission
    from autograder.intake.trees import File, Tree

    content = json.dumps({"cells": _numbered(request["cells"])}).encode()
    found = Submission("")
    locate(Tree([File(PurePosixPath("notebook.ipynb"), lambda _limit: content)]), [id], found, Caps())
    if id not in found.sources:
        return None, ""
    text = found.sources[id].text
    pattern = re.escape(MARK).replace(re.escape("{number}"), r"(\d+)")
    _before, *parts = re.split(rf"^{pattern}$", text, flags=re.MULTILINE)
    numbers = [number for number, part in zip(parts[::2], parts[1::2], strict=True) if not IMPORTS.fullmatch(part)]
    return text, ", ".join(f"In [{number}]" for number in numbers)


def _numbered(cells: list[tuple[int, str, str]]) -> list[dict[str, Any]]:
    """The cells of a notebook in which each has the number that it had when it was run; of a long session the last."""
    room = MAX_HISTORY
    placed = [_code_cell("", "0") for _number in range(cells[-1][0] if cells else 0)]
    for number, name, source in reversed(cells[-MAX_CELLS:]):
        room -= len(source)
        if room < 0:
            break
        if source.strip():
            placed[number - 1] = _code_cell(name, source)
    return placed[-MAX_CELLS:]


def _code_cell(name: str, source: str) -> dict[str, Any]:
    """A cell of the kit's own notebook is known by its name, as it is in the file."""
    own = any(entry.name == name for entry in catalog.entries().values())
    return {"cell_type": "code", "source": source, "metadata": {"torchkata": {"id": name}} if own else {}}


def _hints(id: str, result: ExerciseResult) -> list[str]:
    failed = {check.name for check in result.checks if check.failed}
    return [_(hint.text) for hint in catalog.load_exercise(id).hints_for(failed)]


def _failed(reason: str) -> dict[str, Any]:
    from html import escape

    text = _("The grader failed, not you: {error}").format(error=reason)
    return {"html": f"<p>{escape(text)}</p>", "text": text, "results": []}
