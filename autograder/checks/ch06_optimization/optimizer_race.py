"""Checks of optimizer_race.

The step that ``train`` is given takes notes, and moves w and b to places that are known beforehand, so that losses and
gradients are known in each order of the samples. Where the order is looked at, w and b stay at 0, and each row of X has
a column of its own, by which it is found again in the gradient of its batch.
"""

from math import log10

import torch

from autograder.spec import (
    Close,
    Exercise,
    Threshold,
    Unfit,
    describe,
    drawn,
    has_graph,
    in_batches,
    in_new_orders,
    named,
    normal,
    outcomes,
    rows,
    seeded,
    uniform,
    uses_global_generator,
    whole,
)

exercise = Exercise(entry="train", gradients=False, sizes={"n": (5, 7), "d": (2, 4), "both": "d + 1"})
SEED = whole(0, 10**6)
RATE = {"lr": uniform(low=0.1, high=0.3)}


def flat(parts):
    return torch.cat([part.detach().reshape(-1) for part in parts])


class Steps:
    """A step that takes notes: at each call the tensors, where they are, their gradients, the states and hyper.

    places: where it moves w and b, call by call (calls, d + 1), at the last one of which they stay; else they are left
    where they are. leaves: what it does to .grad then: "zeros" in the same memory, "ones", "None" or "nothing".
    """

    def __init__(self, places=None, leaves="zeros"):
        self.places, self.leaves = places, leaves
        self.held, self.at, self.gradients = [], [], []
        self.states, self.entries, self.hypers = [], [], []

    def __call__(self, params, states, hyper):
        self.held.append(params := [*params])
        sizes = [part.numel() if isinstance(part, torch.Tensor) else 0 for part in params]
        if len(params) != 2 or 0 in sizes or 1 not in sizes:
            got = f"[{', '.join(map(describe, params))}]"
            raise Unfit("optimizer_step takes [w, b] as its first argument, but was given {got}", got=got)
        if sizes[1] != 1:  # which of them comes first is another check's matter
            params = params[::-1]
        self.at.append(flat(params))
        self.gradients.append(flat(torch.zeros_like(p) if p.grad is None else p.grad.clone() for p in params))
        self.states.append([*states])
        self.entries.append([len(state) if isinstance(state, dict) else describe(state) for state in states])
        self.hypers.append(dict(hyper))
        for state in states:
            if isinstance(state, dict):
                state["calls"] = len(self.at)
        with torch.no_grad():
            if self.places is not None:
                place = self.places[min(len(self.at), len(self.places)) - 1]
                for p, value in zip(params, (place[:-1], place[-1]), strict=True):
                    p.copy_(value.reshape(p.shape))
            for p in params:
                if self.leaves == "None":
                    p.grad = None
                elif self.leaves != "nothing" and p.grad is not None:
                    p.grad.fill_({"zeros": 0, "ones": 1}[self.leaves])

    def called(self, times=1):
        """These notes. Raises ``Unfit`` for fewer calls."""
        if len(self.at) < times:
            text = (
                "optimizer_step should be called once for each batch, {least} times or more, but was called {got} times"
            )
            raise Unfit(text, least=times, got=len(self.at))
        return self

    def where(self, times):
        """Where w and b are at the first calls, and their gradients, both (times, d + 1)."""
        at, gradients = (torch.stack(notes[:times]) for notes in (self.called(times).at, self.gradients))
        return {"at": at, "gradients": gradients}


def run(student, steps, X, y, num_epochs, batch_size, generator=None, hyper=None):
    """w and b as one vector, and the losses, of whatever form: that is the matter of a check of its own."""
    found = student.train(steps, X, y, hyper or {"lr": 0.1}, num_epochs, batch_size, generator or seeded(0, X.device))
    found = named(found, "w", "b", "losses")
    try:
        losses = found["losses"]
        losses = losses.detach() if isinstance(losses, torch.Tensor) else X.new_tensor([float(l) for l in losses])
        return flat((found["w"], found["b"])), losses
    except (TypeError, AttributeError):
        got = ", ".join(map(describe, found.values()))
        raise Unfit("expected tensors w, b and losses, got {got}", got=got) from None


def gradients_at(X, y, places):
    """The gradients of the loss on all rows, where w and b are at each of the places (k, d + 1)."""
    design = torch.cat([X, torch.ones_like(X[:, :1])], 1).to(places)
    return (places @ design.T - y.to(places)) @ design / len(X)


DATA = {"X": normal("n", "d"), "y": normal("n", mean=1.0, away=0.25)}
PLACES = normal(3, "both")


def alike(*dims):
    """The same row n times, so that no order matters."""
    values = normal(1, *dims, mean=1.0, away=0.25)
    return drawn(lambda d: values.draw(d).repeat_interleave(d.size("n"), 0), "n", *dims)


ALIKE = {"X": alike("d"), "y": alike()}


def of_first_gradients(got):
    return {"the gradient of w at the first call is 0": not got["gradients"][0, :-1].any()}


def less_shifts(got, X, y, left):
    """The gradients, less what it changes in them that w and b are not where they were left: that is paid apart."""
    return got["gradients"] - gradients_at(X, y, got["at"]) + gradients_at(X, y, left.to(got["at"]))


def where_left(got, places):
    return torch.cat([torch.zeros_like(places[:1]), places])[: len(got["at"])]


def of_gradients(got, X, y, places):
    found = less_shifts(got, X, y, where_left(got, places))[0]
    return {"gradient of w": found[:-1], "gradient of b": found[-1:]}


def of_later_gradients(got, X, y, places):
    """In units of the gradients at the first call: a wrong factor is paid apart."""
    left = where_left(got, places)
    found, start = less_shifts(got, X, y, left), gradients_at(X, y, left[:1].to(got["at"]))[0]
    return {
        "gradients of w and b at call 2, if those at call 1 are right": found[1] * (start @ start) / (start @ found[0])
    }


@exercise.call(**DATA, places=PLACES, batch_size=5, calls=1)
def gradients(student, X, y, places, batch_size, calls):
    steps = Steps(places)
    run(student, steps, X, y, 3, batch_size)
    return steps.where(calls)


@gradients.check(points=0.25, judge=Close(of=of_first_gradients), cases=rows("n d", (5, 3), (7, 2)))
def hands_over_gradients():
    """calls optimizer_step with w and b, and with gradients in .grad"""


once = {"needs": hands_over_gradients}


@gradients.check(points=0.75, judge=Close(of=of_gradients), cases=rows("n", 5, 4, 1))
def computes_gradients():
    """puts the gradients of the mean of (X w + b - y)^2 / 2 over the rows of the batch into .grad of w and b"""


@gradients.check(
    points=0.5,
    **once,
    judge=Close(of=of_later_gradients),
    calls=2,
    **ALIKE,
    cases=rows("n batch_size d", (6, 2, 3), (4, 1, 2), (6, 3, 1)),
)
def goes_on_from_where_w_and_b_are():
    """.grad holds the gradients for w and b as they are at this call, wherever the last step left them"""


def own_columns(d):
    """Rows that have something in common, and each a column of its own."""
    n = d.size("n")
    own = torch.diag(normal(n, away=0.25).draw(d))
    return torch.cat([own, normal(n, 2).draw(d)], 1)


ROWS = {"X": drawn(own_columns, "n"), "y": normal("n", away=0.25), "batch_size": 2, "seed": SEED}


def rows_of(gradient, n):
    return (gradient[:n] != 0).nonzero().flatten().tolist()


@exercise.check(
    points=0.5, **once, judge=Close(scale=1), **ROWS, cases=rows("n batch_size", (5, 2), (6, 3), (4, 1), (7, 5))
)
def takes_the_mean_of_each_batch(student, X, y, batch_size, seed):
    """divides by the number of rows of this batch, whatever batch_size and n are"""
    steps, off = Steps(), []
    run(student, steps, X.clone(), y.clone(), 2, batch_size, seeded(seed, X.device))
    for gradient in steps.called().gradients:
        alone, batch = Steps(), rows_of(gradient, len(X))
        run(student, alone, X[batch], y[batch], 2, max(len(batch), 1))
        off.append(gradient - alone.called().gradients[0])
    return {"largest difference to the gradients of the same rows alone": torch.stack(off).abs().amax(0)}


def of_grads(got, X, y):
    found = less_shifts(got, X, y, torch.zeros_like(got["at"]))
    return {f"gradients at call {k + 1}, less those at call 1": found[k] - found[0] for k in (1, 2)}


@exercise.call(**ALIKE, leaves="nothing", batch_size=7, judge=Close(of=of_grads, scale=1))
def again(student, X, y, leaves, batch_size):
    """w and b stay at 0, and all rows are the same: so are the gradients at every call."""
    steps = Steps(leaves=leaves)
    run(student, steps, X, y, 4, batch_size)
    return steps.where(3)


@again.check(points=0.75, **once, cases=rows("n batch_size", (5, 7), (6, 2)))
def keeps_nothing_in_grad():
    """.grad holds the gradients of this batch alone: nothing of earlier ones, nor of the loss on all rows"""


@again.check(
    points=0.25,
    **once,
    cases=rows("n batch_size leaves", (5, 7, "zeros"), (6, 2, "ones"), (5, 5, "None"), (6, 3, "None")),
)
def lets_the_step_write_grad():
    """.grad is right at the next call also where optimizer_step has cleared it, or written into it"""


def kinds(params):
    return [
        f"{describe(p.detach())}, {'a' if p.is_leaf else 'no'} leaf, requires grad: {p.requires_grad}" for p in params
    ]


@exercise.check(points=0.5, **once, dtypes=("float32", "float64"), **DATA, num_epochs=2, batch_size=2)
def hands_over_two_leaves(student, X, y, num_epochs, batch_size):
    """hands over w (d,) and b (1,), leaves that require grad, in the dtype of X: the same two at every call"""
    steps = Steps()
    run(student, steps, X, y, num_epochs, batch_size)
    return {
        name: {
            "is": sorted({kinds(params)[i] for params in steps.held}),
            "tensors": len({id(p[i]) for p in steps.held}),
        }
        for i, name in enumerate(("w", "b"))
    }


@exercise.check(points=0.5, **once, **DATA, batch_size=2)
def keeps_the_states(student, X, y, batch_size):
    """hands over two dicts, one for w and one for b, the same two in all steps of all epochs"""
    steps = Steps()
    run(student, steps, X, y, 2, batch_size)
    return {
        "entries after the first call": sorted(set(map(str, steps.entries[1:]))),
        "different ones at each place": [len({*map(id, place)}) for place in zip(*steps.states, strict=False)],
        "different ones in all": len({id(state) for states in steps.states for state in states}),
    }


@exercise.check(points=0.25, **once, **DATA, batch_size=2)
def begins_with_new_states(student, X, y, batch_size):
    """makes the two dicts anew at each call of train: they are empty at its first step"""
    calls = [Steps(), Steps()]
    for steps in calls:
        run(student, steps, X.clone(), y.clone(), 2, batch_size)
    return {"entries at the first step of a second call": calls[1].called().entries[0]}


@exercise.check(
    points=0.5,
    **once,
    **DATA,
    hyper=RATE,
    cases=rows("hyper", RATE, {**RATE, "momentum": uniform(low=0.5, high=0.9)}, {"rate": uniform(), "eps": 1e-3}),
)
def hands_hyper_on(student, X, y, hyper):
    """hands hyper on as it is, whatever numbers are in it, and leaves it unchanged"""
    steps, given = Steps(), dict(hyper)
    run(student, steps, X, y, 2, 3, hyper=given)
    return {
        "at the first call": steps.called().hypers[0],
        "at the last call": steps.hypers[-1],
        "afterwards": given,
    }


def coded(steps, X):
    """A number for each row of X that tells in which batches it was."""
    found = X.new_zeros(len(X))
    for gradient in steps.gradients:
        found = 2 * found + (gradient[: len(X)] != 0)
    return found


def codes(X, batch_size, num_epochs):
    def step(found, batch):
        return 2 * found + torch.zeros_like(found).index_fill_(0, torch.tensor(batch, device=X.device), 1)

    return outcomes(X.new_zeros(len(X)), step, len(X), batch_size, num_epochs)


@exercise.check(
    points=0.75,
    judge=in_batches(),
    **ROWS,
    cases=rows("n batch_size", (5, 2), (4, 2), (3, 1), (5, 3), (5, 4), (3, 7)),
)
def goes_through_all_batches(student, X, y, batch_size, seed):
    """calls optimizer_step once for each batch of a random order of all samples; the last batch may be smaller"""
    steps = Steps()
    run(student, steps, X, y, 1, batch_size, seeded(seed, X.device))
    return {"found": coded(steps, X), "possible": codes(X, batch_size, 1)}


@exercise.check(
    points=0.5, needs=goes_through_all_batches, judge=in_new_orders(), **ROWS, calls=400, cases=rows("n", 3)
)
def draws_a_new_order_each_epoch(student, X, y, calls, seed):
    """draws a new order in each epoch and in each call, any order as probable as any other"""
    generator, found = seeded(seed, X.device), []
    for _call in range(calls):
        steps = Steps()
        run(student, steps, X.clone(), y.clone(), 2, 1, generator)
        found.append(coded(steps, X))
    return {"found": torch.stack(found), "possible": codes(X, 1, 2)}


@exercise.check(points=0.25, **once, **ROWS, cases=rows("n", 9))
def draws_from_the_generator(student, X, y, seed):
    """draws from the generator that it is given, goes on where that stopped, and uses no other"""

    def call(generator):
        steps = Steps()
        run(student, steps, X.clone(), y.clone(), 2, 2, generator)
        return coded(steps, X)

    generator = seeded(seed, X.device)
    first, second = call(generator), call(generator)
    torch.manual_seed(seed)
    return {
        "an equal generator gives the same batches": torch.equal(call(seeded(seed, X.device)), first),
        "a second call with the same generator gives the same": torch.equal(second, first),
        "torch's global generator is used": uses_global_generator(call, generator),
    }


@exercise.check(points=0.25, **once, **DATA, batch_size=2, cases=rows("n", 5, 6))
def starts_at_0(student, X, y, batch_size):
    """w and b are 0 at the first call, and with num_epochs = 0 they are what is returned"""
    steps = Steps()
    run(student, steps, X.clone(), y.clone(), 2, batch_size)
    returned, _losses = run(student, Steps(), X, y, 0, batch_size)
    return {"w and b at the first call": steps.called().at[0], "returned": returned}


@exercise.check(
    points=0.5,
    **once,
    judge=Close(scale=1),
    **DATA,
    places=PLACES,
    batch_size=7,
    cases=rows("n batch_size", (5, 7), (6, 6)),
)
def leaves_w_and_b_to_the_step(student, X, y, places, batch_size):
    """w and b move by optimizer_step alone; what is returned is where its last call left them"""
    steps = Steps(places, leaves="nothing")
    returned, _losses = run(student, steps, X, y, 3, batch_size)
    last = places[min(len(steps.at), len(places)) - 1]
    return {
        "w and b at the second call, less where the first one left them": steps.called(2).at[1] - places[0],
        "returned w and b, less where the last call left them": returned - last,
    }


@exercise.call(**DATA, places=PLACES, num_epochs=2, batch_size=2)
def losses(student, X, y, places, num_epochs, batch_size):
    """As many as there should be: their number is another check's matter."""
    return run(student, Steps(places), X, y, num_epochs, batch_size)[1][: num_epochs + 1]


@losses.check(
    points=0.25, judge=Close(of=lambda got: {"losses[0]": got[0]}), cases=rows("num_epochs n", (0, 5), (2, 6))
)
def measures_the_start():
    """losses[0] is the mean of (X w + b - y)^2 / 2 over all rows before the first step, also with num_epochs = 0"""


def of_losses(got, y):
    """A factor of all of them is the matter of the check above."""
    return {"losses, if losses[0] is right": got / got[0] * y.square().mean().to(got) / 2}


# Where there are several batches, w and b stay where the first call leads: how many follow is another check's matter.
@losses.check(
    points=0.75,
    judge=Close(of=of_losses),
    cases=rows("n d batch_size num_epochs", (6, 3, 7, 3), (5, 1, 5, 2), (1, 2, 1, 3))
    + rows("n batch_size num_epochs", (6, 2, 1), (5, 2, 2), (7, 4, 3)) * rows("places", normal(1, "both")),
)
def measures_all_rows_after_each_epoch():
    """losses[e] is that mean over all n rows, with w and b as they are after e epochs"""


@exercise.check(
    points=0.25,
    **once,
    dtypes=("float32", "float64"),
    **DATA,
    num_epochs=0,
    batch_size=3,
    cases=rows("num_epochs", 0, 2),
)
def returns_three_detached_tensors(student, X, y, num_epochs, batch_size):
    """returns w (d,), b (1,) and losses (num_epochs + 1,), detached, in the dtype of X: float32 or float64"""
    found = named(
        student.train(Steps(), X, y, {"lr": 0.1}, num_epochs, batch_size, seeded(0, X.device)), "w", "b", "losses"
    )
    return {name: f"{describe(part)}, requires grad: {has_graph(part)}" for name, part in found.items()}


exercise.keeps_the_dtype("works in float64 too, to its full precision", points=0.25)
exercise.takes_views("takes X and y that are strided views of other tensors", points=0.25)
exercise.leaves_its_inputs_alone("leaves X and y unchanged", points=0.25)

# Columns of different size: X^T X / n has eigenvalues from about 4 down to 1/64.
SCALES = torch.tensor([2.0, 1.0, 0.5, 0.25, 0.125])
RULES = {
    "sgd": torch.optim.SGD,
    "momentum": torch.optim.SGD,
    "adagrad": torch.optim.Adagrad,
    "rmsprop": torch.optim.RMSprop,
    "adam": lambda params, beta1, beta2, **hyper: torch.optim.Adam(params, betas=(beta1, beta2), **hyper),
}


def badly_scaled(d):
    """Labels of weights 1.5 or -1.5 and a bias 1 or -1, with a little noise."""
    X = torch.randn(500, 5, generator=d.generator) * SCALES
    signs = torch.randint(2, (6,), generator=d.generator) * 2.0 - 1
    noise = 0.1 * torch.randn(500, generator=d.generator)
    return {"X": X, "y": 1.5 * X @ signs[:5] + signs[5] + noise}


class OfTorch:
    """A step of torch's optimizer of this name, whose memory lies in ``states``. path: w and b after each call."""

    def __init__(self, name):
        self.rule, self.path = RULES[name], []

    def __call__(self, params, states, hyper):
        optimizer = self.rule(params, **hyper)
        for part, memory in zip(params, states, strict=True):
            memory.update(memory or optimizer.state.get(part, {}))
            optimizer.state[part] = memory
        optimizer.step()
        self.path.append(flat(params))


def loss_at(place, X, y):
    return (X.double() @ place[:-1].double() + place[-1] - y).square().mean().item() / 2


def log10_of_the_final_loss(got, train):
    return log10(loss_at(got["w and b"].cpu(), train["X"].cpu(), train["y"].cpu()))


@exercise.check(
    points=1,
    training=True,
    needs=hands_over_gradients,
    judge=Threshold(log10_of_the_final_loss, chance=0.8, higher=False),
    train=drawn(badly_scaled),
    seed=SEED,
    cases=rows(
        "data hyper",
        ("sgd", {"lr": 0.05}),
        ("momentum", {"lr": 0.005, "momentum": 0.9}),
        ("adagrad", {"lr": 0.2, "eps": 1e-8}),
        ("rmsprop", {"lr": 0.02, "alpha": 0.99, "eps": 1e-8}),
        ("adam", {"lr": 0.05, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8}),
    ),
    data="",
    hyper={},
    seconds=20,
)
def brings_each_optimizer_down(student, train, data, hyper, seed):
    """with each of the five optimizers, comes down to a small loss on columns of different size in 10 epochs"""
    X, y, step = train["X"], train["y"], OfTorch(data)
    end, _losses = run(student, step, X, y, 10, 10, seeded(seed, X.device), hyper)
    path = [torch.zeros_like(end), *step.path]
    return {"losses": [loss_at(path[k * (len(path) - 1) // 10], X, y) for k in range(11)], "w and b": end}


exercise.hint(
    """One batch of all rows comes first: then an epoch is one step, and the order does not matter. What does
    optimizer_step find in w.grad and b.grad, and what does it leave in w and b?"""
)
exercise.hint(
    """Make what lasts once, before the first epoch: X.new_zeros(d, requires_grad=True), X.new_zeros(1,
    requires_grad=True) and [{}, {}]. [{}] * 2 is one dict twice, and w = w - ... a new tensor, whose state nobody
    kept.""",
    helps=[hands_over_two_leaves, keeps_the_states, begins_with_new_states, starts_at_0, leaves_w_and_b_to_the_step],
)
exercise.hint(
    """Two rows, X = [[1], [2]], y = [1, 3], at w = 0, b = 0: the errors are -1 and -3, so the loss is (1 + 9) / 4 =
    2.5, the gradient of w is (-1 * 1 - 3 * 2) / 2 = -3.5 and that of b -2. The 1/2 cancels the 2 of the square.""",
    helps=[
        hands_over_gradients,
        computes_gradients,
        goes_on_from_where_w_and_b_are,
        takes_the_mean_of_each_batch,
        measures_the_start,
    ],
)
exercise.hint(
    """backward() adds to .grad, so set both to None before each one: who clears them after the step relies on a .grad
    that optimizer_step may have cleared itself. The loss on all rows needs no gradient: with torch.no_grad().""",
    helps=[keeps_nothing_in_grad, lets_the_step_write_grad, measures_all_rows_after_each_epoch],
)
exercise.hint(
    """torch.randperm(n, generator=generator).split(batch_size) is an epoch: a random order in batches, of which the
    last takes what is left over. Draw it in each epoch anew, because one order for all would be a choice, not
    chance.""",
    helps=[goes_through_all_batches, draws_a_new_order_each_epoch, draws_from_the_generator],
)
exercise.hint(
    """If plain descent comes down and the others do not, look at the dicts: an optimizer that finds them empty at each
    step has no memory, and all its steps are first ones.""",
    helps=[brings_each_optimizer_down, keeps_the_states],
)
