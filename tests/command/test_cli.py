"""The real command, as its users start it."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from support import FLIPPED, KIT, RIGHT, copy_of_the_kit, hand_in, kata, kata_in_process


@pytest.fixture(scope="module")
def kit(tmp_path_factory):
    """A copy of the kit for a learner to write in."""
    return copy_of_the_kit(tmp_path_factory.mktemp("kit"), "exercises", "solutions", "autograder")


def test_list_names_every_exercise():
    from autograder import catalog

    shown = kata("list").stdout
    assert all(entry.name in shown for entry in catalog.entries().values())


def test_names_may_be_short_and_unknown_ones_suggest_the_nearest():
    for short in ("ch07", "corr2"):
        assert "corr2d" in kata_in_process("list", short).stdout
    unknown = kata_in_process("check", "cor2d")
    assert unknown.returncode == 2
    assert "Did you mean corr2d?" in unknown.stderr
    ambiguous = kata_in_process("check", "corr")
    assert ambiguous.returncode == 2
    assert "'corr' may mean ch07_convolution/corr2d or " in ambiguous.stderr


def test_a_learner_from_the_stub_to_full_marks(kit):
    first = kata("check", "corr2d", cwd=kit)
    assert first.returncode == 1
    assert "Not started yet" in first.stdout
    hand_in(kit / "exercises", FLIPPED)
    wrong = kata("check", "corr2d", cwd=kit / "exercises" / "ch07_convolution")
    assert wrong.returncode == 1
    for expected in ("The kernel is flipped", "expected", "got", "to see it again", "kata hint corr2d"):
        assert expected in wrong.stdout
    assert "Traceback" not in wrong.stdout + wrong.stderr
    hints = [kata("hint", "corr2d", cwd=kit).stdout for _ in range(2)]
    assert hints[0].startswith("Hint 1 of")
    assert hints[1].startswith("Hint 2 of")
    hand_in(kit / "exercises", RIGHT)
    right = kata("check", "corr2d", cwd=kit)
    assert right.returncode == 0, right.stdout
    assert "All correct" in right.stdout
    assert ":)" in kata("list", "ch07", cwd=kit).stdout
    reset = kata("reset", "corr2d", "--yes", cwd=kit)
    assert reset.returncode == 0
    kept = next((kit / ".kata" / "backup").glob("*.py"))
    assert kept.read_text() == RIGHT
    assert "NotImplementedError" in (kit / "exercises/ch07_convolution/corr2d.py").read_text()


def test_the_snippet_of_a_failure_runs_as_it_is(kit):
    hand_in(kit / "exercises", FLIPPED)
    shown = kata("check", "corr2d", cwd=kit, COLUMNS="400").stdout
    lines = shown.split("to see it again:")[1].splitlines()[1:]
    snippet = "\n".join(line.strip() for line in lines if line.strip())
    snippet = re.split(r"\n\d+ (?:more|of)\b", snippet)[0]
    done = subprocess.run([sys.executable, "-c", snippet], cwd=kit, capture_output=True, text=True)
    assert done.returncode == 0, (snippet, done.stderr)
    assert "tensor(" in done.stdout
    kata("reset", "corr2d", "--yes", cwd=kit)


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("def corr2d(X, K):\n    return X.nonsense\n", "crashed"),
        (
            "import torch\ndef corr2d(X, K):\n    return torch.conv2d(X[None, None], K[None, None])\n",
            "forbidden shortcut",
        ),
        ("def corr2d(X, K):\n    while True:\n        pass\n", "too slow"),
        ("def corr2d(X, K):\n    return X.new_zeros(1 << 50)\n", "too much memory"),
        ("def corr2d(X, K)\n", "not Python"),
        ("x = '\0'", "NUL"),
    ],
)
def test_failures_look_different(kit, source, says):
    hand_in(kit / "exercises", source)
    done = kata("check", "corr2d", cwd=kit)
    assert done.returncode == 1
    assert says in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    kata("reset", "corr2d", "--yes", cwd=kit)


def test_outside_of_a_kit_there_is_one_sentence(tmp_path):
    done = kata("check", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert kata("list", "ch07", cwd=tmp_path, home=KIT).returncode == 0


def grade(folder, out, *more, **kw):
    return kata("grade", folder, "--out", out, "--exercise", "corr2d", *more, **kw)


def test_bad_input_gets_one_sentence(tmp_path):
    (tmp_path / "class" / "a").mkdir(parents=True)
    file = tmp_path / "file"
    file.write_text("")
    for arguments, says in (
        ((tmp_path / "missing", tmp_path / "out"), "There is no folder"),
        ((file, tmp_path / "out"), "is a file"),
        ((tmp_path / "class", file), "cannot be written"),
        ((tmp_path / "class", file / "below"), "cannot be written"),
    ):
        done = kata_in_process("grade", *arguments[:1], "--out", *arguments[1:], "--exercise", "corr2d")
        assert done.returncode == 2, done.stdout + done.stderr
        assert says in done.stderr
        assert done.stderr.count("\n") == 1
    folder, out = tmp_path / "class", tmp_path / "out"
    for arguments, says in (
        ((folder, "--out", out, "--exercise", "nonsense"), "nonsense"),
        ((folder,), "--out"),
        ((folder, "--out", out, "--jobs", "-1"), "--jobs"),
    ):
        done = kata_in_process("grade", *arguments)
        assert done.returncode == 2, done.stdout + done.stderr
        assert says in done.stderr
        assert done.stderr.count("\n") == 1
    assert not out.exists()
    real = grade(tmp_path / "missing", out)
    assert real.returncode == 2
    assert "There is no folder" in real.stderr
    assert real.stderr.count("\n") == 1


def test_a_second_run_grades_only_what_changed(tmp_path):
    folder, out = tmp_path / "class", tmp_path / "out"
    for name, text in {"right": RIGHT, "wrong": FLIPPED, "=cmd()": RIGHT}.items():
        hand_in(folder / name, text)
    first = grade(folder, out)
    assert first.returncode == 0, first.stderr
    assert "3 graded, 0 reused" in first.stdout
    results = json.loads((out / "results.json").read_text())
    assert {s["student"]: s["score"] for s in results["submissions"]} == {"right": 10, "wrong": 0, "=cmd()": 10}
    assert "'=cmd()" in (out / "grades.csv").read_text("utf-8-sig")
    assert (out / "report.html").exists()
    again = grade(folder, out)
    assert "0 graded, 3 reused" in again.stdout
    assert json.loads((out / "results.json").read_text()) == results
    hand_in(folder / "wrong", RIGHT + "# mended\n")
    changed = grade(folder, out)
    assert "1 graded, 2 reused" in changed.stdout
    assert "0 -> 10" in changed.stdout
    other_seed = grade(folder, out, "--seed", "secret")
    assert "3 graded, 0 reused" in other_seed.stdout


def test_the_same_seed_gives_the_same_marks_and_messages(tmp_path):
    hand_in(tmp_path / "class" / "wrong", FLIPPED)
    found = []
    for out in ("one", "two"):
        grade(tmp_path / "class", tmp_path / out, "--seed", "s")
        results = json.loads((tmp_path / out / "results.json").read_text())
        for submission in results["submissions"]:
            for exercise in submission["exercises"]:
                exercise.pop("seconds")
                for check in exercise["checks"]:
                    check.pop("seconds")
        found.append(results)
    assert found[0] == found[1]


def test_the_contract_of_results_json(tmp_path):
    hand_in(tmp_path / "class" / "wrong", FLIPPED)
    grade(tmp_path / "class", tmp_path / "out")
    results = json.loads((tmp_path / "out" / "results.json").read_text())
    assert set(results) == {"schema_version", "kit_version", "seed", "environment", "isolation", "submissions"}
    assert results["schema_version"] == 1
    submission = results["submissions"][0]
    assert set(submission) == {"student", "score", "max_score", "exercises"}
    assert set(submission["exercises"][0]) == {"id", "status", "score", "max_score", "seconds", "checks"}
    check = submission["exercises"][0]["checks"][0]
    assert set(check) == {"name", "status", "score", "max_score", "message", "diagnosis", "visibility", "seconds"}
    assert check["diagnosis"].startswith("The kernel is flipped")


def test_a_killed_run_goes_on_where_it_stopped(tmp_path):
    folder, out = tmp_path / "class", tmp_path / "out"
    for number in range(150):
        hand_in(folder / f"s{number:03}", RIGHT + f"# {number}\n")
    command = [sys.executable, "-m", "autograder", "grade", folder, "--out", out, "--exercise", "corr2d", "--jobs", "2"]
    process = subprocess.Popen(list(map(str, command)), cwd=KIT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    store = out / ".grading.sqlite"
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and not (store.exists() and count(store) >= 10):
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    kept = count(store)
    assert kept >= 10
    done = grade(folder, out)
    assert done.returncode == 0, done.stderr
    assert f"{150 - kept} graded, {kept} reused" in done.stdout
    results = json.loads((out / "results.json").read_text())
    assert [s["score"] for s in results["submissions"]] == [10] * 150


def count(store: Path) -> int:
    import sqlite3

    try:
        with sqlite3.connect(f"file:{store}?mode=ro", uri=True) as connection:
            return connection.execute("select count(*) from results").fetchone()[0]
    except sqlite3.Error:
        return 0
