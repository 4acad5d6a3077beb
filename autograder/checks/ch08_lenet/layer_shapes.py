"""Checks of layer_shapes. Only the first ones judge the shapes; the others look at how net was called and what became of it."""

import torch
from torch import nn

from autograder.spec import Exercise, Unfit, Watch, Wired, condition, describe, error_of, normal, rows, size

SIZES = {"n": (2, 12), "c": (2, 12), "d": (2, 12), "e": (2, 12), "f": (2, 12), "h": (6, 12), "w": (6, 12)}
exercise = Exercise(entry="layer_shapes", sizes=SIZES, gradients=False)


class Total(nn.Module):
    """A layer of a class of one's own, without parameters, that gives one number."""

    def forward(self, X):
        return X.sum()


class Swap(nn.Module):
    """A layer with a parameter that swaps the last two axes."""

    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(()))

    def forward(self, X):
        return self.scale * X.transpose(-1, -2)


class Gate(nn.Module):
    """Holds two parts and a parameter beside them, and adds what both make."""

    def __init__(self, left, right):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(()))
        self.left, self.right = left, right

    def forward(self, X):
        return self.scale * self.right(input=X) + self.left(X)


class Convert(nn.Module):
    def forward(self, X):
        return X.float()


class Broken(nn.Module):
    def forward(self, X):
        raise ArithmeticError("this layer always raises")


def block(c, d):
    return nn.Sequential(nn.Conv2d(c, d, 3), nn.Sequential(nn.BatchNorm2d(d), nn.ReLU()))


def as_lenet(n, c, d, e, f, h, w):
    first = [nn.Conv2d(c, d, 3, padding=1), nn.Sigmoid(), nn.AvgPool2d(2), nn.Conv2d(d, e, (2, 3)), nn.Tanh()]
    return nn.Sequential(*first, nn.Flatten(), nn.Linear(e * (h // 2 - 1) * (w // 2 - 2), f)), (n, c, h, w)


def dense(n, c, d, **_):
    return nn.Sequential(nn.Linear(c, d), nn.Dropout(), nn.Identity(), nn.ReLU(), nn.Linear(d, c)), (n, c)


def without_batch(c, d, e, **_):
    return nn.Sequential(nn.Unflatten(0, (c, d)), nn.Linear(d, e)), (c * d,)


def blocks(n, c, d, e, h, w, **_):
    return nn.Sequential(block(c, d), block(d, e)), (n, c, h, w)


def own_classes(n, c, d, h, w, **_):
    parts = {"gate": Gate(block(c, d), nn.Conv2d(c, d, 3)), "body": nn.ModuleList([Total(), Swap()])}
    return Wired("body.1 gate body.0", parts), (n, c, h, w)


def registered_otherwise(n, c, d, e, **_):
    return Wired("in mid out", {"out": nn.Linear(d, e), "in": nn.Linear(c, d), "mid": nn.LayerNorm(d)}), (n, c)


def called_twice(n, c, d, **_):
    return Wired("a b a c b", {"a": nn.Linear(c, d), "b": nn.Linear(d, c), "c": nn.LayerNorm(d)}), (n, c)


def never_called(n, c, d, e, **_):
    parts = {"a": nn.Linear(c, d), "b": nn.Sequential(nn.Linear(c, e), nn.LayerNorm(d)), "c": nn.Linear(d, e)}
    return Wired("a b.1", parts), (n, c)


def with_two_names(n, c, d, **_):
    there, back = nn.Linear(c, d), nn.Linear(d, c)
    parts = {"a": nn.Sequential(there, nn.LayerNorm(d)), "b": nn.Sequential(back, nn.Sequential(there)), "c": back}
    return Wired("b.0 a b c a", parts), (n, d)


def one_layer(n, c, d, h, **_):
    return nn.Conv1d(c, d, 3), (n, c, h)


NETS = (as_lenet, dense, without_batch, blocks, own_classes, registered_otherwise, called_twice, never_called)
NETS = {net.__name__: net for net in (*NETS, with_two_names, one_layer)}


def lines(found):
    """The entries, each in a line, however the pairs are written: that is for `returns_a_list_of_pairs`."""
    if not isinstance(found, list | tuple):
        raise Unfit("expected a list of pairs (class name, shape), got {got}", got=describe(found))
    for pair in found:
        if not (isinstance(pair, list | tuple) and len(pair) == 2 and isinstance(pair[1], list | tuple)):
            raise Unfit("expected pairs (class name, shape), but one entry is {got}", got=describe(pair))
    return [f"{name} {tuple(shape)}" for name, shape in found]


def layers_alone(found):
    """The same without the entries of what holds others: that there are none is for `goes_into_containers`."""
    return [line for line in lines(found) if not line.startswith(("Sequential ", "Wired "))]


NET = {"net": "as_lenet", "sizes": {name: size(name) for name in SIZES}}


def shapes(student, net, sizes):
    made, shape = NETS[net](**sizes)
    return student.layer_shapes(made, shape)


of_layers, of_all = exercise.call(**NET, then=layers_alone)(shapes), exercise.call(**NET, then=lines)(shapes)


@of_layers.check(points=1.5, cases=rows("net", "as_lenet", "dense", "without_batch"))
def lists_the_layers():
    """gives class name and output shape of every layer of a plain nn.Sequential, in order"""


@of_all.check(points=1.25, cases=rows("net", "blocks", "own_classes"))
def goes_into_containers():
    """gives the layers inside of modules at any depth, and no entry to what holds others"""


@of_layers.check(
    points=1.25, cases=rows("net", "registered_otherwise", "called_twice", "never_called", "with_two_names")
)
def follows_the_calls():
    """gives an entry to each call, in the order of the calls: two where a layer is called twice, none where it never is"""


@of_layers.check(points=0.5, cases=rows("net", "one_layer"))
def takes_a_single_layer():
    """gives one entry where net is a layer itself"""


FORMS = {"tuple": tuple, "list": list, "Size": torch.Size}
FORM, KIND, CALLED = "shape of its input", "dtype and device of its input", "features that reached it"


@exercise.call(kind="float32", form="tuple", show=[KIND, CALLED], n=size("n"), c=size("c"), d=size("d"))
def called(student, kind, form, show, n, c, d):
    watch = Watch()
    parts = {"a": nn.Linear(c, d), "convert": Convert(), "b": nn.Linear(d, c)}
    if kind == "none":
        parts = {"convert": Convert()}
    # To compute on the meta device, torch imports for seconds. Nothing is computed where nothing is converted.
    net = Wired("convert" if kind in ("none", "meta") else "a convert b", parts, watch)
    if kind in ("float64", "bfloat16"):
        net.a.to(getattr(torch, kind))
    if kind == "meta":
        net.to("meta")
    shape = FORMS[form]([n, c])
    student.layer_shapes(net, shape)
    return {name: value for name, value in watch.notes().items() if name in show}


@called.check(points=0.5, show=["passes", FORM], cases=rows("form", "tuple", "list", "Size"))
def calls_net_once():
    """calls net once, with an input of input_shape, which may be a tuple, a list or a torch.Size"""


@called.check(points=0.25, cases=rows("kind", "float64", "bfloat16"))
def takes_the_dtype_of_net():
    """makes the input in the dtype of net's first parameter"""


@called.check(points=0.25, kind="meta")
def takes_the_device_of_net():
    """makes the input on the device of net's first parameter, which may be the meta device"""


@called.check(points=0.25, kind="none")
def needs_no_parameters():
    """makes a float32 input on the CPU where net has no parameters"""


ALL = ("net", "ear", "norm", "body", "body.0", "body.1", "body.1.0", "body.1.1")
MODES = rows("awake", ALL, (), [n for n in ALL if n != "norm"], ["norm", "body.1.0"], ALL[:-1], ALL[1:], ["net"])


def visit(student, W, n, awake, enabled=True, broken=False):
    last = nn.Sequential(nn.Dropout(), Broken() if broken else nn.ReLU())
    body, watch = nn.Sequential(nn.Linear(*W.shape, bias=False), last), Watch()
    net = Wired("norm body", {"norm": nn.BatchNorm1d(len(W)), "body": body}, watch)
    for name, module in net.named_modules():
        module.training = (name or "net") in awake
    body[0].weight.data, body[0].weight.grad = W.clone(), 2 * torch.ones_like(W)
    net.norm.bias.requires_grad_(False)
    body[0].register_forward_hook(lambda layer, inputs, output: None)
    net.register_forward_pre_hook(lambda net, inputs: None)
    with torch.set_grad_enabled(enabled):
        raised = error_of(ArithmeticError, student.layer_shapes, net, (n, len(W)))
        return {**watch.notes(), "raises": raised, **condition(net)}


@exercise.call(W=normal("d", "d"), n=size("n"), awake=ALL, enabled=True, show=[])
def visited(student, W, n, awake, enabled, show):
    found = visit(student, W, n, awake, enabled)
    return {name: value for name, value in found.items() if name in (CALLED, *show)}


@visited.check(points=0.75, show=["in training mode meanwhile"], cases=MODES + rows("n", 1))
def is_in_evaluation_mode():
    """net and all modules in it are in evaluation mode meanwhile, so that a batch of 1 is enough for batch normalization"""


@visited.check(points=0.5, show=["gradients meanwhile"])
def has_no_gradients():
    """gradients are off meanwhile"""


@visited.check(points=1, show=["modes afterwards"], cases=MODES)
def restores_every_mode():
    """afterwards every module is in the mode in which it was before, each on its own"""


@visited.check(points=0.75, show=["hooks afterwards", "forward replaced"])
def leaves_no_hook():
    """leaves no hook behind, and those that were there before where they are"""


@exercise.check(points=0.5, W=normal("d", "d"), n=size("n"), awake=ALL, also=rows("awake", ["norm"]))
def tidies_up_after_an_exception(student, W, n, awake):
    """where the pass raises, the exception reaches the caller, and modes and hooks are as after any other pass"""
    well, ill = (visit(student, W, n, awake, broken=broken) for broken in (False, True))
    same = {
        f"{name} as where all goes well": well[name] == ill[name]
        for name in well
        if name.startswith(("modes", "hooks", "forward"))
    }
    return {CALLED: ill[CALLED], "raises": ill["raises"], **same}


@visited.check(points=0.25, show=["gradients afterwards"], cases=rows("enabled", True, False))
def restores_the_gradient_mode():
    """afterwards gradients are on if they were on before, and off if they were off"""


@visited.check(points=0.25, awake=(), show=["values afterwards", ".grad afterwards", "requires_grad afterwards"])
def leaves_the_numbers():
    """leaves parameters, buffers, .grad and requires_grad as they are"""


@exercise.check(points=0.25, **NET, needs=lists_the_layers, cases=rows("net", "as_lenet", "dense"))
def returns_a_list_of_pairs(student, net, sizes):
    """returns a list of tuples (class name, shape), the shape a tuple of ints or a torch.Size"""
    made, shape = NETS[net](**sizes)
    found = student.layer_shapes(made, shape)
    return {
        "returned": type(found).__name__,
        "its entries are": sorted({type(pair).__name__ for pair in found}),
        "the names are": sorted({type(name).__name__ for name, _shape in found}),
        "the shapes are tuples": all(isinstance(shape, tuple) for _name, shape in found),
        "of": sorted({type(n).__name__ for _name, shape in found for n in shape}),
    }


exercise.hint(
    """You need not know how forward is written. Which method of nn.Module lets you be called back whenever a module was
    called? What does it tell you, and what does it return?"""
)
exercise.hint(
    """net.modules() goes through net itself and everything in it, at any depth, each module once, also if it has two names.
    One without children is a layer: list(module.children()) is empty then.""",
    helps=[lists_the_layers, goes_into_containers, follows_the_calls, takes_a_single_layer],
)
exercise.hint(
    """def hook(layer, inputs, output) appends (type(layer).__name__, tuple(output.shape)) to a list. Because it is called at
    each call, order and number come right by themselves, whatever the order in which hooks were registered.""",
    helps=[lists_the_layers, follows_the_calls, returns_a_list_of_pairs],
)
exercise.hint(
    """p = next(net.parameters(), None) is the first parameter or None. torch.zeros(*shape, dtype=p.dtype, device=p.device)
    fits it, on the meta device too, because a tensor there has a shape and no numbers.""",
    helps=[takes_the_dtype_of_net, takes_the_device_of_net, needs_no_parameters, calls_net_once],
)
exercise.hint(
    """net.eval() and torch.no_grad() are two different things, and both are needed. Write down beforehand
    [(m, m.training) for m in net.modules()], because net.train() afterwards would also wake what was frozen.""",
    helps=[
        is_in_evaluation_mode,
        has_no_gradients,
        restores_every_mode,
        restores_the_gradient_mode,
        leaves_the_numbers,
    ],
)
exercise.hint(
    """register_forward_hook returns a handle; handle.remove() takes this hook away and no other. Put the pass into try, and
    all the tidying up into finally, because that runs whether the pass raises or not, and lets the exception go on.""",
    helps=[leaves_no_hook, tidies_up_after_an_exception],
)
