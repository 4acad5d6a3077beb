# exercise: ch07_convolution/corr2d
# expect: status=error score=0
# why: raises its own limits
import resource


def corr2d(X, K):
    resource.setrlimit(resource.RLIMIT_AS, (-1, -1))
    return (X.unfold(0, K.shape[0], 1).unfold(1, K.shape[1], 1) * K).sum((-1, -2))
