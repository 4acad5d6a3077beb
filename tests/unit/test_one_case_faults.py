"""Faults in one case only: the kinds come from the cases, and each fault shows in calls of its kind alone."""

from __future__ import annotations

from inspect import signature

import pytest
import torch

from autograder import catalog
from autograder.judging.stubs import bare
from autograder.spec import LEFT_OUT, Exercise, normal, rows
from autograder.workshop.calls import kinds, watched
from autograder.workshop.faults import FAULTS, faults
from autograder.workshop.witness import loaded

SOURCE = "def f(x, by=1, mode='sum'):\n    return x * by if mode == 'sum' else -x\n"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (torch.zeros(2, 3), ["x has 2 axes"]),
        (torch.zeros(1, 3), ["x has 2 axes", "x has an axis of size 1"]),
        (torch.zeros(2, 3).T, ["x has 2 axes", "x is not contiguous"]),
        (None, ["x is None"]),
        (False, ["x is False"]),
        ("max", ["x is 'max'"]),
        (0, ["x is a number", "x is 0"]),
        (1.0, ["x is a number", "x is 1.0"]),
        (0.5, ["x is a number", "x is between 0 and 1"]),
        (3, ["x is a number", "x is more than 1"]),
        (-1, ["x is a number", "x is negative"]),
        ((1, 2), ["x is a tuple"]),
        ([], ["x is an empty list"]),
    ],
)
def test_the_kinds_of_an_argument(value, said):
    assert list(kinds("x", {"x": value})) == said
    assert list(kinds("x", {})) == ["x is left out"]


def exercise(*asked: str) -> Exercise:
    made = Exercise(entry="f")
    f = made.call("f", x=normal("n"), by=LEFT_OUT, mode=LEFT_OUT)

    @f.check(points=1, also=rows("x", normal("n", "m")) + rows("by", 0, 2) + rows("by mode", (1, "sum"), (1, "other")))
    def is_right():
        """is right"""

    for name in asked:
        getattr(made, name)(points=1)
    return made


def test_a_fault_is_planted_for_each_kind_of_case_and_each_property_that_is_asked():
    every = faults(exercise("keeps_the_dtype", "lets_gradients_through", "takes_views"), SOURCE)
    assert {fault.what for fault in every} == {what for what, _done in FAULTS.values()}
    said = {fault.change for fault in every}
    assert {"f where x has 2 axes", "f where by is left out", "f where by is 0", "f where mode is 'other'"} <= said
    assert "f where x is not contiguous" in said
    assert len(said) < 16
    few = faults(exercise("keeps_the_dtype"), SOURCE)
    assert {fault.what for fault in few} == {FAULTS["dtype"][0], FAULTS["unchanged"][0]}
    assert "f where x is not contiguous" not in {fault.change for fault in few}


def test_a_fault_shows_in_calls_of_its_kind_alone():
    found = {(fault.what, fault.change): fault for fault in faults(exercise("keeps_the_dtype"), SOURCE)}
    assert all(fault.line == 1 for fault in found.values())
    f = loaded(found[FAULTS["dtype"][0], "f where x has 2 axes"].source).f
    one, two = torch.zeros(3, dtype=torch.float64), torch.zeros(2, 3, dtype=torch.float64)
    assert f(one).dtype is torch.float64
    assert f(two).dtype is torch.float32
    f = loaded(found[FAULTS["unchanged"][0], "f where by is 0"].source).f
    f(one, 2)
    f(one)
    assert not one.any()
    f(one, 0)
    assert one.all()


def test_of_a_module_its_calls_are_watched_with_its_mode():
    told = []

    def watch(kinds, given, result):
        told.append(kinds)
        return result

    net = watched(lambda size, bias=True: torch.nn.Linear(size, 2, bias), watch)(3)
    net(torch.zeros(1, 3))
    net.eval()(torch.zeros(2, 3))
    first = ["size is a number", "size is more than 1", "bias is left out"]
    assert told[0] == [*first, "it is in training", "input has 2 axes", "input has an axis of size 1"]
    assert told[1] == [*first, "it is in evaluation", "input has 2 axes"]


@pytest.mark.parametrize("id", sorted(catalog.entries()))
def test_the_faults_of_every_exercise_can_be_run_and_are_not_many(id):
    made = catalog.load_exercise(id)
    found = faults(made, bare(catalog.solution_file(id).read_text(encoding="utf-8")))
    assert len(found) < 200
    assert len({fault.source for fault in found}) == len(found)
    for fault in found[::10]:
        assert set(made.entries) <= vars(loaded(fault.source)).keys()
    solution = loaded(bare(catalog.solution_file(id).read_text(encoding="utf-8")))
    parameters = [p for entry in made.entries for p in signature(vars(solution)[entry]).parameters.values()]
    takes_a_tensor = any(p.annotation is torch.Tensor for p in parameters)  # lists of them are of one kind
    assert found or not takes_a_tensor or not {"views", "gradients"} & made.asked().keys()
