"""What the exercises share that cut data apart and call back: indices in any form, and callbacks that take notes.

The callbacks note which rows they are given. What the notes say is looked at in parts, one a check, so that each
mistake costs what it is worth: ``Close(of=fits)``, ``Close(of=measured)`` and so on.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor

from autograder.messages import N_
from autograder.spec import Unfit, describe, distinct, drawn, integers, plain, rows
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


LABELS = drawn(lambda d: torch.randperm(50, generator=d.generator)[: d.size("n")], "n")  # int64, all different
KINDS = rows(
    "X y",
    (distinct("n"), distinct("n")),
    (distinct("n", 1, 2, 3), distinct("n", 2)),
    (integers("n", 9, low=-(10**6), high=10**6), LABELS),
)
IMPOSSIBLE = rows("n k", (4, 1), (4, 0), (4, -2), (4, 5), (1, 1), (1, 2))


class Model:
    """What a fit returns: nothing but itself."""


class Noted(NamedTuple):
    """One call of a callback. what: "fit", or what a model was measured with. candidate: whose fit, or whose model.
    model: the number of the model that was made or measured. rows, labels: on which rows of X and y, in their order;
    rows of other data count from n on. form: dtypes, shapes but for the number of rows, and whether the numbers are
    those of X and y."""

    what: str
    candidate: int
    model: int
    rows: list[int]
    labels: list[int]
    form: str


class Notes:
    """Callbacks that take notes of how they are called, with rows of X and y, or with those of other data.

    numbers: for each candidate what measuring its models gives, one model after the other.
    """

    def __init__(self, X: Tensor, y: Tensor, numbers: Sequence[Sequence[float]], other: Sequence[Tensor] = ()) -> None:
        pairs = [pair for pair in ((X, y), other) if pair]
        self.rows, self.labels = (torch.cat([_flat(t) for t in both]) for both in zip(*pairs, strict=True))
        self.numbers = [list(row) for row in numbers]
        self.models: list[tuple[Model, int]] = []
        self.calls: list[Noted] = []

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

    def measure(self, what: str, in_turn: bool = False) -> Callable[[Any, Tensor, Tensor], float]:
        """The callback `score` or `error`. in_turn: each call gives the next number, whatever it is called with.

        Else a model has one number, however often it is measured; the same one on several folds has theirs. So what
        was measured wrongly, or too often, shows in the notes, and not in the numbers as well."""

        def measure(model: Any, X: Tensor, y: Tensor) -> float:
            number = self.number(model)
            if number < 0:
                text = N_("{what} takes a model that fit returned, but was called with {got}")
                raise Unfit(text, what=what, got=describe(model))
            candidate = self.models[number][1]
            mine = [call for call in self.calls if call.candidate == candidate]
            learned = {call.model: {*call.rows} for call in mine if call.what == "fit"}
            self._note(what, number, X, y)
            measured = {(call.model, *sorted(call.rows)) for call in mine if call.what == what}
            measured -= {(number, *sorted(self.calls[-1].rows))}
            place = max([*learned].index(number), sum(not learned[model] <= {*on} for model, *on in measured))
            if in_turn:
                place = sum(call.what == what for call in mine)
            return self.numbers[candidate][place % len(self.numbers[candidate])]

        return measure

    def number(self, model: Any) -> int:
        """Which of the models this one is; -1 for none."""
        return next((i for i, (made, _candidate) in enumerate(self.models) if made is model), -1)

    def told(self, result: Any, k: int = 1) -> dict[str, Any]:
        """The notes, and the smallest of the candidates' numbers that is somewhere in a result, or that k times is.

        Beside notes, which the student's process merely claims, this shows that the callbacks were called; whether the
        result is right is for other checks. Candidates with several numbers are left out."""
        numbers = [row[0] for row in self.numbers if len(row) == 1]
        found = _floats(plain(result))
        back = [e for e in numbers if any(math.isclose(f, t, rel_tol=1e-6) for f in found for t in (e, k * e))]
        return {"calls": [[*call] for call in self.calls], "the result": min(back, default=None)}

    def _note(self, what: str, number: int, X: Any, y: Any) -> None:
        if not (isinstance(X, Tensor) and isinstance(y, Tensor) and X.dim() and y.dim()):
            text = N_("{what} takes two tensors, rows of X and of y, but was called with {X} and {y}")
            raise Unfit(text, what=what, X=describe(X), y=describe(y))
        by_X, by_y = _places(self.rows, _flat(X)), _places(self.labels, _flat(y))
        form = ", ".join(f"{str(t.dtype).removeprefix('torch.')} {('rows', *t.shape[1:])}" for t in (X, y))
        form = form.replace("'", "").replace(",)", ")")
        strange = [len(t) > 0 and not places for t, places in ((X, by_X), (y, by_y))]
        form += "".join(
            f", with other numbers than those of {name}" for name, is_so in zip("Xy", strange, strict=True) if is_so
        )
        on = by_y if strange[0] else by_X, by_X if strange[1] else by_y
        self.calls.append(Noted(what, self.models[number][1], number, *on, form))


def _flat(t: Tensor) -> Tensor:
    return t.detach().clone().reshape(len(t), -1 if t.numel() else 0).double()


def _places(known: Tensor, given: Tensor) -> list[int]:
    """Where the given rows stand among the known ones; nowhere if one of them is not there."""
    if given.shape[1:] != known.shape[1:]:
        return []
    found = [(known == row).all(1).nonzero().flatten().tolist()[:1] for row in given]
    return [place for (place,) in found] if all(found) else []


def _floats(value: Any) -> list[float]:
    if isinstance(value, list):
        return [found for part in value for found in _floats(part)]
    return [value] if isinstance(value, float) else []


def look(label: str, function: Callable[[list[Noted]], list[str]], winner: bool = False) -> Callable[..., Any]:
    """For ``Close(of=...)``: what a function of below says of the calls of each candidate.

    winner: for a choice among several, where calls may come in any order, and the last fit on all rows ends it."""

    def of(got: Mapping[str, Any], X: Tensor, numbers: Sequence[Any]) -> dict[str, Any]:
        calls = [Noted(*call) for call in got["calls"]]
        if not winner:
            return {label: function(calls), "the result": got["the result"]}
        everything = [i for i, c in enumerate(calls) if c.what == "fit" and sorted(c.rows) == [*range(len(X))]]
        calls = calls[: everything[-1]] if everything else calls
        each = [[call for call in calls if call.candidate == c] for c in range(len(numbers))]
        said = {f"{label} (candidate {c})": sorted(function(mine)) for c, mine in enumerate(each)}
        return said | {"the result": got["the result"]}

    return of


def fits(calls: list[Noted]) -> list[str]:
    """On which rows each model was fitted, whatever their order."""
    return [_on(call) for call in calls if call.what == "fit"]


def order(calls: list[Noted]) -> list[str]:
    """Whether the rows that the models were fitted on were in their order."""
    orders = [call.rows for call in calls if call.what == "fit"]
    return sorted({"rows in their order" if found == sorted(found) else f"rows {found}" for found in orders})


def measured(calls: list[Noted]) -> list[str]:
    """On which rows the models were measured, whatever their order."""
    return [_on(call) for call in _counted(calls)]


def unseen(calls: list[Noted]) -> list[str]:
    """Whether each model was measured on rows that it had not learned from, whichever these were."""
    said, learned = [], {call.model: {*call.rows} for call in calls if call.what == "fit"}
    for call in _counted(calls):
        both = sorted(learned[call.model] & {*call.rows})
        said.append(f"rows {sorted(call.rows)}, of which it has seen {both}" if both else "rows that it has not seen")
    return said


def given(calls: list[Noted]) -> list[str]:
    """What X and y were handed on as."""
    return sorted({f"{call.what} is given {call.form}" for call in calls})


def sequence(calls: list[Noted]) -> list[str]:
    """All calls, in turn."""
    return [f"{call.what} model {call.model}" for call in calls]


def counts(calls: list[Noted]) -> list[str]:
    """How often each model was measured."""
    models = [call.model for call in calls if call.what == "fit"]
    return [f"a model, measured {sum(c.model == m and c.what != 'fit' for c in calls)} times" for m in models]


def _counted(calls: list[Noted]) -> list[Noted]:
    """The calls that measure a model, without those beside the point: repeated ones, and those on all that a model
    learned from if it was measured on other rows as well."""
    found: dict[tuple[int, ...], Noted] = {}
    learned = {call.model: {*call.rows} for call in calls if call.what == "fit"}
    others = [call for call in calls if call.what != "fit"]
    honest = {call.model for call in others if not learned[call.model] <= {*call.rows}}
    for call in others:
        if call.model not in honest or not learned[call.model] <= {*call.rows}:
            found.setdefault((call.model, *sorted(call.rows)), call)
    return [*found.values()]


def _on(call: Noted) -> str:
    if call.rows != call.labels:
        return f"rows {call.rows} with the labels of rows {call.labels}"
    return f"rows {sorted(call.rows)}" if call.rows else "no rows of X"
