"""Checks of lenet."""

import torch

from autograder.spec import (
    Exercise,
    Layers,
    Threshold,
    lesson,
    load_parameters,
    normal,
    right_shapes,
    same_twice,
    shapes_of,
    teach,
    test_accuracy,
    xavier,
)

exercise = Exercise(entry="lenet", sizes={"batch": (3, 5)})

LAYERS = ["the first convolution", "the second convolution"] + [f"the dense layer of {n}" for n in (120, 84, 10)]
SHAPES = [(6, 1, 5, 5), (16, 6, 5, 5), (120, 400), (84, 120), (10, 84)]
# A batch size and a rate at which the reference leaves the plateau of a sigmoid network in its first epochs.
SETTINGS = {
    "digits": {"train": 1300, "test": 497, "epochs": 10, "batch_size": 25, "learning_rate": 0.005},
    "fashion_mnist": {"train": 30_000, "test": 5_000, "epochs": 2, "batch_size": 50, "learning_rate": 0.005},
}


# At four times Xavier's scale the signal passes through four sigmoids as large as it came.
logits = exercise.call(axes=("images", "classes"), weights=xavier(SHAPES, gain=4), X=normal("batch", 1, 28, 28))


# What each layer is given and gives on, whatever those before it do.
@exercise.call(
    into=[normal(2, *shape) for shape in ((1, 28, 28), (6, 14, 14), (400,), (120,), (84,))],
    out=[normal(2, *shape) for shape in ((6, 28, 28), (16, 10, 10), (120,), (84,), (10,))],
)
def part(student, weights, into, out, layer):
    return Layers(load_parameters(student.lenet(), weights, exactly=False), LAYERS, into, out).around(layer)


def at(layer):
    """Only its own weights matter; no biases, which may be added anywhere: that they are is another check's matter."""
    return {"layer": layer, "weights": xavier([SHAPES[layer]], gain=4, bias=0)}


@exercise.check(points=1, judge=right_shapes(LAYERS))
def has_its_parameters(student):
    """has the weights and biases of its five layers, in their order"""
    return shapes_of(student.lenet())


@logits.check(points=1, also=[{"training_mode": False}], training_mode=True)
def computes_the_logits(student, weights, X, training_mode):
    """maps images to logits as it should, layer after layer"""
    return load_parameters(student.lenet(), weights).train(training_mode)(X)


@part.check(points=1, follows_from=computes_the_logits, **at(0))
def has_the_first_stage():
    """convolves the images with 6 kernels of 5x5 and padding 2, then sigmoid, then average pooling of 2x2"""


@part.check(points=1, follows_from=computes_the_logits, **at(1))
def has_the_second_stage():
    """convolves again, with 16 kernels of 5x5 and no padding, then sigmoid, average pooling of 2x2, and flattens"""


@part.check(points=0.5, follows_from=computes_the_logits, **at(2))
def has_the_dense_layer_of_120():
    """goes through a dense layer of 120, then sigmoid"""


@part.check(points=0.5, follows_from=computes_the_logits, **at(3))
def has_the_dense_layer_of_84():
    """goes through a dense layer of 84, then sigmoid"""


@part.check(points=0.5, follows_from=computes_the_logits, **at(4))
def ends_with_the_dense_layer_of_10():
    """returns what the dense layer of 10 makes, as it is: no softmax, no sigmoid on it"""


@logits.check(points=0.5, judge=same_twice())
def works_in_both_modes(student, weights, X):
    """works for a single image too, and does the same in training and in evaluation mode"""
    net = load_parameters(student.lenet(), weights, exactly=False)
    together = net.train()(X.clone())
    alone = torch.cat([net.eval()(image.clone()) for image in X.split(1)])
    return {"together, in training mode": together, "one at a time, in evaluation mode": alone}


@logits.check(points=0.5, judge=same_twice())
def makes_a_new_network(student, weights, X):
    """makes a new network at each call"""
    net = load_parameters(student.lenet(), weights, exactly=False)
    before = net(X.clone())
    load_parameters(student.lenet(), [2 * weight for weight in weights], exactly=False)
    return {"before another network is made": before, "afterwards": net(X)}


gradients = exercise.lets_gradients_through("lets gradients flow to the images and to all parameters", points=0.75)
exercise.keeps_the_dtype("works in float64 too, to its full precision", points=0.5)
exercise.leaves_its_inputs_alone("leaves the images unchanged", points=0.25)


learning = exercise.call(
    judge=Threshold(test_accuracy, chance=0.1), weights=xavier(SHAPES, gain=2), **lesson(**SETTINGS)
)


@learning.check(points=2, training=True)
def learns_real_images(student, weights, lesson):
    """learns to recognise real images that it has not seen in training"""
    net = load_parameters(student.lenet(), weights, exactly=False)
    return teach(net, lesson, torch.optim.Adam(net.parameters(), lr=lesson["learning_rate"]))


exercise.hint(
    """Follow one image of 28x28 pixels on paper: a window of 5 fits 28 - 5 + 1 times into a row, 2 more for each pixel
    of padding, and pooling halves what comes. How many numbers are left when it is flattened?"""
)
exercise.hint(
    """Which layers are followed by a sigmoid? Both convolutions (before their pooling) and the dense layers of 120 and
    84; after the last one there is nothing. Flatten the axes from 1 on: axis 0 counts the images.""",
    helps=[computes_the_logits, works_in_both_modes],
)
exercise.hint(
    """nn.Sequential takes the layers in order: nn.Conv2d(1, 6, 5, padding=2), nn.Sigmoid(), nn.AvgPool2d(2),
    nn.Conv2d(6, 16, 5), nn.Sigmoid(), nn.AvgPool2d(2), nn.Flatten(), and then nn.Linear(400, 120) and so on.""",
    helps=[has_its_parameters, computes_the_logits],
)
exercise.hint(
    """Make all layers inside of lenet(), at each call. Layers that are assigned to self in __init__, or that sit in
    nn.Sequential, bring their parameters and gradients along: no .detach(), no .data, no torch.no_grad().""",
    helps=[makes_a_new_network, gradients],
)
exercise.hint(
    """If the losses of all epochs stay at 2.303 = log(10), the network gives all classes the same probability. Are its
    parameters those that the optimizer was given, and does its output depend on all of them?""",
    helps=learns_real_images,
)
