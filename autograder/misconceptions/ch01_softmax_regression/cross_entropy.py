"""What people get wrong about cross_entropy."""

import torch
from torch.nn import functional as F

from autograder.spec import misconception, reference, slip

LOG = "torch.log(probs[rows, y])"
RETURN = "return -torch.log(probs[rows, y])"


@slip(RETURN, RETURN + ".mean()")
def mean_returned():
    """The result is one number, the mean over the samples. Here each sample has its own loss: return all n of them."""


@slip(RETURN, RETURN + ".sum()")
def sum_returned():
    """The result is one number, the sum over the samples. Here each sample has its own loss: return all n of them."""


@slip("-" + LOG, LOG)
def sign_forgotten():
    """The minus sign is missing. The logarithm of a probability is at most 0, and the loss at least 0: -log p."""


@slip("torch.log(", "torch.log2(")
def logarithm_to_base_2():
    """The logarithm has base 2, as for bits. Here it is natural: torch.log."""


@slip("torch.log(", "torch.log10(")
def logarithm_to_base_10():
    """The logarithm has base 10. Here it is natural: torch.log."""


@slip(RETURN, RETURN + " / len(y)")
def divided_by_n():
    """Each loss is divided by the number of samples, as for a mean. Here no mean is taken: each sample has its own loss."""


@slip(LOG, "probs[rows, y]")
def logarithm_forgotten():
    """The result is -p, without a logarithm, which is what nll_loss makes of probabilities: it expects logarithms. The loss
    is -log p."""


@slip(LOG, "torch.log(probs[rows, y] + 1e-8)")
def epsilon_added():
    """A small number is added before the logarithm. Tiny probabilities then cost too little, and an impossible label some
    18 instead of inf: leave it out."""


@slip(LOG, "torch.log(probs[rows, y] + 1e-9)")
def smaller_epsilon_added():
    """A small number is added before the logarithm. Tiny probabilities then cost too little, and an impossible label some
    21 instead of inf: leave it out."""


@slip(LOG, "torch.log(probs[rows, y].clamp(min=1e-12))")
def clamped():
    """Probabilities, or their logarithms, are cut off below, so that a tiny one costs no more than the bound. Take them as
    they are: 0 costs inf."""


@slip(LOG, LOG + ".clamp(min=-100)")
def capped_at_100():
    """A loss is at most 100, as in torch's binary_cross_entropy. Here there is no bound: probability 0 costs inf."""


@slip(RETURN, RETURN + ".nan_to_num()")
def infinity_replaced():
    """inf is replaced by the largest number there is. An impossible label costs infinitely much: leave inf as it is."""


@slip(RETURN, "p = probs[rows, y]\n    return -torch.where(p > 0, p, 1).log()")
def zero_costs_nothing():
    """A label of probability 0 costs 0, as if it were certain: the logarithm of 0 is left out. It costs inf."""


@slip(RETURN, "return (" + RETURN.removeprefix("return ") + ").relu()")
def cut_off_at_0():
    """A loss below 0 is cut off, or a probability above 1. Take probs as they are: an entry above 1 gives a loss below 0."""


@slip(RETURN, RETURN.replace("-", "") + ".abs()")
def absolute_value_taken():
    """The result is the absolute value of the logarithm. It is minus the logarithm: an entry above 1 gives a loss below 0."""


@misconception
def log_of_everything(probs, y):
    """The one-hot vector is multiplied with the logarithm of all probabilities. Where another class has probability 0 that is
    0 * -inf, NaN: take the entry of the label first, then its logarithm."""
    reference.cross_entropy(probs, y)
    return -(F.one_hot(y, probs.shape[1]) * torch.log(probs)).sum(1)


@misconception
def chosen_after_the_logarithm(probs, y):
    """The values are right, but where another class has probability 0 the gradient is NaN: its logarithm was taken and left
    out afterwards (torch.where, xlogy), and 0 / 0 comes back from it. Choose the entry first."""
    reference.cross_entropy(probs, y)
    return -torch.where(F.one_hot(y, probs.shape[1]) > 0, torch.log(probs), 0).sum(1)


@slip(LOG, "torch.log(torch.softmax(probs, dim=1)[rows, y])")
def softmax_once_more():
    """The loss is that of the softmax of probs. They are probabilities already, and a second softmax flattens them: take
    them as they are."""


@slip(LOG, "torch.log((probs / probs.sum(dim=1, keepdim=True))[rows, y])")
def normalised():
    """The rows are divided by their sum. Take probs as they are, whatever their sum."""


@slip(RETURN, "return -torch.log(probs[:, y])")
def every_label_for_every_row():
    """The result is (n, n), since probs[:, y] takes the columns of all labels for every row. Row i goes with label i alone:
    probs[torch.arange(n), y]."""


@slip("probs[rows, y]", "probs.amax(dim=1)")
def most_probable_class():
    """The loss is that of the most probable class, whatever the label. It is the label's probability that counts."""


@slip("probs[rows, y]", "probs[rows, y - 1]")
def labels_counted_from_1():
    """The loss is that of the class before the label, as if labels were counted from 1. They are counted from 0, as columns
    are: probs[i, y[i]]."""


@slip("probs[rows, y]", "probs.T.reshape(-1)[rows * probs.shape[1] + y]")
def rows_and_columns_mixed_up():
    """The probabilities are looked up in the wrong places: rows are samples and columns are classes, so it is probs[i, y[i]]."""


@slip(RETURN, RETURN + ".unsqueeze(1)")
def an_axis_too_many():
    """The result is (n, 1), as gather leaves it. One loss a sample is (n,): squeeze(1)."""


@slip(RETURN, RETURN + ".squeeze()")
def one_sample_loses_its_axis():
    """For one sample the result has shape (), since squeeze() removes every axis of size 1. It stays (n,), here (1,):
    squeeze(1)."""


@misconception
def every_class_judged_alone(probs, y):
    """Each class is judged as a yes or no of its own, -log(1 - p) for the others: that is binary cross-entropy. Here only the
    label's probability counts."""
    truth = F.one_hot(y, probs.shape[1]).bool()
    other = torch.where(truth, 0, probs)
    return reference.cross_entropy(probs, y) - torch.log((1 - other).clamp(min=1e-30)).sum(1)
