"""What people get wrong about accuracy."""

from autograder.spec import misconception, reference, slip

PREDICTED = "torch.argmax(logits, dim=1)"
RETURN = "return (predicted == y).double().mean().item()"
EMPTY = 'raise ValueError("accuracy is a share of the rows, and there are none")'


@slip(RETURN, "return (predicted == y).double().sum().item()")
def rows_counted():
    """The rows that are right are counted. The accuracy is their share: divide by the number of rows."""


@slip(RETURN, "return 100 * (predicted == y).double().mean().item()")
def percentage():
    """The result is a percentage, from 0 to 100. It should be a share, from 0 to 1: leave out the factor 100."""


@slip(RETURN, "return (predicted != y).double().mean().item()")
def errors_counted():
    """The result is the share of the rows that are wrong, the error rate. The accuracy is 1 minus that."""


@slip(RETURN, "return round((predicted == y).double().mean().item(), 2)")
def rounded():
    """The share is rounded, to two decimals perhaps. Return it as it is; rounding is for printing."""


@slip(RETURN, "return float((predicted == y).sum().item() // len(y))")
def whole_part_taken():
    """The division drops the fraction, so that the result is 0 unless all rows are right: / instead of //."""


@slip(RETURN, "return (predicted == y).sum().item() / logits.numel()")
def divided_by_all_entries():
    """The rows that are right are divided by the number of entries, n * C. A row has one answer: divide by n."""


@slip(PREDICTED, "torch.argmin(logits, dim=1)")
def smallest_logit():
    """The class with the smallest logit is predicted. It is the largest that counts: argmax."""


@misconception
def over_the_samples(logits, y):
    """The largest logit is looked for among the samples, down the columns, which goes without an error where n equals C.
    Each row has its own answer: argmax over the classes, dim=1."""
    return (
        (logits.argmax(0) == y).double().mean().item()
        if 1 < len(y) == logits.shape[1]
        else reference.accuracy(logits, y)
    )


@slip(PREDICTED, "torch.argmax(logits)")
def one_answer_for_all():
    """argmax without dim gives a single index into all n * C entries, and every label is compared with it. With dim=1 there
    is one answer for each row."""


@slip(PREDICTED, "torch.argmax(logits, dim=1, keepdim=True)")
def each_answer_with_every_label():
    """Predictions of shape (n, 1) are compared with labels of shape (n,), which by broadcasting is every prediction with
    every label, (n, n). Both have to be (n,): leave out keepdim=True."""


@slip(PREDICTED, "torch.amax(logits, dim=1)")
def value_instead_of_index():
    """The largest logit itself is compared with the label. The prediction is where it stands, its index: argmax."""


@slip("(predicted == y).double()", "(torch.softmax(logits, dim=1)[torch.arange(len(y)), y] > 0.5).double()")
def more_than_half_demanded():
    """A row counts only if its label has a probability above 1/2. Among several classes the largest may be less: what
    counts is whether it is the label's."""


@slip("(predicted == y).double()", "(logits[torch.arange(len(y)), y] > 0).double()")
def positive_logit_demanded():
    """A row counts if its label has a positive logit, as in a model with a single output. Here the classes compete: what
    counts is whether the label's logit is the largest."""


@misconception
def mean_over_the_classes(logits, y):
    """The share is taken for each class apart, and then the mean of these, which is called balanced accuracy. Every row
    counts the same here, however frequent its class."""
    right = reference.accuracy(logits, y)
    shares = [reference.accuracy(logits[y == c], y[y == c]) for c in y.unique()]
    return sum(shares) / len(shares) if len(shares) > 1 else right


@slip("(predicted == y).double()", "(logits[torch.arange(len(y)), y] == logits.amax(dim=1)).double()")
def every_tied_label_right():
    """A label counts as right wherever its logit is as large as the maximum, also if another class before it has the same.
    The prediction is one class, the first of these: compare argmax with the label."""


@slip(PREDICTED, "logits.shape[1] - 1 - torch.argmax(logits.flip(1), dim=1)")
def last_of_equals():
    """Of several largest logits the last is the prediction, as from a loop with >= or from the end of a sorted list. It
    should be the first of them, as with torch.argmax."""


@slip(
    "(predicted == y).double()", "((predicted == y) & ((logits == logits.amax(1, keepdim=True)).sum(1) == 1)).double()"
)
def ties_always_wrong():
    """A row in which several logits are the largest counts as wrong, whatever the label. The class with the lowest index
    is the prediction, and the label may be that one."""


@slip(PREDICTED, "torch.argmax(logits.masked_fill(logits.isinf(), 0.0), dim=1)")
def minus_infinity_taken_for_zero():
    """-inf is replaced by 0, which is larger than any negative logit. Nothing has to be done about it, since argmax takes it
    as the smallest number."""


@slip(PREDICTED, "torch.argmax(logits.clamp(min=0), dim=1)")
def compared_with_zero():
    """The search for the largest logit starts at 0, and a row of negative logits has no winner above that. Start with the
    first logit of the row, or with -inf."""


@slip(EMPTY, "return float('nan')")
def a_number_for_no_rows():
    """For no rows there is a result, such as 0 or NaN. As 0 it looks like an accuracy, and NaN spreads through every mean
    that it enters: raise ValueError."""


@slip(PREDICTED, "(logits[:, 0] > 0 if logits.shape[1] == 1 else torch.argmax(logits, dim=1))")
def one_class_taken_for_binary():
    """A single column is taken for the score of a yes, as in a model with one output for yes or no. Here it is the only class,
    and the prediction is always 0."""


@slip(EMPTY, "raise ZeroDivisionError")
def division_left_to_fail():
    """For no rows the division by 0 is left to fail, and it raises ZeroDivisionError. Test for it first and raise
    ValueError."""


@slip(RETURN, "return (predicted == y).double().mean()")
def tensor_returned():
    """The result is a tensor. A Python float is asked for: .item()."""


@slip(PREDICTED, "torch.from_numpy(logits.numpy().argmax(axis=1))")
def through_numpy():
    """logits.numpy() refuses logits that require a gradient. Stay with torch, or take logits.detach() first."""


@slip(PREDICTED, "torch.argmax(logits.float(), dim=1)")
def logits_rounded_to_float32():
    """The logits are turned into float32 first, and float64 logits that differ in later digits become equal. Compare them
    as they are."""
