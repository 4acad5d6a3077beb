# exercise: ch07_convolution/corr2d
# expect: status=error|failed score=0
# why: an answer whose class raises, exits and lies when it is asked for its name
import os


class Meta(type):
    def __getattribute__(cls, name):
        if name in ("__qualname__", "__module__", "__name__"):
            os._exit(0)
        return super().__getattribute__(name)


def corr2d(X, K):
    return Meta("Thing", (), {})()
