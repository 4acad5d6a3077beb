"""What is seen of a pass through a network, and of what it left behind."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import nn

from autograder.spec import Unfit, Watch, Wired, condition

PARTS = {"b": nn.Linear(2, 3), "a": nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2))}


def wired(watch=None):
    return Wired("b a b", copy.deepcopy(PARTS), watch)


def test_parts_are_called_in_the_order_given():
    net = wired()
    X = torch.ones(4, 2)
    with torch.no_grad():
        assert torch.equal(net.eval()(X), net.b(net.a(net.b(X))))
    assert [name for name, _part in net.named_children()] == ["b", "a"]


def test_a_pass_is_noted_with_its_state():
    watch = Watch()
    net = wired(watch).eval()
    net.a.train()
    net(torch.ones(4, 2))
    assert watch.notes() == {
        "passes": 1,
        "shape of its input": [(4, 2)],
        "dtype and device of its input": ["torch.float32 on cpu"],
        "features that reached it": [(2,)],
        "in training mode meanwhile": "a, a.0, a.1",
        "gradients meanwhile": "on",
    }


def test_a_deep_copy_is_seen_in_its_own_state():
    watch = Watch()
    with torch.no_grad():
        copy.deepcopy(wired(watch).train()).eval()(torch.ones(4, 2))
    notes = watch.notes()
    assert (notes["in training mode meanwhile"], notes["gradients meanwhile"]) == ("none", "off")


def test_parts_called_one_by_one_are_seen_too():
    watch = Watch()
    X = torch.ones(4, 2)
    for part in wired(watch).children():
        X = part(X)
    assert watch.notes()["passes"] == 1


def test_no_pass_is_unfit():
    with pytest.raises(Unfit):
        Watch().notes()


def leave_a_hook(net):
    net.a[0].register_forward_hook(lambda *_: None)


def replace_forward(net):
    net.b.forward = net.b.forward


def train(net):
    net.train()


def move_statistics(net):
    net.train()(torch.ones(4, 2))
    net.eval()


def clear_gradients(net):
    net.zero_grad()


@pytest.mark.parametrize(
    ("trace", "seen"),
    [
        (leave_a_hook, ["hooks afterwards"]),
        (replace_forward, ["forward replaced"]),
        (train, ["modes afterwards"]),
        (move_statistics, ["values afterwards"]),
        (clear_gradients, [".grad afterwards"]),
        (lambda net: net.b.requires_grad_(False), ["requires_grad afterwards"]),
        (lambda net: net.eval(), []),
    ],
)
def test_each_trace_is_seen(trace, seen):
    net = wired().eval()
    net.b.weight.grad = torch.ones(3, 2)
    before = condition(net)
    trace(net)
    after = condition(net)
    assert [name for name in before if repr(before[name]) != repr(after[name])] == seen
