def corr2d(X, K):
    Y = 0
    for a in range(K.shape[0]):
        for b in range(K.shape[1]):
            Y = Y + K[a, b] * X[a:X.shape[0] - K.shape[0] + 1 + a, b:X.shape[1] - K.shape[1] + 1 + b]
    return Y
