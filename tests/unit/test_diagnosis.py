"""A cause is named where it explains what came, and nothing else says that it cannot be it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import torch

from autograder.judging.diagnosis import Diagnosis
from autograder.runner.outcome import Kind, Outcome
from autograder.spec.judges import Close, Want, same_error

RIGHT = 1.0
ORIGIN = SimpleNamespace(asked_apart=(), mutates=())
CHECKS = [
    SimpleNamespace(
        name=name,
        cases=[0],
        training=False,
        asks=asks,
        judge_of=lambda case: Close(),
        origin=lambda case: (ORIGIN, None),
    )
    for name, asks in {"value": None, "edge": None, "more": None, "views": "views"}.items()
]


class Answers:
    """What a solution gives at each check, as verdicts have it: a number, or nothing where it is not asked."""

    def __init__(self, expectations=None, **given):
        self.given, self.expectations = given, expectations

    def outcome(self, check, case):
        value = self.given.get(check.name)
        return None if value is None else Outcome(Kind.RETURNED, value=value)

    def finding(self, check, case):
        return None if self.given.get(check.name, RIGHT) == RIGHT else "wrong"

    def symptom(self, check, case):
        return self.given[check.name]

    def first(self, check):
        return self.finding(check, 0)

    def was_run(self, check):
        return check.name in self.given


def explain(mine, **misconceptions):
    """What is named for each failed check, and how much of it that explains."""
    known = {name: Answers(**given) for name, given in misconceptions.items()}
    expectations = SimpleNamespace(
        sentences=dict.fromkeys(known, ""),
        need=lambda checks, names=None: None,
        verdicts=known.get,
        want=lambda check, case: Want(RIGHT, RIGHT, [], torch.float64),
        expected=lambda check, case: SimpleNamespace(inputs={}),
    )
    failed = [name for name, value in mine.items() if value != RIGHT]
    passed = [name for name, value in mine.items() if value == RIGHT]
    found = Diagnosis(CHECKS, Answers(expectations, **mine)).explain(failed, passed)
    return {check: (cause.name, cause.explains, cause.failed) for check, cause in found.items()}


HALF = {"value": 0.5, "edge": 1.0, "more": 0.5}


def test_what_gives_the_same_explains():
    assert explain(HALF, halved=HALF) == {"value": ("halved", 2, 2), "more": ("halved", 2, 2)}


def test_what_fails_a_check_that_is_passed_is_dropped():
    assert explain(HALF, halved={**HALF, "edge": 0.5}) == {}


def test_what_gives_another_wrong_result_elsewhere_explains_one_of_two():
    assert explain(HALF, halved={**HALF, "more": 0.25}) == {"value": ("halved", 1, 2)}


def test_what_gets_one_of_two_failed_checks_right_explains_one_of_two():
    assert explain(HALF, halved={**HALF, "more": 1.0}) == {"value": ("halved", 1, 2)}


def test_a_property_contradicts_nothing():
    assert explain({**HALF, "views": 1.0}, halved={**HALF, "views": 0.5})["value"] == ("halved", 2, 2)


def test_of_several_the_one_that_explains_more_is_named():
    found = explain(HALF, first={**HALF, "more": 1.0}, both=HALF)
    assert found == {"value": ("both", 2, 2), "more": ("both", 2, 2)}


@pytest.mark.parametrize(
    ("got", "other", "is_same"),
    [
        (0.5, 0.5, True),
        (1 + 1e-13, 1 + 1e-6, False),  # as good as right is not imprecise
        (1 + 1e-6, 1 + 1e-13, False),
        (1 + 1e-7, 1 - 2e-7, True),  # float32, rounded in another order
        (1 + 1e-3, 1 + 1.001e-3, True),
        (1 + 1e-3, 1 - 1e-3, False),
    ],
)
def test_an_error_is_explained_by_one_of_its_size(got, other, is_same):
    right = torch.tensor([1.0, 0.25], dtype=torch.float64)
    results = [torch.tensor([value, 0.25], dtype=torch.float64) for value in (got, other)]
    assert same_error(*results, right, torch.float64) is is_same
    assert same_error(got, other, 1.0, torch.float64) is is_same
    assert same_error({"a": [got, 2.0]}, {"a": [other, 2.0]}, {"a": [1.0, 2.0]}, torch.float64) is is_same


def test_rounding_beside_an_error_does_not_count():
    right = {"score": -0.5, "tokens": torch.tensor([1.0, 2.0])}
    wrong = {"score": -0.5, "tokens": torch.tensor([1.0, 3.0])}
    assert same_error(wrong, {**wrong, "score": -0.5 + 3e-8}, right, torch.float32)
    assert same_error({**right}, {**right, "score": -0.5 + 3e-8}, right, torch.float32)
