# exercise: ch07_convolution/corr2d
# expect: status=failed|error score=0
# why: texts with half characters, NUL bytes and a dictionary that is keyed by them
def corr2d(X, K):
    return {"\ud800": "\udfff", "\0": "\x1b[2J", 5: None}
