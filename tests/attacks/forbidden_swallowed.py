# exercise: ch07_convolution/corr2d
# expect: status=failed|forbidden score=0
# why: raises the refusal as an exception of its own, from inside of another
from torch.nn import functional as F


def corr2d(X, K):
    try:
        return F.conv2d(X[None, None], K[None, None])[0, 0]
    except BaseException:
        return X.new_zeros(X.shape[0] - K.shape[0] + 1, X.shape[1] - K.shape[1] + 1)
