"""What Moodle, Canvas and Gradescope deliver is graded as it comes, and it stays known who is who there."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime

import pytest

from autograder.intake.classes import read_class
from autograder.intake.deliveries import gradescope_people
from support import CORR2D, DROPOUT, lay, packed

IDS = [CORR2D, DROPOUT]


def texts(submission):
    return {id.split("/")[1]: source.text.strip() for id, source in submission.sources.items()}


MOODLE = {
    "Ada King Lovelace_123456_assignsubmission_file_/corr2d.py": "ada = 1",
    "Ada King Lovelace_123456_assignsubmission_file_/dropout.py": "ada = 2",
    "Ada King Lovelace_123456_assignsubmission_onlinetext_/onlinetext.html": "<p>see my files</p>",
    "Jean-Luc O'Neil_77_assignsubmission_file/hw.zip": packed({"ch07_convolution/corr2d.py": "jean = 1"}),
    "王小明_8_assignsubmission_file_corr2d.py": "wang = 1",
    "王小明_8_assignsubmission_file_dropout.py": "wang = 2",
    "Ada King Lovelace_9_assignsubmission_file_/corr2d.py": "other ada = 1",
}


@pytest.mark.parametrize("archive", [False, True])
def test_moodle(tmp_path, archive):
    if archive:
        place = tmp_path / "Course-HW7-4711.zip"
        place.write_bytes(packed(MOODLE))
    else:
        place = lay(tmp_path, MOODLE)
    found = {s.student: s for s in read_class(place, IDS)}
    assert {name: s.ids for name, s in found.items()} == {
        "Ada King Lovelace (123456)": {"moodle": "123456"},
        "Ada King Lovelace (9)": {"moodle": "9"},
        "Jean-Luc O'Neil": {"moodle": "77"},
        "王小明": {"moodle": "8"},
    }
    assert texts(found["Ada King Lovelace (123456)"]) == {"corr2d": "ada = 1", "dropout": "ada = 2"}
    assert texts(found["Ada King Lovelace (9)"]) == {"corr2d": "other ada = 1"}
    assert texts(found["Jean-Luc O'Neil"]) == {"corr2d": "jean = 1"}
    assert texts(found["王小明"]) == {"corr2d": "wang = 1", "dropout": "wang = 2"}


def test_canvas(tmp_path):
    notebook = {"cells": [{"cell_type": "code", "source": "def dropout(X, p): return X", "metadata": {}}]}
    lay(
        tmp_path,
        {
            "lovelaceada_12345_67890_corr2d.py": "ada = 1",
            "lovelaceada_12345_67891_dropout-2.py": "ada = 2",
            "hopperwilliam_LATE_555_1_corr2d-1.py": "late = 1",
            "zhang_777_2_hw_7.zip": packed({"corr2d.py": "zhang = 1"}),
            "noether_888_3_week7-1.ipynb": json.dumps(notebook),
            "nobody_999_4_essay.docx": "PK",
            "gradebook.csv": "not a student",
        },
    )
    found = {s.student: s for s in read_class(tmp_path, IDS)}
    assert {name: s.ids["canvas"] for name, s in found.items()} == {
        "lovelaceada": "12345", "hopperwilliam": "555", "zhang": "777", "noether": "888", "nobody": "999"
    }  # fmt: skip
    assert texts(found["lovelaceada"]) == {"corr2d": "ada = 1", "dropout": "ada = 2"}
    assert texts(found["hopperwilliam"]) == {"corr2d": "late = 1"}
    assert "Canvas marks corr2d-1.py as late" in found["hopperwilliam"].notes
    assert texts(found["zhang"]) == {"corr2d": "zhang = 1"}
    assert "return X" in texts(found["noether"])["dropout"]
    assert {source.problem for source in found["nobody"].sources.values()} == {
        "handed in essay.docx: nothing here can be graded"
    }


METADATA = """---
submission_4711:
  :submitters:
  - :name: Ada Lovelace
    :sid: '12345'
    :email: ada@example.edu
  - :name: 'Grace O''Hopper'
    :sid:
    :email: "grace@example.edu"
  :created_at: 2026-03-14 15:09:26.000000000 Z
  :results:
    :tests:
    - :name: 'submission_99:'
      :email: nobody
submission_4712:
  :submitters:
  - :name: 'Emmy Noether'
    :email: emmy@example.edu
  :score: 3.0
"""


def test_gradescope(tmp_path):
    lay(
        tmp_path,
        {
            "submission_metadata.yml": METADATA,
            "submission_4711/corr2d.py": "ada = 1",
            "submission_4712/ch04_regularization/dropout.py": "emmy = 1",
            "submission_4713/corr2d.py": "unknown = 1",
        },
    )
    class_ = read_class(tmp_path, IDS)
    moment = datetime(2026, 3, 14, 15, 9, 26, tzinfo=UTC)
    assert class_.times == {"Ada Lovelace": moment, "Grace O'Hopper": moment}
    found = {s.student: s for s in class_}
    assert {name: s.ids for name, s in found.items()} == {
        "Ada Lovelace": {"gradescope": "4711", "sid": "12345", "mail": "ada@example.edu"},
        "Grace O'Hopper": {"gradescope": "4711", "mail": "grace@example.edu"},
        "Emmy Noether": {"gradescope": "4712", "mail": "emmy@example.edu"},
        "submission_4713": {"gradescope": "4713"},
    }  # fmt: skip
    assert texts(found["Emmy Noether"]) == {"dropout": "emmy = 1"}
    assert texts(found["Ada Lovelace"]) == texts(found["Grace O'Hopper"]) == {"corr2d": "ada = 1"}
    assert found["Ada Lovelace"].notes == ["handed in by a group of 2"]


@pytest.mark.parametrize(
    ("written", "hour"),
    [
        ("2026-03-14 15:09:26.123456000 Z", 15),
        ("2026-03-14T15:09:26.1-07:00", 22),
        ("'2026-03-14 15:09:26 +0100'", 14),
        ("2026-03-14 15:09:26", 15),
        ("2026-03-14 15:09:26 UTC", 15),
        ("2026-99-14 15:09:26 Z", None),
        ("yesterday", None),
    ],
)
def test_the_times_of_gradescope_are_moments(written, hour):
    text = METADATA.replace("2026-03-14 15:09:26.000000000 Z", written)
    submitted = gradescope_people(text)["submission_4711"][0].submitted
    assert submitted == (hour and datetime(2026, 3, 14, hour, 9, 26, tzinfo=UTC))


def test_metadata_that_are_none_name_nobody():
    for text in ("", "{}", "\0" * 100, "submission_1:\n  :submitters:\n  - broken", METADATA[:40], ":name: x"):
        assert gradescope_people(text) == {}


def test_nobody_takes_another_students_number(tmp_path):
    lay(
        tmp_path,
        {
            "Mallory_111_assignsubmission_file_x_999_assignsubmission_file_corr2d.py": "x = 1",
            "Ada_999_assignsubmission_file_/corr2d.py": "a = 1",
        },
    )
    assert read_class(tmp_path, IDS).people == {"Ada": {"moodle": "999"}, "Mallory": {"moodle": "111"}}


def test_every_student_has_a_name_of_their_own(tmp_path):
    lay(
        tmp_path, {"Ann_5_assignsubmission_file_/corr2d.py": "a = 5", "Ann_6_assignsubmission_file_/corr2d.py": "a = 6"}
    )
    lay(tmp_path, {"Ann (5)/corr2d.py": "a = 0", "red\x1b[31m/corr2d.py": "r = 1"})
    lay(tmp_path, {f"{os.fsdecode(name)}/corr2d.py": repr(name) for name in (b"bad\xff", b"bad\xfe")})
    found = {s.student: s.sources[CORR2D].text for s in read_class(tmp_path, IDS)}
    assert found == {
        "Ann (5)": "a = 0", "Ann (5)'": "a = 5", "Ann (6)": "a = 6", "red\\x1b[31m": "r = 1",
        "bad\\udcff": repr(b"bad\xff"), "bad\\udcfe": repr(b"bad\xfe"),
    }  # fmt: skip


def test_files_and_archives_are_named_after_their_students(tmp_path):
    lay(
        tmp_path,
        {
            "ada.py": "def corr2d(X, K): return 1\n\ndef dropout(X, p): return 2\n",
            "ben.zip": packed({"exercises/ch07_convolution/corr2d.py": "ben = 1"}),
            "cleo/corr2d.py": "cleo = 1",
            "cleo.zip": packed({"dropout.py": "cleo = 2"}),
            "dora.rar": "Rar!",
            "README.md": "hello",
            ".DS_Store": "",
        },
    )
    (tmp_path / "eve.py").symlink_to("/etc/passwd")
    ada, ben, cleo, dora, eve = read_class(tmp_path, IDS)
    assert ada.sources[CORR2D].text == ada.sources[DROPOUT].text == (tmp_path / "ada.py").read_text()
    assert texts(ben) == {"corr2d": "ben = 1"}
    assert texts(cleo) == {"corr2d": "cleo = 1", "dropout": "cleo = 2"}
    assert "hand in a .zip" in dora.sources[CORR2D].problem
    assert "symbolic link" in str(eve.notes)
    assert not eve.sources
    assert [s.student for s in (ada, ben, cleo, dora)] == ["ada", "ben", "cleo", "dora"]


def test_the_only_file_for_the_only_exercise_is_meant_for_it(tmp_path):
    lay(tmp_path, {"ada.py": "def corr_2d(X, K): return 1", "ben.py": "def corr2d(X, K)"})
    ada, ben = read_class(tmp_path, [CORR2D])
    assert "corr_2d" in ada.sources[CORR2D].text
    assert "corr2d" in ben.sources[CORR2D].text


@pytest.mark.parametrize(
    "files",
    [
        {"corr2d.py": "ada = 1", "dropout.py": "ada = 2"},
        {"ch07_convolution/corr2d.py": "ada = 1", "ch04_regularization/dropout.py": "ada = 2", "ann.py": ""},
        {"exercises/ch07_convolution/corr2d.py": "ada = 1", "dropout (1).py": "ada = 2"},
        {"corr2d.py": "ada = 1", "dropout.py": "ada = 2", "old/corr2d.py": "no = 1", "utils.py": ""},
    ],
)
def test_the_files_of_one_student_are_a_class_of_one(tmp_path, files):
    lay(tmp_path / "Ada King", files)
    (submission,) = read_class(tmp_path / "Ada King", IDS)
    assert submission.student == "Ada King"
    assert texts(submission) == {"corr2d": "ada = 1", "dropout": "ada = 2"}
    (tmp_path / "Ada King.zip").write_bytes(packed(files))
    (packed_one,) = read_class(tmp_path / "Ada King.zip", IDS)
    assert (packed_one.student, texts(packed_one)) == ("Ada King", texts(submission))


def test_copies_of_one_file_lose_nobodys_work(tmp_path):
    lay(tmp_path, {"ada/new/corr2d.py": "new = 1", "ada/old/corr2d.py": "old = 1", "ada/a/b/corr2d.py": "deep = 1"})
    os.utime(tmp_path / "ada/old/corr2d.py", (1e9, 1e9))
    os.utime(tmp_path / "ada/new/corr2d.py", (2e9, 2e9))
    (submission,) = read_class(tmp_path, IDS)
    assert texts(submission) == {"corr2d": "new = 1"}
    for place in ("old/corr2d.py", "a/b/corr2d.py"):
        assert f"{place} was not graded: {CORR2D} was taken from new/corr2d.py" in submission.notes
