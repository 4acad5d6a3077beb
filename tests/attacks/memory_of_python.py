# exercise: ch07_convolution/corr2d
# expect: status=memory|error score=0
# why: a list that doubles
def corr2d(X, K):
    kept = [b"x" * 1000]
    while True:
        kept += kept
