import torch


def corr2d(X, K):
    H, W = X.shape
    h, w = K.shape
    result = []
    for i in range(H - h + 1):
        line = []
        for j in range(W - w + 1):
            s = 0.0
            for a in range(h):
                for b in range(w):
                    s += float(X[i + a, j + b]) * float(K[a, b])
            line.append(s)
        result.append(line)
    return torch.tensor(result)
