"""What the peers take: nbgrader and otter on a notebook with corr2d and dropout and one assert each."""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

KIT = Path(__file__).parents[1]
SOLVED = {
    "corr2d": ("ch07_convolution/corr2d", "corr2d(torch.ones(3, 3), torch.ones(2, 2)).shape == (2, 2)"),
    "dropout": ("ch04_regularization/dropout", "dropout(torch.ones(4, 4), 0.5).shape == (4, 4)"),
}
OTTER_TEST = """OK_FORMAT = False
from otter.test_files import test_case
name = "{name}"
points = 10
@test_case(points=10)
def test_it({name}):
    import torch
    assert {call}
"""


def code(id: str) -> str:
    from autograder.judging.stubs import bare

    return bare((KIT / "solutions" / f"{id}.py").read_text(encoding="utf-8"))


def nbgrader_marginal() -> float:
    """What each further submission costs, without the start of the command, in seconds."""
    with tempfile.TemporaryDirectory() as folder:
        course = Path(folder)
        _course(course, 4)
        return statistics.median((_autograde(course) - _autograde(course, "--student=s0")) / 3 for _ in range(3))


def nbgrader_class(size: int) -> float:
    """A class as a whole command, in seconds."""
    with tempfile.TemporaryDirectory() as folder:
        _course(Path(folder), size)
        return _autograde(Path(folder))


def _autograde(course: Path, *options: str) -> float:
    command = [sys.executable, "-m", "nbgrader", "autograde", "hw", "--force", *options]
    started = time.perf_counter()
    subprocess.run(command, cwd=course, check=True, capture_output=True)
    return time.perf_counter() - started


def _course(course: Path, size: int) -> None:
    """A course of which the submissions are there."""
    source = course / "source" / "hw" / "hw.ipynb"
    source.parent.mkdir(parents=True)
    cells = []
    for name, (id, call) in SOLVED.items():
        cells.append(_graded(code(id), name, solution=True))
        cells.append(_graded(f"import torch\nassert {call}", f"test_{name}", solution=False))
    _write(source, cells)
    command = [sys.executable, "-m", "nbgrader", "generate_assignment", "hw"]
    subprocess.run(command, cwd=course, check=True, capture_output=True)
    for number in range(size):
        target = course / "submitted" / f"s{number}" / "hw" / "hw.ipynb"
        target.parent.mkdir(parents=True)
        shutil.copy(source, target)


def _graded(source: str, name: str, *, solution: bool) -> Any:
    import nbformat

    cell = nbformat.v4.new_code_cell(source)
    cell.metadata.nbgrader = {
        "schema_version": 3, "grade_id": name, "solution": solution, "grade": not solution, "locked": not solution,
        "task": False, **({} if solution else {"points": 10}),
    }  # fmt: skip
    return cell


def _write(path: Path, cells: list[Any]) -> None:
    import nbformat

    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, path)


def otter_run(repeats: int = 3) -> float:
    """``otter run`` of one submission, in seconds: otter has no command that grades several without containers."""
    import nbformat

    with tempfile.TemporaryDirectory() as folder:
        tests = Path(folder, "tests")
        tests.mkdir()
        Path(folder, "results").mkdir()
        for name, (_id, call) in SOLVED.items():
            (tests / f"{name}.py").write_text(OTTER_TEST.format(name=name, call=call), encoding="utf-8")
        cells = [nbformat.v4.new_code_cell(code(id)) for id, _call in SOLVED.values()]
        _write(Path(folder, "hw.ipynb"), cells)
        otter = [sys.executable, "-m", "otter"]
        generate = [*otter, "generate", "-t", "tests", "-o", "autograder.zip", "--no-environment"]
        subprocess.run(generate, cwd=folder, check=True, capture_output=True)
        times = []
        for _ in range(repeats):
            started = time.perf_counter()
            command = [*otter, "run", "-a", "autograder.zip", "-o", "results", "hw.ipynb"]
            subprocess.run(command, cwd=folder, check=True, capture_output=True)
            times.append(time.perf_counter() - started)
    return statistics.median(times)
