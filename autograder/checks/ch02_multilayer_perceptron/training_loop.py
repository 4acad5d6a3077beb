"""Checks of training_loop."""

from fractions import Fraction
from math import isfinite

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from autograder.spec import (
    Draw,
    Exercise,
    Unfit,
    describe,
    drawn,
    error_of,
    load_parameters,
    named,
    number,
    rows,
    tensor,
)

exercise = Exercise(entry=("train_epoch", "evaluate_accuracy"))
LOSSES = {
    "cross-entropy": F.cross_entropy,
    "squared": lambda logits, y: (logits - F.one_hot(y, logits.shape[1])).square().sum(1).mean() / 2,
}


def problem(*batches, axes=(4,)):
    """Weights, and batches (rows, hits): how many of a batch's rows the weights are right about, at any places."""

    def draw(d: Draw):
        inputs, classes = torch.Size(axes).numel(), 5
        weight, bias = (torch.randn(classes, n, generator=d.generator).round(decimals=2) for n in (inputs, 1))
        found = []
        for m, hits in batches:
            X = torch.randn(m, *axes, generator=d.generator).round(decimals=2)
            order = (X.flatten(1).double() @ weight.T.double() + bias[:, 0].double()).argsort(1, descending=True)
            missed = torch.randperm(m, generator=d.generator) >= hits
            other = torch.randint(1, classes, (m,), generator=d.generator)
            found.append((X.to(d.dtype), order[torch.arange(m), missed * other]))
        return {"weights": [weight.to(d.dtype), bias[:, 0].to(d.dtype)], "batches": found}

    return drawn(draw)


UNEVEN, SINGLE, IMAGES = problem((4, 4), (2, 1), (1, 0)), problem((3, 1)), problem((2, 2), (5, 1), axes=(2, 3))
TIES = {  # logits (x1, x1, x2)
    "weights": [tensor([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]]), tensor([0.0, 0.0, 0.0])],
    "batches": [
        (tensor([[2.0, 1.0], [2.0, 1.0], [1.0, 1.0], [0.0, 3.0]]), tensor([0, 1, 2, 2])),
        (tensor([[1.0, 1.0], [3.0, 3.0], [3.0, 1.0]]), tensor([0, 1, 1])),
    ],
}


class Net(nn.Module):
    """Logits of a linear layer, with parts inside of parts; the flags of all of them may be given. note: takes notes."""

    def __init__(self, weights, flags=(), note=lambda seen: None):
        super().__init__()
        self.note = note
        self.body = nn.Sequential(nn.Flatten(), nn.Sequential(nn.Identity(), nn.Linear(*reversed(weights[0].shape))))
        load_parameters(self, weights)
        for module, flag in zip(self.modules(), flags, strict=False):
            module.training = flag

    def forward(self, X):
        logits = self.body(X)
        self.note({"X": X, "training": [m.training for m in self.modules()], "graph": logits.requires_grad})
        return logits


class Steps:
    """An optimizer with two methods and nothing else: gradient descent. note: takes notes before each step."""

    def __init__(self, net, lr, note=lambda: None):
        self.net, self.lr, self.note = net, lr, note

    def zero_grad(self, set_to_none=True):
        self.net.zero_grad(set_to_none)

    def step(self):
        self.note()
        with torch.no_grad():
            for p in self.net.parameters():
                p -= self.lr * (0 if p.grad is None else p.grad)


class Batches:
    """What can be gone through, has no length, and counts how often it was."""

    def __init__(self, batches):
        self.batches, self.times = batches, 0

    def __iter__(self):
        self.times += 1
        return iter(self.batches)


def checked(loss, note=lambda seen: None):
    def of(logits, y):
        if not (isinstance(y, Tensor) and y.dtype == torch.int64 and isinstance(logits, Tensor) and logits.dim() == 2):
            text = "loss takes (logits, y), but was called with {first} and {second}"
            raise Unfit(text, first=describe(logits), second=describe(y))
        note(y)
        return LOSSES[loss](logits, y)

    return of


def share(found):
    """An accuracy as a fraction: near a tie, a tolerance would be as large as a hit."""
    value = number(found)
    exact = isinstance(value, int | float) and isfinite(value)
    return str(Fraction(value).limit_denominator(1000)) if exact else value


def evaluated(student, net, batches):
    with torch.enable_grad():  # whatever the call leaves switched off is on again behind it
        return student.evaluate_accuracy(net, batches)


# Nothing moves at rate 0: what a step does is another check's matter.
@exercise.call(problem=UNEVEN, loss="cross-entropy", result="loss")
def trained(student, problem, loss, result):
    net = Net(problem["weights"])
    found = student.train_epoch(net, problem["batches"], checked(loss), Steps(net, 0.0))
    results = named(found, "loss", "accuracy")
    return number(results["loss"]) if result == "loss" else share(results["accuracy"])


@exercise.call(problem=UNEVEN)
def accuracy(student, problem):
    return share(evaluated(student, Net(problem["weights"]), problem["batches"]))


@trained.check(
    points=1.25, also=rows("loss problem", ("squared", UNEVEN), ("cross-entropy", IMAGES), ("squared", SINGLE))
)
def weights_the_loss_by_rows():
    """train_epoch returns the mean loss over all rows: each batch counts by its number of rows"""


@trained.check(points=0.75, result="accuracy", cases=rows("problem", UNEVEN, IMAGES, SINGLE, TIES))
def counts_hits_in_training():
    """train_epoch returns the share of hits over all rows; among equal logits the first counts"""


@exercise.call(problem=UNEVEN, kind="plain object", before=0.0)
def steps(student, problem, kind, before):
    net, taken = Net(problem["weights"]), {}
    for p in net.parameters():
        p.grad = torch.full_like(p, before)

    def note(*_):
        taken[f"gradients at step {len(taken) + 1}"] = [
            torch.zeros_like(p) if p.grad is None else p.grad.clone() for p in net.parameters()
        ]

    optimizer = Steps(net, 0.3, note)
    if kind == "SGD with momentum":
        optimizer = torch.optim.SGD(net.parameters(), lr=0.3, momentum=0.9)
        optimizer.register_step_pre_hook(note)
    student.train_epoch(net, iter(problem["batches"]), checked("cross-entropy"), optimizer)
    return taken


@steps.check(points=2, cases=rows("problem", UNEVEN, IMAGES, SINGLE))
def steps_along_its_gradients():
    """train_epoch takes one step a batch, with the gradients of this batch's loss in .grad"""


@steps.check(points=0.5, needs=steps_along_its_gradients, also=rows("kind", "SGD with momentum"), before=1.5)
def clears_what_stood_there():
    """train_epoch clears what stood in .grad before the epoch, and takes an optimizer of torch as well"""


SHAPES = rows("problem form", (UNEVEN, "generator"), (UNEVEN, "loader"), (IMAGES, "list"))


@exercise.call(problem=UNEVEN, form="list")
def called(student, problem, form):
    batches, seen = Batches(problem["batches"]), []
    net = Net(problem["weights"], note=lambda call: seen.append(f"net {tuple(call['X'].shape)}"))
    loss = checked("cross-entropy", lambda y: seen.append(f"loss {tuple(y.shape)}"))
    given = {"loader": batches, "generator": iter(batches), "list": problem["batches"]}[form]
    student.train_epoch(net, given, loss, Steps(net, 0.1))
    return {"calls": seen, "goes through the batches": batches.times}


@called.check(points=0.75, cases=SHAPES)
def goes_through_once():
    """train_epoch goes through the batches once, in their order, and calls net and loss once for each"""


# Flags of net, its body, flatten, the inner part, identity, linear.
FLAGS = rows(
    "flags",
    (True, True, True, True, True, True),
    (False, False, False, False, False, False),
    (True, True, True, False, False, False),
    (False, True, False, True, True, False),
)


@exercise.check(points=0.75, problem=UNEVEN, flags=(), cases=FLAGS)
def puts_everything_into_training_mode(student, problem, flags):
    """train_epoch puts net and all modules in it into training mode, and leaves them so"""
    seen = []
    net = Net(problem["weights"], flags, seen.append)
    student.train_epoch(net, problem["batches"], checked("cross-entropy"), Steps(net, 0.1))
    return {
        "during the calls": sorted({str(call["training"]) for call in seen}),
        "afterwards": [m.training for m in net.modules()],
    }


@accuracy.check(points=1.25, cases=rows("problem", UNEVEN, IMAGES, SINGLE, TIES, problem((2, 0), (3, 0))))
def counts_hits():
    """evaluate_accuracy returns the share of hits over all rows; among equal logits the first counts"""


@exercise.check(points=0.25, problem=UNEVEN, form="list", dtypes=("float32", "float64"), cases=SHAPES)
def calls_net_once(student, problem, form):
    """evaluate_accuracy goes through the batches once and calls net once for each, with X as it is"""
    batches, seen = Batches(problem["batches"]), []
    net = Net(problem["weights"], note=lambda call: seen.append(f"{call['X'].dtype} {tuple(call['X'].shape)}"))
    given = {"loader": batches, "generator": iter(batches), "list": problem["batches"]}[form]
    evaluated(student, net, given)
    return {"net is called with": seen, "goes through the batches": batches.times}


@exercise.check(points=0.75, problem=UNEVEN, flags=(), cases=FLAGS)
def calls_net_in_evaluation_mode(student, problem, flags):
    """evaluate_accuracy calls net with all modules in evaluation mode, and records no graph"""
    seen = []
    evaluated(student, Net(problem["weights"], flags, seen.append), problem["batches"])
    return {
        "during the calls": sorted({str(call["training"]) for call in seen}),
        "a graph is recorded": sorted({call["graph"] for call in seen}),
    }


@exercise.check(
    points=0.75,
    needs=calls_net_once,
    problem=UNEVEN,
    flags=(),
    gradients_on=True,
    cases=FLAGS * rows("gradients_on", True, False),
)
def leaves_net_as_it_was(student, problem, flags, gradients_on):
    """evaluate_accuracy leaves the flags of all modules, the gradients and their being on or off as they were"""
    net = Net(problem["weights"], flags)
    net.body[1][1].weight.grad = torch.ones_like(problem["weights"][0])
    with torch.set_grad_enabled(gradients_on):
        student.evaluate_accuracy(net, problem["batches"])
        on = torch.is_grad_enabled()
    weight, bias = net.parameters()
    return {
        "flags afterwards": [m.training for m in net.modules()],
        "gradients are on": on,
        "gradients": [p.grad if p.grad is None else p.grad.tolist() for p in (weight, bias)],
        "parameters": [weight.detach(), bias.detach()],
        "parameters ask for gradients": [weight.requires_grad, bias.requires_grad],
    }


@exercise.check(
    points=0.25,
    problem=UNEVEN,
    number=0,
    form="list",
    cases=rows("number form", (0, "list"), (0, "generator"), (0, "loader"), (1, "list"), (1, "generator")),
)
def refuses_to_measure_nothing(student, problem, number, form):
    """both raise ValueError if there is no batch at all, and only then"""
    net, kept = Net(problem["weights"]), problem["batches"][:number]
    make = {"list": list, "generator": iter, "loader": Batches}[form]
    return {
        "train_epoch raises": error_of(
            ValueError, student.train_epoch, net, make(kept), checked("cross-entropy"), Steps(net, 0.1)
        ),
        "evaluate_accuracy raises": error_of(ValueError, evaluated, student, net, make(kept)),
    }


@exercise.check(
    points=0.25,
    needs=counts_hits,
    problem=UNEVEN,
    cases=rows("problem", UNEVEN, problem((2, 2), (1, 1)), problem((3, 0))),
)
def returns_python_floats(student, problem):
    """train_epoch returns a tuple of two Python floats, evaluate_accuracy a Python float"""
    net = Net(problem["weights"])
    found = student.train_epoch(net, problem["batches"], checked("cross-entropy"), Steps(net, 0.1))
    accuracy = evaluated(student, net, problem["batches"])
    parts = found if isinstance(found, tuple | list) else []
    return {
        "train_epoch returns": " of ".join([type(found).__name__, ", ".join(type(part).__name__ for part in parts)]),
        "evaluate_accuracy returns": type(accuracy).__name__,
    }


exercise.keeps_the_dtype(
    "train_epoch works in float64 too, to its full precision",
    points=0.25,
    about=[weights_the_loss_by_rows, steps_along_its_gradients],
)
exercise.leaves_its_inputs_alone("both leave X and y unchanged", points=0.25)

exercise.hint(
    """Two batches, of 4 rows with the mean loss 0.5 and of 1 row with the mean loss 2: over all 5 rows the mean is
    (4 * 0.5 + 1 * 2) / 5 = 0.8, and not (0.5 + 2) / 2. So add up m * l and m, and divide in the end.""",
    helps=[weights_the_loss_by_rows, counts_hits_in_training, counts_hits],
)
exercise.hint(
    """Gradients add up in .grad until somebody clears them. The order is: logits, loss, optimizer.zero_grad(),
    l.backward(), optimizer.step(). If they are cleared after the step, what stood there before the first batch counts.""",
    helps=[steps_along_its_gradients, clears_what_stood_there],
)
exercise.hint(
    """What the step changes must not be measured again: loss and hits come from the logits that you have already, because
    each further call of net costs as much as the first, and gives other numbers.""",
    helps=[goes_through_once, calls_net_once, weights_the_loss_by_rows],
)
exercise.hint(
    """net.train() and net.eval() set the flag of net and of every module in it, and forget what it was. So keep it first:
    modes = [(m, m.training) for m in net.modules()], and write it back to each module at the end.""",
    helps=[puts_everything_into_training_mode, calls_net_in_evaluation_mode, leaves_net_as_it_was],
)
exercise.hint(
    """with torch.no_grad(): switches gradients off inside the block, and back to what they were behind it, on or off.""",
    helps=[calls_net_in_evaluation_mode, leaves_net_as_it_was],
)
exercise.hint(
    """Hits of a batch: (logits.argmax(dim=1) == y).sum().item(), a Python int. l.item() is a Python float. A generator has no
    len(): count the rows in the loop, and look at the count behind it, because 0 / 0 is no accuracy.""",
    helps=[counts_hits_in_training, counts_hits, refuses_to_measure_nothing],
)
