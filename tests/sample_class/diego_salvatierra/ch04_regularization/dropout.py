# ============================================================
#  Exercise:  dropout
#  Author:    Diego S.
#  Date:      14 March
# ============================================================

# We import torch because we need random numbers.
import torch


# This is the dropout function. It takes X, p and training.
def dropout(X, p, training=True):
    # First we check whether we are training.
    # If we are not training we do nothing.
    if not training:
        # Return the input.
        return X
    # Now we are training.
    # If p is 1 everything is dropped.
    # If we did not check this we would divide by zero!!!
    if p == 1:
        # So we return zeros.
        return torch.zeros_like(X)
    # If p is 0 nothing is dropped.
    elif p == 0:
        # So we return the input.
        return X
    # Otherwise, 0 < p < 1.
    else:
        # Make the keep probability.
        keep_probability = 1 - p
        # Make a tensor of probabilities, all of them the keep probability.
        # probabilities = torch.ones(X.shape) * p           <- WRONG, I tried this first
        probabilities = torch.full(X.shape, keep_probability)
        # Sample from the Bernoulli distribution. 1 = keep, 0 = drop.
        mask = torch.bernoulli(probabilities)
        # Multiply, this sets the dropped ones to zero.
        result = X * mask
        # Divide, this scales the kept ones.
        result = result / keep_probability
        # Return the result.
        return result
# End of the function.
