"""What the exercises share that cut data apart and call back: indices in any form, and callbacks that take notes."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from autograder.messages import N_
from autograder.spec import Unfit, describe, drawn, plain
from autograder.spec.inputs import Input


def indices(found: Any) -> list[int]:
    """Indices as a list of ints, whatever they are kept in. Raises ``Unfit`` for anything else."""
    if isinstance(found, Tensor):
        found = found.flatten()
    try:
        listed = plain(list(found))
        if all(value == int(value) for value in listed):
            return [int(value) for value in listed]
    except (TypeError, ValueError):
        pass
    raise Unfit(N_("expected a 1-dim tensor of indices, got {got}"), got=describe(found))


def parts(found: Any) -> list[list[int]]:
    """Several sets of indices as lists of ints. Raises ``Unfit`` for anything else."""
    if not isinstance(found, tuple | list):
        raise Unfit(N_("expected {expected}, got {got}"), expected="(tensor, ...)", got=describe(found))
    return [indices(part) for part in found]


def folds(found: Any) -> list[list[list[int]]]:
    """Pairs of sets of indices as lists of ints. Raises ``Unfit`` for anything else."""
    if not isinstance(found, tuple | list):
        raise Unfit(N_("expected {expected}, got {got}"), expected="[(tensor, tensor), ...]", got=describe(found))
    return [parts(pair) for pair in found]


def forms(found: Any) -> Any:
    """What sets of indices are kept in: types, dtypes and numbers of axes, and nothing of the numbers."""
    if isinstance(found, tuple | list):
        kept = [forms(part) for part in found]
        return kept if isinstance(found, list) else tuple(kept)
    if isinstance(found, Tensor):
        return f"{found.dim()}-dim {str(found.dtype).removeprefix('torch.')} tensor"
    return type(found).__name__


def candidates(count: int) -> Input:
    """For each of so many candidates one number, drawn, that measuring its models always gives. All differ."""
    return drawn(lambda d: [[place + 0.125] for place in torch.randperm(1000, generator=d.generator)[:count].tolist()])


class Model:
    """What a fit returns: nothing but itself."""


@dataclass(frozen=True)
class Noted:
    """One call of a callback. what: "fit", or what a model was measured with. candidate: whose fit, or whose model.
    model: the number of the model that was made or measured. rows: on which rows. form: dtypes, and shapes but for the
    number of rows."""

    what: str
    candidate: int
    model: int
    rows: str
    form: str


class Notes:
    """Callbacks that take notes of how they are called, with rows of X and y, or with all of other data.

    numbers: for each candidate what measuring its models gives, one call after the other.
    """

    def __init__(
        self, X: Tensor, y: Tensor, numbers: Sequence[Sequence[float]] = ((0.0,),), other: Sequence[Tensor] = ()
    ) -> None:
        # The number of a row is where it stands in these; the rows of the other data come after those of X.
        self.n = len(X)
        self.all = f"rows {[*range(len(X))]}"
        self.rows, self.labels = (
            torch.cat([t.clone().reshape(len(t), -1).double() for t in both])
            for both in zip(*[pair for pair in ((X, y), other) if pair], strict=True)
        )
        self.numbers = [list(row) for row in numbers]
        self.models: list[tuple[Model, int]] = []
        self.calls: list[Noted] = []

    def of(self, what: str, *only: str) -> list[Any]:
        """Of each call of one kind, one thing or several as a text."""
        return [", ".join(str(getattr(call, name)) for name in only) for call in self.calls if call.what == what]

    def fit(self, candidate: int = 0) -> Callable[[Tensor, Tensor], Model]:
        """The callback `fit` of a candidate."""

        def fit(X: Tensor, y: Tensor) -> Model:
            self.models.append((Model(), candidate))
            self._note("fit", len(self.models) - 1, X, y)
            return self.models[-1][0]

        return fit

    def fits(self) -> list[Callable[[Tensor, Tensor], Model]]:
        """The callbacks of all candidates."""
        return [self.fit(candidate) for candidate in range(len(self.numbers))]

    def measure(self, what: str) -> Callable[[Any, Tensor, Tensor], float]:
        """The callback `score` or `error`."""

        def measure(model: Any, X: Tensor, y: Tensor) -> float:
            number = self.number(model)
            if number < 0:
                text = N_("{what} takes a model that fit returned, but was called with {got}")
                raise Unfit(text, what=what, got=describe(model))
            numbers = self.numbers[self.models[number][1]]
            before = sum(call.what == what and call.candidate == self.models[number][1] for call in self.calls)
            self._note(what, number, X, y)
            return numbers[before % len(numbers)]

        return measure

    def came_back(self, result: Any, k: int = 1) -> float | None:
        """The smallest of the candidates' numbers that is somewhere in a result, or that k times is; None if there is none.

        Beside notes, which the student's process merely claims, this shows that the callbacks were called; whether the
        result is right is for other checks. Candidates with several numbers are left out."""
        found = _floats(plain(result))
        numbers = [row[0] for row in self.numbers if len(row) == 1]
        return min(
            (e for e in numbers if any(math.isclose(f, t, rel_tol=1e-6) for f in found for t in (e, k * e))),
            default=None,
        )

    def number(self, model: Any) -> int:
        """Which of the models this one is; -1 for none."""
        return next((i for i, (made, _candidate) in enumerate(self.models) if made is model), -1)

    def _note(self, what: str, number: int, X: Any, y: Any) -> None:
        if not (isinstance(X, Tensor) and isinstance(y, Tensor) and X.dim() and y.dim()):
            text = N_("{what} takes two tensors, rows of X and of y, but was called with {X} and {y}")
            raise Unfit(text, what=what, X=describe(X), y=describe(y))
        form = ", ".join(f"{str(t.dtype).removeprefix('torch.')} {('rows', *t.shape[1:])}" for t in (X, y))
        self.calls.append(Noted(what, self.models[number][1], number, self._rows(X, y), form.replace("'", "")))

    def _rows(self, X: Tensor, y: Tensor) -> str:
        """Which rows these are, and whether the labels are theirs."""
        flat, labels = (t.detach().reshape(len(t), -1 if t.numel() else 0).double() for t in (X, y))
        if len(flat) and flat.shape[1] != self.rows.shape[1]:
            return f"something of shape {tuple(X.shape)}"
        found = [(self.rows == row).all(1).nonzero().flatten().tolist()[:1] for row in flat]
        if not all(found):
            return "rows that are not in X"
        places = [place for (place,) in found]
        right = len(labels) == len(flat) and torch.equal(labels.reshape(self.labels[places].shape), self.labels[places])
        rest = list(range(self.n, len(self.rows)))
        named = f"rows {places}"
        if places and min(places) >= self.n:
            named = (
                "all of the other data" if places == rest else f"rows {[p - self.n for p in places]} of the other data"
            )
        return named if right else f"{named} with {len(y)} labels of other rows"


def _floats(value: Any) -> list[float]:
    if isinstance(value, list):
        return [found for part in value for found in _floats(part)]
    return [value] if isinstance(value, float) else []
