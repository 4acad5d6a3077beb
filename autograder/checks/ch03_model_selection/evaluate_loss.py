"""Checks of evaluate_loss. Whether the value is right is asked in the first checks alone: the others look at how net and
loss were called, and at what became of net, with a loss that does not mind the shape of y. Values are fractions of few
digits, so that only `loses_no_digits` minds a rounded one."""

from math import inf, nan

import torch
from torch import nn

from autograder.spec import NO_ERROR, Close, Exercise, Unfit, drawn, error_of, integers, modes, normal, real, rows

exercise = Exercise(entry="evaluate_loss", forbid="sklearn", gradients=False)
ALL = ("net", "norm", "part", "part.0", "part.1", "part.1.0")


class Watched(nn.Module):
    """A linear map that notes how it and its loss are called. awake: names of the modules in training mode."""

    def __init__(self, W, awake=()):
        super().__init__()
        self.W = nn.Parameter(W.clone())
        self.norm, self.part = nn.BatchNorm1d(len(W)), nn.Sequential(nn.Dropout(0.5), nn.Sequential(nn.Dropout(0.1)))
        for name, module in self.named_modules():
            module.training = (name or "net") in awake
        self.rows, self.seen = [], {}
        for called in ("net", "loss"):
            self.seen |= {
                f"training mode while {called} is called": "none",
                f"gradients while {called} is called": "off",
            }

    def note(self, called):
        awake = [name for name, mode in modes(self).items() if mode == "training"]
        if awake:
            self.seen[f"training mode while {called} is called"] = ", ".join(awake)
        if torch.is_grad_enabled():
            self.seen[f"gradients while {called} is called"] = "on"

    def forward(self, X):
        self.note("net")
        outputs = X @ self.W
        self.rows += outputs.tolist()
        return outputs

    def loss(self, outputs, y):
        self.note("loss")
        return ((outputs.flatten() - y.flatten()) ** 2).mean()

    def outputs(self):
        """The outputs that were computed, each once: they show that net was called. Raises ``Unfit`` if it was not."""
        if not self.rows:
            raise Unfit("net itself was not called with any sample")
        return [*dict.fromkeys(self.rows)]


def cut(X, y, sizes):
    return list(zip(X.split(sizes), y.split(sizes), strict=True)) if sizes else []


def few_digits(*dims):
    return drawn(lambda d: torch.randint(-3, 4, d.shape(dims), generator=d.generator).to(d.dtype), *dims)


@exercise.call(W=few_digits("d"), X=few_digits(8, "d"), y=few_digits(8), sizes=[8], then=real)
def evaluate_loss(student, W, X, y, sizes):
    net = Watched(W)
    return student.evaluate_loss(net, cut(X, y, sizes), net.loss)


@evaluate_loss.check(points=1.25, also=rows("sizes", [4, 4], [2, 2, 2, 2]))
def averages_even_batches():
    """is the mean loss of the samples where all batches are of the same size"""


@evaluate_loss.check(
    points=1.75, needs=averages_even_batches, cases=rows("sizes", [4, 3, 1], [1, 7], [2, 5, 1], [5, 3], [1, 2, 3, 2])
)
def weights_uneven_batches():
    """weights the loss of each batch by its number of samples"""


@evaluate_loss.check(points=0.5, W=few_digits("d", 2), y=few_digits(8, 2), cases=rows("sizes", [8], [4, 4]))
def counts_samples():
    """divides by the number of samples, however many numbers belong to each of them"""


@exercise.call(losses=[1.0, 2.0, 6.0])
def of_losses(student, losses):
    """Batches of one sample each, whose losses are given."""
    coming = iter(losses)
    batches = [(torch.zeros(1, 1), torch.zeros(1, 1)) for _ in losses]
    return real(student.evaluate_loss(nn.Identity(), batches, lambda outputs, y: torch.tensor(next(coming))))


SMALL = drawn(lambda d: (1e-5 * (1 + torch.rand(3, generator=d.generator))).tolist())


@of_losses.check(points=0.5, needs=averages_even_batches, cases=rows("losses", [2.0**24] + [1.0] * 999, SMALL))
def loses_no_digits():
    """adds up in Python floats or in float64, and rounds nothing: neither small losses beside a large one nor digits are lost"""


@of_losses.check(points=0.25, cases=rows("losses", [1.0, nan, 2.0], [1.0, inf], [0.0, 0.0]))
def hides_no_loss():
    """a loss of NaN, inf or 0 counts like any other: with NaN, the result is NaN"""


data = {"W": normal("d"), "X": normal(8, "d"), "y": normal(8), "sizes": [4, 4]}


@exercise.check(points=0.5, cases=rows("sizes", [4, 4], [8]), **data)
def goes_through_the_batches_once(student, W, X, y, sizes):
    """goes through the batches once, so that they may come from a generator"""
    net = Watched(W)
    student.evaluate_loss(net, (pair for pair in cut(X, y, sizes)), net.loss)
    return net.outputs()


@exercise.check(
    points=1,
    X=normal(5, "d"),
    y=normal(5),
    cases=rows("y", normal(5), normal(5, 1), normal(5, "k", 2), integers(5, high=3))
    + rows("X", normal(5, 1, 2, 3), normal(5, 1), integers(5, "d", high=9)),
)
def hands_on_each_batch_as_it_is(student, X, y):
    """calls net and loss once a batch, with X, and with what net returned and y, each as it is"""
    seen = []

    def said(t):
        return f"{str(t.dtype).removeprefix('torch.')} {tuple(t.shape)}: {t.flatten().tolist()}"

    def loss(outputs, y):
        seen.append(f"loss called with outputs {said(outputs)} and y {said(y)}")
        return outputs.sum() * 0.0 + 1.0

    net = nn.Flatten()
    net.register_forward_hook(lambda net, given, outputs: seen.append(f"net called with X {said(given[0])}"))
    student.evaluate_loss(net, cut(X, y, [2, 2, 1]), loss)
    return seen


@exercise.call(awake=ALL, enabled=True, **data)
def watched(student, awake, enabled, W, X, y, sizes):
    net = Watched(W, awake)
    net.W.grad = torch.ones_like(W)
    net.norm.weight.requires_grad_(False)
    with torch.set_grad_enabled(enabled):
        try:
            student.evaluate_loss(net, cut(X[: sum(sizes)], y[: sum(sizes)], sizes), net.loss)
        except Exception:
            if sizes:
                raise
        grad = "on" if torch.is_grad_enabled() else "off"
    return {
        **net.seen,
        "modes afterwards": modes(net),
        "gradients afterwards": grad,
        "parameters": [p.detach() for p in net.parameters()],
        "requires_grad": {name: p.requires_grad for name, p in net.named_parameters()},
        ".grad (None shown as 0)": torch.zeros_like(W) if net.W.grad is None else net.W.grad,
        "outputs": net.outputs() if sizes else [],
    }


def only(*names):
    """Judges these alone, and the outputs, which show that net was called."""
    return Close(of=lambda got: {name: got[name] for name in (*names, "outputs")})


MODES = rows("awake", ALL, (), [name for name in ALL if name != "norm"], ["norm"], ALL[:-1], ["part.1.0"])


@watched.check(
    points=1, cases=MODES, judge=only("training mode while net is called", "training mode while loss is called")
)
def is_in_evaluation_mode():
    """net and all its submodules are in evaluation mode while net and loss are called"""


@watched.check(points=0.75, judge=only("gradients while net is called", "gradients while loss is called"))
def has_no_gradients():
    """gradients are off while net and loss are called"""


@watched.check(points=1, cases=MODES + rows("awake sizes", (ALL, []), (["norm"], [])), judge=only("modes afterwards"))
def restores_every_mode():
    """afterwards every submodule is in the mode in which it was before, each on its own, also where ValueError is raised"""


@watched.check(points=0.5, cases=rows("enabled", True, False), judge=only("gradients afterwards"))
def restores_the_gradient_mode():
    """afterwards gradients are on if they were on before, and off if they were off"""


@watched.check(points=0.25, judge=only("parameters", "requires_grad", ".grad (None shown as 0)"))
def leaves_grad_alone():
    """leaves the parameters of net, their .grad and requires_grad as they are"""


@exercise.check(points=0.25, **{**data, "sizes": []}, cases=rows("sizes", [], [0], [0, 0], [1], [4, 3, 1]))
def refuses_no_samples(student, W, X, y, sizes):
    """raises ValueError if there are no samples at all, whether there is no batch or only empty ones"""
    net, n = Watched(W), sum(sizes)
    raised = error_of(ValueError, student.evaluate_loss, net, cut(X[:n], y[:n], sizes), net.loss)
    return {"raises": raised, "outputs": net.outputs() if n and raised == NO_ERROR else []}


exercise.returns_python_numbers("returns a Python float", points=0.25, name="returns_a_float")
exercise.leaves_its_inputs_alone("leaves X and y unchanged", points=0.25)

exercise.hint(
    """Say that a batch of 4 has the mean loss 1, and the last one, of 1 sample, the mean loss 6. The five samples have
    losses that sum to 4 * 1 + 1 * 6 = 10, so the mean is 2, not 3.5."""
)
exercise.hint(
    """Keep two sums while you go through the batches, of len(X) * loss and of len(X). The number of batches plays no part,
    and a generator does not know it. loss(...).item() is a Python float.""",
    helps=[evaluate_loss, loses_no_digits, hides_no_loss, goes_through_the_batches_once, hands_on_each_batch_as_it_is],
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
exercise.hint(
    """If no sample came, n is 0: raise ValueError before you divide by it, but after the modes have been put back.""",
    helps=[refuses_no_samples, restores_every_mode],
)

exercise.equivalent("another tensor of the same role: X -> y (2 of 3)", "y has as many rows as X.")
exercise.equivalent("another tensor of the same role: X -> y (3 of 3)", "y has as many rows as X.")
