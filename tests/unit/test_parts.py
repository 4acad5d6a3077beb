"""Right parts stand in the place of a student's own, and only as long as they should."""

from __future__ import annotations

import sys
from functools import wraps
from types import ModuleType

import pytest

from autograder.spec import right_parts, variables_of

PART = "def part(x):\n    return -x\n\n"
FUNCTION = "def whole(x):\n    return part(x)\n"
METHOD = "class A:\n    def __call__(self, x):\n        return part(x)\n"
WAYS = {
    "function": FUNCTION,
    "lambda": "whole = lambda x: part(x)",
    "class": "class whole:\n    def __new__(cls, x):\n        return part(x)",
    "object": f"{METHOD}whole = A()",
    "method that is inherited": f"{METHOD}class B(A):\n    pass\nwhole = B().__call__",
    "partial": f"from functools import partial\n{FUNCTION}whole = partial(partial(whole))",
    "decorated elsewhere": f"{FUNCTION}whole = decorated(whole)",
}


def decorated(function):
    @wraps(function)
    def inner(*arguments):
        return function(*arguments)

    return inner


@pytest.fixture
def load(monkeypatch):
    def loaded(source):
        module = ModuleType("a_students_file")
        monkeypatch.setitem(sys.modules, module.__name__, module)
        vars(module)["decorated"] = decorated
        exec(source, vars(module))
        return module

    return loaded


@pytest.mark.parametrize("way", WAYS)
def test_a_right_part_is_called_by_its_name_however_the_whole_is_written(load, way):
    student = load(PART + WAYS[way])
    own = student.part
    with right_parts(student, "whole", part=lambda x: 2 * x, another=max):
        assert student.whole(3) == 6
    assert student.whole(3) == -3
    assert student.part is own
    assert not hasattr(student, "another")


def test_the_own_part_is_back_after_an_exception(load):
    student = load(PART + FUNCTION)
    with pytest.raises(ZeroDivisionError), right_parts(student, "whole", part=lambda x: x / 0):
        student.whole(3)
    assert student.whole(3) == -3


def test_a_whole_that_does_without_the_part_is_left_alone(load):
    student = load("def whole(x):\n    return 5 * x\n")
    with right_parts(student, "whole", part=max):
        assert student.whole(3) == 15


def test_what_no_file_defines_has_no_variables():
    assert variables_of(len) == {}
    assert variables_of(decorated) is globals()
