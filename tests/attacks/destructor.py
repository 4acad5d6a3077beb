# exercise: ch07_convolution/corr2d
# expect: status=error|failed score=0
# why: waits for the answer to be written and then leaves
import os


class Late:
    def __del__(self):
        os._exit(0)


def corr2d(X, K):
    return [Late() for _ in range(3)]
