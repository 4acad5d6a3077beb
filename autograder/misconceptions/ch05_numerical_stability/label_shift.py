"""What people get wrong about label_shift."""

import torch

from autograder.spec import misconception, reference, slip

P = "p = counts.sum(dim=0) / counts.sum()"
C = "C = counts / counts.sum(dim=0)"
SOLVE = "q = torch.linalg.solve(C, mu)"
RETURN = "return (q / p).clamp(min=0).to(test_prediction_mean.dtype)"
RANK = "if not counts.sum(dim=0).all() or torch.linalg.matrix_rank(C) < len(mu):"
SHAPE = "if counts.shape != (len(mu), len(mu)):"
ALIKE = "len((counts / counts.sum(dim=0)).unique(dim=1).T)"


@slip("confusion.double(),", "confusion.double().mT,")
def rows_are_labels():
    """The matrix is read with a row for each label, as many libraries print it. Here element [i, j] is predicted as i and
    has label j: a column for each label."""


@slip(C, "C = counts / counts.sum(dim=1, keepdim=True)")
def rows_normalized():
    """The rows of the matrix are divided by their sums. That gives P(label j | predicted i), which changes with the labels;
    P(predicted i | label j) needs each column divided by its sum."""


@slip(C, "C = counts / counts.sum(dim=0)[:, None]")
def rows_by_the_sums_of_columns():
    """The sums of the columns are divided by in the wrong direction: each column should be divided by its own sum, and a sum of
    shape (k, 1) divides rows."""


@slip(C, "C = counts / counts.sum()")
def joint_shares():
    """C holds P(predicted i and label j). Solving with it gives the weights at once, and dividing by p again is one time too
    often: divide each column by its own sum for C."""


@slip(P, "p = counts.sum(dim=1) / counts.sum()")
def p_of_the_predictions():
    """p holds the shares of predictions, the sums of rows. It should hold those of labels: a column belongs to a label."""


@slip(P, "p = counts.diagonal() / counts.diagonal().sum()")
def p_of_what_is_right():
    """p counts only what was predicted rightly. All samples of a label belong to its share: the sum of the column."""


@slip(P, "p = counts.sum(dim=0)")
def counts_for_shares():
    """q is divided by the counts of the labels. Divide by their shares, so that a multiple of the counts changes nothing."""


@slip("(q / p)", "(p / q)")
def quotient_upside_down():
    """The weights are p / q. What has become more common should weigh more: q / p."""


@slip("(q / p)", "q")
def not_divided():
    """The result is q, the new shares of the labels. The weights are q / p."""


@slip(SOLVE, "q = mu")
def predictions_taken_for_labels():
    """mu is taken for q, as if the model were never wrong. mu says what it predicts; solve C q = mu for the labels."""


@slip(SOLVE, "q = torch.linalg.solve(C, counts.sum(dim=1) / counts.sum())")
def predictions_on_validation_samples():
    """Every weight is 1, whatever mu is: C is solved with the shares of predictions among the validation samples, and gives p
    back. test_prediction_mean belongs there."""


@slip(SOLVE, "q = C @ mu")
def multiplied_in_place_of_solved():
    """q is computed as C mu. C leads from labels to predictions, C q = mu; the way back is solve."""


@slip(SOLVE, "q = torch.linalg.solve(C.mT, mu)")
def transposed_system():
    """The system that is solved is C^T q = mu. mu_i is the sum over j of C_ij q_j: no transpose."""


@slip(SOLVE, "q = mu / C.diagonal()")
def diagonal_alone():
    """Only the diagonal of C is used, as if no class were taken for another. Solve the whole system."""


@slip("(q / p).clamp(min=0)", "(q / p)")
def negative_weights():
    """Some weights are negative, since q may come out below 0. Such a weight is 0."""


@slip("(q / p).clamp(min=0)", "(q / p).abs()")
def absolute_weights():
    """Where q comes out below 0, its absolute value is taken. The nearest share that is possible is 0."""


@slip("(q / p).clamp(min=0)", "((q / p).clamp(min=0) / ((q / p).clamp(min=0) * p).sum() * mu.sum())")
def scaled_after_the_cut():
    """After negative weights were made 0 the others are scaled down, so that q adds up as before. They should stay as they
    are."""


@slip("(q / p)", "(q / p / (q / p).sum() * len(mu))")
def scaled_to_k():
    """The weights are scaled so that their mean is 1. They are q / p, whatever they add up to."""


@slip("(q / p).clamp(min=0)", "(q.clamp(0, 1) / p)")
def shares_up_to_1():
    """q is cut at 1. Where others come out below 0, the share of one label may come out above 1, and is left as it is: only
    weights below 0 are changed."""


@slip(".clamp(min=0)", ".clamp(min=0, max=1)")
def weights_up_to_1():
    """The weights are cut at 1. A label that has become more common has a weight above 1."""


@slip(RANK, "if torch.linalg.det(counts) == 0:")
def determinant_compared_with_0():
    """Matrices are taken for regular though columns depend on each other: rounding makes a determinant of 0 something like
    1e-16. torch.linalg.matrix_rank knows about rounding."""


@slip(RANK, "if not counts.sum(dim=0).all() or torch.linalg.det(C).abs() < 1e-6:")
def determinant_compared_with_a_small_number():
    """Matrices of full rank are refused, as they are where a determinant is compared with some small number. How large
    a determinant is says little; torch.linalg.matrix_rank goes by what the largest singular value is."""


@slip(RANK, f"if not (counts.sum(dim=0).all() and counts.sum(dim=1).all()) or {ALIKE} < len(mu):")
def looks_for_equal_columns():
    """Only columns that are 0 or alike are looked for. Columns may depend on each other in other ways: one may be a mixture of
    two others. Ask for the rank."""


@slip(RANK, "if (counts.sum(dim=0) == 0).any():")
def looks_for_columns_of_zeros():
    """Only columns of zeros are refused. Any matrix whose rank is below k is singular: then several q explain the same
    predictions."""


@misconception
def pseudo_inverse(confusion, test_prediction_mean):
    """A singular matrix is solved in the least squares sense, and nothing is raised. One of many q comes out, and nothing
    says that it is the right one: raise ValueError."""
    counts = confusion.double()
    if counts.shape != (len(test_prediction_mean),) * 2:
        raise ValueError
    p = counts.sum(dim=0) / counts.sum()
    q = torch.linalg.pinv(counts / counts.sum(dim=0).clamp(min=1e-30)) @ test_prediction_mean.double()
    return (q / p).clamp(min=0).to(test_prediction_mean.dtype)


@misconception
def error_of_the_solver(confusion, test_prediction_mean):
    """A singular matrix is left to torch.linalg.solve, whose error is no ValueError, and which often finds no error at all. Ask
    for the rank first, and raise ValueError."""
    mu = test_prediction_mean.double()
    if confusion.shape == (len(mu), len(mu)):
        counts = confusion.double()
        w = torch.linalg.solve(counts / counts.sum(), mu)
        return w.clamp(min=0).to(test_prediction_mean.dtype)
    return reference.label_weights(confusion, test_prediction_mean)


@slip(RANK, "if not counts.sum(dim=0).all() or torch.linalg.cond(C) > 100:")
def condition_number_too_small():
    """Regular matrices are refused as well. What has full rank can be solved, though two columns are nearly alike."""


@slip(RANK, "if len(mu) == 1 or not counts.sum(dim=0).all() or torch.linalg.matrix_rank(C) < len(mu):")
def single_label_refused():
    """k = 1 is refused. There is one label, whose weight is mu itself."""


@slip(SHAPE, "if counts.shape[0] != counts.shape[1]:")
def length_not_compared():
    """Whether test_prediction_mean has as many elements as there are labels is not looked at. Compare it with k: a mismatch may
    end in another error, or, with one element, be broadcast."""


@slip(SHAPE, "if counts.shape[0] != len(mu):")
def not_square_taken():
    """Whether the matrix is square is not looked at, and another error follows. Compare both of its sizes with k."""


@slip(".to(test_prediction_mean.dtype)", ".to(confusion.dtype if confusion.is_floating_point() else mu.dtype)")
def dtype_of_the_matrix():
    """The result has the dtype of confusion, or float64. It has that of test_prediction_mean, whatever confusion is made of."""
