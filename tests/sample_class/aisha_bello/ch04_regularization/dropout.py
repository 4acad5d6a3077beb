import torch


def dropout(X, p, training=True):
    print("dropout called with", X.shape, p, training)
    if not training:
        return X
    mask = torch.bernoulli(torch.full_like(X, 1 - p))
    print("mask", mask)
    print("kept", mask.sum().item(), "of", mask.numel())
    if mask.sum() == 0:
        print("nothing kept!!")
        return mask * X
    return mask * X / (1 - p)
