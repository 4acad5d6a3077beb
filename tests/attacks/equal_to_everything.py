# exercise: ch07_convolution/corr2d
# expect: status=failed|error score=0
# why: a tensor class that is equal to everything and close to everything
import torch


class Yes(torch.Tensor):
    __hash__ = torch.Tensor.__hash__

    def __eq__(self, other):
        return True

    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None):
        if any(word in function.__name__ for word in ("eq", "close", "finite", "sub", "abs")):
            return torch.tensor(True)
        return super().__torch_function__(function, types, args, kwargs or {})


def corr2d(X, K):
    return X.new_zeros(X.shape[0] - K.shape[0] + 1, X.shape[1] - K.shape[1] + 1).as_subclass(Yes)
