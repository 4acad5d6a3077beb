def corr2d(X, K):
    raise SystemExit("do not use")
