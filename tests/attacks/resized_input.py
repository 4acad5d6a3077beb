# exercise: ch07_convolution/corr2d
# expect: status=failed|error score=0
# why: grows the input in place, over what lies behind it
def corr2d(X, K):
    X.resize_(1 << 16)
    return X[-(1 << 10) :].reshape(32, 32)
