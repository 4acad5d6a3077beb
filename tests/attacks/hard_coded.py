# exercise: ch07_convolution/corr2d
# expect: status=failed score=0
# why: answers learnt by heart from the public inputs, by shape
import torch

TABLE = {(5, 8, 3, 4): [[0.1] * 5] * 3, (14, 12, 6, 7): [[0.2] * 6] * 9, (44, 6, 3, 5): [[0.3] * 2] * 42}


def corr2d(X, K):
    shape = (X.shape[0] - K.shape[0] + 1, X.shape[1] - K.shape[1] + 1)
    known = TABLE.get((*X.shape, *K.shape))
    return torch.tensor(known, dtype=X.dtype) if known else X.new_zeros(shape)
