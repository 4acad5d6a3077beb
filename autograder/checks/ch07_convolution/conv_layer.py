"""Checks of conv_layer."""

import torch

from autograder.spec import Exercise, Threshold, Unfit, drawn, load_parameters, normal, parameter_gradients

exercise = Exercise(
    entry=("Conv2D", "learn_kernel"),
    forbid="convolution",
    sizes={
        **dict.fromkeys(("height", "width"), (6, 9)),
        **dict.fromkeys(("kernel_height", "kernel_width"), (2, 4)),
        **dict.fromkeys(("rows", "columns"), (3, 5)),
    },
    constraint=lambda height, width, rows, columns: height - rows != width - columns,
)

X = normal("height", "width")
weight, bias = normal("kernel_height", "kernel_width"), normal(1, mean=1.5)
Y = normal("rows", "columns")
OUTPUT = ("rows", "columns")


def learned(learn, X, Y, steps, lr):
    """What learn_kernel returns, by name."""
    result = learn(X, Y, steps, lr)
    if not isinstance(result, tuple | list) or len(result) != 2:
        raise Unfit("expected the pair (K, losses), got {got}", got=type(result).__name__)
    return {"K": result[0], "losses": result[1]}


def windows(X, rows, columns):
    """Every window that gives an output of so many rows and columns, as a row of a matrix."""
    h, w = X.shape[0] - rows + 1, X.shape[1] - columns + 1
    return X.unfold(0, h, 1).unfold(1, w, 1).reshape(rows * columns, h * w)


def error_of_the_kernel(got, problem):
    """The largest error of K; the right kernel is the least squares solution."""
    X, Y = problem["X"].double().cpu(), problem["Y"].double().cpu()
    right = torch.linalg.lstsq(windows(X, *Y.shape), Y.reshape(-1, 1)).solution
    return (got["K"].double().cpu().reshape(-1) - right[:, 0]).abs().max().item()


@exercise.check(
    points=1.5, axes=OUTPUT, cases=[{}, {"training_mode": False}], weight=weight, bias=bias, X=X, training_mode=True
)
def adds_the_bias(student, weight, bias, X, training_mode):
    """Conv2D cross-correlates with its weight and adds its bias, in train and in eval mode"""
    net = load_parameters(student.Conv2D(tuple(weight.shape)), [weight, bias])
    return net.train(training_mode)(X)


@exercise.check(points=0.5, axes=OUTPUT, weight=weight, X=X)
def does_without_bias(student, weight, X):
    """Conv2D with bias=False has the weight alone"""
    return load_parameters(student.Conv2D(tuple(weight.shape), bias=False), [weight])(X)


@exercise.check(
    points=0.5,
    axes=OUTPUT,
    cases=[{"size": k, "weight": normal(k, k)} for k in (3, 1, 2)],
    size=3,
    weight=normal(3, 3),
    bias=bias,
    X=X,
)
def takes_an_int(student, size, weight, bias, X):
    """Conv2D makes a square kernel of an int"""
    return load_parameters(student.Conv2D(size), [weight, bias])(X)


@exercise.check(points=0.5, dtypes=["float64"], axes=OUTPUT, weight=weight, bias=bias, X=X)
def layer_keeps_the_dtype(student, weight, bias, X):
    """Conv2D, moved to float64, works in float64"""
    return load_parameters(student.Conv2D(tuple(weight.shape)), [weight, bias])(X)


@exercise.check(points=1, weight=weight, bias=bias, X=X)
def lets_gradients_through(student, weight, bias, X):
    """Conv2D lets gradients flow to the weight, the bias and the input"""
    net = load_parameters(student.Conv2D(tuple(weight.shape)), [weight, bias])
    return parameter_gradients(net, net, X=X)


@exercise.check(points=1, weight=normal(6, 5), bias=normal(1))
def starts_as_it_should(student, weight, bias):
    """Conv2D starts with a random weight from torch's global generator and a bias of 0"""
    load_parameters(student.Conv2D((6, 5)), [weight, bias])  # says so if the shapes are others
    torch.manual_seed(11)
    first, other = student.Conv2D((6, 5)), student.Conv2D((6, 5))
    torch.manual_seed(11)
    again = student.Conv2D((6, 5))
    (start, zero), (another, _), (same, _) = ([p.detach() for p in net.parameters()] for net in (first, other, again))
    return {
        "the bias": zero,
        "all elements of the weight differ": len(start.unique()) == start.numel(),
        "a weight of usual scale": 1e-4 < start.abs().max().item() < 20,
        "the next layer has another weight": not torch.equal(start, another),
        "the same seed gives the same weight": torch.equal(start, same),
    }


@exercise.check(
    points=2,
    cases=[
        {"steps": 1},
        {"steps": 2},
        {"steps": 5, "lr": 0.003},
        {"steps": 2, "height": 6, "width": 7, "rows": 6, "columns": 5},
        {"steps": 2, "height": 3, "width": 4, "rows": 1, "columns": 2},
        {"steps": 3, "height": 4, "width": 5, "rows": 4, "columns": 5},
    ],
    X=X,
    Y=Y,
    steps=3,
    lr=0.01,
)
def descends_step_by_step(student, X, Y, steps, lr):
    """learn_kernel starts at 0 and follows the gradient of the summed squared errors; losses are those before a step"""
    return learned(student.learn_kernel, X, Y, steps, lr)


@exercise.check(points=0.5, X=X, Y=Y)
def can_make_no_step(student, X, Y):
    """learn_kernel with steps = 0 returns a kernel of zeros and no losses"""
    return learned(student.learn_kernel, X, Y, 0, 0.1)


@exercise.check(points=0.5, dtypes=["float64"], X=X, Y=Y)
def learns_in_float64(student, X, Y):
    """learn_kernel works in float64 too, to its full precision"""
    return learned(student.learn_kernel, X, Y, 2, 0.01)


@exercise.check(points=0.5, needs=descends_step_by_step, X=X, Y=Y)
def returns_no_graph(student, X, Y):
    """learn_kernel returns plain numbers: neither K nor the losses ask for a gradient"""
    result = learned(student.learn_kernel, X, Y, 2, 0.01)
    return {f"{name} asks for a gradient": value.requires_grad for name, value in result.items()}


def book(d):
    """A white image with a black bar in the middle, and its edges."""
    X = torch.ones(6, 8, dtype=d.dtype)
    X[:, 2:6] = 0
    return {"X": X, "Y": X[:, :-1] - X[:, 1:]}


def random_problem(d):
    """A random image, and what a random kernel, its largest weight 1, makes of it."""
    X = torch.randn(9, 10, generator=d.generator, dtype=torch.float64)
    K = torch.randn(2, 3, generator=d.generator, dtype=torch.float64)
    Y = windows(X, 8, 8) @ (K / K.abs().max()).reshape(-1, 1)
    return {"X": X.to(d.dtype), "Y": Y.reshape(8, 8).to(d.dtype)}


@exercise.check(
    points=0.5,
    judge=Threshold(error_of_the_kernel, chance=1.0, higher=False),
    needs=descends_step_by_step,
    training=True,
    data="book",
    problem=drawn(book),
)
def learns_to_find_edges(student, data, problem):
    """learn_kernel finds the kernel that finds edges, in 10 steps"""
    result = learned(student.learn_kernel, problem["X"], problem["Y"], 10, 0.03)
    return {"K": result["K"], "losses": result["losses"].tolist()}


@exercise.check(
    points=1,
    judge=Threshold(error_of_the_kernel, chance=1.0, higher=False),
    needs=descends_step_by_step,
    training=True,
    data="random",
    problem=drawn(random_problem),
)
def learns_a_random_kernel(student, data, problem):
    """learn_kernel finds a random kernel of 2 rows and 3 columns, in 200 steps"""
    result = learned(student.learn_kernel, problem["X"], problem["Y"], 200, 0.003)
    return {"K": result["K"], "losses": result["losses"].tolist()}


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
