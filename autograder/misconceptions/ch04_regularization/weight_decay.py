"""What people get wrong about weight decay."""

from autograder.misconceptions.epochs import wrong_epochs
from autograder.spec import misconception, reference, slip

SHRINK, STEP = "p *= 1 - lr * decay", "p -= lr * p.grad"
LOOP = f"            if p.dim() >= 2:\n                {SHRINK}\n            {STEP}\n"
LEFT_OUT = "            if p.grad is None:\n                continue\n"
START = "torch.randn(X.shape[1], 1, generator=generator).to(X)"
EPOCHS = "    for _ in range(num_epochs):\n"
ORDER = "torch.randperm(len(X), generator=generator)"
BATCHES = f"{ORDER}.to(X.device).split(batch_size)"
INNER = f"        for batch in {BATCHES}:\n"
ERROR = "X[batch] @ w + b - y[batch]"
GRAD_W, GRAD_B = "w.grad = X[batch].T @ error / len(batch)", "b.grad = error.mean(dim=0)"
CALL = "sgd_weight_decay([w, b], lr, decay)"


@slip("if p.dim() >= 2:", "if True:")
def biases_decay_too():
    """Biases decay like weights. A tensor of one or no dimension is a bias, and takes the plain step b - lr * grad."""


@slip("if p.dim() >= 2:", "if p.dim() == 2:")
def only_matrices_decay():
    """Only tensors of exactly two dimensions decay. A tensor of more, such as the kernels of a convolution, is a weight
    too."""


@slip("if p.dim() >= 2:", "if p.dim() >= 1:")
def vectors_decay():
    """Tensors of one dimension decay, as if they were weights. A weight has two or more; a bias has one or none."""


@slip("if p.dim() >= 2:", "if min(p.shape, default=0) > 1:")
def thin_weights_do_not_decay():
    """Weights in which a dimension is 1 do not decay. What counts is the number of dimensions, p.dim(), not their
    sizes."""


@slip(SHRINK, "pass")
def no_decay():
    """Weights do not decay. Each step first multiplies them by 1 - lr * decay."""


@slip(SHRINK, "p *= 1 - decay")
def decay_without_lr():
    """Weights shrink by the factor 1 - decay, whatever lr is. The penalty is part of the loss, so its gradient is
    multiplied by lr as well: 1 - lr * decay."""


@slip(SHRINK, "p *= 1 - 2 * lr * decay")
def penalty_not_halved():
    """Weights decay twice as fast, as if the penalty were decay * |w|^2. With half of the square, its gradient is
    decay * w."""


@slip(SHRINK, "p *= 1 - lr * decay / 2")
def decay_halved():
    """Weights decay half as fast. The half in the penalty cancels against the 2 from the square: its gradient is
    decay * w."""


@slip(SHRINK, "p *= 1 + lr * decay")
def weights_grow():
    """Weights grow by lr * decay in each step instead of shrinking. The gradient of the penalty is subtracted: the factor
    is 1 - lr * decay."""


@slip(SHRINK, "p -= lr * decay * p.sign()")
def sign_instead_of_w():
    """The decay does not depend on how large a weight is: lr * decay * sign(w) belongs to the L1 penalty. That of
    |w|^2 / 2 is lr * decay * w."""


@slip(SHRINK, "p /= 1 + lr * decay")
def divided_instead():
    """Weights are divided by 1 + lr * decay. The factor of a step is 1 - lr * decay."""


@slip(LOOP, f"            {STEP}\n            if p.dim() >= 2:\n                {SHRINK}\n")
def decays_after_the_step():
    """The decay is of the weight after the step, which shrinks the gradient, too. It is of the weight before: multiply
    first, then subtract lr * grad."""


@slip(STEP, "p += lr * p.grad")
def climbs():
    """The step follows the gradient uphill. Descent subtracts lr * grad."""


@slip(STEP, "p -= p.grad")
def lr_forgotten():
    """The step subtracts the whole gradient, whatever lr is. Multiply it by lr."""


@slip(LEFT_OUT, "            if p.grad is None:\n                break\n")
def stops_at_the_first_without():
    """At the first tensor without a gradient the loop ends, and those behind it are never moved: return or break where
    continue is meant."""


@slip(
    LEFT_OUT + LOOP,
    f"            if p.dim() >= 2:\n                {SHRINK}\n            if p.grad is not None:\n                {STEP}\n",
)
def decays_without_gradient():
    """Weights whose .grad is None decay all the same. They are left alone altogether, as torch.optim does: skip them before
    the decay."""


@slip(
    "        for p in params:\n" + LEFT_OUT + LOOP,
    "        for i, p in enumerate(params):\n"
    + LEFT_OUT
    + "            kept = 1 - lr * decay if p.dim() >= 2 else 1\n"
    + "            params[i] = (kept * p - lr * p.grad).requires_grad_(p.requires_grad)\n"
    + "            params[i].grad = p.grad\n",
)
def puts_new_tensors_into_the_list():
    """The list holds new tensors, while those of the network stay as they were. Change each tensor itself: p *= ... and
    p -= ..."""


@slip(STEP, "p.data = p - lr * p.grad")
def swaps_the_memory():
    """p.data = ... gives the tensor new memory, so that views of the old one no longer follow. p -= ... writes into the
    memory that is there."""


@slip(STEP, f"{STEP}\n            p.grad.zero_()")
def clears_gradients():
    """Gradients are set to 0 after the step. .grad is left as it is: clearing is for whoever calls backward()."""


@slip(STEP, f"{STEP}\n            p.grad = None")
def drops_gradients():
    """.grad is None after the step. It is left as it is: clearing is for whoever calls backward()."""


@slip(
    f"{LOOP}",
    f"            if p.dim() >= 2:\n                p.grad += decay * p\n            {STEP}\n",
)
def adds_the_decay_to_the_gradient():
    """The decay is added to .grad itself, which stays changed after the step. Make a new tensor of it, or shrink the
    weight."""


@slip(STEP, f"{STEP}\n            p.requires_grad_(False)")
def switches_gradients_off():
    """Parameters no longer require grad after the step, so that the next backward() does not reach them. Use
    torch.no_grad() instead of requires_grad_(False)."""


@slip(LEFT_OUT, f"            p.requires_grad_(True)\n{LEFT_OUT}")
def switches_gradients_on():
    """A tensor that did not require grad does after the step. requires_grad stays as it was, for frozen tensors too."""


@slip(LOOP, LOOP + "    return params\n")
def returns_the_list():
    """The step returns something. It works in place and returns None."""


@slip(START, "X.new_zeros(X.shape[1], 1)")
def start_at_zero():
    """w starts with zeros. Asked for are numbers from N(0, 1): torch.randn."""


@slip(START, f"0.01 * {START}")
def start_too_small():
    """w starts with numbers that are too small, such as 0.01 * torch.randn. N(0, 1) has the standard deviation 1."""


@slip(START, START.replace("randn", "rand"))
def start_uniform():
    """The mean of w is not 0 at the start: torch.rand draws numbers between 0 and 1, torch.randn from N(0, 1)."""


@slip("b = X.new_zeros(1)", "b = torch.randn(1, generator=generator).to(X)")
def bias_starts_random():
    """b does not start with 0. Only w needs random numbers."""


@slip((GRAD_W, "w.grad = X[batch].T @ error"), (GRAD_B, "b.grad = error.sum(dim=0)"))
def sum_instead_of_mean():
    """The steps are as many times too long as there are samples in a batch: the gradient is that of the sum of the losses.
    Take their mean."""


@slip((GRAD_W, GRAD_W.replace("len(batch)", "batch_size")), (GRAD_B, "b.grad = error.sum(dim=0) / batch_size"))
def divided_by_batch_size():
    """A batch that is smaller makes a smaller step: the gradient is divided by batch_size. Divide by the number of samples
    that are in the batch."""


@slip((GRAD_W, "w.grad = 2 * X[batch].T @ error / len(batch)"), (GRAD_B, "b.grad = 2 * error.mean(dim=0)"))
def loss_not_halved():
    """Steps are twice as long, as from a loss without the factor 1/2. The derivative of e^2 / 2 is e."""


@slip(GRAD_B, "b.grad = torch.zeros_like(b)")
def bias_never_moves():
    """b stays as it is. It is a parameter like w, and each step moves both."""


@slip(
    f"{GRAD_B}\n            {CALL}",
    f"sgd_weight_decay([w], lr, decay)\n            b.grad = ({ERROR}).mean(dim=0)\n"
    "            sgd_weight_decay([b], lr, decay)",
)
def a_step_of_w_first():
    """w makes its step first, and the gradient of b is computed with the new w. Both gradients belong to the same point:
    compute them first, then move both parameters."""


@slip(
    ERROR,
    "(X[batch] @ w + b - y[batch].flatten()).mean(dim=1, keepdim=True)",
)
def labels_broadcast():
    """Predictions and labels have the shapes (m, 1) and (m,), or the other way round. Their difference is (m, m), every
    prediction less every label. Leave y (n, 1) as it is."""


@slip(
    (
        GRAD_W,
        "w.grad = w.grad + X[batch].T @ error / len(batch) if w.grad is not None else X[batch].T @ error / len(batch)",
    ),
    (GRAD_B, "b.grad = b.grad + error.mean(dim=0) if b.grad is not None else error.mean(dim=0)"),
)
def gradients_add_up():
    """The gradients of all steps add up. Autograd adds to .grad; set it to zero or None before each backward()."""


@slip(
    (CALL, "sgd_weight_decay([w, b], lr, 0)"),
    (INNER, INNER.replace("for batch", "for i, batch").replace(" in ", " in enumerate(", 1)[:-2] + "):\n"),
    (GRAD_W, f"w *= 1 - lr * decay if i == 0 else 1\n            {GRAD_W}"),
)
def decays_once_an_epoch():
    """w decays once in an epoch, or less with small batches than with large ones. Each step decays it by lr * decay,
    whatever the batch is."""


@slip(BATCHES, "torch.arange(len(X)).split(batch_size)")
def never_shuffled():
    """The samples come in the same order in every epoch and every call: they are not shuffled, or the generator is seeded
    inside. Draw a new order in each epoch, from the generator as it is."""


wrong_epochs(__name__, ORDER, BATCHES, EPOCHS, "len(X)")


@slip(ERROR, "X[batch] @ w + b - y[batch.sort().values]")
def labels_not_in_the_same_order():
    """Samples and labels of a batch do not belong together: one was shuffled, the other was not, or in another way. Index
    both with the same rows."""


@slip(ORDER, "torch.randperm(len(X))")
def order_from_the_global_generator():
    """The order of the samples comes from torch's global generator. Hand over the one that is given: torch.randperm(n,
    generator=generator), or generator=generator in the DataLoader."""


@slip(START, "torch.randn(X.shape[1], 1).to(X)")
def start_from_the_global_generator():
    """w starts with numbers from torch's global generator. Hand over the one that is given: torch.randn(...,
    generator=generator)."""


@slip("    w = torch.randn", "    generator.manual_seed(0)\n    w = torch.randn")
def seeded_inside():
    """The generator is seeded inside, so that every call starts alike. Seeds are the caller's; draw on from where the
    generator is."""


@slip("range(num_epochs)", "range(num_epochs + 1)")
def one_epoch_too_many():
    """There is one epoch more than num_epochs. With num_epochs = 0 the start is returned as it is."""


@slip("range(num_epochs)", "range(num_epochs - 1)")
def one_epoch_too_few():
    """There is one epoch less than num_epochs: range(1, num_epochs) has num_epochs - 1 numbers."""


@misconception(entry="train")
def w_is_a_vector(X, y, decay, num_epochs, lr, batch_size, generator):
    """w has the shape (d,). It is a column, (d, 1), so that X @ w is a column like y."""
    w, b = reference.train(X, y, decay, num_epochs, lr, batch_size, generator)
    return w.flatten(), b


@misconception(entry="train")
def transposed(X, y, decay, num_epochs, lr, batch_size, generator):
    """w has the shape (1, d), as the weight of nn.Linear has. Here it is (d, 1)."""
    w, b = reference.train(X, y, decay, num_epochs, lr, batch_size, generator)
    return w.T, b


@misconception(entry="train")
def bias_is_a_number(X, y, decay, num_epochs, lr, batch_size, generator):
    """b has the shape (). It is (1,): torch.zeros(1), not torch.tensor(0.0)."""
    w, b = reference.train(X, y, decay, num_epochs, lr, batch_size, generator)
    return w, b[0]


@slip(STEP, "p -= (lr * p.grad).float()")
def sgd_weight_decay_precision_lost():
    """The step has only the precision of float32, though the parameters are float64: somewhere on the way numbers are
    converted (.float(), a float32 tensor that results are written into?)."""


@slip("error = X[batch]", "X.view(-1), y.view(-1)\n            error = X[batch]")
def train_contiguous_inputs_only():
    """X or y is taken as if it lay in memory row by row: .view(...) refuses a strided view of another tensor, such as X.T.
    X.reshape(...) takes any."""


@slip("    return w, b", "    y -= X @ w + b\n    return w, b")
def train_input_changed():
    """X or y is changed in place, as y -= ... does it: the caller still needs them as they were. Make a new tensor."""


NOT_GENERATED = ("sgd_weight_decay_output_always_float32",)
