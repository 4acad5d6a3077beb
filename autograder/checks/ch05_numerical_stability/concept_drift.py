"""Checks of concept_drift.

Which mean is taken and how far a step goes is judged where it is asked for. Elsewhere the student's errors are compared
with others of the student's own, or with the first of them: what is wrong there is wrong on both sides.
"""

import torch
from torch import Tensor, nn

from autograder.messages import _
from autograder.spec import (
    OFF_GRID,
    By,
    Close,
    Exercise,
    Mistake,
    Unfit,
    describe,
    drawn,
    has_graph,
    load_parameters,
    normal,
    rows,
)

exercise = Exercise(entry="track", gradients=False, sizes={"n": (4, 6), "d": (2, 4), "h": (3, 5), "k": (2, 4)})
LINEAR = [normal("k", "d"), normal("k", shift=OFF_GRID)]
DEEP = [normal("h", "d"), normal("h", shift=OFF_GRID), normal("k", "h"), normal("k", shift=OFF_GRID)]
ALONE = {"n": 1, "k": 1}  # a single element, whose sum and mean are the same


def network(params, ending="matrix", frozen=()):
    """A network of layers with tanh between them, and y_t (n, k), (n,) or (n, k, 1). frozen: places of parameters."""
    layers = [nn.Linear(*reversed(W.shape)) for W in params[::2]]
    parts = [part for layer in layers for part in (nn.Tanh(), layer)][1:]
    last = {"matrix": nn.Identity(), "vector": nn.Flatten(0), "cube": nn.Unflatten(1, (-1, 1))}[ending]
    net = load_parameters(nn.Sequential(*parts, last), params)
    for i, p in enumerate(net.parameters()):
        p.requires_grad_(i not in frozen)
    return net


def batches(*counts, ending="matrix"):
    """A batch for each of the counts, of so many rows more than n."""

    def draw(d):
        n, k = d.size("n"), d.size("k")
        shapes = {"matrix": (k,), "vector": (), "cube": (k, 1)}
        draws = ((normal(n + more, "d"), normal(n + more, *shapes[ending], mean=9.0)) for more in counts)
        return [(X.draw(d), y.draw(d)) for X, y in draws]

    return drawn(draw, "n", "d", "k")


def outlier(d):
    """Batches of which one, anywhere, has labels that are far from the others'."""
    made = batches(0, 0, 0, 0, 0, 0).draw(d)
    place = int(torch.randint(len(made), (), generator=d.generator))
    return [(X, y + (20.0 if t == place else 0.0)) for t, (X, y) in enumerate(made)]


def errors(found, stream):
    """The errors as a vector, detached: their form is the matter of a check of its own."""
    if isinstance(found, list | tuple) and all(isinstance(e, float) or getattr(e, "shape", 0) == () for e in found):
        found = torch.stack([torch.as_tensor(e).to(stream[0][0]) for e in found]) if found else torch.zeros(0)
    if not isinstance(found, Tensor) or found.numel() != len(stream):
        raise Unfit("expected {n} errors, got {got}", n=len(stream), got=describe(found))
    return found.detach().flatten()


def kept(stream):
    return [(X.clone(), y.clone()) for X, y in stream]


@exercise.call(stream=batches(0, 2, 1), params=LINEAR, ending="matrix", lr=0.02)
def tracked(student, stream, params, ending, lr):
    return errors(student.track(stream, network(params, ending), lr), stream)


def largest(got):
    place = int(got.argmax())
    return {"how far the largest error is from the nearer end": min(place, len(got) - 1 - place)}


def of_the_first(got):
    return {"each error over the first": got / got[0]}


@tracked.check(points=0.25, lr=0.0, stream=drawn(outlier, "n", "d", "k"), judge=Close(of=largest), cases=[{}, {}, {}])
def tells_batches_apart():
    """is largest, with lr = 0, for a batch whose labels are far away from the others'"""


once = {"needs": tells_batches_apart}


@tracked.check(
    points=1.25,
    lr=0.0,
    cases=[
        {},
        {"params": DEEP, "n": 1},
        {"k": 1, "stream": batches(0)},
        {"ending": "vector", "k": 1, "stream": batches(1, 0, 2, ending="vector")},
        {"ending": "cube", "stream": batches(2, 0, ending="cube")},
    ],
)
def measures_each_batch():
    """with lr = 0, is the mean of (model(X_t) - y_t)^2 over all elements of each batch, in the order of the stream"""


@tracked.check(
    points=1,
    **once,
    stream=batches(0),
    judge=Close(scale=1, of=lambda got: {"e_1, less that for lr = 0, over it": got["learning"] / got["frozen"] - 1}),
    cases=rows("params lr n", (LINEAR, 0.05, 4), (DEEP, 0.02, 4), (LINEAR, 0.3, 1)),
)
def measures_before_it_learns(student, stream, params, lr):
    """tests on a batch before the step with it: the first error is the same with any lr"""
    results = {"learning": lr, "frozen": 0.0}
    return {name: errors(student.track(kept(stream), network(params), rate), stream) for name, rate in results.items()}


@tracked.check(
    points=0.75,
    **once,
    **ALONE,
    stream=batches(0, 0),
    judge=Close(of=of_the_first),
    cases=rows("params lr", (LINEAR, 0.05), (DEEP, 0.02), (LINEAR, 0.3)),
)
def takes_a_step():
    """one step with a batch of a single element moves every parameter by -lr times the gradient of its error"""


@tracked.check(
    points=0.75,
    **once,
    judge=Close(of=of_the_first),
    stream=batches(1, 0),
    cases=[
        *rows("params lr", (LINEAR, 0.05), (DEEP, 0.02)),
        {"ending": "vector", "k": 1, "stream": batches(1, 0, ending="vector")},
        {"ending": "cube", "stream": batches(2, 0, ending="cube")},
    ],
)
def takes_a_step_with_many_elements():
    """one step with a larger batch follows the gradient of the mean over all its elements"""


@tracked.check(
    points=1,
    **once,
    **ALONE,
    stream=batches(0, 0, 0, 0),
    judge=Close(of=of_the_first),
    cases=rows("params lr", (LINEAR, 0.05), (DEEP, 0.02), (LINEAR, 0.1)),
)
def goes_on_from_step_to_step():
    """goes on from the last parameters, each time with the gradient of that batch alone"""


def drifting(d):
    """Batches of x and of what is added to the labels: a slope that grows from one to the next, and noise."""
    turn = normal("d", 1, away=0.5).draw(d)
    found = []
    for t in range(100):
        X = normal(4, "d").draw(d)
        found.append((X, X @ turn * (0.1 * t) + 0.1 * normal(4, 1).draw(d)))
    return found


def keeps_up(got):
    learning, frozen = (got[name].double().mean().item() for name in ("learning", "frozen"))
    if learning < 0.15 * frozen:
        return None
    share = f"{learning / frozen:.3g}"
    text = _("the mean error is {share} times that for lr = 0: less than 0.15 times is asked for")
    return Mistake(text.format(share=share), expected="< 0.15", got=share, code=f"share {share}")


@tracked.check(
    points=1,
    **once,
    k=1,
    judge=By(keeps_up),
    stream=drawn(drifting, "d"),
    cases=rows("d", 2, 3),
    lr=0.08,
)
def follows_a_drift(student, stream, params, lr):
    """on a stream that drifts away from what the model knows, errs far less with lr > 0 than with lr = 0"""
    stream = [(X, X @ params[0].T + params[1] + drift) for X, drift in stream]
    results = {"learning": lr, "frozen": 0.0}
    return {name: errors(student.track(kept(stream), network(params), rate), stream) for name, rate in results.items()}


def in_one_buffer(stream):
    """The batches in the same two tensors, each when it is asked for."""
    X, y = (part.clone() for part in stream[0])
    for next_X, next_y in stream:
        X.copy_(next_X)
        y.copy_(next_y)
        yield X, y


FORMS = {"generator": iter, "buffer": in_one_buffer}


@exercise.call(
    form="generator",
    params=LINEAR,
    stream=batches(0, 0, 0, 0),
    lr=0.02,
    judge=Close(scale=1, of=lambda got: {"each error, less that for a list of them": got["found"] - got["of a list"]}),
)
def in_another_form(student, form, params, stream, lr):
    found = errors(student.track(FORMS[form](kept(stream)), network(params), lr), stream)
    return {"found": found, "of a list": errors(student.track(kept(stream), network(params), lr), stream)}


@in_another_form.check(points=0.5, **once, cases=rows("lr params", (0.0, LINEAR), (0.02, DEEP)))
def goes_through_once():
    """takes a generator, which can be gone through only once and has no length"""


@in_another_form.check(points=1, **once, form="buffer", cases=rows("lr params", (0.0, LINEAR), (0.02, DEEP)))
def asks_after_the_step():
    """takes a stream that puts all batches into the same tensors: the next is asked for after the step, and none kept"""


def first_part(params, X):
    return torch.tanh(X @ params[0].T + params[1])


def of_frozen(got):
    return {"each error over the first, less what it should be": got["off"], "requires_grad": got["requires_grad"]}


@tracked.check(
    points=0.5,
    **once,
    params=DEEP,
    judge=Close(scale=1, of=of_frozen),
    lr=0.01,
    stream=batches(0, 1, 0, 0),
)
def leaves_frozen_parameters(student, stream, params, lr):
    """does not move parameters whose requires_grad is False: it errs as if their layer were a part of the data"""
    net = network(params, frozen=(0, 1))
    found = errors(student.track(kept(stream), net, lr), stream)
    inner = [(first_part(params, X), y.clone()) for X, y in stream]
    alone = errors(student.track(inner, network(params[2:]), lr), stream)
    requires_grad = [p.requires_grad for p in net.parameters()]
    return {"off": found / found[0] - alone / alone[0], "found": found, "requires_grad": requires_grad}


@tracked.check(points=0.5, **once, cases=rows("params lr", (LINEAR, 0.05), (DEEP, 0.05)))
def leaves_the_model_alone(student, stream, params, lr):
    """leaves the values of the model itself as they are"""
    net = network(params)
    student.track(stream, net, lr)
    return [p.detach() for p in net.parameters()]


@tracked.check(points=0.5, **once, params=DEEP, learning=True, cases=rows("learning", True, False))
def leaves_its_state_alone(student, stream, params, lr, learning):
    """leaves .grad, the mode and requires_grad of the model as they are"""
    net = network(params).train(learning)
    student.track(stream, net, lr)
    return {
        ".grad": ["None" if p.grad is None else "a tensor" for p in net.parameters()],
        "training": [part.training for part in net.modules()],
        "requires_grad": [p.requires_grad for p in net.parameters()],
    }


def form_of(found):
    return f"{describe(found)}, {'with' if has_graph(found) else 'without'} a graph"


@tracked.check(points=0.25, **once, cases=rows("lr stream", (0.02, batches(0, 0)), (0.0, batches(0, 1, 0))))
def returns_a_vector(student, stream, params, lr):
    """returns a tensor of shape (T,), detached"""
    found = student.track(stream, network(params), lr)
    return {"the result": form_of(found.float() if isinstance(found, Tensor) else found)}


@tracked.check(
    points=0.25,
    **once,
    dtypes=("float32", "float64"),
    form="list",
    cases=rows("form params", ("list", LINEAR), ("generator", DEEP)),
)
def takes_an_empty_stream(student, form, params, lr):
    """returns a float32 tensor of shape (0,) where there is no batch at all"""
    return {"the result": form_of(student.track([] if form == "list" else iter([]), network(params), lr))}


exercise.keeps_the_dtype(
    "has the dtype of the model's output, and in float64 its full precision",
    points=0.25,
    except_for=[leaves_the_model_alone, leaves_its_state_alone, returns_a_vector, takes_an_empty_stream],
)
exercise.leaves_its_inputs_alone("leaves the batches unchanged", points=0.25)

exercise.hint(
    """One weight, w = 0, batches x = 1, y = 1 and x = 1, y = 2, lr = 0.25. The first error is 1, its gradient -2, and w becomes
    0.5. The second error is (0.5 - 2)^2 = 2.25."""
)
exercise.hint(
    """copy.deepcopy(model) before the loop, once: in the loop it would bring back the start. From then on only the copy is
    called, and only its parameters move.""",
    helps=[leaves_the_model_alone, leaves_its_state_alone, goes_on_from_step_to_step, follows_a_drift],
)
exercise.hint(
    """A single `for X, y in stream:` is enough, with everything in it: list(stream) and enumerate-and-look-back keep batches
    whose tensors are overwritten by then.""",
    helps=[goes_through_once, asks_after_the_step],
)
exercise.hint(
    """The error of a batch is what backward() starts from, too: compute it once, keep error.detach(), then take the step. Clear
    the gradients in each round, because backward() adds to them.""",
    helps=[measures_before_it_learns, takes_a_step, takes_a_step_with_many_elements, goes_on_from_step_to_step],
)
exercise.hint(
    """A frozen parameter has the .grad None. Leave those out: [p for p in learner.parameters() if p.requires_grad], or let
    torch.optim.SGD skip them.""",
    helps=[leaves_frozen_parameters, leaves_its_state_alone],
)
exercise.hint(
    """torch.stack makes a vector of tensors of shape (), in their dtype, and refuses an empty list: return torch.zeros(0)
    then.""",
    helps=[returns_a_vector, takes_an_empty_stream],
)
