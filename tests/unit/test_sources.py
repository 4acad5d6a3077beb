"""Intake: messy folders give what is in them, bad ones give one sentence, nothing is followed or executed."""

from __future__ import annotations

import os

import pytest

from autograder.intake.classes import MAX_SOURCE, IntakeError, decode_source, read_class, read_source

IDS = ["ch07_convolution/corr2d", "ch04_regularization/dropout"]


def write(path, content=b"x = 1\n"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    "place",
    [
        "ch07_convolution/corr2d.py",
        "exercises/ch07_convolution/corr2d.py",
        "hw1/hw1/ch07_convolution/corr2d.py",
        "corr2d.py",
        "my work/corr2d.py",
    ],
)
def test_a_solution_is_found_where_students_put_it(tmp_path, place):
    write(tmp_path / "李 雷" / place)
    (submission,) = read_class(tmp_path, IDS)
    assert submission.student == "李 雷"
    assert submission.sources["ch07_convolution/corr2d"].text == "x = 1\n"


def test_the_proper_place_wins_and_leftovers_are_noted(tmp_path):
    write(tmp_path / "a" / "ch07_convolution" / "corr2d.py", b"right = 1\n")
    write(tmp_path / "a" / "old" / "ch07_convolution" / "corr2d.py", b"old = 1\n")
    write(tmp_path / "a" / "ch07_convolution" / "Corr2D.py")
    write(tmp_path / "a" / "Droopout.py")
    write(tmp_path / "a" / "__pycache__" / "corr2d.py")
    (submission,) = read_class(tmp_path, IDS)
    assert submission.sources["ch07_convolution/corr2d"].text == "right = 1\n"
    assert submission.notes == [
        "Droopout.py was not graded: is it meant for ch04_regularization/dropout?",
        *(
            f"{path} was not graded: ch07_convolution/corr2d was taken from ch07_convolution/corr2d.py"
            for path in ("ch07_convolution/Corr2D.py", "old/ch07_convolution/corr2d.py")
        ),
    ]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"x = 1\0\n", "NUL"),
        ("x = '\u4e2d'\n".encode("gbk"), "UTF-8"),
        (b"# -*- coding: nonsense -*-\n", "UTF-8"),
        (b"\xff\xfe\xfd", "U"),
    ],
)
def test_wrong_encodings_get_a_sentence(content, says):
    source = decode_source("a.py", content)
    assert says in source.problem
    assert not source.unreadable


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbfx = 1\n",
        b"x = 1\r\n",
        b"# coding: latin-1\nx = '\xe9'\n",
        "# coding: gbk\nx = '中'\n".encode("gbk"),
        "x = '中'\r\n".encode("utf-16"),
        "x = '中'  # and more\n".encode("utf-16-le"),
        "x = '中'  # and more\n".encode("utf-16-be"),
        b"\xfe\xff" + "x = 1\n".encode("utf-16-be"),
    ],
)
def test_declared_encodings_marks_and_line_ends_are_read(content):
    source = decode_source("a.py", content)
    assert not source.problem
    assert "\r" not in source.text
    assert not source.text.startswith("\ufeff")


def test_large_files_links_and_pipes_are_not_read(tmp_path):
    large = write(tmp_path / "large.py", b"#" * (MAX_SOURCE + 1))
    assert "MB" in read_source(large).problem
    (tmp_path / "link.py").symlink_to(large)
    assert "symbolic link" in read_source(tmp_path / "link.py").problem
    os.mkfifo(tmp_path / "pipe.py")
    assert "regular file" in read_source(tmp_path / "pipe.py").problem
    (tmp_path / "folder.py").mkdir()
    assert read_source(tmp_path / "folder.py").problem


def test_linked_folders_are_not_followed(tmp_path):
    write(tmp_path / "secret" / "ch07_convolution" / "corr2d.py", b"secret = 1\n")
    (tmp_path / "class" / "honest").mkdir(parents=True)
    (tmp_path / "class" / "linked").symlink_to(tmp_path / "secret")
    (tmp_path / "class" / "honest" / "ch07_convolution").symlink_to(tmp_path / "secret" / "ch07_convolution")
    for submission in read_class(tmp_path / "class", IDS):
        assert not submission.sources


def test_a_submission_is_read_when_it_is_asked_for(tmp_path):
    write(tmp_path / "class" / "ana" / "corr2d.py", b"a = 1\n")
    write(tmp_path / "class" / "bo" / "corr2d.py", b"b = 1\n")
    found = read_class(tmp_path / "class", IDS)
    assert list(found.people) == ["ana", "bo"]
    write(tmp_path / "class" / "ana" / "corr2d.py", b"a = 2\n")
    (tmp_path / "class" / "bo").rename(tmp_path / "elsewhere")
    assert found[0].sources["ch07_convolution/corr2d"].text == "a = 2\n"
    assert "cannot be read" in found[1:][0].unreadable  # by no fault of bo's: it is not graded


def test_bad_folders_get_one_sentence(tmp_path):
    file = write(tmp_path / "file.txt")
    (tmp_path / "empty").mkdir()
    for folder, says in {
        tmp_path / "missing": "There is no folder",
        file: "is a file",
        tmp_path / "empty": "is empty",
    }.items():
        with pytest.raises(IntakeError, match=says) as caught:
            read_class(folder, IDS)
        assert "\n" not in str(caught.value)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable_files_are_not_the_students_fault(tmp_path):
    path = write(tmp_path / "a" / "corr2d.py")
    path.chmod(0)
    (submission,) = read_class(tmp_path, IDS)
    assert submission.sources["ch07_convolution/corr2d"].unreadable
