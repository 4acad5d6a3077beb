"""What is seen beside student code is seen whatever that code puts in the place of torch's and Python's functions."""

from __future__ import annotations

import math

import pytest
import torch

from autograder.results import Status
from autograder.spec.observed import changed, elsewhere, has_graph, seen
from support import CORR2D


def alter(change, **inputs):
    before = seen(inputs)
    change(inputs)
    return changed(before, inputs)


def test_what_stays_is_not_changed():
    X = torch.tensor([[1.0, math.nan], [-0.0, math.inf]])
    inputs = {"X": X, "view": X.T, "empty": torch.zeros(0, 3), "params": {"W": [torch.tensor([1, 2])]}, "k": 3}
    assert alter(lambda given: given["X"].clone().zero_(), **inputs) == []
    assert alter(lambda given: given["X"].requires_grad_(), **inputs) == []


@pytest.mark.parametrize(
    ("change", "paths"),
    [
        (lambda given: given["X"].zero_(), ["X", "view"]),
        (lambda given: given["params"]["W"][0].add_(1), ["params['W'][0]"]),
        (lambda given: given["params"].pop("W"), ["params['W'][0]"]),
        (lambda given: given["params"].update(b=torch.zeros(1)), ["params['b']"]),
        (lambda given: given["X"].resize_(1), ["X"]),
        (lambda given: setattr(given["X"], "data", given["X"].data.double()), ["X"]),
        (lambda given: setattr(given["X"], "data", given["X"].data + 1), ["X"]),
        (lambda given: given["view"].t_(), ["view"]),
        (lambda given: given["layers"].append((1, 1)), ["layers[1][0]", "layers[1][1]"]),
        (lambda given: given["layers"].clear(), ["layers[0][0]", "layers[0][1]"]),
        (lambda given: given["layers"].__setitem__(0, (3, 2.0)), ["layers[0][1]"]),
        (lambda given: given["names"].reverse(), ["names[0]", "names[1]"]),
    ],
)
def test_what_changes_is_named(change, paths):
    X = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
    others = {"layers": [(3, 2)], "names": ["a", None]}
    assert alter(change, X=X, view=X.T, params={"W": [torch.tensor([1, 2])]}, **others) == paths


def test_devices_and_graphs_are_seen():
    leaf = torch.zeros(2, requires_grad=True)
    value = {"a": torch.zeros(1), "b": [leaf * 2, torch.zeros(1, device="meta")]}
    assert elsewhere(value, "cpu") == ["['b'][1]"]
    assert elsewhere(torch.zeros(1), "cuda") == ["result"]
    assert has_graph(value)
    assert not has_graph({"a": leaf.detach(), "b": 1.0})


HARMFUL = """
import builtins
import numpy as np
import torch
PATCH

def corr2d(X, K):
    Y = (X.unfold(0, K.shape[0], 1).unfold(1, K.shape[1], 1) * K).sum((-1, -2))
    DO
    return Y
"""
YES = "lambda *a, **k: True"
PATCHES = {
    "nothing": "",
    "equal": f"torch.equal = torch.Tensor.equal = torch.allclose = {YES}",
    "eq": f"torch.Tensor.__eq__ = torch.eq = torch.Tensor.eq = {YES}\ntorch.Tensor.__ne__ = torch.ne = lambda *a: False",
    "clone": "torch.clone = torch.Tensor.clone = torch.Tensor.detach = torch.Tensor.to = lambda t, *a, **k: t",
    "nan_to_num": "torch.nan_to_num = torch.Tensor.nan_to_num = lambda t, *a, **k: torch.zeros(1)",
    "all": f"builtins.all = {YES}",
    "bytes": "builtins.bytes = lambda *a: b''",
    "dict": "builtins.dict = lambda *a, **k: {}\nbuiltins.tuple = lambda *a: ()",
    "methods": (
        "for name in ('data_ptr', 'numel', 'element_size', 'contiguous', 'numpy', 'untyped_storage', 'is_contiguous'):\n"
        "    setattr(torch.Tensor, name, lambda *a, **k: 0)\n"
        "for name in ('shape', 'dtype'):\n"
        "    setattr(torch.Tensor, name, getattr(torch.Tensor, name))"
    ),
    "isinstance": (
        "real = isinstance\n"
        "def isinstance_(value, kinds):\n"
        "    return not (kinds is torch.Tensor or kinds is torch._C.TensorBase) and real(value, kinds)\n"
        "builtins.isinstance = isinstance_"
    ),
    "numpy": f"np.array_equal = np.allclose = {YES}",
    "a mode for functions": (
        "from torch.overrides import TorchFunctionMode\n"
        "class Mode(TorchFunctionMode):\n"
        "    def __torch_function__(self, f, types, args=(), kwargs=None):\n"
        "        if getattr(f, '__name__', '') in ('equal', 'eq', 'data_ptr', 'numel', 'clone', 'contiguous'):\n"
        "            return args[0] if f.__name__ in ('clone', 'contiguous') else True\n"
        "        return f(*args, **(kwargs or {}))\n"
        "Mode().__enter__()"
    ),
    "a mode for operators": (
        "from torch.utils._python_dispatch import TorchDispatchMode\n"
        "class Mode(TorchDispatchMode):\n"
        "    def __torch_dispatch__(self, f, types, args=(), kwargs=None):\n"
        "        if 'equal' in str(f):\n"
        "            return True\n"
        "        return args[0] if 'clone' in str(f) else f(*args, **(kwargs or {}))\n"
        "Mode().__enter__()"
    ),
}

BREAKING = {"bytes", "dict", "methods", "isinstance"}  # their author's own runs as well


@pytest.mark.parametrize("name", PATCHES)
@pytest.mark.parametrize("change", ["X.zero_()", "X.data = X.data + 1", "K.copy_(K + 1)"])
def test_no_patch_hides_a_changed_input(grade_source, name, change):
    result = grade_source(CORR2D, HARMFUL.replace("PATCH", PATCHES[name]).replace("DO", change))
    check = next(check for check in result.checks if check.name == "leaves_its_inputs_alone")
    assert check.status is not Status.PASSED
    if name not in BREAKING:
        assert check.status is Status.FAILED
        assert f"changed its input {change[0]} in place" in check.message


@pytest.mark.parametrize("name", [name for name in PATCHES if name not in BREAKING])
def test_it_is_the_change_that_costs(grade_source, name):
    source = HARMFUL.replace("PATCH", PATCHES[name]).replace("DO", "pass")
    assert grade_source(CORR2D, source).status is Status.PASSED


def test_no_patch_hides_a_graph(grade_source, reference):
    id = "ch07_convolution/conv_layer"
    patch = "torch.Tensor.requires_grad = property(lambda self: False)\n"
    source = reference(id).replace("return K.detach(), losses", "return K, losses")
    source = source.replace("class Conv2D", patch + "\n\nclass Conv2D", 1)
    result = grade_source(id, source, training=False)
    check = next(check for check in result.checks if check.name == "returns_no_graph")
    assert check.status is not Status.PASSED
