"""What is said of a failure under a secret seed names a place only where there is one in what was handed in."""

from __future__ import annotations

import pytest

from autograder import catalog
from autograder.intake.cells import MARK
from autograder.judging.discreet import discreet
from autograder.judging.verdicts import Finding
from autograder.runner.outcome import Kind, Outcome
from support import CORR2D, RIGHT

CELLS = f"{MARK.format(number=1)}\nimport torch\n{MARK.format(number=3)}\n\n{RIGHT}"
HELPERS = {"helpers.py": "def half(X):\n    return X / 0\n"}


@pytest.mark.parametrize(
    ("source", "where", "says"),
    [
        (RIGHT, {"line": 2}, "your code raised ValueError (line 2 of your file)"),
        (CELLS, {"line": 6}, "your code raised ValueError (line 3 of code cell 3)"),
        (RIGHT, {"line": 2, "file": "helpers.py"}, "your code raised ValueError (line 2 of helpers.py)"),
        (RIGHT, {"line": 314}, "your code raised ValueError"),
        (RIGHT, {"line": 314, "file": "helpers.py"}, "your code raised ValueError"),
        (RIGHT, {"line": 2, "file": "X is 0.5.py"}, "your code raised ValueError"),
        (RIGHT, {}, "your code raised ValueError"),
    ],
)
def test_a_place_is_named_as_its_author_knows_it(source, where, says):
    exercise = catalog.load_exercise(CORR2D)
    outcome = Outcome(Kind.RAISED, error="ValueError", message="X is 0.5", **where)
    finding = Finding(exercise.checks[0].cases[0], outcome, None)
    assert discreet(exercise, finding, source, HELPERS) == says
