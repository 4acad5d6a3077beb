import torch


def corr2d(X, K):
    """convolution: rotate the kernel by 180 degrees, then slide"""
    K = torch.rot90(K, 2)
    kh, kw = K.shape
    oh, ow = X.shape[0] - kh + 1, X.shape[1] - kw + 1
    return torch.stack([(X[i:i+kh, j:j+kw] * K).sum() for i in range(oh) for j in range(ow)]).view(oh, ow)
