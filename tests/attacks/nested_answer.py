# exercise: ch07_convolution/corr2d
# expect: status=failed|error score=0
# why: a list in a list in a list, and one that holds itself
def corr2d(X, K):
    answer = []
    for _ in range(10_000):
        answer = [answer]
    answer.append(answer)
    return answer
