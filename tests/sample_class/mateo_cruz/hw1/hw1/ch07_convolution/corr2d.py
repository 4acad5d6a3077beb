from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Window:
    top: int
    left: int
    height: int
    width: int

    def of(self, image: Tensor) -> Tensor:
        return image[self.top : self.top + self.height, self.left : self.left + self.width]


class Slider:
    def __init__(self, image: Tensor, kernel: Tensor) -> None:
        self.image, self.kernel = image, kernel
        self.rows = image.shape[0] - kernel.shape[0] + 1
        self.columns = image.shape[1] - kernel.shape[1] + 1

    def __iter__(self):
        for i in range(self.rows):
            for j in range(self.columns):
                yield Window(i, j, *self.kernel.shape)

    def run(self) -> Tensor:
        values = [torch.dot(w.of(self.image).reshape(-1), self.kernel.reshape(-1)) for w in self]
        return torch.stack(values).unflatten(0, (self.rows, self.columns))


def corr2d(X: Tensor, K: Tensor) -> Tensor:
    return Slider(X, K).run()
