"""Measures the figures that the README states, on this machine, each beside its peer or the raw limit in the same run.

make benchmark            everything (some minutes: nbgrader is slow to start)
python benchmarks/figures.py help check marginal training nbgrader
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

KIT = Path(__file__).parents[1]
os.environ["KATA_HOME"] = str(KIT)
os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # nbgrader calls alembic
PAIR = ["ch07_convolution/corr2d", "ch04_regularization/dropout"]
LENET = "ch08_lenet/lenet"
REPEATS = 5


def seconds(function: Callable[[], object], repeats: int = REPEATS) -> float:
    """The median time of a call, after one that does not count."""
    function()
    times = []
    for _ in range(repeats):
        started = time.perf_counter()
        function()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def command(*arguments: str, cwd: Path = KIT) -> Callable[[], object]:
    return lambda: subprocess.run([sys.executable, *arguments], cwd=cwd, capture_output=True, check=False)


def report(what: str, figure: float, unit: str, beside: str) -> None:
    print(f"{what:58} {figure:9.3f} {unit:3}  {beside}", flush=True)


def measure_help() -> None:
    figure = seconds(command("-m", "autograder", "--help"))
    bare = seconds(command("-c", "pass"))
    report("kata --help", figure, "s", f"python -c pass: {bare:.3f} s")


def measure_check() -> None:
    solve(KIT / "exercises", backup := Path(tempfile.mkdtemp()), [PAIR[0]])
    try:
        check, torch_import = [], []
        one, other = command("-m", "autograder", "check", "corr2d"), command("-c", "import torch")
        for _ in range(REPEATS):
            check.append(seconds(one, 1))
            torch_import.append(seconds(other, 1))
    finally:
        restore(KIT / "exercises", backup, [PAIR[0]])
    a, b = statistics.median(check), statistics.median(torch_import)
    report("kata check corr2d", a, "s", f"import torch: {b:.3f} s, so {a - b:.3f} s above it")


def measure_marginal() -> float:
    """One more submission of corr2d and dropout: by the real command, a class of 60 beside one of 10."""
    few, many = 10, 60
    times = {}
    folder = Path(tempfile.mkdtemp())
    try:
        for size in (few, many):
            for number in range(size):
                for id in PAIR:
                    target = folder / str(size) / f"s{number}" / f"{id}.py"
                    target.parent.mkdir(parents=True)
                    text = (KIT / "solutions" / f"{id}.py").read_text(encoding="utf-8")
                    target.write_text(f"{text}\n# {number}\n", encoding="utf-8")
        for repeat in range(REPEATS):
            for size in (few, many):
                out = folder / f"out {size} {repeat}"
                chosen = [f"--exercise={id}" for id in PAIR]
                run = command("-m", "autograder", "grade", str(folder / str(size)), "--out", str(out), *chosen)
                started = time.perf_counter()
                run()
                times.setdefault(size, []).append(time.perf_counter() - started)
    finally:
        shutil.rmtree(folder)
    pairs = zip(times[few], times[many], strict=True)
    figure = statistics.median((b - a) / (many - few) for a, b in pairs)
    report("one more submission (corr2d and dropout)", 1e3 * figure, "ms", f"{os.cpu_count()} cores")
    return figure


def measure_training() -> None:
    """lenet's training check in the runner beside the bare training loop, interleaved."""
    import torch

    torch.set_num_threads(1)
    from autograder import catalog
    from autograder.grading import expectations
    from autograder.grading.execute import Execution
    from autograder.grading.stubs import bare
    from autograder.runner.limits import Limits
    from autograder.runner.pool import ZygotePool

    pool = ZygotePool()
    exercise = catalog.load_exercise(LENET)
    expected = expectations.get(pool, LENET, "public")
    source = bare(catalog.solution_file(LENET).read_text(encoding="utf-8"))
    check = next(c for c in exercise.checks if c.training)
    request = expected.request(check, check.cases[0], Limits(300))
    names: dict[str, object] = {}
    exec(source, names)
    student = type("Student", (), {"lenet": staticmethod(names["lenet"])})
    ratios, runs, loops = [], [], []
    for _ in range(REPEATS):
        with Execution(pool, exercise, source, "lenet.py") as execution:
            started = time.perf_counter()
            list(execution.run(check, [request]))
            runs.append(time.perf_counter() - started)
        started = time.perf_counter()
        check.run(student, **{name: request.inputs[name] for name in check.takes})
        loops.append(time.perf_counter() - started)
        ratios.append(runs[-1] / loops[-1])
    pool.close()
    beside = f"bare loop: {statistics.median(loops):.3f} s, ratio {statistics.median(ratios):.2f}"
    report("lenet's training check", statistics.median(runs), "s", beside)


def measure_nbgrader() -> None:
    """nbgrader autograde on a notebook with the same two exercises and asserts, beside one more submission here."""
    marginal = measure_marginal()
    course = Path(tempfile.mkdtemp())
    try:
        times = _nbgrader(course)
    finally:
        shutil.rmtree(course)
    figure = statistics.median(times)
    report("nbgrader autograde, one more submission", figure, "s", f"{figure / marginal:.0f} times as long")


def _nbgrader(course: Path) -> list[float]:
    import nbformat

    from autograder import catalog
    from autograder.grading.stubs import bare

    cells = []
    for id in PAIR:
        name = id.split("/")[1]
        code = bare(catalog.solution_file(id).read_text(encoding="utf-8"))
        cells.append(_cell(nbformat, code, name, solution=True))
        call = "corr2d(torch.ones(3, 3), torch.ones(2, 2))" if name == "corr2d" else "dropout(torch.ones(4, 4), 0.5)"
        cells.append(_cell(nbformat, f"import torch\nassert {call}.dim() == 2", f"test_{name}", solution=False))
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    source = course / "source" / "hw" / "hw.ipynb"
    source.parent.mkdir(parents=True)
    nbformat.write(notebook, source)
    nbgrader = [sys.executable, "-m", "nbgrader"]
    subprocess.run([*nbgrader, "generate_assignment", "hw"], cwd=course, check=True, capture_output=True)
    times = []
    for number in range(3):
        target = course / "submitted" / f"s{number}" / "hw" / "hw.ipynb"
        target.parent.mkdir(parents=True)
        shutil.copy(source, target)
    for number in (1, 3):
        started = time.perf_counter()
        students = [f"--student=s{n}" for n in range(1)] if number == 1 else []
        subprocess.run(
            [*nbgrader, "autograde", "hw", "--force", *students], cwd=course, check=True, capture_output=True
        )
        times.append(time.perf_counter() - started)
    return [(times[1] - times[0]) / 2]  # what each further submission costs, without the start of the command


def _cell(nbformat: object, code: str, name: str, solution: bool) -> object:
    cell = nbformat.v4.new_code_cell(code)  # type: ignore[attr-defined]
    cell.metadata.nbgrader = {
        "schema_version": 3, "grade_id": name, "solution": solution, "grade": not solution, "locked": not solution,
        "task": False, **({} if solution else {"points": 10}),
    }  # fmt: skip
    return cell


def solve(exercises: Path, backup: Path, ids: list[str]) -> None:
    """Puts the references in place of the stubs, which are kept in ``backup``."""
    for id in ids:
        kept = backup / f"{id}.py"
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(exercises / f"{id}.py", kept)
        shutil.copy(KIT / "solutions" / f"{id}.py", exercises / f"{id}.py")


def restore(exercises: Path, backup: Path, ids: list[str]) -> None:
    for id in ids:
        shutil.copy(backup / f"{id}.py", exercises / f"{id}.py")
    shutil.rmtree(backup)


MEASURES = {
    "help": measure_help,
    "check": measure_check,
    "marginal": measure_marginal,
    "training": measure_training,
    "nbgrader": measure_nbgrader,
}


if __name__ == "__main__":
    for name in sys.argv[1:] or ["help", "check", "training", "nbgrader"]:
        MEASURES[name]()
