from torch.nn.functional import conv2d


def corr2d(X, K):
    return conv2d(X[None, None], K[None, None])[0, 0]
