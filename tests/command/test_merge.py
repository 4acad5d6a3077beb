"""A class graded in parts and joined again: nothing is lost, nothing counted twice, and what is missing is said."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from autograder import catalog
from autograder.classroom.grade import grade_with, local
from autograder.classroom.merge import MergeError, merge, part
from autograder.classroom.store import DamagedStoreError
from autograder.intake.classes import read_class
from autograder.judging.stubs import bare
from support import CORR2D, kata

WRONG = "def corr2d(X, K):\n    return X\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Five students; every other one is wrong, the last has handed in nothing."""
    folder = tmp_path_factory.mktemp("class")
    right = bare(catalog.solution_file(CORR2D).read_text(encoding="utf-8"))
    for number in range(5):
        path = folder / f"s{number}" / f"{CORR2D}.py"
        path.parent.mkdir(parents=True)
        if number < 4:
            path.write_text(f"{WRONG if number % 2 else right}# {number}\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def graded(runner, folder, tmp_path_factory):
    """graded(where, seed) -> the output folder of a part, "" for the whole."""

    def grade(where: str = "", seed: str = "public") -> Path:
        out = tmp_path_factory.mktemp("out")
        found = read_class(folder, [CORR2D])
        chosen = list(part(found, where)) if where else found
        grade_with(lambda: local(runner, seed, "cpu"), chosen, [CORR2D], out, seed, part=where)
        return out

    return grade


def without_seconds(out: Path) -> dict:
    results = json.loads((out / "results.json").read_text())
    for submission in results["submissions"]:
        for exercise in submission["exercises"]:
            exercise["seconds"] = 0
            for check in exercise["checks"]:
                check["seconds"] = 0
    return results


def test_the_parts_make_the_whole(graded, tmp_path):
    parts = [graded("shard:0/2"), graded("shard:1/2")]
    sizes = [len(without_seconds(out)["submissions"]) for out in parts]
    assert sizes == [3, 2]
    whole, notes = merge([*parts, parts[0]], tmp_path / "out")  # a part that comes twice counts once
    assert notes == []
    assert not whole.ungraded
    assert without_seconds(tmp_path / "out") == without_seconds(graded())
    csv = [(out / "grades.csv").read_text() for out in (tmp_path / "out", graded())]
    assert csv[0] == csv[1]


def test_a_missing_part_is_named(graded, tmp_path):
    _whole, notes = merge([graded("shard:0/3"), graded("shard:2/3")], tmp_path)
    assert notes == ["Missing: part 1 of 3."]


def test_a_file_that_two_parts_graded_differently_counts_once(runner, folder, graded, tmp_path):
    first = graded("shard:0/1")
    other = tmp_path / "class"
    shutil.copytree(folder, other)
    (other / "s0" / f"{CORR2D}.py").write_text(WRONG)
    second = tmp_path / "second"
    found = read_class(other, [CORR2D])
    grade_with(lambda: local(runner, "public", "cpu"), found, [CORR2D], second, part="shard:0/1")
    whole, notes = merge([first, second], tmp_path / "out")
    assert notes == [f"s0, {CORR2D}: two parts graded different files; the first counts."]
    assert [s.score for s in whole.results.submissions] == [10, 0, 10, 0, 0]


def test_what_cannot_be_joined_gets_one_sentence(graded, tmp_path):
    with pytest.raises(MergeError, match="graded with another seed"):
        merge([graded("shard:0/2"), graded("shard:1/2", "secret")], tmp_path / "out")
    with pytest.raises(MergeError, match="different divisions"):
        merge([graded("shard:0/2"), graded("shard:1/3")], tmp_path / "out")
    with pytest.raises(MergeError, match="holds no results"):
        merge([tmp_path], tmp_path / "out")
    (tmp_path / ".grading.sqlite").write_bytes(b"not a database" * 100)
    with pytest.raises(DamagedStoreError, match="is damaged: grade this part again"):
        merge([tmp_path], tmp_path / "out")


@pytest.mark.parametrize("where", ["shard:2/2", "shard:0/0", "shard:1", "shard:a/b", "shard:-1/2"])
def test_a_part_that_is_none(where):
    with pytest.raises(MergeError, match="a part is named as in"):
        part([1, 2], where)


def test_the_real_commands(folder, tmp_path):
    for index in range(2):
        done = kata(
            "grade", folder, "--out", tmp_path / f"{index}", "--exercise", "corr2d", "--cluster", f"shard:{index}/2"
        )
        assert done.returncode == 0, done.stderr
    done = kata("merge", tmp_path / "0", tmp_path / "1", "--out", tmp_path / "whole")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "whole" / "report.html").is_file()
    scores = [s["score"] for s in json.loads((tmp_path / "whole" / "results.json").read_text())["submissions"]]
    assert scores == [10, 0, 10, 0, 0]
    lacking = kata("merge", tmp_path / "0", "--out", tmp_path / "half")
    assert lacking.returncode == 1
    assert "Missing: part 1 of 2." in lacking.stderr
    refused = kata(
        "grade", folder, "--out", tmp_path / "x", "--cluster", "tcp://198.51.100.7:8786", "--exercise", "corr2d"
    )
    assert refused.returncode == 2
    assert "not encrypted" in refused.stderr
    assert "Traceback" not in refused.stderr
