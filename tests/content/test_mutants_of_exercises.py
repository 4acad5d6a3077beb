"""A mutant of each line of every reference loses marks. In a file of its own, which is a worker's share of the suite."""

from __future__ import annotations

import pytest

from autograder import catalog
from autograder.workshop.mutation import mutate, one_a_line


@pytest.mark.parametrize("id", [*catalog.entries()])
def test_a_mutant_of_each_line_loses_marks(runner, id):
    """All of them, and a longer search for witnesses: make audit."""
    found = mutate(runner, id, choose=one_a_line, naming=False, rounds=3)
    assert found.mutants >= 1
    assert found.holes == []
