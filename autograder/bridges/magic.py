"""``%load_ext autograder``: ``%%exercise ID`` marks a cell, ``check("corr2d")`` grades it and shows what is wrong.

Nothing is graded in the kernel. Its history goes to a process of its own (``judge.py``), and what comes back is shown.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder import catalog
from autograder.errors import KitError
from autograder.messages import _

_START = """
import sys
sys.path.insert(0, sys.argv[1])
sys.path += sys.argv[2:]
from autograder.bridges.kernel_process import main
main()
"""
# As things are when this is loaded, before any cell could change them.
_ENVIRONMENT = dict(os.environ)
_PACKAGES = [path for path in sys.path if Path(path).name in ("site-packages", "dist-packages")]
MARK = "%%exercise"


@dataclass(frozen=True)
class Shown:
    """What a check found, for the page and for the terminal.

    results: for each exercise its id, status, score and what could be reached. checks: for each exercise and check
    the status, the message and the diagnosis.
    """

    html: str
    text: str
    results: list[tuple[str, str, float, float]] = field(default_factory=list)
    checks: dict[str, dict[str, list[Any]]] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        """Whether something was graded, and all of it is right."""
        return bool(self.results) and all(status == "passed" for _id, status, _score, _most in self.results)

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return self.text


class Grader:
    """The process that grades: started when first needed, kept, ended with this one."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        atexit.register(self.close)

    def start(self) -> subprocess.Popen[bytes]:
        """Starts it, if it does not run; does not wait for it."""
        if self._process is None or self._process.poll() is not None:
            self.close()
            # No folder of the user's on its path. A session of its own: an interrupt is for the kernel to handle.
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-c", _START, str(Path(__file__).parents[2]), *_PACKAGES],
                env=_ENVIRONMENT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        return self._process

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """The answer to a request; of another process, if the first is lost. An interrupt ends the process."""
        line = json.dumps(request).encode() + b"\n"
        with self._lock:
            for _attempt in range(2):
                process = self.start()
                assert process.stdin is not None
                assert process.stdout is not None
                try:
                    process.stdin.write(line)
                    process.stdin.flush()
                    return dict(json.loads(process.stdout.readline()))
                except (OSError, ValueError):
                    self.close()
                except BaseException:
                    self.close()
                    raise
        text = _("The grader failed, not you: {error}").format(error=_("its process ended; check again"))
        return {"html": f"<p>{text}</p>", "text": text, "results": []}

    def close(self) -> None:
        """Ends the process and what it started."""
        process, self._process = self._process, None
        if process is None:
            return
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):
                if pipe:
                    pipe.close()
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class Notebook:
    """What is known of the notebook: the kernel's history, and the names of the cells if the front end tells them."""

    def __init__(self, ip: Any) -> None:
        self.ip = ip
        self.names: dict[int, str] = {}

    def remember(self, result: Any) -> None:
        """After each cell: which one it was."""
        info = getattr(result, "info", None)
        if result.execution_count and (name := getattr(info, "cell_id", None)):
            self.names[result.execution_count] = name

    def cells(self) -> list[tuple[int, str, str]]:
        """The cells that were run: number, name, source. Of a cell that was run again, only the last time counts."""
        history = list(enumerate(self.ip.history_manager.input_hist_raw))[1:-1]
        latest = {self.names.get(number, str(number)): number for number, _source in history}
        return [(n, self.names.get(n, ""), source) for n, source in history if n in latest.values()]


_grader = Grader()
_notebook: Notebook | None = None


def check(name: str = "", *, source: str | None = None) -> Shown:
    """Grades an exercise and says what is right, what is wrong and probably why.

    name: an exercise, or a chapter; without one, everything that was begun. source: the solution's text. If it is not
    given, it is found among the cells that were run, just as in a notebook that is handed in: in the cell marked
    ``%%exercise``, else in the exercise's own, else in the last one that defines its function; with the imports and
    functions of other cells that it uses.
    """
    try:
        ids = catalog.resolve(name) if name else []
    except KitError as error:
        return Shown(f"<p>{_escaped(str(error))}</p>", str(error))
    if source is not None and (not isinstance(source, str) or len(ids) != 1):
        raise TypeError(_("source is the text of the solution of one exercise: check(name, source=text)"))
    cells = _notebook.cells() if _notebook else []
    answer = _grader.ask({"ids": ids, "source": source, "cells": cells})
    rows = [tuple(row) for row in answer["results"]]
    return Shown(answer["html"], answer["text"], rows, answer.get("checks", {}))


def load(ip: Any) -> None:
    """Brings ``check`` and ``%%exercise`` into an IPython session, and starts the process that grades."""
    global _notebook
    unload(ip)
    _notebook = Notebook(ip)
    ip.events.register("post_run_cell", _notebook.remember)
    ip.input_transformers_cleanup.append(unmark)
    ip.register_magic_function(exercise, "cell", "exercise")
    ip.push({"check": check})
    _grader.start()


def unload(ip: Any) -> None:
    """Takes it out again."""
    global _notebook
    if _notebook is not None:
        ip.events.unregister("post_run_cell", _notebook.remember)
        ip.input_transformers_cleanup.remove(unmark)
        _notebook = None
    _grader.close()


def unmark(lines: list[str]) -> list[str]:
    """Makes the mark of an exercise a comment, so that the cell runs like any other: results, errors, line numbers."""
    if lines and lines[0].startswith(MARK):
        with contextlib.suppress(catalog.UnknownExerciseError):
            if len(catalog.resolve(lines[0].removeprefix(MARK).strip())) == 1:
                return ["# " + lines[0], *lines[1:]]
    return lines


def exercise(line: str, cell: str) -> None:
    """``%%exercise ID``: this cell is the solution of the exercise. Only reached if there is no such exercise."""
    from IPython.core.error import UsageError

    try:
        ids = catalog.resolve(line.strip())
    except catalog.UnknownExerciseError as error:
        raise UsageError(str(error)) from None
    raise UsageError(_("{name} is a chapter: name one exercise of it.").format(name=line) if len(ids) > 1 else line)


def _escaped(text: str) -> str:
    from html import escape

    return escape(text)
