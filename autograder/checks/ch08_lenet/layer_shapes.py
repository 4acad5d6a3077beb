"""Checks of layer_shapes. Only the first ones judge the shapes; the others look at how net was called and what became of it."""

from torch import nn

from autograder.spec import Exercise, Unfit, Wired, describe, normal, passes, rows, size

exercise = Exercise(entry="layer_shapes", sizes=passes.SIZES, gradients=False)


def without_batch(c, d, e, **_):
    return nn.Sequential(nn.Unflatten(0, (c, d)), nn.Linear(d, e)), (c * d,)


def registered_otherwise(n, c, d, e, **_):
    return Wired("in mid out", {"out": nn.Linear(d, e), "in": nn.Linear(c, d), "mid": nn.LayerNorm(d)}), (n, c)


def one_layer(n, c, d, h, **_):
    return nn.Conv1d(c, d, 3), (n, c, h)


NETS = passes.NETWORKS | {net.__name__: net for net in (without_batch, registered_otherwise, one_layer)}


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


NET = {"net": "as_lenet", "sizes": {name: size(name) for name in passes.SIZES}}


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


FORM, KIND, CALLED = "shape of its input", "dtype and device of its input", "features that reached it"


@exercise.call(kind="float32", form="tuple", show=[KIND, CALLED], n=size("n"), c=size("c"), d=size("d"))
def called(student, show, kind, form, n, c, d):
    return passes.reached(student.layer_shapes, show, kind, form, n, c, d)


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


@exercise.call(W=normal("d", "d"), n=size("n"), awake=passes.PARTS, enabled=True, show=[])
def visited(student, W, n, awake, enabled, show):
    found = passes.visited(student.layer_shapes, W, n, awake, enabled)
    return {name: value for name, value in found.items() if name in (CALLED, *show)}


@visited.check(points=0.75, show=["in training mode meanwhile"], cases=passes.MODES + rows("n", 1))
def is_in_evaluation_mode():
    """net and all modules in it are in evaluation mode meanwhile, so that a batch of 1 is enough for batch normalization"""


@visited.check(points=0.5, show=["gradients meanwhile"])
def has_no_gradients():
    """gradients are off meanwhile"""


@visited.check(points=1, show=["modes afterwards"], cases=passes.MODES)
def restores_every_mode():
    """afterwards every module is in the mode in which it was before, each on its own"""


@visited.check(points=0.75, show=["hooks afterwards", "forward replaced"])
def leaves_no_hook():
    """leaves no hook behind, and those that were there before where they are"""


@exercise.check(points=0.5, W=normal("d", "d"), n=size("n"), awake=passes.PARTS, also=rows("awake", ["norm"]))
def tidies_up_after_an_exception(student, W, n, awake):
    """where the pass raises, the exception reaches the caller, and modes and hooks are as after any other pass"""
    return passes.visited_in_vain(student.layer_shapes, W, n, awake)


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
