import torch


def dropout(X, p, training=True):
    if not training: return X
    keep = torch.rand_like(X).ge(p)
    # where() twice: the division must never see 1-p == 0, or its gradient is nan
    q = 1 - p if p < 1 else 1.
    return torch.where(keep, X / q, torch.zeros((), dtype=X.dtype))
