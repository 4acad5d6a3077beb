# exercise: ch07_convolution/corr2d
# expect: status=failed score=0
# why: an object that is no tensor, of a class that is called as one, so that the judge fails on it and takes no mark
class Impostor:
    pass


Impostor.__module__, Impostor.__qualname__ = "builtins", "Tensor"


def corr2d(X, K):
    return Impostor()
