"""Loads what first use would load, so that the process that runs student code finds it."""

from __future__ import annotations

from importlib import import_module

import numpy as np
import torch

from autograder.spec.exercise import Exercise
from autograder.spec.tools import parameter_gradients


def warm() -> None:
    layer = torch.nn.Conv2d(1, 1, 2)
    parameter_gradients(layer, layer, X=torch.randn(1, 1, 4, 4))
    (torch.randn(2, 2, dtype=torch.float64) @ torch.randn(2, 2, dtype=torch.float64)).softmax(0)
    np.random.seed(0)


def warm_for(exercise: Exercise) -> None:
    """What solutions of this exercise would load besides."""
    if exercise.makes_optimizers:
        warm_optimizers()
    for name in exercise.imports:
        import_module(name)


def warm_optimizers() -> None:
    parameter = torch.nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.Adam([parameter])  # the first optimizer imports hundreds of modules
    parameter.sum().backward()
    optimizer.step()
