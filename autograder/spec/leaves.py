"""Parameters with gradients, for steps that change them in place, as those of an optimizer do.

    leaves = Leaves(params, grads)
    student.sgd(leaves.params, lr)
    return leaves.values()

Where an exercise speaks of weights and biases, its chapter's shelf says which places are which.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from torch import Tensor


class Leaves:
    """Leaf tensors whose ``.grad`` is filled, and what became of each.

    params: the list to hand over. values: what they begin with; grads: for each its gradient, or None; none at all
    leaves every ``.grad`` None. frozen: the places of those that do not require grad.

    What is seen is told apart, so that a mistake is paid once, in dicts with an entry for each parameter, or for those
    at the places that are asked for.
    """

    def __init__(
        self, values: Sequence[Tensor], grads: Sequence[Tensor | None] = (), frozen: Collection[int] = ()
    ) -> None:
        self.params = [t.detach().clone().requires_grad_(i not in frozen) for i, t in enumerate(values)]
        self._given = list(self.params)
        self._views = [p.detach() for p in self.params]
        self.give(grads or [None] * len(self.params))

    def give(self, grads: Sequence[Tensor | None]) -> None:
        """Fills every ``.grad`` with a copy of these, before the first step or another."""
        for p, g in zip(self._given, grads, strict=True):
            p.grad = None if g is None else g.detach().clone()

    def values(self, places: Sequence[int] | None = None) -> dict[str, Any]:
        """What the list holds by now, though it be other tensors than those that were handed over."""
        held = [p.detach().clone() if isinstance(p, Tensor) else p for p in self.params]
        return {f"params[{i}]": held[i] if i < len(held) else "nothing" for i in self._of(places)}

    def memory(self, places: Sequence[int] | None = None) -> dict[str, Tensor]:
        """What is by now where the values were at first: new values only after a change in place."""
        return {f"the memory of params[{i}]": self._views[i].clone() for i in self._of(places)}

    def in_place(self, places: Sequence[int] | None = None) -> dict[str, bool]:
        """Whether the list holds the very tensors that were handed over, and whether these have their values where
        they had them: as ``kinds`` a claim, that ``needs`` a check of values."""
        held = self.params if len(self.params) == len(self._given) else [None] * len(self._given)
        found: dict[str, bool] = {}
        for i in self._of(places):
            found[f"params[{i}] is the same tensor"] = held[i] is self._given[i]
            found[f"params[{i}] is in the same memory"] = self._given[i].data_ptr() == self._views[i].data_ptr()
        return found

    def grads(self, places: Sequence[int] | None = None) -> dict[str, Any]:
        """The gradients by now, of the tensors that were handed over; "None" where there is none."""
        found = {i: self._given[i].grad for i in self._of(places)}
        return {f"params[{i}].grad": "None" if g is None else g.detach().clone() for i, g in found.items()}

    def kinds(self, places: Sequence[int] | None = None) -> dict[str, str]:
        """Whether the tensors that were handed over are leaves and require grad. The student's process merely claims
        it: a check of it ``needs`` one of values."""
        found = {i: self._given[i] for i in self._of(places)}
        return {
            f"params[{i}]": f"{'leaf' if p.is_leaf else 'no leaf'}, requires_grad {p.requires_grad}"
            for i, p in found.items()
        }

    def _of(self, places: Sequence[int] | None) -> Sequence[int]:
        return range(len(self._given)) if places is None else places
