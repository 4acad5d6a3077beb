"""The fast path: a class graded by the kit as any other, then written through nbgrader's own conversion.

So the autograded notebooks, the gradebook, time stamps and late penalties are nbgrader's, as after its ``autograde``.
"""

from __future__ import annotations

import contextlib
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps import AutogradeApp
from nbgrader.converters import Autograde
from nbgrader.converters.base import NbGraderException

from autograder import catalog
from autograder.bridges.nbgrader import reading as intake
from autograder.bridges.nbgrader import steps
from autograder.intake.classes import IntakeError, Submissions, one_student
from autograder.messages import _
from autograder.results import ExerciseResult, Results


class CourseError(IntakeError):
    """The course cannot be graded; the message is a sentence."""


class Course:
    """One assignment of a course directory, as nbgrader's configuration has it. Raises ``CourseError``."""

    def __init__(self, folder: Path, assignment: str) -> None:
        if not folder.is_dir():
            raise CourseError(_("There is no folder {folder}.").format(folder=folder))
        app = AutogradeApp(log_level=logging.CRITICAL)
        app.load_cwd_config = False  # the working directory may be that of another course
        app.initialize([], root=str(folder.resolve()))
        app.coursedir.assignment_id = assignment
        app.log.setLevel(logging.CRITICAL)  # whatever the configuration says: the command line tells what went wrong
        self.assignment = assignment
        self._converter = _Converter(coursedir=app.coursedir, parent=app)
        self._exercises = self._find_exercises(app.coursedir.db_url, app.coursedir.course_id)
        self._converter.names = list(self._exercises)

    def _find_exercises(self, url: str, course: str) -> dict[str, list[str]]:
        """The exercises of each notebook, as the gradebook knows them."""
        file = Path(url.removeprefix("sqlite:///"))
        try:
            if url.startswith("sqlite:///") and not file.exists():  # nbgrader would make an empty one
                raise MissingEntry
            with Gradebook(url, course) as gradebook:
                notebooks = gradebook.find_assignment(self.assignment).notebooks
                return {notebook.name: steps.exercises(notebook) for notebook in notebooks}
        except MissingEntry:
            text = _("The gradebook has no assignment {name}: run 'nbgrader generate_assignment {name}' first.")
            raise CourseError(text.format(name=self.assignment)) from None

    @property
    def ids(self) -> list[str]:
        """The exercises of the assignment."""
        chosen = {id for ids in self._exercises.values() for id in ids}
        return [id for id in catalog.entries() if id in chosen]

    @property
    def seed(self) -> str:
        """The seed that the course's configuration sets."""
        return str(steps.GradeByKit(parent=self._converter).seed)

    def read(self) -> Submissions:
        """What was submitted, by student. Raises ``CourseError`` if nothing was."""
        students = [one_student(name, folder, self.ids) for name, folder in self._folders()]
        if not students:
            raise CourseError(_("Nobody has submitted {name} yet.").format(name=self.assignment))
        return Submissions(students)

    def write(self, results: Results) -> list[str]:
        """Makes the autograded notebooks and writes marks and comments; gives the students for whom that failed."""
        self._converter.results = {s.student: {e.id: e for e in s.exercises} for s in results.submissions}
        with contextlib.suppress(NbGraderException):
            self._converter.start()
        return [s.student for s in results.submissions if s.student not in self._converter.written]

    def _folders(self) -> Iterator[tuple[str, Path]]:
        """The students, each with the folder of what they submitted, by name."""
        converter = self._converter
        with contextlib.suppress(NbGraderException):
            converter.init_notebooks()
        anyone, excluded = "(?P<student>.*)", converter.coursedir.student_id_exclude.split(",")
        pattern = re.compile(converter._format_source(re.escape(self.assignment), anyone, escape=True))
        for folder in sorted(converter.assignments):
            found = pattern.match(folder)
            if found and found["student"] not in excluded:
                yield found["student"], Path(folder)


class _Converter(Autograde):  # type: ignore[misc]
    """nbgrader's conversion of what was submitted, with results that are there already."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.force = True
        self.exporter_class = steps.AnyNotebook
        self.sanitize_preprocessors = steps.sanitizing()
        self.autograde_preprocessors = steps.autograding()
        self.results: dict[str, dict[str, ExerciseResult]] = {}
        self.names: list[str] = []  # of the notebooks that the assignment has
        self.written: set[str] = set()

    def init_single_notebook_resources(self, notebook_filename: str) -> dict[str, Any]:
        resources: dict[str, Any] = super().init_single_notebook_resources(notebook_filename)
        resources[steps.KEY] = self.results[resources["nbgrader"]["student"]]
        return resources

    def run_pre_convert_hook(self) -> None:
        intake.adopt(self.notebooks, self.names)
        super().run_pre_convert_hook()

    def set_permissions(self, assignment_id: str, student_id: str) -> None:
        """nbgrader's last step for a student."""
        super().set_permissions(assignment_id, student_id)
        self.written.add(student_id)
