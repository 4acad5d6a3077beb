import torch
import torch.nn.functional as F


def corr2d(X, K):
    # zero padding so that the picture does not get smaller
    H, W = X.shape
    kh, kw = K.shape
    Xp = F.pad(X, ((kw - 1) // 2, kw // 2, (kh - 1) // 2, kh // 2))
    rows = []
    for i in range(H):
        rows.append(torch.stack([torch.sum(Xp[i:i + kh, j:j + kw] * K) for j in range(W)]))
    return torch.stack(rows)
