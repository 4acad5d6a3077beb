"""Checks of vgg. The network is made of a right block, if it calls one: what the student's own gets wrong is not paid again."""

import torch
from torch import nn

from autograder.checks.ch09_modern_cnn._shared import SEED, Parts, asks_for_the_meta_device, gradients_of, made, weights
from autograder.spec import (
    OFF_GRID,
    Close,
    Exercise,
    load_parameters,
    normal,
    right_parts,
    right_shapes,
    rows,
    shapes_of,
    size,
)

SIZES = {"batch": (2, 4), "channels": (2, 7), "out": (2, 7), "height": (8, 11), "width": (8, 11)}
exercise = Exercise(entry=("vgg_block", "vgg"), forbid="models", sizes=SIZES)
TWO = ((1, 5), (2, 6))


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


BLOCK = {"num_convs": 2, "c": size("channels"), "o": size("out")}


@exercise.call(
    **BLOCK,
    seed=SEED,
    X=normal("batch", "channels", "height", "width", shift=OFF_GRID),
    axes=("images", "channels", "rows", "columns"),
)
def block(student, num_convs, c, o, seed, X):
    net = student.vgg_block(num_convs, c, o)
    return load_parameters(net, weights(convolutions(num_convs, c, o), seed, X)).eval()(X)


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
    c=size("channels"),
    o=size("out"),
    cases=rows("num_convs", 1, 2, 4),
    judge=right_shapes([f"convolution {k + 1}" for k in range(4)]),
)
def block_has_its_parameters(student, num_convs, c, o):
    """vgg_block has the weights and biases of num_convs convolutions, in their order"""
    return shapes_of(made(lambda: student.vgg_block(num_convs, c, o), torch.zeros(())))


@block.check(points=0.25, cases=rows("height width", (8, 10)))
def block_does_the_same_in_training(student, num_convs, c, o, seed, X):
    """vgg_block does the same in training mode"""
    net = student.vgg_block(num_convs, c, o)
    return load_parameters(net, weights(convolutions(num_convs, c, o), seed, X), exactly=False).train()(X)


exercise.lets_gradients_through(
    "vgg_block lets gradients flow to the images and to all parameters", points=0.5, name="block_gradients"
)
exercise.keeps_the_dtype("vgg_block works in float64 too, to its full precision", points=0.25, name="block_dtype")
exercise.leaves_its_inputs_alone(
    "vgg_block leaves the images unchanged", points=0.25, name="block_leaves_the_images_alone"
)


# --- the network


def right_block(num_convs, channels, out):
    stack = [
        part
        for shape in convolutions(num_convs, channels, out)
        for part in (nn.Conv2d(shape[1], out, 3, 1, 1), nn.ReLU())
    ]
    return nn.Sequential(*stack, nn.MaxPool2d(2))


def given_a_right_block(student):
    """Puts a right block into the place of the student's, for the functions of the file that call it by its name."""
    return right_parts(student, "vgg", vgg_block=right_block)


def network(student, like, arch, *sizes):
    """A vgg without numbers. What its author's block gets wrong is not seen here."""
    with given_a_right_block(student):
        return made(lambda: student.vgg([*arch], *sizes), like)


@exercise.check(
    points=1,
    judge=right_shapes([f"layer {k + 1} with weights" for k in range(12)]),
    arch=TWO,
    sizes=(1, 10),
    also=rows("arch sizes", (((1, 3),), (3, 7)), (((2, 4), (1, 5), (3, 6)), (2, 5))),
)
def has_its_parameters(student, arch, sizes):
    """vgg has the weights and biases of its convolutions and of its three dense layers, in their order, for any arch"""
    return shapes_of(network(student, torch.zeros(()), arch, *sizes))


def right_but_for_its_block(student):
    with given_a_right_block(student):
        return student.vgg([*TWO], 3, 7)


asks_for_the_meta_device(exercise, right_but_for_its_block, has_its_parameters, who="vgg ")


@exercise.call(arch=TWO, seed=SEED, X=normal(2, 1, 28, 28), axes=("images", "classes"))
def logits(student, arch, seed, X):
    net = network(student, X, arch, X.shape[1])
    return load_parameters(net, weights(shapes(arch, X.shape[1], 10), seed, X)).eval()(X)


@logits.check(
    points=1.25,
    judge=Close(loosen=10),
    also=rows("arch X", (((2, 3),), normal(1, 3, 14, 14)), (((1, 4), (1, 3), (1, 4)), normal(2, 1, 56, 56))),
)
def computes_the_logits():
    """in evaluation mode, vgg maps images to logits as it should: the blocks of arch, then the dense layers"""


PARTS = Parts(
    exercise,
    lambda student, like: network(student, like, TWO),
    names(TWO),
    shapes(TWO, 1, 10),
    into=((1, 28, 28), (5, 14, 14), (6, 14, 14), (294,), (4096,), (4096,)),
    out=((5, 28, 28), (6, 14, 14), (6, 14, 14), (4096,), (4096,), (10,)),  # the third for any pooling
    dropped={"the first dropout": 3, "the second dropout": 4},
)
part = PARTS.call()


@part.check(points=0.5, follows_from=computes_the_logits, layer=3)
def has_the_first_dense_layer():
    """after the blocks, vgg flattens and goes through a dense layer of 4096, then ReLU"""


@part.check(points=0.5, follows_from=computes_the_logits, layer=4)
def has_the_second_dense_layer():
    """vgg goes through another dense layer of 4096, then ReLU"""


@part.check(points=0.5, follows_from=computes_the_logits, layer=5)
def ends_with_the_last_dense_layer():
    """vgg returns what the last dense layer makes, as it is: no ReLU, no softmax, no dropout on it"""


in_training = PARTS.asks_for_dropout(
    "in training mode, vgg drops each element of the first two dense layers on its own with probability 0.5",
    4096,
    needs=computes_the_logits,
    elsewhere="in training mode, vgg drops no pixels, nothing between the blocks and the dense layers, and no logits",
    points=0.25,
)


@logits.check(points=0.5, judge=Close(loosen=1e4), needs=computes_the_logits)
def lets_gradients_through(student, arch, seed, X):
    """vgg lets gradients flow to all parameters"""
    # A ReLU at 0 or a pooling at a tie is decided by rounding now and then, among so many: hence the large tolerance.
    net = network(student, X, arch, X.shape[1])
    load_parameters(net, weights(shapes(arch, X.shape[1], 10), seed, X)).eval()(X).square().sum().backward()
    return gradients_of(net, names(arch))


@exercise.check(points=0.25, needs=has_its_parameters, form="list", arch=TWO, also=[{"form": "tuple"}])
def leaves_arch_alone(student, form, arch):
    """vgg takes a list or a tuple, and leaves it as it is"""
    given = [*arch] if form == "list" else arch
    with torch.device("meta"), given_a_right_block(student):
        student.vgg(given)
    return {"arch afterwards": given}


exercise.leaves_its_inputs_alone(
    "vgg leaves the images unchanged", points=0.25, about=[computes_the_logits, lets_gradients_through]
)


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
