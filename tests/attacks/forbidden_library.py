# exercise: ch07_convolution/corr2d
# expect: status=forbidden score=0
# why: takes the finder that refuses other libraries out, then imports them
import sys

import torch

del sys.meta_path[:-3]
sys.path_importer_cache.clear()


def corr2d(X, K):
    import scipy.signal

    return torch.from_numpy(scipy.signal.correlate2d(X.detach().numpy(), K.detach().numpy(), mode="valid"))
