"""Early stopping: the training goes on as long as the validation loss falls, and the best state is kept.

While the training loss keeps falling, the validation loss reaches a lowest point and rises again: from there on the
model learns its samples by heart. The number of epochs is a hyperparameter like any other, and early stopping chooses
it on the way. The curve is rough, though, and a single bad epoch says nothing. So one waits for `patience` epochs
without any improvement before one stops, and then takes the state of the best epoch, not of the last.

Read: Dive into Deep Learning, section 5.5.4; Prechelt (1998), "Early Stopping - But When?".
"""

import math

from torch import Tensor


class EarlyStopping:
    """Says after each epoch whether to stop, and keeps the best state.

    best: float, the loss of the best step; inf before the first improvement.
    best_epoch: int, the index of the step that set best, counted from 0; -1 before the first improvement.
    best_state: a copy of the state that came with the best step; None if there was none.
    """

    best: float
    best_epoch: int
    best_state: dict[str, Tensor] | None

    def __init__(self, patience: int, min_delta: float = 0.0) -> None:
        """patience: how many steps without improvement to wait for. min_delta: what a loss has to fall by more than.

        Raises ValueError if patience < 1 or min_delta < 0. Objects share nothing with each other.
        """
        # TODO: refuse what makes no sense, and begin with nothing found yet.
        raise NotImplementedError

    def step(self, loss: float, state: dict[str, Tensor] | None = None) -> bool:
        """Takes the validation loss after an epoch, and returns whether to stop.

        loss: a Python float. state: tensors by name, as of net.state_dict(), or None.

        A step is an improvement if loss < best - min_delta. Exactly that much less is none; NaN and inf never are one,
        and -inf does not come. Then, and only then, best, best_epoch and best_state are set, so a smaller gain leaves
        all three as they are. best_state is a copy: the tensors in state go on changing in place as the training goes
        on, and so may the dict itself, and neither may change what is kept. It has the names and dtypes of state, and
        nothing of an older one. With no state, best_state is None.

        Returns True, a bool, if `patience` or more steps have passed since the best one: from the patience-th
        consecutive step without improvement on. Every step counts, also one with NaN or inf, and before the first
        improvement steps count from the start: with patience 2 the second one returns True. Rises and falls that stay
        above best - min_delta do not begin the count anew; an improvement does, even after True was returned.
        """
        # TODO: which step is this, and is it an improvement?
        # TODO: if so, what has to be kept, so that later changes do not reach it?
        # TODO: how many steps have passed since the best one?
        raise NotImplementedError
