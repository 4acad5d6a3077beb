"""What people get wrong about training_loop."""

import torch

from autograder.spec import misconception, reference, slip

BEGIN = "total_loss, hits, num_rows = 0.0, 0, 0"
CLEAR, BACKWARD, STEP = "        optimizer.zero_grad()\n", "        l.backward()\n", "        optimizer.step()\n"
LOSS = "total_loss += l.item() * len(y)"
HITS = "hits += (logits.argmax(dim=1) == y).sum().item()"
RESULT = "return total_loss / num_rows, hits / num_rows"
NOTHING = '    if num_rows == 0:\n        raise ValueError("there are no batches")\n'
EVAL_HITS = "hits += (net(X).argmax(dim=1) == y).sum().item()"
NOT_GENERATED = ("train_epoch_output_always_float32", "train_epoch_precision_lost")  # of results that are tensors
RESTORE = "    for module, training in modes:\n        module.training = training\n"
TOTAL = "            num_rows += len(y)\n"


@slip(
    (BEGIN, BEGIN + "\n    num_batches = 0"),
    (LOSS, "total_loss, num_batches = total_loss + l.item(), num_batches + 1"),
    (RESULT, "return total_loss / num_batches, hits / num_rows"),
)
def mean_of_batch_losses():
    """The mean loss takes all batches as equally large, so that a row in a small one counts more than others. Add up
    len(y) * l, and divide by the number of rows."""


@slip(LOSS, "total_loss += l.item()")
def mean_loss_divided_again():
    """The losses of the batches are added up and divided by the number of rows. They are means already: each has to be
    multiplied by the rows of its batch first, l.item() * len(y)."""


@slip(
    (BEGIN, BEGIN + "\n    num_batches = 0"),
    (LOSS, LOSS + "\n        num_batches += 1"),
    (RESULT, "return total_loss / num_batches, hits / num_rows"),
)
def summed_loss_divided_by_batches():
    """The losses of all rows are added up and divided by the number of batches. Divide by the number of rows."""


@slip((BEGIN, BEGIN + "\n    first = 0"), (LOSS, "first = first or len(y)\n        total_loss += l.item() * first"))
def every_batch_as_large_as_the_first():
    """Every batch is weighted as if it were as large as the first. Batches differ: multiply each loss by its own
    len(y)."""


@slip(LOSS, "total_loss += l.float().item() * len(y)")
def loss_in_float32():
    """The loss has only the precision of float32 where the network is in float64: add up Python floats, l.item(), or
    tensors in the dtype of l."""


@slip(RESULT, "return l.item(), hits / num_rows")
def loss_of_the_last_batch():
    """The loss is that of the last batch. It is the mean over all rows of the epoch."""


@slip(
    (BEGIN, BEGIN + "\n    shares = []"),
    (HITS, "shares.append((logits.argmax(dim=1) == y).float().mean().item())"),
    (RESULT, "return total_loss / num_rows, sum(shares) / len(shares)"),
)
def mean_of_batch_accuracies():
    """The accuracy of train_epoch is the mean of the batches' accuracies, in which a row of a small batch counts more. Add
    up hits and rows, and divide once."""


@slip(RESULT, "return total_loss / num_rows, (logits.argmax(dim=1) == y).float().mean().item()")
def accuracy_of_the_last_batch():
    """The accuracy of train_epoch is that of the last batch. It is the share of hits over all rows of the epoch."""


@slip(RESULT, "return total_loss / num_rows, hits")
def number_of_hits():
    """train_epoch returns the number of hits. The share is asked for: divide it by the number of rows."""


@slip(RESULT, "return hits / num_rows, total_loss / num_rows")
def results_swapped():
    """The results of train_epoch are the wrong way round: the loss comes first, then the accuracy."""


@slip(RESULT, "return [total_loss / num_rows, hits / num_rows]")
def list_returned():
    """train_epoch returns a list, or the type of one of its two numbers is wrong. A tuple of two Python floats is asked
    for."""


@slip(HITS, "hits += (logits.gather(1, y[:, None]) == logits.amax(1, keepdim=True)).sum().item()")
def ties_counted_as_hits():
    """In train_epoch a row is a hit as soon as no logit is above that of its label. Among equal logits the first counts:
    compare the argmax with y."""


@slip(CLEAR, "")
def gradients_never_cleared():
    """Gradients of earlier batches are in those of later ones: they are never cleared, or only once an epoch. Call
    optimizer.zero_grad() for each batch, before backward()."""


@slip((CLEAR, ""), (STEP, STEP + CLEAR))
def cleared_only_after_the_step():
    """The gradients are cleared only after each step, and what stood in .grad before the epoch is in the first one. Clear
    them before backward()."""


@slip(CLEAR + BACKWARD, BACKWARD + CLEAR)
def cleared_before_the_step():
    """The gradients are 0, or none, when the step is taken: they are cleared between backward() and step(), or the step
    comes first, or backward() is not called. Clear them, then l.backward(), then the step."""


@slip((STEP, ""), (RESULT, "optimizer.step()\n    " + RESULT))
def one_step_an_epoch():
    """One step is taken in the whole epoch, behind the loop. A step belongs to each batch."""


@slip(BACKWARD, "        (l * len(y)).backward()\n")
def gradients_of_the_sum():
    """The gradients are those of the sum over the rows, so that large batches take larger steps. Call backward() on the
    mean, l, itself; only the returned loss needs the number of rows."""


@slip(STEP, STEP * 2)
def two_steps():
    """The optimizer steps twice for a batch, along one gradient. One step a batch is asked for."""


@slip("l = loss(logits, y)\n", "l = torch.nn.functional.cross_entropy(logits, y)\n")
def another_loss():
    """Cross-entropy is computed, whatever loss was given. Call loss(logits, y)."""


@slip("l = loss(logits, y)\n", "l = loss(torch.softmax(logits, dim=1), y)\n")
def probabilities_to_the_loss():
    """The loss gets probabilities. It takes the logits as net gives them: cross-entropy applies the softmax itself."""


@slip("l = loss(logits, y)\n", "l = loss(y, logits)\n")
def arguments_of_the_loss_swapped():
    """The loss gets the labels first. It is called as loss(logits, y)."""


@slip("l.item() * len(y)", "loss(net(X), y).item() * len(y)")
def measured_after_the_step():
    """net is called a second time for each batch, to measure the loss or the accuracy after the step. Both are asked for
    as they were before it: use the logits that are there."""


@slip(
    (
        "    for X, y in batches:\n        logits",
        "    batches = list(batches)[:-1] or list(batches)\n    for X, y in batches:\n        logits",
    )
)
def last_batch_dropped():
    """The last batch is left out. Every batch counts, whatever its size."""


@slip("    net.train()\n", "")
def never_in_training_mode():
    """train_epoch leaves the network in the mode that it finds, so that dropout may be off all the time. Call net.train()
    before the first batch."""


@slip("    net.train()\n", "    net.training = True\n")
def only_net_in_training_mode():
    """Only the flag of net itself is set, not those of the modules in it. net.train() sets all of them."""


@slip("    net.train()\n", "    if not net.training:\n        net.train()\n")
def parts_left_in_evaluation_mode():
    """If net itself is in training mode already, parts of it stay in evaluation mode. Call net.train() in any
    case."""


@misconception
def training_mode_taken_back(net, batches, loss, optimizer):
    """After train_epoch the network is in another mode than training mode. Leave it so: it is evaluate_accuracy that brings
    flags back."""
    modes = [(module, module.training) for module in net.modules()]
    result = reference.train_epoch(net, batches, loss, optimizer)
    for module, training in modes:
        module.training = training
    return result


@slip(
    ("total_loss / num_rows, hits / num_rows", "total_loss / max(num_rows, 1), hits / max(num_rows, 1)"),
    (NOTHING + "    return total_loss", "    return total_loss"),
)
def nothing_costs_nothing():
    """train_epoch returns numbers though there was no batch. A mean over no rows does not exist: raise ValueError."""


@slip(
    (EVAL_HITS, "hits += (net(X).argmax(dim=1) == y).float().mean().item()"),
    (TOTAL, TOTAL.replace("len(y)", "1")),
)
def evaluation_averages_batches():
    """evaluate_accuracy is the mean of the batches' accuracies, in which a row of a small batch counts more. Add up hits
    and rows, and divide once."""


@slip(
    EVAL_HITS,
    "logits = net(X)\n            hits += (logits.gather(1, y[:, None]) == logits.amax(1, keepdim=True)).sum().item()",
)
def ties_counted_in_evaluation():
    """In evaluate_accuracy a row is a hit as soon as no logit is above that of its label. Among equal logits the first
    counts: compare the argmax with y."""


@slip("    return hits / num_rows\n", "    return 100 * hits / num_rows\n")
def accuracy_in_percent():
    """evaluate_accuracy returns percent. The share is asked for, a number from 0 to 1."""


@slip("    net.eval()\n", "")
def never_in_evaluation_mode():
    """evaluate_accuracy calls net in the mode that it finds: in training mode dropout would make the accuracy a matter of
    luck. Call net.eval() first."""


@slip("    net.eval()\n", "    net.training = False\n")
def only_net_in_evaluation_mode():
    """evaluate_accuracy sets the flag of net alone, not those of the modules in it. net.eval() sets all of them."""


@slip("    with torch.no_grad():\n", "    if True:\n")
def graph_recorded():
    """evaluate_accuracy records a graph for gradients that nobody asks for, which costs memory and time. Call net under
    torch.no_grad()."""


@slip(RESTORE, "")
def left_in_evaluation_mode():
    """evaluate_accuracy leaves all modules in evaluation mode: whoever goes on training has no dropout any more. Bring the
    flag of each module back."""


@slip(RESTORE, "    net.train()\n")
def always_back_to_training_mode():
    """evaluate_accuracy leaves all modules in training mode, whatever they were in before. Bring the flag of each back to
    what it was."""


@slip(RESTORE, "    net.train(modes[0][1])\n")
def flag_of_net_for_all():
    """After evaluate_accuracy all modules have the flag that net had: a part frozen in evaluation mode trains again. Keep
    and bring back the flag of every module in net.modules()."""


@slip(
    RESTORE,
    "    for child, was in [(net, modes[0][1]), *[(c, dict(modes)[c]) for c in net.children()]]:\n        child.train(was)\n",
)
def flags_of_children_for_all():
    """After evaluate_accuracy modules further inside have the flag of the part that they are in. net.children() lists
    the first level alone, net.modules() all of them."""


@slip(
    ("    with torch.no_grad():\n", "    torch.set_grad_enabled(False)\n    if True:\n"),
    (RESTORE, RESTORE + "    torch.set_grad_enabled(True)\n"),
)
def gradients_switched_on():
    """Gradients are on after evaluate_accuracy, although they were off before. Leave it to with torch.no_grad():, which
    brings back what was."""


@slip("    with torch.no_grad():\n", "    torch.set_grad_enabled(False)\n    if True:\n")
def gradients_left_off():
    """Gradients stay switched off after evaluate_accuracy, and no backward() works any more. with torch.no_grad(): ends with
    its block."""


@slip("    net.eval()\n", "    net.eval()\n    net.zero_grad()\n")
def gradients_cleared_in_evaluation():
    """evaluate_accuracy clears .grad. It only measures: gradients that are there belong to the caller."""


@slip("    with torch.no_grad():\n", "    net.requires_grad_(False)\n    if True:\n")
def parameters_frozen():
    """After evaluate_accuracy the parameters no longer ask for gradients. Switch the recording off around the calls, with
    torch.no_grad(), and leave requires_grad alone."""


@misconception
def both_tensors(net, batches, loss, optimizer):
    """train_epoch returns tensors. Python floats are asked for: take .item() of what was added up."""
    return tuple(
        torch.tensor(value, dtype=torch.float64) for value in reference.train_epoch(net, batches, loss, optimizer)
    )


@misconception(entry="evaluate_accuracy")
def tensor_returned(net, batches):
    """evaluate_accuracy returns a tensor. A Python float is asked for: .item()."""
    return torch.tensor(reference.evaluate_accuracy(net, batches))


@misconception(entry="evaluate_accuracy")
def net_called_twice(net, batches):
    """evaluate_accuracy calls net more than once for a batch, or goes through the batches more than once. A generator is
    used up after the first time, and each call costs time."""
    modes = [(module, module.training) for module in net.modules()]
    net.eval()
    batches = list(batches)
    with torch.no_grad():
        classes = net(batches[0][0]).shape[1] if batches else 0  # a call more, as to look at the shape of the logits
    for module, training in modes:
        module.training = training
    return classes * 0 + reference.evaluate_accuracy(net, batches)


@misconception(entry="evaluate_accuracy")
def zero_for_nothing(net, batches):
    """evaluate_accuracy returns a number though there was no batch. A share of no rows does not exist: raise
    ValueError."""
    try:
        return reference.evaluate_accuracy(net, batches)
    except ValueError:
        return 0.0
