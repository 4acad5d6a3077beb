"""Many threads may ask for syntax trees at once."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor

from autograder.intake.notebooks import parse
from autograder.syntax import tree, without_equivalents

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


def test_what_is_said_of_mutants_is_left_out_and_nothing_else():
    plain = b"exercise = Exercise(entry='f')\nexercise.hint('an .equivalent( one')\n"
    said = b"exercise.equivalent('a', 'b')\nexercise.equivalent(\n    'c',\n    'd',\n)\n"
    assert without_equivalents(plain + b"\n" + said) == plain
    assert without_equivalents(plain) == plain
    assert without_equivalents(broken := said + b"def f(:") == broken
