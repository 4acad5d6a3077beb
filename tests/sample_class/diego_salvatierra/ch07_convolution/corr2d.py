# Cross-correlation.
# I write down an example by hand first, to understand it:
#
#     X = 0 1 2      K = 0 1      Y = 19 25
#         3 4 5          2 3          37 43
#         6 7 8
#
#   19 = 0*0 + 1*1 + 3*2 + 4*3   OK!
import torch


def corr2d(X, K):
    # number of rows of X
    n_rows = X.shape[0]
    # number of columns of X
    n_cols = X.shape[1]
    # number of rows of K
    k_rows = K.shape[0]
    # number of columns of K
    k_cols = K.shape[1]
    # the output rows will be collected here
    output = []
    # go over all the rows
    for i in range(0, n_rows - k_rows + 1, 1):
        # the values of this row will be collected here
        row = []
        # go over all the columns
        for j in range(0, n_cols - k_cols + 1, 1):
            # cut the window out
            window = X[i : (i + k_rows), j : (j + k_cols)]
            # multiply elementwise
            product = torch.mul(window, K)
            # sum everything
            total = torch.sum(product)
            # add it to the row
            row.append(total)
        # make a tensor of the row (stack, NOT torch.tensor, that kills the gradient!)
        output.append(torch.stack(row))
    # make a tensor of all the rows
    return torch.stack(output)
