"""The whole sample class through every route: the totals by student and exercise are the same."""

from __future__ import annotations

import json
import os
import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest

from support import (
    SAMPLE_CLASS,
    WEEK,
    gradescope_image,
    gradescope_run,
    nbgrader_cell,
    nbgrader_gradebook,
    otter_container,
    otter_notebook,
    otter_scores,
    released_notebook,
    submit_notebook,
    tool,
)

pytest.importorskip("otter", reason="otter-grader is not installed")
pytest.importorskip("nbgrader", reason="nbgrader is not installed")
nbformat = pytest.importorskip("nbformat")

from autograder.bridges import gradescope  # noqa: E402
from autograder.bridges.nbgrader import steps  # noqa: E402
from autograder.intake.classes import read_class  # noqa: E402

IDS = ["ch04_regularization/dropout", "ch07_convolution/corr2d", "ch11_gated_recurrent/gru_cell"]
NAMES = [id.split("/")[1] for id in IDS]
SEED = "the same by every route"
STUDENTS = sorted(path.name for path in SAMPLE_CLASS.iterdir())

pytestmark = pytest.mark.tools


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """What ``kata grade`` gives: marks by student and exercise."""
    out = tmp_path_factory.mktemp("plain")
    select = [word for id in IDS for word in ("--exercise", id)]
    tool("autograder", "grade", SAMPLE_CLASS, "--out", out, "--seed", SEED, *select)
    return marks_in(out)


def marks_in(out):
    results = json.loads((out / "results.json").read_text(encoding="utf-8"))["submissions"]
    return {s["student"]: {e["id"].split("/")[1]: e["score"] for e in s["exercises"]} for s in results}


@pytest.fixture(scope="module")
def answers():
    """What each student types into the cells of a notebook: the text of the file, if it is in a readable encoding."""
    return {
        submission.student: {id: source.text for id, source in submission.sources.items() if not source.problem}
        for submission in read_class(SAMPLE_CLASS, IDS)
    }


def each_student(function):
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return dict(zip(STUDENTS, pool.map(function, STUDENTS), strict=True))


@pytest.fixture(scope="module")
def course(answers, tmp_path_factory):
    """A course of nbgrader's with the class's notebooks handed in; nbgrader knows the students by number."""
    root = tmp_path_factory.mktemp("routes") / "course"
    tool("autograder", "export", "nbgrader", root, *IDS, "--as", WEEK, "--seed", SEED)
    tool("nbgrader", "generate_assignment", WEEK, cwd=root)
    for number, student in enumerate(STUDENTS):
        nb = released_notebook(root)
        for id, text in answers[student].items():
            nbgrader_cell(nb, id.split("/")[1]).source = text
        submit_notebook(root, f"s{number:02}", nb)
    return root


def in_gradebook(root):
    found = {}
    with nbgrader_gradebook(root) as book:
        for submission in book.find_assignment(WEEK).submissions:
            grades = {steps.exercise_of(g.name): g.score for g in submission.notebooks[0].grades}
            found[STUDENTS[int(submission.student.id[1:])]] = {
                name: grades[id] for id, name in zip(IDS, NAMES, strict=True)
            }
    return found


def by_nbgrader(course, _answers, tmp_path):
    root = shutil.copytree(course, tmp_path / "course")
    tool("nbgrader", "autograde", WEEK, cwd=root)
    return in_gradebook(root)


def by_the_fast_path(course, _answers, tmp_path):
    root = shutil.copytree(course, tmp_path / "course")
    tool("autograder", "grade", "--nbgrader", root, WEEK, "--out", root / "out")
    return in_gradebook(root)


def by_otter(_course, answers, tmp_path):
    """Otter's own start of a grading, for each student in a folder laid out as in its container."""
    folder = tmp_path / "course"
    tool("autograder", "export", "otter", folder, *IDS, "--as", "hw1", "--seed", SEED)
    tool("otter", "assign", folder / "hw1.ipynb", folder / "dist", "--no-run-tests")
    archive = next((folder / "dist" / "autograder").glob("*.zip"))

    def graded(student):
        handed_in = tmp_path / student / "handed in"
        handed_in.mkdir(parents=True)
        otter_notebook(folder, answers[student], handed_in / "hw1.ipynb")
        results, _said = otter_container(archive, handed_in, tmp_path / student)
        return otter_scores(results)

    return each_student(graded)


def by_gradescope(_course, _answers, tmp_path):
    """Each student's folder, as it is, in a tree of its own."""
    gradescope.write_zip(tmp_path / "autograder.zip", IDS, SEED)
    image = gradescope_image(tmp_path / "autograder.zip", tmp_path / "image")

    def graded(student):
        root = shutil.copytree(image, tmp_path / student / "autograder")
        shutil.copytree(SAMPLE_CLASS / student, root / "submission", dirs_exist_ok=True)
        tests = gradescope_run(root)["tests"]
        marks = dict.fromkeys(NAMES, 0.0)
        for test in tests:
            marks[test["name"].partition(":")[0]] += test["score"]
        return marks

    return each_student(graded)


ROUTES = [by_nbgrader, by_the_fast_path, by_otter, by_gradescope]


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.__name__)
def test_the_totals_are_those_of_kata_grade(route, course, answers, plain, tmp_path):
    expected = {student: dict(marks) for student, marks in plain.items()}
    assert route(course, answers, tmp_path) == expected
    assert set(expected) == set(STUDENTS)
    assert len({sum(marks.values()) for marks in expected.values()}) > 5, "the class is no flat one"
