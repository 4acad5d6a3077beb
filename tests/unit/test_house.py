"""Small things of a class's house: its output folder within it, cells of tables, files that may be open."""

from __future__ import annotations

import csv
import sys

import pytest

from autograder.bridges.class_marks import _name
from autograder.cli.base import open_files
from autograder.errors import KitError
from autograder.intake.classes import read_class
from autograder.results import Results, SubmissionResult
from autograder.tables import cell, csv_parts
from support import CORR2D, RIGHT, hand_in


@pytest.mark.parametrize("where", ["out", "ann_out", "."])
def test_an_output_folder_in_the_class_is_nobodys_work(tmp_path, where):
    hand_in(tmp_path / "ann", RIGHT)
    hand_in(tmp_path / "bob", RIGHT)
    out = tmp_path / where
    (out / "report").mkdir(parents=True)
    (out / "report" / "ann.html").write_text("x")
    (out / ".grading.lock").touch()
    assert [student.name for student in read_class(tmp_path, [CORR2D]).students] == ["ann", "bob"]


FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(1)",
    " =1+1",
    "\t=1+1",
    "\u00a0=1",
    "\uff1d1+1",
    "\uff0b1",
    "\uff0d1",
    "\uff20a",
    "\u22121",
]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_is_a_formula(text):
    results = Results("1", "public", {}, "strict", [SubmissionResult.of(text, [])])
    rows = list(csv.reader(b"".join(csv_parts(results, [])).decode("utf-8-sig").splitlines(keepends=True)))
    assert rows[1][0] == f"'{text}" == cell(text)
    assert _name(rows[1][0], [text]) == text
    assert cell(f"ann {text}") == f"ann {text}"


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such limit")
def test_few_open_files_are_raised_or_a_sentence(monkeypatch):
    import resource

    found: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "setrlimit", lambda _which, limits: found.append(limits))
    monkeypatch.setattr(resource, "getrlimit", lambda _which: (64, 1024))
    open_files()
    assert found == [(1024, 1024)]
    monkeypatch.setattr(resource, "getrlimit", lambda _which: (64, 64))
    with pytest.raises(KitError, match="Only 64 files"):
        open_files()
