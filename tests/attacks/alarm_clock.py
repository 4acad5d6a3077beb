# exercise: ch07_convolution/corr2d
# expect: status=failed|error score=0
# why: sets alarms that go off while the grader's code runs
import signal


def late(*_args):
    raise SystemExit(0)


def corr2d(X, K):
    signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
    return (X.unfold(0, K.shape[0], 1).unfold(1, K.shape[1], 1) * K).sum((-1, -2))
