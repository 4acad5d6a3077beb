# exercise: ch07_convolution/corr2d
# expect: status=memory score=0
# why: a tensor of a terabyte, then many small ones
import torch


def corr2d(X, K):
    kept = []
    while True:
        kept.append(torch.ones(1 << 22))
