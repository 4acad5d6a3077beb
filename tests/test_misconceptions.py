"""Misconceptions: how they are written, and the wrong solutions that come of them."""

from __future__ import annotations

import importlib
import sys

import pytest

from autograder.spec.misconception import Misconception, collect, slip

SOLUTION = """import torch

def double(X):
    return X + X

def triple(X):
    return double(X) + X
"""
WRITTEN = '''"""What people get wrong about double."""

import math
import torch

from autograder.spec import misconception, reference, slip
from wrong_ideas._shared import TOO_MUCH, by as times

UNUSED = "X + X"


@slip(UNUSED, "X * X")
def squared():
    """It is squared,
    not doubled."""


@misconception
def doubled_twice(X):
    """It is doubled twice."""
    return reference.double(helper(X))


def helper(X):
    """Not a misconception."""
    return reference.double(X)


@misconception(entry="triple", sentence=TOO_MUCH)
def tenfold(X):
    return times(X, 10)


@slip(("return X", "return 2 * X"), ("2 * X", "3 * X"), sentence=TOO_MUCH)
def one_more(): ...


@misconception
class Doubled:
    """A class."""

    def __init__(self, X):
        self.X = X


@slip("X", "Y", everywhere=True)
def other_name():
    """Another name."""
'''
SHARED = '''"""The shelf."""

import operator

UNUSED = "unused"
TOO_MUCH = "It is too much."


def by(X, n):
    return operator.mul(X, n)
'''


@pytest.fixture
def written(tmp_path, monkeypatch):
    """The misconceptions above as a module that lies beside its chapter's shelf."""
    folder = tmp_path / "wrong_ideas"
    folder.mkdir()
    for name, text in (("__init__", ""), ("double", WRITTEN), ("_shared", SHARED)):
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield importlib.import_module("wrong_ideas.double")
    for name in [name for name in sys.modules if name.split(".")[0] == "wrong_ideas"]:
        del sys.modules[name]


def run(text):
    names = {}
    exec(text, names)
    return names


def test_the_name_is_the_functions_and_the_sentence_its_docstring_or_the_shelfs(written):
    found, _needed = collect(written)
    assert {m.name: m.sentence for m in found} == {
        "squared": "It is squared, not doubled.",
        "doubled_twice": "It is doubled twice.",
        "tenfold": "It is too much.",
        "one_more": "It is too much.",
        "Doubled": "A class.",
        "other_name": "Another name.",
    }


def test_each_becomes_a_wrong_solution(written):
    found, needed = collect(written)
    made = {m.name: m.solution(SOLUTION, ("double", "triple"), needed) for m in found}
    assert run(made["squared"])["double"](5) == 25
    assert run(made["doubled_twice"])["double"](5) == 20
    assert run(made["tenfold"])["triple"](5) == 50
    assert run(made["tenfold"])["double"](5) == 10
    assert run(made["one_more"])["double"](5) == 20
    assert run(made["Doubled"])["double"](5).X == 5
    assert made["other_name"] == SOLUTION.replace("X", "Y")


def test_a_wrong_solution_holds_what_its_code_needs_and_no_sentence(written):
    found, needed = collect(written)
    assert needed.splitlines()[0] == "import operator"  # of the shelf; neither math nor the texts of edits
    assert "UNUSED" not in needed
    text = next(m for m in found if m.name == "Doubled").solution(SOLUTION, ("double",), needed)
    assert "class Doubled:\n\n    def __init__" in text
    assert "A class." not in text


@pytest.mark.parametrize(
    ("edits", "everywhere", "says"),
    [
        ([("X - X", "X")], False, "wrong: the solution does not contain 'X - X'"),
        ([("X - X", "X")], True, "wrong: the solution does not contain 'X - X'"),
        ([("X + X", "0"), ("X + X", "1")], False, "wrong: the solution does not contain 'X + X'"),
        ([("return ", "return 2 * ")], False, "wrong: the solution contains 'return ' 2 times: write more of it"),
    ],
)
def test_an_edit_fits_in_exactly_one_place(edits, everywhere, says):
    with pytest.raises(LookupError, match="wrong: the solution") as caught:
        Misconception("wrong", "", tuple(edits), everywhere).solution(SOLUTION, ("double",))
    assert str(caught.value).startswith(says)


@pytest.mark.parametrize("edits", [(), ("a",), ("a", "b", "c"), ("a", ("b", "c")), (("a", "b", "c"),)])
def test_an_edit_is_a_pair_of_texts(edits):
    with pytest.raises(TypeError, match="an edit is"):
        slip(*edits)


def test_the_sentence_is_said_once():
    def silent(): ...

    def spoken():
        """A sentence."""

    with pytest.raises(ValueError, match="silent: say the learner's sentence once"):
        slip("a", "b")(silent)
    with pytest.raises(ValueError, match="spoken: say the learner's sentence once"):
        slip("a", "b", sentence="Another.")(spoken)
