"""Checks of weight_decay.

The start and the order of the samples are random. Labels of 1e17 make steps beside which the start is nothing, and with
one batch of all samples, or samples that are all the same, no order matters. With smaller batches the result has to be
one of those to which the orders of a few samples lead; these are made of the student's own steps of one batch, so that
a wrong step is paid once. All false alarms together stay below 1e-6.
"""

from math import log10, sqrt

import torch

from autograder.checks.ch04_regularization._shared import biases, weights
from autograder.spec import (
    Close,
    Exercise,
    Leaves,
    Statistic,
    Threshold,
    Unfit,
    describe,
    drawn,
    in_batches,
    in_new_orders,
    named,
    normal,
    outcomes,
    rows,
    secret,
    seeded,
    tensor,
    whole,
)

exercise = Exercise(entry=("sgd_weight_decay", "train"), forbid="optim", sizes={"n": (4, 7), "d": (2, 3)})
SEED = whole(0, 10**6)
HUGE = 1e17  # its square is in the range of float32
LISTS = (
    {
        "params": [normal("h", away=0.25), normal("d", "h", away=0.25), normal("h", "k", away=0.25), normal(away=0.25)],
        "grads": [normal("h", away=0.25), normal("d", "h", away=0.25), normal("h", "k", away=0.25), normal(away=0.25)],
    },
    {
        "params": [normal(4, 5, 2, 2), normal("d", 1), normal(1, "h"), normal("k"), normal(1, 1)],
        "grads": [normal(4, 5, 2, 2), normal("d", 1), normal(1, "h"), normal("k"), normal(1, 1)],
    },
)


def after_a_step(student, params, grads, lr, decay):
    leaves = Leaves(params, grads)
    student.sgd_weight_decay(leaves.params, lr, decay)
    return leaves


@exercise.call(**LISTS[0], lr=0.1, decay=2.0)
def step(student, params, grads, lr, decay):
    return after_a_step(student, params, grads, lr, decay).values(weights(params))


@step.check(points=0.5, decay=0.0, cases=[{"lr": 0.1}, {"lr": 0.5, "decay": 0}, LISTS[1]])
def descends():
    """sgd_weight_decay without decay takes weights to w - lr * grad"""


@step.check(points=0.5, cases=[{"lr": 0.1}, {"lr": 0.5, "decay": 0.3}, {"lr": 0.0}, LISTS[1]])
def shrinks_weights(student, params, lr, decay):
    """sgd_weight_decay with gradients of 0 takes weights, of two or more dimensions, to (1 - lr * decay) w"""
    return after_a_step(student, params, [torch.zeros_like(p) for p in params], lr, decay).values(weights(params))


@step.check(points=0.5, cases=[{"lr": 0.1}, {"lr": 0.5, "decay": 0.3}, {"lr": 0.0}])
def does_both_from_the_same_point():
    """sgd_weight_decay takes weights to (1 - lr * decay) w - lr * grad: the decay is of w before the step"""


@step.check(points=0.5, cases=[{"lr": 0.1}, {"lr": 0.5, "decay": 0.3}, {"lr": 0.0}, LISTS[1]])
def moves_biases(student, params, grads, lr, decay):
    """sgd_weight_decay takes biases, of one or no dimension, to b - lr * grad, without any decay"""
    return after_a_step(student, params, grads, lr, decay).values(biases(params))


once = {"needs": descends, "axes": ()}


@step.check(
    points=0.5,
    **once,
    params=[normal("h", "d", away=0.25), normal("h", away=0.25), normal("k", away=0.25), normal("k", "h", away=0.25)],
    grads=[None, normal("h", away=0.25), None, normal("k", "h", away=0.25)],
)
def leaves_out_what_has_no_gradient(student, params, grads, lr, decay):
    """sgd_weight_decay does nothing to tensors whose .grad is None, not even a decay, and goes on with the next"""
    got = after_a_step(student, params, grads, lr, decay).values()
    moved = got["params[3]"]
    return {name: got[name] for name in ("params[0]", "params[2]")} | {
        "params[3] has moved": isinstance(moved, torch.Tensor) and not torch.equal(moved, params[3])
    }


@step.check(points=0.5, **once)
def works_in_place(student, params, grads, lr, decay):
    """sgd_weight_decay changes tensors in place: the list holds the same ones, in the same memory"""
    leaves = Leaves(params, grads)
    given = list(leaves.params)
    student.sgd_weight_decay(leaves.params, lr, decay)
    there = zip(given, leaves.params, leaves.memory().values(), strict=False)
    return {
        f"params[{i}] is the same tensor, in the same memory": now is p and torch.equal(p.detach(), memory)
        for i, (p, now, memory) in enumerate(there)
    }


@step.check(points=0.25, **once)
def leaves_gradients_alone(student, params, grads, lr, decay):
    """sgd_weight_decay neither changes nor clears .grad"""
    return after_a_step(student, params, grads, lr, decay).grads()


@step.check(points=0.25, **once, frozen=3, cases=rows("frozen", 3, 0))
def leaves_leaves(student, params, grads, lr, decay, frozen):
    """after sgd_weight_decay all tensors are leaves that require grad if they did before"""
    leaves = Leaves(params, [None if i == frozen else grad for i, grad in enumerate(grads)], frozen=[frozen])
    student.sgd_weight_decay(leaves.params, lr, decay)
    return leaves.kinds()


@step.check(points=0.25, **once)
def returns_none(student, params, grads, lr, decay):
    """sgd_weight_decay returns None"""
    return {"sgd_weight_decay returns": student.sgd_weight_decay(Leaves(params, grads).params, lr, decay)}


def trained(student, X, y, decay, num_epochs, lr, batch_size, generator):
    """w and b as vectors, detached: their form is the matter of a check of its own, and so are changes of X and y."""
    return numbers(student.train(X.clone(), y.clone(), decay, num_epochs, lr, batch_size, generator), X.shape[1])


def numbers(found, d):
    found = named(found, "w", "b")
    for (name, part), size in zip(found.items(), (d, 1), strict=True):
        if not isinstance(part, torch.Tensor) or part.numel() != size:
            raise Unfit("{name}: expected {n} numbers, got {got}", name=name, n=size, got=describe(part))
    return {name: part.detach().flatten() for name, part in found.items()}


def of_the_start(got):
    w = got["w"].double()
    return {
        "b": got["b"].double(),
        "mean_of_w": w.mean().item(),
        "variance_of_w": w.square().mean().item(),
        "fourth_moment_of_w": w.pow(4).mean().item(),
    }


@exercise.check(
    points=0.75,
    judge=Statistic(
        of=of_the_start,
        mean_of_w=lambda want: (0.0, 1 / sqrt(len(want["w"]))),
        variance_of_w=lambda want: (1.0, sqrt(2 / len(want["w"]))),
        fourth_moment_of_w=lambda want: (3.0, sqrt(96 / len(want["w"]))),
    ),
    X=normal(3, 900),
    y=normal(3, 1),
    seed=SEED,
)
def starts_with_random_weights(student, X, y, seed):
    """train with num_epochs = 0 returns the start: w from N(0, 1) and b = 0"""
    return trained(student, X, y, 0.5, 0, 0.1, 2, seeded(seed))


def huge_labels(*dims, mean=2.0):
    return drawn(lambda d: HUGE * normal(*dims, mean=mean).draw(d), *dims)


def over_huge(got):
    return {f"{name} / 1e17": part / HUGE for name, part in got.items()}


@exercise.call(X=normal("n", "d", mean=0.5), y=huge_labels("n", 1), lr=0.1, seed=SEED)
def on_all_samples(student, X, y, lr, seed):
    return numbers(student.train(X, y, 0.0, 1, lr, len(X), seeded(seed)), X.shape[1])


@on_all_samples.check(
    points=1,
    judge=Close(of=over_huge),
    also=rows("n d lr", (1, 3, 0.1), (3, 3, 0.02), (5, 1, 0.05)),
)
def follows_the_gradient():
    """train without decay, with one batch of all samples, makes a step down the mean of (X w + b - y)^2 / 2"""


exercise.keeps_the_dtype("both work in float64 too, to its full precision", points=0.25)
exercise.takes_views(
    "train takes X and y that are strided views of other tensors", points=0.25, about=follows_the_gradient
)
exercise.leaves_its_inputs_alone("train leaves X and y unchanged", points=0.25, about=follows_the_gradient)


def vector(found):
    return torch.cat([found["w"].double(), found["b"].double()]) / HUGE


def own_step(student, A, t, lr, decay=0.0):
    """A function of (w, b) that makes a step of the student's own, without decay, and decays w of itself: from (w, b)
    a step goes as far as from 0 with the labels t - A w - b."""

    def step(state, batch):
        rest = t[batch] - (HUGE * (A[batch].double() @ state[:-1, None] + state[-1])).to(t)
        moved = vector(trained(student, A[batch], rest, 0.0, 1, lr, len(batch), seeded(0)))
        return torch.cat([(1 - lr * decay) * state[:-1], state[-1:]]) + moved

    return step


def of_decay(got):
    off = (got["found"] - got["led"]) / got["led"].abs().max()
    return {"w, less what it should be": off[:-1], "b, less what it should be": off[-1:]}


@exercise.call(
    X=normal("n", "d", mean=0.5), y=huge_labels("n", 1), decay=0.5, num_epochs=2, lr=0.1, batch_size=0, seed=SEED
)
def decayed(student, X, y, decay, num_epochs, lr, batch_size, seed):
    step, led = own_step(student, X, y, lr, decay), torch.zeros(X.shape[1] + 1).double()
    size = batch_size or len(X)
    for _step in range(num_epochs * len(X) // size):
        led = step(led, list(range(size)))
    found = vector(trained(student, X, y, decay, num_epochs, lr, size, seeded(seed)))
    return {"found": found.to(X), "led": led.to(X)}


@decayed.check(
    points=0.75,
    judge=Close(of=of_decay, scale=1),
    cases=rows("num_epochs decay lr", (2, 2.0, 0.1), (4, 0.5, 0.05), (3, 3, 0.1), (3, 0.0, 0.1)),
)
def decays_w_alone():
    """train takes w to (1 - lr * decay) w less its step, and b to b less its step"""


@decayed.check(
    points=0.25,
    judge=Close(of=of_decay, scale=1),
    X=drawn(lambda d: normal(1, "d", mean=0.5, away=0.1).draw(d).repeat(d.size("n"), 1), "n", "d"),
    y=drawn(lambda d: torch.full((d.size("n"), 1), 2 * HUGE).to(d.dtype), "n", 1),
    cases=rows("n batch_size num_epochs decay", (6, 2, 1, 2.0), (4, 1, 2, 1.0), (6, 3, 2, 2.0)),
)
def decays_in_each_step():
    """train with small batches decays w in each step, as much as with large ones"""


@exercise.check(
    points=0.75,
    judge=in_batches(),
    cases=rows("n batch_size num_epochs", (5, 2, 1), (4, 2, 1), (3, 1, 1), (5, 3, 1), (3, 2, 2), (5, 4, 1), (3, 7, 1)),
    X=normal("n", "d"),
    y=huge_labels("n", 1),
    num_epochs=1,
    batch_size=2,
    lr=0.2,
    seed=SEED,
)
def goes_through_all_batches(student, X, y, num_epochs, lr, batch_size, seed):
    """train takes one step for each batch of a random order of all samples; the last batch may be smaller"""
    found = vector(trained(student, X, y, 0.0, num_epochs, lr, batch_size, seeded(seed)))
    start = torch.zeros_like(found)
    return {
        "found": found,
        "possible": outcomes(start, own_step(student, X, y, lr), len(X), batch_size, num_epochs),
    }


# Three samples to whose orders in two epochs belong 36 results that lie far apart.
THREE = {
    "X": tensor([[0.1], [1.3], [-1.7]]),
    "y": drawn(
        lambda d: HUGE * (1 + torch.rand(1, generator=d.generator)) * torch.tensor([[-1.1], [-1.1], [3.7]]).to(d.dtype)
    ),
}


@exercise.check(
    points=0.5,
    needs=goes_through_all_batches,
    judge=in_new_orders(),
    lr=0.6,
    calls=400,
    seed=SEED,
    **THREE,
)
def draws_a_new_order_each_epoch(student, X, y, lr, calls, seed):
    """train draws a new order in each epoch and in each call, any order as probable as any other"""
    generator = seeded(seed)
    found = [vector(trained(student, X, y, 0.0, 2, lr, 1, generator)) for _call in range(calls)]
    possible = outcomes(torch.zeros_like(found[0]), own_step(student, X, y, lr), 3, 1, 2)
    return {"found": torch.stack(found), "possible": possible}


def of_calls(got):
    first, second, again, untrained = (got[name] for name in ("first", "second", "again", "untrained"))
    return {
        "an equal generator gives the same start": torch.equal(untrained[2]["w"], untrained[0]["w"]),
        "an equal generator gives the same w and b": all(torch.equal(again[name], first[name]) for name in again),
        "a second call with the same generator gives the same w": torch.equal(second["w"], first["w"]),
        "a second start from the same generator is the same": torch.equal(untrained[0]["w"], untrained[1]["w"]),
    }


@exercise.check(points=0.25, judge=Close(of=of_calls), X=normal(8, 3), y=normal(8, 1, mean=2.0), seed=SEED)
def draws_from_the_generator(student, X, y, seed):
    """train draws all its numbers from the generator that it is given, and goes on where that stopped"""

    def call(generator, num_epochs=2):
        return trained(student, X, y, 0.5, num_epochs, 0.05, 3, generator)

    generator, untrained = seeded(seed), seeded(seed)
    torch.manual_seed(seed)
    found = {"first": call(generator), "second": call(generator)}
    starts = [call(untrained, 0), call(untrained, 0)]
    torch.manual_seed(seed + 1)
    return found | {"again": call(seeded(seed)), "untrained": [*starts, call(seeded(seed), 0)]}


def of_forms(got):
    parts = named(got, "w", "b")
    return {name: describe(part.detach() if isinstance(part, torch.Tensor) else part) for name, part in parts.items()}


@exercise.check(
    points=0.25,
    needs=draws_from_the_generator,
    judge=Close(of=of_forms),
    dtypes=("float32", "float64"),
    X=normal("n", "d"),
    y=normal("n", 1, mean=3.0),
    num_epochs=1,
    cases=rows("num_epochs", 0, 1) + rows("n d", (3, 1)),
    seed=SEED,
)
def returns_two_tensors(student, X, y, num_epochs, seed):
    """train returns a tuple of w (d, 1) and b (1,), in the dtype of X: float32 or float64"""
    return student.train(X, y, 0.5, num_epochs, 0.1, 2, seeded(seed))


def samples(n):
    """More inputs than samples: 200, whose weights are all 0.01, a bias of 0.05, and noise."""

    def draw(d):
        X = torch.randn(n, 200, generator=d.generator)
        return {"X": X, "y": 0.05 + X @ torch.full((200, 1), 0.01) + 0.01 * torch.randn(n, 1, generator=d.generator)}

    return drawn(draw)


def loss_of(found, part):
    off = part["X"].double() @ found["w"].double().cpu()[:, None] + found["b"].double().cpu() - part["y"].double()
    return ((off**2).mean() / 2).item()


def test_loss(got, test):
    return loss_of(got["decay 3"], test)


def log10_of_test_loss_without_decay_over_that_with_decay(got, test):
    return log10(loss_of(got["decay 0"], test) / loss_of(got["decay 3"], test))


def length_of_w(got):
    return got["decay 3"]["w"].double().norm().item()


def length_of_w_without_decay_over_that_with_decay(got):
    return got["decay 0"]["w"].double().norm().item() / length_of_w(got)


@exercise.call(data="inputs_200", train=samples(20), test=secret(samples(100)), lr=0.003, batch_size=5, seed=SEED)
def experiment(student, train, lr, batch_size, seed):
    def fit(decay, num_epochs):
        return trained(student, train["X"], train["y"], decay, num_epochs, lr, batch_size, seeded(seed))

    curve = [fit(3, num_epochs) for num_epochs in range(0, 100, 10)] + [fit(3, 100)]
    losses = [loss_of(found, train) for found in curve]
    return {"losses": losses, "decay 0": fit(0, 100), "decay 3": curve[-1]}


taught = {"training": True, "needs": draws_from_the_generator}  # numbers that were written down would do


@experiment.check(points=0.25, judge=Threshold(test_loss, chance=100.0, higher=False), **taught)
def predicts_others():
    """train with 200 inputs, 20 samples and decay 3 has a low loss on other samples after 100 epochs"""


@experiment.check(
    points=0.25, judge=Threshold(log10_of_test_loss_without_decay_over_that_with_decay, chance=0.0), **taught
)
def predicts_others_better_with_decay():
    """train has a loss on other samples that is many times lower with decay 3 than with decay 0"""


@experiment.check(points=0.25, judge=Threshold(length_of_w, chance=14.0, higher=False), **taught)
def keeps_w_small():
    """train with decay 3 ends with a small |w|, the root of the sum of the squares"""


@experiment.check(points=0.25, judge=Threshold(length_of_w_without_decay_over_that_with_decay, chance=1.0), **taught)
def keeps_w_smaller_with_decay():
    """train ends with a |w| that is many times smaller with decay 3 than with decay 0"""


exercise.hint(
    """The gradient of decay * |w|^2 / 2 is decay * w. Put it into w - lr * (grad + decay * w) and sort by w: how much of w is
    left? For lr = 0.1 and decay = 2 it is 0.8 w - 0.1 grad; a bias takes b - 0.1 grad."""
)
exercise.hint(
    """Both terms use w as it was before the step. So shrink w first and subtract lr * grad then: the other way round the
    gradient is shrunk too. Weights are told from biases by p.dim() >= 2.""",
    helps=[descends, shrinks_weights, does_both_from_the_same_point, moves_biases, decays_w_alone, decays_in_each_step],
)
exercise.hint(
    """p = p - ... makes a new tensor that nobody else knows, and p.data = ... gives an old one new memory. Inside of
    `with torch.no_grad():` p *= ... and p -= lr * p.grad write where p is. continue, not return, goes on behind a tensor
    without a gradient.""",
    helps=[step],
)
exercise.hint(
    """The start: torch.randn(d, 1, generator=generator), converted by .to(X), and X.new_zeros(1). An epoch:
    torch.randperm(n, generator=generator).split(batch_size), called anew in each.""",
    helps=[
        starts_with_random_weights,
        goes_through_all_batches,
        draws_a_new_order_each_epoch,
        draws_from_the_generator,
        returns_two_tensors,
    ],
)
exercise.hint(
    """By hand: error = X[batch] @ w + b - y[batch] is (m, 1), since y is; the gradient of w is X[batch].T @ error / m, that
    of b error.mean(dim=0), with the m rows that are in the batch. By autograd: (error**2).mean() / 2, backward(), the step,
    and both .grad back to None, because backward() adds to them.""",
    helps=[follows_the_gradient, on_all_samples, decays_w_alone, experiment],
)
