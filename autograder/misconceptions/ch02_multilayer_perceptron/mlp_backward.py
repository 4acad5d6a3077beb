"""What people get wrong about mlp_backward."""

from autograder.spec import misconception, reference, slip

LOSS = "loss = F.cross_entropy(O, y)"
SOFTMAX = "torch.softmax(O, dim=1)"
D_LOGITS = "dO = (torch.softmax(O, dim=1) - F.one_hot(y, O.shape[1])) / len(X)"
D_RELU = "dZ = dH * (Z > 0)"
RETURN = "return loss, dW1, db1, dW2, db2"


@slip(LOSS, 'loss = F.cross_entropy(O, y, reduction="sum")')
def losses_summed():
    """loss is the sum over the rows. It should be their mean, as the gradients are those of the mean."""


@slip(LOSS, 'loss = F.cross_entropy(O, y, reduction="none")')
def losses_not_averaged():
    """loss holds a number for each row. It should be their mean, of shape ()."""


@slip(LOSS, "loss = F.cross_entropy(O, y).item()")
def loss_is_a_float():
    """loss is a Python number. It should be a tensor of shape (): leave .item() out."""


@slip(LOSS, "loss = F.cross_entropy(torch.softmax(O, dim=1), y)")
def softmax_twice():
    """The loss takes the softmax of a softmax: F.cross_entropy has one inside. Hand it the logits O."""


@slip(LOSS, "loss = -torch.log(torch.softmax(O, dim=1)[torch.arange(len(y)), y]).mean()")
def logarithm_of_the_softmax():
    """loss is inf where a probability was rounded to 0: the logarithm is taken of the softmax. Take log_softmax or
    F.cross_entropy of the logits, which never compute that probability."""


@slip(LOSS, "loss = -torch.log(torch.softmax(O, dim=1)[torch.arange(len(y)), y] + 1e-30).mean()")
def epsilon_added():
    """A small number is added before the logarithm, so no row can cost more than some 69. Take log_softmax or F.cross_entropy
    of the logits, which need none."""


@slip(LOSS, "loss = -torch.log(torch.softmax(O, dim=1)[torch.arange(len(y)), y] + 1e-9).mean()")
def larger_epsilon_added():
    """A small number such as 1e-9 is added before the logarithm, so no row can cost more than some 21. Take log_softmax or
    F.cross_entropy of the logits, which need none."""


@slip("F.one_hot(y, O.shape[1])", "F.one_hot(y)")
def width_from_the_labels():
    """F.one_hot(y) makes as many columns as the largest label needs, and a batch need not contain the last class. Say how
    many there are: F.one_hot(y, O.shape[1])."""


@slip(D_LOGITS, D_LOGITS + "\n    dO = dO.clamp(-0.25, 0.25)")
def gradients_clipped():
    """dO is cut off at a bound, as clipping does in a training loop. The gradient itself is asked for, however large."""


@slip("db1 = dZ.sum(dim=0)", "db1 = dZ.sum(dim=0).squeeze()")
def squeezed():
    """db1 loses its axis where there is one hidden unit, as squeeze() drops every axis of size 1. It has the shape of b1,
    (h,), whatever h is."""


@slip("Z = X @ W1 + b1", "Z = X @ W1")
def hidden_bias_left_out():
    """b1 is left out of the forward pass: Z is X @ W1 + b1."""


@slip("O = H @ W2 + b2", "O = torch.relu(H @ W2 + b2)")
def relu_on_the_logits():
    """The logits go through a ReLU. They may have any sign: O is H @ W2 + b2, and softmax comes next."""


@slip(("H = torch.relu(Z)", "H = Z"), (D_RELU, "dZ = dH"))
def no_relu():
    """There is no ReLU between the two layers, neither forward nor backward. H is relu(Z)."""


@slip(D_LOGITS, "dO = torch.softmax(O, dim=1) - F.one_hot(y, O.shape[1])")
def gradient_of_the_sum():
    """The gradients are those of the sum of the losses, n times too large. The loss is a mean: divide dO by n."""


@slip(D_LOGITS, "dO = (torch.softmax(O, dim=1) - F.one_hot(y, O.shape[1])) / O.numel()")
def divided_by_classes_too():
    """The gradients are divided by n * C, the number of logits. The mean is over the n rows alone."""


@slip("db2 = dO.sum(dim=0)", "db2 = dO.mean(dim=0)")
def output_bias_averaged():
    """db2 is divided by n twice: once in dO, and again as a mean over the rows. Add the rows of dO up."""


@slip(("db2 = dO.sum(dim=0)", "db2 = dO.mean(dim=0)"), ("db1 = dZ.sum(dim=0)", "db1 = dZ.mean(dim=0)"))
def biases_averaged():
    """db1 and db2 are divided by n twice: once in dO, and again as means over the rows. Add the rows up."""


@slip("dZ.sum(dim=0)", "dZ.sum()")
def hidden_bias_summed_to_one_number():
    """db1 is one number. Each unit has its own bias, so add over the rows alone: dZ.sum(dim=0), of shape (h,)."""


@slip(
    ("dO.sum(dim=0)", "dO.sum(dim=0, keepdim=True)"),
    ("dZ.sum(dim=0)", "dZ.sum(dim=0, keepdim=True)"),
)
def bias_gradients_with_two_axes():
    """The gradients of the biases have an axis too many, (1, h) and (1, C), as keepdim=True leaves it. They have the shapes of
    b1 and b2, (h,) and (C,)."""


@slip(D_LOGITS, "dO = torch.softmax(O, dim=1) / len(X)")
def truth_left_out():
    """The one-hot vectors are missing in dO. It is prediction minus truth: softmax(O) - one_hot(y), divided by n."""


@slip(D_LOGITS, "dO = (F.one_hot(y, O.shape[1]) - torch.softmax(O, dim=1)) / len(X)")
def truth_minus_prediction():
    """All gradients have the wrong sign: dO is truth minus prediction, which points downhill. The gradient is prediction minus
    truth."""


@slip(SOFTMAX, "O")
def logits_minus_truth():
    """dO is logits minus truth, as for the squared loss. For the cross-entropy, softmax(O) takes the place of O."""


@slip(SOFTMAX, "torch.softmax(O, dim=0)")
def softmax_over_the_rows():
    """The softmax in dO runs over the rows of the batch. It runs over the classes of each row, dim=1."""


@slip(D_LOGITS, "probs = torch.softmax(O, dim=1)\n    probs[:, y] -= 1\n    dO = probs / len(X)")
def truth_subtracted_from_every_row():
    """probs[:, y] -= 1 subtracts 1 in the columns of all labels, from every row. Row i has its own label:
    probs[torch.arange(n), y] -= 1."""


@slip(D_LOGITS, D_LOGITS + " * torch.softmax(O, dim=1) * (1 - torch.softmax(O, dim=1))")
def derivative_of_the_softmax_again():
    """dO is multiplied by p (1 - p), as for a squared loss behind a sigmoid. In p - y the derivative of the softmax is already
    contained."""


@slip(SOFTMAX, "(O.exp() / O.exp().sum(dim=1, keepdim=True))")
def exp_overflows():
    """dO takes exponentials of the logits as they are: a large one gives inf, and inf / inf is NaN. Subtract the largest logit
    of each row first, or take torch.softmax."""


@slip(SOFTMAX, "((O - O.max()).exp() / (O - O.max()).exp().sum(dim=1, keepdim=True))")
def one_maximum_for_all():
    """One maximum is subtracted from the logits of all rows. A row that lies far below it is left with exponentials of 0 alone.
    Each row needs its own: amax(dim=1, keepdim=True)."""


@slip("dH * (Z > 0)", "dH")
def relu_ignored_on_the_way_back():
    """The way back passes by the ReLU: dZ is dH. A unit whose Z is negative gave 0, and gets no gradient: multiply by
    (Z > 0)."""


@slip("db1 = dZ.sum(dim=0)", "db1 = dH.sum(dim=0)")
def hidden_bias_before_the_relu():
    """db1 is made from dH, before the ReLU is taken into account. b1 is added inside the ReLU: sum dZ, as for dW1."""


@slip("dH * (Z > 0)", "dH * (Z >= 0)")
def active_at_0():
    """A unit whose Z is exactly 0 gets a gradient. The derivative of the ReLU at 0 is 0: compare with >, not with >=."""


@slip("dH * (Z > 0)", "dH * (dH > 0)")
def masked_by_the_gradient():
    """The ReLU on the way back cuts off negative gradients. It cuts where its input Z was negative on the way forward; a
    gradient that passes may have any sign."""


@slip("dH * (Z > 0)", "dH * (X @ W1 > 0)")
def masked_without_the_bias():
    """Which units are active is read from X @ W1. The ReLU's input is Z = X @ W1 + b1, bias included."""


@slip("dH * (Z > 0)", "dH * H")
def multiplied_by_the_activation():
    """dH is multiplied by H. The derivative of the ReLU is not its value, but 1 where Z is positive and 0 elsewhere."""


@slip("dH * (Z > 0)", "dH * H * (1 - H)")
def derivative_of_a_sigmoid():
    """dH is multiplied by H (1 - H), the derivative of a sigmoid. That of the ReLU is 1 where Z is positive and 0 elsewhere."""


@slip(("dW2 = H.T @ dO", "dW2 = dO.T @ H"), ("dW1 = X.T @ dZ", "dW1 = dZ.T @ X"))
def weight_gradients_transposed():
    """dW1 and dW2 are transposed. A gradient has the shape of its parameter: (d, h) and (h, C)."""


@slip("dW1 = X.T @ dZ", "dW1 = X.T @ dZ / len(X)")
def first_weights_divided_again():
    """dW1 is divided by n once more. The factor is in dO already, and dZ was made from it."""


@slip("dW2 = H.T @ dO", "dW2 = Z.T @ dO")
def output_weights_from_z():
    """dW2 is made with Z. What W2 is multiplied with on the way forward is H, after the ReLU."""


@slip(RETURN, "return loss, dW2, db2, dW1, db1")
def last_layer_first():
    """The gradients are returned in the order in which they are found. It is asked for in the order of the parameters:
    (loss, dW1, db1, dW2, db2)."""


@slip(RETURN, "return loss, dW1, dW2, db1, db2")
def weights_before_biases():
    """The gradients of both weights come before those of the biases. The order is (loss, dW1, db1, dW2, db2)."""


@misconception
def grows_with_weight_decay(X, y, W1, b1, W2, b2):
    """The gradients of the weights contain weight decay. The loss is the mean cross-entropy alone, without a penalty."""
    loss, dW1, db1, dW2, db2 = reference.mlp_loss_and_grads(X, y, W1, b1, W2, b2)
    return loss, dW1 + 0.1 * W1, db1, dW2 + 0.1 * W2, db2


@misconception
def results_kept(X, y, W1, b1, W2, b2, kept={}):
    """The results are written into tensors that are kept from call to call, and so what was returned before changes. Return
    new tensors."""
    new = reference.mlp_loss_and_grads(X, y, W1, b1, W2, b2)
    old = kept.setdefault(str([(part.shape, part.dtype) for part in new]), [part.clone() for part in new])
    return tuple(a.copy_(b) for a, b in zip(old, new, strict=True))
