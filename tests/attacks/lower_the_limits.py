# exercise: ch07_convolution/corr2d
# expect: status=error score=0
# why: lowers a limit so that the code around it fails
import resource


def corr2d(X, K):
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
    return (X.unfold(0, K.shape[0], 1).unfold(1, K.shape[1], 1) * K).sum((-1, -2))
