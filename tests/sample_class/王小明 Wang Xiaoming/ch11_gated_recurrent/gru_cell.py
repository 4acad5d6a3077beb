import torch


def gru_cell(X, H, params):
    def 门(名, 激活, 状态):
        return 激活(X @ params["W_x" + 名] + 状态 @ params["W_h" + 名] + params["b_" + 名])

    更新门 = 门("z", torch.sigmoid, H)
    重置门 = 门("r", torch.sigmoid, H)
    候选 = 门("h", torch.tanh, 重置门 * H)
    return 更新门 * H + (1 - 更新门) * 候选
