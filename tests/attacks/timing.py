# exercise: ch07_convolution/corr2d
# expect: status=failed score=0
# why: measures how long the grader takes to ask again, and shifts the guess while that changes
import time

last = [time.perf_counter(), 0.0]


def corr2d(X, K):
    now = time.perf_counter()
    last[:] = now, last[1] + (now - last[0])
    return X.new_full((X.shape[0] - K.shape[0] + 1, X.shape[1] - K.shape[1] + 1), last[1])
