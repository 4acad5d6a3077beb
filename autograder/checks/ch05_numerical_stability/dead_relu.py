"""Checks of dead_relu. No pre-activation is so near to 0 that rounding would decide, but where it is exactly 0."""

from itertools import pairwise

import torch
from torch import Tensor

from autograder.spec import LEFT_OUT, Close, Exercise, Unfit, describe, drawn, has_graph, rows

exercise = Exercise(entry=("dead_units", "unit_gradient_norms"), gradients=False)


def hidden(found, net):
    """What was returned without what there is beyond the hidden layers: that is another check's matter."""
    return found[: len(net["params"]) // 2 - 1] if isinstance(found, list | tuple) else found


def as_bools(found):
    """What was returned as a list of bool tensors: its form is another check's matter."""
    if not isinstance(found, list | tuple) or not all(isinstance(dead, Tensor | list | tuple) for dead in found):
        raise Unfit("expected a list of tensors, got {got}", got=describe(found))
    return [torch.as_tensor(dead).detach().flatten() != 0 for dead in found]


def biases(Z, d):
    """Biases for units whose products with their weights are Z: the first is above 0 for no row, the second for one, the
    third for all but one, if there are two rows or more, and the others for about half. Shuffled, and the biases of all
    but the first are off: without them the first would be alive."""
    ordered = Z.sort(dim=0, descending=True).values
    n, units = ordered.shape
    above = torch.cat([torch.tensor([0, 1, max(n - 1, 1)]), torch.randint(1, n + 1, (units,), generator=d.generator)])
    above = above[:units][torch.randperm(units, generator=d.generator)]
    padded = torch.cat([ordered[:1] + 1, ordered, ordered[-1:] - 1])
    places = torch.arange(units)
    return -(padded[above, places] + padded[above + 1, places]) / 2


def network(n, *widths):
    """X, labels and a flat list of parameters: in each hidden layer one unit is dead, and one is alive in one row alone.

    Fed with the pre-activations of the layer below, or without the biases, other units would be dead.
    """

    def draw(d):
        def randn(*shape):
            return torch.randn(*shape, generator=d.generator).double().round(decimals=2)

        while True:
            X, params, apart = randn(n, widths[0]), [], []
            H = linear = X
            for a, b in pairwise(widths):
                W = randn(a, b)
                bias = biases(H @ W, d) if len(params) // 2 < len(widths) - 2 else randn(b)
                params += [W, bias]
                Z, other = H @ W + bias, linear @ W + bias
                apart.append([(V > 0).any(dim=0).tolist() for V in (Z, other, H @ W)])
                near = Z.abs().min()
                if near < 1e-3 and len(apart) < len(widths) - 1:
                    break
                H, linear = Z.clamp(min=0), other
            else:
                hidden = apart[:-1]
                if all(real != bare for real, _other, bare in hidden) and all(r != o for r, o, _b in hidden[1:]):
                    found = {"X": X, "y": randn(n, widths[-1]), "params": params}
                    return {key: _to(value, d.dtype) for key, value in found.items()}

    return drawn(draw)


def _to(value, dtype):
    return [part.to(dtype) for part in value] if isinstance(value, list) else value.to(dtype)


@exercise.call(then=as_bools, net=network(5, 3, 6, 2))
def dead(student, net):
    return hidden(student.dead_units(net["X"], net["params"]), net)


@dead.check(
    points=1.25, cases=rows("net", network(5, 3, 6, 2), network(4, 2, 5, 1), network(7, 4, 4, 4), network(150, 2, 3, 1))
)
def finds_dead_units():
    """dead_units is True for a hidden unit that is above 0 for no row, and False for one that is in one row alone"""


def far_below(d):
    """A unit so far below 0 that a leak of it would show in the next layer, and one just above 0 that another one needs."""
    low = -1000 * (1 + torch.rand((), generator=d.generator).item())
    params = [torch.tensor([[low, 1.0, 1e-20]]), torch.zeros(3), torch.diag(torch.tensor([-1.0, 1.0, 1.0]))]
    params += [torch.tensor([-1.0, 0.0, 0.0]), torch.ones(3, 1), torch.zeros(1)]
    return {"X": torch.tensor([[1.0], [2.0]]).to(d.dtype), "params": _to(params, d.dtype)}


DEEP = (
    network(6, 3, 5, 4, 2),
    network(5, 4, 5, 6, 4, 3),
    network(4, 4, 4, 4, 4),
    network(1, 4, 3, 3, 1),
    drawn(far_below),
)


@dead.check(points=1, cases=rows("net", *DEEP))
def feeds_each_layer_from_below():
    """dead_units feeds each layer with the outputs of the one below, and leaves the output layer out"""


def given(d):
    """In any order, units that are 0 everywhere, 0 or below, just above 0, below everywhere, above."""
    a = 1 + torch.rand((), generator=d.generator).item()
    W, b = torch.tensor([[0.0, a, 0.0, -a, a], [0.0, -a, 0.0, -a, a]]), torch.tensor([0.0, 0.0, 1e-30, 0.0, 0.0])
    order = torch.randperm(5, generator=d.generator)
    params = [W[:, order], b[order], torch.ones(5, 1), torch.zeros(1)]
    return {"X": torch.tensor([[1.0, 1.0], [1.0, 2.0]]).to(d.dtype), "params": _to(params, d.dtype)}


@dead.check(points=0.5, net=drawn(given))
def counts_0_as_dead():
    """dead_units takes a pre-activation of exactly 0 for not active, and the smallest above 0 for active"""


@dead.check(points=0.25, cases=rows("net", network(1, 3, 4, 2), network(1, 5, 6, 3)))
def takes_one_row():
    """dead_units takes a single row"""


once = {"needs": finds_dead_units}


@exercise.check(
    points=0.5, cases=rows("net", network(4, 3, 2), network(1, 2, 2), network(5, 3, 4, 2)), net=None, **once
)
def leaves_out_the_output_layer(student, net):
    """dead_units returns one tensor for each hidden layer and none for the output layer, so an empty list for L = 1"""
    return len(student.dead_units(net["X"], net["params"]))


@exercise.check(
    points=0.5, cases=rows("net", network(6, 3, 5, 2), network(3, 4, 5, 1), network(5, 3, 1, 2)), net=None, **once
)
def returns_a_list_of_bools(student, net):
    """dead_units returns a list of bool tensors of shape (n_l,)"""
    return hidden(student.dead_units(net["X"], net["params"]), net)


@exercise.call(net=network(5, 3, 6, 2), alpha=LEFT_OUT, axes=("hidden unit",))
def norms(student, net, **options):
    found = student.unit_gradient_norms(net["X"], net["y"], net["params"], **options)
    return found.detach().flatten() if isinstance(found, Tensor) else found


NETS = network(5, 3, 6, 2), network(4, 2, 5, 3), network(4, 4, 4, 4), network(6, 3, 4, 1)


@norms.check(points=2, cases=rows("net", *NETS) + rows("net alpha", (network(3, 5, 4, 2), 0), (NETS[0], 0.0)))
def measures_each_unit():
    """unit_gradient_norms is the norm over incoming weights and bias together, of the mean squared error"""


# One row, and parts of the largest norm: what is wrong with the mean, or with the norm, hardly shows.
ONE = network(1, 3, 5, 2)


def without_gradient(got):
    return {**got, "norms": got["norms"] == 0} if isinstance(got, dict) else got == 0


@norms.check(points=0.5, judge=Close(of=without_gradient), cases=rows("net", ONE, network(1, 5, 3, 1)))
def is_0_for_dead_units():
    """unit_gradient_norms is exactly 0 for dead units with alpha = 0, and for no other"""


@norms.check(
    points=1, net=ONE, judge=Close(of=lambda got: got / got.max()), cases=rows("alpha", 0.01, 0.25, 1.0, 1, 3.5)
)
def leaks():
    """unit_gradient_norms takes alpha * z and the derivative alpha where z is not above 0"""


def at_0(d):
    """One row and two units, the first of which gets exactly 0, however its inputs are rounded."""
    a = 1 + torch.rand((), generator=d.generator).item()
    made = {"X": [[1.0, -1.0]], "y": [[0.0]]}
    params = [[0.0, a], [0.0, 0.0]], [0.0, 0.0], [[1.0], [a]], [0.5]
    found = {key: torch.tensor(value, dtype=d.dtype) for key, value in made.items()}
    return {**found, "params": [torch.tensor(p, dtype=d.dtype) for p in params]}


@norms.check(
    points=0.5, judge=Close(of=lambda got: got[0] / got[1]), cases=rows("alpha", 0.25, 0.0, 2), net=drawn(at_0)
)
def has_slope_alpha_at_0():
    """unit_gradient_norms takes the derivative alpha where z is exactly 0"""


@norms.check(
    points=0.5, net=ONE, judge=Close(of=without_gradient), alpha=0.0, asks=True, cases=rows("asks", True, False)
)
def leaves_no_gradients(student, net, alpha, asks):
    """unit_gradient_norms returns a detached tensor (n_1,) and leaves every .grad None, whatever requires grad"""
    X, y, *params = (t.detach().clone().requires_grad_(asks) for t in (net["X"], net["y"], *net["params"]))
    found = student.unit_gradient_norms(X, y, params, alpha)
    grads = ["None" if t.grad is None else "a gradient" for t in (X, y, *params)]
    norms = found.detach() if isinstance(found, Tensor) else found
    return {"norms": norms, "the result requires grad": has_graph(found), ".grad": grads}


exercise.keeps_the_dtype("both work in float64 too, unit_gradient_norms to its full precision", points=0.5)
exercise.takes_views("both take tensors that are views of others, as X.T is", points=0.5)
exercise.leaves_its_inputs_alone("both leave their inputs unchanged", points=0.5)

exercise.hint(
    """X (n, n_0) times W_1 (n_0, n_1): row i, column j is what unit j gets from sample i. A unit is a column, so all rows of
    it are looked at: dim=0. For X = [[1], [-1]], W_1 = [[1, 1]], b_1 = [-2, 0] the first unit is dead, the second not."""
)
exercise.hint(
    """Dead is what is above 0 nowhere: ~(Z > 0).any(dim=0). Then H = torch.relu(Z), since the next layer sees the outputs, not
    the pre-activations. The last two of the params belong to the output layer.""",
    helps=dead,
)
exercise.hint(
    """dO = 2 (network - y) divided by the number of all elements, since the loss is a mean over rows and columns. Through
    W_2 and the slope comes dZ; dW_1 = X^T dZ, and db_1 is the sum of dZ over the rows.""",
    helps=[measures_each_unit, is_0_for_dead_units, leaks],
)
exercise.hint(
    """The slope is 1 where Z > 0, else alpha, on the way there and on the way back: act(z) is z times it. torch.where(Z > 0,
    torch.ones_like(Z), alpha) has the dtype of Z; between two Python numbers it would choose float32.""",
    helps=[leaks, has_slope_alpha_at_0],
)
exercise.hint(
    """Weights and bias of a unit make one vector: the root of the sum of all their squares, in which the bias is one more
    element. Adding two norms gives another number.""",
    helps=measures_each_unit,
)
exercise.hint(
    """With autograd, give it detached copies of your own that require grad, and take torch.autograd.grad, because backward()
    writes into .grad of whatever requires grad.""",
    helps=leaves_no_gradients,
)
