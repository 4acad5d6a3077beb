"""What people get wrong about concept_drift."""

import copy

import torch

from autograder.spec import misconception, reference, slip

COPY = "learner = copy.deepcopy(model)\n"
BEGIN = "    errors = []\n"
FOR = "    for X, y in stream:\n"
ERROR = "error = ((learner(X) - y) ** 2).mean()\n"
GRADIENTS = "gradients = torch.autograd.grad(error, moving)\n"
STEP = "                p -= lr * gradient\n"
KEPT = "        errors.append(error.detach())\n"
RESULT = "return torch.stack(errors) if errors else torch.zeros(0)"


@slip(ERROR, "error = ((learner(X) - y) ** 2).sum()\n")
def squares_added_up():
    """An error is the sum of the squares, so that larger batches have larger errors and steps. Take their mean."""


@slip(ERROR, "error = ((learner(X) - y) ** 2).reshape(len(y), -1).sum(dim=1).mean()\n")
def columns_added_up():
    """The squares of a row are added up, and only the rows are averaged. The mean is over all elements of the batch."""


@slip(ERROR, "error = ((learner(X) - y) ** 2).mean() / 2\n")
def half_the_error():
    """Every error is halved, and every step with it. The mean of the squares is asked for, without a factor."""


@slip(ERROR, "error = ((learner(X) - y) ** 2).mean().sqrt()\n")
def root_of_the_error():
    """An error is the root of the mean of the squares. It is the mean itself."""


@slip(ERROR, "error = (learner(X) - y).abs().mean()\n")
def absolute_differences():
    """An error is the mean of the absolute differences. They should be squared."""


@slip(GRADIENTS, "gradients = torch.autograd.grad(error / 2, moving)\n")
def steps_half_as_long():
    """The errors are right, but the steps go half as far: the gradient is that of half the error. It should be that of the mean
    of the squares itself, with its factor 2."""


@slip(GRADIENTS, "gradients = torch.autograd.grad(error * y.numel(), moving)\n")
def steps_along_the_sum():
    """The errors are means, but the steps follow the gradient of the sum of the squares. Both belong to the same mean."""


@slip(KEPT, "        errors.append(((learner(X) - y) ** 2).mean().detach())\n")
def tested_after_the_step():
    """A batch is tested when the model has learned from it already, which makes the errors too small. First the test, then the
    step."""


@slip(RESULT, RESULT.replace("torch.stack(errors)", "torch.stack(errors).cumsum(0) / torch.arange(1, len(errors) + 1)"))
def averaged_so_far():
    """The results are averages over all batches so far. e_t is the error of batch t alone."""


@slip(KEPT, "        errors.append(error.detach() if not errors else 0.9 * errors[-1] + 0.1 * error.detach())\n")
def smoothed():
    """Each result is mixed with the one before. e_t is the error of batch t alone."""


@slip(RESULT, "return torch.stack(errors).mean() if errors else torch.zeros(0)")
def one_number_for_all():
    """A single number is returned, the mean of all errors. There is one for each batch."""


@misconception
def back_to_the_start(stream, model, lr):
    """Every batch is met with the parameters of the start, so that nothing is kept of what was learned. Make the copy before the
    loop, and change its parameters in place: p = p - lr * g only gives the name p to a new tensor."""
    return torch.cat([torch.zeros(0), *(reference.track([batch], model, lr) for batch in stream)])


@misconception
def learns_from_the_first_alone(stream, model, lr):
    """The model learns from the first batch and from no other. Each batch is a step."""
    learner, found = copy.deepcopy(model), []
    for X, y in stream:
        found.append(reference.track([(X, y)], learner, 0.0))
        if len(found) == 1:
            _take_a_step(learner, X, y, lr)
    return torch.cat(found) if found else torch.zeros(0)


def _take_a_step(learner, X, y, lr):
    moving = [p for p in learner.parameters() if p.requires_grad]
    for p, g in zip(moving, torch.autograd.grad((learner(X) - y).square().mean(), moving), strict=True):
        p.detach().sub_(lr * g)


@misconception
def learns_from_all_so_far(stream, model, lr):
    """Each step is taken with all batches that have come so far. Old ones tell of a world that is no more: learn from the new
    one alone."""
    learner, found, seen = copy.deepcopy(model), [], []
    for X, y in stream:
        seen.append((X.clone(), y.clone()))
        found.append(reference.track([(X, y)], learner, 0.0))
        _take_a_step(learner, *map(torch.cat, zip(*seen, strict=True)), lr)
    return torch.cat(found) if found else torch.zeros(0)


@slip(
    (BEGIN, BEGIN + "    before = None\n"),
    (
        GRADIENTS,
        GRADIENTS
        + "        gradients = gradients if before is None else [g + b for g, b in zip(gradients, before, strict=True)]\n"
        "        before = gradients\n",
    ),
)
def gradients_of_earlier_batches():
    """From the second step on the gradients of earlier batches are in it, as backward() adds to .grad, or there is momentum.
    Clear them for each batch."""


@slip(STEP, "                p += lr * gradient\n")
def away_from_the_labels():
    """The steps go up the gradient, so that the errors grow. Subtract it."""


@slip(STEP, STEP.replace("p -=", "for _ in range(2):\n                    p -="))
def twice_as_far():
    """Each step goes twice as far, or there are two with each batch. One step by -lr times the gradient is asked for."""


@slip(STEP, STEP.replace("lr *", "lr / (len(errors) + 1) *"))
def steps_become_shorter():
    """The steps become shorter from batch to batch. For a world that goes on changing, lr stays as it is."""


@slip("if p.requires_grad]", "if p.requires_grad and p.dim() > 1]")
def biases_do_not_learn():
    """Biases do not move. Every parameter that requires a gradient does."""


@slip(
    "[p for p in learner.parameters() if p.requires_grad]", "[p for p in learner.parameters() if p.requires_grad][-2:]"
)
def only_the_last_layer_learns():
    """Only the last layer moves. Every parameter that requires a gradient does."""


@slip(COPY, COPY + "    learner.requires_grad_(True)\n")
def frozen_ones_move():
    """Parameters that are frozen move, too. Where requires_grad is False, a parameter stays as it is."""


@slip(COPY, "learner = model\n")
def model_is_trained():
    """The model itself is trained, so that its caller finds other values in it. Train a deep copy:
    copy.copy makes a second module with the very same parameters."""


@slip(GRADIENTS, "gradients = torch.autograd.grad(error, moving)\n        ((model(X) - y) ** 2).mean().backward()\n")
def gradients_in_the_model():
    """After the call there are gradients in the model. Call backward() for the copy alone."""


@slip(COPY, COPY + "    model.eval()\n")
def mode_changed():
    """The model is in another mode afterwards, training or not. Leave it as it is."""


@slip(COPY, COPY + "    model.requires_grad_(False)\n    learner.requires_grad_(True)\n")
def model_is_frozen():
    """requires_grad of the model's parameters is another afterwards. Detach or freeze what is a copy, not what was given."""


@slip(BEGIN, "    errors = []\n    stream = list(stream)\n")
def all_batches_asked_for_first():
    """All batches are asked for at the beginning. A stream may put each into the same memory, so that all of them are the last
    one then: take each when it is its turn."""


@misconception
def a_batch_ahead(stream, model, lr):
    """The next batch is asked for before the step with the one at hand. It may lie in the same memory: ask when the step is
    done."""
    batches, found, learner = iter(stream), [], copy.deepcopy(model)
    following = next(batches, None)
    while following is not None:
        X, y = following
        following = next(batches, None)
        found.append(reference.track([(X, y)], learner, 0.0))
        _take_a_step(learner, X, y, lr)
    return torch.cat(found) if found else torch.zeros(0)


@misconception
def goes_through_twice(stream, model, lr):
    """The stream is gone through twice, say to count its batches. A generator is used up after the first time."""
    num_batches = sum(1 for _batch in stream)
    found = reference.track(stream, model, lr)
    return found if len(found) == num_batches else torch.zeros(num_batches)


@misconception
def last_batch_left_out(stream, model, lr):
    """The last batch has no error. Each is tested, also the one that nothing comes after."""
    return reference.track(stream, model, lr)[:-1]


@misconception
def backwards(stream, model, lr):
    """The errors come in the reverse order. They stand in the order of the batches."""
    return reference.track(stream, model, lr).flip(0)


@slip(KEPT, "        errors.append(error)\n")
def errors_with_a_graph():
    """The errors require a gradient, and each keeps the graph of its batch in memory. Keep error.detach()."""


@slip((KEPT, "        errors.append(error.item())\n"), (RESULT, "return errors"))
def list_of_numbers():
    """A list is returned. One tensor of shape (T,) is asked for."""


@slip(RESULT, "return torch.stack(errors)[:, None] if errors else torch.zeros(0)")
def a_column_of_errors():
    """The errors stand in a column, (T, 1). The shape is (T,)."""


@slip((KEPT, "        errors.append(error.item())\n"), (RESULT, "return torch.tensor(errors)"))
def always_float32():
    """The errors are float32 for a float64 model as well: torch.tensor(...) makes float32 of Python numbers. Stack the
    tensors."""


@slip(RESULT, 'return torch.stack(errors) if errors else torch.tensor(float("nan"))')
def nan_for_an_empty_stream():
    """An empty stream gives NaN, or one number. There is no error then: the shape is (0,)."""


@slip(RESULT, "return torch.stack(errors) if errors else torch.zeros(0, dtype=next(model.parameters()).dtype)")
def empty_in_the_dtype_of_the_model():
    """An empty stream gives no float32. Without any output there is no dtype to take, and float32 is asked for."""


@slip(KEPT, KEPT + "        y -= learner(X).detach()\n")
def labels_changed():
    """The labels of the batches are changed in place. They belong to the stream: make new tensors."""


NOT_GENERATED = ("output_always_float32", "input_changed")
