"""A file that Python cannot read says what it is."""

from __future__ import annotations

import ast
import time

import pytest

from autograder.judging.left_out import WHY, left_out, missed
from autograder.judging.not_python import kind

FILES = {
    "def f[T](x: T) -> T: return x": "Python 3.12",
    "class A[T]: pass": "Python 3.12",
    "type Rows = list[int]": "Python 3.12",
    "x = f'{d['a']}'": "Python 3.12",
    "x = f'{d[\"\\n\"]}'": "Python 3.12",
    "x = t'{a}'": "Python 3.14",
    "try:\n    pass\nexcept ValueError, TypeError:\n    pass": "Python 3.14",
    "print 'hello'": "Python 2",
    "print x": "Python 2",
    "exec 'x = 1'": "Python 2",
    "try:\n    pass\nexcept ValueError, e:\n    pass": "Python 2",
    "raise ValueError, 'no'": "Python 2",
    "x = `1`": "Python 2",
    "x = 1 <> 2": "Python 2",
    "x = 0777": "Python 2",
    "x = 1\n<<<<<<< HEAD\ny = 1\n=======\ny = 2\n>>>>>>> mine": "a merge that was not finished",
    "<!DOCTYPE html>\n<html><body>not found</body></html>": "a web page",
    "\n<html lang='en'>\n": "a web page",
    '{"cells": [], "metadata": {"x": [}': "a notebook",
    "print(\u201chello\u201d)": "typographic quotation marks",
    "if True:\n        x = 1\n\ty = 2": "tabs and spaces are mixed",
    "def f(x)\n    return x": "",
    "x = (1": "",
    "x = 'open": "",
}


@pytest.mark.parametrize("text", FILES)
def test_what_a_file_is(text):
    with pytest.raises(SyntaxError) as error:
        ast.parse(text)
    found = kind(text, error.value.lineno, error.value.msg, type(error.value).__name__, running=(3, 11))
    assert (FILES[text] in found) if FILES[text] else found == ""


def test_what_the_running_python_reads_is_not_called_newer():
    assert "Python 3.12" in kind("class A[T]:", 1, "invalid syntax", "SyntaxError", running=(3, 11))
    assert kind("class A[T]:", 1, "invalid syntax", "SyntaxError", running=(3, 12)) == ""


@pytest.mark.parametrize("line", ["f'" * 50_000, "{" * 100_000, "x " * 50_000 + "<>", "f'{" * 30_000, " " * 100_000])
def test_hostile_lines_take_no_time(line):
    started = time.process_time()
    kind(line, 1, "invalid syntax", "SyntaxError", running=(3, 11))
    assert time.process_time() - started < 2


def test_each_reason_has_its_words():
    facts = dict.fromkeys(("module", "banned", "name", "error", "message", "at"), "thing")
    notes = [{"why": why, "line": 3, **facts} for why in WHY]
    said = [sentence for note in notes for sentence in left_out([note], "")]
    assert len(said) == len(set(said)) == len(WHY)
    assert all(sentence.startswith("line 3 was left out: ") and "{" not in sentence for sentence in said)


def test_of_many_the_first_are_told():
    said = left_out([{"why": "input", "line": n} for n in range(1, 31)], "")
    assert said[0] == "line 1 was left out: it asks for input"
    assert said[-1] == "and 22 more statements were left out"


def test_the_cell_of_a_notebook_is_named():
    source = "# ---- code cell 2 ----\nimport d2l\nlog = open('x', 'w')\n"
    assert left_out([{"why": "writes", "line": 3}], source) == ["line 2 of code cell 2 was left out: it writes a file"]


@pytest.mark.parametrize(
    "note",
    [
        {},
        {"why": ["x"], "line": "3", "file": [1, 2], "made at": 10**400, "made in": 5, "import": 1, "module": [1]},
        {"why": "raised", "line": -1, "name": "{x.__class__}", "error": "{message}", "message": "{error}" * 1000},
    ],
)
def test_notes_may_be_forged(note):
    assert len(left_out([note], "x = 1")[0]) < 1000
    assert len(missed("f(X)", "{at}{why}", note, " (line 1)", "x = 1")) < 1000
