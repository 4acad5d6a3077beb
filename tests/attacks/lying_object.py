# exercise: ch07_convolution/corr2d
# expect: status=failed|error score=0
# why: no tensor at all: an object that agrees to every comparison
class Anything(float):
    shape = dtype = property(lambda self: self)
    __hash__ = float.__hash__
    __class__ = property(lambda self: __import__("torch").Tensor)

    def __getattr__(self, name):
        return lambda *args, **kwargs: self

    def __eq__(self, other):
        return True

    def __bool__(self):
        return True


def corr2d(X, K):
    return Anything(0)
