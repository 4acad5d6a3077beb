"""Measures a kit of 110 exercises, made for the purpose of those that stand: python benchmarks/hundred.py [WHAT...]

What is measured: idle (commands that find nothing to do), first (the first check of an exercise, with nothing cached),
class (a class that hands in all of it: time, memory, table), release (a student's copy), audit (a part of the audits).
Times of the learner's commands stand beside ``import torch`` of the same minute.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path

import figures
from figures import KIT, REPEATS, report

SIZE = 110
STUDENTS = 8
PLACES = {"exercises": ".py", "solutions": ".py", "autograder/misconceptions": ".py", "autograder/checks": ".py"}


def make(root: Path) -> list[str]:
    """A kit whose exercises are copies of this one's, under new names, until there are enough; gives their ids."""
    unwanted = shutil.ignore_patterns("__pycache__", ".*", "*.egg-info")
    for folder in ("autograder", "datasets", "exercises", "solutions"):
        shutil.copytree(KIT / folder, root / folder, ignore=unwanted)
    for name in ("requirements.lock", "pyproject.toml", "LICENSE", "README.md", "Makefile"):
        shutil.copy(KIT / name, root / name)
    chapters = tomllib.loads((KIT / "autograder/catalog.toml").read_text(encoding="utf-8"))
    originals = [(chapter, name) for chapter, listed in chapters.items() for name in listed if name != "title"]
    ids = [f"{chapter}/{name}" for chapter, name in originals]
    lines: dict[str, list[str]] = {chapter: [] for chapter in chapters}
    while len(ids) < SIZE:
        chapter, name = originals[len(ids) % len(originals)]
        copy = f"{name}_{len(ids)}"
        ids.append(f"{chapter}/{copy}")
        entry = chapters[chapter][name]
        lines[chapter].append(f"{copy} = {{ title = {entry['title']!r}, difficulty = 2, minutes = 20 }}")
        for place, suffix in [*PLACES.items(), ("autograder/checks", ".calibration.json")]:
            source = root / place / chapter / f"{name}{suffix}"
            if source.exists():
                text = source.read_text(encoding="utf-8").replace(f"/{name}", f"/{copy}")
                source.with_name(f"{copy}{suffix}").write_text(text, encoding="utf-8")
    manifest = root / "autograder/catalog.toml"
    sections = manifest.read_text(encoding="utf-8").split("\n\n")
    for number, section in enumerate(sections):
        if section.startswith("["):
            sections[number] = "\n".join([section.rstrip(), *lines[section[1 : section.index("]")]]])
    manifest.write_text("\n\n".join(sections) + "\n", encoding="utf-8")
    return sorted(ids)


def kata(root: Path, *arguments: str, **more: str) -> subprocess.Popen[str]:
    """Starts a command of the kit at ``root``, from its own code."""
    environment = {**os.environ, "PYTHONPATH": str(root), "KATA_HOME": str(root), **more}
    command = [sys.executable, "-m", "autograder", *arguments]
    return subprocess.Popen(
        command, cwd=root, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def seconds(root: Path, *arguments: str, repeats: int = REPEATS, statuses: tuple[int, ...] = (0,)) -> float:
    times = []
    for _ in range(repeats):
        started = time.perf_counter()
        done = kata(root, *arguments)
        output, _nothing = done.communicate()
        times.append(time.perf_counter() - started)
        assert done.returncode in statuses, output
    return statistics.median(times)


def import_torch() -> float:
    return figures.seconds(figures.command("-c", "import torch"))


def measure_idle(root: Path, ids: list[str]) -> None:
    torch = import_torch()
    report("kata check, nothing begun", seconds(root, "check"), "s", f"import torch: {torch:.2f} s")
    report("kata list", seconds(root, "list"), "s")


def measure_first(root: Path, ids: list[str]) -> None:
    """For a right solution, and for one that goes wrong, of exercises of each kind."""
    torch = import_torch()
    for name in ("corr2d", "output_shape", "gru_cell", "nin_block", "scaled_dot_product_attention"):
        id = next(id for id in ids if id.endswith(f"/{name}"))
        target, solution = (
            root / "exercises" / f"{id}.py",
            (root / "solutions" / f"{id}.py").read_text(encoding="utf-8"),
        )
        kept = target.read_text(encoding="utf-8")
        wrong = solution.replace("### END SOLUTION", "", 1).replace("    return ", "    return 0 * ")
        for kind, text in (("right", solution), ("wrong", wrong)):
            target.write_text(text, encoding="utf-8")
            times = []
            for _ in range(3):
                shutil.rmtree(root / ".kata", ignore_errors=True)
                times.append(seconds(root, "check", name, repeats=1, statuses=(0, 1)))
            figure = statistics.median(times)
            report(f"first kata check {name}, {kind}", figure, "s", f"{figure - torch:.2f} s above import torch")
        target.write_text(kept, encoding="utf-8")


def tree_memory(pid: int) -> float:
    """What a process and those below it hold in MB, shared pages in shares."""
    return sum(_proportional(each) for each in _below(pid)) / 1024


def _below(pid: int) -> Iterator[int]:
    yield pid
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return
    for child in children:
        yield from _below(int(child))


def _proportional(pid: int) -> int:
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    except OSError:
        pass
    return 0


def measure_class(root: Path, ids: list[str]) -> None:
    folder, out = root / "class", root / "out"
    for number in range(STUDENTS):
        for id in ids:
            path = folder / f"student{number:02}" / f"{id}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            text = (root / "solutions" / f"{id}.py").read_text(encoding="utf-8")
            path.write_text(f"{text}\n# {number}\n", encoding="utf-8")
    started, most = time.perf_counter(), 0.0
    grading = kata(root, "grade", str(folder), "--out", str(out))
    reader = threading.Thread(target=lambda: grading.stdout and grading.stdout.read())
    reader.start()
    while grading.poll() is None:
        most = max(most, tree_memory(grading.pid))
        time.sleep(1)
    reader.join()
    jobs = STUDENTS * len(ids)
    report(f"kata grade, {STUDENTS} students, nothing cached", time.perf_counter() - started, "s", f"{jobs} jobs")
    report("  the most memory of all its processes", most, "MB")
    report("kata grade again, nothing to do", seconds(root, "grade", str(folder), "--out", str(out)), "s")


def measure_release(root: Path, ids: list[str]) -> None:
    copy = root / "copy"
    figure = seconds(root, "release", str(copy), repeats=1)
    size = sum(path.stat().st_size for path in copy.rglob("*") if path.is_file()) / 2**20
    report("kata release, expectations cached or not", figure, "s", f"{size:.1f} MB")


def measure_audit(root: Path, ids: list[str]) -> None:
    some = ids[:: len(ids) // 11]
    figure = seconds(root, "audit", *some, "--seeds", "1", "--all", repeats=1)
    report(
        f"kata audit --seeds 1 of {len(some)} exercises",
        figure,
        "s",
        f"of {len(ids)}: {figure / len(some) * len(ids):.0f} s",
    )
    report("kata audit of these again", seconds(root, "audit", *some, "--seeds", "1"), "s")


def main() -> None:
    measures = {
        name.removeprefix("measure_"): function for name, function in globals().items() if name.startswith("measure_")
    }
    with tempfile.TemporaryDirectory() as folder:
        ids = make(Path(folder))
        for name in sys.argv[1:] or measures:
            measures[name](Path(folder), ids)


if __name__ == "__main__":
    main()
