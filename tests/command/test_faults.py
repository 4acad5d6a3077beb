"""Faults on the grader's own side: whatever dies or fills up, no result is lost, none counted twice, no mark changed."""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from autograder import catalog
from autograder.classroom.grade import grade
from autograder.classroom.store import InUseError, Store
from autograder.intake.classes import read_class
from autograder.judging.stubs import bare
from autograder.results import Status
from autograder.runner.zygote_pool import ZygotePool
from support import CORR2D, KIT, hand_in

WRONG = "import torch\n\n\ndef corr2d(X, K):\n    return torch.zeros(X.shape[0] - K.shape[0] + 1, X.shape[1] - K.shape[1] + 1)\n"


@pytest.fixture
def folder(tmp_path):
    """A class of 40: right ones, and every fourth wrong."""
    right = bare(catalog.solution_file(CORR2D).read_text(encoding="utf-8"))
    for number in range(40):
        text = WRONG if number % 4 == 3 else right
        hand_in(tmp_path / "class" / f"s{number:02}", f"{text}\n# {number}\n")
    return tmp_path / "class"


def right_marks(scores) -> bool:
    return list(scores) == [0 if number % 4 == 3 else 10 for number in range(40)]


def below(pid: int) -> list[int]:
    """All processes below one, as far as they live."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = [int(child) for child in task.read_text().split()]
        except OSError:
            continue
        for child in children:
            found += [child, *below(child)]
    return found


def test_killed_zygotes_and_children_change_no_mark(folder, tmp_path):
    pool = ZygotePool()
    killed = []
    chance = random.Random(7)

    def kill(done: int, _total: int) -> None:
        """Now and then, after some results: the zygote, or any process below it."""
        if done in range(4, 40, 6):
            victims = [pool._zygote.pid] if len(killed) % 3 == 0 else below(pool._zygote.pid)
            for victim in chance.sample(victims, min(1, len(victims))):
                os.kill(victim, signal.SIGKILL)
                killed.append(victim)

    try:
        done = grade(pool, read_class(folder, [CORR2D]), [CORR2D], tmp_path / "out", jobs=2, progress=kill)
    finally:
        pool.close()
    assert len(killed) >= 5
    assert done.graded == 40
    assert not done.ungraded
    assert right_marks(s.score for s in done.results.submissions)


def command(folder: Path, out: Path) -> list[str]:
    return [sys.executable, "-m", "autograder", "grade", str(folder), "--out", str(out), "--exercise", "corr2d"]


def test_a_full_disk_gets_one_sentence_and_the_next_run_goes_on(folder, tmp_path):
    out = tmp_path / "out"
    subprocess.run(command(tmp_path / "class", tmp_path / "warm"), cwd=KIT, check=True, capture_output=True)

    def full() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))

    whole = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}  # half a file of it would be in the way of all that follow
    failed = subprocess.run(command(folder, out), cwd=KIT, capture_output=True, text=True, preexec_fn=full, env=whole)
    assert failed.returncode == 1, failed.stderr
    assert "Traceback" not in failed.stderr + failed.stdout
    assert "could not be written" in failed.stderr
    assert not list(out.glob(".*.partial"))
    done = subprocess.run(command(folder, out), cwd=KIT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    results = json.loads((out / "results.json").read_text())
    assert right_marks(s["score"] for s in results["submissions"])


def test_two_graders_on_one_output_folder(folder, tmp_path):
    out = tmp_path / "out"
    both = [
        subprocess.Popen(command(folder, out), cwd=KIT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = [process.communicate(timeout=300)[1] for process in both]
    assert sorted(process.returncode for process in both) == [0, 2], said
    assert sum("Another grader is at work" in text for text in said) == 1
    results = json.loads((out / "results.json").read_text())
    assert right_marks(s["score"] for s in results["submissions"])
    again = subprocess.run(command(folder, out), cwd=KIT, capture_output=True, text=True)
    assert "0 graded, 40 reused" in again.stdout


def test_an_output_folder_is_free_again_when_its_grader_was_killed(tmp_path):
    hold = f"from pathlib import Path; from autograder.classroom.store import Store; s = Store(Path({str(tmp_path)!r}))"
    first = subprocess.Popen(
        [sys.executable, "-c", f"{hold}; print('held', flush=True); input()"],
        cwd=KIT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert first.stdout is not None
    assert first.stdout.readline() == b"held\n"
    with pytest.raises(InUseError, match="Another grader is at work"):
        Store(tmp_path)
    first.kill()
    first.communicate()
    Store(tmp_path).close()
    Store(tmp_path).close()


def test_the_clock_on_the_wall_may_jump(runner, folder, tmp_path, monkeypatch):
    chance = random.Random(1)
    monkeypatch.setattr(time, "time", lambda: chance.choice([0.0, 1e9, 4e9]))
    done = grade(runner, read_class(folder, [CORR2D]), [CORR2D], tmp_path / "out", jobs=2)
    assert right_marks(s.score for s in done.results.submissions)
    assert {c.status for s in done.results.submissions for e in s.exercises for c in e.checks} <= {
        Status.PASSED, Status.FAILED, Status.SKIPPED
    }  # fmt: skip
