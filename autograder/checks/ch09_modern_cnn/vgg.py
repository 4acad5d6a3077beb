"""Checks of vgg. The network may be made of the student's own block: what that gets wrong is not paid again."""

from contextlib import suppress
from dataclasses import replace

import torch
from torch.nn import functional as F

from autograder.checks.ch09_modern_cnn._shared import drops_one_half, gradients_of, made, weights
from autograder.spec import (
    OFF_GRID,
    Close,
    Exercise,
    Layers,
    Threshold,
    filled,
    lesson,
    load_parameters,
    normal,
    pixels,
    right_shapes,
    rows,
    shapes_of,
    size,
    teach,
    test_accuracy,
    whole,
)

SIZES = {"batch": (2, 3), "channels": (2, 6), "out": (2, 6), "height": (5, 9), "width": (5, 9)}
exercise = Exercise(entry=("vgg_block", "vgg"), forbid="models", sizes=SIZES)
SEED = whole(0, 10**6)
TWO = [[1, 5], [2, 6]]


def convolutions(num_convs, channels, out):
    return [(out, c, 3, 3) for c in [channels] + [out] * (num_convs - 1)]


def shapes(arch, channels, num_classes):
    found = []
    for num_convs, out in arch:
        found += convolutions(num_convs, channels, out)
        channels = out
    return [*found, (4096, channels * 49), (4096, 4096), (num_classes, 4096)]


def names(arch):
    """What messages call the layers with weights."""
    blocks = [
        f"convolution {k + 1} of block {b + 1}" for b, (num_convs, _out) in enumerate(arch) for k in range(num_convs)
    ]
    return [*blocks, "the first dense layer", "the second dense layer", "the last dense layer"]


# --- the block


BLOCK = {"num_convs": 2, "channels": size("channels"), "out": size("out")}


@exercise.call(
    **BLOCK,
    seed=SEED,
    X=normal("batch", "channels", "height", "width", shift=OFF_GRID),
    axes=("images", "channels", "rows", "columns"),
)
def block(student, num_convs, channels, out, seed, X):
    net = student.vgg_block(num_convs, channels, out)
    return load_parameters(net, weights(convolutions(num_convs, channels, out), seed, X)).eval()(X)


@block.check(points=1.25, cases=rows("num_convs height width", (1, 6, 8), (2, 6, 8), (3, 8, 6)))
def convolves_and_pools():
    """vgg_block: num_convs convolutions of 3x3 with padding 1, each with a ReLU, then max pooling of 2x2 with stride 2"""


@block.check(
    points=0.5,
    also=rows("height width", (7, 4), (2, 3), (2, 2), (5, 9))
    + rows("batch channels out", (1, 1, 1))
    + rows("channels out", (4, 4)),
)
def takes_images_of_any_size():
    """vgg_block takes images with any number of rows, columns and channels; sizes round down"""


@exercise.check(
    points=0.5,
    num_convs=2,
    channels=size("channels"),
    out=size("out"),
    cases=rows("num_convs", 1, 2, 4),
    judge=right_shapes([f"convolution {k + 1}" for k in range(4)]),
)
def block_has_its_parameters(student, num_convs, channels, out):
    """vgg_block has the weights and biases of num_convs convolutions, in their order"""
    return shapes_of(made(lambda: student.vgg_block(num_convs, channels, out), torch.zeros(())))


@block.check(points=0.25)
def block_does_the_same_in_training(student, num_convs, channels, out, seed, X):
    """vgg_block does the same in training mode"""
    net = student.vgg_block(num_convs, channels, out)
    return load_parameters(net, weights(convolutions(num_convs, channels, out), seed, X), exactly=False).train()(X)


exercise.lets_gradients_through("vgg_block lets gradients flow to the images and to all parameters", points=0.5)
exercise.keeps_the_dtype("vgg_block works in float64 too, to its full precision", points=0.25)
exercise.leaves_its_inputs_alone(
    "vgg_block leaves the images unchanged", points=0.25, name="block_leaves_the_images_alone"
)


# --- the network


class OrOfItsOwnBlocks(Close):
    """Right are the logits of the reference, and those that the student's own blocks lead to."""

    def verdict(self, got, want, inputs):
        parts = {
            "value": want.value["logits"],
            "exact": want.exact["logits"],
            "spread": [s["logits"] for s in want.spread],
        }
        logits, own = got["logits"], got["of its own blocks"]
        mistake = super().verdict(logits, replace(want, **parts, tolerances={}), inputs)
        if mistake and own is not None and own.shape == logits.shape and torch.allclose(logits, own, 1e-3, 1e-3):
            return None
        return mistake


@exercise.check(
    points=1,
    judge=right_shapes(names([[3, 1]] * 3)),
    arch=TWO,
    sizes=(1, 10),
    also=rows("arch sizes", ([[1, 3]], (3, 7)), ([[2, 4], [1, 5], [3, 6]], (2, 5))),
)
def has_its_parameters(student, arch, sizes):
    """vgg has the weights and biases of its convolutions and of its three dense layers, in their order, for any arch"""
    return shapes_of(made(lambda: student.vgg(arch, *sizes), torch.zeros(())))


@exercise.check(points=0.25, needs=has_its_parameters, arch=TWO)
def can_be_made_without_memory(student, arch):
    """vgg can be made under torch.device("meta"), with all its parameters there"""
    with torch.device("meta"):
        net = student.vgg(arch, 3, 7)
    return {"its parameters are on": sorted({str(p.device) for p in net.parameters()})}


def loaded(student, arch, seed, X):
    values = weights(shapes(arch, X.shape[1], 10), seed, X)
    return load_parameters(made(lambda: student.vgg(arch, X.shape[1]), X), values), values


def of_its_own_blocks(student, arch, values, X):
    """The logits of a network of the student's blocks; None where they are of no use."""
    rest = list(values)
    with suppress(Exception):
        for num_convs, out in arch:
            mine = [rest.pop(0) for _value in range(2 * num_convs)]
            X = load_parameters(student.vgg_block(num_convs, X.shape[1], out), mine).eval()(X)
        X = X.flatten(1)
        for k in (0, 2, 4):
            X = F.linear(X if k == 0 else X.relu(), rest[k], rest[k + 1])
        return X
    return None


@exercise.call(arch=TWO, seed=SEED, X=normal(2, 1, 28, 28), axes=("images", "classes"))
def logits(student, arch, seed, X):
    net, values = loaded(student, arch, seed, X)
    return {"logits": net.eval()(X.clone()), "of its own blocks": of_its_own_blocks(student, arch, values, X)}


@logits.check(
    points=1.5,
    judge=OrOfItsOwnBlocks(loosen=10),
    also=rows("arch X", ([[2, 3]], normal(1, 3, 14, 14)), ([[1, 4], [1, 3], [1, 4]], normal(2, 1, 56, 56))),
)
def computes_the_logits():
    """in evaluation mode, vgg maps images to logits as it should: the blocks of arch, then the dense layers"""


# What each layer is given and gives on, whatever those before it do. The last convolution gives 14x14, for any pooling.
LAYERS, DENSE = names(TWO), {"the first dense layer": 3, "the second dense layer": 4, "the last dense layer": 5}
INTO = ((1, 28, 28), (5, 14, 14), (6, 14, 14), (294,), (4096,), (4096,))
OUT = ((5, 28, 28), (6, 14, 14), (6, 14, 14), (4096,), (4096,), (10,))
GIVEN = {"into": [normal(2, *shape) for shape in INTO], "out": [normal(2, *shape, away=0.1) for shape in OUT]}
DROPPED = {"the first dropout": 3, "the second dropout": 4}


@exercise.call(arch=TWO, seed=SEED, **GIVEN)
def part(student, arch, seed, into, out, layer):
    values = weights(shapes(arch, 1, 10), seed, into[0], layer)
    net = load_parameters(made(lambda: student.vgg(arch), into[0]), values, exactly=False)
    return Layers(net.eval(), LAYERS, into, out).around(layer)


@part.check(points=0.5, follows_from=computes_the_logits, layer=3)
def has_the_first_dense_layer():
    """after the blocks, vgg flattens and goes through a dense layer of 4096, then ReLU"""


@part.check(points=0.5, follows_from=computes_the_logits, layer=4)
def has_the_second_dense_layer():
    """vgg goes through another dense layer of 4096, then ReLU"""


@part.check(points=0.5, follows_from=computes_the_logits, layer=5)
def ends_with_the_last_dense_layer():
    """vgg returns what the last dense layer makes, as it is: no ReLU, no softmax, no dropout on it"""


@exercise.call(
    arch=TWO, **{**GIVEN, "out": [*GIVEN["out"][:3], filled(1.0, 2, 4096), filled(1.0, 2, 4096), normal(2, 10)]}
)
def in_training(student, arch, into, out):
    layers = Layers(made(lambda: student.vgg(arch), into[0]).train(), LAYERS, into, out)
    return {name: layers.after(k) for name, k in DROPPED.items()}


@in_training.check(points=1, judge=drops_one_half(DROPPED, 4096))
def drops_half_of_both():
    """in training mode, vgg drops each element of the first two dense layers on its own with probability 0.5"""


@in_training.check(points=0.25, needs=drops_half_of_both)
def doubles_what_it_keeps(student, arch, into, out):
    """in training mode, what is kept is divided by 0.5"""
    found = in_training.run(student, arch, into, out)
    return {name: reached[reached != 0].unique() for name, reached in found.items()}


@part.check(points=0.25, needs=computes_the_logits, layer=0)
def drops_nothing_else(student, arch, seed, into, out, layer):
    """in training mode, vgg drops no pixels, nothing between the blocks and the dense layers, and no logits"""
    net = made(lambda: student.vgg(arch), into[0])
    modes = [Layers(net.train(training), LAYERS, into, out) for training in (True, False)]
    places = {-1: "what reaches the first layer", 2: "what reaches the first dense layer", 5: "what vgg returns"}
    between = {k: f"what reaches {LAYERS[k + 1]}" for k in (0, 1)}
    return {
        f"{place} is the same in both modes": torch.equal(*(layers.after(k) for layers in modes))
        for k, place in {**places, **between}.items()
    }


@logits.check(points=0.5, judge=Close(loosen=1e4), needs=computes_the_logits)
def lets_gradients_through(student, arch, seed, X):
    """vgg lets gradients flow to all parameters"""
    # A ReLU at 0 or a pooling at a tie is decided by rounding now and then, among so many: hence the large tolerance.
    net, _values = loaded(student, arch, seed, X)
    net.eval()(X).square().sum().backward()
    return gradients_of(net, names(arch))


exercise.leaves_its_inputs_alone(
    "vgg leaves the images and arch as they are", points=0.25, about=[lets_gradients_through]
)

SETTINGS = {
    "digits": {"train": 1280, "test": 517, "epochs": 1, "batch_size": 32, "learning_rate": 0.01},
    "fashion_mnist": {"train": 1280, "test": 5_000, "epochs": 1, "batch_size": 32, "learning_rate": 0.01},
}


@exercise.check(
    points=1,
    training=True,
    gpu=True,
    needs=computes_the_logits,
    judge=Threshold(test_accuracy, chance=0.1),
    arch=[[1, 8], [1, 16]],
    seed=SEED,
    **lesson(**SETTINGS),
)
def learns_real_images(student, arch, seed, lesson):
    """vgg learns to recognise real images that it has not seen in training"""
    like = pixels(lesson["images"][:1])
    values = weights(shapes(arch, 1, 10), seed, like, bias=0)
    values[-2] *= 0.1
    net = load_parameters(made(lambda: student.vgg(arch), like), values)
    return teach(net, lesson, torch.optim.SGD(net.parameters(), lr=lesson["learning_rate"]))


exercise.hint(
    """How many numbers has an image after one block, after two, after five? Each block halves height and width. What do the
    dense layers read when 7x7 pixels and the channels of the last block are left?"""
)
exercise.hint(
    """Only the first convolution of a block goes from in_channels to out_channels; all others go from out_channels to
    out_channels. A kernel of 3x3 with padding 1 keeps the size of the image, and pooling comes once, at the end.""",
    helps=[block, block_has_its_parameters],
)
exercise.hint(
    """Go through arch with a variable that says how many channels come out of the last block: it begins with in_channels, and
    the next block reads that many. Collect the blocks in a list, and hand them to nn.Sequential with a star.""",
    helps=[has_its_parameters, computes_the_logits],
)
exercise.hint(
    """Behind nn.Flatten() come nn.Linear(channels * 7 * 7, 4096), nn.ReLU(), nn.Dropout(0.5), the same once more from 4096, and
    a last nn.Linear without anything behind it. nn.Dropout looks at the mode of the network by itself.""",
    helps=[part, in_training, computes_the_logits],
)
