# -*- coding: gbk -*-
import torch


def dropout(X, p, training=True):
    """暂退法"""
    assert 0 <= p <= 1
    if not training:
        return X
    if p == 1:
        return torch.zeros_like(X)  # 全部丢弃
    mask = (torch.rand(X.shape) > p).to(X.dtype)
    return mask * X / (1.0 - p)
