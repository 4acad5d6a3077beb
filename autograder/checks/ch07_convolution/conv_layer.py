"""Checks of conv_layer."""

import torch
from torch.nn import functional as F

from autograder.checks.ch07_convolution._shared import IMAGE, KERNEL
from autograder.spec import Exercise, Threshold, drawn, filled, has_graph, load_parameters, named, normal, rows

exercise = Exercise(
    entry=("Conv2D", "learn_kernel"),
    forbid="convolution",
    sizes=dict.fromkeys(IMAGE, (6, 9)) | dict.fromkeys(("rows", "columns"), (3, 5)) | dict.fromkeys(KERNEL, (2, 4)),
    constraint=lambda height, width, rows, columns: height - rows != width - columns,
)
X = normal(*IMAGE)
layer = exercise.call(axes=("rows", "columns"), weight=normal(*KERNEL), X=X)


@layer.check(points=1.5, also=[{"training_mode": False}], bias=normal(1, mean=1.5), training_mode=True)
def adds_the_bias(student, weight, bias, X, training_mode):
    """Conv2D cross-correlates with its weight and adds its bias, in train and in eval mode"""
    return load_parameters(student.Conv2D(tuple(weight.shape)), [weight, bias]).train(training_mode)(X)


@layer.check(points=0.5)
def does_without_bias(student, weight, X):
    """Conv2D with bias=False has the weight alone"""
    return load_parameters(student.Conv2D(tuple(weight.shape), bias=False), [weight])(X)


# The same however the kernel is turned, and without a bias: those are matters of other checks.
@layer.check(
    points=0.5, cases=[{"size": k, "weight": filled(1.5, k, k)} for k in (3, 1, 2)], size=3, bias=filled(0.0, 1)
)
def takes_an_int(student, size, weight, bias, X):
    """Conv2D makes a square kernel of an int"""
    return load_parameters(student.Conv2D(size), [weight, bias], exactly=False)(X)


# It is the student's process that says so: no points for that alone.
@exercise.check(points=1, needs=adds_the_bias)
def starts_as_it_should(student):
    """Conv2D starts with a random weight from torch's global generator and a bias of 0"""
    torch.manual_seed(11)
    nets = [student.Conv2D((6, 5)), student.Conv2D((6, 5))]
    torch.manual_seed(11)
    nets += [student.Conv2D((6, 5))]
    start, another, same = (torch.cat([p.detach() for p in net.parameters() if p.dim() == 2]) for net in nets)
    return {
        "the shape of the weight": list(start.shape),
        "a bias that is not 0": any(bool(p.any()) for p in nets[0].parameters() if p.dim() != 2),
        "all elements of the weight differ": len(start.unique()) == start.numel(),
        "a weight of usual scale": 1e-4 < start.abs().max().item() < 20,
        "the next layer has another weight": not torch.equal(start, another),
        "the same seed gives the same weight": torch.equal(start, same),
    }


exercise.keeps_the_dtype("Conv2D works in float64 too", points=0.5, name="layer_keeps_the_dtype", about=layer)
exercise.lets_gradients_through("Conv2D lets gradients flow to weight, bias and input", points=0.75, about=layer)


@exercise.call(X=X, Y=normal("rows", "columns"), steps=3, lr=0.01)
def learned(student, X, Y, steps, lr):
    return named(student.learn_kernel(X, Y, steps, lr), "K", "losses")


@learned.check(
    points=1.75,
    cases=rows("steps lr", (1, 0.01), (2, 0.01), (5, 0.003))
    + rows("steps height width rows columns", (2, 6, 7, 6, 5), (2, 3, 4, 1, 2), (3, 4, 5, 4, 5))
    + rows("steps Y", (4, filled(0.0, "rows", "columns"))),  # nothing left to learn
)
def descends_step_by_step():
    """learn_kernel starts at 0 and follows the gradient of the summed squared errors; losses are those before a step"""


@learned.check(points=0.5, needs=descends_step_by_step, steps=0, lr=0.1)
def can_make_no_step():
    """learn_kernel with steps = 0 returns a kernel of zeros and no losses"""


@learned.check(points=0.5, needs=descends_step_by_step)
def returns_no_graph(student, X, Y, steps, lr):
    """learn_kernel returns plain numbers: neither K nor the losses ask for a gradient"""
    K, losses = named(student.learn_kernel(X, Y, steps, lr), "K", "losses").values()
    return {"K asks for a gradient": has_graph(K), "the losses do": has_graph(losses), "K is 0": not K.any()}


@exercise.keeps_the_dtype(points=0.5, about=[descends_step_by_step, can_make_no_step])
def learns_in_float64():
    """learn_kernel works in float64 too, to its full precision"""


exercise.takes_views(points=0.25)
exercise.leaves_its_inputs_alone(points=0.25)


def error_of_the_kernel(got, problem):
    """The largest error of K; the right kernel is the least squares solution."""
    X, Y, K = (t.double().cpu() for t in (problem["X"], problem["Y"], got["K"]))
    right = torch.linalg.lstsq(F.unfold(X[None, None], K.shape)[0].T, Y.reshape(-1, 1)).solution
    return (K.reshape(-1, 1) - right).abs().max().item()


def book(d):
    """A white image with a black bar in the middle, and its edges."""
    X = torch.ones(6, 8, dtype=d.dtype)
    X[:, 2:6] = 0
    return {"X": X, "Y": X[:, :-1] - X[:, 1:]}


def random_problem(d):
    """A random image, and what a random kernel, its largest weight 1, makes of it."""
    X, K = (torch.randn(1, 1, *shape, generator=d.generator, dtype=torch.float64) for shape in ((9, 10), (2, 3)))
    return {"X": X[0, 0].to(d.dtype), "Y": F.conv2d(X, K / K.abs().max())[0, 0].to(d.dtype)}


@exercise.call(judge=Threshold(error_of_the_kernel, chance=1.0, higher=False))
def found(student, problem, steps, lr):
    result = named(student.learn_kernel(problem["X"], problem["Y"], steps, lr), "K", "losses")
    return {**result, "losses": result["losses"].tolist()}


# There is but one book, so its kernel could be written down.
@found.check(
    points=0.5, needs=descends_step_by_step, training=True, data="book", problem=drawn(book), steps=10, lr=0.03
)
def learns_to_find_edges():
    """learn_kernel finds the kernel that finds edges, in 10 steps"""


@found.check(points=1, training=True, data="random", problem=drawn(random_problem), steps=200, lr=0.003)
def learns_a_random_kernel():
    """learn_kernel finds a random kernel of 2 rows and 3 columns, in 200 steps"""


exercise.hint(
    """What is wrapped in nn.Parameter and stored as an attribute of the module is learned; all else is not. The forward
    pass is one line with corr2d, which the file has already."""
)
exercise.hint(
    """self.weight = nn.Parameter(torch.randn(h, w)) first, self.bias second: parameters come in the order in which they
    are stored. Without bias, store None, and ask for it in forward.""",
    helps=[adds_the_bias, does_without_bias, starts_as_it_should],
)
exercise.hint(
    """From n - k + 1 = n' follows k = n - n' + 1, in both dimensions. Start with X.new_zeros(h, w), which has the
    dtype and device of X.""",
    helps=[descends_step_by_step, can_make_no_step, learns_in_float64],
)
exercise.hint(
    """A step: loss = ((corr2d(X, K) - Y) ** 2).sum(); keep loss.detach(); then K minus lr times
    torch.autograd.grad(loss, K)[0]. With loss.backward(), set the gradient to zero before the next step.""",
    helps=[descends_step_by_step, returns_no_graph],
)
