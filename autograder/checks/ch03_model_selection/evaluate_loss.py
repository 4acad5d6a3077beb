"""Checks of evaluate_loss."""

import torch
from torch import nn

from autograder.spec import Exercise, Unfit, describe, error_of, integers, normal, number, rows

exercise = Exercise(entry="evaluate_loss", forbid="sklearn", gradients=False)


def mean_squared_error(outputs, y):
    """Refuses what would be broadcast."""
    if outputs.shape != y.shape:
        text = "loss takes two tensors of the same shape, but was called with {outputs} and {y}"
        raise Unfit(text, outputs=describe(outputs), y=describe(y))
    return ((outputs - y) ** 2).mean()


class Watched(nn.Module):
    """A linear map that notes the modes in which it is called."""

    def __init__(self, W):
        super().__init__()
        self.W = nn.Parameter(W.clone())
        self.frozen, self.part = nn.BatchNorm1d(len(W)), nn.Sequential(nn.Dropout(0.5), nn.Sequential(nn.Dropout(0.1)))
        self.notes = []

    def forward(self, X):
        self.notes.append((self.training, any(self.modes()), torch.is_grad_enabled()))
        return X @ self.W

    def modes(self):
        return [module.training for module in self.modules()]

    def seen(self, what):
        """Whether this was so in one of the calls. Raises ``Unfit`` if there were none."""
        if not self.notes:
            raise Unfit("net was not called")
        return any(note[what] for note in self.notes)


def cut(X, y, sizes):
    return list(zip(X.split(sizes), y.split(sizes), strict=True))


data = {"W": normal("d", "k"), "X": normal(9, "d"), "y": normal(9, "k"), "sizes": [4, 4, 1]}


@exercise.call(**data, then=number)
def evaluate_loss(student, W, X, y, sizes):
    return student.evaluate_loss(Watched(W).eval(), cut(X, y, sizes), mean_squared_error)


@evaluate_loss.check(points=2, cases=rows("sizes", [9], [3, 3, 3]))
def averages_even_batches():
    """is the mean loss of the samples where all batches are of the same size"""


@evaluate_loss.check(
    points=2,
    needs=averages_even_batches,
    cases=rows("sizes", [4, 4, 1], [1, 8], [2, 6, 1], [5, 4], [1, 2, 3, 3], [7, 2]),
)
def weights_uneven_batches():
    """weights the loss of each batch by its number of samples"""


@exercise.check(points=0.25, needs=averages_even_batches, losses=[2.0**24] + [1.0] * 999)
def loses_no_digits(student, losses):
    """adds up in Python floats or in float64: many small losses beside a large one are not lost"""
    coming = iter(losses)
    batches = [(torch.zeros(1, 1), torch.zeros(1, 1)) for _ in losses]
    return float(student.evaluate_loss(nn.Identity(), batches, lambda outputs, y: torch.tensor(next(coming))))


@exercise.check(points=0.5, needs=averages_even_batches, cases=rows("sizes", [3, 3, 3], [9]), **data)
def goes_through_the_batches_once(student, W, X, y, sizes):
    """goes through the batches once, so that they may come from a generator"""
    return number(student.evaluate_loss(Watched(W).eval(), iter(cut(X, y, sizes)), mean_squared_error))


@exercise.check(
    points=1,
    X=normal(5, "d"),
    y=normal(5),
    cases=rows("y", normal(5), normal(5, 1), normal(5, "k", 2), integers(5, high=3)) + rows("X", normal(5, 1, 2, 3)),
)
def hands_on_each_batch_as_it_is(student, X, y):
    """calls net and loss once a batch, with X, and with what net returned and y as it is"""
    seen = []

    def loss(outputs, y):
        seen.append(f"loss of outputs {tuple(outputs.shape)} and y {y.dtype} {tuple(y.shape)}: {y.flatten().tolist()}")
        return outputs.sum() * 0.0 + 1.0

    net = nn.Flatten()
    net.register_forward_hook(lambda net, given, outputs: seen.append(f"net of X {tuple(given[0].shape)}"))
    student.evaluate_loss(net, cut(X, y, [2, 2, 1]), loss)
    return seen


@exercise.check(points=1, **data)
def is_in_evaluation_mode(student, W, X, y, sizes):
    """net and all its submodules are in evaluation mode while net and loss are called"""
    net, modes = Watched(W), []

    def loss(outputs, y):
        modes.append(any(net.modes()))
        return mean_squared_error(outputs, y)

    student.evaluate_loss(net, cut(X, y, sizes), loss)
    return {"net in training": net.seen(0), "a submodule in training": net.seen(1), "while loss is called": any(modes)}


@exercise.check(points=0.75, **data)
def has_no_gradients(student, W, X, y, sizes):
    """gradients are off while net and loss are called"""
    net, modes = Watched(W), []

    def loss(outputs, y):
        modes.append(torch.is_grad_enabled())
        return mean_squared_error(outputs, y)

    student.evaluate_loss(net, cut(X, y, sizes), loss)
    return {"on while net is called": net.seen(2), "on while loss is called": any(modes)}


@exercise.check(
    points=1,
    needs=averages_even_batches,
    modes="all in training mode",
    cases=rows("modes", "all in training mode", "all in evaluation mode", "a part in evaluation mode")
    + rows("modes", "a part in training mode", "a part of a part in evaluation mode"),
    **data,
)
def restores_every_mode(student, modes, W, X, y, sizes):
    """afterwards every submodule is in the mode in which it was before, each on its own"""
    net = Watched(W).train(modes in ("all in training mode", "a part in evaluation mode") or "of a part" in modes)
    if modes.startswith("a part"):
        part = net.part[1] if "of a part" in modes else net.frozen
        part.train("in training" in modes)
    before = net.modes()
    student.evaluate_loss(net, cut(X, y, sizes), mean_squared_error)
    return {"before": before, "afterwards": net.modes()}


@exercise.check(points=0.5, needs=averages_even_batches, enabled=True, cases=rows("enabled", True, False), **data)
def restores_the_gradient_mode(student, enabled, W, X, y, sizes):
    """afterwards gradients are on if they were on before, and off if they were off"""
    with torch.set_grad_enabled(enabled):
        student.evaluate_loss(Watched(W).eval(), cut(X, y, sizes), mean_squared_error)
        return {"gradients are on": torch.is_grad_enabled()}


@exercise.check(points=0.25, needs=averages_even_batches, **data)
def leaves_grad_alone(student, W, X, y, sizes):
    """leaves .grad and the parameters of net as they are"""
    net = Watched(W)
    net.W.grad = torch.ones_like(W)
    student.evaluate_loss(net, cut(X, y, sizes), mean_squared_error)
    return {"grad": net.W.grad, "W": net.W.detach(), "requires_grad": net.W.requires_grad}


@exercise.check(
    points=0.25, needs=averages_even_batches, **{**data, "sizes": []}, cases=rows("sizes", [], [0], [0, 0], [1])
)
def refuses_no_samples(student, W, X, y, sizes):
    """raises ValueError if there are no samples at all"""
    batches = cut(X[: sum(sizes)], y[: sum(sizes)], sizes) if sizes else []
    return error_of(ValueError, student.evaluate_loss, Watched(W), batches, mean_squared_error)


exercise.returns_python_numbers("returns a Python float", points=0.25, name="returns_a_float")
exercise.leaves_its_inputs_alone("leaves X and y unchanged", points=0.25)

exercise.hint(
    """Say that a batch of 4 has the mean loss 1, and the last one, of 1 sample, the mean loss 6. The five samples have
    losses that sum to 4 * 1 + 1 * 6 = 10, so the mean is 2, not 3.5."""
)
exercise.hint(
    """Keep two sums while you go through the batches, of len(X) * loss and of len(X). The number of batches plays no part,
    and a generator does not know it. loss(...).item() is a Python float.""",
    helps=[
        *(averages_even_batches, weights_uneven_batches, loses_no_digits, goes_through_the_batches_once),
        hands_on_each_batch_as_it_is,
    ],
)
exercise.hint(
    """net.eval() sets the mode of net and of everything in it, and with torch.no_grad(): switches gradients off for a block
    and puts them back behind it. They are two different things, and both are needed.""",
    helps=[is_in_evaluation_mode, has_no_gradients, restores_the_gradient_mode, leaves_grad_alone],
)
exercise.hint(
    """net.train() afterwards would wake parts that were frozen, and net.train(was) too, since it goes through all submodules.
    Write down [(m, m.training) for m in net.modules()] beforehand, and set m.training of each afterwards.""",
    helps=restores_every_mode,
)
exercise.hint("""If no sample came, n is 0: raise ValueError before you divide by it.""", helps=refuses_no_samples)
