"""Whatever the standard streams and the locale are like: no traceback, and the marks and the names are written rightly."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from support import CORR2D, KIT, RIGHT, hand_in

NAMES = ["ann", "françois", "王小明"]
PLAIN_LOCALE = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A class and its output folder: what follows is fast, since everything is reused."""
    place = tmp_path_factory.mktemp("streams")
    for name in NAMES:
        hand_in(place / "class" / name, RIGHT)
    done = run(place, "")
    assert done.returncode == 0, done.stderr
    return place


def run(place, redirection: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = f"{sys.executable} -m autograder grade {place}/class --out {place}/out --exercise {CORR2D} {redirection}"
    return subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command}"], cwd=KIT, env=os.environ | environment, capture_output=True,
        encoding="utf-8", errors="replace",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("redirection", "environment"),
    [
        ("", {"PYTHONIOENCODING": "ascii"}),
        ("", {"LC_ALL": "C"}),
        ("", PLAIN_LOCALE),
        ("", {"PYTHONIOENCODING": "latin-1:strict"}),
        ("| head -1", {}),
        (">&-", {}),
        (">&- 2>&- <&-", {}),
    ],
)
def test_no_traceback_and_the_right_marks(graded, redirection, environment):
    for path in (graded / "out").glob("*.csv"):
        path.unlink()
    done = run(graded, redirection, **environment)
    assert "Traceback" not in done.stdout + done.stderr
    assert "The grader failed" not in done.stderr
    assert done.returncode in ((0, 1) if "head" in redirection else (0,)), done.stderr
    rows = (graded / "out" / "grades.csv").read_text(encoding="utf-8-sig").splitlines()
    assert sorted(row.split(",")[0] for row in rows[1:]) == sorted(NAMES)
    assert {row.split(",")[1] for row in rows[1:]} == {"10"}
    assert all(name in (graded / "out" / "report.html").read_text(encoding="utf-8") for name in NAMES)
