"""Checks of Inception.

The block as a whole is judged once. Then each path is looked at alone, by what its convolutions make, and apart from
that the ReLUs and the joining: a mistake in one of them shows in none of the others.
"""

import torch
from torch import Tensor
from torch.nn import functional as F
from torch.overrides import TorchFunctionMode

from autograder.checks.ch09_modern_cnn._shared import awake
from autograder.spec import (
    Close,
    Exercise,
    Unfit,
    distinct,
    drawn,
    fitting,
    load_parameters,
    right_shapes,
    rows,
    shapes_of,
    size,
)

# For each convolution its name, and what dimensions its weight has.
CONVOLUTIONS = {
    "path 1's 1x1 convolution": ("out1", "inputs", 1, 1),
    "path 2's 1x1 convolution": ("mid2", "inputs", 1, 1),
    "path 2's 3x3 convolution": ("out2", "mid2", 3, 3),
    "path 3's 1x1 convolution": ("mid3", "inputs", 1, 1),
    "path 3's 5x5 convolution": ("out3", "mid3", 5, 5),
    "path 4's 1x1 convolution": ("out4", "inputs", 1, 1),
}
NAMES, OUT = list(CONVOLUTIONS), [shape[0] for shape in CONVOLUTIONS.values()]
PATHS = {1: [0], 2: [1, 2], 3: [3, 4], 4: [5]}
IMAGES = ("batch", "inputs", "height", "width")
SIZES = {"batch": (2, 3), "height": (5, 14), "width": (5, 14), "inputs": (2, 12), **dict.fromkeys(OUT, (2, 12))}
exercise = Exercise(entry="Inception", forbid="models", sizes=SIZES)

# The arguments of the constructor.
BLOCK = {
    "in_channels": size("inputs"),
    "c1": size("out1"),
    "c2": (size("mid2"), size("out2")),
    "c3": (size("mid3"), size("out3")),
    "c4": size("out4"),
}


def parameters(d):
    """The weight of each convolution and its biases: each ReLU cuts off some values, and none is met at its kink."""
    found = []
    for shape in map(d.shape, CONVOLUTIONS.values()):
        weight = torch.randn(shape, generator=d.generator, dtype=torch.float64)
        bias = torch.randn(shape[:1], generator=d.generator, dtype=torch.float64)
        found += [weight / weight[0].numel() ** 0.5, 0.3 * bias]
    return [p.to(d.dtype) for p in found]


class Convolutions(TorchFunctionMode):
    """Each convolution, known by how many channels it gives, gives its tensor of ``out``, or else zeros of the images'
    size: so what is wrong in one shows in no other. What reaches it first is kept in ``reached``, and in ``made`` what
    those of ``own`` make of that, or of their tensor of ``into``, without their bias.

    keep: of what is joined, only the part with so many channels is given on.
    """

    def __init__(self, channels, images, own=(), into=(), out=(), keep=0):
        super().__init__()
        self.channels, self.size, self.own, self.into, self.keep = channels, images.shape[2:], own, dict(into), keep
        zeros = {k: images.new_zeros(len(images), c, *self.size) for k, c in enumerate(channels)}
        self.out, self.reached, self.made = zeros | dict(out), {}, {}

    def __torch_function__(self, function, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        if function is F.conv2d:
            given = dict(zip(("input", "weight", "bias"), args, strict=False)) | kwargs
            X, weight, _bias = given.pop("input").clone(), given.pop("weight"), given.pop("bias", None)
            if len(weight) in self.channels:
                k = self.channels.index(len(weight))
                p, q = (max(0, (here - size) // 2) for here, size in zip(X.shape[2:], self.size, strict=True))
                inside = X[:, :, p : X.shape[2] - p, q : X.shape[3] - q]  # without padding that has a layer of its own
                self.reached.setdefault(k, inside.clone())
                if k in self.own and k not in self.made:
                    if k in self.into and inside.shape == self.into[k].shape:
                        inside.copy_(self.into[k])
                    self.made[k] = function(X, weight, None, *args[3:], **given)
                return self.out[k].clone()  # a ReLU may work in place
        if self.keep and function in (torch.cat, torch.concat, torch.concatenate, torch.stack):
            own = [part for part in (args[0] if args else kwargs["tensors"]) if part.shape[1:2] == (self.keep,)]
            if len(own) == 1:
                self.keep = 0
                return own[0]
        return function(*args, **kwargs)


@exercise.check(points=0.75, judge=right_shapes(NAMES), **BLOCK)
def has_its_parameters(student, in_channels, c1, c2, c3, c4):
    """has the weights and biases of its six convolutions, path by path, and has them from the start"""
    with torch.device("meta"):
        return shapes_of(student.Inception(in_channels, c1, c2, c3, c4))


@exercise.check(
    points=0.75,
    **BLOCK,
    weights=drawn(parameters),
    X=distinct(*IMAGES, low=-4.0, high=1.0),
    training_mode=True,
    axes=("images", "channels", "rows", "columns"),
    cases=rows("out1 out2 out3 out4", (3, 3, 3, 3)) + rows("training_mode batch height width", (False, 1, 1, 1)),
)
def computes_the_block(student, in_channels, c1, c2, c3, c4, weights, X, training_mode):
    """gives the right result as a whole, in training and in evaluation mode, for images of any size"""
    return load_parameters(awake(student.Inception(in_channels, c1, c2, c3, c4), X), weights).train(training_mode)(X)


@exercise.call(
    **BLOCK,
    weights=drawn(parameters),
    X=distinct(*IMAGES, low=1.0, high=4.0),
    path=1,
    into=[],
    judge=Close(loosen=10),
)
def path_alone(student, in_channels, c1, c2, c3, c4, weights, X, path, into):
    net = load_parameters(awake(student.Inception(in_channels, c1, c2, c3, c4), X), weights, exactly=False)
    own = PATHS[path]
    for k in own:
        if not any(torch.equal(held, weights[2 * k]) for held in net.parameters()):
            text = "{layer} should have a weight of shape {shape}, but the weights have the shapes {got}"
            got = [shape for shape in shapes_of(net) if len(shape) > 1]
            raise Unfit(text, layer=NAMES[k], shape=list(weights[2 * k].shape), got=got)
    stand_ins = {"into": dict(zip(own[1:], into, strict=True)), "out": dict(zip(own, into, strict=False))}
    with Convolutions([c1, *c2, *c3, c4], X, own, **stand_ins) as seen:
        try:
            net.eval()(X)
        except Exception:  # how the paths are joined is not the matter
            if not seen.made.keys() >= set(own):
                raise
    for k in own:
        if k not in seen.made:
            raise Unfit("nothing reaches {layer}", layer=NAMES[k])
    return {f"what {NAMES[k]} makes": seen.made[k] for k in own}


def inside(channels):
    """What the second convolution of a path is given, and its ReLU leaves as it is."""
    return [distinct("batch", channels, "height", "width", low=0.1, high=1.0)]


@path_alone.check(points=0.75, follows_from=computes_the_block, also=rows("batch", 1) + rows("height", 1))
def has_path_1():
    """path 1 is a 1x1 convolution"""


@path_alone.check(points=1.25, follows_from=computes_the_block, path=2, into=inside("mid2"))
def has_path_2():
    """path 2 is a 1x1 convolution, then a 3x3 convolution with padding 1"""


@path_alone.check(points=1.25, follows_from=computes_the_block, path=3, into=inside("mid3"))
def has_path_3():
    """path 3 is a 1x1 convolution, then a 5x5 convolution with padding 2"""


@path_alone.check(points=1.25, follows_from=computes_the_block, path=4, X=distinct(*IMAGES, low=-4.0, high=-1.0))
def has_path_4():
    """path 4 is max pooling of 3x3 with stride 1 and padding 1, then a 1x1 convolution"""


def signed(*channels):
    """What convolutions are to make, the same at every pixel; none of it is 0."""
    return [distinct("batch", c, 1, 1, low=-3.1, high=2.9) for c in channels]


@exercise.check(
    points=1.25,
    follows_from=computes_the_block,
    **BLOCK,
    X=distinct(*IMAGES),
    path=1,
    made=[],
    judge=Close(loosen=10),
    cases=rows(
        "path made", (1, signed("out1")), (2, signed("mid2", "out2")), (3, signed("mid3", "out3")), (4, signed("out4"))
    ),
)
def has_a_relu_after_each_convolution(student, in_channels, c1, c2, c3, c4, X, path, made):
    """follows each of the six convolutions with a ReLU"""
    net = awake(student.Inception(in_channels, c1, c2, c3, c4), X).to(X).eval()
    own, last = PATHS[path], (c1, c2[1], c3[1], c4)
    out = [(k, values.expand(-1, -1, *X.shape[2:])) for k, values in zip(own, made, strict=True)]
    with Convolutions([c1, *c2, *c3, c4], X, out=out, keep=last[path - 1]) as seen:
        Y = net(X)
    if seen.keep and isinstance(Y, list | tuple) and len(Y) == 4:  # not joined at all
        Y = Y[path - 1]
    elif seen.keep and isinstance(Y, Tensor) and Y.shape[1:2] == (sum(last),):  # but not by torch.cat
        Y = Y.split(last, dim=1)[path - 1]
    return {f"what reaches {NAMES[k]}": seen.reached.get(k) for k in own[1:]} | {f"what path {path} gives": Y}


@exercise.check(points=0.75, follows_from=computes_the_block, **BLOCK, X=distinct(*IMAGES))
def joins_the_paths(student, in_channels, c1, c2, c3, c4, X):
    """joins the paths on the channels, in the order 1, 2, 3, 4"""
    net = awake(student.Inception(in_channels, c1, c2, c3, c4), X).to(X).eval()
    channels = [c1, *c2, *c3, c4]
    out = [(k, X.new_full((len(X), channels[k], *X.shape[2:]), p)) for p, own in PATHS.items() for k in own]
    with Convolutions(channels, X, out=out):
        Y = fitting(net(X), X.new_empty(len(X), c1 + c2[1] + c3[1] + c4, *X.shape[2:]))
    return {"the path that each channel is of": 1 + Y.unique(return_inverse=True)[1]}


NOT_ASKED = [has_a_relu_after_each_convolution, joins_the_paths]
exercise.lets_gradients_through(
    "lets gradients flow to the images and to all twelve parameters", points=1, except_for=NOT_ASKED
)
exercise.keeps_the_dtype(
    "works in float64 too, to its full precision, once its parameters are float64",
    points=0.5,
    except_for=NOT_ASKED,
)
exercise.takes_views("takes images that are views of other tensors, as X.mT is", points=0.25, except_for=NOT_ASKED)
exercise.leaves_its_inputs_alone("leaves the images unchanged", points=0.25, except_for=NOT_ASKED)

exercise.hint(
    """Draw the block: X goes into four paths, and comes out of each with the same height and width. Which padding does
    a kernel of 3x3 need for that, which one a kernel of 5x5, which one a pooling window of 3x3 that moves by 1?"""
)
exercise.hint(
    """A path is a chain of layers, which nn.Sequential makes a single module. Paths 2 and 3 have two convolutions: the
    first goes from in_channels to c2[0] (or c3[0]), the second from there to c2[1] (or c3[1]).""",
    helps=[has_path_1, has_path_2, has_path_3, has_its_parameters],
)
exercise.hint(
    """nn.MaxPool2d moves by its own size unless it is told otherwise: say stride=1. It pads with minus infinity, as it
    should; zeros of your own would beat negative pixels. The convolution of path 4 comes after it.""",
    helps=has_path_4,
)
exercise.hint(
    """Six convolutions, six ReLUs: also between the two convolutions of a path, and at the end of each path.""",
    helps=has_a_relu_after_each_convolution,
)
exercise.hint(
    """torch.cat takes a list of tensors that have the same shape but for one axis, which it is told as dim. Images are
    axis 0. Which one counts the channels?""",
    helps=[joins_the_paths, computes_the_block],
)
exercise.hint(
    """If the parameters do not fit: print [tuple(p.shape) for p in net.parameters()]. You want six pairs of a weight
    and a bias, in the order in which __init__ assigned the layers to self: path by path, not all 1x1 first. Layers in a
    plain Python list are not registered.""",
    helps=[has_its_parameters, computes_the_block],
)

exercise.equivalent(
    "precision lost: nn.Sequential(nn.Conv2d(in_channels, c1, kernel_size=1), nn.... -> "
    "nn.Sequential(nn.Conv2d(in_channels, c1, kernel_size=1), nn.... (2 of 2)",
    "Parameters are float32 when they are made, and take the dtype of the weights that are loaded.",
)
exercise.equivalent(
    "precision lost: nn.Sequential(nn.Conv2d(in_channels, c2[0], kernel_size=1), ... -> "
    "nn.Sequential(nn.Conv2d(in_channels, c2[0], kernel_size=1), ... (2 of 2)",
    "Parameters are float32 when they are made, and take the dtype of the weights that are loaded.",
)
exercise.equivalent(
    "precision lost: nn.Sequential(nn.Conv2d(in_channels, c3[0], kernel_size=1), ... -> "
    "nn.Sequential(nn.Conv2d(in_channels, c3[0], kernel_size=1), ... (2 of 2)",
    "Parameters are float32 when they are made, and take the dtype of the weights that are loaded.",
)
exercise.equivalent(
    "precision lost: nn.Sequential(nn.MaxPool2d(kernel_size=3, stride=1, padding=... -> "
    "nn.Sequential(nn.MaxPool2d(kernel_size=3, stride=1, padding=... (2 of 2)",
    "Parameters are float32 when they are made, and take the dtype of the weights that are loaded.",
)
