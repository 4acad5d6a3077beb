"""Stubs are cut from solutions, and whoever has not touched one is told from who has."""

from __future__ import annotations

import ast

import pytest

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


def test_a_name_of_very_many_parts_is_not_parsed():
    """Python's parser would need memory without end for it."""
    stub = "import torch\n\n\ndef f(a):\n    raise NotImplementedError\n"
    assert not is_untouched(stub + "import a" + ".a" * 400_000, stub)
