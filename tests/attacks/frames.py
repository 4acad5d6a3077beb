# exercise: ch07_convolution/corr2d
# expect: status=failed score=0
# why: walks up the stack and through every local and global for an answer
import sys

import torch


def corr2d(X, K):
    shape = (X.shape[0] - K.shape[0] + 1, X.shape[1] - K.shape[1] + 1)
    frame = sys._getframe()
    while frame is not None:
        for scope in (frame.f_locals, frame.f_globals):
            for value in list(scope.values()):
                for thing in (value, *getattr(value, "__dict__", {}).values()):
                    if isinstance(thing, torch.Tensor) and tuple(thing.shape) == shape:
                        return thing
        frame = frame.f_back
    return X.new_zeros(shape)
