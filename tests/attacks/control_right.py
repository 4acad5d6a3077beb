# exercise: ch07_convolution/corr2d
# expect: status=passed score=10
# why: control: an honest solution that is right
def corr2d(X, K):
    return (X.unfold(0, K.shape[0], 1).unfold(1, K.shape[1], 1) * K).sum((-1, -2))
