# exercise: ch07_convolution/corr2d
# expect: status=failed|error score=0
# why: strides that reach beyond the input, into whatever lies there
import numpy as np
import torch


def corr2d(X, K):
    shape = (X.shape[0] - K.shape[0] + 1, X.shape[1] - K.shape[1] + 1)
    beyond = np.lib.stride_tricks.as_strided(X.detach().numpy().reshape(-1)[-1:], (64 + shape[0] * shape[1],), (4,))
    return torch.from_numpy(beyond[64:].copy().reshape(shape)).to(X.dtype)
