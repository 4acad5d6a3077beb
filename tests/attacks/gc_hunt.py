# exercise: ch07_convolution/corr2d
# expect: status=failed score=0
# why: returns any tensor in memory that has the shape of the answer
import gc

import torch


def corr2d(X, K):
    gc.unfreeze()
    shape = (X.shape[0] - K.shape[0] + 1, X.shape[1] - K.shape[1] + 1)
    found = [t for t in gc.get_objects() if type(t) is torch.Tensor and tuple(t.shape) == shape]
    return found[-1].to(X.dtype) if found else X.new_zeros(shape)
