# exercise: ch07_convolution/corr2d
# expect: status=error|timeout|memory score=0
# why: an exception that is a gigabyte long when it is shown
class Long(Exception):
    def __str__(self):
        return "x" * (1 << 30)

    __repr__ = __str__


def corr2d(X, K):
    raise Long
