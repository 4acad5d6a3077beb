# exercise: ch07_convolution/corr2d
# expect: status=error|memory score=0
# why: memory that is shared, and so counted for nobody
import mmap


def corr2d(X, K):
    return mmap.mmap(-1, 1 << 34) and (X.unfold(0, K.shape[0], 1).unfold(1, K.shape[1], 1) * K).sum((-1, -2))
