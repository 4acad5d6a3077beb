"""What people get wrong about symmetry."""

import copy

import torch

from autograder.spec import misconception, reference, slip

COPY = "    net = copy.deepcopy(net)\n"
CLEAR = "        net.zero_grad()\n"
LOSS = "((net(X) - y) ** 2).mean()"
PARAMETERS = "net.parameters():"
STEP = "p -= lr * p.grad\n"
UNITS = "torch.cat([net[0].weight, net[0].bias[:, None]], dim=1).detach()"
SAME = "any((unit - other).abs().max() <= 1e-5 for other in kept)"
RETURN = "    return len(kept), units\n"


@slip(COPY, "")
def net_is_trained():
    """net itself is trained, so that its values are others afterwards. Train a deep copy: copy.copy and net[:] would share
    the parameters with it."""


@slip((COPY, "    before = copy.deepcopy(net.state_dict())\n"), (RETURN, "    net.load_state_dict(before)\n" + RETURN))
def gradients_left_behind():
    """net has its values back afterwards, and still the gradients of the last step. Train a copy, or set every .grad to None as
    well."""


@slip(CLEAR, "")
def gradients_pile_up():
    """From the second step on the gradients of earlier steps are still there, since backward() adds to them. Clear them before
    each step."""


@slip(LOSS, "((net(X) - y) ** 2).sum()")
def squares_added():
    """The gradients are those of a sum of squares. The loss is the mean over all n * k elements."""


@slip(LOSS, "((net(X) - y) ** 2).sum(dim=1).mean()")
def mean_over_rows_alone():
    """The squares of a row are added up, and only the rows are averaged. The loss is the mean over all n * k elements."""


@slip(LOSS, "(((net(X) - y) ** 2).mean() / 2)")
def loss_halved():
    """The loss is halved, and so is every step. It is the mean of the squares itself."""


@slip(LOSS, "((net(X) - y) ** 2).mean().sqrt()")
def root_of_the_loss():
    """The loss is the root of the mean of the squares. It is the mean itself."""


@misconception
def momentum(net, X, y, steps, lr):
    """The steps have momentum. Each is -lr times the gradient of that step alone."""
    trained = copy.deepcopy(net)
    velocity = [torch.zeros_like(p) for p in trained.parameters()]
    for _ in range(steps):
        trained.zero_grad()
        ((trained(X) - y) ** 2).mean().backward()
        for p, v in zip(trained.parameters(), velocity, strict=True):
            v.mul_(0.9).add_(p.grad)
            p.detach().sub_(lr * v)
    return reference.hidden_units_used(trained, X, y, 0, lr)


@slip(STEP, "p += lr * p.grad\n")
def uphill():
    """The steps go along the gradient, which leads uphill. Subtract it."""


@slip(PARAMETERS, "net[0].parameters():")
def output_layer_not_trained():
    """Only the first layer is trained. All four parameters move in each step, those of the output layer too."""


@slip(PARAMETERS, "(net[0].weight, net[2].weight):")
def biases_not_trained():
    """The biases are not trained. All four parameters move in each step."""


@slip("range(steps)", "range(2 * steps)")
def two_steps_for_one():
    """More steps are taken than asked for, or each is taken twice."""


@slip("range(steps)", "range(max(steps, 1))")
def one_step_at_least():
    """A step is taken even for steps = 0. Then the units are counted as they are."""


@misconception
def row_by_row(net, X, y, steps, lr):
    """Each step takes one row of X after the other, and moves after each. It should be one step with the mean over all rows."""
    trained = copy.deepcopy(net)
    for _ in range(steps):
        for i in range(len(X)):
            trained.zero_grad()
            ((trained(X[i : i + 1]) - y[i : i + 1]) ** 2).mean().backward()
            for p in trained.parameters():
                p.detach().sub_(lr * p.grad)
    return reference.hidden_units_used(trained, X, y, 0, lr)


@misconception
def untrained_rows(net, X, y, steps, lr):
    """units and used are those of the start. Look at the copy after it was trained."""
    return reference.hidden_units_used(net, X, y, 0, lr)


@misconception
def counted_before_training(net, X, y, steps, lr):
    """used counts the units as they were at the start. Units that are alike in their incoming weights come apart if they lead
    to different places: count after training."""
    used, _ = reference.hidden_units_used(net, X, y, 0, lr)
    return used, reference.hidden_units_used(net, X, y, steps, lr)[1]


@slip(RETURN, "    return len(kept), units.T\n")
def units_transposed():
    """units has a column for each hidden unit. nn.Linear keeps its weight as (h, d): a row for each unit, and the bias as one
    more column."""


@slip(RETURN, "    return len(kept), torch.stack(kept)\n")
def different_rows_alone():
    """units holds each of the different rows once. It has a row for every hidden unit, equal ones too."""


@slip("[net[0].weight, net[0].bias[:, None]]", "[net[0].bias[:, None], net[0].weight]")
def bias_first():
    """The bias stands first in each row of units. It comes last."""


@slip(UNITS, "net[0].weight.detach()")
def bias_left_out():
    """The bias is missing in units, and so two units that differ in it alone count as one. It is the last entry of each row."""


@slip(UNITS, "torch.cat([net[2].weight.T, net[0].bias[:, None]], dim=1).detach()")
def weights_out_of_the_units():
    """units holds the weights of the output layer. What leads into a hidden unit is a row of net[0].weight."""


@misconception
def outputs_of_the_units(net, X, y, steps, lr):
    """units holds what the hidden units give for X. It should hold their weights and biases."""
    used, units = reference.hidden_units_used(net, X, y, steps, lr)
    return used, net[1](X @ units[:, :-1].T + units[:, -1]).T


@slip(".detach()", "")
def units_with_a_graph():
    """units requires grad. Detach it."""


@slip("    return len(kept), units\n", "    return torch.tensor(len(kept)), units\n")
def used_is_a_tensor():
    """used is a tensor. A Python int is asked for: len(...), int(...) or .item()."""


@slip(SAME, "any((unit - other).abs().max() <= 2e-7 for other in kept)")
def compared_exactly():
    """Units that are apart by rounding count as different: they are compared exactly, or nearly so. Two rows are the same if no
    entry differs by more than 1e-5."""


@slip(SAME, "any(torch.equal(unit.round(decimals=4), other.round(decimals=4)) for other in kept)")
def rounded_first():
    """Entries are rounded before they are compared, and units on either side of a boundary count as different, however near they
    are. Look at the largest difference of two rows."""


@slip(SAME, "any(torch.allclose(unit, other) for other in kept)")
def relative_tolerance():
    """The tolerance shrinks with the entries, as that of torch.allclose and torch.isclose does by default, and near 0 next to
    nothing is left. 1e-5 is absolute: atol=1e-5, rtol=0."""


@slip(SAME, "any((unit - other).max() <= 1e-5 for other in kept)")
def differences_without_abs():
    """A difference below 0 counts as none. Take the absolute value before the maximum."""


@slip(SAME, "any((unit - other).abs().min() <= 1e-5 for other in kept)")
def one_equal_entry_is_enough():
    """Two units count as the same if any of their entries is. All entries have to be: the largest difference decides."""


@slip(SAME, "any((unit[:-1] - other[:-1]).abs().max() <= 1e-5 for other in kept)")
def compared_without_bias():
    """Units that differ in their bias alone count as one. The bias is an entry like the others."""


@slip(SAME, "any((unit.double().sum() - other.double().sum()).abs() <= 2e-6 for other in kept)")
def sums_compared():
    """The sums of rows are compared. Different rows may well have the same sum: compare entry by entry."""


@slip(SAME, "any((unit.double().norm() - other.double().norm()).abs() <= 2e-6 for other in kept)")
def norms_compared():
    """The norms of rows are compared. Different rows may well have the same norm: compare entry by entry."""


@slip(SAME, "any((unit - other).abs().max() <= 1e-5 for other in kept[-1:])")
def neighbours_compared():
    """A row is compared only with the one before it, and equal rows that stand apart count twice. Compare with all rows that
    were counted."""


@slip(SAME, "any((unit - other).abs().max() <= 0.0025 for other in kept)")
def tolerance_too_wide():
    """Units that differ by more than 1e-3 count as the same. The tolerance is 1e-5."""


@misconception
def equal_ones_not_counted(net, X, y, steps, lr):
    """Only rows that occur once are counted. Rows that occur several times count too, once."""
    _, units = reference.hidden_units_used(net, X, y, steps, lr)
    near = (units[:, None] - units[None]).abs().amax(2) <= 1e-5
    return int((near.sum(1) == 1).sum()), units


@misconception
def pairs_subtracted(net, X, y, steps, lr):
    """used is the number of units less that of equal pairs. Three equal units make three pairs, and are still one unit."""
    _, units = reference.hidden_units_used(net, X, y, steps, lr)
    near = (units[:, None] - units[None]).abs().amax(2) <= 1e-5
    return len(units) - int(near.triu(1).sum()), units
