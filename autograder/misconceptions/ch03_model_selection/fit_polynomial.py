"""What people get wrong about fitting a polynomial by minibatch SGD."""

import torch
from torch import nn

from autograder.misconceptions.epochs import wrong_epochs
from autograder.spec import misconception, reference, slip

STEP = "weight - lr * 2 / len(batch) * A.T @ (A @ weight - t)"
ORDER = "torch.randperm(len(labels), generator=generator)"
BATCHES = f"{ORDER}.split(batch_size)"
LOSS = "((features @ weight - labels) ** 2).mean()"
EPOCHS = "    for epoch in range(num_epochs):\n"
INNER = f"        for batch in {BATCHES}:\n"


@slip("lr * 2 / len(batch)", "lr / len(batch)")
def factor_two_missing():
    """The steps are half as long, as if the loss were halved. The derivative of e^2 is 2 e, and no factor 1/2 stands
    before it here."""


@slip("lr * 2 / len(batch)", "lr * 2")
def sum_instead_of_mean():
    """The gradient is that of the sum of the squared errors. Take their mean: divide by the number of samples in the
    batch."""


@slip("lr * 2 / len(batch)", "lr * 2 / batch_size")
def divided_by_batch_size():
    """Each step is divided by batch_size. The last batch may be smaller, and there may be only one: divide by the number
    of samples that are in it."""


@slip("lr * 2 / len(batch)", "lr * 2 / len(labels)")
def divided_by_all_samples():
    """A step is not the one that the samples of its batch alone would make: it is divided by the number of all samples, or
    earlier steps have a part in it, as with momentum. Its mean is over the samples that are in the batch."""


@slip(STEP, STEP.replace("weight - lr", "weight + lr"))
def climbs():
    """The weight moves along the gradient, so that the loss grows. Descent subtracts it."""


@slip("weight = features.new_zeros(features.shape[1])", "weight = features.new_ones(features.shape[1])")
def weight_starts_at_one():
    """The weight starts at 1. It starts at 0."""


@slip("weight = features.new_zeros(features.shape[1])", "weight = 0.01 * torch.randn(features.shape[1]).to(features)")
def weight_starts_random():
    """The weight starts at random numbers, as that of nn.Linear does. Here it starts at 0: set it, under torch.no_grad()."""


@misconception
def bias_learned_too(features, labels, num_epochs, lr, batch_size, generator):
    """A bias is learned beside the weight, as nn.Linear has one. The constant column of features is there already: take
    bias=False."""
    wider = torch.cat([features, torch.ones_like(features[:, :1])], 1)
    weight, losses = reference.fit(wider, labels, num_epochs, lr, batch_size, generator)
    return weight[:-1], losses


@slip(
    (EPOCHS, "    total = torch.zeros_like(weight)\n" + EPOCHS),
    (f"weight = {STEP}", f"total = total + ({STEP}) - weight\n            weight = weight + total"),
)
def gradients_add_up():
    """The gradients of all steps add up. Autograd adds to .grad; set it to zero before each backward()."""


@slip("(A @ weight - t)", "((A @ weight)[:, None] - t).mean(1)")
def labels_broadcast():
    """Predictions and labels have the shapes (m, 1) and (m,), or the other way round. Their difference is (m, m), every
    prediction less every label. Give both the same shape before you subtract."""


@slip(BATCHES, "torch.arange(len(labels)).split(batch_size)")
def never_shuffled():
    """Two calls in a row with one generator give the same: the samples are not shuffled, or the generator is seeded inside.
    Draw a new order in each epoch, from the generator as it is."""


wrong_epochs(__name__, ORDER, BATCHES, EPOCHS, "len(labels)")


@slip(BATCHES, f"[b.flip(0) for b in {ORDER}.flip(0).split(batch_size)][::-1]")
def smaller_batch_first():
    """The smaller batch comes first. Batches of batch_size are cut off from the beginning; what is left over comes last."""


@slip(BATCHES, f"{ORDER}.chunk(-(-len(labels) // batch_size))")
def batches_evened_out():
    """The batches are made equally large, as torch.chunk or tensor_split do it. Each has batch_size samples, and the last
    one what is left over: torch.split."""


@slip("A, t = features[batch], labels[batch]", "A, t = features[batch], labels[batch.sort().values]")
def labels_not_in_the_same_order():
    """Features and labels of a batch do not belong together: one was shuffled, the other was not, or in another way. Index
    both with the same rows."""


@slip(ORDER, "torch.randperm(features.shape[0])")
def global_generator():
    """The order comes from torch's global generator. Hand over the one that is given: torch.randperm(n,
    generator=generator), or generator=generator in the DataLoader."""


@slip(EPOCHS, "    generator.manual_seed(0)\n" + EPOCHS)
def seeded_inside():
    """The generator is seeded inside: every call has the same orders. Seeds are the caller's; draw on from where the
    generator is."""


@slip(
    ("        train_losses[epoch] = " + LOSS + "\n", ""),
    (INNER, "        train_losses[epoch] = " + LOSS + "\n" + INNER),
)
def loss_before_the_epoch():
    """The losses are those before each epoch. Measure with the weight at its end."""


@slip(
    (
        "            weight = weight",
        "            train_losses[epoch] += ((A @ weight - t) ** 2).sum() / len(labels)\n            weight = weight",
    ),
    ("        train_losses[epoch] = " + LOSS + "\n", ""),
)
def running_mean_of_the_batches():
    """The loss of an epoch is the mean over its batches, each measured with the weight of that moment. Measure once, over
    all samples, with the weight at the end of the epoch."""


@slip("train_losses[epoch] = " + LOSS, "train_losses[epoch] = ((A @ weight - t) ** 2).mean()")
def loss_of_the_last_batch():
    """The loss is measured on the last batch alone. Measure it on all samples."""


@slip(LOSS, LOSS.replace(".mean()", ".sum()"))
def loss_summed():
    """The losses are sums of squared errors. Take the mean over all samples."""


@slip(LOSS, LOSS.replace(".mean()", ".mean() / 2"))
def loss_halved():
    """The losses are halved. The mean squared error is asked for, without a factor 1/2."""


@slip(LOSS, LOSS + ".sqrt()")
def root_taken():
    """The losses are roots of the mean squared error. No root is asked for."""


@slip(LOSS, "(features @ weight - labels).abs().mean()")
def absolute_error():
    """The losses are mean absolute errors. Square the errors before the mean is taken."""


@slip(LOSS, "((features @ weight - labels[:, None]) ** 2).mean()")
def loss_broadcast():
    """The loss is the mean over (n, n) differences, of every prediction and every label, since one of the two has the shape
    (n, 1). Give both the same shape before you subtract."""


@slip("return weight, train_losses", "return weight.requires_grad_(), train_losses")
def weight_with_graph():
    """The weight still asks for a gradient. Return weight.detach()."""


@slip("return weight, train_losses", "return weight[:, None], train_losses")
def weight_is_a_column():
    """The weight has two axes, as that of nn.Linear, which is (1, k), or as a column, (k, 1). It should be (k,): flatten
    it."""


@slip("return weight, train_losses", "return weight, train_losses.tolist()")
def losses_in_a_list():
    """The losses come in a list. A tensor of shape (num_epochs,) is asked for, in the dtype of features."""


@slip("train_losses = features.new_zeros(num_epochs)", "train_losses = torch.zeros(num_epochs)")
def losses_in_float32():
    """The losses are float32 whatever features are: torch.zeros does not know their dtype. features.new_zeros does."""


@slip("for epoch in range(num_epochs):", "for epoch in range(num_epochs - 1):")
def one_epoch_too_few():
    """There is one epoch too few: range(num_epochs) counts num_epochs of them, from 0."""


@misconception
def at_least_one_epoch(features, labels, num_epochs, lr, batch_size, generator):
    """With num_epochs = 0 the weight has moved already. It stays 0, and train_losses is empty."""
    weight, losses = reference.fit(features, labels, max(num_epochs, 1), lr, batch_size, generator)
    return weight, losses[:num_epochs]


@misconception
def one_loss_too_many(features, labels, num_epochs, lr, batch_size, generator):
    """train_losses begins with the loss before training. It has num_epochs entries, the first after the first epoch."""
    weight, losses = reference.fit(features, labels, num_epochs, lr, batch_size, generator)
    return weight, torch.cat([(labels**2).mean()[None], losses])


@misconception
def adam_taken(features, labels, num_epochs, lr, batch_size, generator):
    """The steps are not those of plain SGD: momentum, weight decay or Adam change them. weight - lr * gradient is all."""
    start = reference.fit(features, labels, num_epochs, lr, batch_size, generator)
    weight = nn.Parameter(torch.zeros_like(start[0]))
    losses, optimizer = torch.zeros_like(start[1]), torch.optim.Adam([weight], lr=lr)
    for epoch in range(num_epochs):
        for batch in torch.randperm(len(labels), generator=generator).split(batch_size):
            optimizer.zero_grad()
            ((features[batch] @ weight - labels[batch]) ** 2).mean().backward()
            optimizer.step()
        losses[epoch] = ((features @ weight - labels) ** 2).mean().detach()
    return weight.detach(), losses
