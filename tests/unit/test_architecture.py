"""Imports run one way, from the rooms that people enter to those that everything stands on."""

import ast

import pytest

from support import KIT

PACKAGE = KIT / "autograder"
GROUND = {"catalog", "messages", "progress", "results", "tables", "files", "errors", "seeds", "syntax"}
# For each room those that it may use, beside itself and the ground floor.
MAY_USE = {
    "spec": set(),
    "checks": {"spec", "datasets"},
    "misconceptions": {"spec"},
    "runner": {"spec"},
    "intake": {"runner"},
    "judging": {"intake", "runner", "spec"},
    "classroom": {"judging", "intake", "runner", "spec"},
    "marks": set(),
    "report": {"marks"},
    "workshop": {"judging", "intake", "runner", "spec", "report"},
    "bridges": {"workshop", "classroom", "judging", "intake", "runner", "spec", "report", "marks"},
    "cli": {"bridges", "workshop", "classroom", "judging", "intake", "runner", "spec", "report", "marks"},
}

ROOMS = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}


def _imports(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (
                [f"{node.module}.{a.name}" for a in node.names] if node.module == "autograder" else [node.module]
            )


@pytest.mark.parametrize("room", MAY_USE)
def test_a_room_uses_only_those_below_it(room):
    files = sorted((PACKAGE / room).rglob("*.py"))
    assert files
    allowed = MAY_USE[room] | GROUND | {room}
    wrong = [
        f"{path.relative_to(PACKAGE)}: {name}"
        for path in files
        for name in _imports(path)
        if name.startswith("autograder.") and name.split(".")[1] in ROOMS - allowed
    ]
    assert not wrong


def test_every_folder_is_a_room():
    folders = {p.name for p in PACKAGE.iterdir() if (p / "__init__.py").exists()}
    assert folders - {"expectations"} == set(MAY_USE)


def test_no_test_imports_another_and_those_of_unit_start_nothing():
    """Which folder of ``tests`` a test lies in says what it needs."""
    files = sorted([*(KIT / "tests").glob("test_*.py"), *(KIT / "tests").glob("*/test_*.py")])
    assert {path.parent.name for path in files} == {"unit", "runner", "command", "tools", "content"}
    for path in files:
        nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
        imported = {
            alias.name for node in nodes if isinstance(node, ast.Import | ast.ImportFrom) for alias in node.names
        }
        imported |= {str(node.module) for node in nodes if isinstance(node, ast.ImportFrom)}
        assert not imported & {"conftest", *(other.stem for other in files)}, path
        if path.parent.name == "unit":
            asked = {argument.arg for node in nodes if isinstance(node, ast.arguments) for argument in node.args}
            assert not asked & {"runner", "grade_source"}, path
            assert not imported & {"subprocess", "multiprocessing", "kata", "tool"}, path
