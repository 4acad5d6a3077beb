"""What people get wrong about optimizer_race."""

from autograder.misconceptions.epochs import wrong_epochs
from autograder.spec import slip

START = "w, b = (X.new_zeros(size, requires_grad=True) for size in (X.shape[1], 1))"
STATES = "    states = [{}, {}]\n"
FIRST = "[(y**2).mean() / 2]"
EPOCHS = "    for _ in range(num_epochs):\n"
ORDER = "torch.randperm(len(X), generator=generator, device=X.device)"
BATCHES = f"{ORDER}.split(batch_size)"
INNER = f"        for batch in {BATCHES}:\n"
CLEAR = "            w.grad = b.grad = None\n"
LOSS = "loss = ((X[batch] @ w + b - y[batch]) ** 2).mean() / 2"
BACKWARD = "            loss.backward()\n"
STEP = "            optimizer_step([w, b], states, hyper)\n"
MEASURE = "        with torch.no_grad():\n            losses.append(((X @ w + b - y) ** 2).mean() / 2)\n"
RESULT = "return w.detach(), b.detach(), torch.stack(losses)"
ROWS = "((X @ w + b - y) ** 2).mean() / 2"


@slip(CLEAR, "")
def gradients_never_cleared():
    """Gradients of earlier batches are in those of later ones: backward() adds to .grad. Set both to None, or to 0,
    before each batch's backward()."""


@slip((CLEAR, ""), (EPOCHS, EPOCHS + CLEAR[4:]))
def cleared_once_an_epoch():
    """.grad is cleared once an epoch, so that all batches of it add up. Each batch's gradients stand alone: clear
    before each backward()."""


@slip(
    (CLEAR, ""),
    (STEP, STEP + "            w.grad.zero_()\n            b.grad.zero_()\n"),
)
def zeroed_behind_the_step():
    """w.grad.zero_() behind the step needs a .grad, and optimizer_step may have set it to None. Clear before
    backward(), by w.grad = None."""


@slip(
    (CLEAR, ""),
    (STEP, STEP + CLEAR),
    (MEASURE, f"        loss = {ROWS}\n        loss.backward()\n        losses.append(loss.detach())\n"),
)
def full_gradient_left_behind():
    """The gradients of the loss over all rows are still in .grad when the next epoch begins. Measure that loss under
    torch.no_grad(), and clear .grad before each backward()."""


@slip(LOSS, "loss = ((X @ w + b - y) ** 2).mean() / 2")
def all_rows_in_each_batch():
    """The gradients are those of all rows at every step, whatever the batch is. Take X[batch] and y[batch]."""


@slip(LOSS, LOSS.replace("mean", "sum"))
def sum_instead_of_mean():
    """The gradients are as many times too large as there are rows in the batch: they are those of the sum. Take the
    mean."""


@slip(LOSS, LOSS.replace("mean() / 2", "sum() / 2 / batch_size"))
def divided_by_batch_size():
    """The gradients of a smaller batch are too small: they are divided by batch_size. Divide by the number of rows that
    are in the batch, as mean() does."""


@slip(LOSS, LOSS.replace("mean() / 2", "sum() / 2 / len(X)"))
def divided_by_all_rows():
    """The gradients are divided by the number of all rows, so that small batches hardly move anything. Divide by the
    number of rows in the batch."""


@slip(LOSS, LOSS.replace(" / 2", ""))
def step_without_one_half():
    """The gradients are twice as large as they should be: the loss is half of the mean square, also where its gradients
    are taken."""


@slip((LOSS, LOSS.replace(" / 2", "")), (FIRST, "[(y**2).mean()]"), (ROWS, ROWS.replace(" / 2", "")))
def without_one_half():
    """The loss lacks its 1/2, so that losses and gradients are twice as large as they should be."""


@slip((FIRST, "[(y**2).mean()]"), (ROWS, ROWS.replace(" / 2", "")))
def losses_without_one_half():
    """The losses are twice as large as they should be: they lack the 1/2, though the gradients have it."""


@slip((FIRST, "[(y**2).sum() / 2]"), (ROWS, ROWS.replace("mean", "sum")))
def losses_added_up():
    """The losses are sums over the rows. They are means, so that sets of different size can be compared."""


@slip((LOSS, LOSS.replace(" ** 2).mean() / 2", ".abs()).mean()")))
def absolute_errors():
    """The gradients do not grow with the errors: those of the mean absolute error know nothing but their signs, and
    clipped ones are all equally long. The loss is half of the mean square, and its gradients are left as they are."""


@slip(LOSS, LOSS.replace(" + b", ""))
def b_left_out_of_the_model():
    """b has no gradient, and no part in the prediction of a batch. It is X w + b."""


@slip((LOSS, LOSS.replace("X[batch] @ w + b - y[batch]", "(X[batch] @ w + b)[:, None] - y[batch]")))
def residual_is_a_matrix():
    """Predictions (m, 1) less labels (m,) give a matrix (m, m): every prediction is compared with every label. Both are
    (m,)."""


@slip((ROWS, ROWS.replace("X @ w + b - y", "(X @ w + b)[:, None] - y")))
def measured_residual_is_a_matrix():
    """In the loss on all rows predictions (n, 1) less labels (n,) give a matrix (n, n). Both are (n,)."""


@slip(LOSS, LOSS.replace("y[batch]", "y[batch.sort().values]"))
def labels_not_in_the_same_order():
    """Rows of X and labels of a batch do not belong together: one was shuffled, the other was not, or in another way.
    Index both with the same rows."""


@slip(BACKWARD, "            loss.backward()\n            w.grad.neg_()\n            b.grad.neg_()\n")
def negative_gradients():
    """.grad holds the gradients with the wrong sign. The step subtracts them by itself."""


@slip(STEP, STEP.replace("[w, b]", "[b, w]"))
def b_first():
    """b is handed over before w. The list is [w, b]."""


@slip(STEP, "            optimizer_step([w, b], [{}, {}], hyper)\n")
def states_made_anew_in_each_step():
    """Each step gets new dicts, so that no optimizer can remember anything: momentum has no velocity, and each step of
    Adam is its first. Make them once, before the first epoch."""


@slip((STATES, ""), (INNER, "        states = [{}, {}]\n" + INNER))
def states_made_anew_in_each_epoch():
    """Each epoch begins with new dicts: what the optimizer has gathered until then is lost. Make them once, before the
    first epoch."""


@slip(STATES, "    states = [{}] * 2\n")
def one_dict_for_both():
    """w and b share one dict, as in [{}] * 2: what an optimizer keeps for one of them overwrites what it keeps for the
    other. Write [{}, {}]."""


@slip((STATES, '    states = train.__dict__.setdefault("states", [{}, {}])\n'))
def states_kept_from_call_to_call():
    """The dicts are the same in each call of train, as those of a default argument are: the second run goes on with the
    memory of the first. Make them inside of train."""


@slip(STEP, '            optimizer_step([w, b], states, {"lr": hyper.get("lr", 0.01)})\n')
def only_lr_handed_on():
    """The step gets other numbers than hyper has, such as lr alone. What an optimizer needs is its own matter: hand
    hyper on as it is."""


@slip(MEASURE, MEASURE + '        hyper["lr"] = 0.9 * hyper.get("lr", 0.1)\n')
def rate_decays():
    """hyper is changed from epoch to epoch, such as its lr. It is handed on as it is, and left unchanged."""


@slip(
    STEP,
    STEP + "            with torch.no_grad():\n                w -= 0.01 * w.grad if w.grad is not None else 0\n",
)
def updates_w_itself_too():
    """w or b moves beyond what optimizer_step did: train makes a step of its own as well. Leave it to
    optimizer_step."""


@slip(
    (STEP, STEP + "            w, b = (p.detach().clone().requires_grad_() for p in (w, b))\n"),
)
def new_tensors_in_each_step():
    """Every call gets new tensors for w and b. Whoever holds the old ones, as an optimizer may, is left behind: keep
    the same two, which the step changes in place."""


@slip(
    (MEASURE, MEASURE + "        w, b = (p.detach().clone().requires_grad_() for p in (w, b))\n"),
)
def new_tensors_in_each_epoch():
    """w and b are new tensors in each epoch. They are the same two at every call: optimizer_step changes them in
    place."""


@slip(STEP, "            optimizer_step([w.detach(), b.detach()], states, hyper)\n")
def detached_tensors_handed_over():
    """The step gets tensors without their gradients, as those of detach() are. Hand over w and b themselves."""


@slip(
    (START, START.replace(", requires_grad=True", "")),
    (CLEAR, "            error = X[batch] @ w + b - y[batch]\n"),
    (LOSS, "w.grad = X[batch].T @ error / len(batch)"),
    (BACKWARD, "            b.grad = error.mean(dim=0, keepdim=True)\n"),
)
def leaves_without_requires_grad():
    """w and b do not require grad, as an optimizer expects of its parameters: create them with requires_grad=True, also
    where the gradients are computed by hand."""


@slip(START, "w, b = X.new_zeros(X.shape[1], requires_grad=True), X.new_zeros((), requires_grad=True)")
def b_of_no_axes():
    """b has the shape (). It is (1,): torch.zeros(1), not torch.tensor(0.0)."""


@slip(
    (
        START,
        "w, b = X.new_zeros(X.shape[1], 1, requires_grad=True), X.new_zeros(1, requires_grad=True)\n    y = y[:, None]",
    )
)
def w_is_a_column():
    """w has the shape (d, 1). It is a vector, (d,), as y is."""


@slip(START, f"{START}\n    w.data += 0.01")
def starts_elsewhere():
    """w or b does not start at 0. Linear regression has no need for random numbers at the start: its loss has one
    valley."""


@slip(FIRST, "[]")
def no_loss_of_the_start():
    """The loss of the start is missing: losses[0] is that before the first epoch, so there are num_epochs + 1 of
    them."""


@slip((FIRST, f"{FIRST} * min(num_epochs, 1) or {FIRST}"), (MEASURE, MEASURE.replace("append(", "insert(-1, ")))
def losses_out_of_order():
    """The losses are not in the order of the epochs. losses[e] is the one after e epochs."""


@slip(
    (MEASURE, ""),
    (INNER, "        with torch.no_grad():\n            losses.append(" + ROWS + ")\n" + INNER),
)
def measured_before_each_epoch():
    """The losses lag by an epoch: each is measured before its epoch and not after it. losses[e] is the one after e
    epochs."""


@slip(
    (INNER, "        of_batches = []\n" + INNER),
    (BACKWARD, BACKWARD + "            of_batches.append(loss.detach())\n"),
    (MEASURE, "        losses.append(torch.stack(of_batches).mean())\n"),
)
def mean_of_batch_losses():
    """losses holds means of the batches' losses, each of which was measured before its own step, with other w and b.
    After the epoch, compute the loss on all rows."""


@slip(
    (
        MEASURE,
        "        with torch.no_grad():\n            parts = zip(X.split(batch_size), y.split(batch_size))\n"
        "            losses.append(torch.stack([((A @ w + b - t) ** 2).mean() / 2 for A, t in parts]).mean())\n",
    )
)
def measured_batch_by_batch():
    """The loss on all rows is a plain mean over batches, in which a row of the smaller one counts more. Take all rows
    at once, or weigh each batch by its rows."""


@slip((MEASURE, MEASURE.replace("X @ w + b - y", "X[batch] @ w + b - y[batch]")))
def loss_of_the_last_batch():
    """losses holds the loss of the last batch. It is that of all rows, with w and b as they are after the epoch."""


@slip(MEASURE, "        losses.append(((X @ w + b - y) ** 2).mean() / 2)\n")
def losses_with_a_graph():
    """losses still hangs on the graph of w and b. Measure under torch.no_grad(), or detach."""


@slip(RESULT, "return w, b, torch.stack(losses)")
def parameters_with_a_graph():
    """w and b are returned as they were trained, and still require grad. Detach them."""


@slip(RESULT, "return w.detach(), b.detach(), [loss.item() for loss in losses]")
def list_of_losses():
    """losses is a list of numbers. It is a tensor (num_epochs + 1,): torch.stack, or X.new_tensor(list)."""


@slip(
    (FIRST, f"{FIRST}\n    before = torch.cat([w, b]).detach()"),
    (STEP, "            before = torch.cat([w, b]).detach()\n" + STEP),
    (RESULT, "return before[:-1], before[-1:], torch.stack(losses)"),
)
def one_step_behind():
    """What is returned is from before the last step. Return w and b as they are after it."""


@slip(BATCHES, "torch.arange(len(X)).split(batch_size)")
def never_shuffled():
    """The samples come in the same order in every epoch and every call: they are not shuffled, or the generator is
    seeded inside. Draw a new order in each epoch, from the generator as it is."""


wrong_epochs(__name__, ORDER, BATCHES, EPOCHS, "len(X)")


@slip(ORDER, "torch.randperm(len(X))")
def order_from_the_global_generator():
    """The order of the samples comes from torch's global generator. Hand over the one that is given: torch.randperm(n,
    generator=generator), or generator=generator in the DataLoader."""


@slip(STATES, STATES + "    generator.manual_seed(0)\n")
def seeded_inside():
    """The generator is seeded inside, so that every call shuffles alike. Seeds are the caller's; draw on from where the
    generator is."""


@slip("range(num_epochs)", "range(num_epochs + 1)")
def one_epoch_too_many():
    """There is one epoch more than num_epochs. With num_epochs = 0 optimizer_step is never called."""


@slip("range(num_epochs)", "range(num_epochs - 1)")
def one_epoch_too_few():
    """There is one epoch less than num_epochs: range(1, num_epochs) has num_epochs - 1 numbers."""


@slip(STEP, STEP * 2)
def two_steps_for_a_batch():
    """optimizer_step is called twice for a batch, along one gradient. Once is asked for."""


@slip(STEP, "        optimizer_step([w, b], states, hyper)\n")
def one_step_an_epoch():
    """optimizer_step is called once in an epoch, behind the loop. It is called for each batch."""
