"""Many threads may ask for syntax trees at once; what a statement defines is told from its tree."""

from __future__ import annotations

import ast
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from autograder.intake.notebooks import parse
from autograder.syntax import bound, tree, without_equivalents

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


@pytest.mark.parametrize(
    ("statement", "names"),
    [
        ("def f(a, b=(c := 1)):\n    d = 2", {"f"}),
        ("class C:\n    x = 1", {"C"}),
        ("import a.b, c as d\n", {"a", "d"}),
        ("from m import *", set()),
        ("a, (b, *c) = d = 1, (2, 3)", {"a", "b", "c", "d"}),
        ("if (n := 3) > 2:\n    import x.y\nelse:\n    def g():\n        hidden = 1", {"n", "x", "g"}),
        ("for i in y:\n    with open(z) as f:\n        t = [u for u in f]", {"i", "f", "t"}),
        ("match p:\n    case [q, *r] if (s := q):\n        pass\n    case {'k': v, **w}:\n        pass", set("qrsvw")),
        ("print(a.b)", set()),
        ("x.y = z[0] = 1", set()),
    ],
)
def test_what_a_statement_gives_a_value(statement, names):
    assert bound(ast.parse(statement).body[0]) == names
