"""Checks of dense_to_conv.

What dense_to_conv gets wrong is not asked of fully_convolutional again: weights are loaded into what that returns, or
it is looked at beside what the student's own dense_to_conv makes of the same layers.
"""

from itertools import cycle

import torch
from torch import nn

from autograder.messages import _
from autograder.spec import (
    NO_ERROR,
    By,
    Exercise,
    Mistake,
    Watch,
    Wired,
    condition,
    drawn,
    error_of,
    load_parameters,
    modes,
    normal,
    rows,
    size,
    uniform,
)
from autograder.spec.tools import parameters_of

SIZES = {"n": (2, 4), "channels": (2, 5), "edge": (2, 4), "features": "channels * edge * edge"}
SIZES |= {"height": (6, 9), "width": (6, 9), "small": (2, 4), "large": (11, 14)}
exercise = Exercise(entry=("dense_to_conv", "fully_convolutional", "multi_scale"), forbid="models", sizes=SIZES)
MAPS, PLACES = ("n", "channels", "height", "width"), ("images", "outputs", "rows", "columns")
DROPOUT = nn.modules.dropout._DropoutNd
SOME = "flatten linear relu dropout linear dropout relu linear"
LAYERS = rows("layers", "flatten linear", SOME, "flatten linear linear dropout dropout relu relu linear")
BEGINNINGS = ("flatten linear relu", "", "flatten", "linear", "linear flatten", "relu linear", "linear linear")
BEGINNINGS += ("flatten relu linear", "flatten dropout linear", "flatten flatten linear", "relu flatten linear")


def dense(weight, bias=None):
    layer = nn.Linear(*reversed(weight.shape), bias=bias is not None)
    return load_parameters(layer, [t for t in (weight, bias) if t is not None])


def head_of(layers, weights, rates):
    """Layers of these names. Dense ones take weights and biases in turn, dropout the rates."""
    pairs, p = zip(weights[::2], weights[1::2], strict=True), iter(rates)
    kinds = {"flatten": nn.Flatten, "linear": lambda: dense(*next(pairs)), "relu": nn.ReLU}
    return nn.Sequential(*({**kinds, "dropout": lambda: nn.Dropout(next(p))}[name]() for name in layers.split()))


def taken(student, side, form="pair"):
    """The size of a square kernel in this form, or in the other one if dense_to_conv does not take this: that it takes
    both is a check of its own."""
    forms = [(side, side), side] if form == "pair" else [side, (side, side)]
    first = error_of(ValueError, student.dense_to_conv, nn.Linear(side * side, 1), 1, forms[0])
    return forms[first != NO_ERROR]


def takes_none(student):
    """Whether dense_to_conv takes a layer without bias."""
    return error_of(ValueError, student.dense_to_conv, nn.Linear(1, 1, bias=False), 1, taken(student, 1)) == NO_ERROR


def held(net):
    """Copies of the parameters of a module, in rows: biases have one axis, weights more."""
    found = [p.detach().clone() for p in parameters_of(net)]
    return {"weights": [p.flatten() for p in found if p.dim() > 1], "biases": [p for p in found if p.dim() == 1]}


def filled_with_7(net, other):
    """What another module holds after all that a module holds was filled with 7."""
    for parameter in net.parameters():
        parameter.data.fill_(7)
    return held(other)


def but_for(found, alone, right):
    """What was found, with what is right in its place wherever dense_to_conv alone goes wrong."""
    for kind, values in right.items():
        for k, value in enumerate(values):
            if k >= len(alone[kind]) or not torch.equal(alone[kind][k], value):
                found[kind][k : k + 1] = [value]
        if len(alone[kind]) > len(values):
            del found[kind][len(values) :]
    return found


FIRST, ALL = "shape of the first weight", "elements of the weights"
LAYER = "layer, when all numbers of the convolution are 7"


def shapes(net):
    """The shape of the first weight, which no check goes without, since it shows that something was made."""
    found = [p for p in parameters_of(net) if p.dim() > 1]
    return {FIRST: [[*p.shape] for p in found[:1]], ALL: [p.numel() for p in found]}


@exercise.call(
    weights=[normal("outputs", "features"), normal("outputs")],
    c=size("channels"),
    side=size("edge"),
    frozen=False,
    show=[],
    results={"weight": PLACES[1:]},
)
def converted(student, weights, c, side, frozen, show):
    layer = dense(*weights)
    layer.weight.requires_grad_(not frozen)
    conv = student.dense_to_conv(layer, c, taken(student, side))
    found = {
        **{**shapes(conv), **held(conv), **condition(layer)},
        "weight": next((p.detach().clone() for p in conv.parameters() if p.dim() > 1), None),
        "its numbers, sorted": [weight.sort().values for weight in held(conv)["weights"]],
        "returned": "nn.Conv2d" if isinstance(conv, nn.Conv2d) else type(conv).__name__,
        "requires_grad": sorted({p.requires_grad for p in conv.parameters()}),
        LAYER: filled_with_7(conv, layer),
    }
    return {name: found[name] for name in (FIRST, *show)}


@converted.check(points=0.75, show=["weight"], also=rows("channels", 1) + rows("outputs", 1))
def lays_the_weights():
    """dense_to_conv puts each of the layer's weights where the kernel meets the same number of the map"""


@converted.check(points=0.5, show=["biases"])
def copies_the_bias():
    """dense_to_conv gives the convolution the layer's bias"""


@converted.check(points=0.25, show=["biases"], weights=[normal("outputs", "features")])
def needs_no_bias():
    """dense_to_conv makes a convolution without bias of a layer without one"""


FORMS = rows("kernel_size", (3, 2), (2, 3), (1, 4), (2, 2), 2, 1)


@exercise.check(points=0.5, c=size("channels"), outputs=size("outputs"), kernel_size=1, cases=FORMS)
def takes_ints_and_pairs(student, c, outputs, kernel_size):
    """dense_to_conv takes the size of the kernel as (height, width), and as an int for both"""
    h, w = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    conv = student.dense_to_conv(nn.Linear(c * h * w, outputs), c, kernel_size)
    return [[*p.shape] for p in parameters_of(conv) if p.dim() > 1]


@exercise.check(
    points=0.25,
    c=size("channels"),
    K=normal("outputs", "channels", "edge", "edge"),
    X=normal(*MAPS),
    also=rows("n height width", (1, 9, 6)) + rows("edge height width", (3, 3, 3), (4, 4, 7)),
    axes=PLACES,
)
def slides_over_larger_maps(student, c, K, X):
    """dense_to_conv's convolution has an output for each place of the kernel inside of the map: stride 1, no padding"""
    conv = student.dense_to_conv(nn.Linear(K[0].numel(), len(K)), c, taken(student, K.shape[2]))
    return load_parameters(conv, [K, torch.zeros_like(K[:, 0, 0, 0])], exactly=False)(X)


@exercise.check(points=0.25, c=size("channels"), side=size("edge"))
def refuses_other_features(student, c, side):
    """dense_to_conv raises ValueError if and only if the layer's in_features are not in_channels * h * w"""
    kernel, right = taken(student, side), c * side * side
    counts = [right, right - 1, right + 1, 2 * right, side * side, c * side, right + c * side]
    return {f"of {k}": error_of(ValueError, student.dense_to_conv, nn.Linear(k, 3), c, kernel) for k in counts}


@converted.check(points=0.25, show=["returned", "requires_grad"], cases=rows("frozen", False, True))
def makes_a_convolution_to_train():
    """dense_to_conv returns an nn.Conv2d all of whose parameters require grad, also where the layer is frozen"""


@converted.check(points=0.5, show=["its numbers, sorted", LAYER])
def shares_no_memory():
    """dense_to_conv copies: who changes the convolution leaves the layer as it is, and the other way round"""


@converted.check(points=0.25, show=["values afterwards", "requires_grad afterwards"], cases=rows("frozen", False, True))
def leaves_the_layer_as_it_is():
    """dense_to_conv leaves the layer as it is"""


@exercise.check(points=0.25, c=size("channels"), side=size("edge"))
def goes_where_the_layer_is(student, c, side):
    """dense_to_conv makes the convolution on the layer's device, whatever torch's default device is"""
    layer, kernel = nn.Linear(c * side * side, 2), taken(student, side)
    try:
        with torch.device("meta"):
            conv = student.dense_to_conv(layer, c, kernel)
    except RuntimeError:  # the meta device refuses what a GPU would take
        conv = student.dense_to_conv(layer, c, kernel)
    return {**shapes(conv), "on its device": sorted({p.device == layer.weight.device for p in conv.parameters()})}


def rates(d):
    """Two probabilities, neither of which is 0.5."""
    return [round(x + 0.4 * torch.rand((), generator=d.generator).item(), 2) for x in (0.05, 0.55)]


BOTH, HEAD = "modules in both", "head, when all numbers of the result are 7"
KINDS, MODES, AFTERWARDS = "layer by layer", "mode of the result", "modes in head afterwards"


def kinds(part):
    """A layer in words; nothing for what only holds others, and for what is no matter of its check."""
    if isinstance(part, DROPOUT):
        return [f"{type(part).__name__} with p = {part.p}"]
    return ["ReLU"] if isinstance(part, nn.ReLU) else ["a layer with weights"] * bool(part._parameters)


def mode_of(net):
    """The mode of a network and of the dropout in it: that of its other parts makes no difference."""
    minding = {mode for part, mode in zip(net.modules(), modes(net).values(), strict=True) if isinstance(part, DROPOUT)}
    return " and ".join(sorted({modes(net)["net"], *minding}))


LATER = [normal("a"), uniform("b", "a", low=0.1), normal("b"), uniform("k", "b", low=0.1), normal("k")]
BARE = [normal("a", "channels"), normal("a"), normal("b", "a"), None, normal("k", "b"), None]
PARTS = {"layers": SOME, "weights": [uniform("a", "channels", low=0.1), *LATER], "rates": drawn(rates)}


@exercise.call(**PARTS, c=size("channels"), side=1, form="pair", training=True)
def heads(student, layers, weights, rates, c, side, form, training, show):
    right = held(head_of(layers, weights, rates))
    if not takes_none(student):
        weights = [weights[k - 1][:, 0] if t is None else t for k, t in enumerate(weights)]
    head, other = (head_of(layers, weights, rates).train(training) for _twice in range(2))
    net = student.fully_convolutional(head, c, taken(student, side, form))
    linear = [layer for layer in other if isinstance(layer, nn.Linear)]
    alone = nn.ModuleList(student.dense_to_conv(layer, layer.in_features, taken(student, 1)) for layer in linear)
    found = {
        **shapes(net),
        KINDS: [kind for _name, part in net.named_modules(remove_duplicate=False) for kind in kinds(part)],
        MODES: mode_of(net),
        AFTERWARDS: modes(head),
        BOTH: len({*map(id, net.modules())} & {*map(id, head.modules())}),
        **but_for(held(net), held(alone), right),
    }
    found[HEAD] = but_for(filled_with_7(net, head), filled_with_7(alone, other), right)
    return {name: found[name] for name in (FIRST, *show)}


@heads.check(
    points=0.75,
    X=uniform(*MAPS, low=0.1),
    cases=LAYERS + rows("n height width", (1, 1, 1), (3, 6, 1)),
    axes=PLACES,
)
def goes_through_convolutions(student, layers, weights, rates, c, X):
    """fully_convolutional flattens nothing, and has a convolution for each dense layer, of 1x1 for all but the first"""
    net = student.fully_convolutional(head_of(layers, weights, rates), c, taken(student, 1))
    own = [t.reshape(*t.shape, 1, 1) if t.dim() == 2 else 0 * t for t in weights]
    return load_parameters(net, own, exactly=False).eval()(X)


@heads.check(
    points=0.25,
    show=[ALL],
    weights=[normal("a", "features"), *LATER],
    side=size("edge"),
    cases=rows("form", "pair", "int"),
)
def gives_the_kernel_size_to_the_first():
    """fully_convolutional takes the size of the kernel in both forms, for the first convolution alone"""


@heads.check(points=0.5, show=["weights", "biases"], cases=LAYERS + rows("weights", BARE))
def copies_weights_and_biases():
    """fully_convolutional gives the convolutions the weights and biases of the dense layers"""


@heads.check(points=0.5, show=[KINDS], cases=LAYERS)
def keeps_relu_and_dropout():
    """fully_convolutional keeps each nn.ReLU and nn.Dropout in its place, with the same p"""


@heads.check(points=0.25, show=[MODES], cases=rows("training", False, True))
def takes_the_mode_of_head():
    """what fully_convolutional returns is in the mode of head, with all that is in it"""


@heads.check(points=0.25, cases=rows("layers", *BEGINNINGS))
def refuses_other_heads(student, layers, weights, rates, c):
    """fully_convolutional raises ValueError if and only if head does not begin with nn.Flatten and nn.Linear"""
    head, again = (head_of(layers, weights, rates) for _twice in range(2))
    raised = error_of(ValueError, student.fully_convolutional, head, c, taken(student, 1))
    return shapes(student.fully_convolutional(again, c, taken(student, 1))) if raised == NO_ERROR else raised


@heads.check(points=0.25, show=[BOTH, HEAD])
def shares_nothing_with_head():
    """fully_convolutional returns modules and parameters of its own"""


@heads.check(points=0.25, show=[AFTERWARDS], cases=rows("training", False, True))
def leaves_head_as_it_is():
    """fully_convolutional leaves head as it is, with its flattening and in its mode"""


class Net(nn.Module):
    """A function as a module: that multi_scale takes both is a check of its own."""

    def __init__(self, function):
        super().__init__()
        self.forward = function


def giving(scores):
    """A network that gives each image that comes the next of these scores, whether they come together or one by one."""
    row = cycle(range(len(scores)))
    return Net(lambda images: scores[[next(row) for _image in images]])


@exercise.call(X=normal(*MAPS), sizes=[size("large"), size("small")])
def resized(student, X, sizes):
    seen = {}

    def net(images):
        seen.setdefault(" x ".join(map(str, images.shape[2:])), []).append(images)
        return images.mean((2, 3), keepdim=True)

    student.multi_scale(Net(net), X, sizes)
    return {of: torch.cat(images)[-len(X) :] for of, images in sorted(seen.items())}


@exercise.call(X=normal(*MAPS), scores=normal("n", "k", "p", "q", std=2.0), s=size("edge"), axes=("images", "classes"))
def of_one_size(student, X, scores, s):
    return student.multi_scale(giving(scores), X, [s])


WHOLE = rows("sizes", [size("height"), 1, size("large")], (size("width"), 1, size("large")))


@resized.check(points=0.75, also=WHOLE + rows("n channels", (1, 1)) + rows("height width", (1, 6)))
def resizes_the_images():
    """multi_scale calls net with images of s x s for each size s, resized bilinearly from X"""


@of_one_size.check(points=0.75, also=rows("p q", (1, 1), (1, 3)) + rows("n", 1) + rows("k", 1))
def makes_probabilities():
    """for one size, multi_scale averages the scores over all places, then makes probabilities of the classes of them"""


def is_their_mean(got):
    alone = torch.stack(got["one at a time"])
    if torch.allclose(alone[0], alone[1]):
        return Mistake(_("for each size alone, the result is the same, although the scores are not"), code="constant")
    if torch.allclose(got["together"], alone.mean(0), rtol=1e-4, atol=1e-5):
        return None
    text = _("for several sizes, the result is not the mean of what comes of each size alone")
    return Mistake(text, code=f"off by {(got['together'] - alone.mean(0)).abs().max():.3g}")


@exercise.check(
    points=0.5,
    judge=By(is_their_mean),
    X=normal(*MAPS),
    scores=[normal("n", "k", *places, std=2.0) for places in ((2, 3), (4, 5), (7, 1))],
    sizes=[2, 5, 9],
    also=rows("sizes", [9, 5], [2, 9, 9]),
)
def averages_over_the_sizes(student, X, scores, sizes):
    """for several sizes, multi_scale returns the mean of the probabilities, where each counts as often as it is listed"""
    nets = [giving(rows) for rows in scores]
    net = Net(lambda images: nets[min(images.shape[2] // 4, 2)](images))
    alone = [student.multi_scale(net, X, [s]) for s in sizes]
    return {"together": student.multi_scale(net, X, sizes), "one at a time": alone}


AWAKE = rows("awake", ("net", "norm", "rest"), ("rest",), ())


@exercise.check(points=0.25, X=normal(*MAPS), K=normal("k", "channels", 2, 1), awake=(), cases=AWAKE)
def calls_net_once_for_each_size(student, X, K, awake):
    """multi_scale calls net, a module or a function, once for each size, with all images, and leaves its mode alone"""
    watch, conv = Watch(), nn.Conv2d(K.shape[1], len(K), K.shape[2:], bias=False)
    net = Wired("norm rest conv", {"norm": nn.BatchNorm2d(K.shape[1]), "rest": nn.Dropout(), "conv": conv}, watch)
    for name, module in net.to(X).named_modules():
        module.training = (name or "net") in awake
    student.multi_scale(net, X, [4, 7, 5])
    student.multi_scale(net.forward, X, [3])
    found = {name: watch.notes()[name] for name in ("passes", "in training mode meanwhile")}
    return {**found, "images in a pass": sorted({len(images) for images in watch.inputs}), "afterwards": modes(net)}


@exercise.check(points=0.25, X=normal("n", "channels", 4, 4), sizes=[4], also=rows("sizes", [], ()))
def refuses_no_sizes(student, X, sizes):
    """multi_scale raises ValueError if and only if there are no sizes"""
    given = [X[:0]]

    def net(images):
        given.append(images)
        return images

    raised = error_of(ValueError, student.multi_scale, Net(net), X, sizes)
    return {"raises": raised, "pixels": torch.cat(given).unique()}


VALUES = [resizes_the_images, makes_probabilities]
exercise.keeps_the_dtype(
    "all three work in float64 too, to its full precision, in the dtype of the layer, of head and of X",
    points=0.25,
    about=[lays_the_weights, slides_over_larger_maps, goes_through_convolutions, copies_weights_and_biases, *VALUES],
)
exercise.lets_gradients_through(
    "multi_scale lets gradients flow to X and to what net computes with", points=0.25, about=VALUES
)
exercise.leaves_its_inputs_alone(
    "all three, and the modules that they return, leave maps and images unchanged", points=0.25
)

exercise.hint(
    """Take one channel, a map of 2x2 and one output with the weights (1, 2, 3, 4). nn.Flatten reads the map row by row:
    what is the kernel? And what would a second channel add to the row of weights?"""
)
exercise.hint(
    """The weight of nn.Linear is (outputs, c * h * w), that of nn.Conv2d (outputs, c, h, w). In memory, both go through
    them in the same order, the last axis first. So nothing has to be moved, only the shape is another.""",
    helps=[lays_the_weights, takes_ints_and_pairs],
)
exercise.hint(
    """Assigning to .data, and nn.Parameter(layer.weight.view(...)), make two names for one memory. Inside of
    with torch.no_grad():, copy_ writes the numbers into parameters that the new layer has already, and that require
    grad. Give nn.Conv2d device= and dtype= as the layer's weight has them, and bias=False where layer.bias is None.""",
    helps=[copies_the_bias, needs_no_bias, makes_a_convolution_to_train, shares_no_memory, goes_where_the_layer_is],
)
exercise.hint(
    """Behind the first convolution each place of the map is a row of features. A dense layer reads such a row, without
    its neighbours: dense_to_conv with in_features channels and a kernel of 1x1 does that.""",
    helps=[goes_through_convolutions, gives_the_kernel_size_to_the_first, copies_weights_and_biases],
)
exercise.hint(
    """Loop over head[2:], and put a new layer into a list for each: nn.Dropout takes the p of the one that is there,
    or copy.deepcopy copies a layer as it is. A new nn.Sequential is in training mode; .train(mode) sets any mode, for all
    in it.""",
    helps=[keeps_relu_and_dropout, takes_the_mode_of_head, shares_nothing_with_head, leaves_head_as_it_is],
)
exercise.hint(
    """For each size: F.interpolate with size=(s, s), from X itself and not from what the last size made of it; net; the
    mean over the last two axes; softmax over axis 1. The list of results has one mean more: torch.stack, then axis 0.""",
    helps=[resizes_the_images, makes_probabilities, averages_over_the_sizes],
)
exercise.equivalent("another axis: 1 -> -1", "What softmax is taken of has two axes.")
exercise.equivalent(
    "arguments or results swapped: F.interpolate(X, size=(s, s), mode='bilinear', align_corners... -> "
    "F.interpolate(X, size=(s, s), mode='bilinear')",
    "align_corners is False unless said otherwise.",
)
