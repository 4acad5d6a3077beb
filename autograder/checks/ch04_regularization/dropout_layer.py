"""Checks of dropout_layer.

Nothing depends on how a mask is drawn. The layer is looked at by itself; the network with weights that show one place
at a time, and beside what the student's own layer does, so that a fault of the layer is no fault of the network.
"""

from math import sqrt

import torch
from torch import nn

from autograder.checks.ch04_regularization._shared import (
    IMAGES,
    factors_of_kept,
    gradients_of_kept,
    nonzero,
    with_gradients,
)
from autograder.messages import _
from autograder.spec import (
    By,
    Close,
    Exercise,
    Layers,
    Mistake,
    Statistic,
    Threshold,
    drawn,
    drawn_anew,
    each_alone,
    error_of,
    fitting,
    honest_draws,
    lesson,
    load_parameters,
    normal,
    normality,
    only_eval,
    repeated,
    right_shapes,
    rows,
    same_twice,
    shapes_of,
    teach,
    whole,
    with_probability,
    xavier,
)
from autograder.spec.training import pixels

exercise = Exercise(
    entry=("Dropout", "build_mlp"),
    forbid="dropout",
    sizes={"rows": (4, 8), "columns": (4, 8), "batch": (3, 5)} | dict.fromkeys(IMAGES, (2, 5)),
)
X = nonzero("rows", "columns")
LAYERS = ["the first dense layer of 256", "the second dense layer of 256", "the dense layer of 10"]
SHAPES = [(256, 784), (256, 256), (10, 256)]


@exercise.call(judge=Close(of=factors_of_kept), X=X, p=0.3, calls=24)
def results(student, X, p, calls):
    return repeated(student.Dropout(p), X, calls)


@exercise.call(X=X, p=0.5, calls=200)
def zeros(student, X, p, calls):
    return repeated(student.Dropout(p), X, calls) == 0


@exercise.call(X=X, p=0.6, modes=[], inside=False)
def after_modes(student, X, p, modes, inside):
    layer = student.Dropout(p)
    outermost = nn.Sequential(nn.Identity(), nn.Sequential(layer)) if inside else layer
    for training in modes:
        layer(X.clone())  # a call before the mode changes, and one afterwards
        outermost.train() if training else outermost.eval()
    return layer(X)


@results.check(points=1, cases=rows("p X", (0.3, X), (0.6, X), (0.965, nonzero(30, 20))))
def scales_what_it_keeps():
    """Dropout keeps elements as X / (1 - p) in training mode"""


@zeros.check(points=0.5, judge=drawn_anew(), seconds=10, X=nonzero(16, 16))
def draws_anew_at_each_call():
    """Dropout draws anew at each call: what was dropped in one call says nothing about the next"""


once = {"needs": draws_anew_at_each_call, "seconds": 10}


@zeros.check(points=0.75, judge=with_probability(), cases=rows("p", 0.25, 0.7), X=nonzero(25, 4), **once)
def drops_with_probability_p():
    """Dropout drops each element with probability p"""


@zeros.check(points=0.25, judge=with_probability(), X=nonzero(25, 4), **once)
def has_a_default(student, X, calls):
    """Dropout() drops with probability 0.5"""
    return repeated(student.Dropout(), X, calls) == 0


@zeros.check(points=0.75, judge=each_alone(), cases=rows("X", X, nonzero(*IMAGES)), p=0.4, calls=150, **once)
def decides_for_each_element_alone():
    """Dropout decides for each element alone: what becomes of its neighbours says nothing about it"""


@results.check(points=0.25, cases=rows("X", nonzero(9), nonzero("examples", 3, "features"), nonzero(*IMAGES)))
def takes_any_shape():
    """Dropout takes tensors with any number of axes"""


@after_modes.check(
    points=0.75,
    needs=draws_anew_at_each_call,
    cases=rows("modes inside", ([False], False), ([False], True), ([False, True, False], True), ([True, False], False)),
)
def rests_in_evaluation_mode():
    """Dropout returns X, neither dropped nor scaled, in evaluation mode, also where a module around it sets the mode"""


def some_dropped(got, X):
    if (got == 0).any():
        return None
    return Mistake(_("nothing is dropped"), code="the factor is 1" if torch.allclose(got, X) else "nothing is dropped")


@after_modes.check(
    points=0.25,
    judge=By(some_dropped),
    needs=draws_anew_at_each_call,
    X=nonzero(16, 16),
    cases=rows("modes inside", ([False, True], False), ([False, True], True), ([False, True] * 2, True)),
)
def drops_again_in_training_mode():
    """Dropout drops again when it is back in training mode, however often the mode has changed"""


@after_modes.check(points=0.25, judge=Close(zeros=True), needs=draws_anew_at_each_call, cases=rows("p", 0, 1, 0.0, 1.0))
def works_at_both_ends():
    """Dropout drops nothing at p = 0 and everything at p = 1, but in evaluation mode nothing there either"""


@results.check(
    points=0.5,
    judge=Close(of=gradients_of_kept),
    cases=rows("p X", (0.3, X), (0.6, nonzero(*IMAGES)), (0.3, nonzero(9))),
)
def lets_the_gradient_follow(student, X, p, calls):
    """Dropout lets the gradient through as it does the element: 0 where dropped, 1 / (1 - p) where kept"""
    return with_gradients(student.Dropout(p), X, calls)


@exercise.lets_gradients_through(points=0.25, zeros=True, about=[rests_in_evaluation_mode, works_at_both_ends])
def passes_gradients_at_both_ends():
    """Dropout lets the gradient through at p = 0 and in evaluation mode; at p = 1 it is 0, never NaN"""


values = [scales_what_it_keeps, takes_any_shape, rests_in_evaluation_mode, works_at_both_ends]
keeps_the_dtype = exercise.keeps_the_dtype(
    "Dropout works in float64 too, to its full precision", points=0.25, about=values
)
exercise.leaves_its_inputs_alone("Dropout leaves X unchanged", points=0.25, about=values)
exercise.takes_views("Dropout works for tensors that are views of others, as X.T is", points=0.25, about=values)


@exercise.check(points=0.25, needs=draws_anew_at_each_call, X=nonzero(16, 16), seed=whole(0, 10**6))
def draws_from_the_global_generator(student, X, seed):
    """Dropout draws from torch's global generator, and sets no seed"""
    masks = []
    for each in (seed, seed, seed + 1):
        torch.manual_seed(each)
        masks.append(student.Dropout(0.5)(X) == 0)
    return {
        "the same seed gives the same mask": torch.equal(masks[0], masks[1]),
        "another seed gives another mask": not torch.equal(masks[0], masks[2]),
    }


@exercise.check(points=0.25, needs=draws_anew_at_each_call, X=X)
def has_nothing_to_learn(student, X):
    """Dropout has no parameters and no buffers"""
    layer = student.Dropout(0.3)
    layer(X)
    return {"parameters": shapes_of(layer), "buffers": [list(b.shape) for b in nn.Module.buffers(layer)]}


@exercise.check(
    points=0.5,
    needs=scales_what_it_keeps,
    p=0.5,
    cases=rows("p", -0.1, 1.1, -1, 2, float("inf"), float("nan")) + rows("p", 0, 1, 0.0, 1.0, 0.3),
)
def refuses_what_is_no_probability(student, p):
    """Dropout(p) and build_mlp(p1, p2) raise ValueError outside [0, 1], for NaN too, and only there"""
    return {
        "Dropout(p)": error_of(ValueError, student.Dropout, p),
        "build_mlp(p, 0.5)": error_of(ValueError, student.build_mlp, p, 0.5),
        "build_mlp(0.5, p)": error_of(ValueError, student.build_mlp, 0.5, p),
    }


def loaded(student, weights, p1=1e-9, p2=1e-9, exactly=False):
    return load_parameters(student.build_mlp(p1, p2), weights, exactly=exactly)


# With almost nothing to drop and in evaluation mode the network is the plain one, whatever Dropout does wrong.
@exercise.call(axes=("images", "classes"), weights=xavier(SHAPES, gain=2, bias=0.5), images=normal("batch", 1, 28, 28))
def logits(student, weights, images):
    return loaded(student, weights, exactly=True).eval()(images)


@exercise.call(
    into=[normal(2, 784), normal(2, 256), normal(2, 256)],
    out=[normal(2, 256, away=0.1), normal(2, 256, away=0.1), normal(2, 10)],
    weights=xavier(SHAPES),
)
def part(student, weights, into, out, layer):
    return Layers(loaded(student, weights).eval(), LAYERS, into, out).around(layer)


@exercise.check(points=0.25, judge=right_shapes(LAYERS))
def has_its_parameters(student):
    """the network has the weights and biases of its three layers, in their order"""
    return shapes_of(student.build_mlp(0.2, 0.5))


@logits.check(points=0.25, also=[{"batch": 1}, {"weights": xavier(SHAPES, gain=8)}])
def computes_the_logits():
    """the network maps images to logits as it should"""


@part.check(points=0.25, follows_from=computes_the_logits, layer=0)
def has_the_first_hidden_layer():
    """the network goes through a dense layer of 256, then a ReLU"""


@part.check(points=0.25, follows_from=computes_the_logits, layer=1)
def has_the_second_hidden_layer():
    """the network goes through another dense layer of 256, then a ReLU"""


@part.check(points=0.25, follows_from=computes_the_logits, layer=2)
def ends_with_the_dense_layer_of_10():
    """the network returns what the dense layer of 10 makes, as it is: no softmax, no ReLU on it"""


@logits.check(points=0.25, judge=same_twice(), cases=rows("shape", (784,), (28, 28)), shape=())
def flattens_any_shape(student, weights, images, shape):
    """the network takes (n, 1, 28, 28), (n, 28, 28) and (n, 784), each image flattened row by row"""
    net = loaded(student, weights).eval()
    return {"as (n, 1, 28, 28)": net(images.clone()), "in another shape": net(images.clone().reshape(-1, *shape))}


@logits.check(points=0.25, judge=same_twice())
def makes_a_new_network(student, weights, images):
    """build_mlp makes new modules at each call"""
    net = loaded(student, weights).eval()
    before = net(images.clone())
    loaded(student, [2 * weight for weight in weights]).train()
    return {"before another network is made": before, "afterwards": net(images.clone())}


@exercise.call(seed=whole(0, 10**6))
def start(student, seed):
    torch.manual_seed(seed)
    return {f"parameter {i}": p.detach().float() for i, p in enumerate(student.build_mlp(0.2, 0.5).parameters())}


def weights_at_the_start(got):
    return normality([p for p in got.values() if p.dim() == 2], 0.01)


@start.check(points=0.5, needs=has_its_parameters, judge=Statistic(of=weights_at_the_start, **honest_draws(*SHAPES)))
def draws_its_weights():
    """the network starts with weights from N(0, 0.01^2), drawn independently of each other"""


def largest_biases(got):
    return {f"the largest |bias| of {name}": got[f"parameter {2 * i + 1}"].abs().max() for i, name in enumerate(LAYERS)}


@start.check(points=0.25, needs=has_its_parameters, judge=Close(of=largest_biases, zeros=True))
def starts_its_biases():
    """the network starts with biases of zero"""


@exercise.check(points=0.25, needs=draws_its_weights, seed=whole(0, 10**6))
def draws_its_weights_anew(student, seed):
    """build_mlp draws the weights anew at each call, and sets no seed"""
    found = []
    for each in (seed, None, seed + 1):
        if each is not None:
            torch.manual_seed(each)
        net = student.build_mlp(0.2, 0.5)
        found.append(torch.cat([p.detach().flatten() for p in net.parameters() if p.dim() == 2]))
    return {
        "a second call gives other weights": not torch.equal(found[0], found[1]),
        "another seed gives other weights": not torch.equal(found[0], found[2]),
    }


gradients = exercise.lets_gradients_through(
    "the network lets gradients flow to the images and to all parameters", points=0.25, about=[computes_the_logits]
)

PLACES = ("the image", "the first hidden layer", "the second hidden layer")


# From one place only element 0 is passed on, so that all logits are alike where that was dropped, and differ elsewhere.
@exercise.call(p1=0.3, p2=0.75, calls=300)
def dropped(student, p1, p2, calls):
    rates = {"p1": p1, "p2": p2}
    found = {
        f"Dropout({name})": repeated(student.Dropout(p), torch.ones(1, 8), calls) == 0 for name, p in rates.items()
    }
    for k, place in enumerate(PLACES):
        weights = []
        for i, (out, into) in enumerate(SHAPES):
            passed = torch.arange(into) < (1 if i == k else into)
            rising = torch.arange(1.0, 1 + out) if out == 10 else torch.ones(out)
            weights += [torch.outer(rising, passed / into), torch.zeros(out)]
        net = loaded(student, weights, p1, p2).train()
        with torch.no_grad():
            few = range(40 if place == "the image" else calls)  # of the image only whether any is dropped is asked
            logits = [fitting(net(torch.ones(1, 1, 28, 28)), torch.ones(1, 10)) for _call in few]
        found[place] = torch.cat(logits)
    return found


def decides_alone(layer):
    """Whether a layer does not drop whole rows: if it does, that is another check's matter."""
    return not torch.equal(layer.all(-1), layer.any(-1))


def alike(logits):
    return logits.amax(1) == logits.amin(1)


def in_their_places(got):
    if not decides_alone(got["Dropout(p1)"]):
        return None
    image, first, second = (got[place] for place in PLACES)
    if alike(image).any():
        return Mistake(_("pixels are dropped"), code="pixels")
    if (image == 0).any():
        return Mistake(_("logits are dropped"), code="logits")
    for name, layer in (("first", first), ("second", second)):
        if not alike(layer).any():
            return Mistake(_("nothing of the {which} hidden layer is dropped").format(which=_(name)), code=name)
    return None


def at_their_rates(got, p1, p2, calls):
    found = []
    for name, p, place in (("p1", p1, PLACES[1]), ("p2", p2, PLACES[2])):
        layer = got[f"Dropout({name})"]
        share, right = alike(got[place]).double().mean().item(), layer.double().mean().item()
        deviation = sqrt(1.125 * p * (1 - p) / calls)  # of a share in so many calls, and one in eight times as many
        if share and decides_alone(layer) and abs(share - right) > 6 * deviation:
            text = _("of {place}, {share:.0%} are dropped; Dropout({name}) drops {right:.0%} for {name} = {p}")
            values = {"place": _(place), "share": share, "name": name, "right": right, "p": p}
            found.append(Mistake(text.format(**values), code=f"{name}: {share:.1f}"))
    return Mistake(found[0].message, code=", ".join(mistake.code for mistake in found)) if found else None


net_once = {"needs": [draws_anew_at_each_call, has_its_parameters], "seconds": 20}


@dropped.check(points=0.5, judge=By(in_their_places), **net_once)
def drops_after_both_hidden_layers():
    """in training mode, the network drops elements of both hidden layers, and no pixels or logits"""


@dropped.check(points=0.5, judge=By(at_their_rates), cases=rows("p1 p2", (0.3, 0.75), (0.75, 0.3)), **net_once)
def drops_at_both_rates():
    """in training mode, the network drops of its first hidden layer as Dropout(p1) does, of its second as Dropout(p2)"""


def at_rest(layer):
    return bool(torch.equal(layer, torch.ones_like(layer)))


def as_without_dropout(got, want):
    if at_rest(got["Dropout"]) and not torch.allclose(got["network"].double(), want["network"].double(), 1e-3, 1e-3):
        return Mistake(_("the logits are not those of the network without dropout"), code="other logits")
    return None


@logits.check(points=0.25, judge=By(as_without_dropout), needs=computes_the_logits)
def the_network_rests_in_evaluation_mode(student, weights, images):
    """in evaluation mode, the network drops nothing, though Dropout would do so in training mode"""
    net = loaded(student, weights, 0.6, 0.5).eval().train().eval()
    return {"network": net(images), "Dropout": student.Dropout(0.5).eval()(torch.ones(64))}


def test_accuracy(got, test_labels):
    return (got["predictions"].cpu() == test_labels).double().mean().item()


class Steady(Threshold):
    """The same predictions twice too, unless Dropout itself drops in evaluation mode: that is another check's matter."""

    def verdict(self, got, want, inputs):
        if mistake := super().verdict(got, want, inputs):
            return mistake
        if at_rest(got["Dropout"]) and not torch.equal(got["predictions"], got["again"]):
            return Mistake(_("it predicts something else the second time"), code="not steady")
        return None


def small_weights(d):
    """Given weights, drawn as the exercise asks: how a solution starts is another check's matter."""
    pairs = [(0.01 * torch.randn(*shape, generator=d.generator), torch.zeros(shape[0])) for shape in SHAPES]
    return [part for pair in pairs for part in pair]


@exercise.check(
    points=0.75,
    training=True,
    judge=Steady(test_accuracy, chance=0.1),
    weights=drawn(small_weights),
    **lesson(digits={"train": 1200, "test": 597, "epochs": 30, "batch_size": 64, "learning_rate": 0.2}),
)
def learns_real_images(student, weights, lesson):
    """the network learns to recognise real images in training mode, and predicts the same twice in evaluation mode"""
    net = loaded(student, weights, 0.2, 0.5)
    found = teach(net, lesson, torch.optim.SGD(net.parameters(), lr=lesson["learning_rate"]))
    with only_eval(net):
        again = net(pixels(lesson["test_images"])).argmax(1)
    return {**found, "again": again, "Dropout": student.Dropout(0.5).eval()(torch.ones(64))}


exercise.hint(
    """Write Dropout first. Its forward is the function dropout with two changes: p is self.p, and the question whether to
    drop is answered by self.training, because nn.Module keeps that up to date for you. Build the network from it then."""
)
exercise.hint(
    """p is the probability that an element is dropped, so a share 1 - p is kept. Kept elements are divided by that share,
    because the mean then stays what it was. Divide X, not the weights.""",
    helps=[scales_what_it_keeps, takes_any_shape, drops_with_probability_p, keeps_the_dtype, lets_the_gradient_follow],
)
exercise.hint(
    """Draw inside of forward, one number for each element: torch.rand(X.shape) >= self.p. A mask drawn in __init__ never
    changes, because __init__ runs once. No seed belongs in there.""",
    helps=[
        *(draws_anew_at_each_call, decides_for_each_element_alone, draws_from_the_global_generator),
        *(has_nothing_to_learn, has_a_default),
    ],
)
exercise.hint(
    """Read self.training inside of forward, at each call: net.eval() sets it in every module inside of net, but calls no
    eval() of theirs. For that, each Dropout has to be a part of the network, made once in build_mlp, because a layer that
    is made in forward, or kept in a plain list, is never told and stays in training mode.""",
    helps=[
        *(rests_in_evaluation_mode, drops_again_in_training_mode, the_network_rests_in_evaluation_mode),
        learns_real_images,
    ],
)
exercise.hint(
    """At p = 1 return torch.zeros_like(X) before you divide, because 0 / 0 is NaN. In __init__, ask
    "if not 0 <= p <= 1" rather than "if p < 0 or p > 1", because every comparison with NaN is False.""",
    helps=[works_at_both_ends, passes_gradients_at_both_ends, refuses_what_is_no_probability],
)
exercise.hint(
    """nn.Sequential takes the eight layers in the order in which the docstring has them. A Dropout follows the ReLU of each
    hidden layer, because it is the hidden units that should not lean on each other: p1 after the first, p2 after the
    second, nothing after the last.""",
    helps=[
        *(has_its_parameters, logits, part, drops_after_both_hidden_layers, drops_at_both_rates),
        *(gradients, learns_real_images),
    ],
)
exercise.hint(
    """For every layer of class nn.Linear: nn.init.normal_(layer.weight, std=0.01) and nn.init.zeros_(layer.bias), because
    nn.Linear starts both by a rule of its own. Make the layers inside of build_mlp, so that each call has its own.""",
    helps=[start, draws_its_weights_anew, makes_a_new_network],
)
