import torch


# 互相关：卷积核在输入上滑动
def corr2d(X, K):
    h, w = K.shape  # 核的高和宽
    Y = X.new_zeros(X.shape[0] - h + 1, X.shape[1] - w + 1)
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = (X[i:i + h, j:j + w] * K).sum()  # 逐元素相乘再求和
    return Y
