# exercise: ch07_convolution/corr2d
# expect: status=failed|error score=0
# why: traces the runner's own functions and changes their variables
import sys


def trace(frame, event, _argument):
    frame.f_trace_lines = True
    for name in ("value", "outcome", "changed"):
        if name in frame.f_locals:
            frame.f_locals[name] = None
    return trace


sys.settrace(trace)
sys.setprofile(trace)


def corr2d(X, K):
    frame = sys._getframe(1)
    frame.f_trace = trace
    return X.new_zeros(X.shape[0] - K.shape[0] + 1, X.shape[1] - K.shape[1] + 1)
