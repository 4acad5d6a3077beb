# exercise: ch07_convolution/corr2d
# expect: status=failed|error score=0
# why: looks for the grader's modules and makes every judge content
import sys

for module in list(sys.modules.values()):
    if getattr(module, "__name__", "").startswith("autograder"):
        for thing in list(vars(module).values()):
            for name in ("verdict", "compare", "same", "judge", "assess"):
                if isinstance(thing, type) and hasattr(thing, name):
                    setattr(thing, name, lambda *_args, **_kwargs: None)


def corr2d(X, K):
    return X.new_zeros(X.shape[0] - K.shape[0] + 1, X.shape[1] - K.shape[1] + 1)
