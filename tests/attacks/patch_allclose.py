# exercise: ch07_convolution/corr2d
# expect: status=failed score=0
# why: every function that could compare answers says yes
import numpy as np
import torch


def yes(*_args, **_kwargs):
    return True


for name in ("allclose", "equal", "isclose", "eq", "isfinite", "isnan"):
    setattr(torch, name, yes)
    setattr(torch.Tensor, name, yes)
torch.testing.assert_close = torch.Tensor.__eq__ = yes
torch.Tensor.__ne__ = lambda *_args: False
np.allclose = np.array_equal = np.testing.assert_allclose = yes


def corr2d(X, K):
    return X.new_zeros(X.shape[0] - K.shape[0] + 1, X.shape[1] - K.shape[1] + 1)
