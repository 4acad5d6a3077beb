"""Checks of complexity.

Parameters and flops are judged apart, in whatever order they come, and flops without the factor 2: each has a check of
its own, as biases have. So the networks in which other layers are counted are stripped of all that counts nothing.
"""

import torch
from torch import nn

from autograder.messages import N_, _
from autograder.spec import By, Exercise, Family, Mistake, drawn, named, normal, number, passes, rows, size

COUNTERS = Family(
    name="counters",
    names=("torch.utils.flop_counter",),
    modules=("fvcore", "thop", "torchinfo", "ptflops"),
    advice=N_("Count yourself: let a hook at each layer add what its output took."),
)
# No size is 2, and no kernel has a side of 2: what is left out shows beside the factor 2.
SIZES = {name: (8, 12) if name in ("h", "w") else (3, 12) for name in passes.SIZES}
exercise = Exercise(entry="parameters_and_flops", sizes=SIZES, forbid=COUNTERS, gradients=False, optimizers=True)


def norm_and_gate(n, c, **_):
    return passes.Gate(nn.LayerNorm(c), nn.Linear(c, c)), (n, c)


def with_buffers(n, c, d, **_):
    return nn.Sequential(nn.Linear(c, d), nn.BatchNorm1d(d, affine=False)), (n, c)


def half_frozen(n, c, d, **_):
    return nn.Sequential(nn.Linear(c, d), nn.Linear(d, c).requires_grad_(False)), (n, c)


def tied(n, c, **_):
    net = nn.Sequential(nn.Linear(c, c), nn.Linear(c, c))
    net[1].weight = net[0].weight
    return net, (n, c)


def one_layer(n, c, d, h, w, **_):
    return nn.Conv2d(c, d, 3), (n, c, h, w)


NETS = passes.NETWORKS | {net.__name__: net for net in (norm_and_gate, with_buffers, half_frozen, tied, one_layer)}
DRAWN = {name: size(name) for name in SIZES}


def counts(found):
    """Both numbers by their names, whatever type they have: that is for `returns_a_pair_of_ints`."""
    return number(named(found, "parameters", "flops"))


def counted(name, *parts):
    """A judge of one of the two numbers, whichever comes first, which may be any of these parts of what is right."""

    def judge(got, want):
        found = [n for n in got.values() if isinstance(n, int)]
        if any(want[name] // part in found for part in parts):
            return None
        text = _("{name}: expected {expected}, got {got}")
        return Mistake(text.format(name=name, expected=want[name], got=got[name]), code=f"{got[name]}")

    return By(judge)


parameters, flops, all_flops = counted("parameters", 1), counted("flops", 1, 2), counted("flops", 1)


def huge(d):
    """An odd batch and odd numbers of inputs and outputs, whose product no float holds. The input itself is small."""
    return [2 * int(torch.randint(low, 2 * low, (), generator=d.generator)) + 1 for low in (4, 10**3, 10**12)]


def first_parameters(got, want):
    if got["parameters"] == want["parameters"]:
        return None
    return Mistake(_("the flops come first, then the parameters"), code="flops first")


@exercise.call(net="as_lenet", sizes=DRAWN, then=counts, judge=parameters)
def of_net(student, net, sizes):
    made, shape = NETS[net](**sizes)
    return student.parameters_and_flops(made, shape)


@of_net.check(points=0.5, cases=rows("net", "as_lenet", "dense"))
def counts_parameters():
    """counts the parameters of convolutions and dense layers, biases too"""


@of_net.check(points=0.5, cases=rows("net", "norm_and_gate", "half_frozen", "never_called"))
def counts_all_parameters():
    """counts parameters of all modules, also of those that hold others or are never called, and frozen ones"""


@of_net.check(points=0.5, cases=rows("net", "with_two_names", "tied"))
def counts_each_parameter_once():
    """counts a parameter once that is in several places, with its layer or without"""


@of_net.check(points=0.25, net="with_buffers")
def counts_no_buffers():
    """counts no buffers among the parameters"""


@exercise.call(options={"kernel_size": 3}, groups=1, **DRAWN, then=counts, judge=flops)
def of_convolution(student, options, groups, n, c, d, h, w):
    net = nn.Sequential(nn.Conv2d(groups * c, groups * d, groups=groups, bias=False, **options))
    return student.parameters_and_flops(net, (n, groups * c, h, w))


@of_convolution.check(points=0.5)
def counts_a_convolution():
    """counts the flops of a convolution (whether a multiply-add is 1 or 2 has a check of its own)"""


OPTIONS = (
    *({}, {"stride": 2}, {"stride": (2, 3), "padding": (1, 2)}, {"dilation": 2}, {"padding": "same"}),
    *({"padding": 1, "padding_mode": "circular"}, {"padding": "same", "padding_mode": "reflect", "dilation": (2, 1)}),
)


@of_convolution.check(points=0.5, cases=rows("options", *({"kernel_size": (4, 3), **more} for more in OPTIONS)))
def counts_any_convolution():
    """counts the flops of convolutions with any kernel, stride, padding, padding mode and dilation"""


@of_convolution.check(points=0.5, cases=rows("groups", 3) + rows("groups c d", (5, 1, 1), (4, 1, 3)))
def counts_groups():
    """counts the flops of convolutions in groups, depthwise ones too"""


@exercise.call(axes_before=[size("n")], c=size("c"), d=size("d"), then=counts, judge=flops)
def of_dense(student, axes_before, c, d):
    net = nn.Sequential(nn.Linear(c, d, bias=False))
    return student.parameters_and_flops(net, (*axes_before, c))


@of_dense.check(points=0.5, also=rows("n", 1))
def counts_a_dense_layer():
    """counts the flops of a dense layer"""


@of_dense.check(points=0.5, cases=rows("axes_before", [size("n"), size("e")], [size("n"), size("e"), size("f")]))
def counts_further_axes():
    """counts the flops of a dense layer whose input has further axes"""


@of_convolution.check(points=0.5, judge=all_flops, needs=counts_a_convolution)
def counts_2_for_a_multiply_add():
    """counts 2 flops for a multiplication with its addition"""


@of_net.check(points=0.5, judge=flops, cases=rows("net", "as_lenet", "dense", "blocks"))
def counts_nothing_else():
    """counts no flops of biases, activations, pooling and norms"""


def bare(net):
    """A network without what counts no flops: biases, activations, norms."""
    for part in list(net.modules()):
        if type(part) in (nn.Conv2d, nn.Linear):
            part.bias = None
        for name, child in list(part.named_children()):
            if not [*child.children()] and type(child) not in (nn.Conv2d, nn.Linear):
                setattr(part, name, nn.Identity())
    return net


@exercise.call(net="called_twice", sizes=DRAWN, then=counts, judge=flops)
def of_bare(student, net, sizes):
    made, shape = NETS[net](**sizes)
    return student.parameters_and_flops(bare(made), shape)


@of_bare.check(points=0.5, cases=rows("net", "called_twice", "never_called", "with_two_names"))
def follows_the_calls():
    """counts the flops of each call: of two where a layer is called twice, of none where it never is"""


@of_bare.check(points=0.5, cases=rows("net", "blocks", "own_classes", "one_layer"))
def goes_to_any_depth():
    """counts the flops of layers inside of modules at any depth, and where net is a layer itself"""


@exercise.call(huge=drawn(huge), then=counts, judge=flops)
def of_huge(student, huge):
    n, c, d = huge
    net = nn.Linear(c, d, bias=False, device="meta")
    return student.parameters_and_flops(net, (n, c))


@of_huge.check(points=0.25)
def is_exact():
    """is exact for the largest networks, on the meta device, where they cost nothing"""


FORM, KIND, CALLED = "shape of its input", "dtype and device of its input", "features that reached it"


@exercise.call(kind="float32", form="tuple", show=[KIND, CALLED], n=size("n"), c=size("c"), d=size("d"))
def called(student, show, kind, form, n, c, d):
    return passes.reached(student.parameters_and_flops, show, kind, form, n, c, d)


@called.check(points=0.25, show=[FORM], cases=rows("form", "tuple", "list", "Size"))
def takes_the_shape():
    """calls net with an input of input_shape, which may be a tuple, a list or a torch.Size"""


@called.check(points=0.25, cases=rows("kind", "float64", "bfloat16"))
def takes_the_dtype_of_net():
    """makes the input in the dtype of net's first parameter"""


@called.check(points=0.25, kind="meta")
def takes_the_device_of_net():
    """makes the input on the device of net's first parameter, which may be the meta device"""


@called.check(points=0.25, kind="none")
def needs_no_parameters():
    """makes a float32 input on the CPU where net has no parameters"""


@of_net.check(points=0.25, judge=By(first_parameters), needs=counts_parameters)
def gives_the_parameters_first():
    """gives the parameters first, then the flops"""


returns_a_pair_of_ints = exercise.returns_python_numbers(
    "returns a tuple of two Python ints",
    points=0.25,
    name="returns_a_pair_of_ints",
    about=[counts_parameters, counts_any_convolution, counts_groups, counts_further_axes],
)


@exercise.call(W=normal("d", "d"), n=size("n"), awake=passes.PARTS, enabled=True, show=[])
def visited(student, W, n, awake, enabled, show):
    found = passes.visited(student.parameters_and_flops, W, n, awake, enabled)
    return {name: value for name, value in found.items() if name in (CALLED, *show)}


@visited.check(points=0.25, show=["in training mode meanwhile"], cases=passes.MODES + rows("n", 1))
def is_in_evaluation_mode():
    """net and all modules in it are in evaluation mode meanwhile, so that a batch of 1 is enough for batch normalization"""


@visited.check(points=0.25, show=["gradients meanwhile", "gradients afterwards"], cases=rows("enabled", True, False))
def has_no_gradients():
    """gradients are off meanwhile, and afterwards on or off as they were before"""


@visited.check(points=0.5, show=["modes afterwards"], cases=passes.MODES)
def restores_every_mode():
    """afterwards every module is in the mode in which it was before, each on its own"""


@visited.check(points=0.5, show=["hooks afterwards", "forward replaced"])
def leaves_no_hook():
    """leaves no hook behind, and those that were there before where they are"""


@exercise.check(points=0.25, W=normal("d", "d"), n=size("n"), awake=passes.PARTS, also=rows("awake", ["norm"]))
def tidies_up_after_an_exception(student, W, n, awake):
    """where the pass raises, the exception reaches the caller, and modes and hooks are as after any other pass"""
    return passes.visited_in_vain(student.parameters_and_flops, W, n, awake)


@visited.check(points=0.25, awake=(), show=["values afterwards", ".grad afterwards", "requires_grad afterwards"])
def leaves_the_numbers():
    """leaves parameters, buffers, .grad and requires_grad as they are"""


exercise.hint(
    """The parameters are there to be counted. The flops are not: they depend on what passes through, and how often. Which
    method of nn.Module lets you be called back whenever a layer was called?"""
)
exercise.hint(
    """net.parameters() goes through all parameters of net at any depth, each once, also one that several layers share, and
    frozen ones. Buffers are not among them. p.numel() says how many elements one has.""",
    helps=[counts_parameters, counts_all_parameters, counts_each_parameter_once, counts_no_buffers],
)
exercise.hint(
    """Each element of the output is a sum of products: how many? In a dense layer in_features. In a convolution the window
    has in_channels / groups channels, and kernel_size is a pair. The output knows the rest: output.numel() has the batch,
    all channels and all places in it, whatever stride and padding are.""",
    helps=[of_convolution, of_dense],
)
exercise.hint(
    """Hang a hook at each module of net.modules() that is one of the two kinds: hook(layer, inputs, output) is called at each
    call, and adds its flops to a list. So a layer that is called twice counts twice, at any depth.""",
    helps=[of_bare, counts_nothing_else],
)
exercise.hint(
    """A tensor without elements, torch.zeros(0), can stand in for a first parameter that is missing: both know dtype and
    device, which is all that the input needs. On the meta device it has a shape and no numbers.""",
    helps=called,
)
exercise.hint(
    """numel() is an int of Python, and sums and products of these are exact. Divide with //, since / makes a float.""",
    helps=[is_exact, returns_a_pair_of_ints],
)
exercise.hint(
    """Write down the mode of each module beforehand. Put net.eval() and the pass under torch.no_grad() into try, and
    into finally what puts each mode back and takes away each hook with handle.remove(): it runs in any case.""",
    helps=[visited, tidies_up_after_an_exception],
)
