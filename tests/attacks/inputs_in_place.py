# exercise: ch07_convolution/corr2d
# expect: status=failed score=0
# why: zeros in the inputs, so that the reference gets zeros too
def corr2d(X, K):
    X.data.zero_()
    K.data.zero_()
    return X.new_zeros(X.shape[0] - K.shape[0] + 1, X.shape[1] - K.shape[1] + 1)
