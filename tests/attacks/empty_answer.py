# exercise: ch07_convolution/corr2d
# expect: status=failed score=0
# why: nothing to compare: all of nothing is close
def corr2d(X, K):
    return X.new_zeros(0, X.shape[1] - K.shape[1] + 1)
