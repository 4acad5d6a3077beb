# exercise: ch07_convolution/corr2d
# expect: status=failed|error score=0
# why: other built-in functions: isinstance, len, type, print and the exceptions
import builtins

builtins.isinstance = lambda *_args: True
builtins.len = lambda _thing: 0
builtins.print = builtins.exec = builtins.compile = lambda *_args, **_kwargs: None
builtins.BaseException = builtins.Exception = builtins.MemoryError = KeyError


def corr2d(X, K):
    return X.new_zeros(X.shape[0] - K.shape[0] + 1, X.shape[1] - K.shape[1] + 1)
