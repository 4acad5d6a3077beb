# exercise: ch07_convolution/corr2d
# expect: status=failed score=0
# why: a thread that works on, prints and writes answers after the function has returned
import os
import threading


def work():
    while True:
        os.write(1, b"still here\n")


def corr2d(X, K):
    threading.Thread(target=work, daemon=True).start()
    return X.new_zeros(X.shape[0] - K.shape[0] + 1, X.shape[1] - K.shape[1] + 1)
