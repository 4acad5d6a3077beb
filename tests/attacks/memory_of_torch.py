# exercise: ch07_convolution/corr2d
# expect: status=memory score=0
# why: many tensors, until there is no room for one more; they are not filled, which takes long where memory is slow
import torch


def corr2d(X, K):
    kept = []
    while True:
        kept.append(torch.empty(1 << 22))
