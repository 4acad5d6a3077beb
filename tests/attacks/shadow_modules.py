# exercise: ch07_convolution/corr2d
# expect: status=failed|error score=0
# why: modules of its own under the names that the runner has imported
import sys
import types

import torch

fake = types.ModuleType("torch")
fake.__dict__.update(vars(torch), allclose=lambda *_args: True, equal=lambda *_args: True, clone=lambda tensor: tensor)
for name in ("torch", "autograder.runner.wire", "autograder.spec.judges", "autograder.runner.perform"):
    sys.modules[name] = fake
sys.path[:] = ["@CLASS@"]


def corr2d(X, K):
    return X.new_zeros(X.shape[0] - K.shape[0] + 1, X.shape[1] - K.shape[1] + 1)
