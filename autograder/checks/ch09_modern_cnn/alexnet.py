"""Checks of alexnet.

Sixty million parameters are filled only where all of them matter: for the logits, and for the gradients. What is asked of a
single layer is asked of a network in which that one alone has weights.
"""

import torch

from autograder.checks.ch09_modern_cnn._shared import (
    SEED,
    Parts,
    asks_for_a_new_network,
    asks_for_the_meta_device,
    gradients_of,
    made,
    weights,
)
from autograder.spec import Close, Exercise, load_parameters, normal, right_shapes, shapes_of

exercise = Exercise(entry="alexnet", forbid="models")

CONVOLUTIONS = [f"the {which} convolution" for which in ("first", "second", "third", "fourth", "fifth")]
LAYERS = [*CONVOLUTIONS, "the first dense layer", "the second dense layer", "the last dense layer"]


def shapes(in_channels=1, num_classes=10):
    convolutions = [(96, in_channels, 11, 11), (256, 96, 5, 5), (384, 256, 3, 3), (384, 384, 3, 3), (256, 384, 3, 3)]
    return [*convolutions, (4096, 9216), (4096, 4096), (num_classes, 4096)]


@exercise.check(points=1, judge=right_shapes(LAYERS), inputs={"sizes": (1, 10)}, also=[{"sizes": (3, 7)}])
def has_its_parameters(student, sizes):
    """has the weights and biases of its eight layers, in their order, for any number of channels and classes"""
    return shapes_of(made(lambda: student.alexnet(*sizes), torch.zeros(())))


MAKING = [
    add(exercise, lambda student: student.alexnet(3, 7), has_its_parameters)
    for add in (asks_for_the_meta_device, asks_for_a_new_network)
]

PARTS = Parts(
    exercise,
    lambda student, like: made(student.alexnet, like),
    LAYERS,
    shapes(),
    into=((1, 223, 254), (96, 5, 6), (256, 4, 5), (384, 4, 5), (384, 4, 5), (9216,), (4096,), (4096,)),
    out=((96, 8, 9), (256, 8, 9), (384, 4, 5), (384, 4, 5), (256, 13, 13), (4096,), (4096,), (10,)),
    dropped={"the first dropout": 5, "the second dropout": 6},
)
part = PARTS.call()


@exercise.call(seed=SEED, X=normal(2, 1, 223, 254), axes=("images", "classes"))
def logits(student, seed, X):
    return load_parameters(made(student.alexnet, X), weights(shapes(), seed, X)).eval()(X)


@logits.check(points=0.75, judge=Close(loosen=10), memory_mb=1500)
def computes_the_logits():
    """in evaluation mode, maps images to logits as it should, layer after layer"""


@part.check(points=0.75, follows_from=computes_the_logits, layer=0)
def has_the_first_stage():
    """convolves with 96 kernels of 11x11, stride 4 and padding 2, then ReLU, then max pooling of 3x3 with stride 2"""


@part.check(points=0.75, follows_from=computes_the_logits, layer=1)
def has_the_second_stage():
    """convolves with 256 kernels of 5x5 and padding 2, then ReLU, then max pooling of 3x3 with stride 2"""


@part.check(points=0.75, follows_from=computes_the_logits, layer=2)
def has_the_third_convolution():
    """convolves with 384 kernels of 3x3 and padding 1, then ReLU"""


@part.check(points=0.75, follows_from=computes_the_logits, layer=3)
def has_the_fourth_convolution():
    """convolves once more with 384 kernels of 3x3 and padding 1, then ReLU"""


@part.check(points=0.75, follows_from=computes_the_logits, layer=4)
def has_the_third_stage():
    """convolves with 256 kernels of 3x3 and padding 1, then ReLU, max pooling of 3x3 with stride 2, and flattens"""


@part.check(points=0.5, follows_from=computes_the_logits, layer=5, memory_mb=1000)
def has_the_first_dense_layer():
    """goes through a dense layer of 4096, then ReLU"""


@part.check(points=0.5, follows_from=computes_the_logits, layer=6)
def has_the_second_dense_layer():
    """goes through another dense layer of 4096, then ReLU"""


@part.check(points=0.5, follows_from=computes_the_logits, layer=7)
def ends_with_the_last_dense_layer():
    """returns what the last dense layer makes, as it is: no ReLU, no softmax, no dropout on it"""


in_training = PARTS.asks_for_dropout(
    "in training mode, drops each element of the first two dense layers on its own with probability 0.5",
    4096,
    needs=computes_the_logits,
    elsewhere="in training mode, drops no pixels, nothing between the convolutions, and no logits",
    points=0.5,
)


@logits.check(points=0.5, judge=Close(loosen=1e4), needs=computes_the_logits, memory_mb=3000)
def lets_gradients_through(student, seed, X):
    """lets gradients flow to all parameters"""
    # A ReLU at 0 or a pooling at a tie is decided by rounding now and then, among so many: hence the large tolerance.
    net = load_parameters(made(student.alexnet, X), weights(shapes(), seed, X)).eval()
    net(X).square().sum().backward()
    return gradients_of(net, LAYERS)


exercise.leaves_its_inputs_alone("leaves the images unchanged", points=0.25)


exercise.hint(
    """Follow one image of 224x224 on paper: a convolution with kernel k, padding p and stride s leaves
    (H + 2p - k) // s + 1 rows, and so does pooling, with p = 0. The first one leaves 55. What is left in the end?"""
)
exercise.hint(
    """Eight layers have weights: five convolutions and three dense layers. Each is followed by a ReLU but the last, since a
    logit may be negative. Pooling comes after the first, the second and the fifth convolution, each time 3x3 with stride 2.""",
    helps=[computes_the_logits, part],
)
exercise.hint(
    """The channels are in_channels, 96, 256, 384, 384, 256: the fifth convolution goes back to 256. The kernels are 11, 5, 3,
    3, 3, and the padding 2, 2, 1, 1, 1 keeps the size but for the first, whose stride is 4. 256 * 6 * 6 numbers are flattened.""",
    helps=[has_its_parameters, computes_the_logits, part],
)
exercise.hint(
    """nn.Dropout(0.5) in nn.Sequential, after the ReLU of each of the first two dense layers, does all that is asked, because it
    looks at the mode of the network. F.dropout does not: it has to be told training=self.training.""",
    helps=[in_training, computes_the_logits],
)
exercise.hint(
    """Make all layers inside of alexnet(), at each call, by their constructors: what is made there by hand with a fixed
    device="cpu" does not come along to the meta device, nor to a GPU.""",
    helps=[*MAKING, lets_gradients_through],
)
