"""Checks of mlp_concise."""

from math import sqrt

import torch
from torch.nn import functional as F

from autograder.messages import _
from autograder.spec import (
    Exercise,
    Layers,
    Mistake,
    Statistic,
    Threshold,
    drawn,
    honest_draws,
    lesson,
    load_parameters,
    normal,
    normality,
    only_eval,
    right_shapes,
    rows,
    same_twice,
    shapes_of,
    train_classifier,
    whole,
    xavier,
)
from autograder.spec.training import CHUNK, pixels

exercise = Exercise(entry="build_mlp", sizes={"batch": (3, 5)})

LAYERS = ["the dense layer of 256", "the dense layer of 10"]
SHAPES = [(256, 784), (10, 256)]
SETTINGS = {
    "digits": {"train": 1300, "test": 497, "epochs": 10, "batch_size": 32, "learning_rate": 0.1},
    "fashion_mnist": {"train": 60_000, "test": 10_000, "epochs": 10, "batch_size": 256, "learning_rate": 0.1},
}


def loaded(student, weights):
    return load_parameters(student.build_mlp(), weights, exactly=False)


@exercise.call(axes=("images", "classes"), weights=xavier(SHAPES, gain=2, bias=0.5), X=normal("batch", 1, 28, 28))
def logits(student, weights, X):
    return load_parameters(student.build_mlp(), weights)(X)


# What each layer is given and gives on, whatever the one before it does.
@exercise.call(
    into=[normal(2, 784), normal(2, 256)], out=[normal(2, 256, away=0.1), normal(2, 10)], weights=xavier(SHAPES)
)
def part(student, weights, into, out, layer):
    return Layers(loaded(student, weights), LAYERS, into, out).around(layer)


@exercise.check(points=1, judge=right_shapes(LAYERS))
def has_its_parameters(student):
    """has the weights and biases of its two layers, in their order"""
    return shapes_of(student.build_mlp())


@logits.check(points=1.5, also=[{"batch": 1}, {"weights": xavier(SHAPES, gain=8)}])
def computes_the_logits():
    """maps images to logits as it should"""


@part.check(points=0.5, follows_from=computes_the_logits, layer=0)
def has_the_hidden_layer():
    """goes through a dense layer of 256, then a ReLU"""


@part.check(points=0.5, follows_from=computes_the_logits, layer=1)
def ends_with_the_dense_layer_of_10():
    """returns what the dense layer of 10 makes, as it is: no softmax, no ReLU on it"""


@logits.check(points=0.5, judge=same_twice(), cases=rows("shape", (784,), (28, 28), (2, 392), (4, 14, 14)), shape=())
def flattens_any_shape(student, weights, X, shape):
    """takes any shape (n, ...) with 784 numbers a sample, and flattens it row by row"""
    net = loaded(student, weights)
    return {"as (n, 1, 28, 28)": net(X.clone()), "in another shape": net(X.clone().reshape(len(X), *shape))}


@logits.check(points=0.5, judge=same_twice())
def works_in_both_modes(student, weights, X):
    """works for a single image too, and does the same in training and in evaluation mode"""
    net = loaded(student, weights)
    together = net.train()(X.clone())
    alone = torch.cat([net.eval()(image.clone()) for image in X.split(1)])
    return {"together, in training mode": together, "one at a time, in evaluation mode": alone}


@logits.check(points=0.5, judge=same_twice())
def makes_a_new_network(student, weights, X):
    """makes a new network at each call"""
    net = loaded(student, weights)
    before = net(X.clone())
    loaded(student, [2 * weight for weight in weights])
    return {"before another network is made": before, "afterwards": net(X.clone())}


@exercise.call(seed=whole(0, 10**6))
def start(student, seed):
    torch.manual_seed(seed)
    return {f"parameter of shape {tuple(p.shape)}": p.detach().float() for p in student.build_mlp().parameters()}


def weights_at_the_start(got):
    return normality([p for p in got.values() if p.dim() == 2], 0.01)


@start.check(points=1, needs=has_its_parameters, judge=Statistic(of=weights_at_the_start, **honest_draws(*SHAPES)))
def draws_its_weights():
    """starts with weights from N(0, 0.01^2), drawn independently of each other"""


def biases(got):
    """The biases in units of the largest that nn.Linear would start them with."""
    _W1, b1, _W2, b2 = got.values()
    first, last = b1.double() * sqrt(784), b2.double() * sqrt(256)
    return {
        "biases_beyond_those_of_nn_Linear": bool(first.abs().max() > 1.001 or last.abs().max() > 1.001),
        "variance_of_hidden_biases": 3 * first.square().mean().item() if first.any() else 1.0,
    }


HONEST_BIASES = Statistic(of=biases, variance_of_hidden_biases=lambda: (1.0, sqrt(0.8 / 256)))


@start.check(points=0.5, needs=has_its_parameters, judge=HONEST_BIASES)
def starts_its_biases():
    """starts with biases of zero, or with those that nn.Linear draws"""


@exercise.check(points=0.5, needs=draws_its_weights, seed=whole(0, 10**6))
def draws_anew_at_each_call(student, seed):
    """draws its weights anew at each call, from torch's global generator"""
    torch.manual_seed(seed)
    nets = [student.build_mlp(), student.build_mlp()]
    torch.manual_seed(seed)
    nets += [student.build_mlp()]
    first, second, same = (torch.cat([p.detach().flatten() for p in net.parameters() if p.dim() == 2]) for net in nets)
    return {
        "a second call gives other weights": not torch.equal(first, second),
        "the same seed gives the same weights": torch.equal(first, same),
    }


gradients = exercise.lets_gradients_through(
    "lets gradients flow to the images and to all parameters", points=0.5, about=[computes_the_logits]
)
exercise.keeps_the_dtype("works in float64 too, to its full precision", points=0.25, about=computes_the_logits)
exercise.leaves_its_inputs_alone("leaves the images unchanged", points=0.25, about=computes_the_logits)


def test_accuracy(got, test_labels):
    return (got["test"].argmax(1).cpu() == test_labels).double().mean().item()


# The book's clothes stay below 0.5; here every image is moved, which makes them harder to fit.
LOSS_BELOW = 0.7


class AsInTheBook(Threshold):
    """In training a small loss, and an accuracy above 0.7. The threshold is for the images that it has not seen."""

    def verdict(self, got, want, inputs):
        if mistake := super().verdict(got, want, inputs):
            return mistake
        logits, labels = got["train"].double().cpu(), inputs["lesson"]["labels"].cpu()
        loss, right = F.cross_entropy(logits, labels).item(), (logits.argmax(1) == labels).double().mean().item()
        if loss < LOSS_BELOW and right > 0.7:
            return None
        text = _("the loss on the images that it was trained with is {loss:.3g}, its accuracy there {right:.3g}")
        return Mistake(text.format(loss=loss, right=right), code="does not fit")


def small_weights(d):
    """Given weights, drawn as the exercise asks: how a solution starts is another check's matter."""
    found = [0.01 * torch.randn(*shape, generator=d.generator) for shape in SHAPES]
    return [found[0], torch.zeros(256), found[1], torch.zeros(10)]


@exercise.check(
    points=2,
    training=True,
    judge=AsInTheBook(test_accuracy, chance=0.1),
    weights=drawn(small_weights),
    **lesson(**SETTINGS),
)
def learns_real_images(student, weights, lesson):
    """learns to recognise real images, those that it was trained with and others"""
    net = loaded(student, weights)
    losses = train_classifier(
        net,
        lesson["images"],
        lesson["labels"],
        epochs=lesson["epochs"],
        batch_size=lesson["batch_size"],
        optimizer=torch.optim.SGD(net.parameters(), lr=lesson["learning_rate"]),
        order_seed=lesson["order_seed"],
    )
    with only_eval(net):
        found = {
            name: torch.cat([net(pixels(part)) for part in lesson[images].split(CHUNK)])
            for name, images in (("train", "images"), ("test", "test_images"))
        }
    return {"losses": losses, **found}


exercise.hint(
    """nn.Sequential takes layers in their order. Which four are needed, from an image to ten logits? One has nothing to
    learn and only changes the shape; nn.Flatten() keeps axis 0, which counts the samples.""",
    helps=[has_its_parameters, computes_the_logits, flattens_any_shape],
)
exercise.hint(
    """nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 10): the ReLU stands between the two, because without it they would be
    one linear map. Behind the last there is nothing, because cross-entropy takes logits.""",
    helps=[computes_the_logits, has_the_hidden_layer, ends_with_the_dense_layer_of_10],
)
exercise.hint(
    """nn.init.normal_(layer.weight, std=0.01) draws new values in place, unrecorded, from torch's global generator. Do it for
    both layers of class nn.Linear, and leave layer.bias alone or call nn.init.zeros_ on it.""",
    helps=[draws_its_weights, starts_its_biases, draws_anew_at_each_call],
)
exercise.hint(
    """Make the layers inside of build_mlp(), at each call: layers that are made once, outside, are shared by all networks.
    No seed belongs in there, because each network would start alike.""",
    helps=[makes_a_new_network, draws_anew_at_each_call],
)
exercise.hint(
    """If the loss stays at 2.303 = log(10), all classes get the same probability. Does each parameter have requires_grad =
    True, and does the output depend on all of them?""",
    helps=[learns_real_images, gradients],
)
