"""Master notebooks for ``otter assign``, and the kit that travels with them in the autograder's zip.

An exercise is a question, a check of it a test case with its points. What grades a submission is the plugin
(``otter_plugin``); the test cases tell a learner, in the notebook, what it says.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_raw_cell

from autograder import catalog
from autograder.bridges.github import requirements
from autograder.judging import expectations
from autograder.judging.stubs import BEGIN, END
from autograder.messages import _
from autograder.runner.protocol import Runner
from autograder.spec.exercise import Check
from autograder.workshop import notebooks
from autograder.workshop.sheets import Sheet, sheet

KIT = "kit"
PLUGIN = "autograder.bridges.otter_plugin.Kata"
CONFIG = """\
# ASSIGNMENT CONFIG
export_cell:
  pdf: false
  run_tests: false
tests:
  ok_format: false
  files: true
python_version: {python}
requirements: {requirements}
autograder_files: [{kit}]
plugins:
  - {plugin}: {settings}
"""
TEST = '''\
""" # BEGIN TEST CONFIG
points: {points:g}
hidden: {hidden}
success_message: {line}
""" # END TEST CONFIG
def {name}(env):
    from autograder.bridges.otter_plugin import verify
    verify("{id}", "{name}", env)'''
_MARKER = re.compile(rf"^([ \t]*)({BEGIN}|{END})$", re.MULTILINE)
_PROMPT = '{0}""" # BEGIN PROMPT\n{0}raise NotImplementedError\n{0}""" # END PROMPT'


def plan(ids: list[str], name: str = "") -> dict[str, list[str]]:
    """The exercises of each notebook: one of that name, else one for each chapter."""
    if name:
        return {name: ids}
    chapters = dict.fromkeys(id.split("/")[0] for id in ids)
    return {chapter: [id for id in ids if id.startswith(f"{chapter}/")] for chapter in chapters}


def write(folder: Path, assignments: dict[str, list[str]], settings: dict[str, Any], runner: Runner) -> list[Path]:
    """Writes the master notebooks of a plan, and the kit; gives the notebooks.

    settings: the plugin's, above all the seed that counts. They stand in the masters and in the autograder's zip, and
    in nothing that otter makes for students. Raises ``OSError`` and ``BrokenExerciseError``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    copy_kit(folder / KIT)
    for id in dict.fromkeys(id for ids in assignments.values() for id in ids):
        found = expectations.get(runner, id, settings["seed"])
        cached = folder / KIT / ".kata" / "expectations" / f"{id.replace('/', '.')}-{found.key}.bin"
        cached.parent.mkdir(parents=True, exist_ok=True)
        cached.write_bytes(found.to_bytes())
    written = []
    for name, ids in assignments.items():
        path = folder / f"{name}.ipynb"
        path.write_bytes(notebooks.to_bytes(master(name, ids, settings)))
        written.append(path)
    return written


def copy_kit(folder: Path) -> None:
    """Puts all that grading needs into a folder, solutions too: it is the instructor's. An older copy goes."""
    if (folder / "autograder").is_dir():
        shutil.rmtree(folder)
    unwanted = shutil.ignore_patterns("__pycache__", ".*")
    for name in ("autograder", "datasets", "exercises", "solutions"):
        shutil.copytree(catalog.kit_root() / name, folder / name, ignore=unwanted)
    for id in catalog.entries():  # a grader needs no learner's work
        (folder / "exercises" / f"{id}.py").unlink(missing_ok=True)


def master(name: str, ids: list[str], settings: dict[str, Any]) -> nbformat.NotebookNode:
    """The master notebook of these exercises, each chapter's under its text."""
    cells = [_raw(_config(ids, settings), "config"), notebooks.guide_cell(), notebooks.setup_cell()]
    for chapter, chosen in plan(ids).items():
        for cell in notebooks.readme_cells(chapter):
            cell.id = f"{chapter}-{cell.id}"[:64]
            cells.append(cell)
        for id in chosen:
            cells += _question(sheet(id))
    return notebooks.notebook(cells, {"assignment": name})


def _config(ids: list[str], settings: dict[str, Any]) -> str:
    """The settings of the assignment, with the versions that the expectations were made with."""
    names = [re.split(r"[^\w.-]", requirement)[0] for requirement in requirements()]
    return CONFIG.format(
        python=json.dumps(f"{sys.version_info.major}.{sys.version_info.minor}"),
        requirements=json.dumps([f"{name}=={version(name).split('+')[0]}" for name in names]),
        kit=KIT,
        plugin=PLUGIN,
        settings=json.dumps({"exercises": ids, **settings}),
    )


def _question(one: Sheet) -> list[nbformat.NotebookNode]:
    cells = [_raw(f"# BEGIN QUESTION\nname: {one.name}", f"{one.name}-begin"), notebooks.task_cell(one)]
    solution = notebooks.stub_cell(one)
    solution.source = otter_solution(one.solution).rstrip("\n")
    cells += [_raw("# BEGIN SOLUTION", f"{one.name}-solution"), solution, _raw("# END SOLUTION", f"{one.name}-solved")]
    cells.append(_raw("# BEGIN TESTS", f"{one.name}-tests"))
    cells += [_test(one.id, check) for check in catalog.load_exercise(one.id).checks]
    return [*cells, _raw("# END TESTS", f"{one.name}-tested"), _raw("# END QUESTION", f"{one.name}-end")]


def _test(id: str, check: Check) -> nbformat.NotebookNode:
    # otter puts the line between quotes of Python, as it is.
    line = json.dumps(json.dumps(_(check.line))[1:-1])
    hidden = str(check.hidden).lower()
    source = TEST.format(id=id, name=check.name, points=check.points, hidden=hidden, line=line)
    return new_code_cell(source, id=f"{id.split('/')[1]}-{check.name}"[:64])


def otter_solution(solution: str) -> str:
    """A solution with otter's markers in place of nbgrader's; cut by otter, it is the stub."""

    def marker(match: re.Match[str]) -> str:
        indent = match[1]
        if match[2] == BEGIN:
            return f"{indent}# BEGIN SOLUTION NO PROMPT"
        end = f"{indent}# END SOLUTION"
        return f"{end}\n{_PROMPT.format(indent)}" if indent else end

    return _MARKER.sub(marker, solution)


def _raw(text: str, id: str) -> nbformat.NotebookNode:
    return new_raw_cell(text, id=id)
