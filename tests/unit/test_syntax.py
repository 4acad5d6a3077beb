"""Many threads may ask for syntax trees at once."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor

from autograder.intake.notebooks import parse
from autograder.syntax import tree

SOURCE = "def f(X):\n    return " + " + ".join(f"g({i}, [{i}, (X, {i})])" for i in range(60)) + "\n"


def test_trees_are_made_in_many_threads():
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as lanes:
            found = list(lanes.map(lambda number: (tree if number % 2 else parse)(SOURCE).body[0], range(80)))
    finally:
        sys.setswitchinterval(interval)
    assert {type(node).__name__ for node in found} == {"FunctionDef"}
