# exercise: ch07_convolution/corr2d
# expect: status=failed score=0
# why: one number that broadcasts to whatever it is compared with
def corr2d(X, K):
    return (X.sum() * K.sum()).reshape(1)
