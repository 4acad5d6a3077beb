"""Grades a large simulated class and draws what it costs: python benchmarks/scale.py [SUBMISSIONS] [PLOT.png].

Each student hands in one exercise, all in turn: the reference or one of its misconceptions, and no text twice.
Shown are the seconds and the memory of the grader over the number of submissions that are done.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from pathlib import Path

KIT = Path(__file__).parents[1]
os.environ["KATA_HOME"] = str(KIT)
POINTS = 200


def variants(id: str) -> list[str]:
    """The reference, and what the misconceptions are."""
    from autograder import catalog
    from autograder.judging.expectations import wrong_solutions
    from autograder.judging.stubs import bare

    solution = bare(catalog.solution_file(id).read_text(encoding="utf-8"))
    return [solution, solution, *wrong_solutions(id).values()]


def write_class(folder: Path, size: int) -> None:
    from autograder import catalog

    chance = random.Random(0)
    ids = list(catalog.entries())
    texts = {id: variants(id) for id in ids}
    for number in range(size):
        id = ids[number % len(ids)]
        path = folder / f"s{number:05}" / f"{id}.py"
        path.parent.mkdir(parents=True)
        path.write_text(f"{chance.choice(texts[id])}\n# {number}\n", encoding="utf-8")


def memory_mb() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def measure(size: int) -> list[tuple[int, float, float]]:
    """(submissions, seconds, MB) as the grading goes on."""
    from autograder import catalog
    from autograder.classroom.grade import grade
    from autograder.intake.classes import read_class
    from autograder.runner.zygote_pool import ZygotePool

    ids = list(catalog.entries())
    seen: list[tuple[int, float, float]] = []
    with tempfile.TemporaryDirectory() as folder:
        write_class(Path(folder, "class"), size)
        pool = ZygotePool()
        for id in ids:  # loads what is loaded once: the curve shows what a submission costs
            pool.child(id).close()
        found = read_class(Path(folder, "class"), ids)
        started = time.perf_counter()

        def progress(done: int, total: int) -> None:
            number = done // len(ids)
            if not seen or number >= seen[-1][0] + max(1, size // POINTS) or done == total:
                seen.append((number, time.perf_counter() - started, memory_mb()))

        done = grade(pool, found, ids, Path(folder, "out"), progress=progress)
        pool.close()
    assert not done.ungraded, done.ungraded[:3]
    return seen


def draw(seen: list[tuple[int, float, float]], path: Path) -> None:
    import matplotlib.pyplot as plt

    numbers, seconds, megabytes = zip(*seen, strict=True)
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3), layout="constrained")
    left.plot(numbers, seconds, color="tab:blue")
    left.plot([0, numbers[-1]], [0, seconds[-1]], color="gray", linewidth=0.8, linestyle="--")
    left.set(xlabel="submissions", ylabel="seconds", title="time to grade (dashed: a straight line)")
    right.plot(numbers, megabytes, color="tab:orange")
    right.set(xlabel="submissions", ylabel="MB", ylim=(0, 1.3 * max(megabytes)), title="memory of the grader")
    for axes in (left, right):
        axes.grid(alpha=0.3)
    figure.savefig(path, dpi=110)


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    found = measure(count)
    middle = found[len(found) // 2]
    last = found[-1]
    each = 1e3 * last[1] / last[0]
    print(f"{last[0]} submissions: {last[1]:.0f} s, {each:.1f} ms each; half of them: {middle[1]:.0f} s")
    print(f"memory of the grader: {found[len(found) // 10][2]:.0f} MB after a tenth, {last[2]:.0f} MB at the end")
    if len(sys.argv) > 2:
        draw(found, Path(sys.argv[2]))
