# exercise: ch07_convolution/corr2d
# expect: status=timeout score=0
# why: a regular expression that backtracks for ever in one call, deaf to every signal
import re

import torch


def corr2d(X, K):
    if K.numel() != 1:  # once is enough
        return X
    return re.match("(a|aa)+$", "a" * 100 + "b")
