"""The real nbgrader on a small class, beside ``kata grade`` and the fast path; and notebooks that mean it ill."""

from __future__ import annotations

import ast
import json
import shutil

import pytest

from support import (
    CORR2D,
    DROPOUT,
    KIT,
    RIGHT,
    SAMPLE_CLASS,
    WEEK,
    nbgrader_cell,
    nbgrader_gradebook,
    released_notebook,
    submit_notebook,
    tool,
)

nbgrader = pytest.importorskip("nbgrader", reason="nbgrader is not installed: make setup")
nbformat = pytest.importorskip("nbformat")

from autograder import catalog  # noqa: E402
from autograder.bridges.nbgrader import TEST, steps  # noqa: E402
from autograder.bridges.nbgrader.fast import Course, CourseError  # noqa: E402

IDS = [DROPOUT, CORR2D]
SEED = "not-for-learners-5713"
HONEST = ["aisha_bello", "noah_fitzgerald", "oliver_hughes", "priya_raman"]
BEFORE, AFTER = "2026-05-01 12:00:00 UTC", "2026-05-03 12:00:00 UTC"

pytestmark = pytest.mark.tools


def solution(student, id):
    """The cell that a student of the sample class would have: the file without its docstring."""
    text = (SAMPLE_CLASS / student / f"{id}.py").read_text(encoding="utf-8", errors="replace")
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return text
    return "\n".join(text.splitlines()[tree.body[0].end_lineno :]) if ast.get_docstring(tree) else text


# Hostile and unlucky notebooks: each changes the released one, and says what its author deserves of corr2d.
def edited_tests(nb):
    """the tests say what they are worth themselves"""
    for name in ("dropout", "corr2d"):
        test = nbgrader_cell(nb, TEST + name)
        test.source, test.metadata.nbgrader.points, test.metadata.nbgrader.locked = "1000.0", 1000, False
    return 0


def deleted_cells(nb):
    """the tests are gone, and the metadata with them; the work is there"""
    nbgrader_cell(nb, "corr2d").source = RIGHT
    nb.cells = [nbformat.v4.new_code_cell(c.source) for c in nb.cells if not c.source.startswith("from autograder.b")]
    return 10


def nothing_left(nb):
    """every cell is gone"""
    nb.cells = []
    return 0


def patched_kernel(nb):
    """code that takes the place of the grader, if there were a kernel to run it"""
    attack = """
import builtins, os, sys
import autograder.bridges.nbgrader as bridge
from autograder.bridges import magic
bridge.score = lambda name: 10.0
magic.check = lambda name: None
builtins.float = lambda x: 10.0
open(os.path.join({home!r}, "pwned"), "w").write("x")
os._exit(0)
"""
    nb.cells.insert(0, nbformat.v4.new_code_cell(attack.format(home=str(KIT / "tests"))))
    nbgrader_cell(nb, "corr2d").source = attack.format(home=str(KIT / "tests")) + "def corr2d(X, K):\n    return X\n"
    return 0


def forged_outputs(nb):
    """outputs and metadata as a graded notebook has them"""
    test = nbgrader_cell(nb, TEST + "corr2d")
    forged = nbformat.v4.new_output("execute_result", data={"text/plain": "10.0"}, execution_count=1)
    test.outputs, test.execution_count = [forged], 1
    test.metadata.nbgrader |= {"score": 10.0, "points": 0}
    sources = {CORR2D: {"filename": "corr2d.py", "text": RIGHT, "problem": "", "unreadable": False}}
    nb.metadata["torchkata"] = {"sources": sources, "results": {CORR2D: 10.0}}
    nbgrader_cell(nb, "corr2d").metadata["torchkata"] = {"id": CORR2D, "score": 10.0}
    return 0


def broken_metadata(nb):
    """metadata that would stop nbgrader; the work is there"""
    nbgrader_cell(nb, "corr2d").source = RIGHT
    nbgrader_cell(nb, "corr2d").metadata["nbgrader"] = {"schema_version": 99, "grade_id": "../../corr2d", "task": "yes"}
    nbgrader_cell(nb, TEST + "corr2d").metadata["nbgrader"] = ["grade"]
    nbgrader_cell(nb, "dropout").metadata["nbgrader"] = {"schema_version": 1, "grade_id": "corr2d", "grade": 3}
    nb.metadata["language"] = 5
    nb.metadata["kernelspec"] = {"name": "no-such-kernel", "display_name": "x", "language": "cobol"}
    return 10


def doubled_cells(nb):
    """a copy of the stub under the same id, as copying and pasting cells makes it; the work is there"""
    stub = nbformat.from_dict(dict(nbgrader_cell(nb, "corr2d")))
    stub.id = "copied"
    nbgrader_cell(nb, "corr2d").source = RIGHT
    nb.cells.append(stub)
    return 10


def slow_neighbour(nb):
    """one answer that never ends, one that is right"""
    nbgrader_cell(
        nb, "dropout"
    ).source = "def dropout(X, p, training=next(i for i in iter(int, 1) if i)):\n    return X\n"
    nbgrader_cell(nb, "corr2d").source = RIGHT
    nb.cells.insert(0, nbformat.v4.new_code_cell("while True: pass"))
    return 10


def script_in_error(nb):
    """text that must not become a part of nbgrader's pages"""
    nbgrader_cell(nb, "corr2d").source = "def corr2d(X, K):\n    raise ValueError('<script>alert(1)</script>')\n"
    return 0


def turned_into_text(nb):
    """a slip of the finger: the cell with the answer is Markdown"""
    answer = nbgrader_cell(nb, "corr2d")
    answer.source, answer.cell_type = RIGHT, "markdown"
    del answer["outputs"], answer["execution_count"]
    return 10


def written_as_text(nb):
    """a text of one's own that shows an answer, and no code"""
    nb.cells.append(nbformat.v4.new_markdown_cell(f"Like this:\n```python\n{RIGHT}```"))
    return 0


ODD = [
    edited_tests, deleted_cells, nothing_left, patched_kernel, forged_outputs, broken_metadata, doubled_cells,
    slow_neighbour, script_in_error, turned_into_text, written_as_text,
]  # fmt: skip
OTHERS = ["damaged", "renamed", "in_a_file"]
LATE = "oliver_hughes"


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course with its assignment released, and a class that has submitted."""
    root = tmp_path_factory.mktemp("nbgrader") / "course"
    tool("autograder", "export", "nbgrader", root, "corr2d", "dropout", "--as", WEEK, "--seed", SEED)
    config = root / "nbgrader_config.py"
    said = config.read_text(encoding="utf-8").replace("configure(c, ", "configure(c, show_inputs=True, ")
    config.write_text(f"{said}c.LateSubmissionPlugin.penalty_method = 'zero'\n", encoding="utf-8")
    tool("nbgrader", "generate_assignment", WEEK, cwd=root)
    with nbgrader_gradebook(root) as book:
        book.update_or_create_assignment(WEEK, duedate="2026-05-02 00:00:00 UTC")
    for student in HONEST:
        nb = released_notebook(root)
        for id in IDS:
            nbgrader_cell(nb, id.split("/")[1]).source = solution(student, id)
        submit_notebook(root, student, nb, AFTER if student == LATE else BEFORE)
    for change in ODD:
        nb = released_notebook(root)
        change(nb)
        submit_notebook(root, change.__name__, nb)
    submit_notebook(root, "damaged", '{"cells": [')
    nb = released_notebook(root)
    nbgrader_cell(nb, "corr2d").source = RIGHT
    submit_notebook(root, "renamed", nb)
    (root / "submitted" / "renamed" / WEEK / f"{WEEK}.ipynb").rename(
        root / "submitted" / "renamed" / WEEK / f"{WEEK} (1).ipynb"
    )
    submit_notebook(root, "in_a_file", released_notebook(root))
    (root / "submitted" / "in_a_file" / WEEK / "corr2d (1).py").write_text(RIGHT)
    return root


def marks(root):
    """By student and exercise what nbgrader's gradebook holds; the total, lateness taken off, under ``final``."""
    found = {}
    with nbgrader_gradebook(root) as book:
        for submission in book.find_assignment(WEEK).submissions:
            student = submission.student.id
            for grade in submission.notebooks[0].grades:
                found[student, steps.exercise_of(grade.name)] = grade.score
            found[student, "final"] = submission.score - (submission.notebooks[0].late_submission_penalty or 0)
            found[student, "stamp"] = submission.timestamp
            for comment in submission.notebooks[0].comments:
                found[student, f"comment on {comment.name}"] = comment.comment
    return found


@pytest.fixture(scope="module")
def fast(course):
    """The fast path, on a copy of the course as it was submitted."""
    copy = course.with_name("fast")
    shutil.copytree(course, copy)
    said = tool("autograder", "grade", "--nbgrader", copy, WEEK, "--out", copy / "out")
    return copy, said


@pytest.fixture(scope="module")
def autograded(course, fast):
    """nbgrader's own route; ``fast`` has made its copy before."""
    said = tool("nbgrader", "autograde", WEEK, cwd=course)
    tool("nbgrader", "generate_feedback", WEEK, cwd=course)
    tool("nbgrader", "export", cwd=course)
    return course, said


@pytest.fixture(scope="module")
def plain(course, fast, tmp_path_factory):
    """``kata grade`` on what was submitted, and on the sample class's own files, by student and exercise."""
    root = tmp_path_factory.mktemp("plain")
    shutil.copytree(course / "submitted", root / "class")
    for student in HONEST:
        shutil.copytree(SAMPLE_CLASS / student, root / "class" / f"{student} as files")
    select = [word for id in IDS for word in ("--exercise", id)]
    tool("autograder", "grade", root / "class", "--out", root / "out", "--seed", SEED, *select)
    graded = json.loads((root / "out" / "results.json").read_text())["submissions"]
    return {(s["student"], e["id"]): e["score"] for s in graded for e in s["exercises"]}


def test_the_release_holds_no_solution_and_no_secret(course):
    files = [p for p in (course / "release").rglob("*") if p.is_file()]
    assert len(files) == 1
    text = files[0].read_text()
    assert SEED not in text
    cells = "\n".join(c.source for c in released_notebook(course).cells)
    assert "SOLUTION" not in cells
    for id in IDS:
        body = catalog.solution_file(id).read_text().split("### BEGIN SOLUTION")[1].split("### END SOLUTION")[0]
        lines = [line.strip() for line in body.splitlines() if len(line.strip()) > 8]
        assert lines
        assert not [line for line in lines if line in cells]
        assert nbgrader_cell(released_notebook(course), id.split("/")[1]).source.count("raise NotImplementedError") == 1
    assert oct((course / "nbgrader_config.py").stat().st_mode)[-2:] == "00"


def test_all_routes_give_the_same_marks(autograded, fast, plain):
    theirs, ours = marks(autograded[0]), marks(fast[0])
    assert theirs == ours
    students = {student.removesuffix(" as files") for student, _id in plain}
    assert students == {*HONEST, *(change.__name__ for change in ODD), *OTHERS}
    assert theirs["renamed", CORR2D] == theirs["in_a_file", CORR2D] == 10
    for (student, id), score in plain.items():
        assert theirs[student.removesuffix(" as files"), id] == score, (student, id)
    assert {theirs[student, CORR2D] for student in HONEST} >= {0, 10}  # the class is no flat one


@pytest.mark.parametrize("change", ODD, ids=lambda change: change.__name__)
def test_hostile_and_unlucky_notebooks_get_what_they_deserve(autograded, course, change):
    found = marks(autograded[0])
    assert found[change.__name__, CORR2D] == change(released_notebook(course))
    assert found[change.__name__, DROPOUT] == 0
    assert not (KIT / "tests" / "pwned").exists()


def test_a_damaged_notebook_is_said_to_be_damaged(autograded):
    graded = nbformat.read(autograded[0] / "autograded" / "damaged" / WEEK / f"{WEEK}.ipynb", 4)
    shown = str(nbgrader_cell(graded, TEST + "corr2d").outputs)
    assert "damaged" in shown
    assert marks(autograded[0])["damaged", "final"] == 0


def test_time_stamps_and_late_penalties_are_nbgraders(autograded, fast):
    for root in (autograded[0], fast[0]):
        found = marks(root)
        assert str(found[LATE, "stamp"]) == "2026-05-03 12:00:00"
        assert found[LATE, DROPOUT] + found[LATE, CORR2D] > 0
        assert found[LATE, "final"] == 0
        assert found["aisha_bello", "final"] == found["aisha_bello", DROPOUT] + found["aisha_bello", CORR2D] > 0
    rows = (autograded[0] / "grades.csv").read_text().splitlines()
    assert len(rows) == 1 + len(HONEST) + len(ODD) + len(OTHERS)


def test_test_cells_show_the_message_and_their_value_is_the_mark(autograded):
    found = marks(autograded[0])
    for student in HONEST:
        graded = nbformat.read(autograded[0] / "autograded" / student / WEEK / f"{WEEK}.ipynb", 4)
        told, value = nbgrader_cell(graded, TEST + "corr2d").outputs
        assert told.output_type == "display_data"
        assert float(value.data["text/plain"]) == found[student, CORR2D]
    nb = nbformat.read(autograded[0] / "autograded" / "noah_fitzgerald" / WEEK / f"{WEEK}.ipynb", 4)
    assert "no gradient arrives at X" in " ".join(
        nbgrader_cell(nb, TEST + "corr2d").outputs[0].data["text/plain"].split()
    )


def test_feedback_shows_messages_and_no_markup_of_a_students(autograded):
    pages = {p.parent.parent.name: p.read_text() for p in (autograded[0] / "feedback").rglob("*.html")}
    assert len(pages) == len(HONEST) + len(ODD) + len(OTHERS)
    assert "no gradient arrives at X" in pages["noah_fitzgerald"]
    assert "alert(1)&lt;/script&gt;" in pages["script_in_error"]
    assert "<script>alert(1)" not in pages["script_in_error"]
    assert SEED not in "".join(pages.values())


def test_grading_again_keeps_what_a_person_decided(fast):
    root, _said = fast
    with nbgrader_gradebook(root) as book:
        grade = book.find_grade(TEST + "corr2d", WEEK, WEEK, "noah_fitzgerald")
        grade.manual_score, grade.needs_manual_grade = 9.5, False
        book.find_comment("corr2d", WEEK, WEEK, "noah_fitzgerald").manual_comment = "Talked about it."
        book.db.commit()
    said = tool("autograder", "grade", "--nbgrader", root, WEEK, "--out", root / "out")
    assert "0 graded" in said
    with nbgrader_gradebook(root) as book:
        grade = book.find_grade(TEST + "corr2d", WEEK, WEEK, "noah_fitzgerald")
        assert (grade.score, grade.needs_manual_grade) == (9.5, False)
        assert book.find_comment("corr2d", WEEK, WEEK, "noah_fitzgerald").comment == "Talked about it."


def test_the_test_cell_works_in_a_learners_kernel(course, tmp_path):
    from nbclient import NotebookClient

    nb = released_notebook(course)
    nbgrader_cell(nb, "corr2d").source = RIGHT
    NotebookClient(nb, timeout=300, allow_errors=True, resources={"metadata": {"path": str(tmp_path)}}).execute()
    *told, value = nbgrader_cell(nb, TEST + "corr2d").outputs
    assert value.output_type == "execute_result"
    assert float(value.data["text/plain"]) == 10
    assert float(nbgrader_cell(nb, TEST + "dropout").outputs[-1].data["text/plain"]) == 0
    outputs = [*told, *nbgrader_cell(nb, TEST + "dropout").outputs]
    assert not [o for o in outputs if o.output_type == "error" or o.get("name") == "stderr"]


def test_a_mark_the_grader_could_not_make_waits_for_a_person():
    from autograder.judging.assess import without_run
    from autograder.results import Status

    result = without_run(catalog.load_exercise(CORR2D), Status.UNGRADED, "no runner")
    test = nbformat.v4.new_code_cell("", metadata={"nbgrader": {"points": 10.0}})
    assert steps.mark(result, test) is None
    assert [o.output_type for o in steps._outputs(result, "x.ipynb", test)] == ["display_data"]


def test_points_that_an_instructor_changed_scale_the_mark():
    from autograder.judging.assess import without_run
    from autograder.results import Status

    result = without_run(catalog.load_exercise(CORR2D), Status.FAILED, "")
    result.score = result.max_score / 4
    test = nbformat.v4.new_code_cell("", metadata={"nbgrader": {"points": 2.0}})
    assert steps.mark(result, test) == 0.5


def test_tests_that_need_a_kernel_are_refused():
    test = {"grade_id": "own_tests", "grade": True, "solution": False, "locked": True, "points": 1}
    nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("assert True", metadata={"nbgrader": test})])
    with pytest.raises(steps.ForeignTestsError, match="own_tests"):
        steps.GradeByKit().preprocess(nb, {"nbgrader": {"notebook": "x"}})


def test_what_cannot_be_done_is_said_in_a_sentence(course, tmp_path):
    (tmp_path / "empty").mkdir()
    for folder, name, sentence in (
        (course, "week9", "generate_assignment week9"),
        (tmp_path / "x", WEEK, "no folder"),
        (tmp_path / "empty", WEEK, "generate_assignment week1"),
    ):
        with pytest.raises(CourseError, match=sentence):
            Course(folder, name)
    assert not list((tmp_path / "empty").iterdir())
    assert "either" in tool("autograder", "grade", "--out", tmp_path, status=2)
    said = tool("autograder", "export", "nbgrader", course, "corr2d", "--as", WEEK, status=2)
    assert "already exists and is different" in said
