"""Stubs are cut from solutions, committed, and never differ from them."""

from __future__ import annotations

import ast

import pytest

from autograder import catalog
from autograder.judging.stubs import MarkerError, cut, is_untouched

SOLUTION = '''"""Task."""


def f(x):
    """Doc."""
    # TODO: add one.
    ### BEGIN SOLUTION
    return x + 1
    ### END SOLUTION


### BEGIN SOLUTION
def helper():
    pass


### END SOLUTION
class A:
    def g(self):
        # TODO: this too.
        ### BEGIN SOLUTION
        return 2
        ### END SOLUTION
'''


def test_bodies_become_not_implemented_and_helpers_disappear():
    stub = cut(SOLUTION)
    assert stub.count("raise NotImplementedError") == 2
    assert "# TODO: add one.\n    raise NotImplementedError\n" in stub
    assert "helper" not in stub
    assert "SOLUTION" not in stub
    ast.parse(stub)


@pytest.mark.parametrize(
    "broken",
    [
        "def f(): pass\n",
        "### BEGIN SOLUTION\n",
        "### END SOLUTION\n### BEGIN SOLUTION\n",
        "x = 1 ### BEGIN SOLUTION\n### END SOLUTION\n",
    ],
)
def test_markers_must_pair(broken):
    with pytest.raises(MarkerError):
        cut(broken)


@pytest.mark.parametrize(
    "source",
    [
        "",
        "\n  \n",
        cut(SOLUTION),
        cut(SOLUTION).replace("# TODO: add one.", "# my notes"),
        cut(SOLUTION).replace("Doc.", "D"),
    ],
)
def test_untouched(source):
    assert is_untouched(source, cut(SOLUTION))


@pytest.mark.parametrize(
    "source", [SOLUTION, "def f(x", "x = 1", cut(SOLUTION).replace("NotImplementedError", "ValueError")]
)
def test_touched(source):
    assert not is_untouched(source, cut(SOLUTION))


@pytest.mark.parametrize("id", list(catalog.entries()))
def test_every_committed_stub_is_the_one_cut_from_its_solution(id):
    solution = catalog.solution_file(id).read_text(encoding="utf-8")
    assert catalog.exercise_file(id).read_text(encoding="utf-8") == cut(solution), "run kata sync"


def test_solutions_exercises_checks_and_misconceptions_mirror_the_manifest():
    root = catalog.kit_root()
    for folder in ("solutions", "exercises", "autograder/checks", "autograder/misconceptions"):
        found = {p.relative_to(root / folder).with_suffix("").as_posix() for p in (root / folder).glob("ch*/*.py")}
        # What begins with _ is what the exercises of a chapter share; a student's folder has nothing of the kind.
        shelves = folder.startswith("autograder/")
        assert {f for f in found if not (shelves and "/_" in f)} == set(catalog.entries()), folder


def test_a_name_of_very_many_parts_is_not_parsed():
    """Python's parser would need memory without end for it."""
    stub = "import torch\n\n\ndef f(a):\n    raise NotImplementedError\n"
    assert not is_untouched(stub + "import a" + ".a" * 400_000, stub)
