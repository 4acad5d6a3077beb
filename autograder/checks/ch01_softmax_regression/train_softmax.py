"""Checks of train_softmax.

The start and the order of the samples are random, so what is compared exactly is where neither matters. Pixels of 1e-8
with a rate of 1e16 make a step beside which the start is nothing; on black images W has no gradient, and b alone moves.
All false alarms together stay below 1e-6.
"""

import torch
from torch.nn import functional as F

from autograder.messages import _
from autograder.spec import (
    Close,
    Exercise,
    Mistake,
    Statistic,
    Threshold,
    Unfit,
    describe,
    drawn,
    filled,
    honest_draws,
    in_batches,
    in_new_orders,
    lesson,
    named,
    normality,
    outcomes,
    rows,
    seeded,
    tensor,
    whole,
)
from autograder.spec.training import pixels

exercise = Exercise(entry="train", forbid="optim", gradients=False, sizes={"n": (4, 6)})
SEED = whole(0, 10**6)
SETTINGS = {
    "digits": {"train": 1300, "test": 497, "epochs": 10, "batch_size": 32, "learning_rate": 0.1},
    "fashion_mnist": {"train": 60_000, "test": 10_000, "epochs": 10, "batch_size": 256, "learning_rate": 0.1},
}


def trained(train, X, y, num_classes, num_epochs, lr, batch_size, generator):
    """W and b as tensors of their shapes, detached: their dtype is the matter of a check of its own."""
    found = named(train(X, y, num_classes, num_epochs, lr, batch_size, generator), "W", "b")
    d = X[0].numel()
    for (name, part), shape in zip(found.items(), [(d, num_classes), (num_classes,)], strict=True):
        if not isinstance(part, torch.Tensor) or part.shape != shape:
            expected = describe(torch.empty(shape))
            raise Unfit("{name}: expected {expected}, got {got}", name=name, expected=expected, got=describe(part))
    return {name: part.detach() for name, part in found.items()}


def of_the_start(got):
    return {"b": got["b"].double(), **normality([got["W"]], std=0.01)}


@exercise.check(
    points=1.25,
    judge=Statistic(of=of_the_start, **honest_draws((600, 20))),
    X=filled(0.5, 3, 20, 30),
    seed=SEED,
)
def starts_with_small_weights(student, X, seed):
    """with num_epochs = 0, returns the start: W from N(0, 0.01^2) and b = 0"""
    return trained(student.train, X, torch.tensor([0, 2, 1]), 20, 0, 0.1, 2, seeded(seed))


def dim_images(*dims):
    """Images whose pixels are about 1e-8, some of them negative."""

    def draw(d):
        return (1e-8 * torch.randn(d.shape(dims), generator=d.generator, dtype=torch.float64)).to(d.dtype)

    return drawn(draw, *dims)


def uneven_labels(d):
    """Labels that do not have each class equally often."""
    labels = torch.randint(3, d.shape("n"), generator=d.generator)
    labels[:3] = torch.tensor([1, 2, 1])
    return labels


def of_large_steps(got, X):
    """The step, less what a start of b other than 0 changes in it: that is another check's matter."""
    off = torch.softmax(got["start"], 0) - 1 / len(got["start"])
    images = X.flatten(1).to(off)
    return {"W / 1e8": got["W"] / 1e8 + 1e8 * images.mean(0)[:, None] * off, "b / 1e16": got["b"] / 1e16 + off}


@exercise.call(X=dim_images("n", 2, 3), y=drawn(uneven_labels, "n"), num_classes=3, batch_size=whole(6, 9), seed=SEED)
def step(student, X, y, num_classes, batch_size, seed):
    start = trained(student.train, X.clone(), y, num_classes, 0, 1e16, batch_size, seeded(seed))["b"]
    return trained(student.train, X, y, num_classes, 1, 1e16, batch_size, seeded(seed)) | {"start": start}


@step.check(
    points=2,
    judge=Close(of=of_large_steps),
    cases=rows("X", dim_images("n", 2, 3), dim_images("n", 5), dim_images("n", 2, 2, 3)) + rows("num_classes", 5),
)
def follows_the_gradient():
    """makes a step of lr times the gradient of the mean cross-entropy of X W + b, each image flattened row by row"""


exercise.takes_views("takes images and labels that are strided views of other tensors", points=0.25)
exercise.leaves_its_inputs_alone("leaves X and y unchanged", points=0.25)


def b_of(train, y, num_classes, num_epochs, batch_size, generator, lr=1.0):
    """b after steps on black images: W has no gradient there, so that b moves alone."""
    found = trained(train, torch.zeros(len(y), 1, 2), y, num_classes, num_epochs, lr, batch_size, generator)
    return found["b"].double()


def downhill(b, labels):
    return F.one_hot(labels, len(b)).double().mean(0) - torch.softmax(b, 0)


def own_rate(train, m, num_classes, lr=1.0):
    """How far the student's first step goes on m images: a wrong factor is the matter of another check."""
    y = torch.zeros(m, dtype=torch.int64)
    start, end = (b_of(train, y, num_classes, epochs, m, seeded(0), lr) for epochs in (0, 1))
    right = downhill(start, y)
    return ((end - start) @ right) / (right @ right)


# All labels are the same, so that no order matters.
@exercise.check(
    points=1.25,
    judge=Close(of=lambda got: {"b / the b that its own first step leads to": got["b"] / got["led"]}),
    n=6,
    label=whole(0, 2),
    num_epochs=4,
    batch_size=6,
    cases=rows("n num_epochs batch_size", (6, 4, 6), (5, 1, 1), (6, 2, 3), (4, 3, 9)),
    lr=0.1,
    seed=SEED,
)
def goes_on_from_its_last_step(student, n, label, num_epochs, batch_size, lr, seed):
    """takes each step from where the last one ended, with the gradient there: num_epochs times through the samples"""
    y, m = torch.full((n,), label), min(n, batch_size)
    rate, led = own_rate(student.train, m, 3, lr), b_of(student.train, y, 3, 0, batch_size, seeded(seed))
    for _step in range(num_epochs * n // m):
        led = led + rate * downhill(led, y)
    return {"b": b_of(student.train, y, 3, num_epochs, batch_size, seeded(seed), lr), "led": led}


def own_outcomes(train, n, batch_size, num_epochs, start):
    """The b to which steps of the student's own length lead, on n images of one class each."""
    rates = {m: own_rate(train, m, n) for m in {batch_size, n % batch_size, n} if 0 < m <= n}

    def step(b, batch):
        return b + rates[len(batch)] * downhill(b, torch.tensor(batch))

    return outcomes(start, step, n, batch_size, num_epochs)


@exercise.check(
    points=1.25,
    judge=in_batches(),
    cases=rows("n batch_size num_epochs", (5, 2, 1), (4, 2, 1), (3, 1, 1), (5, 3, 1), (3, 2, 2), (5, 4, 1)),
    n=5,
    batch_size=2,
    num_epochs=1,
    seed=SEED,
)
def goes_through_all_batches(student, n, batch_size, num_epochs, seed):
    """takes one step for each batch of a random order of all samples; the last batch may be smaller"""
    start, found = (
        b_of(student.train, torch.arange(n), n, epochs, batch_size, seeded(seed)) for epochs in (0, num_epochs)
    )
    return {"found": found, "possible": own_outcomes(student.train, n, batch_size, num_epochs, start)}


@exercise.check(points=1, needs=goes_through_all_batches, judge=in_new_orders(), calls=400, seed=SEED)
def draws_a_new_order_each_epoch(student, calls, seed):
    """draws a new order in each epoch and in each call, any order as probable as any other"""
    generator = seeded(seed)
    found = torch.stack([b_of(student.train, torch.arange(3), 3, 2, 1, generator) for _call in range(calls)])
    return {"found": found, "possible": own_outcomes(student.train, 3, 1, 2, torch.zeros(3).double())}


def same(call, other):
    return all(torch.equal(call[name], other[name]) for name in ("W", "b"))


def of_calls(got):
    first, second, again, untrained = (got[name] for name in ("first", "second", "again", "untrained"))
    return {
        "an equal generator gives the same start": torch.equal(untrained[2]["W"], untrained[0]["W"]),
        "an equal generator gives the same W and b": same(again, first),
        "a second call with the same generator gives the same W": torch.equal(second["W"], first["W"]),
        "a second start from the same generator is the same": torch.equal(untrained[0]["W"], untrained[1]["W"]),
    }


@exercise.check(points=0.5, judge=Close(of=of_calls), y=tensor([0, 1, 2, 0, 1, 2, 2, 1]), seed=SEED)
def draws_from_the_generator(student, y, seed):
    """draws all its numbers from the generator that it is given, and goes on where that stopped"""

    def call(generator, num_epochs=2):
        return trained(student.train, torch.eye(8)[:, None], y, 3, num_epochs, 0.5, 3, generator)

    generator = seeded(seed)
    torch.manual_seed(seed)
    found = {"first": call(generator), "second": call(generator)}
    untrained = seeded(seed)
    starts = [call(untrained, 0), call(untrained, 0)]
    torch.manual_seed(seed + 1)
    return found | {"again": call(seeded(seed)), "untrained": [*starts, call(seeded(seed), 0)]}


def of_dtypes(got):
    parts = named(got, "W", "b")
    tensors = {name: part.detach() for name, part in parts.items() if isinstance(part, torch.Tensor)}
    has_moved = "b" in tensors and bool(tensors["b"].any())
    return {name: describe(tensors.get(name, part)) for name, part in parts.items()} | {"b has moved": has_moved}


@exercise.check(
    points=0.5,
    judge=Close(of=of_dtypes),
    dtypes=("float32", "float64"),
    X=dim_images("n", 2, 3),
    y=drawn(uneven_labels, "n"),
    num_epochs=1,
    cases=rows("num_epochs", 0, 2) + rows("n", 3),
    seed=SEED,
)
def returns_two_tensors(student, X, y, num_epochs, seed):
    """returns a tuple of W (d, num_classes) and b (num_classes,), in the dtype of X: float32 or float64"""
    return student.train(X, y, 4, num_epochs, 0.1, 2, seeded(seed))


def logits(got, images):
    return pixels(images).flatten(1).double().cpu() @ got["W"].double().cpu() + got["b"].double().cpu()


def test_accuracy(got, lesson, test_labels):
    return (logits(got, lesson["test_images"]).argmax(1) == test_labels).double().mean().item()


LOSS_BELOW = 1.0


class FitsAndGeneralizes(Threshold):
    """A small loss on the images that it was trained with; the threshold is for those that it has not seen."""

    def verdict(self, got, want, inputs):
        if mistake := super().verdict(got, want, inputs):
            return mistake
        given = inputs["lesson"]
        loss = F.cross_entropy(logits(got, given["images"]), given["labels"].cpu()).item()
        if loss < LOSS_BELOW:
            return None
        return Mistake(
            _("the loss on the images that it was trained with is {loss:.3g}").format(loss=loss), code="loss"
        )


@exercise.check(
    points=1.75,
    training=True,
    judge=FitsAndGeneralizes(test_accuracy, chance=0.1),
    **lesson(**SETTINGS),
)
def learns_real_images(student, lesson):
    """learns to recognise real images, those that it was trained with and others"""
    X, y = pixels(lesson["images"])[:, 0], lesson["labels"]

    def fit(num_epochs):
        generator = seeded(lesson["order_seed"])
        return trained(student.train, X, y, 10, num_epochs, lesson["learning_rate"], lesson["batch_size"], generator)

    checkpoints = [fit(num_epochs) for num_epochs in (0, 1, 2, 4)] + [fit(lesson["epochs"])]
    losses = [F.cross_entropy(X.flatten(1) @ found["W"] + found["b"], y).item() for found in checkpoints]
    return {"losses": losses, **checkpoints[-1]}


exercise.hint(
    """One batch of all samples comes first: then an epoch is one step, and the order does not matter. What are the shapes of
    X[batch], W, the logits and b, if an image has d pixels?"""
)
exercise.hint(
    """The start: 0.01 * torch.randn(d, num_classes, generator=generator), because N(0, s^2) is s times N(0, 1); .to(X) gives
    it the dtype of X. b is X.new_zeros(num_classes), which has it already.""",
    helps=[starts_with_small_weights, returns_two_tensors],
)
exercise.hint(
    """By hand: error = softmax(X[batch] @ W + b) - one_hot(y[batch]); the gradient of W is X[batch].T @ error / len(batch),
    that of b error.mean(dim=0), because the logits' gradient is the error. By autograd: F.cross_entropy of the logits,
    backward(), a step under torch.no_grad(), and both .grad back to None.""",
    helps=[follows_the_gradient, goes_on_from_its_last_step],
)
exercise.hint(
    """torch.randperm(n, generator=generator).split(batch_size) is an epoch: a random order in batches, of which the last
    takes what is left over. Call it anew in each epoch. In a DataLoader it is shuffle=True, generator=generator.""",
    helps=[goes_through_all_batches, draws_a_new_order_each_epoch, draws_from_the_generator],
)
exercise.hint(
    """If the loss stays at 2.303 = log(10), all classes get the same probability. Do both parameters move, and are images and
    labels of a batch taken with the same rows?""",
    helps=[learns_real_images],
)

exercise.equivalent(
    "precision lost: (0.01 * torch.randn(X.shape[1], num_classes, generator=gener... "
    "-> (0.01 * torch.randn(X.shape[1], num_classes, generator=gener... (1 of 2)",
    "No random number is asked for exactly.",
)
