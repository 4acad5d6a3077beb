# exercise: ch07_convolution/corr2d
# expect: status=forbidden score=0
# why: spells the name so that no look at the source finds it
import torch


def corr2d(X, K):
    function = getattr(__import__("torch.nn.functional", fromlist=["x"]), "".join(["co", "nv", "2d"]))
    return function(X[None, None], K[None, None])[0, 0]
