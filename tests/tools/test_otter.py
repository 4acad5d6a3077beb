"""The real otter: assign, run and the start of a grading container, on notebooks of the sample class."""

from __future__ import annotations

import json
import os
import pickle
import shutil

import pytest

from support import FLIPPED, KIT, SAMPLE_CLASS, copy_of_the_kit, otter_container, otter_notebook, otter_scores, tool

pytest.importorskip("otter", reason="otter-grader is not installed")
nbformat = pytest.importorskip("nbformat")

from autograder import catalog  # noqa: E402
from autograder.bridges import otter as bridge  # noqa: E402
from autograder.judging.stubs import is_untouched  # noqa: E402
from autograder.workshop.sheets import sheet  # noqa: E402

IDS = ["ch07_convolution/corr2d", "ch04_regularization/dropout", "ch11_gated_recurrent/gru_cell"]
SEED = "the instructor's own"
ENV = {k: v for k, v in os.environ.items() if k not in ("KATA_LANG", "PYTHONPATH")} | {"COLUMNS": "100"}

pytestmark = pytest.mark.tools


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """The folder of a course: the master notebook hw1, and in dist what otter assign made of it."""
    folder = tmp_path_factory.mktemp("course")
    tool("autograder", "export", "otter", folder, *IDS, "--as", "hw1", "--seed", SEED)
    tool("otter", "assign", folder / "hw1.ipynb", folder / "dist", "--no-run-tests")
    return folder


@pytest.fixture(scope="module")
def autograder_zip(course):
    return next((course / "dist" / "autograder").glob("*.zip"))


def sources(student):
    return {id: path.read_text() for id in IDS if (path := SAMPLE_CLASS / student / f"{id}.py").exists()}


def hostile():
    """One who can do two of the exercises and cheats in the third."""
    return sources("mei-lin_tan") | {IDS[0]: sources("mallory_kane")[IDS[0]]}


@pytest.fixture(scope="module")
def marks(tmp_path_factory):
    """What kata grade gives, by student and exercise."""
    root = tmp_path_factory.mktemp("marks")
    shutil.copytree(SAMPLE_CLASS / "chloe_aubert", root / "class" / "chloe_aubert")
    for id, source in hostile().items():
        path = root / "class" / "hostile" / f"{id}.py"
        path.parent.mkdir(parents=True)
        path.write_text(source)
    chosen = [part for id in IDS for part in ("--exercise", id)]
    tool("autograder", "grade", root / "class", "--out", root / "out", "--seed", SEED, *chosen)
    results = json.loads((root / "out" / "results.json").read_text())
    return {s["student"]: {e["id"].split("/")[1]: e["score"] for e in s["exercises"]} for s in results["submissions"]}


def test_the_students_folder_holds_the_stubs_and_no_secret(course):
    student = course / "dist" / "student"
    assert {p.name for p in student.iterdir()} == {"hw1.ipynb", "tests"}
    notebook = nbformat.read(student / "hw1.ipynb", as_version=4)
    found = {c.metadata.torchkata.id: c.source for c in notebook.cells if "id" in c.metadata.get("torchkata", {})}
    assert {id: is_untouched(found[id], sheet(id).stub) for id in IDS} == dict.fromkeys(IDS, True)
    for id in IDS:
        # The comments for the learner are there too, and nothing else differs.
        assert found[id].split() == sheet(id).stub.split()
    text = "\n".join(p.read_text() for p in student.rglob("*") if p.is_file())
    assert SEED not in text
    assert "BEGIN SOLUTION" not in text
    everything = {p.name for p in (course / "kit").rglob("*.py")}
    assert {"beam_search.py", "perform.py"} <= everything
    for id in IDS:
        for misconception in catalog.load_misconceptions(id)[0]:
            assert misconception.sentence not in text


def test_the_points_of_the_cases_are_those_of_the_checks(course):
    from otter.test_files import create_test_file

    for id in IDS:
        path = course / "dist" / "student" / "tests" / f"{id.split('/')[1]}.py"
        cases = create_test_file(str(path), None).test_cases
        checks = catalog.load_exercise(id).checks
        assert [case.points for case in cases] == [check.points for check in checks]
        assert [case.success_message for case in cases] == [check.line for check in checks]


def test_a_hidden_check_is_a_hidden_case():
    from dataclasses import replace

    check = catalog.load_exercise(IDS[0]).checks[0]
    assert "hidden: true" in bridge._test(IDS[0], replace(check, hidden=True)).source
    assert "hidden: false" in bridge._test(IDS[0], check).source


def test_a_hidden_check_reaches_the_grader_and_not_the_student(tmp_path):
    """In a kit of which one check was made hidden, through the real otter assign and its container's start."""
    kit, id = copy_of_the_kit(tmp_path / "kit"), IDS[0]
    shutil.copy(KIT / "pyproject.toml", kit)
    checks = kit / "autograder" / "checks" / f"{id}.py"
    text = checks.read_text(encoding="utf-8")
    first = "@corr2d.check(\n"
    assert first in text
    checks.write_text(text.replace(first, f"{first}    hidden=True,\n", 1), encoding="utf-8")
    kept, *others = catalog.load_exercise(id).checks
    course, handed_in = tmp_path / "course", tmp_path / "handed in"
    tool(
        "autograder",
        "export",
        "otter",
        course,
        id,
        "--as",
        "hw1",
        "--seed",
        SEED,
        cwd=kit,
        KATA_HOME=str(kit),
        PYTHONPATH=str(kit),
    )
    tool("otter", "assign", course / "hw1.ipynb", course / "dist", "--no-run-tests", KATA_HOME=str(kit))
    student = (course / "dist" / "student" / "tests" / "corr2d.py").read_text()
    assert kept.line not in student
    assert kept.name not in student
    assert all(check.line in student for check in others)
    handed_in.mkdir()
    otter_notebook(
        course,
        {id: "def corr2d(X, K):\n    return X.unfold(0, *[K.shape[0], 1])[..., 0] * 0\n"},
        handed_in / "hw1.ipynb",
    )
    results, _said = otter_container(next((course / "dist" / "autograder").glob("*.zip")), handed_in, tmp_path)
    (found,) = [test for test in results["tests"] if "max_score" in test]
    assert (found["score"], found["max_score"]) == (0, 10)
    shown = [test["output"] for test in results["tests"] if test.get("visibility") != "hidden"]
    assert kept.name not in str(shown)


@pytest.mark.parametrize("id", catalog.entries())
def test_every_solution_cut_by_otter_is_the_stub(id):
    from otter.assign.solutions import replace_solutions

    one = sheet(id)
    cut = replace_solutions(bridge.otter_solution(one.solution).split("\n"), "python")
    assert is_untouched("\n".join(cut), one.stub)


def test_otter_run_gives_the_marks_of_kata_grade(course, autograder_zip, marks, tmp_path):
    assert 0 < marks["chloe_aubert"]["gru_cell"] < marks["hostile"]["gru_cell"]
    notebook = otter_notebook(course, sources("chloe_aubert"), tmp_path / "hw1.ipynb")
    said = tool("otter", "run", "-a", autograder_zip, "-o", tmp_path, notebook, cwd=tmp_path)
    results = json.loads((tmp_path / "results.json").read_text())
    assert otter_scores(results) == marks["chloe_aubert"]
    shown = results["tests"][0]["output"]
    assert "crashed" in shown
    assert SEED not in json.dumps(results) + said


class Bomb:
    """Unpickled, it leaves a file."""

    def __init__(self, path):
        self.path = str(path)

    def __reduce__(self):
        return open, (self.path, "w")


def test_in_the_container_a_hostile_submission_gains_nothing_and_none_of_it_runs(
    course, autograder_zip, marks, tmp_path
):
    handed_in, trace = tmp_path / "handed_in", tmp_path / "trace"
    handed_in.mkdir()
    path = otter_notebook(course, hostile(), handed_in / "hw1.ipynb")
    mark = f"open({str(trace)!r}, 'a').write(__name__)\n"
    notebook = nbformat.read(path, as_version=4)
    attack = mark + (
        "kata_verdicts = {i: dict.fromkeys(v, '') for i, v in globals().get('kata_verdicts', {}).items()}\n"
        "import otter.execute, otter.test_files, os\n"
        "otter.execute.Checker.check = classmethod(lambda *a, **k: None)\n"
        "otter.test_files.GradingResults.total = property(lambda self: 31)\n"
        "os._exit(0)\n"
    )
    forged = nbformat.v4.new_output("stream", name="stdout", text="corr2d results: All test cases passed!")
    notebook.cells.insert(
        0, nbformat.v4.new_code_cell(attack, outputs=[forged], metadata={"otter": {"tests": ["corr2d"]}})
    )
    tests = dict.fromkeys(("corr2d", "dropout", "gru_cell"), "from otter.test_files import test_case\n")
    notebook.metadata["otter"] = {"OK_FORMAT": False, "tests": tests, "assignment_name": "hw1"}
    nbformat.write(notebook, path)
    for name in ("otter", "torch", "autograder", "nbformat", "sitecustomize"):
        (handed_in / f"{name}.py").write_text(mark)
    # Otter takes the one notebook; Python files beside it must not be taken for modules.
    for folder in ("tests", "kit", "kit/autograder"):
        (handed_in / folder).mkdir()
    (handed_in / "kit" / "autograder" / "__init__.py").write_text(mark)
    (handed_in / "__init__.py").write_text(mark)
    (handed_in / "tests" / "corr2d.py").write_text(f"{mark}name = 'corr2d'\npoints = 10\nOK_FORMAT = False\n")
    (handed_in / ".OTTER_LOG").write_bytes(pickle.dumps(Bomb(trace)))
    results, report = otter_container(autograder_zip, handed_in, tmp_path)
    assert otter_scores(results) == marks["hostile"] == {"corr2d": 0, "dropout": 11, "gru_cell": 10}
    assert "corr2d: 0/10" in report
    assert not trace.exists(), trace.read_text()


def test_what_cannot_be_graded_gets_no_mark(tmp_path):
    from autograder.bridges.otter_plugin import GradingError, grade

    notebook = tmp_path / "hw1.ipynb"
    nbformat.write(nbformat.v4.new_notebook(), notebook)
    kit = tmp_path / "kit"
    kit.mkdir()
    with pytest.raises(GradingError):
        grade(notebook, {"exercises": IDS[:1], "seed": SEED}, kit)


def test_a_check_in_the_notebook_gives_the_kits_message(course, tmp_path):
    """In a real kernel, where nothing but what the student ran tells the source."""
    nbclient = pytest.importorskip("nbclient")
    folder = tmp_path / "student"
    shutil.copytree(course / "dist" / "student", folder)
    path = otter_notebook(course, {IDS[0]: FLIPPED}, folder / "hw1.ipynb")
    notebook = nbformat.read(path, as_version=4)
    kept = [c for c in notebook.cells if c.cell_type == "code" and "export" not in c.source]
    notebook.cells = [c for c in kept if not any(f'check("{n}")' in c.source for n in ("dropout", "gru_cell"))]
    client = nbclient.NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(folder)}})
    client.execute(env=ENV | {"KATA_HOME": str(KIT)})
    cell = next(c for c in notebook.cells if 'check("corr2d")' in c.source)
    shown = json.dumps(cell.outputs)
    assert "The kernel is flipped" in shown
    assert "corr2d(X, K) with X (height" in shown
    assert "Traceback" not in shown
