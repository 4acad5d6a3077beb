"""What people get wrong about perceptron."""

import torch

from autograder.spec import misconception, reference, slip

NOT_GENERATED = ("train_perceptron_precision_lost",)  # small integers lose nothing in float32


@slip("+ b) <= 0:", "+ b) < 0:")
def never_starts():
    """A margin of 0 is not taken for a mistake. With w = 0 and b = 0 all margins are 0, so nothing ever moves: update
    where the margin is <= 0."""


@slip("if y_i * (w @ x_i + b) <= 0:", "if (1 if w @ x_i + b >= 0 else -1) != y_i:")
def ties_taken_as_positive():
    """A row on the line itself, with <w, x> + b = 0, counts as right if its label is +1. A margin of 0 is a mistake for
    both labels."""


@slip("if y_i * (w @ x_i + b) <= 0:", "if y_i * (w @ x_i) <= 0:")
def test_without_the_bias():
    """The test does not see the b of that moment: it is left out, or it moves too late. A row is a mistake where y (<w, x>
    + b) <= 0, with b as the row before has left it."""


@slip(
    (
        "        for x_i, y_i in zip(X, y, strict=True):",
        "        old_b = b\n        for x_i, y_i in zip(X, y, strict=True):",
    ),
    ("(w @ x_i + b)", "(w @ x_i + old_b)"),
)
def bias_moves_at_the_end_of_an_epoch():
    """w moves at once, but b only at the end of an epoch. Both move at each mistake, before the next row is tested."""


@slip("b = b + y_i\n", "pass\n")
def bias_never_moves():
    """b stays 0, and all lines go through the origin. At each mistake b moves too, by y."""


@slip("b = b + y_i\n", "b = b + y_i * (x_i @ x_i)\n")
def bias_scaled_by_the_row():
    """b moves by y times |x|^2. Here the bias is the weight of an input that is always 1, and moves by y."""


@slip(("w = w + y_i * x_i", "w = w + x_i"), ("b = b + y_i\n", "b = b + 1\n"))
def label_left_out_of_the_update():
    """The row is added whatever its label. A row of the class -1 is subtracted: w + y x and b + y."""


@slip(("w = w + y_i * x_i", "w = w - y_i * x_i"), ("b = b + y_i\n", "b = b - y_i\n"))
def moves_away():
    """The update has the wrong sign, so that each mistake becomes worse. The gradient of the loss is -y x, and a step
    against it is w + y x."""


@slip("            if y_i * (w @ x_i + b) <= 0:", "            if True:")
def updates_at_every_row():
    """Every row moves the line. Only mistakes do, the rows with y (<w, x> + b) <= 0."""


@slip(("w = w + y_i * x_i", "w = w + 2 * y_i * x_i"), ("b = b + y_i\n", "b = b + 2 * y_i\n"))
def steps_twice_as_long():
    """The steps are twice as long, as with the error y - sign(<w, x> + b), which is -2 or 2 for labels of -1 and +1.
    Here the step size is 1: y x and y."""


@slip(("w = w + y_i * x_i", "w = w + 0.5 * y_i * x_i"), ("b = b + y_i\n", "b = b + 0.5 * y_i\n"))
def steps_half_as_long():
    """The steps are half as long as they should be. The step size is 1: y x and y."""


@slip(
    (
        "        for x_i, y_i in zip(X, y, strict=True):",
        "        old_w, old_b = w, b\n        for x_i, y_i in zip(X, y, strict=True):",
    ),
    ("(w @ x_i + b)", "(old_w @ x_i + old_b)"),
)
def whole_batch_at_once():
    """All rows of an epoch are tested with the parameters from its beginning. An update counts at once: the next row
    meets the new w and b."""


@slip("                num_updates += 1\n", "                num_updates += 1\n                break\n")
def one_mistake_an_epoch():
    """After a mistake the rest of the rows is left out, and the next epoch begins. An epoch visits every row."""


@slip("            if y_i * (w @ x_i + b) <= 0:", "            while y_i * (w @ x_i + b) <= 0:")
def repeats_a_row_until_it_is_right():
    """A row is repeated until it is on the right side. Each visit makes one update at most."""


@slip("zip(X, y, strict=True)", "zip(X.flip(0), y.flip(0), strict=True)")
def rows_from_the_end():
    """The rows are visited from the last to the first. Begin with row 0: the order matters, since every update counts
    at once."""


@slip("range(max_epochs)", "range(min(max_epochs, 1))")
def one_epoch_only():
    """Only one epoch is made. A later update can turn an earlier row wrong again, so go on until an epoch is without an
    update, or max_epochs are over."""


@slip("range(max_epochs)", "range(min(max_epochs, 100))")
def epochs_capped():
    """Training stops early, as after 100 epochs. Only max_epochs limits their number, and a narrow gap between the classes
    may take thousands."""


@slip("+ b) <= 0:", "+ b) < 1:")
def margin_of_one_asked_for():
    """A row with a small positive margin is taken for a mistake, as by the hinge's margin of 1 or by a tolerance. It is on
    the right side, however near the line: update where the margin is <= 0."""


@slip(
    ("    num_updates = 0\n", "    num_updates = 0\n    best, found = 0, (w, b)\n"),
    (
        "                num_updates += 1\n",
        "                num_updates += 1\n                right = int((y * (X @ w + b) > 0).sum())\n"
        "                best, found = (right, (w, b)) if right > best else (best, found)\n",
    ),
    ("return w, b, num_updates", "return *found, num_updates"),
)
def best_parameters_returned():
    """The parameters that had the most rows right are kept, as in the pocket algorithm. Here those reached in the end are
    returned."""


@slip(
    ("    num_updates = 0\n", "    num_updates = 0\n    w_sum, b_sum, visits = w, b, 0\n"),
    (
        "        if num_updates == updates_before:",
        "            w_sum, b_sum, visits = w_sum + w, b_sum + b, visits + 1\n        if num_updates == updates_before:",
    ),
    ("return w, b, num_updates", "return w_sum / max(visits, 1), b_sum / max(visits, 1), num_updates"),
)
def average_returned():
    """The parameters are averaged over all visits, as in the averaged perceptron. Here those reached in the end are
    returned."""


@slip("range(max_epochs)", "range(max_epochs + 1)")
def one_epoch_too_many():
    """One epoch more than max_epochs is made. range(max_epochs) has max_epochs rounds: 0, ..., max_epochs - 1."""


@slip("num_updates == updates_before:", "num_updates < updates_before:")
def never_stops_early():
    """All max_epochs epochs are made, even when nothing is left to learn. Leave the loop after an epoch without an
    update."""


@slip("num_updates == updates_before:", "num_updates <= updates_before + 1:")
def stops_after_an_epoch_with_an_update():
    """Training stops after an epoch that still had an update. That update may have turned other rows wrong: stop after
    one without any."""


@slip("return w, b, num_updates", "return w, b, min(num_updates, _epoch + 1) if max_epochs else 0")
def epochs_counted():
    """Epochs are counted, not updates. An epoch can have many: count each time that w and b move."""


@slip("return w, b, num_updates", "return w, b, num_updates - updates_before if max_epochs else 0")
def last_epoch_counted():
    """Only the updates of the last epoch are counted. num_updates is for all epochs together: set it to 0 once, before
    the first."""


@slip("                num_updates += 1", "            num_updates += 1")
def rows_counted():
    """Rows are counted, whether they moved anything or not. Only mistakes are updates."""


@slip("return w, b, num_updates", "return w, b, torch.tensor(num_updates)")
def count_in_a_tensor():
    """num_updates is a tensor. It is asked for as a Python int: count with num_updates += 1, or take .item()."""


@slip("return w, b, num_updates", "return w[:, None], b, num_updates")
def weights_in_a_column():
    """w has the shape (d, 1). It is a vector, of shape (d,)."""


@slip("return w, b, num_updates", "return w, float(b), num_updates")
def bias_as_a_python_number():
    """b is a Python number. A tensor of shape () is asked for, in the dtype of X: start from X.new_zeros(())."""


@slip("X.new_zeros(())", "X.new_zeros(1)")
def bias_of_one_axis():
    """b has the shape (1,). It is a single number, of shape (): X.new_zeros(())."""


@slip("-y * (X @ w + b)", "1 - y * (X @ w + b)")
def hinge():
    """This is the hinge, max(0, 1 - y (<w, x> + b)), the loss of the support vector machine. The perceptron asks for no
    distance: max(0, -y (<w, x> + b))."""


@slip("-y * (X @ w + b)", "-y * (X @ w)")
def loss_without_the_bias():
    """b is left out of the loss: the margin is y (<w, x> + b)."""


@slip("-y * (X @ w + b)", "y * (X @ w + b)")
def right_rows_pay():
    """The rows on the right side pay. Their margin y (<w, x> + b) is positive: the loss is max(0, -margin)."""


@slip("torch.clamp(-y * (X @ w + b), min=0)", "-y * (X @ w + b)")
def right_rows_are_rewarded():
    """Rows on the right side have a negative loss. They cost nothing, however far from the line they are: max(0, ...)."""


@slip("-y * (X @ w + b)", "-(X @ w + b)")
def loss_without_the_label():
    """The label is left out of the loss: which side of the line is wrong depends on y, so the margin is y (<w, x> +
    b)."""


@misconception(entry="perceptron_loss")
def mistakes_counted(X, y, w, b):
    """The loss of a mistake is 1. That says how many there are, and has no gradient: it is as far as the row is on the
    wrong side, -y (<w, x> + b)."""
    return (reference.perceptron_loss(X, y, w, b) > 0).to(X.dtype)


@misconception(entry="perceptron_loss")
def mean_taken(X, y, w, b):
    """The mean over the rows is returned. There is one loss for each row, (n,)."""
    return reference.perceptron_loss(X, y, w, b).mean()


@misconception(entry="perceptron_loss")
def divided_by_n(X, y, w, b):
    """Each loss is divided by the number of rows. The result holds the losses themselves; who wants their mean takes it
    afterwards, once."""
    return reference.perceptron_loss(X, y, w, b) / len(X)


@misconception(entry="perceptron_loss")
def loss_in_columns(X, y, w, b):
    """The result has the shape (n, n): y and <w, x> + b, one of them (n,) and the other (n, 1), were multiplied for every
    pair of rows. Both are (n,)."""
    return torch.clamp(-y * (X @ w[:, None] + b), min=0)
