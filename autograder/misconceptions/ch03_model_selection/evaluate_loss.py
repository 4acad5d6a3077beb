"""What people get wrong about evaluate_loss."""

import torch

from autograder.spec import misconception, reference, slip

ADD = "total += len(X) * loss(net(X), y).item()"
SAVE = "    modes = [(module, module.training) for module in net.modules()]\n"
RESTORE = "    for module, training in modes:\n        module.training = training\n"
REFUSE = '    if n == 0:\n        raise ValueError("there are no samples")\n'


@slip((ADD, "total += loss(net(X), y).item()"), ("n += len(X)", "n += len(X) > 0"))
def mean_of_the_batch_means():
    """The losses of the batches are averaged as they are, so that the samples of a small last batch count more than others.
    Weight each with len(X), and divide by the number of samples."""


@slip(ADD, "total += loss(net(X), y).item()")
def not_weighted():
    """The means of the batches are added up and divided by the number of samples, which makes the result too small by the
    size of a batch. Multiply each with len(X) first."""


@slip("return total / n", "return total")
def not_divided():
    """The sum over the samples is returned. Divide it by their number, so that data sets of different sizes can be
    compared."""


@slip(("n += len(X)", "n, b = (n + b, b) if n else (len(X), len(X))"))
def last_batch_taken_for_full():
    """The number of samples is taken to be that of the first batch times the number of batches. The last batch is often
    smaller: add up len(X)."""


@slip(
    ("total, n = 0.0, 0", "total, n = torch.zeros(()), 0"),
    (ADD, "total = total + len(X) * loss(net(X), y).float()"),
    ("return total / n", "return (total / n).item()"),
)
def added_up_in_float32():
    """The losses are added up in a float32 tensor. It has seven digits: beside a large sum small losses vanish. Add up Python
    floats, from .item()."""


@slip("return total / n", "return torch.tensor(total / n)")
def tensor_returned():
    """A tensor is returned. A Python float is asked for: .item() makes one."""


@slip("    net.eval()\n", "")
def not_in_evaluation_mode():
    """net and its submodules stay in the mode in which they came, and dropout in training mode goes on dropping. Call net.eval()
    first."""


@slip("    net.eval()\n", "    if net.training:\n        net.eval()\n")
def only_if_net_is_in_training_mode():
    """A submodule is in training mode while net is called, since net itself came in evaluation mode. Its submodules may be in
    another: call net.eval() whatever its own mode is."""


@slip("    net.eval()\n", "    for child in net.children():\n        child.eval()\n")
def only_the_submodules_in_evaluation_mode():
    """The submodules are in evaluation mode, but net itself is not, and its forward may ask for its own mode. net.eval() goes
    through all, itself included."""


@slip("    net.eval()\n", "    net.training = False\n")
def only_the_outermost_in_evaluation_mode():
    """Only net itself is in evaluation mode, and its submodules are not. net.eval() goes through all of them."""


@slip(RESTORE, "")
def left_in_evaluation_mode():
    """net is left in evaluation mode, and is then trained without dropout. Give each submodule the mode back in which it
    came."""


@slip((RESTORE, ""), ("    return total / n", f"{RESTORE}    return total / n"))
def not_restored_where_it_raises():
    """Where there are no samples the modes are not put back: ValueError is raised too early. Whoever catches it goes on with a
    net in evaluation mode: put the modes back first."""


@slip(RESTORE, "    net.train()\n")
def always_back_to_training():
    """All of net is put into training mode afterwards, whatever it was in. A net that came in evaluation mode stays in it,
    and so does a part that was frozen."""


@slip((SAVE, "    was = net.training\n"), (RESTORE, "    net.train(was)\n"))
def one_mode_for_all():
    """The mode of net is given back to all of its submodules. A part that was in another mode, such as frozen batch
    normalization, is not any more: remember the mode of each."""


CHILDREN = "    modes = [(module, module.training) for module in [net, *net.children()]]\n"
DEEPER = """The modes of net and its children are remembered, but not those of what lies deeper. net.modules() goes through all."""


@slip((SAVE, CHILDREN), sentence=DEEPER)
def children_only(): ...


@slip((SAVE, CHILDREN), ("module.training = training", "module.train(training)"), sentence=DEEPER)
def children_with_all_of_theirs(): ...


@slip("with torch.no_grad():", "with torch.set_grad_enabled(True):")
def gradients_on():
    """Gradients are on while net and loss are called, so that what is computed is recorded for a backward pass that never
    comes. Call both inside with torch.no_grad(): neither detach() nor requires_grad does the same."""


@slip(
    ("    with torch.no_grad():\n", "    torch.set_grad_enabled(False)\n    if True:\n"),
)
def gradients_left_off():
    """Gradients are switched off and never on again, so that the training fails afterwards. with torch.no_grad(): ends
    where its block ends."""


@slip("    if n == 0:", "    torch.set_grad_enabled(True)\n    if n == 0:")
def gradients_always_on_again():
    """Gradients are on afterwards even if they were off before. with torch.no_grad(): puts back what there was."""


@slip(
    ADD,
    "outputs = net(X)\n            with torch.set_grad_enabled(True):\n                total += len(X) * loss(outputs, y).item()",
)
def gradients_on_in_the_loss():
    """Gradients are off for net, but on for the loss. Call both inside with torch.no_grad()."""


@slip("    net.eval()\n", "    net.eval()\n    net.zero_grad()\n")
def gradients_cleared():
    """The gradients of net are cleared. They may be waiting for a step of the optimizer: leave .grad as it is."""


@slip(
    ("    with torch.no_grad():\n", "    net.requires_grad_(False)\n    with torch.no_grad():\n"),
    (RESTORE, f"{RESTORE}    net.requires_grad_(True)\n"),
)
def parameters_frozen_and_woken():
    """requires_grad of a parameter is not as it was: one that was frozen would be trained from now on. Leave requires_grad
    alone: with torch.no_grad(): is all it takes."""


@slip("loss(net(X), y).item", "loss(net(X), y.reshape(-1)).item")
def labels_flattened():
    """y is flattened before it goes to the loss. Which shape it needs is known to whoever chose the loss: hand it on as it
    is."""


@slip("loss(net(X), y).item", "loss(net(X), y.unsqueeze(1) if y.dim() == 1 else y).item")
def labels_made_a_column():
    """y of shape (n,) goes to the loss as (n, 1). Which shape it needs is known to whoever chose the loss: hand it on as it is."""


@slip("loss(net(X), y).item", "loss(net(X), y.float() if not y.is_floating_point() else y).item")
def labels_made_floating():
    """Labels are converted to floating numbers, which nn.CrossEntropyLoss takes for something else. Hand y on as it is."""


@slip(("total, n = 0.0, 0", "total, n = 0.0, sum(len(X) for X, y in batches)"), ("            n += len(X)\n", ""))
def batches_gone_through_twice():
    """The batches are gone through before they are measured. A generator is empty then: do all in one loop."""


@slip(SAVE, f"{SAVE}    if len(batches) == 0:\n        raise ValueError\n")
def length_of_the_batches():
    """len(batches) is asked for, which a generator does not have. Count in the loop what comes."""


@slip("loss(net(X), y).item", "loss(net(X.float()), y).item")
def inputs_made_floating():
    """X is converted to float32. Word indices for an nn.Embedding have to stay whole numbers: hand X on as it is."""


@slip("loss(net(X), y).item", "loss(net(X).squeeze(-1), y).item")
def outputs_squeezed():
    """What net returned is squeezed before it goes to the loss. Which shape it needs is known to whoever chose the loss: hand
    it on as it is."""


@slip("n += len(X)", "n += y.numel()")
def numbers_counted():
    """The sum is divided by the number of elements, where a sample has several. Count samples, len(X): the mean over their
    elements is the matter of loss."""


@slip("return total / n", "return round(total / n, 4)")
def rounded():
    """Digits of the result are lost: it is rounded, or not added up in Python floats or float64. Return the mean as it is, and
    round where it is printed."""


@slip(
    f"            {ADD}\n",
    "            value = loss(net(X), y).item()\n            if value != value:\n                continue\n            total += len(X) * value\n",
)
def nan_left_out():
    """A batch whose loss is NaN is left out. Then a network that has diverged looks fine: it counts, and the result is NaN."""


@slip("loss(net(X), y).item", "loss(net.forward(X), y).item")
def forward_called():
    """net.forward(X) is called, which leaves out the hooks that somebody may have registered. Call net(X)."""


@slip("loss(net(X), y).item", "loss(y, net(X)).item")
def arguments_of_the_loss_swapped():
    """loss gets y first and the outputs second. Many losses take only one order: loss(net(X), y)."""


@slip(ADD, "net(X)\n            " + ADD)
def net_called_twice():
    """net is called more than once for a batch. That takes twice as long: keep what it returned."""


@misconception
def all_batches_joined(net, batches, loss):
    """The batches are joined into a single one, which may well be too large for the memory. Call net and loss once for
    each."""
    batches = [tuple(torch.cat(parts) for parts in zip(*pairs, strict=True)) for pairs in [list(batches)] if pairs]
    return reference.evaluate_loss(net, batches, loss)


@slip(REFUSE, "    if n == 0:\n        return 0.0\n")
def nothing_is_a_number():
    """Without any samples a number comes back. As 0.0 it looks like a perfect model, and NaN is noticed late or never. There
    is no mean of nothing: raise ValueError."""


@slip(REFUSE, "")
def divided_by_zero():
    """Without any samples it divides by 0, and ZeroDivisionError tells nobody what was missing: raise ValueError."""


@slip(
    ("total, n = 0.0, 0", "total, n, number = 0.0, 0, 0"),
    ("n += len(X)", "n, number = n + len(X), number + 1"),
    ("if n == 0", "if number == 0"),
)
def only_no_batches_refused():
    """Batches without samples are divided by 0. There is no mean of nothing, in one empty batch or in none: ask for the number
    of samples."""
