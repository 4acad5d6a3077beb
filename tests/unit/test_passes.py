"""What is seen of a pass through a network, and of what it left behind."""

from __future__ import annotations

import contextlib
import copy

import pytest
import torch
from torch import nn

from autograder.spec import NO_ERROR, Unfit, Watch, Wired, condition, passes

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


def look(net, shape):
    """As it should be done."""
    modes = [(part, part.training) for part in net.modules()]
    first = next(net.parameters(), torch.zeros(0))
    try:
        net.eval()
        with torch.no_grad():
            return net(torch.zeros(tuple(shape), dtype=first.dtype, device=first.device))
    finally:
        for part, mode in modes:
            part.training = mode


def glance(net, shape):
    """As it is done in a hurry."""
    net(torch.zeros(tuple(shape)))


SMALL = {"n": 2, "c": 3, "d": 4, "e": 5, "f": 6, "h": 7, "w": 8}


@pytest.mark.parametrize("name", passes.NETWORKS)
def test_networks_take_an_input_of_the_shape_that_comes_with_them(name):
    net, shape = passes.NETWORKS[name](**SMALL)
    assert shape[0] == SMALL["n"]
    look(net, shape)


KIND = "dtype and device of its input"


@pytest.mark.parametrize(
    ("kind", "seen"),
    [
        ("float32", "torch.float32 on cpu"),
        ("float64", "torch.float64 on cpu"),
        ("bfloat16", "torch.bfloat16 on cpu"),
        ("meta", "torch.float32 on meta"),
        ("none", "torch.float32 on cpu"),
    ],
)
def test_a_network_of_each_kind_notes_what_reaches_it(kind, seen):
    assert passes.reached(look, [KIND], kind, "tuple", 2, 3, 4) == {KIND: [seen]}


@pytest.mark.parametrize(("form", "kind"), [("tuple", tuple), ("list", list), ("Size", torch.Size)])
def test_the_shape_is_given_in_each_form(form, kind):
    given = []
    passes.reached(lambda net, shape: given.append(shape) or look(net, shape), [], "none", form, 2, 3, 4)
    assert [type(shape) for shape in given] == [kind]
    assert tuple(given[0]) == (2, 3)


def test_a_visit_shows_what_is_left_behind():
    W = torch.ones(3, 3)
    kept, left = (passes.visited(f, W, 2, passes.PARTS, enabled=False) for f in (look, glance))
    assert (kept["in training mode meanwhile"], kept["gradients meanwhile"], kept["raises"]) == (
        "none",
        "off",
        NO_ERROR,
    )
    assert left["in training mode meanwhile"] == ", ".join(passes.PARTS)
    assert torch.equal(kept["values afterwards"]["norm.running_mean"], torch.zeros(3))
    assert left["values afterwards"]["norm.num_batches_tracked"] == 1
    assert torch.equal(kept["values afterwards"]["body.0.weight"], W)
    assert torch.equal(kept[".grad afterwards"]["body.0.weight"], 2 * W)
    assert kept["hooks afterwards"]["body.0"] == kept["hooks afterwards"]["net"] == 1


@pytest.mark.parametrize("awake", [case["awake"] for case in passes.MODES])
def test_modes_are_as_asked_before_a_visit(awake):
    modes = passes.visited(look, torch.ones(3, 3), 2, awake)["modes afterwards"]
    assert {name for name, mode in modes.items() if mode == "training"} == set(awake)


def forgetful(net, shape):
    net.eval()
    net(torch.zeros(tuple(shape)))
    net.train()


def swallows(net, shape):
    with contextlib.suppress(ArithmeticError):
        look(net, shape)


@pytest.mark.parametrize(
    ("f", "raises", "same"), [(look, True, True), (forgetful, True, False), (swallows, False, True)]
)
def test_a_visit_in_vain_shows_what_an_exception_does(f, raises, same):
    seen = passes.visited_in_vain(f, torch.ones(3, 3), 2, passes.PARTS)
    assert ("ArithmeticError" in seen["raises"]) is raises
    assert seen["modes afterwards as where all goes well"] is same
    assert seen["features that reached it"] == [(3,)]
