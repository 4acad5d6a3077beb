"""Checks of char_lm. A few steps of training on tiny texts are compared number by number; each text of the long run
has its symbols renamed, so that no weights that somebody brings along fit."""

import torch
from torch.nn import functional as F

from autograder.checks.ch10_recurrent._shared import scan
from autograder.datasets import SYMBOLS, time_machine, topics
from autograder.spec import (
    Exercise,
    Threshold,
    drawn,
    error_of,
    named,
    normal,
    right_parts,
    rows,
    secret,
    seeded,
)

exercise = Exercise(
    entry=("sequential_batches", "train_char_lm", "generate"),
    sizes={"symbols": (4, 7), "hidden": (3, 6), "length": (20, 30)},
)
NAMES = ("W_xh", "W_hh", "b_h", "W_hq", "b_q")
PARAMS = {
    "W_xh": normal("symbols", "hidden"),
    "W_hh": normal("hidden", "hidden", std=0.5),
    "b_h": normal("hidden", std=0.5),
    "W_hq": normal("hidden", "symbols"),
    "b_q": normal("symbols"),
}


def text(d, dims):
    return torch.randint(d.size("symbols"), d.shape(dims), generator=d.generator)


CORPUS = drawn(lambda d: text(d, ["length"]), "length")


def batches(corpus, batch_size, num_steps):
    """Right minibatches, for a training that is judged by itself."""
    each = (corpus.numel() - 1) // batch_size
    starts = torch.arange(0, each - num_steps + 1, num_steps)[:, None] + each * torch.arange(batch_size)
    if not starts.numel():
        raise ValueError("not a single minibatch")
    places = starts[:, :, None] + torch.arange(num_steps)
    return corpus[places], corpus[places + 1]


@exercise.call(
    corpus=drawn(lambda d: torch.randperm(d.size("length"), generator=d.generator), "length"),
    batch_size=2,
    num_steps=3,
    results=dict.fromkeys(("X", "Y"), ("batches", "rows", "steps")),
)
def sequential_batches(student, corpus, batch_size, num_steps):
    return named(student.sequential_batches(corpus, batch_size, num_steps), "X", "Y")


@exercise.call(corpus=CORPUS, params=PARAMS, num_epochs=1, lr=0.5, batch_size=2, num_steps=3, theta=1e3, of=NAMES)
def train_char_lm(student, corpus, params, num_epochs, lr, batch_size, num_steps, theta, of):
    with right_parts(student, "train_char_lm", sequential_batches=batches):
        found = student.train_char_lm(corpus, params, num_epochs, lr, batch_size, num_steps, theta)
    if isinstance(found, list | tuple):  # which names it lacks is another check's matter
        found = named(found, *NAMES)
    return {name: found[name].detach() for name in of}


def goes_on(prefix, n, params):
    """What the network adds to a text, and by how much the largest logit leads wherever it decides."""
    added, leads = [], []
    for _ in range(n):
        x = F.one_hot(torch.cat([prefix, *added]), len(params["W_xh"])).to(params["W_xh"])[:, None]
        _outputs, last = scan(x, params["W_hh"].new_zeros(1, len(params["W_hh"])), params)
        first, second = (last @ params["W_hq"] + params["b_q"])[0].topk(2).values
        leads.append(first - second)
        added.append((last @ params["W_hq"] + params["b_q"]).argmax(1))
    return torch.cat([prefix, *added]), min(leads, default=1.0)


def forgets(said, known, n, params):
    """Whether the same comes out if a part of the beginning, or all but the last symbol, is not read."""
    early = known > 1 and goes_on(said[:1], 1, params)[0][1] == said[known]
    parts = [goes_on(said[k:known], n, params)[0][known - k :] for k in range(1, known)]
    alone = [goes_on(said[t - 1 : t], 1, params)[0][1:] for t in range(known, known + n)]
    later = said[known:]
    return early or any(torch.equal(part, later) for part in parts) or (n > 1 and torch.equal(torch.cat(alone), later))


def speaker(known, n):
    """A network and a beginning: it never hesitates, and what it says depends on all that it has read."""

    def draw(d):
        def number(*shape):
            return torch.randn(shape, generator=d.generator, dtype=torch.float64).round(decimals=2)

        while True:
            params = {"W_xh": number(6, 8), "W_hh": 0.5 * number(8, 8), "b_h": 0.5 * number(8)}
            params |= {"W_hq": number(8, 6), "b_q": 0.5 * number(6)}
            prefix = torch.randint(6, (known,), generator=d.generator)
            said, lead = goes_on(prefix, n if known else 0, params)
            if lead > 0.02 and not (known and n and forgets(said, known, n, params)):
                return {"prefix": prefix, "params": {name: p.to(d.dtype) for name, p in params.items()}}

    return {"model": drawn(draw), "n": n}


@exercise.call(**speaker(3, 5))
def generate(student, model, n):
    return student.generate(model["prefix"], n, model["params"])


@sequential_batches.check(
    points=1.25, cases=rows("length batch_size num_steps", (31, 3, 4), (25, 2, 3), (26, 4, 3), (24, 2, 4))
)
def cuts_the_text_into_minibatches():
    """sequential_batches returns X and Y (num_batches, batch_size, num_steps): each row goes on in the next
    minibatch, and Y is X one symbol later"""


@sequential_batches.check(
    points=0.25, cases=rows("length batch_size num_steps", (7, 2, 3), (6, 1, 1), (9, 8, 1), (9, 1, 8))
)
def cuts_at_the_limits():
    """sequential_batches keeps its three axes for one minibatch, one row and one step"""


@sequential_batches.check(
    points=0.5,
    needs=cuts_the_text_into_minibatches,
    cases=rows("length batch_size num_steps", (6, 2, 3), (4, 4, 1), (1, 1, 1), (10, 3, 4), (7, 2, 3), (5, 4, 1)),
)
def refuses_too_short_a_text(student, corpus, batch_size, num_steps):
    """sequential_batches raises ValueError if there is not a single minibatch, and only then"""
    return error_of(ValueError, student.sequential_batches, corpus, batch_size, num_steps)


@train_char_lm.check(points=1.25, cases=rows("length batch_size num_steps", (7, 2, 3), (9, 4, 2)))
def takes_a_step():
    """train_char_lm takes a step of gradient descent on the mean cross-entropy of a minibatch"""


@train_char_lm.check(
    points=1, cases=rows("length batch_size num_steps theta", (7, 2, 3, 0.1), (9, 4, 2, 0.3), (9, 2, 4, 0.02))
)
def clips_all_gradients_together():
    """train_char_lm multiplies all gradients by min(1, theta / norm), with one norm over all five"""


@train_char_lm.check(points=1, cases=rows("length batch_size num_steps", (13, 2, 3), (20, 2, 3)))
def carries_the_state_on():
    """train_char_lm goes from minibatch to minibatch with the state of the one before, detached"""


@train_char_lm.check(points=0.75, cases=rows("length batch_size num_steps num_epochs", (13, 2, 3, 2), (15, 2, 3, 3)))
def begins_each_epoch_with_zeros():
    """train_char_lm begins each epoch with a state of zeros"""


@train_char_lm.check(points=0.25, needs=takes_a_step, num_epochs=0)
def trains_for_no_epoch():
    """train_char_lm returns what it was given where num_epochs is 0"""


@train_char_lm.check(points=0.25, needs=takes_a_step, length=13)
def trains_copies(student, corpus, params, num_epochs, lr, batch_size, num_steps, theta):
    """train_char_lm returns a new dict of the five, and leaves those that it was given as they are, .grad too"""
    given = {name: p.clone().requires_grad_() for name, p in params.items()}
    for p in given.values():
        p.grad = torch.ones_like(p)
    with right_parts(student, "train_char_lm", sequential_batches=batches):
        found = student.train_char_lm(corpus, given, num_epochs, lr, batch_size, num_steps, theta)
        same = student.train_char_lm(corpus, given, 0, lr, batch_size, num_steps, theta)
    values = {name: p.detach() for name, p in given.items()}
    return {
        "the result is a dict of": sorted(found) if isinstance(found, dict) else type(found).__name__,
        "values of the given ones": values,
        ".grad of the given ones": {name: p.grad for name, p in given.items()},
        "memory is shared after 0 epochs": isinstance(same, dict)
        and any(same[name].data_ptr() == p.data_ptr() for name, p in values.items() if name in same),
    }


@generate.check(points=1.25, dtypes=["float32", "float64"], cases=[speaker(3, 6), speaker(2, 8), speaker(4, 5)])
def goes_on_with_the_most_probable():
    """generate returns the prefix and n more symbols, each time the one with the largest logit, in float32 and in
    float64"""


@generate.check(points=0.25, cases=[speaker(1, 4), speaker(3, 1), speaker(4, 0)])
def generates_at_the_limits():
    """generate goes on from a single symbol, and adds one or none"""


@generate.check(
    points=0.25, needs=goes_on_with_the_most_probable, cases=[speaker(k, n) for k, n in ((0, 3), (0, 0), (2, 0))]
)
def wants_a_beginning(student, model, n):
    """generate raises ValueError for an empty prefix"""
    return error_of(ValueError, student.generate, model["prefix"], n, model["params"])


exercise.leaves_its_inputs_alone("all three leave their arguments unchanged", points=0.25)
exercise.keeps_the_dtype(
    "train_char_lm works in float64 too, to its full precision",
    points=0.5,
    # Not where gradients are clipped: PyTorch's own clipping adds 1e-6 to the norm.
    about=[
        takes_a_step,
        carries_the_state_on,
        begins_each_epoch_with_zeros,
        trains_for_no_epoch,
    ],
)

HELD_OUT, PIECE = 3000, 1000
SALT = 0x7E87  # other numbers than those that other inputs draw from the same seed
SETTINGS = {"epochs": 20, "lr": 2.0, "batch_size": 32, "num_steps": 25, "theta": 1.0, "hidden": 64, "length": 20_000}


def chosen(d):
    """The data that was asked for; else the book, on a GPU where there is a copy, and the help topics elsewhere."""
    large = d.device != "cpu" and time_machine.find()
    return d.data or ("time_machine" if large else "topics")


def passages(d):
    """Parts of the text from anywhere in it, their symbols renamed: the same for all inputs of a case."""
    generator = seeded(d.generator.initial_seed() ^ SALT)
    whole = (time_machine if chosen(d) == "time_machine" else topics).load()
    pieces = whole[: len(whole) // PIECE * PIECE].view(-1, PIECE)
    taken = torch.randperm(len(pieces), generator=generator)[: (SETTINGS["length"] + HELD_OUT) // PIECE]
    return torch.randperm(len(SYMBOLS), generator=generator)[pieces[taken].flatten()]


def start(d):
    c, h = len(SYMBOLS), SETTINGS["hidden"]
    shapes = {"W_xh": (c, h), "W_hh": (h, h), "b_h": (h,), "W_hq": (h, c), "b_q": (c,)}
    return {name: 0.1 * torch.randn(shape, generator=d.generator) for name, shape in shapes.items()}


def surprise(params, tokens):
    """The mean cross-entropy of a text that is read from a state of zeros."""
    x = F.one_hot(tokens[:-1], len(params["W_xh"])).to(params["W_xh"])[:, None]
    outputs, _last = scan(x, params["W_hh"].new_zeros(1, len(params["W_hh"])), params)
    return F.cross_entropy(outputs[:, 0] @ params["W_hq"] + params["b_q"], tokens[1:])


def perplexity_of_new_text(got, held_out):
    return surprise(got["params"], held_out).exp().item()


@exercise.check(
    points=1,
    training=True,
    needs=[cuts_the_text_into_minibatches, begins_each_epoch_with_zeros],
    judge=Threshold(perplexity_of_new_text, chance=27.0, higher=False),
    data=drawn(chosen),
    settings=drawn(lambda d: SETTINGS),
    train=drawn(lambda d: passages(d)[: SETTINGS["length"]]),
    held_out=secret(drawn(lambda d: passages(d)[SETTINGS["length"] :])),
    params=drawn(start),
)
def learns_english(student, train, params, settings):
    """learns to guess the next letter of English that it has not seen in training"""
    losses = []
    for _ in range(4):
        params = student.train_char_lm(
            train,
            params,
            settings["epochs"] // 4,
            settings["lr"],
            settings["batch_size"],
            settings["num_steps"],
            settings["theta"],
        )
        params = {name: params[name].detach() for name in NAMES}
        losses.append(surprise(params, train[:1000]).item())
    return {"losses": losses, "params": params}


exercise.hint(
    """Write down the corpus 0 to 12 for 2 rows and 3 steps: m = 6, the rows are 0 to 5 and 6 to 11, and the first
    minibatch is [[0, 1, 2], [6, 7, 8]]. Which is the second, and what are their targets?"""
)
exercise.hint(
    """reshape(batch_size, m) makes the rows; cut off the rest of each, reshape once more to (batch_size, num_batches,
    num_steps), and let the minibatches come first. Y is the same of corpus[1:], because a target stands one symbol
    later.""",
    helps=sequential_batches,
)
exercise.hint(
    """One-hot rows times W_xh are rows of W_xh, so W_xh[x] does it. X is (batch_size, num_steps), and time has to
    come first: X.T. Logits and targets have to be flattened in the same order.""",
    helps=takes_a_step,
)
exercise.hint(
    """norm = sqrt of the sum of the squares of all elements of all five gradients; torch.nn.utils.clip_grad_norm_
    does this if the gradients are in .grad. Then min(1, theta / norm), so that small gradients stay.""",
    helps=clips_all_gradients_together,
)
exercise.hint(
    """H.detach() keeps the numbers and drops the graph, so that the gradient ends where the piece began. Zeros come
    once an epoch, before its first minibatch.""",
    helps=[carries_the_state_on, begins_each_epoch_with_zeros],
)
exercise.hint(
    """generate: read the prefix from zeros and keep logits and state of its end. Then n times: argmax, append, and
    read this one symbol from that state.""",
    helps=generate,
)

exercise.equivalent(
    "float32 for one kind of call: train_char_lm where theta is between 0 and 1",
    "Clipped steps are not judged to full precision, since PyTorch's own clipping adds 1e-6 to the norm.",
)
