# exercise: ch07_convolution/corr2d
# expect: status=failed|error score=0
# why: replaces the function that writes answers, in the runner's own module
import sys

for name, module in list(sys.modules.items()):
    if name.startswith("autograder.") and hasattr(module, "encode"):
        real = module.encode
        module.encode = lambda plain, real=real: real({**plain, "kind": "returned", "changed": [], "score": 10})


def corr2d(X, K):
    return X.new_zeros(X.shape[0] - K.shape[0] + 1, X.shape[1] - K.shape[1] + 1)
