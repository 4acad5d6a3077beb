"""What the exercises of the chapter share: the parameters of a recurrent network as inputs, and the network itself."""

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import linear

from autograder.spec import OFF_GRID, normal

Activation = Callable[[Tensor], Tensor]
Step = Callable[..., Tensor]

SIZES = {**dict.fromkeys(("steps", "batch", "num_inputs", "num_hiddens"), (2, 6)), "classes": (2, 7)}
# So small that tanh bends, but does not flatten: there every step, and every slip, still shows many steps later.
LAYER = {
    "W_xh": normal("num_inputs", "num_hiddens", std=0.5),
    "W_hh": normal("num_hiddens", "num_hiddens", std=0.5),
    "b_h": normal("num_hiddens", std=0.5, shift=OFF_GRID),
}
OUTPUT = {"W_hq": normal("num_hiddens", "classes"), "b_q": normal("classes")}
# For calls: inputs=SEQUENCE | {...}, since the name of the first is also an option.
SEQUENCE = {"inputs": normal("steps", "batch", "num_inputs"), "H": normal("batch", "num_hiddens", std=0.5)}


def in_other_order(params: Mapping[str, Any]) -> dict[str, Any]:
    """The same parameters, the last first, behind one of another layer."""
    return {"W_other": normal("num_inputs", "num_hiddens"), **dict(reversed(params.items()))}


def cell(X: Tensor, H: Tensor, params: Mapping[str, Tensor], activation: Activation = torch.tanh) -> Tensor:
    """One step: the state (n, h) that follows H at the inputs X (n, d)."""
    both = linear(X, params["W_xh"].mT, params["b_h"]) + linear(H, params["W_hh"].mT)
    return activation(both)


def scan(inputs: Tensor, H: Tensor, params: Mapping[str, Tensor], step: Step = cell) -> tuple[Tensor, Tensor]:
    """A right rnn: the states after all steps (T, n, h), and the last of them. step: a cell, such as that of a ReLU,
    partial(cell, activation=torch.relu)."""
    states = [H]
    for t in range(len(inputs)):
        states.append(step(inputs[t], states[t], params))
    return torch.stack(states[1:]), states[-1]


def excused(found: Any, own: Any, right: Any) -> Any:
    """What was found; where that is what its author's own formula gives, and not what a right one gives, what it would be
    with a right one. So a slip in the formula is paid where the formula is asked for, and not again."""
    f, o, r = (torch.as_tensor(value).detach() for value in (found, own, right))
    if f.shape != o.shape or not torch.allclose(f.to(o), o):
        return found
    if not isinstance(found, Tensor):
        return right
    return found if torch.allclose(o, r) else found + (right - own).to(found)  # what is right may have lost its graph
