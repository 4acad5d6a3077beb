# exercise: ch07_convolution/corr2d
# expect: status=failed score=0
# why: right once, then the same answer again for a kernel of the same id or size
seen = {}


def corr2d(X, K):
    if "answer" not in seen:
        seen["answer"] = (X.unfold(0, K.shape[0], 1).unfold(1, K.shape[1], 1) * K).sum((-1, -2))
    return seen["answer"]
