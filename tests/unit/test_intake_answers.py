"""Which file is the answer to which exercise, however the files are called, and what is said of the others."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from autograder.intake import trees
from autograder.intake.archives import Caps
from autograder.intake.classes import read_class
from autograder.intake.locating import locate
from autograder.intake.model import Submission
from autograder.judging.grader import Grader, Library
from autograder.judging.job import Job
from autograder.results import Status
from support import CORR2D, KIT, RIGHT, lay

CONV2D = "ch07_convolution/conv2d"
IDS = [CORR2D, CONV2D]
STUB = (KIT / "exercises" / f"{CORR2D}.py").read_text(encoding="utf-8")
OTHER = "def conv2d(X, K):\n    return X + K\n"
OLD = RIGHT.replace("return", "return 2 *")


def hand_in(tmp_path, files, ids=IDS):
    for place, (name, content) in enumerate(files.items()):
        path = tmp_path / "ann" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        os.utime(path, (1e9 - place, 1e9 - place))  # the first is the newest: the time alone decides nothing here
    (submission,) = read_class(tmp_path, ids)
    return submission


@pytest.mark.parametrize(
    ("files", "taken"),
    [
        ({"corr2d (1).py": RIGHT, "conv2d.py": OTHER}, "corr2d (1).py"),
        ({"Corr2D.py": RIGHT, "conv2d.py": OTHER}, "Corr2D.py"),
        ({"my answer.py": RIGHT, "conv2d.py": OTHER}, "my answer.py"),
        ({"homework.py": RIGHT + OTHER}, None),
        ({"corr2d.py": RIGHT + OTHER}, None),
        ({"conv2d.py": OTHER + RIGHT}, None),
        ({"corr2d (1).py": RIGHT, "corr2d.py": STUB, "conv2d.py": OTHER}, "corr2d (1).py"),
        ({"corr2d.py": STUB, "deep/corr2d.py": RIGHT, "conv2d.py": OTHER}, None),
        ({"corr2d (1).py": OLD, "corr2d (2).py": RIGHT, "conv2d.py": OTHER}, "corr2d (2).py"),
        ({"corr2d (9).py": OLD, "corr2d (10).py": RIGHT, "conv2d.py": OTHER}, "corr2d (10).py"),
        ({"corr2d-v1.py": OLD, "corr2d-v2.py": RIGHT, "conv2d.py": OTHER}, "corr2d-v2.py"),
        ({"corr2d_old.py": OLD, "solution.py": RIGHT, "conv2d.py": OTHER}, "solution.py"),
        ({"corr2d (3).py": OLD, "corr2d.py": RIGHT, "conv2d.py": OTHER}, None),  # its own name, and begun
        ({"draft.py": "def corr2d(X, K)\n", "final.py": RIGHT, "conv2d.py": OTHER}, "final.py"),
        ({"corr2d.py.gz": __import__("gzip").compress(RIGHT.encode()), "conv2d.py": OTHER}, None),
        ({"corr2d.py.xz": __import__("lzma").compress(RIGHT.encode()), "conv2d.py": OTHER}, None),
        ({"homework.py": "my_corr2d = None\n" + RIGHT.replace("corr2d", "mine") + "corr2d = mine\n" + OTHER}, None),
        ({"homework.py": f"if True:\n    {RIGHT.replace(chr(10), chr(10) + '    ').strip()}\n" + OTHER}, None),
    ],
)
def test_answers_are_found_exercise_by_exercise(tmp_path, files, taken):
    submission = hand_in(tmp_path, files)
    assert "unfold" in submission.sources[CORR2D].text
    assert "return 2 *" not in submission.sources[CORR2D].text
    assert "X + K" in submission.sources[CONV2D].text
    said = [note for note in submission.notes if note.endswith(f"was graded as the answer to {CORR2D}")]
    assert said == ([f"{taken} was graded as the answer to {CORR2D}"] if taken else [])


def test_a_stub_below_the_answer_does_not_undo_it(tmp_path):
    submission = hand_in(tmp_path, {"corr2d.py": f"{RIGHT}\n\ndef corr2d(X, K):\n    raise NotImplementedError\n"})
    space = {}
    exec(submission.sources[CORR2D].text, space)
    assert space["corr2d"].__code__.co_firstlineno == 1
    assert not submission.notes


def test_of_two_definitions_it_is_said_which_counts(tmp_path):
    submission = hand_in(tmp_path, {"corr2d.py": OLD + RIGHT})
    assert submission.notes == ["corr2d.py defines corr2d more than once (lines 1, 3): the last one counts"]


@pytest.mark.parametrize(
    "files",
    [
        {"autograder/checks/ch07_convolution/corr2d.py": (KIT / f"autograder/checks/{CORR2D}.py").read_text()},
        {"tests/test_corr2d.py": RIGHT, "kit/autograder/corr2d.py": RIGHT},
        {"solutions/ch07_convolution/corr2d.py": RIGHT},
        {"conv_layer.py": (KIT / "exercises/ch07_convolution/conv_layer.py").read_text()},  # hands out a corr2d
        {"mine.py": (KIT / "exercises/ch07_convolution/conv_layer.py").read_text().replace('"""', "'''")},
        {"lenet.py": "from corr2d import corr2d\n\n\ndef lenet():\n    return corr2d\n"},
        {"settings.py": "corr2d = 3\n"},
    ],
)
def test_the_kit_and_what_it_hands_out_is_nobodys_answer(tmp_path, files):
    submission = hand_in(tmp_path, {**files, "conv2d.py": OTHER})
    assert set(submission.sources) == {CONV2D}
    assert submission.notes == [f"{name} was not graded" for name in files if name in ("settings.py", "mine.py")]


def test_solutions_may_be_what_a_student_calls_a_folder(tmp_path):
    assert hand_in(tmp_path, {"solutions/corr2d.py": RIGHT}).sources[CORR2D].text == RIGHT


def test_every_file_is_accounted_for_once(tmp_path):
    files = {
        "corr2d (1).py": "import helpers\n" + RIGHT,
        "helpers.py": "x = 1\n",
        "old/corr2d (1).py": OLD,
        "notes.txt": "",
        "photo.png": b"\x89PNG",
        "broken.ipynb": "{",
        "secret.py": b"\0\1",
        "lenet.py": "def lenet(): return 1\n",  # not asked for
        "chapter8.ipynb": '{"cells": [{"cell_type": "code", "source": "def lenet(): return 1"}]}',
        "autograder/catalog.py": "x = 1\n",
        "conv_2d.py": "x = 1\n",
    }
    submission = hand_in(tmp_path, files)
    found = {row.file: row.what for row in submission.files}
    assert len(found) == len(submission.files)
    assert found == {
        "corr2d (1).py": "graded",
        "helpers.py": "imported",
        "old/corr2d (1).py": "not graded",
        "photo.png": "not code",
        "notes.txt": "not code",
        "broken.ipynb": "not readable",
        "secret.py": "not readable",
        "conv_2d.py": "graded",  # it bears the name, and there is no other
    }
    assert len(submission.notes) == len(set(submission.notes))
    assert sum("secret.py" in note for note in submission.notes) == 1


def test_a_file_without_a_word_in_it_is_not_called_left(tmp_path):
    submission = hand_in(tmp_path, {"corr2d.py": "", "conv2d.py": OTHER, "mine.py": RIGHT})
    assert submission.notes == [f"mine.py was graded as the answer to {CORR2D}"]
    assert {row.file: row.what for row in submission.files}["corr2d.py"] == "a stub"


@pytest.mark.parametrize("name", ["homework.docx", "scan.pdf", "IMG_1.JPG", "answers.html", "homework.txt"])
def test_what_cannot_be_graded_is_not_called_missing(tmp_path, name):
    submission = hand_in(tmp_path, {name: b"PK"})
    for id in IDS:
        assert submission.sources[id].problem == f"handed in {name}: nothing here can be graded"
        assert submission.sources[id].unreadable
    assert submission.notes == [f"handed in {name}: nothing here can be graded"]


def test_a_document_in_place_of_one_answer_is_not_called_missing(tmp_path):
    submission = hand_in(tmp_path, {"conv2d.py": OTHER, "corr2d.docx": b"PK", "readme.txt": "hello"})
    assert submission.sources[CORR2D].missing
    assert "handed in corr2d.docx: nothing here can be graded" in submission.sources[CORR2D].problem
    assert submission.sources[CONV2D].text == OTHER


@pytest.mark.parametrize("name", ["rest.zip", "rest.rar", "corr2d.docx", "rest/corr2d.py.zip", "rest.tar.xz"])
def test_what_cannot_be_read_beside_good_work_takes_nothing_out_of_the_maximum(tmp_path, name):
    """It would be a lever: ten of ten points for one exercise and a damaged file in place of the other."""
    submission = hand_in(tmp_path, {"conv2d.py": OTHER, name: b"PK\3\4 cut off"})
    source = submission.sources[CORR2D]
    result = Grader(None, Library(lambda _id: None)).grade(Job("ann", CORR2D, source))
    assert (result.status, result.score) == (Status.NOT_ATTEMPTED, 0)
    assert result.max_score > 0
    assert all("until a person has looked at it" in check.message for check in result.checks)
    assert any("a person should look" in flag and CORR2D in flag for flag in submission.flags)
    assert {row.file: row.what for row in submission.files}[name] == "not readable"


def test_beside_a_stub_or_nothing_it_waits_for_a_person(tmp_path):
    stub = (KIT / "exercises" / f"{CONV2D}.py").read_text()
    for n, files in enumerate([{}, {"conv2d.py": stub}]):
        submission = hand_in(tmp_path / str(n), {**files, "rest.zip": b"PK\3\4 cut off"})
        assert submission.sources[CORR2D].unreadable
        assert not submission.flags


def test_what_the_system_here_cannot_read_is_no_lever_and_costs_nothing(tmp_path):
    folder = lay(tmp_path / "ann", {"conv2d.py": OTHER, "corr2d.py": RIGHT})
    failing = [replace(f, read=_fails) if f.name == "corr2d.py" else f for f in trees.folder(folder).files]
    submission = Submission("ann")
    locate(trees.Tree(failing), IDS, submission, Caps())
    assert submission.sources[CORR2D].unreadable
    assert not submission.sources[CORR2D].missing


def _fails(_limit: int) -> bytes:
    raise trees.UnreadError("the file cannot be read: Input/output error", ours=True)


def test_a_readme_alone_is_no_hand_in(tmp_path):
    assert not hand_in(tmp_path, {"readme.txt": "I was ill"}).sources
