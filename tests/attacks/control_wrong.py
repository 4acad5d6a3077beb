# exercise: ch07_convolution/corr2d
# expect: status=failed score=0
# why: control: an honest solution that is wrong (the kernel is flipped)
def corr2d(X, K):
    return (X.unfold(0, K.shape[0], 1).unfold(1, K.shape[1], 1) * K.flip(0, 1)).sum((-1, -2)) + 1
