def corr2d(X, K):
    return X
