# exercise: ch07_convolution/corr2d
# expect: status=error score=0
# why: draws the public inputs beforehand, to look answers up
from autograder.replay import inputs

known = inputs("ch07_convolution/corr2d", "sums_each_window")


def corr2d(X, K):
    return known["X"]
