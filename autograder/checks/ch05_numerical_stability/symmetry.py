"""Checks of symmetry. What the rows are, what training does to them and how they are counted is judged apart."""

import torch
from torch import nn

from autograder.spec import OFF_GRID, Exercise, distinct, drawn, has_graph, named, normal, number, rows

exercise = Exercise(entry="hidden_units_used", gradients=False, sizes={"n": (4, 7)}, constraint=lambda h, d: h != d + 1)
ACTIVATIONS = {"tanh": nn.Tanh, "sigmoid": nn.Sigmoid, "relu": nn.ReLU}


def network(activation, params):
    """The network with the weights W1 (h, d), b1 (h,), W2 (k, h) and b2 (k,)."""
    W1, W2 = params[0], params[2]
    net = nn.Sequential(nn.Linear(*reversed(W1.shape)), ACTIVATIONS[activation](), nn.Linear(*reversed(W2.shape)))
    for p, values in zip(net.parameters(), params, strict=True):
        p.data = values.detach().clone()
    return net


def starts(units, out):
    """Parameters of a network with one output: rows of weights and bias for the hidden units, and weights out of them."""
    return [units[:, :-1], units[:, -1], out[None], torch.zeros_like(out[:1])]


def groups(into, out):
    """A hidden unit for each letter. Those with the same letter have the same weights into them, or out of them. No row is
    above another in all entries, nor becomes so: X is -1 in its first column, so that its weight moves against the bias."""

    def draw(d):
        places = [[sorted(set(letters)).index(letter) for letter in letters] for letters in (into, out)]
        rows_of = distinct(len(set(into)), 4, low=-0.5, high=0.5).draw(d)
        rows_of[:, 0] = torch.linspace(-0.4, 0.6, len(rows_of))
        rows_of[:, 3] = 0.05 - rows_of[:, 0]
        return starts(rows_of[places[0]], distinct(len(set(out)), low=-1.0, high=1.0).draw(d)[places[1]])

    return drawn(draw)


def some_groups(alike):
    """As many groups as are drawn: of two units alike, or of one that differs from the others in its way out alone."""

    def draw(d):
        letters = "abcde"[: 2 + int(torch.randint(4, (), generator=d.generator))]
        return groups(*([2 * letters[1:]] * 2 if alike else ["a" * len(letters), letters])).draw(d)

    return drawn(draw)


def in_one_entry(entry):
    """Some equal units, and others that differ from them in one entry alone."""

    def draw(d):
        unit, step = distinct(4).draw(d), 0.002 * torch.eye(4, dtype=d.dtype)[entry]
        units = torch.stack([unit + 2 * step, unit + step, unit, unit, unit - step, unit - step])
        count = 3 + int(torch.randint(4, (), generator=d.generator))
        units = units[torch.randperm(6, generator=d.generator)[:count].sort().values]
        return starts(units, distinct(len(units)).draw(d))

    return drawn(draw)


def in_the_order(d):
    """Units with the same entries in another order, with another sign, or all smaller."""
    unit = distinct(4, low=0.1, high=0.9).draw(d)
    units = torch.stack([unit, unit, unit.flip(0), unit[[1, 0, 2, 3]]])[torch.randperm(4, generator=d.generator)]
    return starts(torch.cat([-unit[None], units, unit[None] - 1, unit[None] - 2]), distinct(7).draw(d))


def rounded_apart(*entries):
    """Pairs of units that are apart by rounding."""

    def draw(d):
        count = 2 + int(torch.randint(3, (), generator=d.generator))
        pairs = torch.tensor(entries, dtype=torch.float64) + 4e-7 * torch.tensor([[[1.0], [-1.0]]], dtype=torch.float64)
        units = pairs + torch.arange(count)[:, None, None]
        return starts(units.flatten(0, 1).to(d.dtype), distinct(2 * count).draw(d))

    return drawn(draw)


def another_between(d):
    """Two units that are apart by rounding in their first entry, and a third one that lies between them in that entry."""
    unit, other = distinct(2, 4).draw(d)
    other[0] = unit[0]
    off = 4e-7 * torch.eye(4, dtype=d.dtype)[0]
    units = torch.stack([unit + off, other, unit - off])
    return starts(units[torch.randperm(3, generator=d.generator)], distinct(3).draw(d))


START = {
    "activation": "tanh",
    "params": [normal("h", "d"), normal("h", shift=OFF_GRID), normal("k", "h"), normal("k")],
    "X": normal("n", "d"),
    "y": normal("n", "k", mean=1.0),
}


@exercise.call(**START, steps=1, lr=0.1)
def units(student, activation, params, X, y, steps, lr):
    return named(student.hidden_units_used(network(activation, params), X, y, steps, lr), "used", "units")["units"]


@exercise.call(**START, steps=1, lr=0.1)
def weights(student, activation, params, X, y, steps, lr):
    """The weights alone, so that a bias that is missing is another check's matter."""
    found = named(student.hidden_units_used(network(activation, params), X, y, steps, lr), "used", "units")["units"]
    h, d = params[0].shape
    return (found.T if found.shape == (d + 1, h) else found)[:, :d]


@exercise.call(
    activation="tanh",
    params=groups("abcde", "abcde"),
    X=drawn(lambda d: torch.cat([-torch.ones(d.size("n"), 1, dtype=d.dtype), normal("n", 2).draw(d)], 1), "n", 3),
    y=normal("n", 1, mean=4.0),
    steps=1,
    lr=0.0,
)
def used(student, activation, params, X, y, steps, lr):
    found = student.hidden_units_used(network(activation, params), X, y, steps, lr)
    return {"used": number(named(found, "used", "units")["used"])}


ALIKE = {"params": groups("abab", "abab"), "d": 3, "k": 1}
SIZES = rows("h", 1) + rows("d", 1) + rows("k", 1) + rows("n", 1)


@units.check(points=1.25, steps=0, axes=("unit", "weight"), also=[*SIZES, {"activation": "relu"}, ALIKE])
def holds_weights_and_bias():
    """units has a row for each hidden unit, with the weights that lead into it and, last, its bias"""


@weights.check(points=1, also=[*rows("activation lr", ("sigmoid", 0.5), ("relu", 0.05)), *SIZES])
def takes_a_step():
    """one step moves the weights by -lr times the gradient of the mean of (net(X) - y)^2 over all elements"""


@weights.check(
    points=1,
    cases=[
        *rows("activation steps lr", ("tanh", 2, 0.1), ("sigmoid", 3, 0.5), ("relu", 2, 0.05), ("tanh", 6, 0.05)),
        *({"steps": 3, **size} for size in SIZES),
    ],
)
def takes_several_steps():
    """several steps train all four parameters, each with the gradients of that step alone"""


@units.check(points=0.5, cases=rows("activation steps", ("tanh", 1), ("sigmoid", 3)))
def trains_the_biases(student, activation, params, X, y, steps, lr):
    """the biases in units are those after training"""
    found = named(student.hidden_units_used(network(activation, params), X, y, steps, lr), "used", "units")["units"]
    return {"the numbers in units": found.flatten().sort().values}


@used.check(
    points=1,
    cases=[
        *({"params": groups(into, "abcdefg"[: len(into)])} for into in ("aaaa", "abab", "abcacb", "abcde", "a")),
        *({"params": drawn_as} for drawn_as in (in_one_entry(0), in_one_entry(2), drawn(in_the_order))),
    ],
)
def counts_different_rows():
    """used is the number of different rows, wherever equal ones stand"""


@used.check(points=0.5, params=in_one_entry(3), cases=rows("n", 4, 5, 6))
def counts_the_bias():
    """rows that differ in the bias alone are different for used"""


# Of the second, three to five decimals are rounded to either side; of the third, an entry is next to 0.
@used.check(
    points=1,
    cases=rows(
        "params",
        rounded_apart(0.31, -0.77, 0.42, 0.56),
        rounded_apart(0.31, 0.1235, 0.12345, 0.123455),
        rounded_apart(0.0, -0.77, 0.42, 0.56),
        drawn(another_between),
    ),
)
def takes_rounding_for_equal():
    """rows are the same for used where no entry differs by more than 1e-5"""


@used.check(
    points=0.75,
    lr=0.002,
    params=some_groups(alike=True),
    cases=rows("activation steps", ("tanh", 4), ("sigmoid", 4), ("tanh", 8)),
)
def finds_that_equal_units_stay_equal():
    """units that are alike at the start, in and out, are still alike after training"""


@used.check(
    points=0.75,
    lr=0.002,
    params=some_groups(alike=False),
    cases=[
        *rows("activation steps", ("tanh", 4), ("sigmoid", 4)),
        *({"steps": 4, "params": groups(into, out)} for into, out in (("abcde", "abcde"), ("aabb", "abcd"))),
    ],
)
def finds_units_that_have_come_apart():
    """used counts units as they are after training, when those with other weights out of them have come apart"""


@units.check(points=1, needs=finds_units_that_have_come_apart, cases=rows("steps lr", (3, 0.1), (0, 0.1)))
def leaves_net_alone(student, activation, params, X, y, steps, lr):
    """net has the same values afterwards, and every .grad is None"""
    net = network(activation, params)
    student.hidden_units_used(net, X, y, steps, lr)
    return {
        "values": [p.detach() for p in net.parameters()],
        ".grad": ["None" if p.grad is None else "a tensor" for p in net.parameters()],
    }


@used.check(
    points=0.25,
    needs=[holds_weights_and_bias, counts_different_rows],
    params=groups("aab", "abc"),
    cases=rows("steps", 0, 2),
)
def returns_an_int(student, activation, params, X, y, steps, lr):
    """used is a Python int"""
    return {"used": type(student.hidden_units_used(network(activation, params), X, y, steps, lr)[0]).__name__}


@units.check(points=0.25, needs=holds_weights_and_bias, cases=rows("steps", 0, 2))
def returns_detached_units(student, activation, params, X, y, steps, lr):
    """units is detached"""
    return {
        "units requires grad": has_graph(student.hidden_units_used(network(activation, params), X, y, steps, lr)[1])
    }


values = [holds_weights_and_bias, takes_a_step, takes_several_steps, trains_the_biases]
exercise.keeps_the_dtype("units is float64 for a float64 net, to its full precision", points=0.25, about=values)
exercise.takes_views("takes X and y that are views of other tensors, as X.T is", points=0.25, about=values)
exercise.leaves_its_inputs_alone("leaves X and y unchanged", points=0.25)

exercise.hint(
    """Two hidden units with the weights (1, 2) and (1, 2), biases 0 and 0, are one. With biases 0 and 0.5 they are two, and
    the rows of units are 1, 2, 0 and 1, 2, 0.5."""
)
exercise.hint(
    """copy.deepcopy(net) is a network of its own; copy.copy and net[:] share their parameters with net. Train the copy as any
    network, by torch.optim.SGD or by hand, and clear the gradients at each step, since backward() adds to them.""",
    helps=[leaves_net_alone, weights, trains_the_biases, finds_units_that_have_come_apart],
)
exercise.hint(
    """net[0].weight has the shape (h, d): it has the rows already. net[0].bias[:, None] is one more column, and torch.cat puts
    it behind them. .detach() leaves the graph out.""",
    helps=[holds_weights_and_bias, returns_detached_units],
)
exercise.hint(
    """Keep a list of rows. Take each unit in turn and compare it with all that are kept, by the largest |difference|; if
    none is within 1e-5, keep it. Rounding to five digits first is no way out: 0.1234549 and 0.1234551 are rounded apart.""",
    helps=[used],
)
