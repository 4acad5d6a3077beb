"""The kit inside of otter: a plugin that makes the marks, and what the test cases of a notebook call.

Grading: the plugin reads the student's code from the notebook's file, has ``kata grade`` grade it, and gives otter a
notebook without any of it to execute. So no line of a submission runs in otter's kernel or process, and the test cases
find the verdicts ready. In a learner's own notebook they ask the kit, which runs the code in another process.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from otter.plugins import AbstractOtterPlugin

from autograder.messages import _
from autograder.report.said import Audience, said
from autograder.results import Status

VERDICTS = "kata_verdicts"
NO_MARKS = {"score": 0.0, "max_score": 0.0}
RUN_OTTER = "common/run_otter.py"
# Before otter's own start of the grading: the kit that came in the zip, for the plugin, the kernel and the runner.
# In a container of ``otter grade`` the metadata are an empty file, which otter cannot read once there are plugins.
HEAD = """\
import os
import sys

SOURCE = os.path.dirname(os.path.abspath(__file__))
KIT = os.path.join(SOURCE, "files", "kit")
sys.path.insert(0, KIT)
os.environ["PYTHONPATH"] = os.environ["KATA_HOME"] = KIT
METADATA = os.path.join(os.path.dirname(SOURCE), "submission_metadata.json")
if not os.path.exists(METADATA) or not os.path.getsize(METADATA):
    with open(METADATA, "w") as file:
        file.write("{}")

"""
GRADE = "import json, sys; sys.argv = json.load(sys.stdin); from autograder.cli import run; run()"


class Feedback(AssertionError):
    """What a test case fails with: the kit's message. Otter shows it behind the name of this class."""


class GradingError(RuntimeError):
    """The kit could not grade. It ends otter's run: no mark is better than one that nobody deserves."""


class Kata(AbstractOtterPlugin):  # type: ignore[misc]
    """Grades with the kit. Settings: ``exercises``, their ids; ``seed``; ``options``, more of them for kata grade."""

    def during_assign(self, assignment: Any) -> None:
        """Lets the zip that is made next start with the kit on its path."""
        from jinja2 import ChoiceLoader, DictLoader
        from otter.generate import JINJA_ENV

        if JINJA_ENV.loader is not None:
            start, _path, _changed = JINJA_ENV.loader.get_source(JINJA_ENV, RUN_OTTER)
            JINJA_ENV.loader = ChoiceLoader([DictLoader({RUN_OTTER: HEAD + start}), JINJA_ENV.loader])

    def before_grading(self, config: Any) -> None:
        """Grades, then takes away what the student handed in: otter would unpickle its log, the kernel import from it.

        It runs in otter's copy of the submission, before anything of it is executed. Raises ``GradingError``.
        """
        submission = Path(self.submission_path)
        self._graded = grade(submission, self.plugin_config, submission.parents[1] / "source" / "files" / "kit")
        for path in submission.parent.iterdir():
            if path.name != "tests" and path != submission:  # the tests are otter's, from the zip
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()

    def before_execution(self, submission: Any) -> Any:
        """A notebook that holds the verdicts and nothing of the student's."""
        from nbformat.v4 import new_code_cell, new_notebook

        verdicts = {e["id"]: {c["name"]: _failure(c) for c in e["checks"]} for e in self._graded}
        # As a string in a string: whatever the messages hold, they are no code.
        source = f"import json\n{VERDICTS} = json.loads({json.dumps(json.dumps(verdicts))})"
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        return new_notebook(cells=[new_code_cell(source)], metadata={"kernelspec": kernel})

    def after_grading(self, results: Any) -> None:
        """Sets the scores: they come from the kit and not from the kernel."""
        if results.catastrophic_error is not None:
            raise GradingError(str(results.catastrophic_error))
        for exercise in self._graded:
            results.update_score(exercise["id"].split("/")[1], exercise["score"])

    def generate_report(self) -> str:
        """What the instructor sees: every check with its message."""
        lines = []
        for exercise in self._graded:
            lines.append(f"{exercise['id']}: {exercise['score']:g}/{exercise['max_score']:g}")
            for check in exercise["checks"]:
                said = _failure(check, Audience.INSTRUCTOR).replace("\n", "\n      ")
                lines.append(f"  {check['score']:g}/{check['max_score']:g}  {check['name']}  {said}")
        return "\n".join(lines)


def grade(submission: Path, settings: dict[str, Any], kit: Path) -> list[dict[str, Any]]:
    """The exercises of ``results.json`` for the code in a notebook or file, graded by the kit in that folder.

    Raises ``GradingError``, also where an exercise is ungraded.
    """
    with tempfile.TemporaryDirectory() as temporary:
        handed_in, out = Path(temporary, "class", "student"), Path(temporary, "out")
        handed_in.mkdir(parents=True)
        shutil.copy(submission, handed_in, follow_symlinks=False)
        # The seed goes through a pipe: a command line is for all to see.
        command = ["kata", "grade", str(handed_in.parent), "--out", str(out), "--device", "cpu"]
        command += ["--seed", settings["seed"], *settings.get("options", [])]
        for id in settings["exercises"]:
            command += ["--exercise", id]
        environment = os.environ | {"KATA_HOME": str(kit), "PYTHONPATH": str(kit)}
        done = subprocess.run(
            [sys.executable, "-P", "-c", GRADE], input=json.dumps(command), cwd=temporary, env=environment,
            text=True, capture_output=True,
        )  # fmt: skip
        try:
            found = json.loads((out / "results.json").read_bytes())["submissions"][0]
        except (OSError, ValueError, LookupError):
            raise GradingError(_("kata grade failed: {reason}").format(reason=done.stderr[-2000:])) from None
    exercises: list[dict[str, Any]] = found["exercises"]
    ungraded = [c["message"] for e in exercises for c in e["checks"] if c["status"] == Status.UNGRADED]
    if ungraded or done.returncode:
        reason = "; ".join([*ungraded[:3], done.stderr[-2000:]])
        raise GradingError(_("kata grade failed: {reason}").format(reason=reason))
    return exercises


def _failure(check: Mapping[str, Any], audience: Audience = Audience.STUDENT) -> str:
    """What a check's test case fails with; nothing if the check passed. It is given as ``results.json`` has it."""
    told = said(check, audience)
    if check["status"] == Status.PASSED:
        return ""
    return ": ".join(part for part in (told.word, told.text) if part)


def verify(id: str, check: str, env: dict[str, Any]) -> None:
    """The body of a test case: passes, or raises ``Feedback``. ``env``: the globals of the notebook."""
    verdicts = env[VERDICTS][id] if VERDICTS in env else _live(id)
    if said := verdicts[check]:
        raise Feedback(said)


def _live(id: str) -> dict[str, str]:
    """The verdicts for what was run in this notebook, graded once for all the cases of a cell."""
    from IPython.core.getipython import get_ipython

    from autograder import check

    global _latest
    ip = get_ipython()
    count = ip.execution_count if ip else None
    if _latest is None or _latest[0] != (id, count):
        if ip and ip.extension_manager:
            ip.extension_manager.load_extension("autograder")
        shown = check(id)
        found = {
            name: _failure({**NO_MARKS, "name": name, "status": status, "message": message, "diagnosis": diagnosis})
            for name, (status, message, diagnosis) in shown.checks.get(id, {}).items()
        }
        # Nothing could be graded, and the text says why.
        _latest = (id, count), found or defaultdict(lambda: "\n" + shown.text)
    return _latest[1]


_latest: tuple[tuple[str, int | None], dict[str, str]] | None = None
