"""``pytest exercises/``: every check of an exercise is a test, with the message that ``kata check`` gives.

Only files of a kit's own ``exercises`` folder are collected; they are graded in the kit's runner and never imported.
Loaded into every pytest of the environment, so what needs torch is imported when there is something to grade.
"""

from __future__ import annotations

import io
import os
from collections.abc import Generator, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from autograder.messages import _

if TYPE_CHECKING:
    from autograder.judging.grader import Grader
    from autograder.results import CheckResult, ExerciseResult
    from autograder.runner.protocol import Runner


class Session:
    """What the tests of a session share: one runner, and for each kit what is right."""

    def __init__(self) -> None:
        self._runner: Runner | None = None
        self._graders: dict[Path, Grader] = {}

    def grade(self, root: Path, id: str, path: Path) -> ExerciseResult:
        """The result of a file of the kit at ``root``."""
        from autograder import catalog
        from autograder.intake.classes import read_source
        from autograder.judging.grader import Grader
        from autograder.judging.job import Job
        from autograder.runner.start import start_runner

        runner = self._runner = self._runner or start_runner()
        if root not in self._graders:
            self._graders[root] = Grader.public(runner)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("KATA_HOME", str(root))
            catalog.kit_root.cache_clear()
            try:
                return self._graders[root].grade(Job("", id, read_source(path)))
            finally:
                catalog.kit_root.cache_clear()

    def close(self) -> None:
        if self._runner is not None:
            self._runner.close()


SESSION = pytest.StashKey[Session]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[SESSION] = Session()


def pytest_unconfigure(config: pytest.Config) -> None:
    config.stash[SESSION].close()


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> Generator[None, Any, Any]:
    """An exercise is collected by nobody else: pytest itself would import a file that is named on its command line."""
    found = yield
    if kit := kit_of(file_path):
        return [ExerciseFile.from_parent(parent, path=file_path, root=kit)]
    return found


def kit_of(path: Path) -> Path | None:
    """The root of the kit that a file is an exercise of."""
    if path.suffix != ".py" or len(path.parents) < 3 or path.parents[1].name != "exercises":
        return None
    root = path.parents[2]
    home = os.environ.get("KATA_HOME")
    if not (root / "autograder").is_dir() and not (home and Path(home).resolve() == root.resolve()):
        return None
    from autograder import catalog

    return root if f"{path.parent.name}/{path.stem}" in catalog.entries() else None


class ExerciseFile(pytest.File):
    """A student's file; its tests are the checks of the exercise."""

    def __init__(self, *, root: Path, **more: Any) -> None:
        super().__init__(**more)
        self.root = root
        self.exercise = f"{self.path.parent.name}/{self.path.stem}"
        self._results: dict[str, CheckResult] = {}

    def collect(self) -> Iterator[pytest.Item]:
        from autograder import catalog

        for check in catalog.load_exercise(self.exercise).checks:
            yield CheckItem.from_parent(self, name=check.name, line=_(check.line))

    def result(self, name: str) -> CheckResult:
        """The result of one check; all are graded when the first is asked for."""
        if not self._results:
            graded = self.config.stash[SESSION].grade(self.root, self.exercise, self.path)
            self._results = {check.name: check for check in graded.checks}
        return self._results[name]


class CheckItem(pytest.Item):
    """One check. line: what it asks for, as the learner reads it."""

    parent: ExerciseFile

    def __init__(self, *, line: str, **more: Any) -> None:
        super().__init__(**more)
        self.line = line

    def runtest(self) -> None:
        from autograder.report.said import said
        from autograder.results import Status

        result = self.parent.result(self.name)
        if result.status is Status.NOT_ATTEMPTED and not result.detail.trace:
            raise pytest.skip.Exception(_("not started"), _use_item_location=True)
        if result.status is Status.SKIPPED:
            raise pytest.skip.Exception(said(result).message, _use_item_location=True)
        if result.status is not Status.PASSED:
            raise NotRight(result)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, NotRight):
            return Message(excinfo.value)
        if isinstance(excinfo.value, Exception):
            error = f"{type(excinfo.value).__name__}: {excinfo.value}"
            return _("The grader failed, not you: {error}").format(error=error)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, 0, f"{self.parent.exercise.split('/')[1]}: {self.line}"


class NotRight(Exception):
    """A check that did not pass."""

    def __init__(self, result: CheckResult) -> None:
        from autograder.report.said import said

        self.told = said(result)
        super().__init__(self.told.gist)
        self.result = result


class Message:
    """How a check failed, as pytest's reports want it."""

    def __init__(self, failure: NotRight) -> None:
        self.result = failure.result
        self.reprcrash = SimpleNamespace(message=failure.told.line if failure.told.hidden else failure.told.gist)

    def toterminal(self, writer: Any) -> None:
        writer.write(self._said(writer.fullwidth, "standard" if writer.hasmarkup else None) + "\n")

    def __str__(self) -> str:
        return self._said(100, None)

    def _said(self, width: int, colours: Any) -> str:
        from rich.console import Console

        from autograder.report import terminal

        buffer = io.StringIO()
        console = Console(
            file=buffer, width=width, force_terminal=colours is not None, color_system=colours, highlight=False
        )
        console.print(terminal.failure(self.result, width))
        return "\n".join(line.rstrip() for line in buffer.getvalue().splitlines())
