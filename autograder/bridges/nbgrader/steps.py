"""The kit's steps in nbgrader's conversion of a submission: repair the notebook, grade it, save the marks."""

from __future__ import annotations

import atexit
import os
from copy import deepcopy
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell
from nbgrader import utils
from nbgrader.api import Gradebook, Notebook
from nbgrader.converters import Autograde
from nbgrader.preprocessors import Execute, NbGraderPreprocessor, SaveAutoGrades
from traitlets import Bool, Unicode

from autograder import catalog
from autograder.bridges.nbgrader import TEST
from autograder.bridges.nbgrader import reading as intake
from autograder.intake.notebooks import is_code
from autograder.messages import _

if TYPE_CHECKING:
    from autograder.judging.grader import Grader
    from autograder.results import ExerciseResult

KEY = "torchkata"  # of what is the kit's, in the metadata of a notebook and in nbgrader's resources
NEW_CELL = {"code": new_code_cell, "markdown": new_markdown_cell, "raw": new_raw_cell}

Resources = dict[str, Any]


class ForeignTestsError(ValueError):
    """A test cell that is not the kit's: it would need a kernel, and none is started."""


def sanitizing() -> list[type]:
    """nbgrader's steps that clean a submission, after the kit's."""
    return [Mend, *Autograde.sanitize_preprocessors.default()]


def autograding() -> list[type]:
    """nbgrader's steps that grade, with the kit's in the places of the kernel and of the reader of outputs."""
    replaced = {Execute: GradeByKit, SaveAutoGrades: SaveKitGrades}
    return [replaced.get(step, step) for step in Autograde.autograde_preprocessors.default()]


def exercise_of(grade_id: str) -> str | None:
    """The exercise that a test cell belongs to; None if it is not one of the kit's."""
    names = {entry.name: id for id, entry in catalog.entries().items()}
    return names.get(grade_id.removeprefix(TEST)) if grade_id.startswith(TEST) else None


def exercises(notebook: Notebook) -> list[str]:
    """The exercises of one of the gradebook's notebooks."""
    found = {exercise_of(cell.name) for cell in notebook.grade_cells}
    return [id for id in catalog.entries() if id in found]


class AnyNotebook(NotebookExporter):
    """Reads what a student's tools may have left of a notebook. What is damaged beyond use is an empty one."""

    def from_file(
        self, file_stream: Any, resources: Resources | None = None, **kw: Any
    ) -> tuple[NotebookNode, Resources]:
        try:
            nb = nbformat.read(file_stream, as_version=4)
            nbformat.validate(nb, relax_add_props=True)
            nb.metadata.pop("language", None)
        except Exception:
            nb = new_notebook()
        return self.from_notebook_node(nb, resources=resources, **kw)


class Mend(NbGraderPreprocessor):  # type: ignore[misc]
    """Makes a submitted notebook anew from the sources of its cells and from what the gradebook says of them.

    Nothing else of a submission is kept: no metadata, no ids, no outputs. So nothing that was done to these gives its
    author anything, takes anything, or stops nbgrader. What counts for each exercise is noted in the notebook.
    """

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        about = resources["nbgrader"]
        with Gradebook(about["db_url"]) as gradebook:
            notebook = gradebook.find_notebook(about["notebook"], about["assignment"])
            course = _course_cells(notebook)
            ids = exercises(notebook)
        file = resources["metadata"]
        path = Path(file["path"], f"{file['name']}.ipynb")
        sources = intake.read(path.parent, ids)
        homes = intake.homes(path, sources)
        solutions = {id.split("/")[1]: id for id in ids}
        tests = {TEST + name for name in solutions}
        code = [i for i, cell in enumerate(nb.cells) if is_code(cell.cell_type, cell.source, cell.metadata)]
        placed: dict[int, str] = {}
        for name, id in solutions.items():
            if 0 < homes.get(id, 0) <= len(code):
                placed.setdefault(code[homes[id] - 1], name)
        for index, cell in reversed(list(enumerate(nb.cells))):  # of doubles the last counts, as in nbgrader
            name = _claimed(cell)
            if name in course and name not in {*solutions, *tests, *placed.values()}:
                placed.setdefault(index, name)
        cells = []
        for index, cell in enumerate(nb.cells):
            name = placed.get(index, "")
            if not name and (_claimed(cell) in tests or cell.source in {course[test].source for test in tests}):
                continue
            cells.append(_cell(cell.cell_type, cell.source, course[name] if name else None))
            if name in solutions:
                cells.append(course[TEST + name])
        for name in [name for name in solutions if name not in placed.values()]:
            source = sources.get(solutions[name])
            cells += [_cell("code", source.text if source else "", course[name]), course[TEST + name]]
        nb.cells = cells
        nb.metadata = NotebookNode({KEY: {"sources": {id: asdict(s) for id, s in sources.items()}}})
        return nb, resources


def _course_cells(notebook: Notebook) -> dict[str, NotebookNode]:
    """The cells that the gradebook knows of a notebook, with the metadata that nbgrader gives them."""
    points = {cell.name: cell.max_score for cell in (*notebook.grade_cells, *notebook.task_cells)}
    grades, solutions, tasks = (
        {cell.name for cell in cells} for cells in (notebook.grade_cells, notebook.solution_cells, notebook.task_cells)
    )
    made = {}
    for cell in notebook.source_cells:
        facts = {
            "schema_version": 3,
            "grade_id": cell.name,
            "grade": cell.name in grades,
            "solution": cell.name in solutions,
            "task": cell.name in tasks,
            "locked": cell.locked,
            "checksum": cell.checksum,
            "cell_type": cell.cell_type,
        }
        if cell.name in points:
            facts["points"] = points[cell.name]
        made[cell.name] = NEW_CELL[cell.cell_type](cell.source, metadata={"nbgrader": facts})
    return made


def _claimed(cell: NotebookNode) -> str:
    """The grade_id that a submitted cell bears, whatever it is worth."""
    facts = cell.metadata.get("nbgrader")
    name = facts.get("grade_id") if isinstance(facts, dict) else None
    return name if isinstance(name, str) else ""


def _cell(kind: str, source: str, course: NotebookNode | None) -> NotebookNode:
    """A cell with a student's source: one of the course's, or one of their own."""
    if course is None:
        return NEW_CELL.get(kind, new_raw_cell)(source)
    return NEW_CELL[course.cell_type](source, metadata=course.metadata)


class GradeByKit(NbGraderPreprocessor):  # type: ignore[misc]
    """Instead of executing a notebook: its exercises are graded in the kit's runner, and the test cells say how."""

    kit = Unicode("", help="the kit's root; if empty KATA_HOME, else the kit around the working directory").tag(
        config=True
    )
    seed = Unicode("public", help="the inputs that count").tag(config=True)
    trust_students = Bool(False, help="grade even where their code cannot be shut off").tag(config=True)
    show_inputs = Bool(False, help="students see inputs, though the seed is secret").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        tests = {cell.metadata.nbgrader.grade_id: cell for cell in nb.cells if _is_test(cell)}
        ids = {grade_id: exercise_of(grade_id) for grade_id in tests}
        if foreign := [grade_id for grade_id, id in ids.items() if id is None]:
            text = _("The test cells {names} are not the kit's: only its own are graded, no kernel is started.")
            raise ForeignTestsError(text.format(names=", ".join(foreign)))
        for cell in nb.cells:
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], None
        results = resources.get(KEY)
        if results is None:
            results = self._grade(nb, [id for id in ids.values() if id], resources)
        for grade_id, cell in tests.items():
            id = ids[grade_id]
            assert id is not None
            cell.outputs = _outputs(results[id], f"{resources['nbgrader']['notebook']}.ipynb", cell)
            cell.execution_count = 1
            if mark(results[id], cell) is None:
                self.log.error(_("%s was not graded, through no fault of the student's: %s"), id, results[id].note)
        resources[KEY] = results
        return nb, resources

    def _grade(self, nb: NotebookNode, ids: list[str], resources: Resources) -> dict[str, ExerciseResult]:
        grader = _grader(self.kit, self.seed, self.trust_students)
        from autograder.intake.model import Source
        from autograder.judging.job import Job, Leisure

        found = {id: Source(**facts) for id, facts in nb.metadata[KEY]["sources"].items()}
        results, leisure = {}, Leisure()
        for id in ids:
            job = Job(resources["nbgrader"]["student"], id, found.get(id))
            results[id] = grader.grade_alone(leisure.given(job))
            leisure.take(job, results[id])
        return {id: result.opened() for id, result in results.items()} if self.show_inputs else results


@cache
def _grader(kit: str, seed: str, trust_students: bool) -> Grader:
    """The grader of this process, with a runner that lives as long. Raises ``IsolationError``."""
    if kit:
        os.environ["KATA_HOME"] = kit
    from autograder.classroom.isolation import require_strict
    from autograder.judging.grader import Grader, made_here
    from autograder.runner.start import start_runner

    runner = start_runner()
    atexit.register(runner.close)
    if not trust_students:
        require_strict(runner.isolation, "cpu", runner.escapes)
    return Grader(runner, made_here(runner, seed, "cpu"))


def _is_test(cell: NotebookNode) -> bool:
    return bool(utils.is_grade(cell) and not utils.is_solution(cell) and cell.cell_type == "code")


def mark(result: ExerciseResult, cell: NotebookNode) -> float | None:
    """What a result is worth in a test cell's points, which an instructor may have changed; None if ungraded."""
    from autograder.results import Status

    if result.status is Status.UNGRADED:
        return None
    points = float(cell.metadata.nbgrader.points)
    return min(points, round(result.score / result.max_score * points, 6))


def _outputs(result: ExerciseResult, where: str, cell: NotebookNode) -> list[NotebookNode]:
    """What the test cell shows, and its value."""
    from autograder.report.feedback import Feedback, to_html, to_text

    told = [Feedback(deepcopy(result), _(catalog.entries()[result.id].title), where)]
    shown = [new_output("display_data", data={"text/html": to_html(told), "text/plain": to_text(told)})]
    if (value := mark(result, cell)) is not None:
        shown.append(new_output("execute_result", data={"text/plain": repr(value)}, execution_count=1))
    return shown


class SaveKitGrades(SaveAutoGrades):  # type: ignore[misc]
    """Marks and comments from the grader's results, not read from outputs."""

    def _add_score(self, cell: NotebookNode, resources: Resources) -> None:
        result = self._result(cell, resources)
        if result is None:
            super()._add_score(cell, resources)
            return
        grade = self.gradebook.find_grade(
            cell.metadata.nbgrader.grade_id, self.notebook_id, self.assignment_id, self.student_id
        )
        before, grade.auto_score = grade.auto_score, mark(result, cell)
        if grade.auto_score is None:
            grade.needs_manual_grade = True
        elif grade.manual_score is None:
            grade.needs_manual_grade = False
        elif before != grade.auto_score:  # somebody overrode a mark that has changed since
            grade.needs_manual_grade = True
        self.gradebook.db.commit()

    def _add_comment(self, cell: NotebookNode, resources: Resources) -> None:
        result = self._result(cell, resources)
        if result is None:
            super()._add_comment(cell, resources)
            return
        comment = self.gradebook.find_comment(
            cell.metadata.nbgrader.grade_id, self.notebook_id, self.assignment_id, self.student_id
        )
        comment.auto_comment = comment_on(result)
        self.gradebook.db.commit()

    def _result(self, cell: NotebookNode, resources: Resources) -> ExerciseResult | None:
        grade_id: str = cell.metadata.nbgrader.grade_id
        id = exercise_of(grade_id) or exercise_of(TEST + grade_id)
        return resources[KEY].get(id)


def comment_on(result: ExerciseResult) -> str | None:
    """A result in a few lines; of the kit's own words alone, since nbgrader shows comments as HTML."""
    from autograder.report.said import said
    from autograder.report.words import WORDS
    from autograder.results import Status

    if result.status is Status.PASSED:
        return None
    if result.status is Status.NOT_ATTEMPTED:
        return _(WORDS[result.status])
    lines = []
    for check in result.checks:
        if check.failed:
            told = said(check)
            why = f". {told.diagnosis}" if told.diagnosis else ""
            lines.append(f"{told.line}: {told.word}{why}")
    return "\n\n".join(dict.fromkeys(lines))
