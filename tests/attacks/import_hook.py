# exercise: ch07_convolution/corr2d
# expect: status=failed|error score=0
# why: finders and an import function of its own, to get at what is imported later
import builtins
import sys

real = builtins.__import__


def spy(name, *args, **kwargs):
    module = real(name, *args, **kwargs)
    for word in ("corr2d", "expected", "solution", "reference"):
        if hasattr(module, word):
            print(name, word, getattr(module, word))
    return module


builtins.__import__ = spy
sys.meta_path.insert(0, type("Finder", (), {"find_spec": staticmethod(lambda *args: print(args[0]))}))
sys.path_hooks.clear()


def corr2d(X, K):
    return X.new_zeros(X.shape[0] - K.shape[0] + 1, X.shape[1] - K.shape[1] + 1)
