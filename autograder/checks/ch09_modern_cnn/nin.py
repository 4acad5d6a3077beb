"""Checks of nin.

The blocks of most solutions share a function, so that a slip in it is in all four. Therefore parts are judged by kind, over
all blocks: their large kernels, their 1x1 convolutions, their ReLUs, and what stands between and behind the blocks.
"""

import torch
from torch import Tensor

from autograder.checks.ch09_modern_cnn._shared import (
    SEED,
    Parts,
    asks_for_a_new_network,
    asks_for_the_meta_device,
    gradients_of,
    made,
    weights,
)
from autograder.spec import Close, Exercise, load_parameters, normal, right_shapes, rows, shapes_of, uniform

exercise = Exercise(entry="nin", forbid="models")

KERNELS = (11, 5, 3, 3)
LAYERS = [
    f"the {which} of block {block}"
    for block, k in enumerate(KERNELS, 1)
    for which in (f"{k}x{k} convolution", "first 1x1 convolution", "second 1x1 convolution")
]
LARGE = [0, 3, 6, 9]
POINTWISE = [k for k in range(12) if k not in LARGE]


def shapes(in_channels=1, num_classes=10):
    widths = [in_channels, 96, 256, 384, num_classes]
    return [
        shape
        for c, out, k in zip(widths, widths[1:], KERNELS, strict=False)
        for shape in ((out, c, k, k), (out, out, 1, 1), (out, out, 1, 1))
    ]


@exercise.check(points=1, judge=right_shapes(LAYERS), inputs={"sizes": (1, 10)}, also=[{"sizes": (3, 7)}])
def has_its_parameters(student, sizes):
    """has the weights and biases of its twelve convolutions, in their order, for any number of channels and classes"""
    return shapes_of(made(lambda: student.nin(*sizes), torch.zeros(())))


MAKING = [
    add(exercise, lambda student: student.nin(3, 7), has_its_parameters)
    for add in (asks_for_the_meta_device, asks_for_a_new_network)
]


@exercise.call(seed=SEED, classes=10, X=normal(2, 1, 99, 131), axes=("images", "classes"))
def scores(student, seed, classes, X):
    net = made(lambda: student.nin(X.shape[1], classes), X)
    return load_parameters(net, weights(shapes(X.shape[1], classes), seed, X)).eval()(X)


# The maps of 87x75 have a row or a column left over at every pooling, and large pixels, which show what normalizes; of
# 67x67 a single pixel remains.
@scores.check(
    points=0.75,
    judge=Close(loosen=10),
    also=rows(
        "classes X", (10, normal(2, 1, 87, 75, std=30.0)), (10, normal(1, 1, 67, 67)), (20, normal(2, 3, 99, 99))
    ),
)
def computes_the_scores():
    """in evaluation mode, maps images of any size from 67 up to scores as it should, layer after layer"""


# What each layer is given and gives on, whatever those before it do. The layers of a block give the same.
PARTS = Parts(
    exercise,
    lambda student, like: made(student.nin, like),
    LAYERS,
    shapes(),
    into=[(1, 67, 71), *2 * [(96, 4, 5)], (96, 5, 6), *2 * [(256, 4, 5)], (256, 5, 6), *2 * [(384, 4, 5)],
          (384, 5, 6), *2 * [(10, 4, 5)]],
    out=[*3 * [(96, 8, 9)], *3 * [(256, 9, 8)], *3 * [(384, 9, 9)], *3 * [(10, 4, 5)]],
    dropped={"the dropout": 8},
    side_by_side=True,
)  # fmt: skip


@exercise.call(seed=SEED, **PARTS.given())
def parts(student, seed, into, out, own):
    layers = PARTS.layers(student, into, out, weights(shapes(), seed, into[0], own))
    return {f"what {LAYERS[k]} makes": layers.made(k) for k in own}


@parts.check(points=1, follows_from=computes_the_scores, own=LARGE)
def has_the_large_kernels():
    """its blocks begin with 11x11, stride 4; 5x5, padding 2; 3x3, padding 1; and 3x3, padding 1"""


@parts.check(points=1, follows_from=computes_the_scores, own=POINTWISE)
def has_two_1x1_convolutions_in_each_block():
    """each block goes on with two convolutions of 1x1"""


SIGNED = [normal(2, channels, 1, 1, away=0.1) for channels, *_size in PARTS.out[::3]]
POSITIVE = [uniform(2, *shape, low=0.1, high=1.0) for shape in PARTS.out[::3]]


@exercise.call(into=PARTS.given()["into"])
def given_maps(student, into, maps, places):
    """What reaches these layers, or the end, where all layers of a block give these maps. Of a map whose pixels are equal
    the peak is told: how it is pooled is no matter then."""
    out = [maps[k // 3].expand(-1, -1, *shape[1:]) for k, shape in enumerate(PARTS.out)]
    layers, found = PARTS.layers(student, into, out), {}
    for k in places:
        reached = layers.reaching(k)
        name = f"what reaches {LAYERS[k]}" if k < len(LAYERS) else "what the network returns"
        is_map = isinstance(reached, Tensor) and reached.dim() == 4 and maps[0].shape[2:].numel() == 1
        found[name] = reached.flatten(2).amax(2) if is_map else reached
    return found


@given_maps.check(points=1, follows_from=computes_the_scores, maps=SIGNED, places=[*range(1, 12)])
def has_a_relu_after_each_convolution():
    """follows each convolution with a ReLU, before what else comes"""


@given_maps.check(points=0.5, follows_from=computes_the_scores, maps=SIGNED, places=[12])
def keeps_the_last_relu():
    """the last block ends with a ReLU as well, and nothing else happens to the scores"""


@given_maps.check(points=1, follows_from=computes_the_scores, maps=POSITIVE, places=[3, 6, 9])
def pools_between_the_blocks():
    """max pooling of 3x3 with stride 2 follows each of the first three blocks, and rounds down"""


@given_maps.check(points=1, follows_from=computes_the_scores, maps=POSITIVE, places=[12])
def takes_the_mean_of_each_map():
    """returns the mean of each map of the last block, as (n, num_classes)"""


in_training = PARTS.asks_for_dropout(
    "in training mode, drops each element that reaches the last block on its own with probability 0.5",
    384 * 4 * 4,
    needs=computes_the_scores,
    elsewhere="in training mode, drops no pixels, nothing inside the blocks or between others, and no scores",
    points=0.25,
    ones=(6, 7, 8),
)


@scores.check(points=0.5, judge=Close(loosen=1e4), needs=computes_the_scores, dtypes=["float64"])
def lets_gradients_through(student, seed, classes, X):
    """lets gradients flow to all parameters"""
    # In float64, where rounding decides at no ReLU and at no pooling.
    net = load_parameters(made(student.nin, X), weights(shapes(), seed, X)).eval()
    net(X).square().sum().backward()
    return gradients_of(net, LAYERS)


exercise.leaves_its_inputs_alone("leaves the images unchanged", points=0.25)


exercise.hint(
    """Begin with the block: a function that makes the three convolutions and their ReLUs. How many arguments does it need?
    Of the three convolutions only one has another kernel, another stride and another padding than the others."""
)
exercise.hint(
    """Of an image of 67x67 the first convolution leaves (67 - 11) // 4 + 1 = 15 rows, since it has no padding, and the three
    poolings 7, 3 and 1. If you get other numbers, look at strides and paddings: those of the 1x1 convolutions are 1 and
    0, because they look at one pixel at a time.""",
    helps=[computes_the_scores, parts, pools_between_the_blocks],
)
exercise.hint(
    """The channels are in_channels, 96, 256, 384, num_classes. The first convolution of a block goes from one of these to the
    next, and the two 1x1 stay there: (96, 96, 1, 1). The last block has a map for each class, because their means are
    the scores.""",
    helps=[has_its_parameters, computes_the_scores],
)
exercise.hint(
    """A ReLU follows each of the twelve convolutions, the last one too, because the last block is made like the others. Then
    come nn.AdaptiveAvgPool2d(1), which works for maps of any size, and nn.Flatten(), which takes its two axes away;
    X.mean(dim=(2, 3)) does both.""",
    helps=[has_a_relu_after_each_convolution, keeps_the_last_relu, takes_the_mean_of_each_map, computes_the_scores],
)
exercise.hint(
    """One nn.Dropout(0.5) between the third pooling and the last block does all that is asked, because it looks at the mode of
    the network. F.dropout does not: it has to be told training=self.training.""",
    helps=[in_training, computes_the_scores],
)
exercise.hint(
    """Make all layers inside of nin(), at each call, by their constructors: what is made there by hand with a fixed
    device="cpu" does not come along to the meta device, nor to a GPU.""",
    helps=[*MAKING, lets_gradients_through],
)

exercise.equivalent(
    "precision lost: nn.Sequential(nn.Conv2d(in_channels, out_channels, kernel_si... -> "
    "nn.Sequential(nn.Conv2d(in_channels, out_channels, kernel_si... (2 of 2)",
    "Parameters are float32 when they are made, and take the dtype of the weights that are loaded.",
)
exercise.equivalent(
    "arguments or results swapped: nn.Conv2d(out_channels, out_channels, kernel_size=1) -> "
    "nn.Conv2d(out_channels, out_channels, kernel_size=1)",
    "Both are out_channels.",
)
exercise.equivalent(
    "precision lost: nn.Sequential(nin_block(in_channels, 96, kernel_size=11, str... -> "
    "nn.Sequential(nin_block(in_channels, 96, kernel_size=11, str... (2 of 2)",
    "Parameters are float32 when they are made, and take the dtype of the weights that are loaded.",
)
