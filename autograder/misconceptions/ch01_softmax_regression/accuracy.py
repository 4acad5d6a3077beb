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


@slip(PREDICTED, "torch.argmax(logits, dim=0)")
def over_the_samples():
    """The largest logit is looked for among the samples, down the columns, which goes without an error only where n equals C.
    Each row has its own answer: argmax over the classes, dim=1."""


@slip(PREDICTED, "torch.argmax(logits)")
def one_answer_for_all():
    """There is one answer for the whole batch, with which every label is compared: argmax without dim gives a single index
    into all n * C entries. With dim=1 there is one answer for each row."""


@slip(PREDICTED, "torch.argmax(logits.squeeze(), dim=-1)")
def squeezed():
    """With a single class there is one answer for the whole batch: squeeze() drops the axis of the classes, and the samples
    take its place. Keep the shape (n, C), and name the axis: argmax(dim=1)."""


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
    """Rows of negative logits alone go wrong, as where the search for the largest starts at 0: none of them is above that.
    Start with the first logit of the row, or with -inf."""


@slip(PREDICTED, "torch.argmax(torch.softmax(logits, dim=1), dim=1)")
def largest_probability():
    """The largest is looked for after a softmax, which rounds: logits that hardly differ become equal probabilities. It
    keeps the order but for that, so leave it out."""


@slip(PREDICTED, "torch.argmax(logits, dim=1).to(torch.int8)")
def labels_in_a_byte():
    """From 128 classes on answers go wrong, as where predictions or labels are kept in a byte: int8 ends at 127, uint8 at 255.
    Leave them in int64."""


@slip(EMPTY, "return float('nan')")
def a_number_for_no_rows():
    """For no rows nothing is raised: the call returns, be it 0, NaN or an exception as an object. A 0 looks like an accuracy,
    and NaN spreads through every mean that it enters: raise ValueError, and do not return it."""


@slip(EMPTY, "raise AssertionError")
def asserted():
    """For no rows an assert fails. It raises AssertionError, and python -O leaves it out: write an if, and raise
    ValueError."""


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
    """Float64 logits that differ only in later digits count as equal, as where they are turned into float32 first. Compare
    them as they are."""


@misconception
def kept_from_call_to_call(logits, y, counted=[0.0, 0]):
    """Hits and rows of earlier calls count too, kept in a default argument, a global or an attribute. Each call is about its
    own rows."""
    counted[0] += reference.accuracy(logits, y) * len(y)
    counted[1] += len(y)
    return counted[0] / counted[1]
