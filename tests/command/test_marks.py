"""Marks on their way to the students, with the real commands: after a policy, and into Moodle's worksheet."""

from __future__ import annotations

import json
import re
import zipfile

import pytest

from autograder.bridges.class_marks import Mark, Marks
from autograder.bridges.moodle import comment
from autograder.bridges.sheet import Sheet, SheetError
from support import FLIPPED, MOODLE_SHEET, RIGHT, hand_in, kata

HEAD = 'due = 2026-11-20T23:59:00\ntimezone = "Europe/Berlin"\n'


def test_the_command_shows_raw_and_final_and_leaves_the_raw_marks_alone(tmp_path):
    for name, text in {"ana": RIGHT, "bo": RIGHT, "cy": FLIPPED}.items():
        hand_in(tmp_path / "class" / name, text)
    arguments = tmp_path / "class", "--out", tmp_path / "out", "--exercise", "corr2d"
    (tmp_path / "times.csv").write_text("student,submitted\nana,2026-11-20T23:00:00\nbo,2026-11-21T10:00:00\n")
    (tmp_path / "policy.toml").write_text(HEAD + 'times = "times.csv"\n[late]\npolicy = "percent"\npercent = 20\n')
    done = kata("grade", *arguments, "--policy", tmp_path / "policy.toml")
    assert done.returncode == 0, done.stderr
    raw = json.loads((tmp_path / "out" / "results.json").read_text())
    assert {s["student"]: s["score"] for s in raw["submissions"]} == {"ana": 10, "bo": 10, "cy": 0}
    row = next(line for line in done.stdout.splitlines() if line.strip().startswith("bo") and "8/10" in line)
    for said in ("10/10", "10 h 1 min", "-2"):
        assert said in row
    assert "counted as in time: cy" in done.stdout
    page = (tmp_path / "out" / "report" / "bo.html").read_text(encoding="utf-8")
    told = "8 of 10 after the course&#39;s rules, 10 of 10 before them. late by 10 h 1 min: 1 days at 20 %, -2"
    assert told in page
    assert "<b>8</b> of 10" in page
    assert not re.search('href="(?!#)', page), "a page that is handed out leads to nobody else"
    marks = Marks.read(tmp_path / "out", final=True)
    assert told.split(". ")[0].replace("&#39;", "&#x27;") in comment(marks.results["bo"], marks.mark("bo").why)
    assert {s: marks.mark(s) for s in marks.students} == {"ana": Mark(10, 10), "bo": Mark(8, 10), "cy": Mark(0, 10)}
    # Graded again without the policy, with other marks: the old final marks are not taken for the new ones.
    hand_in(tmp_path / "class" / "cy", RIGHT)
    kata("grade", *arguments)
    with pytest.raises(SheetError, match="earlier grading"):
        Marks.read(tmp_path / "out", final=True)
    (tmp_path / "policy.toml").write_text("graze = 1\n")
    refused = kata("grade", *arguments, "--policy", tmp_path / "policy.toml")
    assert refused.returncode == 2
    assert "no setting 'graze'" in refused.stderr
    assert refused.stderr.count("\n") == 1


def test_the_command_from_moodles_own_folders_to_its_worksheet(tmp_path):
    for folder, text in (
        ("Erik Vasa_71_assignsubmission_file_", RIGHT),
        ("Aisha Bello_74_assignsubmission_file_", "x = 1\n"),
    ):
        hand_in(tmp_path / "class" / folder, text, "corr2d")
    (tmp_path / "sheet.csv").write_bytes(MOODLE_SHEET.encode())
    done = kata("grade", tmp_path / "class", "--out", tmp_path / "out", "--exercise", "corr2d")
    assert done.returncode == 0, done.stderr
    arguments = tmp_path / "sheet.csv", "--results", tmp_path / "out", "--feedback", tmp_path / "feedback.zip"
    done = kata("export", "moodle", *arguments)
    assert done.returncode == 0, done.stderr
    sheet = Sheet((tmp_path / "sheet-filled.csv").read_bytes())
    grades = {sheet.value(row, 0): sheet.value(row, 5) for row in range(1, 5)}
    # The participant number of the folder decides, not the name.
    assert grades == {
        "Participant 71": "20.00",
        "Participant 72": "12.00",
        "Participant 73": "",
        "Participant 74": "0.00",
    }
    with zipfile.ZipFile(tmp_path / "feedback.zip") as archive:
        pages = {name.split("_")[1]: archive.read(name).decode() for name in archive.namelist()}
    assert "Erik Vasa" in pages["71"]
    assert "Aisha Bello" in pages["74"]
    assert "Erik Vasa" not in pages["74"]
