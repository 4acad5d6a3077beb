# exercise: ch07_convolution/corr2d
# expect: status=failed score=0
# why: an answer whose class runs a command when it is unpickled, copied or shown
import os


class Run:
    def __reduce__(self):
        return os.system, ("touch @OUT@/kata_attack_pickle",)

    def __repr__(self):
        return os.popen("touch @OUT@/kata_attack_repr").read()

    __str__ = __format__ = __repr__


def corr2d(X, K):
    return Run()
