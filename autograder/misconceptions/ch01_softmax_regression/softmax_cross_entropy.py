"""What people get wrong about softmax_cross_entropy."""

import torch

from autograder.misconceptions.ch01_softmax_regression._shared import EXP_OVERFLOWS, LOGITS_CLAMPED, ONE_MAXIMUM_FOR_ALL
from autograder.spec import misconception, reference, slip

SHIFTED = "shifted = logits - logits.amax(dim=1, keepdim=True)"
RETURN = "return (log_sums - shifted[rows, y]).mean()"
GRADIENT = "return (probs - F.one_hot(y, num_classes)) / n"


@slip(RETURN, "return (log_sums - shifted[rows, y]).sum()")
def losses_summed():
    """The losses are added up. The result is their mean, so that it does not grow with the batch."""


@slip(RETURN, "return (log_sums - shifted[rows, y]).sum() / logits.numel()")
def averaged_over_classes_too():
    """The sum is divided by n * C, as .mean() over a one-hot product of shape (n, C) does. There is one loss a sample: divide
    by n alone."""


@slip(RETURN, "return log_sums - shifted[rows, y]")
def mean_forgotten():
    """The result has a loss for each sample. It is their mean, a tensor of shape ()."""


@slip(RETURN, "return (shifted[rows, y] - log_sums).mean()")
def sign_turned():
    """The loss is negative: log-sum-exp and logit of the label are the wrong way round. It is log(sum of exp) - o_y."""


@slip("log_sums - shifted[rows, y]", "log_sums - logits[rows, y]")
def maximum_taken_off_only_once():
    """The largest logit was subtracted inside the log-sum-exp and not added again outside, while o_y was left as it is.
    Subtract it from both, or from neither."""


@slip("log_sums - shifted[rows, y]", "-shifted[rows, y]")
def largest_instead_of_the_log_sum_exp():
    """The loss is how far the label's logit lies below the largest one. It lies below the log-sum-exp by more, as long as
    other classes have a probability: log(sum of exp(o_k)) - o_y."""


@slip(RETURN, "return (log_sums - shifted[rows, y]).mean(dim=0, keepdim=True)")
def one_axis_too_many():
    """The result has shape (1,). It is a tensor of shape (), as .mean() without a dimension makes it."""


@slip(RETURN, "return (log_sums - shifted[rows, y]).clamp(max=100).mean()")
def capped_at_100():
    """No sample costs more than a bound, such as 100. Here the loss has none: a label 2e4 below the largest logit costs
    2e4."""


@misconception
def mean_of_the_means_of_classes(logits, y):
    """The losses are averaged within each class, and these means once more, so that samples of a rare class weigh more. Take
    one mean over the n samples."""
    losses = torch.stack([reference.softmax_cross_entropy(o[None], label[None]) for o, label in zip(logits, y)])
    return torch.stack([losses[y == label].mean() for label in y.unique()]).mean()


@slip("log_sums - shifted[rows, y]", "log_sums + logits.amax(dim=1)")
def label_left_out():
    """The result is the mean of the log-sum-exp alone. The logit of the label has to be subtracted from it."""


@slip("shifted[rows, y]", "shifted[:, y]")
def every_label_for_every_row():
    """logits[:, y] takes the columns of all labels for every row, (n, n), and the mean hides it. Row i goes with label i alone:
    logits[torch.arange(n), y]."""


@slip(SHIFTED, "shifted = logits", sentence=EXP_OVERFLOWS)
def exp_overflows(): ...


@slip(SHIFTED, "shifted = logits - logits.max()", sentence=ONE_MAXIMUM_FOR_ALL)
def one_maximum_for_all(): ...


@slip(SHIFTED, "shifted = logits.clamp(-50, 50)", sentence=LOGITS_CLAMPED)
def logits_clamped(): ...


@slip(RETURN, "return -torch.log(torch.softmax(logits, dim=1)[rows, y]).mean()")
def logarithm_of_the_softmax():
    """The logarithm is taken of the softmax. Far below the largest logit a probability is rounded to 0, and its logarithm is
    -inf: compute log(sum of exp) - o_y from the logits."""


@slip(RETURN, "return -torch.log(torch.softmax(logits, dim=1)[rows, y] + 1e-8).mean()")
def epsilon_added():
    """A small number is added to the probability before the logarithm. Then a label far below the maximum costs some 18,
    however far: compute log(sum of exp) - o_y from the logits, which needs none."""


@slip(RETURN, "return -torch.log(torch.softmax(logits, dim=1)[rows, y] + 1e-9).mean()")
def smaller_epsilon_added():
    """A small number is added to the probability before the logarithm. Then a label far below the maximum costs some 21,
    however far: compute log(sum of exp) - o_y from the logits, which needs none."""


@slip(RETURN, "return -torch.log(torch.softmax(logits, dim=1)[rows, y].clamp(min=1e-30)).mean()")
def probability_clamped():
    """The probability is cut off below, so that no label costs more than the bound. Compute log(sum of exp) - o_y from the
    logits: then no probability can be rounded to 0."""


@slip(SHIFTED, "shifted = torch.softmax(logits, dim=1)")
def softmax_first():
    """A softmax is taken first, and another one is inside the loss. The loss takes the logits as they come from the model."""


@slip(
    (SHIFTED, "shifted = logits - logits.amax(dim=0)"),
    ("log_sums = shifted.exp().sum(dim=1).log()", "log_sums = shifted.exp().sum(dim=0).log()[y]"),
)
def over_the_samples():
    """The exponentials are summed over the samples. They are summed over the classes of each sample, dim=1."""


@slip("    shifted =", "    if logits.shape[1] == 1:\n        return F.softplus(-logits).mean()\n    shifted =")
def one_class_taken_for_binary():
    """A single logit goes through the loss of a model with one output for yes or no. Here there is one class, which cannot
    be wrong: log(exp(o)) - o is 0."""


@misconception
def overflows_in_the_other_branch(logits, y):
    """The values are right, but the gradient at huge logits is NaN: exp overflows in a branch that torch.where does not
    take, and 0 * inf is NaN. Subtract the largest of each row everywhere."""
    plain = logits.exp().sum(dim=1).log() - logits[torch.arange(len(y)), y]
    return torch.where(logits.abs().amax() > 50, reference.softmax_cross_entropy(logits, y), plain.mean())


@slip(GRADIENT, "return probs - F.one_hot(y, num_classes)")
def gradient_not_divided():
    """The gradient is that of the sum of the losses. The loss is their mean: divide by n."""


@slip(GRADIENT, "return (probs - F.one_hot(y, num_classes)) / logits.numel()")
def gradient_divided_by_classes_too():
    """The gradient is divided by n * C. The mean is over the n samples: divide by n alone."""


@slip(GRADIENT, "return (probs - F.one_hot(y, num_classes)) / num_classes")
def gradient_divided_by_classes_instead():
    """The gradient is divided by C, the number of classes. The mean is over the n samples: divide by n."""


@slip(GRADIENT, "return (probs - F.one_hot(y)) / n")
def one_hot_without_num_classes():
    """F.one_hot(y) is as wide as the largest label + 1, which is too narrow where the last class does not occur. Say how
    many classes there are: F.one_hot(y, C)."""


@slip(GRADIENT, "return (F.one_hot(y, num_classes) - probs) / n")
def gradient_points_down():
    """The gradient has the wrong sign: truth minus prediction is the direction of descent. The gradient is prediction minus
    truth."""


@slip(GRADIENT, "return probs / n")
def gradient_without_the_truth():
    """The one-hot vectors are missing in the gradient: the logit of the label also lowers the loss, so its entry is p - 1."""


@slip(GRADIENT, "return ((probs - F.one_hot(y, num_classes)) / n).squeeze()")
def gradient_loses_an_axis():
    """For one sample, or one class, an axis is missing in the gradient: squeeze() removes every axis of size 1. It has the
    shape of the logits, (n, C)."""


@slip(GRADIENT, "probs[:, y] -= 1\n    return probs / n")
def truth_subtracted_from_every_row():
    """probs[:, y] -= 1 subtracts 1 in the columns of all labels, from every row. Row i has its own label:
    probs[torch.arange(n), y] -= 1."""


@slip(GRADIENT, "return (probs - 1) * F.one_hot(y, num_classes) / n")
def gradient_at_the_label_alone():
    """The gradient is 0 but for the label's entry. The other logits act through the log-sum-exp, each with its probability."""


@slip(GRADIENT, "return (logits - F.one_hot(y, num_classes)) / n")
def gradient_of_logits_minus_truth():
    """The one-hot vectors are subtracted from the logits, as in the squared loss. Here they are subtracted from the
    probabilities: softmax first."""


@slip("torch.softmax(logits, dim=1)", "torch.softmax(logits, dim=0)")
def gradient_over_the_samples():
    """The softmax of the gradient runs over the samples. It runs over the classes of each sample, dim=1."""


@slip("torch.softmax(logits, dim=1)", "logits.exp() / logits.exp().sum(dim=1, keepdim=True)")
def gradient_overflows():
    """The gradient takes exponentials of the logits as they are, and inf / inf is NaN. Subtract the largest of each row
    first, or take torch.softmax."""
