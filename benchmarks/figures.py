"""Measures the figures that the README states, on this machine, each beside its peer or the raw limit in the same run.

make benchmark            everything (a quarter of an hour: the peers are slow)
python benchmarks/figures.py help check marginal training nbgrader otter class overhead jobs regrade
"""

from __future__ import annotations

import contextlib
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

import peers

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


def report(what: str, figure: float, unit: str, beside: str = "") -> None:
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


@cache
def measure_marginal() -> float:
    """One more submission of corr2d and dropout: by the real command, a class of 200 beside one of 40."""
    few, many = 40, 200
    times = {}
    with tempfile.TemporaryDirectory() as folder:
        for size in (few, many):
            write_class(Path(folder, str(size)), size)
        for _ in range(3):
            for size in (few, many):
                started = time.perf_counter()
                grade(Path(folder, str(size)), fresh(Path(folder, "out")))
                times.setdefault(size, []).append(time.perf_counter() - started)
    pairs = zip(times[few], times[many], strict=True)
    figure = statistics.median((b - a) / (many - few) for a, b in pairs)
    report("one more submission (corr2d and dropout)", 1e3 * figure, "ms", f"{os.cpu_count()} cores")
    return figure


def measure_training() -> None:
    """lenet's training check in the runner beside the bare training loop, interleaved."""
    import torch

    torch.set_num_threads(1)
    from autograder import catalog
    from autograder.judging import expectations
    from autograder.judging.stubs import bare
    from autograder.judging.trial import Trial
    from autograder.runner.limits import Limits
    from autograder.runner.zygote_pool import ZygotePool

    pool = ZygotePool()
    exercise = catalog.load_exercise(LENET)
    expected = expectations.get(pool, LENET, "public")
    source = bare(catalog.solution_file(LENET).read_text(encoding="utf-8"))
    check = next(c for c in exercise.checks if c.training)
    request = expected.request(check, check.cases[0], Limits(300))
    inputs = expected.cases[check.name, check.cases[0].index].inputs
    names: dict[str, object] = {}
    exec(source, names)
    student = type("Student", (), {"lenet": staticmethod(names["lenet"])})
    ratios, runs, loops = [], [], []
    for _ in range(REPEATS):
        with Trial(pool, exercise, source, "lenet.py") as execution:
            started = time.perf_counter()
            list(execution.run(check, [request]))
            runs.append(time.perf_counter() - started)
        started = time.perf_counter()
        check.run(student, **check.arguments(check.cases[0], inputs))
        loops.append(time.perf_counter() - started)
        ratios.append(runs[-1] / loops[-1])
    pool.close()
    beside = f"bare loop: {statistics.median(loops):.3f} s, ratio {statistics.median(ratios):.2f}"
    report("lenet's training check", statistics.median(runs), "s", beside)


def measure_nbgrader() -> None:
    """nbgrader autograde on a notebook with the same two exercises, beside one more submission here."""
    marginal = measure_marginal()
    figure = peers.nbgrader_marginal()
    report("nbgrader autograde, one more submission", figure, "s", f"{figure / marginal:.0f} times as long")


def measure_otter() -> None:
    """otter run on a notebook with the same two exercises, beside one more submission here."""
    marginal = measure_marginal()
    figure = peers.otter_run()
    report("otter run, one more submission", figure, "s", f"{figure / marginal:.0f} times as long")


def measure_class() -> None:
    """A class of 30 as a whole command, from nothing to the report, beside nbgrader on the same class."""
    with tempfile.TemporaryDirectory() as folder:
        write_class(Path(folder, "class"), 30)
        figure = seconds(lambda: grade(Path(folder, "class"), fresh(Path(folder, "out"))), 3)
    peer = peers.nbgrader_class(30)
    report(
        "a class of 30, the whole command", figure, "s", f"nbgrader: {peer:.1f} s, {peer / figure:.0f} times as long"
    )


def measure_overhead() -> None:
    """What a job costs beyond the student's calls: the class on one lane, beside the same runs in one bare loop."""
    import torch

    from autograder import catalog

    torch.set_num_threads(1)
    loops = {}
    for id in PAIR:
        exercise, names = catalog.load_exercise(id), {}
        exec((KIT / "solutions" / f"{id}.py").read_text(encoding="utf-8"), names)
        student = type("Student", (), {entry: staticmethod(names[entry]) for entry in exercise.entries})
        runs = [(check, check.draw(case, "public")[0]) for check, case in exercise.cases()]

        def loop(runs: list = runs, student: type = student) -> None:
            for check, inputs in runs:
                check.run(student, **check.arguments(check.cases[0], inputs))

        loops[id] = seconds(loop)
    bare = statistics.mean(loops.values())
    figure = measure_marginal() / len(PAIR)
    beside = f"the calls alone in a loop: {1e3 * bare:.1f} ms"
    report("a job beyond the student's calls", 1e3 * (figure - bare), "ms", beside)


def measure_jobs() -> None:
    """Two jobs at a time on two cores, beside one job on one core, and on two: there the grader judges meanwhile.

    And two bare loops beside one: what the cores of this machine can do at all.
    """
    from autograder.classroom.grade import grade as grade_class
    from autograder.intake.classes import read_class
    from autograder.runner.zygote_pool import ZygotePool

    def ours(pool: ZygotePool, lanes: int) -> None:
        grade_class(pool, read_class(Path(folder, "class"), PAIR), PAIR, fresh(Path(folder, "out")), jobs=lanes)

    def bare(loops: int) -> None:
        for process in [subprocess.Popen(loop) for _ in range(loops)]:
            process.wait()

    loop = [sys.executable, "-c", "for number in range(20_000_000): number * number % 7"]
    cores = sorted(os.sched_getaffinity(0))[:2]
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        write_class(Path(folder, "class"), 60)
        pools = {}
        for number in 1, 2:
            os.sched_setaffinity(0, cores[:number])  # what is started from here on inherits it
            pools[number] = stack.enter_context(contextlib.closing(ZygotePool()))
        times: dict[str, list[float]] = {"one": [], "on two": [], "two": [], "loop": [], "loops": []}
        for _ in range(REPEATS):
            os.sched_setaffinity(0, cores[:1])
            times["one"].append(seconds(lambda: ours(pools[1], 1), 1))
            os.sched_setaffinity(0, cores)
            times["on two"].append(seconds(lambda: ours(pools[2], 1), 1))
            times["two"].append(seconds(lambda: ours(pools[2], 2), 1))
            times["loop"].append(seconds(lambda: bare(1), 1))
            times["loops"].append(seconds(lambda: bare(2), 1) / 2)

    def gain(one: str, two: str) -> float:
        return statistics.median(a / b for a, b in zip(times[one], times[two], strict=True))

    beside = f"one job spread over two cores: {gain('on two', 'two'):.2f}; bare loops: {gain('loop', 'loops'):.2f}"
    report("two jobs on two cores beside one on one", gain("one", "two"), "x", beside)


def measure_regrade() -> None:
    """1,000 submissions of which nothing has changed."""
    with tempfile.TemporaryDirectory() as folder:
        write_class(Path(folder, "class"), 1000)
        started = time.perf_counter()
        grade(Path(folder, "class"), Path(folder, "out"))
        first = time.perf_counter() - started
        figure = seconds(lambda: grade(Path(folder, "class"), Path(folder, "out")), 3)
    report("regrading 1,000 unchanged submissions", figure, "s", f"the first time: {first:.0f} s")


def write_class(folder: Path, size: int, ids: list[str] = PAIR) -> None:
    """Submissions of the reference, each with a text of its own."""
    for number in range(size):
        for id in ids:
            target = folder / f"s{number:05}" / f"{id}.py"
            target.parent.mkdir(parents=True, exist_ok=True)
            text = (KIT / "solutions" / f"{id}.py").read_text(encoding="utf-8")
            target.write_text(f"{text}\n# {number}\n", encoding="utf-8")


def grade(folder: Path, out: Path, *options: str) -> None:
    chosen = [f"--exercise={id}" for id in PAIR]
    arguments = ["grade", str(folder), "--out", str(out), *chosen, *options]
    subprocess.run([sys.executable, "-m", "autograder", *arguments], cwd=KIT, capture_output=True, check=True)


def fresh(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    return folder


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
    "otter": measure_otter,
    "class": measure_class,
    "overhead": measure_overhead,
    "jobs": measure_jobs,
    "regrade": measure_regrade,
}


if __name__ == "__main__":
    for name in sys.argv[1:] or [name for name in MEASURES if name != "marginal"]:
        MEASURES[name]()
