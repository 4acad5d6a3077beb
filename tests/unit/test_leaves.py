"""What becomes of parameters in a step is seen, each manner of going wrong by itself."""

from __future__ import annotations

import pytest
import torch

from autograder.spec import Leaves

W, B = torch.tensor([[1.0, 2.0]]), torch.tensor([3.0])
GRADS = [torch.tensor([[1.0, -1.0]]), torch.tensor([2.0])]


def in_place(params):
    with torch.no_grad():
        for p in params:
            p -= 0.5 * p.grad


def by_data(params):
    for p in params:
        p.data = p.data - 0.5 * p.grad


def new_tensors(params):
    params[:] = [(p - 0.5 * p.grad).detach().requires_grad_() for p in params]


def rebound(params):
    for p in params:
        p = p - 0.5 * p.grad


def of(found):
    return [t.flatten().tolist() if isinstance(t, torch.Tensor) else t for t in found.values()]


@pytest.mark.parametrize(("step", "lands_in_place"), [(in_place, True), (by_data, False), (new_tensors, False)])
def test_new_values_are_seen_wherever_they_are_and_whether_they_are_in_place(step, lands_in_place):
    leaves = Leaves([W, B], GRADS)
    step(leaves.params)
    assert of(leaves.values()) == [[0.5, 2.5], [2.0]]
    assert of(leaves.memory()) == ([[0.5, 2.5], [2.0]] if lands_in_place else [[1.0, 2.0], [3.0]])
    assert all(leaves.in_place().values()) == lands_in_place
    assert of(leaves.grads()) == [[1.0, -1.0], [2.0]]
    assert set(leaves.kinds().values()) == {"leaf, requires_grad True"}


def test_a_step_that_changes_nothing_is_seen_and_the_inputs_stay_as_they_are():
    leaves = Leaves([W, B], GRADS)
    rebound(leaves.params)
    assert of(leaves.values()) == of(leaves.memory()) == [[1.0, 2.0], [3.0]]
    in_place(leaves.params)
    assert W.tolist() == [[1.0, 2.0]]


def test_gradients_that_are_cleared_or_changed_and_leaves_that_are_none_are_seen():
    leaves = Leaves([W, B, B], [*GRADS, None], frozen=[2])
    assert leaves.kinds([0, 2]) == {"params[0]": "leaf, requires_grad True", "params[2]": "leaf, requires_grad False"}
    leaves.params[0].grad.mul_(2)
    leaves.params[1].grad = None
    leaves.params[1].requires_grad_(False)
    assert of(leaves.grads()) == [[2.0, -2.0], "None", "None"]
    assert leaves.kinds([1]) == {"params[1]": "leaf, requires_grad False"}
    leaves.give([None, *GRADS[1:], None])
    assert of(leaves.grads()) == ["None", [2.0], "None"]


def test_places_choose_and_a_shorter_list_is_seen():
    leaves = Leaves([W, B])
    leaves.params.pop()
    leaves.params[0] = "w"
    assert leaves.values([1]) == {"params[1]": "nothing"}
    assert leaves.values([0]) == {"params[0]": "w"}
    assert of(leaves.memory([1])) == [[3.0]]
    assert leaves.memory([]) == {}
    assert [*leaves.in_place([1]).values()] == [False, True]


def test_a_copy_keeps_the_order_in_memory():
    assert not Leaves([torch.zeros(2, 3).T]).params[0].is_contiguous()
