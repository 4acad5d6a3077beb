"""Checks of alexnet.

Sixty million parameters are filled only where all of them matter: for the logits, and for the gradients. What is asked of a
single layer is asked of a network in which that one alone has weights.
"""

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
    shapes_of,
    whole,
)

exercise = Exercise(entry="alexnet", forbid="models")

CONVOLUTIONS = [f"the {which} convolution" for which in ("first", "second", "third", "fourth", "fifth")]
LAYERS = [*CONVOLUTIONS, "the first dense layer", "the second dense layer", "the last dense layer"]
DROPPED = {"the first dropout": 5, "the second dropout": 6}
SEED = whole(0, 10**6)


def shapes(in_channels=1, num_classes=10):
    convolutions = [(96, in_channels, 11, 11), (256, 96, 5, 5), (384, 256, 3, 3), (384, 384, 3, 3), (256, 384, 3, 3)]
    return [*convolutions, (4096, 9216), (4096, 4096), (num_classes, 4096)]


@exercise.check(points=1, judge=right_shapes(LAYERS), inputs={"sizes": (1, 10)}, also=[{"sizes": (3, 7)}])
def has_its_parameters(student, sizes):
    """has the weights and biases of its eight layers, in their order, for any number of channels and classes"""
    return shapes_of(made(lambda: student.alexnet(*sizes), torch.zeros(())))


@exercise.check(points=0.25, needs=has_its_parameters)
def can_be_made_without_memory(student):
    """can be made under torch.device("meta"), with all its parameters there"""
    with torch.device("meta"):
        net = student.alexnet(3, 7)
    return {"its parameters are on": sorted({str(p.device) for p in net.parameters()})}


@exercise.check(points=0.25, needs=has_its_parameters)
def makes_a_new_network(student):
    """makes a new network at each call"""
    with torch.device("meta"):
        one, other = student.alexnet(), student.alexnet()
    held = {id(p) for p in one.parameters()}
    return {"parameters that two networks share": sum(id(p) in held for p in other.parameters())}


# What each layer is given and gives on, whatever those before it do.
INTO = ((1, 223, 254), (96, 5, 6), (256, 4, 5), (384, 4, 5), (384, 4, 5), (9216,), (4096,), (4096,))
OUT = ((96, 8, 9), (256, 8, 9), (384, 4, 5), (384, 4, 5), (256, 13, 13), (4096,), (4096,), (10,))
GIVEN = {"into": [normal(2, *shape) for shape in INTO], "out": [normal(2, *shape, away=0.1) for shape in OUT]}


@exercise.call(seed=SEED, X=normal(2, 1, 223, 254), axes=("images", "classes"))
def logits(student, seed, X):
    return load_parameters(made(student.alexnet, X), weights(shapes(), seed, X)).eval()(X)


@exercise.call(seed=SEED, **GIVEN)
def part(student, seed, into, out, layer):
    net = load_parameters(made(student.alexnet, into[0]), weights(shapes(), seed, into[0], layer), exactly=False)
    return Layers(net.eval(), LAYERS, into, out).around(layer)


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


@exercise.call(**{**GIVEN, "out": [*GIVEN["out"][:5], filled(1.0, 2, 4096), filled(1.0, 2, 4096), normal(2, 10)]})
def in_training(student, into, out):
    layers = Layers(made(student.alexnet, into[0]).train(), LAYERS, into, out)
    return {name: layers.after(k) for name, k in DROPPED.items()}


@in_training.check(points=1, judge=drops_one_half(DROPPED, 4096))
def drops_half_of_both():
    """in training mode, drops each element of the first two dense layers on its own with probability 0.5"""


@in_training.check(points=0.25, needs=drops_half_of_both)
def doubles_what_it_keeps(student, into, out):
    """in training mode, what is kept is divided by 0.5"""
    found = in_training.run(student, into, out)
    return {name: reached[reached != 0].unique() for name, reached in found.items()}


@in_training.check(points=0.5, needs=computes_the_logits)
def drops_nothing_else(student, into, out):
    """in training mode, drops no pixels, nothing between the convolutions, and no logits"""
    layers = Layers(made(student.alexnet, into[0]).train(), LAYERS, into, out)
    found = {f"what reaches {LAYERS[k + 1]}": layers.after(k) for k in range(-1, 5)}
    return {**found, "what the network returns": layers.after(7)}


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
    helps=[makes_a_new_network, can_be_made_without_memory, lets_gradients_through],
)
