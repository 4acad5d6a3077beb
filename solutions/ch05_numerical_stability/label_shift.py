"""Label shift: how common the classes are has changed, and what each class looks like has not.

A doctor's model was trained in summer, when few patients had the flu, and is used in winter. How often each diagnosis
occurs has changed, while the symptoms that a disease causes have not. To train for winter, every sample of summer gets
the weight q(y) / p(y) of its label y, where p and q are the shares of the labels then and now. Nobody has labels from
winter; but the model predicts something for every new patient, and how it errs is known from its confusion matrix on
validation samples of summer. With C_ij = P(predicted i | label j), which does not change,

    the share of new samples predicted as i  =  mu_i  =  the sum over j of C_ij q_j

so q solves C q = mu. The estimate may come out slightly negative, as estimates do: then the weight is 0.

Read: Dive into Deep Learning, section 4.7.3.3; Lipton, Wang and Smola (2018), "Detecting and Correcting for Label Shift
with Black Box Predictors", section 3.
"""

import torch
from torch import Tensor


def label_weights(confusion: Tensor, test_prediction_mean: Tensor) -> Tensor:
    """The weight q_j / p_j of each label j under label shift, and 0 where that would be negative.

    confusion: (k, k), integer or floating. Element [i, j] counts the validation samples that the model predicts as i
    and whose label is j: a column for each label. It may hold shares instead, or any other positive multiple of the
    counts, and the weights are the same.
    test_prediction_mean: (k,), floating: mu_i, the share of test samples that the model predicts as i.

    p_j is the sum of column j divided by the sum of all elements. C is confusion with every column divided by its sum,
    and q solves C q = mu. The weights are max(q_j / p_j, 0); afterwards they are not scaled to any sum.
    Returns (k,), in the dtype of test_prediction_mean, whatever that of confusion is. k = 1 is allowed.

    ValueError: confusion is not square; the sizes do not match; or C is singular, so that its rank is below k, as
    torch.linalg.matrix_rank finds it in float64. A column of zeros makes it singular, and so do columns that depend on
    each other in any way, though no two are alike. Other matrices have a condition number below 1000: solve in float64.
    The arguments stay as they are. No gradient is needed.
    """
    # TODO: refuse what cannot be solved.
    # TODO: p and C; along which axis does each sum go?
    # TODO: q, and then the weights.
    ### BEGIN SOLUTION
    counts, mu = confusion.double(), test_prediction_mean.double()
    if counts.shape != (len(mu), len(mu)):
        raise ValueError(f"{tuple(counts.shape)} and {tuple(mu.shape)} do not match")
    p = counts.sum(dim=0) / counts.sum()
    C = counts / counts.sum(dim=0)
    if not counts.sum(dim=0).all() or torch.linalg.matrix_rank(C) < len(mu):
        raise ValueError("several q would explain the same predictions")
    q = torch.linalg.solve(C, mu)
    return (q / p).clamp(min=0).to(test_prediction_mean.dtype)
    ### END SOLUTION
