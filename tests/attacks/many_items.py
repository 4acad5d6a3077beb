# exercise: ch07_convolution/corr2d
# expect: status=failed|error|memory score=0
# why: a list of 200,000 numbers in place of a tensor
def corr2d(X, K):
    return [*range(200_000)]
