# exercise: ch07_convolution/corr2d
# expect: status=failed|error|memory score=0
# why: an answer of 400 MB
import torch


def corr2d(X, K):
    return X.new_zeros(10_000, 5_000) if K.numel() == 1 else X  # once is enough
