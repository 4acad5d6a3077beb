"""What people get wrong about training softmax regression by minibatch SGD."""

import torch
from torch.nn import functional as F

from autograder.misconceptions.epochs import wrong_epochs
from autograder.spec import misconception, reference, slip

START = "(0.01 * torch.randn(X.shape[1], num_classes, generator=generator)).to(X)"
EPOCHS = "    for _ in range(num_epochs):\n"
ORDER = "torch.randperm(len(X), generator=generator)"
BATCHES = f"{ORDER}.to(X.device).split(batch_size)"
INNER = f"        for batch in {BATCHES}:\n"
ERROR = "torch.softmax(X[batch] @ W + b, dim=1) - F.one_hot(y[batch], num_classes)"
STEP_OF_W, STEP_OF_B = "W -= lr * X[batch].T @ error / len(batch)", "b -= lr * error.mean(dim=0)"


@slip(START, "X.new_zeros(X.shape[1], num_classes)")
def start_at_zero():
    """W starts with zeros. Softmax regression would learn all the same, but asked for are numbers from N(0, 0.01^2)."""


@slip("0.01 * torch.randn", "torch.randn")
def start_not_scaled():
    """W starts with the standard deviation 1: logits of hundreds of pixels are then large from the beginning. Multiply by
    0.01."""


@slip("0.01 * torch.randn", "0.1 * torch.randn")
def root_of_the_deviation():
    """W starts with the standard deviation 0.1, the root of 0.01. N(0, 0.01^2) has the variance 0.01^2, so 0.01 is the
    standard deviation already."""


@slip("0.01 * torch.randn", "0.0001 * torch.randn")
def variance_taken_for_deviation():
    """W starts with the standard deviation 0.0001. That is the variance: torch.randn is multiplied by the standard
    deviation, 0.01."""


@slip("torch.randn(X.shape[1]", "torch.rand(X.shape[1]")
def start_uniform():
    """The mean of W is not 0 at the start: the numbers are from torch.rand, which is never negative, or are shifted in
    another way. torch.randn draws from N(0, 1)."""


@slip("b = X.new_zeros(num_classes)", "b = (0.01 * torch.randn(num_classes, generator=generator)).to(X)")
def bias_starts_random():
    """b does not start with zeros. Only W needs random numbers."""


@slip(STEP_OF_B, "pass")
def bias_never_moves():
    """b stays as it is. It is a parameter like W, and each step moves both."""


@slip("X.flatten(start_dim=1)", "X.reshape(len(X), X.shape[1], -1).transpose(1, 2).reshape(len(X), -1)")
def flattened_column_by_column():
    """The pixels of an image do not come row by row. X.flatten(1) and X.reshape(len(X), -1) keep their order; a transpose
    before that changes it."""


@slip("X = X.flatten(start_dim=1)", "X = (X - X.mean()) / (X.std() + 1e-12)\n    X = X.flatten(start_dim=1)")
def images_standardized():
    """The pixels were scaled before the first step. X is used as it comes, because W and b belong to such images."""


@slip(
    (STEP_OF_W, "W -= lr * X[batch].T @ error"),
    (STEP_OF_B, "b -= lr * error.sum(dim=0)"),
)
def sum_instead_of_mean():
    """The steps are as many times too long as there are samples in a batch: the gradient is that of the sum of the losses.
    Take their mean."""


@slip(
    (STEP_OF_W, "W -= lr * X[batch].T @ error / batch_size"),
    (STEP_OF_B, "b -= lr * error.sum(dim=0) / batch_size"),
)
def divided_by_batch_size():
    """Each step is divided by batch_size. The last batch may be smaller, and there may be only one: divide by the number of
    samples that are in it."""


@slip(
    (STEP_OF_W, "W -= lr * X[batch].T @ error / len(X)"),
    (STEP_OF_B, "b -= lr * error.sum(dim=0) / len(X)"),
)
def divided_by_all_samples():
    """Each step is too short where a batch is not the whole set: its loss is divided by the number of all samples. Divide
    by the number of samples in the batch."""


@slip(
    (STEP_OF_W, "W -= lr * X[batch].T @ error / error.numel()"),
    (STEP_OF_B, "b -= lr * error.mean(dim=0) / num_classes"),
)
def averaged_over_classes_too():
    """The steps are as many times too short as there are classes: the mean was taken over classes, too. The mean is over the
    samples of the batch alone."""


@slip((STEP_OF_W, STEP_OF_W.replace("-=", "+=")), (STEP_OF_B, STEP_OF_B.replace("-=", "+=")))
def climbs():
    """The parameters move along the gradient, so that the loss grows. Descent subtracts it."""


@slip(
    (EPOCHS, "    of_W, of_b = torch.zeros_like(W), torch.zeros_like(b)\n" + EPOCHS),
    (STEP_OF_W, "of_W += X[batch].T @ error / len(batch)\n            W = W - lr * of_W"),
    (STEP_OF_B, "of_b += error.mean(dim=0)\n            b = b - lr * of_b"),
)
def gradients_add_up():
    """From the second step on the steps are too long: the gradients of all steps add up, or there is momentum. Autograd adds
    to .grad; set it to zero before each backward()."""


@slip(
    (STEP_OF_W, STEP_OF_W.replace("W -= lr * ", "W -= lr * 0.01 * W + lr * ")),
    (STEP_OF_B, STEP_OF_B.replace("b -= lr * ", "b -= lr * 0.01 * b + lr * ")),
)
def weights_decayed():
    """From the second step on b is a little smaller than it should be: the steps have weight decay. Here a step is lr times
    the gradient of the loss, and nothing else."""


@slip(
    f"error = {ERROR}",
    "probs = torch.softmax(X[batch] @ W + b, dim=1)\n"
    "            off = torch.softmax(probs, dim=1) - F.one_hot(y[batch], num_classes)\n"
    "            error = probs * (off - (probs * off).sum(dim=1, keepdim=True))",
)
def softmax_before_cross_entropy():
    """The softmax is taken twice: F.cross_entropy has one of its own, so it wants the logits."""


@slip("torch.softmax(X[batch] @ W + b, dim=1)", "torch.sigmoid(X[batch] @ W + b)")
def sigmoid_instead_of_softmax():
    """Each class has a sigmoid of its own, as for labels that may hold together. Here exactly one is right: the
    probabilities are softmax(X W + b), over the classes."""


@slip("torch.softmax(X[batch] @ W + b, dim=1)", "(X[batch] @ W + b)")
def squared_loss_taken():
    """The gradient is that of the squared loss: logits minus one-hot labels. That of the cross-entropy is
    softmax(logits) minus one-hot labels."""


@slip("torch.softmax(X[batch] @ W + b, dim=1)", "torch.softmax(X[batch] @ W, dim=1)")
def logits_without_b():
    """b moves, but it has no part in the logits. They are X W + b."""


@slip(BATCHES, "torch.arange(len(X)).split(batch_size)")
def never_shuffled():
    """The samples come in the same order in every epoch and every call: they are not shuffled, or the generator is seeded
    inside. Draw a new order in each epoch, from the generator as it is."""


wrong_epochs(__name__, ORDER, BATCHES, EPOCHS, "len(X)")


@slip("F.one_hot(y[batch], num_classes)", "F.one_hot(y[batch.sort().values], num_classes)")
def labels_not_in_the_same_order():
    """Images and labels of a batch do not belong together: one was shuffled, the other was not, or in another way. Index both
    with the same rows."""


@slip(ORDER, "torch.randperm(len(X))")
def order_from_the_global_generator():
    """The order of the samples comes from torch's global generator. Hand over the one that is given: torch.randperm(n,
    generator=generator), or generator=generator in the DataLoader."""


@slip("torch.randn(X.shape[1], num_classes, generator=generator)", "torch.randn(X.shape[1], num_classes)")
def start_from_the_global_generator():
    """W starts with numbers from torch's global generator. Hand over the one that is given: torch.randn(..., generator=
    generator)."""


@slip("    W = (0.01", "    generator.manual_seed(0)\n    W = (0.01")
def seeded_inside():
    """The generator is seeded inside, so that every call starts alike. Seeds are the caller's; draw on from where the
    generator is."""


@slip("range(num_epochs)", "range(num_epochs + 1)")
def one_epoch_too_many():
    """There is one epoch more than num_epochs. With num_epochs = 0 the start is returned as it is."""


@slip("range(num_epochs)", "range(num_epochs - 1)")
def one_epoch_too_few():
    """There is one epoch less than num_epochs: range(1, num_epochs) has num_epochs - 1 numbers."""


@slip(
    "    for _ in range(num_epochs):",
    "    for epoch in range(num_epochs):\n        lr = lr if epoch == 0 else lr * 0.5",
)
def rate_decays():
    """The learning rate falls from epoch to epoch. It is lr in all of them."""


@misconception
def in_float32(X, y, num_classes, num_epochs, lr, batch_size, generator):
    """W and b are float32 though X is float64. Make them with dtype=X.dtype, or convert them: .to(X)."""
    return tuple(p.float() for p in reference.train(X.float(), y, num_classes, num_epochs, lr, batch_size, generator))


@misconception
def transposed(X, y, num_classes, num_epochs, lr, batch_size, generator):
    """W has the shape (num_classes, d), as the weight of nn.Linear has. Here it is (d, num_classes)."""
    W, b = reference.train(X, y, num_classes, num_epochs, lr, batch_size, generator)
    return W.T, b


@misconception
def bias_is_a_row(X, y, num_classes, num_epochs, lr, batch_size, generator):
    """b has the shape (1, num_classes). It is (num_classes,), which broadcasts over the rows as well."""
    W, b = reference.train(X, y, num_classes, num_epochs, lr, batch_size, generator)
    return W, b[None]


@misconception
def a_step_of_w_first(X, y, num_classes, num_epochs, lr, batch_size, generator):
    """W makes its step first, and the gradient of b is computed with the new W. Both gradients belong to the same point:
    compute them first, then move both parameters."""
    W, b = reference.train(X, y, num_classes, 0, lr, batch_size, generator)
    X = X.flatten(1)
    for passed in range(num_epochs):
        for rows in torch.randperm(len(X), generator=generator).to(X.device).split(batch_size):
            labels = F.one_hot(y[rows], num_classes)
            W = W - lr * X[rows].T @ (torch.softmax(X[rows] @ W + b, 1) - labels) / len(rows)
            b = b - lr * (torch.softmax(X[rows] @ W + b, 1) - labels).mean(0)
    return W, b
