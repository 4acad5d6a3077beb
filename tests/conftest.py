"""Shared by the tests: one runner for all of them, and a way to grade a piece of source."""

from __future__ import annotations

import os

import pytest

from support import KIT

os.environ["KATA_HOME"] = str(KIT)
os.environ.setdefault("OMP_NUM_THREADS", "1")  # as the command does, before torch is imported
os.environ.pop("KATA_LANG", None)

from autograder import catalog
from autograder.judging import expectations
from autograder.judging.assess import assess
from autograder.judging.stubs import bare
from autograder.results import ExerciseResult
from autograder.runner.zygote_pool import ZygotePool

OF_EACH_EXERCISE = (
    "test_every_exercise_is_in_order",
    "test_a_mutant_of_each_line_loses_marks",
    "test_ten_usual_lines_on_top_of_a_reference_cost_nothing",
)


def pytest_xdist_make_scheduler(config, log):
    """The tests of a file share what it makes, so they go to one worker; so do the long ones of one exercise."""
    from xdist.scheduler import LoadFileScheduling

    class Scheduling(LoadFileScheduling):
        def _split_scope(self, nodeid):
            if any(f"::{name}[" in nodeid for name in OF_EACH_EXERCISE):
                return nodeid.partition("[")[2]  # the zygote that is there for it
            return super()._split_scope(nodeid)

    return Scheduling(config, log)


@pytest.fixture(scope="session")
def runner():
    pool = ZygotePool()
    yield pool
    pool.close()


@pytest.fixture(scope="session")
def grade_source(runner):
    """grade_source(id, source) -> ExerciseResult, with the public seed."""

    def grade(id: str, source: str, seed: str = "public", training: bool = True) -> ExerciseResult:
        expected = expectations.get(runner, id, seed)
        name = f"{id.split('/')[1]}.py"
        return assess(runner, catalog.load_exercise(id), expected, source, name, training)

    return grade


@pytest.fixture(scope="session")
def reference():
    """reference(id) -> the text of the reference solution."""
    return lambda id: bare(catalog.solution_file(id).read_text(encoding="utf-8"))
