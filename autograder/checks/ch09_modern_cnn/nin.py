"""Checks of nin. Each block is judged by what its three convolutions make of given tensors, whatever those before it do."""

import torch

from autograder.checks.ch09_modern_cnn._shared import drops_one_half, gradients_of, made, weights
from autograder.spec import (
    Close,
    Exercise,
    Layers,
    filled,
    load_parameters,
    normal,
    right_shapes,
    rows,
    shapes_of,
    whole,
)

exercise = Exercise(entry="nin", forbid="models")

PLACES = ("the {k}x{k} convolution", "the first 1x1 convolution", "the second 1x1 convolution")
LAYERS = [f"{place.format(k=k)} of block {b + 1}" for b, k in enumerate((11, 5, 3, 3)) for place in PLACES]
SEED = whole(0, 10**6)


def shapes(in_channels=1, num_classes=10):
    found, channels = [], in_channels
    for out, k in ((96, 11), (256, 5), (384, 3), (num_classes, 3)):
        found += [(out, channels, k, k), (out, out, 1, 1), (out, out, 1, 1)]
        channels = out
    return found


@exercise.check(points=1.25, judge=right_shapes(LAYERS), sizes=(1, 10), also=[{"sizes": (3, 7)}])
def has_its_parameters(student, sizes):
    """has the weights and biases of its twelve convolutions, in their order, for any number of channels and classes"""
    return shapes_of(made(lambda: student.nin(*sizes), torch.zeros(())))


@exercise.check(points=0.25, needs=has_its_parameters)
def can_be_made_without_memory(student):
    """can be made under torch.device("meta"), with all its parameters there"""
    with torch.device("meta"):
        net = student.nin(3, 7)
    return {"its parameters are on": sorted({str(p.device) for p in net.parameters()})}


@exercise.check(points=0.25, needs=has_its_parameters)
def makes_a_new_network(student):
    """makes a new network at each call"""
    with torch.device("meta"):
        one, other = student.nin(), student.nin()
    held = {id(p) for p in one.parameters()}
    return {"parameters that two networks share": sum(id(p) in held for p in other.parameters())}


@exercise.call(seed=SEED, X=normal(2, 1, 67, 83), axes=("images", "classes"))
def logits(student, seed, X):
    net = made(lambda: student.nin(X.shape[1]), X)
    return load_parameters(net, weights(shapes(X.shape[1]), seed, X)).eval()(X)


@logits.check(points=1, judge=Close(loosen=10), also=rows("X", normal(1, 3, 99, 67)))
def computes_the_logits():
    """in evaluation mode, maps images of any size to logits as it should, block after block"""


# What each convolution is given and gives on.
INTO = [(c, 67, 83) if not b else (c, 4, 5) for b, c in enumerate((1, 96, 256, 384))]
WIDE = (96, 256, 384, 10)
IN = [shape for b, c in enumerate(WIDE) for shape in (INTO[b], (c, 4, 5), (c, 4, 5))]
OUT = [shape for c in WIDE for shape in ((c, 4, 5), (c, 4, 5), (c, 8, 9))]
GIVEN = {"into": [normal(2, *shape) for shape in IN], "out": [normal(2, *shape, away=0.1) for shape in OUT]}


@exercise.call(seed=SEED, **GIVEN, judge=Close(loosen=10))
def block(student, seed, into, out, number):
    own = [3 * number + k for k in range(3)]
    values = [w for k in own for w in weights(shapes(), seed, into[0], k)]
    net = made(student.nin, into[0])
    layers = Layers(load_parameters(net, values, exactly=False).eval(), LAYERS, into, out)
    return {name: made_there for k in own for name, made_there in layers.around(k).items()}


@block.check(points=1.25, follows_from=computes_the_logits, number=0)
def has_the_first_block():
    """block 1: 96 channels, 11x11 with stride 4 and no padding, then max pooling of 3x3 with stride 2"""


@block.check(points=1.25, follows_from=computes_the_logits, number=1)
def has_the_second_block():
    """block 2: 256 channels, 5x5 with padding 2, then max pooling of 3x3 with stride 2"""


@block.check(points=1.25, follows_from=computes_the_logits, number=2)
def has_the_third_block():
    """block 3: 384 channels, 3x3 with padding 1, then max pooling of 3x3 with stride 2"""


@block.check(points=1.25, follows_from=computes_the_logits, number=3)
def has_the_last_block():
    """block 4: a channel for each class, 3x3 with padding 1 and with all three ReLUs, then the mean of each map"""


DROPPED = {"the dropout": 8}
ONES = {**GIVEN, "out": [*GIVEN["out"][:8], filled(1.0, 2, 384, 9, 9), *GIVEN["out"][9:]]}


@exercise.call(**ONES)
def in_training(student, into, out):
    layers = Layers(made(student.nin, into[0]).train(), LAYERS, into, out)
    return {name: layers.after(k).flatten(1) for name, k in DROPPED.items()}


@in_training.check(points=1, judge=drops_one_half(DROPPED, 384 * 4 * 4))
def drops_half_of_the_last_map():
    """in training mode, drops each element of what reaches block 4 on its own with probability 0.5"""


@in_training.check(points=0.25, needs=drops_half_of_the_last_map)
def doubles_what_it_keeps(student, into, out):
    """in training mode, what is kept is divided by 0.5"""
    return {name: t[t != 0].unique() for name, t in in_training.run(student, into, out).items()}


@in_training.check(points=0.25, needs=computes_the_logits)
def drops_nothing_else(student, into, out):
    """in training mode, drops no pixels, nothing else between the blocks, and no logits"""
    layers = Layers(made(student.nin, into[0]).train(), LAYERS, into, out)
    found = {f"what reaches {LAYERS[k + 1]}": layers.after(k) for k in range(-1, 11) if k != 8}
    return {**found, "what the network returns": layers.after(11)}


@logits.check(points=0.5, judge=Close(loosen=1e4), needs=computes_the_logits)
def lets_gradients_through(student, seed, X):
    """lets gradients flow to all parameters"""
    # A ReLU at 0 or a pooling at a tie is decided by rounding now and then, among so many: hence the large tolerance.
    net = load_parameters(made(student.nin, X), weights(shapes(), seed, X)).eval()
    net(X).square().sum().backward()
    return gradients_of(net, LAYERS)


exercise.leaves_its_inputs_alone("leaves the images unchanged", points=0.25)

exercise.hint(
    """Four blocks, each followed by something: the first three by max pooling, the last one by the mean of each map. How many
    maps must the last block have, so that their means are the logits?"""
)
exercise.hint(
    """In a block only the first convolution has a kernel, a stride and a padding; the two of 1x1 go from the block's channels to
    the same number. All three have a ReLU, in the last block too.""",
    helps=[computes_the_logits, block],
)
exercise.hint(
    """Write a function block(channels, out, kernel_size, stride, padding) that returns an nn.Sequential, and call it four times,
    with 96, 256, 384 and num_classes: make new layers at each call.""",
    helps=[has_its_parameters, makes_a_new_network, block],
)
exercise.hint(
    """nn.Dropout(0.5) stands in front of the last block, behind the pooling. nn.AdaptiveAvgPool2d(1) leaves two axes of size 1,
    which nn.Flatten() takes away; X.mean((2, 3)) in a forward of your own does both.""",
    helps=[in_training, has_the_last_block],
)
