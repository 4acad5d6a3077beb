"""What runs are written with."""

from __future__ import annotations

from collections import namedtuple

import numpy as np
import pytest
import torch
from torch import nn

from autograder.spec import (
    NO_ERROR,
    Unfit,
    as_float32,
    count_operators,
    error_of,
    gradients,
    known_by_shape,
    load_parameters,
    named,
    number,
    only_eval,
    parameter_gradients,
    plain,
    real,
    uses_global_generator,
)
from autograder.spec.values import map_tensors


def test_gradients_are_those_of_autograd_and_leave_the_inputs_alone():
    X, params = torch.randn(3, 4), {"W": torch.randn(4, 2), "n": torch.tensor([1])}
    found = gradients(lambda X, params: X @ params["W"], X=X, params=params)
    assert list(found) == ["gradient of X", "gradient of params['W']"]
    assert found["gradient of X"].shape == X.shape
    assert not X.requires_grad
    doubled = gradients(lambda X, params: 2 * X @ params["W"], X=X, params=params)
    assert torch.allclose(doubled["gradient of X"], 2 * found["gradient of X"])


def test_a_softmax_has_a_gradient_here():
    assert gradients(lambda X: X.softmax(-1), X=torch.randn(3, 4))["gradient of X"].abs().max() > 1e-3


def test_gradients_that_do_not_arrive_are_none():
    found = gradients(lambda X, Y: X.detach() * Y, X=torch.randn(2), Y=torch.randn(2))
    assert found["gradient of X"] is None
    assert found["gradient of Y"] is not None
    assert gradients(lambda X: X.detach(), X=torch.randn(2)) == {"gradient of X": None}
    with pytest.raises(Unfit):
        gradients(lambda X: None, X=torch.randn(2))


def test_parameters_are_loaded_by_order_and_shape_in_any_structure():
    weights = [torch.randn(2, 3, dtype=torch.float64), torch.randn(2, dtype=torch.float64)]
    for net in (nn.Linear(3, 2), nn.Sequential(nn.Sequential(nn.Linear(3, 2)))):
        load_parameters(net, weights)
        assert torch.equal(next(net.parameters()), weights[0])
        assert next(net.parameters()).requires_grad
    with pytest.raises(Unfit) as caught:
        load_parameters(nn.Linear(2, 3), weights)
    assert caught.value.facts["expected"] == [[2, 3], [2]]
    with pytest.raises(Unfit):
        load_parameters("no module", weights)


def test_parameter_gradients_name_parameters_by_their_place():
    net = nn.Linear(3, 2)
    assert set(parameter_gradients(net, net, X=torch.randn(4, 3))) == {
        "gradient of X",
        "gradient of parameter 0",
        "gradient of parameter 1",
    }


def test_errors_by_name():
    def raises(error):
        raise error

    class Own(ValueError):
        pass

    assert error_of(ValueError, raises, ValueError()) == "ValueError"
    assert error_of(ValueError, raises, Own()) == "ValueError"
    assert error_of(ValueError, raises, KeyError()) == "KeyError"
    assert error_of(ValueError, len, []) == NO_ERROR
    with pytest.raises(NotImplementedError):
        error_of(ValueError, raises, NotImplementedError())


def test_items_get_their_names():
    assert named((1, 2), "K", "losses") == named([1, 2], "K", "losses") == {"K": 1, "losses": 2}
    for other in ((1, 2, 3), None, {"K": 1, "losses": 2}):
        with pytest.raises(Unfit) as caught:
            named(other, "K", "losses")
        assert caught.value.facts["expected"] == "(K, losses)"


@pytest.mark.parametrize("value", [1, 1.0, torch.tensor(1), torch.tensor([1.0]), np.float32(1)])
def test_a_real_number_is_a_float_whatever_it_was(value):
    assert type(real(value)) is float
    assert real(value) == 1
    assert real("1") == "1"


def test_numbers_are_taken_out_of_what_holds_them():
    assert number({"a": torch.tensor([3.0]), "b": "c"}) == {"a": 3, "b": "c"}
    found = plain([(torch.tensor([1, 2]), np.float32(0.5)), ([torch.tensor(3)], "a")])
    assert found == [[[1, 2], 0.5], [[3], "a"]]
    assert [type(token) for token in found[0][0]] == [int, int]


def test_a_tensor_becomes_float32_and_nothing_else_does():
    for dtype in (torch.bool, torch.int64, torch.float64, torch.float32):
        assert torch.equal(as_float32(torch.tensor([1, 0], dtype=dtype)), torch.tensor([1.0, 0.0]))
    assert as_float32([1]) == [1]


def test_modes_are_restored():
    net = nn.Dropout()
    with only_eval(net):
        assert not net.training
        assert not torch.is_grad_enabled()
    assert net.training


def test_operators_are_counted():
    X = torch.randn(4, 4)
    assert count_operators(lambda: [X[i] + 1 for i in range(4)]) == 2 * count_operators(
        lambda: [X[i] + 1 for i in range(2)]
    )
    assert count_operators(lambda: X + 1) == 1


def test_the_global_generator_is_watched():
    assert uses_global_generator(torch.rand, 2)
    assert not uses_global_generator(lambda: torch.rand(2, generator=torch.Generator().manual_seed(0)))


def test_a_named_tuple_of_tensors_becomes_a_plain_one():
    found = map_tensors(torch.ones(2, 3).max(1), torch.Tensor.double)
    pair = namedtuple("pair", ["a", "b"])
    assert map_tensors(pair(torch.ones(1), [pair(1, 2)]), torch.Tensor.tolist) == ([1.0], [(1, 2)])
    assert type(found) is tuple


def test_results_in_another_order_are_known_by_their_shapes():
    shapes = {"loss": (), "dW": (3, 2), "db": (2,)}
    right = {"loss": torch.tensor(5.0), "dW": torch.rand(3, 2), "db": torch.rand(2)}
    found = known_by_shape({"loss": right["db"][None], "dW": right["loss"], "db": right["dW"].T}, shapes)
    assert found.keys() == right.keys()
    assert all(torch.equal(found[name], part) for name, part in right.items())


@pytest.mark.parametrize("found", [{"a": 1.0, "b": torch.rand(2)}, {"a": torch.rand(2), "b": torch.rand(2)}])
def test_results_whose_shapes_do_not_tell_which_is_which_stay_as_they_are(found):
    assert known_by_shape(found, {"a": (), "b": (2,)}) == found
