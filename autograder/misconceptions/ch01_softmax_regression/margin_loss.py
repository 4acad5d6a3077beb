"""What people get wrong about the squared loss and the margin."""

from autograder.spec import slip

SQUARED = "return ((O - truth) ** 2 / 2).sum(dim=1).mean()"
TRUTH = "truth = F.one_hot(y, O.shape[1])"
MISSING = "torch.relu(margin + O - O[label].unsqueeze(1))"
HINGE = "return missing.masked_fill(label, 0.0).sum(dim=1).mean()"


@slip("(O - truth) ** 2 / 2", "(O - truth) ** 2")
def not_halved():
    """squared_loss does not halve the squares. With the 1/2 the derivative is prediction minus truth, without a factor of
    2."""


@slip(SQUARED, "return ((O - truth) ** 2 / 2).mean()")
def squares_divided_by_classes_too():
    """squared_loss takes the mean over all n * C entries. Over the classes it is a sum: sum(dim=1), and then the mean."""


@slip(SQUARED, "return ((O - truth) ** 2 / 2).sum()")
def squares_of_all_rows_added():
    """squared_loss adds up the rows. Over the rows it is a mean, so that the size of the batch does not matter."""


@slip(SQUARED, "return ((O - truth) ** 2 / 2).sum(dim=1)")
def squares_one_for_each_row():
    """squared_loss returns one number for each row. The mean over the rows is missing."""


@slip(SQUARED, "return ((O - truth) ** 2 / 2).sum(dim=1).mean(dim=0, keepdim=True)")
def squares_in_a_vector():
    """squared_loss returns a tensor of shape (1,). A loss has no axis: take the mean without keepdim, or .sum() / n."""


@slip(TRUTH, "truth = F.one_hot(y)")
def width_from_the_labels():
    """F.one_hot(y) makes as many columns as the largest label needs, and a batch need not contain the last class. Say how
    many there are: F.one_hot(y, O.shape[1])."""


@slip(SQUARED, "return ((O - truth) ** 2 / 2).squeeze().sum(dim=-1).mean()")
def squares_squeezed():
    """squared_loss drops an axis of size 1 with squeeze(), and for one class the sum then runs over the rows. Name the axis,
    dim=1, and keep the shape (n, C)."""


@slip(TRUTH, "truth = y.unsqueeze(1)")
def label_as_a_number():
    """squared_loss compares every score with the number of the class. A class is a name: compare with its one-hot vector,
    1 at the label and 0 elsewhere."""


@slip(TRUTH, "truth = 2 * F.one_hot(y, O.shape[1]) - 1")
def truth_of_minus_one():
    """squared_loss asks for -1 at the other classes. It should be 0 there, as the one-hot vector has it."""


@slip(SQUARED, "return ((O - truth) ** 2 / 2 * truth).sum(dim=1).mean()")
def squares_at_the_label_alone():
    """squared_loss looks at the label's score alone. The others should be 0, and what they are instead costs too."""


@slip(SQUARED, "return ((torch.softmax(O, dim=1) - truth) ** 2 / 2).sum(dim=1).mean()")
def softmax_before_the_squares():
    """squared_loss takes the softmax of the scores first, which makes a Brier score of it. The scores are compared as they
    are."""


@slip(SQUARED, "return ((O - truth).abs() / 2).sum(dim=1).mean()")
def absolute_errors():
    """squared_loss adds up absolute errors. It is their squares that are asked for."""


@slip(SQUARED, "return ((O - truth) ** 2).sum(dim=1).sqrt().mean() / 2")
def root_taken():
    """squared_loss takes the root of the sum of squares, the distance. It is the sum itself that is halved."""


@slip(HINGE, "return missing.sum(dim=1).mean()")
def label_counts_too():
    """multiclass_margin_loss adds a term for the label itself, max(0, margin + o_y - o_y), so that every row costs a margin
    more. Leave i = y out."""


@slip("masked_fill(label, 0.0)", "masked_fill(O == O[label].unsqueeze(1), 0.0)")
def ties_left_out():
    """multiclass_margin_loss leaves out every class whose score equals the label's. Such a class costs the margin: leave out
    the label by its index, not by its score."""


@slip(HINGE, "return missing.masked_fill(label, 0.0).mean()")
def divided_by_classes():
    """multiclass_margin_loss divides by the number of classes, as F.multi_margin_loss does. Over the classes it is a sum."""


@slip(HINGE, "return missing.masked_fill(label, 0.0).sum(dim=1).mean() / max(O.shape[1] - 1, 1)")
def divided_by_other_classes():
    """multiclass_margin_loss takes the mean over the other classes. It is their sum: do not divide by C - 1."""


@slip(HINGE, "return missing.masked_fill(label, 0.0).sum()")
def rows_added():
    """multiclass_margin_loss adds up the rows. Over the rows it is a mean."""


@slip(HINGE, "return missing.masked_fill(label, 0.0).sum(dim=1).mean(dim=0, keepdim=True)")
def margin_in_a_vector():
    """multiclass_margin_loss returns a tensor of shape (1,). A loss has no axis: take the mean without keepdim, or
    .sum() / n."""


@slip(HINGE, "return missing.masked_fill(label, 0.0).sum(dim=1)")
def one_for_each_row():
    """multiclass_margin_loss returns one number for each row. The mean over the rows is missing."""


@slip(HINGE, "return missing.masked_fill(label, 0.0).amax(dim=1).mean()")
def only_the_worst_class():
    """multiclass_margin_loss counts only the class that comes closest, the largest of the terms. Here every class that comes
    too close costs: take the sum."""


@slip(HINGE, "return missing.masked_fill(label, 0.0).square().sum(dim=1).mean()")
def hinge_squared():
    """multiclass_margin_loss squares what is missing. The hinge rises in a straight line: no square."""


@slip(HINGE, "return missing.masked_fill(label, 0.0).sum() / (missing.masked_fill(label, 0.0) > 0).sum().clamp(min=1)")
def mean_of_what_is_missing():
    """multiclass_margin_loss divides by the number of terms that are not 0, as is done for triplets. The mean is over all
    rows, those that cost nothing included."""


@slip(MISSING, "torch.relu(margin - O + O[label].unsqueeze(1))")
def sign_turned():
    """multiclass_margin_loss has the difference the wrong way round, and rewards the other classes. What costs is o_i - o_y:
    another class that is ahead of the label."""


@slip(MISSING, "torch.relu(1.0 + O - O[label].unsqueeze(1))")
def margin_of_one():
    """multiclass_margin_loss always asks for a margin of 1, whatever it is told. Use the argument."""


@slip(MISSING, "torch.relu((margin or 1.0) + O - O[label].unsqueeze(1))")
def margin_of_zero_replaced():
    """multiclass_margin_loss takes a margin of 0 as if none were given, as margin or 1.0 does. 0 is a margin like others:
    the label has to be ahead, by however little."""


@slip(MISSING, "torch.relu(int(margin) + O - O[label].unsqueeze(1))")
def margin_cut_to_an_integer():
    """multiclass_margin_loss drops the decimals of the margin, as int(margin) or a tensor of int64 does. Take it as it
    is."""


@slip(MISSING, "torch.relu(O - O[label].unsqueeze(1) - margin)")
def margin_subtracted():
    """multiclass_margin_loss subtracts the margin, so that another class may even be ahead of the label. It is added: the
    label has to be ahead by that much."""


@slip(MISSING, "margin + torch.relu(O - O[label].unsqueeze(1))")
def margin_added_afterwards():
    """multiclass_margin_loss adds the margin after the cut at 0, and so no row is ever free. It belongs inside: max(0, margin
    + o_i - o_y)."""


@slip(MISSING, "margin + O - O[label].unsqueeze(1)")
def never_cut_off():
    """multiclass_margin_loss lets terms be negative, and a class far behind pays for one that is too close. Cut each at 0:
    relu, or clamp(min=0)."""


@slip((MISSING, "margin + O - O[label].unsqueeze(1)"), ("0.0).sum(dim=1).mean()", "0.0).sum(dim=1).relu().mean()"))
def cut_off_after_the_sum():
    """multiclass_margin_loss cuts off at 0 after the sum over the classes. Each term has its own max(0, ...): cut off first,
    then add up."""


@slip(MISSING, "torch.relu(margin + torch.softmax(O, dim=1) - torch.softmax(O, dim=1)[label].unsqueeze(1))")
def softmax_before_the_margin():
    """multiclass_margin_loss compares probabilities. The margin is one between the scores: no softmax."""


@slip(HINGE, "return torch.relu(margin - (2.0 * label - 1) * O).sum(dim=1).mean()")
def each_class_alone():
    """multiclass_margin_loss asks of each score alone that it be beyond the margin, above for the label and below for the
    others. It is the distance from the label's score that counts: o_i - o_y."""


@slip("    label = ", "    if O.shape[1] == 1:\n        return torch.relu(margin - O).mean()\n    label = ")
def one_class_taken_for_binary():
    """multiclass_margin_loss takes a single column for a score of yes or no. Here it is the only class, no other can come too
    close, and the loss is 0."""


@slip(HINGE, HINGE + " if (missing > 0).masked_fill(label, False).any() else O.new_zeros(())")
def zero_without_a_graph():
    """multiclass_margin_loss returns a new 0 where nothing is missing, and backward() raises an error. Return what you
    computed: it is 0 as well, and its gradient is 0 too."""


@slip("O[label].unsqueeze(1)", "O[label].unsqueeze(1).detach()")
def label_detached():
    """multiclass_margin_loss has the right value, but no gradient arrives at the label's score, which was detached. Raising it
    lowers the loss: let the gradient through."""


@slip("torch.relu(margin + O - O[label].unsqueeze(1))", "(margin + O - O[label].unsqueeze(1)).clamp(0, 10)")
def hinge_has_a_ceiling():
    """multiclass_margin_loss puts a bound on the terms, and there the gradient is 0. A class that is far ahead of the label
    costs all the more: cut off at 0 alone."""
