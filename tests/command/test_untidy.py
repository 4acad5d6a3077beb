"""A class as it really comes, graded by the command: what is said of it, and where."""

from __future__ import annotations

import csv
import json
from types import SimpleNamespace

import pytest

from support import CORR2D, FLIPPED, RIGHT, kata_in_process

CONV2D = "ch07_convolution/conv2d"
OTHER = RIGHT.replace("corr2d", "conv2d").replace("* K)", "* K.flip(0, 1))")
HANDED_IN = {
    "ann/corr2d (1).py": RIGHT,
    "ann/conv2d.py": OTHER,
    "bob.rar": "Rar!\x1a\7\0 and more",
    "cyd/homework.docx": "PK",
    "dan/homework.py": RIGHT + OTHER,
    "eve/corr2d.py": FLIPPED,
    "eve/scan.png": "PNG",
    "fay/readme.txt": "I was ill",
}


def rows(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    top = tmp_path_factory.mktemp("untidy")
    for name, text in HANDED_IN.items():
        path = top / "class" / "homework7" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (top / "roster.csv").write_text("student,id\nann,1\nbob,2\ncyd,3\ndan,4\neve,5\nfay,6\nGus Ode,7\n")
    chosen = "--exercise", "corr2d", "--exercise", "conv2d", "--device", "cpu"
    command = "grade", top / "class", "--out", top / "out", *chosen
    done = kata_in_process(*command, "--roster", top / "roster.csv")
    return SimpleNamespace(top=top, out=top / "out", done=done, command=command)


def test_what_was_not_graded_is_apart_from_0_points(graded):
    assert graded.done.returncode == 1
    assert rows(graded.out / "grades.csv") == [
        ["student", CORR2D, CONV2D, "score", "max_score"],
        ["ann", "10", "5", "15", "15"],
        ["bob", "ungraded", "ungraded", "ungraded", "0"],
        ["cyd", "ungraded", "ungraded", "ungraded", "0"],
        ["dan", "10", "5", "15", "15"],
        ["eve", "0", "0", "0", "15"],
        ["fay", "0", "0", "0", "15"],
    ]
    found = json.loads((graded.out / "results.json").read_bytes())["submissions"]
    assert {s["student"]: {e["status"] for e in s["exercises"]} for s in found} == {
        "ann": {"passed"}, "bob": {"ungraded"}, "cyd": {"ungraded"}, "dan": {"passed"},
        "eve": {"not_attempted", "failed"}, "fay": {"not_attempted"},
    }  # fmt: skip


def test_it_is_said_at_the_command_line(graded):
    said = graded.done.stderr.splitlines()
    assert said == [
        "kata: The class was found inside of homework7.",
        "kata: not graded, a person must look: bob (conv2d, corr2d)",
        "kata: not graded, a person must look: cyd (conv2d, corr2d)",
        "kata: handed in nothing: Gus Ode",
    ]
    assert "cyd: handed in homework.docx: nothing here can be graded" in graded.done.stdout


def test_every_file_is_in_notes_csv_once(graded):
    head, *lines = rows(graded.out / "notes.csv")
    assert head == ["student", "file", "what", "why"]
    assert [line[:3] for line in lines if line[1]] == [
        ["ann", "conv2d.py", "graded"],
        ["ann", "corr2d (1).py", "graded"],
        ["cyd", "homework.docx", "not readable"],
        ["dan", "homework.py", "graded"],
        ["eve", "corr2d.py", "graded"],
        ["eve", "scan.png", "not code"],
        ["fay", "readme.txt", "not code"],
    ]
    assert ["bob", "", "not readable", "archives of this kind are not read: hand in a .zip"] in lines
    assert ["Gus Ode", "", "nothing handed in", ""] in lines


def test_the_class_page_names_who_to_look_at_first(graded):
    page = (graded.out / "report.html").read_text(encoding="utf-8")
    section = page[page.index('id="look"') : page.index('id="students"')]
    places = [section.index(f">{name}<") for name in ("bob", "cyd", "ann", "Gus Ode")]
    assert places == sorted(places)
    assert "dan" not in section
    assert "eve" not in section


def test_one_student_is_graded_and_the_others_stay(graded):
    before = rows(graded.out / "notes.csv")
    answer = graded.top / "class" / "homework7" / "eve" / "corr2d.py"
    answer.write_text(RIGHT)
    done = kata_in_process(*graded.command, "--student", "eve")
    assert done.returncode == 0, done.stderr
    assert "1 graded, 1 reused" in done.stdout
    table = {row[0]: row[1:] for row in rows(graded.out / "grades.csv")}
    assert table["eve"] == ["10", "0", "10", "15"]
    assert table["ann"] == ["10", "5", "15", "15"]
    assert list(table) == ["student", "ann", "bob", "cyd", "dan", "eve", "fay"]
    assert sorted(rows(graded.out / "notes.csv")) == sorted(before)
    assert (graded.out / "report" / "ann.html").is_file()
    answer.write_text(FLIPPED)


def test_a_folder_of_one_student_is_graded(graded, tmp_path):
    folder = graded.top / "class" / "homework7" / "ann"
    done = kata_in_process("grade", folder, "--out", tmp_path / "out", "--exercise", "corr2d", "--device", "cpu")
    assert done.returncode == 0, done.stderr
    assert rows(tmp_path / "out" / "grades.csv")[1] == ["ann", "10", "10", "10"]


def test_a_folder_of_one_student_is_graded_among_the_results_of_the_class(graded):
    before = rows(graded.out / "grades.csv")
    folder = graded.top / "class" / "homework7" / "dan"
    done = kata_in_process("grade", folder, *graded.command[2:])
    assert done.returncode == 0, done.stderr
    assert "0 graded, 2 reused" in done.stdout
    assert rows(graded.out / "grades.csv") == before
    another = kata_in_process("grade", graded.top, *graded.command[2:])
    assert another.returncode != 0
    assert "holds the results of" in another.stderr


def test_what_was_graded_can_be_looked_at(graded):
    shown = kata_in_process("show", "ann", "corr2d", "--results", graded.out)
    assert shown.returncode == 0, shown.stderr
    assert RIGHT in shown.stdout
    assert "10 of 10 points" in shown.stdout
    assert "What was graded, from corr2d (1).py:" in shown.stdout
    assert f"corr2d (1).py was graded as the answer to {CORR2D}" in shown.stdout
    again = shown.stdout.partition("To grade it again: ")[2].splitlines()[0]
    assert again == f"kata grade {graded.top / 'class'} --student ann --exercise {CORR2D} --out {graded.out / 'again'}"
    unread = kata_in_process("show", "cyd", "conv2d", "--results", graded.out, "--class", graded.top / "class")
    assert "handed in homework.docx: nothing here can be graded" in unread.stdout
    assert "has changed" not in unread.stdout
    nobody = kata_in_process("show", "ann b", "corr2d", "--results", graded.out)
    assert (nobody.returncode, nobody.stderr) == (2, "kata: There is no student 'ann b'. Did you mean ann?\n")
    nothing = kata_in_process("show", "ann", "corr2d", "--results", graded.top)
    assert nothing.stderr == f"kata: {graded.top} holds no results of 'kata grade'.\n"


def test_what_has_changed_since_it_was_graded_is_said_to_have(graded):
    answer = graded.top / "class" / "homework7" / "dan" / "homework.py"
    before = answer.read_text()
    answer.write_text(before + "# changed\n")
    shown = kata_in_process("show", "dan", "corr2d", "--results", graded.out)
    answer.write_text(before)
    assert "has changed since: grade it again" in shown.stdout
