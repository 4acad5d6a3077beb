"""Checks of fit_polynomial.

With one batch of all samples the order does not matter, so the steps are compared with the reference's. With smaller
batches the weight has to be one of those to which the orders of a few samples lead; these are made of the student's own
steps of one batch, so that a wrong step is paid once. Losses are judged by the weight that comes with them. All false
alarms together stay below 1e-6.
"""

from math import factorial

import torch

from autograder.spec import (
    Close,
    Exercise,
    Family,
    Threshold,
    Unfit,
    describe,
    drawn,
    has_graph,
    in_batches,
    in_new_orders,
    named,
    normal,
    outcomes,
    plain,
    rows,
    secret,
    seeded,
    tensor,
    whole,
)

CLOSED_FORMS = Family(
    name="closed_forms",
    operators=r"^_?(linalg_(lstsq|solve|inv|pinv|qr|svd|cholesky|lu|ldl)|pinverse|inverse$|cholesky|lu(_|$)|geqrf|qr$|svd$)",
    names=("numpy.linalg",),
    advice="Go down the gradient step by step: matrix products, autograd and torch.optim.SGD are welcome.",
)
exercise = Exercise(entry="fit", forbid=("sklearn", CLOSED_FORMS), gradients=False, sizes={"n": (4, 7), "k": (2, 3)})
SEED = whole(0, 10**6)
GIVEN = {"features": normal("n", "k"), "labels": normal("n", mean=2.0)}


def vector(found, size, name):
    """Numbers in any form as a vector: their form is the matter of a check of its own."""
    if isinstance(found, list | tuple):
        found = torch.tensor(plain(found))
    if not isinstance(found, torch.Tensor) or found.numel() != size:
        raise Unfit("{name}: expected {n} numbers, got {got}", name=name, n=size, got=describe(found))
    return found.detach().flatten()


def weight_of(found, features):
    return vector(named(found, "weight", "train_losses")["weight"], features.shape[1], "weight")


@exercise.call(num_epochs=2, lr=0.1, seed=SEED, **GIVEN)
def weight(student, features, labels, num_epochs, lr, seed):
    found = student.fit(features, labels, num_epochs, lr, len(labels), torch.Generator().manual_seed(seed))
    return weight_of(found, features)


@weight.check(
    points=2.5,
    cases=rows("num_epochs", 1, 2, 5) + rows("n k num_epochs lr", (1, 3, 2, 0.1), (3, 3, 4, 0.02), (5, 1, 3, 0.05)),
)
def descends_on_all_samples():
    """with one batch of all samples, takes a step on their mean squared error in each epoch, from a weight of 0"""


exercise.keeps_the_dtype("works in float64 too, to its full precision", points=0.5)
exercise.takes_views("takes features and labels that are strided views of other tensors", points=0.25)
exercise.leaves_its_inputs_alone("leaves features and labels unchanged", points=0.25)


def own_outcomes(student, features, labels, num_epochs, lr, batch_size):
    """The weights to which the student's own steps of one batch lead. From a weight w to t is as from 0 to t - A w."""

    def step(weight, batch):
        rest = labels[batch] - features[batch] @ weight
        moved = student.fit(features[batch], rest, 1, lr, len(batch), torch.Generator())
        return weight + weight_of(moved, features).to(weight)

    return outcomes(features.new_zeros(features.shape[1]), step, len(labels), batch_size, num_epochs)


@exercise.check(
    points=1.75,
    judge=in_batches(),
    cases=rows("n batch_size num_epochs", (5, 2, 1), (4, 2, 1), (3, 1, 1), (5, 3, 1), (3, 2, 2), (5, 4, 1), (3, 7, 1)),
    num_epochs=1,
    batch_size=2,
    lr=0.1,
    seed=SEED,
    **GIVEN,
)
def goes_through_all_batches(student, features, labels, num_epochs, lr, batch_size, seed):
    """takes one step for each batch of a random order of all samples; the last batch may be smaller"""
    found = weight_of(student.fit(features, labels, num_epochs, lr, batch_size, seeded(seed)), features)
    return {"found": found, "possible": own_outcomes(student, features, labels, num_epochs, lr, batch_size)}


# Three samples to whose orders in two epochs belong 36 weights that lie far apart.
THREE = {
    "features": tensor([[1, 0.1], [1, 1.3], [1, -1.7]]),
    "labels": drawn(lambda d: (1 + torch.rand(1, generator=d.generator)) * torch.tensor([-1.1, -1.1, 3.7]).to(d.dtype)),
}


@exercise.check(
    points=1,
    needs=goes_through_all_batches,
    judge=in_new_orders(),
    lr=0.3,
    calls=400,
    seed=SEED,
    **THREE,
)
def draws_a_new_order_each_epoch(student, features, labels, lr, calls, seed):
    """draws a new order in each epoch and in each call, any order as probable as any other"""
    generator = seeded(seed)
    found = [weight_of(student.fit(features, labels, 2, lr, 1, generator), features) for _call in range(calls)]
    return {"found": torch.stack(found), "possible": own_outcomes(student, features, labels, 2, lr, 1)}


def of_generators(got):
    return {
        "an equal generator gives the same weight": torch.equal(got["again"], got["first"]),
        "a second call with the same generator gives the same weight": torch.equal(got["second"], got["first"]),
    }


@exercise.check(
    points=0.5, judge=Close(of=of_generators), features=normal(30, 3), labels=normal(30, mean=2.0), lr=0.1, seed=SEED
)
def draws_from_the_generator(student, features, labels, lr, seed):
    """takes the order from the generator that it is given, and goes on where that stopped"""

    def call(generator):
        return weight_of(student.fit(features, labels, 2, lr, 4, generator), features).float()

    generator = seeded(seed)
    torch.manual_seed(seed)
    found = {"first": call(generator), "second": call(generator)}
    torch.manual_seed(seed + 1)
    return found | {"again": call(seeded(seed))}


def of_losses(got, features, labels):
    """How each loss compares with that of the weight after its epoch."""
    own = ((got["weights"].double() @ features.double().T - labels.double()) ** 2).mean(1)
    return {"loss / (mean squared error of the weight after this epoch)": got["losses"].double() / own}


@exercise.check(
    points=1.5,
    judge=Close(of=of_losses, loosen=25),
    cases=rows("n batch_size num_epochs", (5, 5, 1), (6, 6, 3), (6, 2, 1), (5, 3, 1), (7, 2, 1)),
    num_epochs=1,
    batch_size=2,
    lr=0.05,
    seed=SEED,
    **GIVEN,
)
def measures_all_samples(student, features, labels, num_epochs, lr, batch_size, seed):
    """train_losses are mean squared errors over all samples, with the weight at the end of each epoch"""
    weights = []
    for epochs in range(1, num_epochs + 1):
        found = student.fit(features, labels, epochs, lr, batch_size, seeded(seed))
        weights.append(weight_of(found, features).float())
    return {"weights": torch.stack(weights), "losses": vector(found[1], num_epochs, "train_losses").float()}


@exercise.check(
    points=0.5,
    judge=Close(of=lambda got: {**got, "weight": "not 0" if got["weight"].any() else "0"}),
    dtypes=("float64",),
    cases=rows("num_epochs", whole(2, 9), 1, 0),
    lr=0.1,
    batch_size=3,
    num_epochs=2,
    seed=SEED,
    **GIVEN,
)
def returns_two_tensors(student, features, labels, num_epochs, lr, batch_size, seed):
    """returns a weight (k,) and train_losses (num_epochs,), without a graph; for num_epochs = 0 a weight of 0"""
    found = named(student.fit(features, labels, num_epochs, lr, batch_size, seeded(seed)), "weight", "train_losses")
    tensors = {name: part for name, part in found.items() if isinstance(part, torch.Tensor)}
    return {
        "weight": vector(found["weight"], features.shape[1], "weight").double(),
        "shapes": [list(tensors[name].shape) if name in tensors else describe(found[name]) for name in found],
        "train_losses have the dtype of weight": len({part.dtype for part in tensors.values()}) == 1,
        "with a graph": [name for name, part in tensors.items() if has_graph(part)],
    }


DRAW = 12  # one draw for all: it decides far more than the order of the samples does


def samples(d, degree, first, last):
    generator = torch.Generator().manual_seed(DRAW)
    x = torch.randn(200, generator=generator)
    columns = torch.stack([x.double() ** i / factorial(i) for i in range(degree + 1)], 1)
    labels = 5 + 1.2 * x - 3.4 * x**2 / 2 + 5.6 * x**3 / 6 + 0.1 * torch.randn(200, generator=generator)
    return {"features": columns[first:last].to(d.dtype), "labels": labels[first:last].to(d.dtype)}


def polynomial(degree, n):
    """n samples to train on, 100 others for the test."""
    return {
        "data": f"degree_{degree}",
        "train": drawn(lambda d: samples(d, degree, 0, n)),
        "test": secret(drawn(lambda d: samples(d, degree, 100, 200))),
    }


def loss_of(got, part):
    off = part["features"].double() @ got["weight"].double().cpu() - part["labels"].double()
    return (off**2).mean().item()


def error_of_the_weight(got):
    return (got["weight"].double().cpu() - torch.tensor([5, 1.2, -3.4, 5.6]).double()).abs().max().item()


def training_loss(got, train):
    return loss_of(got, train)


def test_loss_over_training_loss(got, train, test):
    """Where the training loss is low; else nothing was learned by heart."""
    low = loss_of(got, train)
    return loss_of(got, test) / low if low < 0.2 else 0.0


@exercise.call(lr=0.01, batch_size=10, seed=SEED)
def trained(student, train, num_epochs, lr, batch_size, seed):
    found = student.fit(train["features"], train["labels"], num_epochs, lr, batch_size, seeded(seed))
    losses = vector(found[1], num_epochs, "train_losses")[:: num_epochs // 50]
    return {"weight": weight_of(found, train["features"]).float(), "losses": losses.float().tolist()}


# The data are always the same, so that the weights could be written down: `needs` asks for more.
@trained.check(
    points=0.5,
    training=True,
    needs=goes_through_all_batches,
    seconds=20,
    judge=Threshold(error_of_the_weight, chance=5.6, higher=False),
    num_epochs=400,
    **polynomial(3, 100),
)
def fits_with_degree_3():
    """with degree 3 and 100 samples, finds about (5, 1.2, -3.4, 5.6) in 400 epochs"""


@trained.check(
    points=0.25,
    training=True,
    needs=goes_through_all_batches,
    seconds=20,
    judge=Threshold(training_loss, chance=39.8, higher=False),
    num_epochs=400,
    **polynomial(1, 100),
)
def underfits_with_degree_1():
    """with degree 1 and 100 samples, comes as near as a straight line can, which is far from the labels"""


@trained.check(
    points=0.5,
    training=True,
    needs=goes_through_all_batches,
    seconds=20,
    judge=Threshold(test_loss_over_training_loss, chance=1.0),
    num_epochs=1500,
    **polynomial(19, 20),
)
def overfits_with_degree_19():
    """with degree 19 and 20 samples, has a low training loss after 1,500 epochs, and a test loss many times as high"""


exercise.hint(
    """One batch of all samples comes first: then there is no order to draw, and an epoch is one step. Write down the
    gradient of the mean of (A w - t)^2 on paper, for one weight and two samples; the 2 of the square stays."""
)
exercise.hint(
    """The step: weight - lr * 2 / len(batch) * A.T @ (A @ weight - t), with A = features[batch] and t = labels[batch].
    len(batch), not batch_size: the last batch may be smaller. With autograd set the gradient to 0 before each backward().""",
    helps=[descends_on_all_samples, goes_through_all_batches],
)
exercise.hint(
    """torch.randperm(n, generator=generator).split(batch_size) is an epoch: a random order in batches, of which the last
    takes what is left over. Call it anew in each epoch. In a DataLoader it is shuffle=True, generator=generator.""",
    helps=[goes_through_all_batches, draws_a_new_order_each_epoch, draws_from_the_generator],
)
exercise.hint(
    """When the epoch is over: ((features @ weight - labels) ** 2).mean(), over all rows. Both have the shape (n,); where one
    is (n, 1), as from nn.Linear(k, 1), their difference is (n, n), and no error is raised.""",
    helps=[measures_all_samples, descends_on_all_samples],
)
exercise.hint(
    """features.new_zeros(k) and features.new_zeros(num_epochs) have the dtype that is asked for, and the right shapes for
    num_epochs = 0 too. Of a parameter return .detach(), of a loss keep loss.item() or loss.detach().""",
    helps=[returns_two_tensors],
)
