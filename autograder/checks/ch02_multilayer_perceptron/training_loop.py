"""Checks of training_loop. The scene in which it is watched stands on the chapter's shelf."""

import torch

from autograder.checks.ch02_multilayer_perceptron._shared import (
    Batches,
    Scene,
    evaluated,
    loss_and_accuracy,
    problem,
    share,
)
from autograder.spec import Exercise, error_of, rows, tensor

exercise = Exercise(entry=("train_epoch", "evaluate_accuracy"), optimizers=True)
UNEVEN, SINGLE, IMAGES = problem((4, 4), (2, 1), (1, 0)), problem((3, 1)), problem((2, 2), (5, 1), axes=(2, 3))
TIES = {  # logits (x1, x1, x2)
    "weights": [tensor([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]]), tensor([0.0, 0.0, 0.0])],
    "batches": [
        (tensor([[2.0, 1.0], [2.0, 1.0], [1.0, 1.0], [0.0, 3.0]]), tensor([0, 1, 2, 2])),
        (tensor([[1.0, 1.0], [3.0, 3.0], [3.0, 1.0]]), tensor([0, 1, 1])),
    ],
}

STILL = {"lr": 0.0}  # nothing moves: what a step does is another check's matter
FORMS = rows(
    "problem setting", *((UNEVEN if f != "list" else IMAGES, {"form": f}) for f in ("generator", "loader", "list"))
)
FLAGS = [[True] * 6, [False] * 6, [True] * 3 + [False] * 3, [False, True, False, True, True, False]]
MODES = [{"flags": flags} for flags in FLAGS]


@exercise.call(problem=UNEVEN, setting=STILL, result="loss")
def trained(student, problem, setting, result):
    scene = Scene(problem, **setting)
    return loss_and_accuracy(student.train_epoch(scene.net, scene.batches, scene.loss, scene.optimizer))[result]


@exercise.call(problem=UNEVEN, setting={}, show=[])
def training(student, problem, setting, show):
    scene = Scene(problem, **setting)
    student.train_epoch(scene.net, scene.batches, scene.loss, scene.optimizer)
    return scene.notes(show)


@exercise.call(problem=UNEVEN)
def accuracy(student, problem):
    scene = Scene(problem)
    return share(evaluated(student, scene.net, scene.batches))


@exercise.call(problem=UNEVEN, setting={}, gradients_on=True, show=[])
def evaluation(student, problem, setting, gradients_on, show):
    scene = Scene(problem, **setting)
    with torch.set_grad_enabled(gradients_on):
        student.evaluate_accuracy(scene.net, scene.batches)
        on = torch.is_grad_enabled()
    return scene.notes(show) | ({"gradients are on afterwards": on} if "parameters" in show else {})


SQUARED = {**STILL, "loss": "squared"}


@trained.check(points=1.25, also=rows("setting problem", (SQUARED, UNEVEN), (STILL, IMAGES), (SQUARED, SINGLE)))
def weights_the_loss_by_rows():
    """train_epoch returns the mean loss over all rows: each batch counts by its number of rows"""


@trained.check(points=0.75, result="accuracy", cases=rows("problem", UNEVEN, IMAGES, SINGLE, TIES))
def counts_hits_in_training():
    """train_epoch returns the share of hits over all rows; among equal logits the first counts"""


@training.check(
    points=2, show=["gradients at"], setting={"form": "generator"}, cases=rows("problem", UNEVEN, IMAGES, SINGLE)
)
def steps_along_its_gradients():
    """train_epoch takes one step a batch, with the gradients of this batch's loss in .grad"""


LEFT = {"before": [1.5, 1.5]}


@training.check(
    points=0.5,
    needs=steps_along_its_gradients,
    show=["gradients at"],
    cases=rows("setting", LEFT, {**LEFT, "momentum": 0.9}),
)
def clears_what_stood_there():
    """train_epoch clears what stood in .grad before the epoch, and takes an optimizer of torch as well"""


@training.check(points=0.75, show=["calls", "times"], cases=FORMS)
def goes_through_once():
    """train_epoch goes through the batches once, in their order, and calls net and loss once for each"""


@training.check(points=0.75, show=["training flags"], cases=rows("setting", *MODES))
def puts_everything_into_training_mode():
    """train_epoch puts net and all modules in it into training mode, and leaves them so"""


@accuracy.check(points=1.25, cases=rows("problem", UNEVEN, IMAGES, SINGLE, TIES, problem((2, 0), (3, 0))))
def counts_hits():
    """evaluate_accuracy returns the share of hits over all rows; among equal logits the first counts"""


@evaluation.check(points=0.25, dtypes=("float32", "float64"), show=["calls", "times"], cases=FORMS)
def calls_net_once():
    """evaluate_accuracy goes through the batches once and calls net once for each, with X as it is"""


@evaluation.check(points=0.75, show=["training flags during", "a graph"], cases=rows("setting", *MODES))
def calls_net_in_evaluation_mode():
    """evaluate_accuracy calls net with all modules in evaluation mode, and records no graph"""


@evaluation.check(
    points=0.75,
    needs=calls_net_once,
    show=["training flags afterwards", "gradients after", "parameters"],
    cases=rows("setting", *({**mode, "before": [1.0, None]} for mode in MODES)) * rows("gradients_on", True, False),
)
def leaves_net_as_it_was():
    """evaluate_accuracy leaves the flags of all modules, the gradients and their being on or off as they were"""


FEW = rows("number form", (0, "list"), (0, "generator"), (0, "loader"), (1, "list"), (1, "generator"))


@exercise.check(points=0.25, problem=UNEVEN, number=0, form="list", cases=FEW)
def refuses_to_measure_nothing(student, problem, number, form):
    """both raise ValueError if there is no batch at all, and only then"""
    scene, kept = Scene(problem), problem["batches"][:number]
    make = {"list": list, "generator": iter, "loader": Batches}[form]
    train = [scene.net, make(kept), scene.loss, scene.optimizer]
    return {
        "train_epoch raises": error_of(ValueError, student.train_epoch, *train),
        "evaluate_accuracy raises": error_of(ValueError, evaluated, student, scene.net, make(kept)),
    }


@exercise.check(
    points=0.25,
    needs=counts_hits,
    problem=UNEVEN,
    cases=rows("problem", UNEVEN, problem((2, 2), (1, 1)), problem((3, 0))),
)
def returns_python_floats(student, problem):
    """train_epoch returns a tuple of two Python floats, evaluate_accuracy a Python float"""
    scene = Scene(problem)
    found = student.train_epoch(scene.net, scene.batches, scene.loss, scene.optimizer)
    parts = found if isinstance(found, tuple | list) else []
    return {
        "train_epoch returns": " of ".join([type(found).__name__, ", ".join(type(part).__name__ for part in parts)]),
        "evaluate_accuracy returns": type(evaluated(student, scene.net, scene.batches)).__name__,
    }


exercise.keeps_the_dtype(
    "train_epoch works in float64 too, to its full precision",
    points=0.25,
    about=[weights_the_loss_by_rows, steps_along_its_gradients],
)
exercise.leaves_its_inputs_alone("both leave X and y unchanged", points=0.25)

exercise.hint(
    """Two batches, of 4 rows with the mean loss 0.5 and of 1 row with the mean loss 2: over all 5 rows the mean is
    (4 * 0.5 + 1 * 2) / 5 = 0.8, and not (0.5 + 2) / 2. So add up m * l and m, and divide in the end.""",
    helps=[weights_the_loss_by_rows, counts_hits_in_training, counts_hits],
)
exercise.hint(
    """Gradients add up in .grad until somebody clears them. The order is: logits, loss, optimizer.zero_grad(),
    l.backward(), optimizer.step(). If they are cleared after the step, what stood there before the first batch counts.""",
    helps=[steps_along_its_gradients, clears_what_stood_there],
)
exercise.hint(
    """What the step changes must not be measured again: loss and hits come from the logits that you have already, because
    each further call of net costs as much as the first, and gives other numbers.""",
    helps=[goes_through_once, calls_net_once, weights_the_loss_by_rows],
)
exercise.hint(
    """net.train() and net.eval() set the flag of net and of every module in it, and forget what it was. So keep it first:
    modes = [(m, m.training) for m in net.modules()], and write it back to each module at the end.""",
    helps=[puts_everything_into_training_mode, calls_net_in_evaluation_mode, leaves_net_as_it_was],
)
exercise.hint(
    """with torch.no_grad(): switches gradients off inside the block, and back to what they were behind it, on or off.""",
    helps=[calls_net_in_evaluation_mode, leaves_net_as_it_was],
)
exercise.hint(
    """Hits of a batch: (logits.argmax(dim=1) == y).sum().item(), a Python int. l.item() is a Python float. A generator has no
    len(): count the rows in the loop, and look at the count behind it, because 0 / 0 is no accuracy.""",
    helps=[counts_hits_in_training, counts_hits, refuses_to_measure_nothing],
)
