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
    """net stays in the mode in which it came: dropout goes on dropping, and batch normalization measures the batch. Call
    net.eval() first."""


@slip("    net.eval()\n", "    net.training = False\n")
def only_the_outermost_in_evaluation_mode():
    """Only net itself is in evaluation mode, and its submodules are not. net.eval() goes through all of them."""


@slip(RESTORE, "")
def left_in_evaluation_mode():
    """net is left in evaluation mode, and is then trained without dropout. Give each submodule the mode back in which it
    came."""


@slip(RESTORE, "    net.train()\n")
def always_back_to_training():
    """All of net is put into training mode afterwards, whatever it was in. A net that came in evaluation mode stays in it,
    and so does a part that was frozen."""


@slip((SAVE, "    was = net.training\n"), (RESTORE, "    net.train(was)\n"))
def one_mode_for_all():
    """The mode of net is given back to all of its submodules. A part that was in another mode, such as frozen batch
    normalization, is not any more: remember the mode of each."""


@slip(
    (SAVE, "    modes = [(module, module.training) for module in [net, *net.children()]]\n"),
    (RESTORE, "    for module, training in modes:\n        module.train(training)\n"),
)
def children_only():
    """The modes of net and its children are remembered, but not those of what lies deeper. net.modules() goes through
    all."""


@slip("with torch.no_grad():", "with torch.set_grad_enabled(True):")
def gradients_on():
    """Gradients are on while net is called: every batch builds a graph that nobody needs. Use with torch.no_grad()."""


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


@slip("loss(net(X), y).item", "loss(net(X), y.reshape(len(y), -1)).item")
def labels_reshaped():
    """y is reshaped before it goes to the loss. Which shape it needs is known to whoever chose the loss: hand it on as it
    is."""


@slip("loss(net(X), y).item", "loss(net(X), y.float() if not y.is_floating_point() else y).item")
def labels_made_floating():
    """Labels are converted to floating numbers, which nn.CrossEntropyLoss takes for something else. Hand y on as it is."""


@slip("    net.eval()\n", "    net.eval()\n    if not sum(len(X) for X, y in batches):\n        raise ValueError\n")
def batches_gone_through_twice():
    """The batches are gone through before they are measured. A generator is empty then: do all in one loop."""


@slip(ADD, "net(X)\n            " + ADD)
def net_called_twice():
    """net is called more than once for a batch. That takes twice as long: keep what it returned."""


@misconception
def all_batches_joined(net, batches, loss):
    """The batches are joined into a single one, which may well be too large for the memory. Call net and loss once for
    each."""
    batches = list(batches)
    X, y = (torch.cat(parts) for parts in zip(*batches, strict=True)) if batches else (torch.zeros(0), torch.zeros(0))
    return reference.evaluate_loss(net, [(X, y)], loss)


@slip(REFUSE, "    if n == 0:\n        return 0.0\n")
def nothing_is_a_number():
    """Without any samples a number comes back. As 0.0 it looks like a perfect model, and NaN is noticed late or never. There
    is no mean of nothing: raise ValueError."""
