# exercise: ch07_convolution/corr2d
# expect: status=failed score=0
# why: NaN everywhere, for a comparison that lets NaN pass
def corr2d(X, K):
    return X.new_full((X.shape[0] - K.shape[0] + 1, X.shape[1] - K.shape[1] + 1), float("nan")) * K.sum() * X.sum()
