# exercise: ch07_convolution/corr2d
# expect: status=failed|error score=0
# why: numbers with more digits than anybody can print
def corr2d(X, K):
    return {"a": 10**1200, "b": -(10**100_000), "c": [float("1e308")] * 2}
