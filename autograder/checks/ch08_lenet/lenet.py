"""Checks of lenet."""

import torch
from torch.nn import functional as F

from autograder.spec import (
    Exercise,
    Threshold,
    cotangent,
    drawn,
    integers,
    lesson,
    load_parameters,
    normal,
    parameter_gradients,
    teach,
    test_accuracy,
)
from autograder.spec.values import map_tensors

exercise = Exercise(entry="lenet", sizes={"batch": (3, 5)})

SHAPES = [(6, 1, 5, 5), (16, 6, 5, 5), (120, 400), (84, 120), (10, 84)]
# A batch size and a rate at which the reference leaves the plateau of a sigmoid network in its first epochs.
SETTINGS = {
    "digits": {"train": 1300, "test": 497, "epochs": 10, "batch_size": 25, "learning_rate": 0.005},
    "fashion_mnist": {"train": 30_000, "test": 5_000, "epochs": 2, "batch_size": 50, "learning_rate": 0.005},
}


def xavier(gain):
    """Weights from N(0, gain^2 * 2 / (fan in + fan out)) and small biases, layer by layer."""

    def draw(d):
        found = []
        for out, *rest in SHAPES:
            field = torch.Size(rest[1:]).numel()
            std = gain * (2 / (field * (out + rest[0]))) ** 0.5
            found += [std * torch.randn(out, *rest, generator=d.generator, dtype=torch.float64)]
            found += [0.1 * torch.randn(out, generator=d.generator, dtype=torch.float64)]
        return [weight.to(d.dtype) for weight in found]

    return drawn(draw)


# At four times Xavier's scale the signal passes through four sigmoids as large as it came.
weights = xavier(4)
X = normal("batch", 1, 28, 28)


@exercise.check(points=3, axes=("images", "classes"), weights=weights, X=X)
def computes_the_logits(student, weights, X):
    """maps images to logits, layer by layer as it should"""
    return load_parameters(student.lenet(), weights)(X)


@exercise.check(points=1, cases=[{"batch": 1}, {}], weights=weights, X=X)
def works_in_both_modes(student, weights, X):
    """works for a single image too, and does the same in training and in evaluation mode"""
    net = load_parameters(student.lenet(), weights)
    return {"training mode": net.train()(X), "evaluation mode": net.eval()(X)}


@exercise.check(points=1, axes=("images", "classes"), weights=weights, X=X)
def makes_a_new_network(student, weights, X):
    """makes a new network at each call"""
    net = load_parameters(student.lenet(), weights)
    load_parameters(student.lenet(), [2 * weight for weight in weights])
    return net(X)


@exercise.check(points=1, weights=weights, X=X)
def lets_gradients_through(student, weights, X):
    """lets gradients flow to the images and to all ten parameters"""
    net = load_parameters(student.lenet(), weights)
    # One number for each of them: 61,706 gradients for every misconception would fill the cache of expectations.
    return map_tensors(parameter_gradients(net, net, X=X), lambda gradient: (gradient * cotangent(gradient)).sum())


@exercise.check(points=2, dtypes=["float64"], axes=("step",), weights=weights, X=X, labels=integers("batch", high=10))
def follows_the_descent(student, weights, X, labels):
    """has the losses it should have in the first steps of gradient descent, to the full precision of float64"""
    net, losses = load_parameters(student.lenet(), weights), []
    optimizer = torch.optim.SGD(net.parameters(), lr=0.2, momentum=0.5)
    for _step in range(4):
        loss = F.cross_entropy(net(X), labels)
        losses.append(loss.detach())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return torch.stack(losses)


@exercise.check(
    points=2,
    training=True,
    needs=computes_the_logits,
    judge=Threshold(test_accuracy, chance=0.1),
    weights=xavier(2),
    **lesson(**SETTINGS),
)
def learns_real_images(student, weights, lesson):
    """learns to recognise real images that it has not seen in training"""
    net = load_parameters(student.lenet(), weights)
    return teach(net, lesson, torch.optim.Adam(net.parameters(), lr=lesson["learning_rate"]))


exercise.hint(
    """Follow one image of 28x28 pixels on paper: a window of 5 fits 28 - 5 + 1 times into a row, 2 more for each pixel
    of padding, and pooling halves what comes. How many numbers are left when it is flattened?"""
)
exercise.hint(
    """Which layers are followed by a sigmoid? Both convolutions (before their pooling) and the dense layers of 120 and
    84; after the last one there is nothing. Flatten the axes from 1 on: axis 0 counts the images.""",
    computes_the_logits,
    works_in_both_modes,
    follows_the_descent,
)
exercise.hint(
    """nn.Sequential takes the layers in order: nn.Conv2d(1, 6, 5, padding=2), nn.Sigmoid(), nn.AvgPool2d(2),
    nn.Conv2d(6, 16, 5), nn.Sigmoid(), nn.AvgPool2d(2), nn.Flatten(), and then nn.Linear(400, 120) and so on.""",
    computes_the_logits,
    works_in_both_modes,
    follows_the_descent,
)
exercise.hint(
    """Make all layers inside of lenet(), at each call. Layers that are assigned to self in __init__, or that sit in
    nn.Sequential, bring their parameters and gradients along: no .detach(), no .data, no torch.no_grad().""",
    makes_a_new_network,
    lets_gradients_through,
)
exercise.hint(
    """If the losses of all epochs stay at 2.303 = log(10), the network gives all classes the same probability. Are its
    parameters those that the optimizer was given, and does its output depend on all of them?""",
    learns_real_images,
)
