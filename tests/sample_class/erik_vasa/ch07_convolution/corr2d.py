import torch

# version 3, this is the right one


def corr2d(X, K):
    h, w = K.shape
    H, W = X.shape
    # im2col
    cols = torch.nn.functional.unfold(X.reshape(1, 1, H, W), (h, w))
    return (K.reshape(1, 1, -1) @ cols).reshape(H - h + 1, W - w + 1)
