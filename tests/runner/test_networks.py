"""Networks looked at layer by layer, however they are built: what is wrong in one shows there, and nowhere else."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from autograder import catalog
from autograder.results import Status
from autograder.spec import (
    Exercise,
    Layers,
    Unfit,
    hollow,
    load_parameters,
    normal,
    right_shapes,
    same_twice,
    shapes_of,
    xavier,
)
from autograder.spec.inputs import Draw
from autograder.spec.judges import Want

LENET = "ch08_lenet/lenet"
NAMES = ["the convolution", "the dense layer"]


class Functional(nn.Module):
    """The weights are plain parameters, the dense layer a product with a transpose, its bias added by hand."""

    def __init__(self):
        super().__init__()
        self.K, self.a = nn.Parameter(torch.randn(2, 1, 3, 3)), nn.Parameter(torch.randn(2))
        self.W, self.b = nn.Parameter(torch.randn(4, 8)), nn.Parameter(torch.randn(4))

    def forward(self, X):
        X = F.max_pool2d(F.conv2d(X, self.K).relu() + self.a.reshape(2, 1, 1), 2)
        return X.flatten(1) @ self.W.T + self.b


class ByHand(nn.Module):
    """Each ReLU is a product with a mask, or works in place."""

    def __init__(self):
        super().__init__()
        self.conv, self.dense = nn.Conv2d(1, 2, 3), nn.Linear(8, 4)

    def forward(self, X):
        X = self.conv(X).relu_()
        X = X * (X > 0)
        return self.dense(F.max_pool2d(X, 2).flatten(1))


def built_of_modules(*more):
    return nn.Sequential(
        nn.Conv2d(1, 2, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(8, 4), *more
    )  # fmt: skip


def drawn(input, seed=0):
    return input.draw(Draw(torch.Generator().manual_seed(seed), {}, torch.float32))


WEIGHTS = drawn(xavier([(2, 1, 3, 3), (4, 8)], bias=0))
INTO = [torch.randn(3, 1, 6, 6), torch.randn(3, 8)]
OUT = [torch.randn(3, 2, 4, 4), torch.randn(3, 4)]
RIGHT = [
    {"what the convolution makes": F.conv2d(INTO[0], WEIGHTS[0]), "what reaches the dense layer": F.max_pool2d(OUT[0].relu(), 2).flatten(1)},
    {"what the dense layer makes": INTO[1] @ WEIGHTS[2].T, "what the network returns": OUT[1]},
]  # fmt: skip


def around(net, k):
    return Layers(load_parameters(net, WEIGHTS, exactly=False), NAMES, INTO, OUT).around(k)


def same(got, want):
    return got.keys() == want.keys() and all(
        got[name].shape == want[name].shape and torch.allclose(got[name], want[name], atol=1e-5) for name in want
    )


@pytest.mark.parametrize("build", [Functional, ByHand, built_of_modules])
@pytest.mark.parametrize("k", [0, 1])
def test_layers_are_found_however_a_network_is_built(build, k):
    before = [t.clone() for t in (*INTO, *OUT)]
    assert same(around(build(), k), RIGHT[k])
    assert all(map(torch.equal, before, (*INTO, *OUT)))


def test_what_is_wrong_shows_in_its_layer_alone():
    softmax = built_of_modules(nn.Softmax(1))
    assert same(around(softmax, 0), RIGHT[0])
    found = around(softmax, 1)
    assert not torch.allclose(found["what the network returns"], OUT[1])
    assert torch.allclose(found["what the dense layer makes"], RIGHT[1]["what the dense layer makes"])
    average = built_of_modules()
    average[2] = nn.AvgPool2d(2)
    assert same(around(average, 1), RIGHT[1])
    assert not same(around(average, 0), RIGHT[0])


def test_a_layer_of_another_shape_is_named_and_the_others_are_seen():
    net = built_of_modules()
    net[4] = nn.Linear(18, 4)
    assert same(around(net, 0), RIGHT[0])
    with pytest.raises(Unfit) as caught:
        around(net, 1)
    assert caught.value.facts["layer"] == "the dense layer"
    assert caught.value.facts["shape"] == [3, 8]


def test_a_layer_that_is_not_there_is_named():
    with pytest.raises(Unfit) as caught:
        around(nn.Sequential(nn.Conv2d(1, 2, 3), nn.Flatten()), 1)
    assert caught.value.facts == {"layer": "dense layer", "got": 1}


def test_padding_of_its_own_is_a_part_of_the_layer():
    out = [torch.randn(3, 2, 6, 6), torch.randn(3, 4)]
    found = []
    for first in ([nn.Conv2d(1, 2, 3, padding=1)], [nn.ZeroPad2d(1), nn.Conv2d(1, 2, 3)]):
        net = nn.Sequential(*first, nn.ReLU(), nn.MaxPool2d(3), nn.Flatten(), nn.Linear(8, 4))
        layers = Layers(load_parameters(net, WEIGHTS), NAMES, INTO, out)
        found.append([layers.made(0), layers.reaching(0), layers.reaching(1)])
    assert all(torch.allclose(one, other, atol=1e-5) for one, other in zip(*found, strict=True))


SIDES = [(2, 1, 1, 1), (2, 1, 3, 3), (2, 4)]


class SideBySide(nn.Module):
    """Two paths, the second of which is called first, and a dense layer on their means."""

    def __init__(self, *sizes):
        super().__init__()
        self.paths = nn.ModuleList([nn.Conv2d(1, 2, size, padding=size // 2) for size in sizes])
        self.dense = nn.Linear(2 * len(sizes), 2)

    def forward(self, X):
        found = [path(X) for path in reversed(self.paths)][::-1]
        return self.dense(torch.cat(found, 1).relu().mean((2, 3)))


def side_by_side(net):
    names = ["the first path", "the second path", "the dense layer"]
    into = [torch.ones(3, 1, 4, 5), torch.ones(3, 1, 4, 5), torch.ones(3, 4)]
    out = [torch.full((3, 2, 4, 5), 1.0), torch.full((3, 2, 4, 5), 2.0), torch.full((3, 2), -3.0)]
    return Layers(net, names, into, out, SIDES)


def test_layers_side_by_side_are_known_by_their_weights():
    found = side_by_side(SideBySide(1, 3))
    assert [found.made(k).shape[1] for k in range(2)] == [2, 2]
    assert found.reaching(1).shape == (3, 1, 4, 5)
    assert found.reaching(2).tolist() == 3 * [[1, 1, 2, 2]]
    assert found.reaching(3).eq(-3).all()


def test_of_layers_side_by_side_a_wrong_one_costs_no_other():
    net = SideBySide(1, 3)
    net.paths[0], net.dense = nn.Conv2d(1, 3, 1), nn.Linear(5, 2)  # a channel too many
    found = side_by_side(net)
    assert found.made(0).shape[1] == 3
    assert found.reaching(2).tolist() == 3 * [[1, 1, 2, 2]]
    found = side_by_side(SideBySide(3))
    assert found.made(1).shape == (3, 2, 4, 5)
    assert found.reaching(1).shape == (3, 1, 4, 5)
    with pytest.raises(Unfit) as caught:
        found.made(0)
    assert caught.value.facts == {"layer": "first path"}


def test_what_stops_a_network_is_told_only_where_it_matters():
    class Stops(Functional):
        def forward(self, X):
            super().forward(X)
            raise ZeroDivisionError

    assert same(around(Stops(), 0), RIGHT[0])
    with pytest.raises(ZeroDivisionError):
        around(Stops(), 1)


def test_gradients_flow_within_a_part():
    into = [t.clone().requires_grad_() for t in INTO]
    out = [t.clone().requires_grad_() for t in OUT]
    found = Layers(load_parameters(built_of_modules(), WEIGHTS), NAMES, into, out).around(0)
    grads = torch.autograd.grad([t.sum() for t in found.values()], [*into, *out], allow_unused=True)
    assert [g is not None for g in grads] == [True, False, True, False]


def test_parameters_that_fit_are_loaded_in_order():
    net = nn.Sequential(nn.Linear(3, 2, bias=False), nn.Linear(2, 5), nn.Linear(5, 2))
    start = net[1].weight.clone()
    given = [torch.full(shape, float(i)) for i, shape in enumerate([(2, 3), (2,), (4, 2), (4,), (2, 5), (2,)], 1)]
    with pytest.raises(Unfit):
        load_parameters(net, given)
    load_parameters(net, given, exactly=False)
    assert net[0].weight.eq(1).all()
    assert torch.equal(net[1].weight, start)
    assert net[2].weight.eq(5).all()
    assert net[2].bias.eq(6).all()


class Pretends(nn.Module):
    def parameters(self, recurse=True):
        return iter([nn.Parameter(torch.zeros(2, 3))])


def test_parameters_are_those_that_a_module_has():
    assert shapes_of(nn.Linear(3, 2)) == [[2, 3], [2]]
    assert shapes_of(Pretends()) == []
    for other in (None, nn.LazyLinear(3)):
        with pytest.raises(Unfit):
            shapes_of(other)


@pytest.mark.parametrize(
    ("got", "said"),
    [
        ([[2, 3], [2], [4, 2], [4]], None),
        ([[2, 3], [4, 2], [4]], "parameter 1 should be the bias of the first, of shape [2], but has the shape [4, 2]"),
        ([[2, 3], [2], [4, 2]], "parameter 3 should be the bias of the second, of shape [4], but there is none"),
        ([[2, 3], [2], [4, 2], [4], [1]], "there should be 4 parameters, but there are 5"),
        ([], "parameter 0 should be the weight of the first, of shape [2, 3], but there is none"),
    ],
)
def test_the_first_parameter_of_another_shape_is_named(got, said):
    want = [[2, 3], [2], [4, 2], [4]]
    mistake = right_shapes(["the first", "the second"]).verdict(got, Want(want, want, [], torch.float32), {})
    assert (mistake and mistake.message) == said


def test_two_results_are_compared_with_each_other_alone():
    one, other = torch.randn(3, 4), torch.randn(3, 4)
    want = {"in training mode": torch.zeros(3, 4), "afterwards": torch.zeros(3, 4)}
    given = Want(want, want, [], torch.float32)

    def said(first, second):
        mistake = same_twice().verdict(dict(zip(want, (first, second), strict=True)), given, {})
        return mistake and mistake.message

    assert said(one, one.clone()) is None
    assert said(one, other) == "in training mode and afterwards, the same images have different results"
    assert said(one[:1].repeat(3, 1), one) == "in training mode, all images have the same result"
    assert "shape" in said(one[0], one[0])


# --- in lenet

UNUSUAL = """
import torch
from torch import nn

class LeNet(nn.Module):
    '''Right, and no layer can be seen in it: convolutions as products with windows, weights that are copied.'''
    def __init__(self):
        super().__init__()
        shapes = [(6, 1, 5, 5), (6,), (16, 6, 5, 5), (16,), (120, 400), (120,), (84, 120), (84,), (10, 84), (10,)]
        self.all = nn.ParameterList([nn.Parameter(torch.randn(shape) / 10) for shape in shapes])

    def forward(self, X):
        X = nn.functional.pad(X, (2, 2, 2, 2))
        for K, b in (self.all[:2], self.all[2:4]):
            windows = X.unfold(2, 5, 1).unfold(3, 5, 1)
            Y = torch.einsum("nchwij,ocij->nohw", windows, K * 1) + b.reshape(-1, 1, 1)
            Y = torch.sigmoid(Y)
            X = (Y[..., ::2, ::2] + Y[..., 1::2, ::2] + Y[..., ::2, 1::2] + Y[..., 1::2, 1::2]) / 4
        X = X.flatten(1)
        for i in (4, 6, 8):
            X = X @ (self.all[i] * 1).T + self.all[i + 1]
            X = torch.sigmoid(X) if i < 8 else X
        return X

lenet = LeNet
"""


def without_training(result):
    return {check.name: check for check in result.checks if check.name != "learns_real_images"}


def test_a_right_network_in_which_no_layer_can_be_seen_has_full_marks(grade_source):
    checks = without_training(grade_source(LENET, UNUSUAL, training=False))
    assert {check.status for check in checks.values()} == {Status.PASSED}


@pytest.mark.parametrize(
    ("old", "new", "lost", "named"),
    [
        ("nn.Linear(84, 10),", "nn.Linear(84, 10), nn.Softmax(1),", 1.5, "in what the network returns"),
        ("16 * 5 * 5", "16 * 4 * 4", 3.5, "the dense layer of 120 cannot take an input of shape [2, 400]"),
        ("nn.Linear(120, 84),\n        nn.Sigmoid()", "nn.Linear(120, 84),\n        nn.GELU()", 1.5, "in what reaches the dense layer of 10"),
        ("kernel_size=5)", "kernel_size=5, bias=False)", 2, "parameter 3 should be the bias of the second convolution"),
        ("padding=2)", "padding=2, stride=2)", 6, "expected shape (2, 6, 28, 28) in what the first convolution makes"),
    ],
)  # fmt: skip
def test_one_wrong_layer_costs_what_it_is_worth_and_is_named(grade_source, reference, old, new, lost, named):
    source = reference(LENET)
    assert source.count(old) == 1
    result = grade_source(LENET, source.replace(old, new), training=False)
    checks = without_training(result)
    assert sum(c.max_score - c.score for c in checks.values()) <= lost
    assert any(named in check.message for check in checks.values()), [c.message for c in checks.values()]


def test_a_part_is_not_run_where_the_whole_is_right(grade_source, reference):
    printing = reference(LENET).replace("    return nn.Sequential(", '    print("built")\n    return nn.Sequential(')
    parts = [check.name for check in catalog.load_exercise(LENET).checks if check.follows_from]
    assert len(parts) == 5
    right = without_training(grade_source(LENET, printing, training=False))
    wrong = without_training(grade_source(LENET, printing.replace("AvgPool2d", "MaxPool2d"), training=False))
    assert [right[name].detail.output for name in parts] == [""] * 5
    assert [wrong[name].detail.output for name in parts] == ["built\n"] * 5


def test_what_follows_from_a_whole_is_told_by_name():
    exercise = Exercise(entry="f")
    call = exercise.call("f", X=normal(2))

    @call.check(points=1)
    def whole():
        """whole"""

    @call.check(points=1, follows_from=whole)
    def part():
        """part"""

    assert exercise["part"].follows_from == ("whole",)


def test_a_layer_that_is_not_asked_about_computes_nothing():
    """So one layer of a large network costs what it costs alone, and needs no other's weights."""
    net = hollow(built_of_modules(), INTO[1])
    net[0].weight = nn.Parameter(torch.ones(2, 5, 3, 3))  # a convolution with it would raise
    layers = Layers(load_parameters(net, WEIGHTS[2:], exactly=False), NAMES, INTO, OUT)
    assert same(layers.around(1), RIGHT[1])
    with pytest.raises(Unfit, match="cannot take an input"):
        layers.around(0)


def test_what_reaches_the_first_layer():
    net = nn.Sequential(nn.Hardtanh(), *built_of_modules())
    assert torch.equal(Layers(net, NAMES, INTO, OUT).after(-1), INTO[0].clamp(-1, 1))


def test_a_hollow_network_takes_no_memory_until_it_is_filled():
    with torch.device("meta"):
        net = nn.Sequential(nn.Linear(10**5, 10**5), nn.Linear(10**5, 10**5))
    net[1].weight = net[0].weight  # one parameter in two places
    hollow(net, torch.zeros((), dtype=torch.float64))
    assert {p.dtype for p in net.parameters()} == {torch.float64}
    assert sum(p.untyped_storage().nbytes() for p in net.parameters()) == 3 * 8
    assert net[1].weight is net[0].weight
    small = hollow(built_of_modules(), INTO[0])
    assert not small(INTO[0]).any()
    assert torch.equal(load_parameters(small, WEIGHTS)(INTO[0]), load_parameters(built_of_modules(), WEIGHTS)(INTO[0]))
