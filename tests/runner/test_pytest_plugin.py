"""``pytest exercises/``: checks as tests, in the kit's runner, and nothing else of anybody's."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder import catalog
from autograder.bridges.pytest_plugin import kit_of
from autograder.judging import expectations
from autograder.runner import start
from support import FLIPPED, KIT, RIGHT

pytest_plugins = ["pytester"]

FLIP = "The kernel is flipped"
CHECKS = len(catalog.load_exercise("ch07_convolution/corr2d").checks)


@pytest.fixture
def kit(pytester, monkeypatch):
    """A kit to write exercises into: kit(corr2d=source). Its other exercises are not there."""
    monkeypatch.setenv("KATA_CACHE", str(expectations.cache_folder()))
    monkeypatch.delenv("KATA_HOME")
    (pytester.path / "autograder").mkdir()
    (pytester.path / "solutions").symlink_to(KIT / "solutions")

    def write(**sources: str) -> None:
        folder = pytester.path / "exercises" / "ch07_convolution"
        folder.mkdir(parents=True, exist_ok=True)
        for name, source in sources.items():
            (folder / f"{name}.py").write_text(source)

    return write


def stub(name: str) -> str:
    return (KIT / "exercises" / "ch07_convolution" / f"{name}.py").read_text()


def test_every_check_is_a_test(kit, pytester, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    runners = []
    begin = start.start_runner
    monkeypatch.setattr(start, "start_runner", lambda: runners.append(begin()) or runners[-1])
    left = f"open({str(pytester.path / 'imported')!r}, 'w')\n"
    kit(
        corr2d=f"try:\n    {left}except OSError: pass\n{FLIPPED}",
        conv2d="def conv2d(X, K)\n",
        channels=stub("channels"),
    )
    kit(notes="assert False", padding_stride=RIGHT.replace("corr2d(X, K)", "corr2d_padded(X, K, padding, stride)"))
    result = pytester.runpytest_inprocess("exercises", "-v", "-rfs", "--color=no")
    shown = result.stdout.str()
    outcomes = result.parseoutcomes()
    assert outcomes["failed"] > 8
    assert set(outcomes) <= {"failed", "skipped"}
    assert "corr2d.py::sums_each_window FAILED" in shown
    assert "corr2d: sums the products of the kernel with each window of the input" in shown
    assert FLIP in shown
    assert "conv2d: " in shown
    assert "your file is not Python (line 1" in shown
    assert "channels.py:1: not started" in shown
    assert "notes.py" not in shown
    # Neither a traceback nor a frame of the grader's.
    assert "Traceback" not in shown
    assert "autograder/" not in shown
    # The summary says what is wrong.
    assert "corr2d.py::sums_each_window - The kernel is flipped" in shown
    assert len(runners) == 1
    assert not (pytester.path / "imported").exists()


def test_what_waits_for_another_check_is_skipped(kit, pytester, grade_source):
    source = "def pool2d(X, pool_size, mode='max', padding=0, stride=None):\n    return X\n"
    waiting = [c for c in grade_source("ch07_convolution/pool2d", source).checks if c.status == "skipped"]
    assert waiting
    kit(pool2d=source)
    result = pytester.runpytest_inprocess("exercises", "-rs", "--color=no")
    assert result.parseoutcomes()["skipped"] == len(waiting)
    assert "waits for: " in result.stdout.str()


def test_files_and_names_may_be_chosen(kit, pytester):
    kit(corr2d=RIGHT, conv2d="raise SystemExit(3)")
    result = pytester.runpytest_inprocess("exercises/ch07_convolution/corr2d.py", "--junitxml=out.xml")
    result.assert_outcomes(passed=CHECKS)
    assert 'name="sums_each_window"' in (pytester.path / "out.xml").read_text()
    elsewhere = pytester.mkdir("elsewhere")
    result = pytester.runpytest_inprocess("--rootdir", elsewhere, pytester.path / "exercises", "-k", "corr2d and sums")
    assert result.parseoutcomes()["passed"] == 1


def test_a_grader_that_fails_says_so(kit, pytester, monkeypatch):
    kit(corr2d=RIGHT)

    def broken() -> None:
        raise RuntimeError("no process")

    monkeypatch.setattr(start, "start_runner", broken)
    result = pytester.runpytest_inprocess("exercises", "--color=no")
    result.assert_outcomes(failed=CHECKS)
    result.stdout.fnmatch_lines(["*The grader failed, not you: RuntimeError: no process*"])
    assert "Traceback" not in result.stdout.str()


def test_other_projects_are_left_alone(kit, pytester):
    """The same names, but no kit: pytest does what it always does."""
    (pytester.path / "autograder").rmdir()
    kit(corr2d="def test_mine():\n    pass\n", test_more="def test_more():\n    pass\n")
    pytester.runpytest_inprocess("exercises").assert_outcomes(passed=1)
    pytester.runpytest_inprocess("exercises/ch07_convolution/corr2d.py").assert_outcomes(passed=1)


def test_only_exercises_of_a_kit_are_its_own(monkeypatch):
    exercises = KIT / "exercises"
    assert kit_of(exercises / "ch07_convolution" / "corr2d.py") == KIT
    monkeypatch.delenv("KATA_HOME")
    assert kit_of(exercises / "ch07_convolution" / "corr2d.py") == KIT
    for path in (
        KIT / "solutions" / "ch07_convolution" / "corr2d.py",
        KIT / "tests" / "sample_class" / "ch07_convolution" / "corr2d.py",
        exercises / "ch07_convolution" / "pictures" / "draw.py",
        exercises / "ch07_convolution" / "corr2d.md",
        exercises / "corr2d.py",
        Path("/corr2d.py"),
    ):
        assert kit_of(path) is None
