"""A class inside of a folder is found there; one student's versions are not taken for a class, nor the other way."""

from __future__ import annotations

import pytest

from autograder.intake.classes import IntakeError, read_class
from autograder.intake.nesting import may_be_a_person
from support import CORR2D, DROPOUT, lay, packed

IDS = [CORR2D, DROPOUT]


def answer(text):
    return f"def corr2d(X, K):\n    return {text!r}\n"


PLAIN = {f"{name}/corr2d.py": answer(name) for name in ("ann", "bob", "cyd")}
BY_CONTENT = {f"{name}/mine.py": answer(name) for name in ("ann", "bob", "cyd")}
FILES = {f"{name}.py": answer(name) for name in ("ann", "bob", "cyd")}
ZIPS = {f"{name}.zip": packed({"corr2d.py": answer(name)}) for name in ("ann", "bob", "cyd")}
MOODLE = {
    f"{name}_10{i}_assignsubmission_file_/corr2d.py": answer(name) for i, name in enumerate(["ann", "bob", "cyd"])
}
CANVAS = {f"{name}_40{i}_900{i}_corr2d-{i + 1}.py": answer(name) for i, name in enumerate(["ann", "bob", "cyd"])}
METADATA = "".join(f"submission_{i}:\n  :submitters:\n  - :name: {n}\n" for i, n in enumerate(["ann", "bob", "cyd"]))
GRADESCOPE = {f"submission_{i}/corr2d.py": answer(name) for i, name in enumerate(["ann", "bob", "cyd"])}
GRADESCOPE["submission_metadata.yml"] = METADATA
CLASSES = [PLAIN, BY_CONTENT, FILES, ZIPS, MOODLE, CANVAS, GRADESCOPE]


@pytest.mark.parametrize("files", CLASSES)
@pytest.mark.parametrize("around", ["homework7", "downloads/Course HW7-4711"])
@pytest.mark.parametrize("beside", [{}, {"gradebook.csv": "Student,ID"}])
def test_a_class_inside_of_a_folder_is_found(tmp_path, files, around, beside):
    lay(tmp_path, {f"{around}/{name}": content for name, content in files.items()} | beside)
    found = read_class(tmp_path, IDS)
    assert {s.student: s.sources[CORR2D].text for s in found} == {n: answer(n) for n in ("ann", "bob", "cyd")}
    assert found.notes == [f"The class was found inside of {around.split('/')[0]}."]
    assert not any(s.unreadable for s in found)


@pytest.mark.parametrize("files", CLASSES)
@pytest.mark.parametrize("around", ["", "HW7/"])
def test_a_class_in_a_zip_that_lies_in_a_folder_is_found(tmp_path, files, around):
    lay(tmp_path, {"Course-HW7-4711.zip": packed({around + name: text for name, text in files.items()})})
    found = read_class(tmp_path, IDS)
    assert {s.student: s.sources[CORR2D].text for s in found} == {n: answer(n) for n in ("ann", "bob", "cyd")}
    assert len(found.notes) == 1


def test_groups_in_folders_of_their_own_are_one_class(tmp_path):
    lay(tmp_path, {"tuesday/ann/corr2d.py": "x", "tuesday/bob/corr2d.py": "x"})
    lay(tmp_path, {"thursday/cyd/corr2d.py": "x", "thursday/dan/corr2d.py": "x"})
    assert list(read_class(tmp_path, IDS).people) == ["ann", "bob", "cyd", "dan"]
    lay(tmp_path, {"thursday/bob/corr2d.py": "x"})
    with pytest.raises(IntakeError, match="bob is in thursday and in tuesday: give one of these folders alone"):
        read_class(tmp_path, IDS)


@pytest.mark.parametrize(
    "files",
    [
        {"old/corr2d.py": "x", "new/corr2d.py": answer("new")},
        {"version 1/corr2d.py": "x", "version 2/corr2d.py": answer("new")},
        {"part1/corr2d.py": answer("new"), "part2/dropout.py": "x"},
        {"Tuesday/corr2d.py": answer("new"), "Friday/dropout.py": "x"},
        {"src/corr2d.py": answer("new"), "MyBackup/corr2d.py": "x", "a/corr2d.py": "x"},
        {"ann.zip": packed({"corr2d.py": answer("new")}), "ann (1).zip": packed({"dropout.py": "x"})},
        {"cnn.zip": packed({"corr2d.py": answer("new")}), "rnn.zip": packed({"dropout.py": "x"})},
        {"corr2d.py": answer("new"), "draft.py": answer("x"), "corr2d_old.py": answer("x"), "plots.py": "x"},
    ],
)
@pytest.mark.parametrize("neighbours", [0, 1, 9])
def test_versions_of_one_student_are_no_class(tmp_path, files, neighbours):
    lay(tmp_path / "ann", files)
    for n in range(neighbours):
        lay(tmp_path, {f"neighbour{n}/corr2d.py": "x"})
    found = read_class(tmp_path, IDS)
    assert len(found) == 1 + neighbours
    assert found[0].student == "ann"
    assert found[0].sources[CORR2D].text == answer("new")
    assert not found[0].unreadable


def test_one_persons_download_says_whose_it_is(tmp_path):
    lay(tmp_path, {"homework7/Ann King_101_assignsubmission_file_/corr2d.py": answer("ann")})
    found = read_class(tmp_path, IDS)
    assert found.people == {"Ann King": {"moodle": "101"}}


@pytest.mark.parametrize(
    "files", [PLAIN, FILES, {"student 1/corr2d.py": "x", "student 2/corr2d.py": "x"}, {"s123/corr2d.py": "x", **ZIPS}]
)
def test_what_lies_beside_the_students_is_nobodys(tmp_path, files):
    lay(tmp_path, files | {"corr2d.py": answer("whose"), "exercises/ch07_convolution/corr2d.py": "x", "tests/x.py": ""})
    found = read_class(tmp_path, IDS)
    assert set(found.people) == {name.split("/")[0].split(".")[0] for name in files}
    assert found.notes == ["corr2d.py lies beside the students' work: nobody knows whose it is, and it was not graded."]
    assert not [s for s in found if "whose" in s.sources[CORR2D].text]


@pytest.mark.parametrize(
    "files", [{"01/corr2d.py": "x", "02/corr2d.py": "x"}, {"a/corr2d.py": "x", "b/corr2d.py": "x"}]
)
def test_numbers_and_letters_may_be_anybody(tmp_path, files):
    lay(tmp_path / "homework7", files)
    with pytest.raises(IntakeError, match="Nobody can tell whether homework7 is one student or a class"):
        read_class(tmp_path, IDS)
    lay(tmp_path, {"zoe/corr2d.py": "x"})
    assert list(read_class(tmp_path, IDS).people) == ["homework7", "zoe"]


def test_a_students_files_beside_one_other_persons_are_refused(tmp_path):
    lay(tmp_path, {"corr2d.py": "x", "ann/corr2d.py": "x"})
    with pytest.raises(IntakeError, match="holds the files of one student, and ann: is it a class"):
        read_class(tmp_path, IDS)


def test_where_nobody_can_tell_nobody_is_graded(tmp_path):
    lay(tmp_path, {"homework7/ann.py": answer("ann"), "homework7/bob.py": answer("bob")})
    with pytest.raises(IntakeError, match=r"one student or a class: ann\.py and bob\.py answer the same exercise"):
        read_class(tmp_path, IDS)
    (submission,) = read_class(tmp_path, IDS, ["homework7"])
    assert submission.student == "homework7"
    assert not submission.unreadable


@pytest.mark.parametrize("files", [PLAIN, FILES, ZIPS, MOODLE])
def test_several_persons_work_beside_others_waits_for_a_person(tmp_path, files):
    stream = packed(files)
    for n in range(9):
        lay(tmp_path, {f"neighbour{n}/corr2d.py": answer("x")})
    lay(tmp_path, {"late.zip": stream})
    found = {s.student: s for s in read_class(tmp_path, IDS)}
    assert "answer the same exercise: a person should look" in found["late"].unreadable
    assert found["neighbour3"].sources[CORR2D].text == answer("x")
    assert not found["neighbour3"].unreadable


def test_one_student_of_a_class_can_be_chosen(tmp_path):
    lay(tmp_path, {"ann/corr2d.py": "x", "bob/corr2d.py": "x", "cyd.py": answer("cyd")})
    assert list(read_class(tmp_path, IDS, ["bob", "cyd"]).people) == ["bob", "cyd"]
    with pytest.raises(IntakeError, match=r"There is no student 'anm'\. Did you mean ann\?"):
        read_class(tmp_path, IDS, ["anm"])


@pytest.mark.parametrize(
    "name", ["ann", "Bo Li", "王", "s123456", "Max Test", "group 1", "o'neil", "20231234", "student 1"]
)
def test_names_of_persons(name):
    assert may_be_a_person(name)


@pytest.mark.parametrize(
    "name", ["old", "Version2", "v1", "part 2", "corr2d_final", "ch07", "a", "2", "MyWork", "hw-7", "2026-11-20"]
)
def test_names_that_students_give_their_folders(name):
    assert not may_be_a_person(name)
