"""Judges: they look at what a run returned, in the grader, beside what the reference gives.

A judge answers with None or a ``Mistake``: the fact in words, with what was expected and what came apart.
``Close`` is the default. ``Statistic`` is for random functions, ``Threshold`` for training, ``By`` for the rest.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import torch
from torch import Tensor

from autograder.messages import _
from autograder.spec.values import GRADIENT, Opaque

# An honest computation may differ from the exact one by this many times what rounding the inputs does to it.
FACTOR = 32.0
# Two answers count as the same wrong answer up to this share of the largest element.
SAMENESS = 1e-4
# Two results are wrong in the same way if their errors differ by up to this share,
ALIKE = 0.2
# or, if both are as small as those of a lower precision, below a share of the largest element, by up to this factor.
LOW_PRECISION, NOISE = 1e-5, 1e3
# Standard deviations that a statistic may be off: a false alarm in 5e8 (two-sided normal tail).
SIGMAS = 6.0


@dataclass
class Mistake(Exception):
    """What is wrong: ``message`` says it in a sentence, ``expected`` and ``got`` show it, ``code`` names its kind.

    ``score``: the metric behind a training verdict.
    """

    message: str
    expected: str = ""
    got: str = ""
    code: str = ""

    def __post_init__(self) -> None:
        super().__init__(self.message)
        self.code = self.code or self.message


@dataclass
class Want:
    """The reference beside which a result is judged.

    value: in the dtype of the case. exact: from the same inputs in float64. spread: in float64 from inputs moved
    by rounding. sizes: of the named dimensions. axes: names of the result's. results: where it is a tuple of tensors,
    their names, each with those of its axes. shapes: dimensions of the inputs. calibration: of a training check, for
    its data and settings. any_dtype: a floating result may have any floating dtype, since another check asks for it.
    """

    value: Any
    exact: Any
    spread: Sequence[Any]
    dtype: torch.dtype
    sizes: Mapping[str, int] = field(default_factory=dict)
    axes: Sequence[str] = ()
    results: Mapping[str, Sequence[str]] = field(default_factory=dict)
    shapes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    calibration: Mapping[str, Any] | None = None
    any_dtype: bool = False
    # By path in the result: what the reference alone decides, so once for a whole class.
    tolerances: dict[str, float | Tensor] = field(default_factory=dict, repr=False)
    measured: Want | None = field(default=None, repr=False)  # what a judge's ``of`` makes of this
    doubled: Want | None = field(default=None, repr=False)  # this, for the same inputs in float64


class Judge:
    """The interface. ``inputs`` are those of the case, secret ones included."""

    def verdict(self, got: Any, want: Want, inputs: Mapping[str, Any]) -> Mistake | None:
        """None if the result is right."""
        raise NotImplementedError

    def symptom(self, got: Any, want: Want, inputs: Mapping[str, Any]) -> Any:
        """What of a wrong result is compared with that of each misconception: made once, since it may take a while."""
        return got

    def alike(self, mine: Any, theirs: Any, want: Want, inputs: Mapping[str, Any]) -> bool:
        """Whether two symptoms are of the same mistake."""
        raise NotImplementedError

    def same(self, got: Any, other: Any, want: Want, inputs: Mapping[str, Any]) -> bool:
        """Whether two wrong results are the same mistake."""
        mine, theirs = self.symptom(got, want, inputs), self.symptom(other, want, inputs)
        return self.alike(mine, theirs, want, inputs)


class Close(Judge):
    """Type, shape, dtype, finiteness, value, in this order, everywhere inside the result.

    The tolerance of a tensor is ``FACTOR`` times what it moves when its inputs are rounded, plus as many units of
    rounding of its largest element; ``loosen`` multiplies it for a function whose honest variants spread more.
    With ``relative``, each element may also be off by this share of itself, in every dtype: a contract's "to 1e-3".
    With ``within``, each may also be off by this much: where honest ways round to other steps, as uint8 has them.
    With ``zeros``, what is exactly 0 has to be exactly 0 (the weight of a masked key), whatever the tolerance.
    With ``scale``, the largest element counts as this at least: for a result that is 0, where honest variants leave a
    rounding error.
    With ``of``, a function of ``got`` and any inputs, by name, what it makes of the result is compared: for a number
    that is known beforehand, such as a share of zeros. The run hands over what it is made from, since a process with
    student code could claim the number. It may raise a ``Mistake``.
    """

    def __init__(
        self,
        loosen: float = 1.0,
        zeros: bool = False,
        of: Callable[..., Any] | None = None,
        scale: float = 0.0,
        relative: float = 0.0,
        within: float = 0.0,
    ) -> None:
        self.loosen = loosen
        self.relative = relative
        self.within = within
        self.zeros = zeros
        self.of = of
        self.scale = scale

    def verdict(self, got: Any, want: Want, inputs: Mapping[str, Any]) -> Mistake | None:
        if self.of is None:
            return self._verdict(got, want, inputs)
        inputs = {"want": want.value, **inputs}
        if not _alike(got, want.value) and (mistake := _misfit(got, want)):
            return mistake
        if want.measured is None:
            value, exact, *spread = [self._measure(v, inputs) for v in (want.value, want.exact, *want.spread)]
            want.measured = replace(want, value=value, exact=exact, spread=spread, tolerances={})
        try:
            return self._verdict(self._measure(got, inputs), want.measured, inputs)
        except Mistake as mistake:
            return mistake

    def _measure(self, got: Any, inputs: Mapping[str, Any]) -> Any:
        return got if self.of is None else _call(self.of, {**inputs, "got": got})

    def _verdict(self, got: Any, want: Want, inputs: Mapping[str, Any]) -> Mistake | None:
        return self.compare(got, want.value, want.exact, want.spread, want, "")

    def compare(self, got: Any, value: Any, exact: Any, spread: Sequence[Any], want: Want, path: str) -> Mistake | None:
        """Compares one node of the result with the reference's, then what is inside."""
        where = _(" in {path}").format(path=path) if path else ""
        if _type(got) != _type(value):
            message = _("expected {expected}{where}, got {got}")
            if got is None and path.startswith(GRADIENT):
                message = _("no gradient arrives at {leaf}: it was cut off on the way (.item(), .detach(), numpy?)")
                if path.startswith(f"{GRADIENT}parameter"):
                    message = _(
                        "no gradient arrives at {leaf}: it is frozen (requires_grad is False) or was cut off on the "
                        "way (.item(), .detach(), numpy?)"
                    )
                return Mistake(message.format(leaf=path.removeprefix(GRADIENT)), code=f"no {path}")
            if got is None and not path:
                message = _("expected {expected}{where}, got None: is a return missing?")
            said = {"expected": describe(value), "got": describe(got)}
            return Mistake(message.format(where=where, **said), **said, code=f"type {describe(got)}{path}")
        if isinstance(value, Tensor):
            return self._compare_tensors(got, value, exact, spread, want, where, path)
        if isinstance(value, dict):
            if got.keys() != value.keys():
                said = {"expected": ", ".join(map(str, value)), "got": _cut(", ".join(map(str, got))) or _("nothing")}
                message = _("expected the entries {expected}{where}, got {got}")
                return Mistake(message.format(where=where, **said), **said, code=f"keys {sorted(map(str, got))}")
            parts: Iterator[tuple[Any, str]] = ((key, f"{path}[{key!r}]" if path else str(key)) for key in value)
        elif isinstance(value, list | tuple):
            if len(got) != len(value):
                said = {"expected": str(len(value)), "got": str(len(got))}
                message = _("expected {expected} items{where}, got {got}")
                details = {"expected": show(value), "got": show(got)}
                return Mistake(message.format(where=where, **said), **details, code=f"length {len(got)}{path}")
            named = list(want.results) if not path and len(want.results) == len(value) else []
            parts = ((index, named[index] if named else f"{path}[{index}]") for index in range(len(value)))
        else:
            return self._compare_scalars(got, value, exact, spread, want, path)
        for key, inner in parts:
            moved = [s[key] for s in spread]
            if mistake := self.compare(got[key], value[key], exact[key], moved, want, inner):
                return mistake
        return None

    def _compare_tensors(
        self,
        got: Tensor,
        value: Tensor,
        exact: Tensor,
        spread: Sequence[Tensor],
        want: Want,
        where: str,
        path: str,
    ) -> Mistake | None:
        labels = want.results.get(path, ()) if path else want.axes
        labels = labels if len(labels) == value.dim() else ()
        if got.shape != value.shape:
            return _shape_mistake(got, exact, labels, want, where)
        cast = want.any_dtype and got.is_floating_point() and value.is_floating_point()
        if got.dtype != value.dtype and not cast:
            said = {"expected": _dtype(value), "got": _dtype(got)}
            message = _("expected dtype {expected}{where}, got {got}").format(where=where, **said)
            return Mistake(message, **said, code=f"dtype {said['got']}")
        got64, exact64 = _as64(got), _as64(exact)
        tolerance: float | Tensor = 0.0
        if value.is_floating_point():
            if path not in want.tolerances:
                others = [_as64(value), *map(_as64, spread)]
                want.tolerances[path] = self.tolerance(exact64, others, self._rounded_as(value.dtype, want))
            tolerance = want.tolerances[path]
            near = (got64 - exact64).abs() <= tolerance  # never true of NaN and infinities, which are looked at below
            if near.all() and not (self.zeros and bool(((exact64 == 0) & (got64 != 0)).any())):
                return None
        wrong = got64.isnan() & ~exact64.isnan()
        wrong |= (exact64.isfinite() & got64.isinf()) | (exact64.isnan() & ~got64.isnan())
        if wrong.any():
            return _value_mistake(got64, exact64, wrong, labels, where, kind="nonfinite")
        if not value.is_floating_point():
            wrong = got64 != exact64
        else:
            off = (got64 - exact64).abs()
            wrong = torch.where(exact64.isfinite(), off > tolerance, (got64 != exact64) & ~exact64.isnan())
            if self.zeros:
                wrong |= (exact64 == 0) & (got64 != 0)
        return _value_mistake(got64, exact64, wrong, labels, where) if wrong.any() else None

    def _compare_scalars(
        self, got: Any, value: Any, exact: Any, spread: Sequence[Any], want: Want, path: str
    ) -> Mistake | None:
        if isinstance(value, float):
            others = [torch.tensor(float(s), dtype=torch.float64) for s in (value, *spread)]
            tolerance = self.tolerance(torch.tensor(exact, dtype=torch.float64), others, want.dtype)
            right = got == exact or bool(abs(got - exact) <= tolerance) or (math.isnan(exact) and math.isnan(got))
        else:
            right = got == value
        if right:
            return None
        said = {"expected": show(value), "got": show(got)}
        if isinstance(value, float):
            said = apart(exact, got)
        text = _("{path}: expected {expected}, got {got}") if path else _("expected {expected}, got {got}")
        return Mistake(text.format(path=path, **said), **said)

    def _rounded_as(self, dtype: torch.dtype, want: Want) -> torch.dtype:
        """The dtype in which a tensor was made: what ``of`` makes of a result has no more digits than the case."""
        coarser = self.of is not None and _eps(want.dtype) > _eps(dtype)
        return want.dtype if coarser else dtype

    def tolerance(self, exact: Tensor, others: Sequence[Tensor], dtype: torch.dtype) -> float | Tensor:
        """The largest difference from ``exact`` that rounding explains, for the whole tensor, and what each element is
        granted beside it."""
        finite = exact[exact.isfinite()]
        scale = max(finite.abs().max().item() if finite.numel() else 0.0, self.scale)
        moved = 0.0
        for other in others:
            if other.shape == exact.shape and other.numel():
                off = (other - exact)[exact.isfinite() & other.isfinite()].abs()
                moved = max(moved, off.max().item() if off.numel() else 0.0)
        rounding = self.loosen * FACTOR * (moved + _eps(dtype) * scale) + self.within
        return rounding + self.relative * exact.abs().where(exact.isfinite(), 0) if self.relative else rounding

    def symptom(self, got: Any, want: Want, inputs: Mapping[str, Any]) -> Any:
        if self.of is None:
            return got
        if _misfit(got, want):
            return _Misfit(got)
        try:
            return self._measure(got, {"want": want.value, **inputs})
        except Mistake as mistake:
            return mistake.code

    def alike(self, mine: Any, theirs: Any, want: Want, inputs: Mapping[str, Any]) -> bool:
        if isinstance(mine, _Misfit) and isinstance(theirs, _Misfit):
            return same_value(mine.got, theirs.got, want.any_dtype)
        if isinstance(mine, _Misfit) or isinstance(theirs, _Misfit):
            return False
        return self._same(mine, theirs, want.measured or want, {"want": want.value, **inputs})

    def _same(self, got: Any, other: Any, want: Want, inputs: Mapping[str, Any]) -> bool:
        return same_value(got, other, want.any_dtype) and same_error(got, other, want.exact, want.dtype)


def _eps(dtype: torch.dtype) -> float:
    return torch.finfo(dtype).eps if dtype.is_floating_point else 0.0


class Gradients(Close):
    """For what ``tools.pull_back`` gives: where the reference's gradient is 0, none is as good, and vice versa."""

    def _verdict(self, got: Any, want: Want, inputs: Mapping[str, Any]) -> Mistake | None:
        return super()._verdict(_settled(got, want.value), want, inputs)

    def _same(self, got: Any, other: Any, want: Want, inputs: Mapping[str, Any]) -> bool:
        return super()._same(_settled(got, want.value), _settled(other, want.value), want, inputs)


def _settled(got: Any, value: Mapping[str, Any]) -> Any:
    """The gradients with None in the place of zeros, and zeros in that of None, where the reference has these."""
    if not isinstance(got, dict) or got.keys() != value.keys():
        return got
    found = dict(got)
    for path, wanted in value.items():
        mine = found[path]
        if mine is None and isinstance(wanted, Tensor) and not wanted.any():
            found[path] = torch.zeros_like(wanted)
        elif wanted is None and isinstance(mine, Tensor) and not mine.any():
            found[path] = None
    return found


class Unchanged(Judge):
    """For what is seen beside the result, such as a changed input: the result itself is another check's matter."""

    def verdict(self, got: Any, want: Want, inputs: Mapping[str, Any]) -> Mistake | None:
        return None

    def alike(self, mine: Any, theirs: Any, want: Want, inputs: Mapping[str, Any]) -> bool:
        return True


class Statistic(Close):
    """For random functions: a dict of named results, as ``of`` makes it from what the run returns.

    Each keyword names one of them and gives a function of the inputs, by name, to ``(mean, deviation)`` of an honest
    result; with ``of``, ``want`` is what the reference returns. It may be ``SIGMAS`` deviations off, so that a right
    solution fails once in 5e8 draws.
    The other results are compared with the reference's as ``Close`` does.
    """

    def __init__(
        self, of: Callable[..., Mapping[str, Any]] | None = None, **expected: Callable[..., tuple[Any, Any]]
    ) -> None:
        super().__init__(of=of)
        self.expected = expected

    def _verdict(self, got: Any, want: Want, inputs: Mapping[str, Any]) -> Mistake | None:
        fixed = _without(want.value, self.expected)
        if isinstance(got, dict) and got.keys() == want.value.keys():
            parts = [_without(v, self.expected) for v in (got, want.value, want.exact)]
            spread = [_without(s, self.expected) for s in want.spread]
            if fixed and (mistake := self.compare(parts[0], parts[1], parts[2], spread, want, "")):
                return mistake
            for name, model in self.expected.items():
                if mistake := self._judge(name, got[name], want.value[name], *_call(model, inputs)):
                    return mistake
            return None
        return self.compare(got, want.value, want.exact, want.spread, want, "")

    def _judge(self, name: str, got: Any, value: Any, mean: Any, deviation: Any) -> Mistake | None:
        if _type(got) != _type(value):
            said = {"expected": describe(value), "got": describe(got)}
            return Mistake(_("expected {expected}, got {got}").format(**said), **said)
        got64, mean64, sd64 = (torch.as_tensor(v, dtype=torch.float64) for v in (got, mean, deviation))
        off = (got64 - mean64).abs()
        if bool(((off > SIGMAS * sd64) | got64.isnan()).any()):
            text = _("{name}: expected about {expected}, got {got}")
            said = {"expected": show(mean), "got": show(got)}
            return Mistake(text.format(name=_(name.replace("_", " ")), **said), **said, code=f"statistic {name}")
        return None

    def _same(self, got: Any, other: Any, want: Want, inputs: Mapping[str, Any]) -> bool:
        if not (isinstance(got, dict) and isinstance(other, dict) and got.keys() == other.keys()):
            return same_value(got, other)
        for name, model in self.expected.items():
            values = (got[name], other[name], *_call(model, inputs))
            a, b, mean, sd = (torch.as_tensor(v, dtype=torch.float64) for v in values)
            # Wider than for a right answer: the noise of a wrong one may be larger, and grows with its error.
            allowed = 2 * SIGMAS * sd + ALIKE * (b - mean).abs() + 1e-12
            if a.shape != b.shape or bool(((a - b).abs() > allowed).any()):
                return False
        return same_value(_without(got, self.expected), _without(other, self.expected))


class By(Judge):
    """A judge written by the author: a function of ``got``, ``want``, ``sizes`` and any inputs, taken by name.

    It returns None or a ``Mistake``. Two wrong results are the same mistake if their mistakes have the same code.
    """

    def __init__(self, function: Callable[..., Mistake | None]) -> None:
        self.function = function

    def verdict(self, got: Any, want: Want, inputs: Mapping[str, Any]) -> Mistake | None:
        if mistake := _misfit(got, want):
            return mistake
        return _call(self.function, {**inputs, "got": got, "want": want.value, "sizes": want.sizes})

    def symptom(self, got: Any, want: Want, inputs: Mapping[str, Any]) -> str | None:
        return _code(self.verdict(got, want, inputs))

    def alike(self, mine: Any, theirs: Any, want: Want, inputs: Mapping[str, Any]) -> bool:
        return mine is not None and mine == theirs


class OneOf(Judge):
    """For a result that may be one of several: ``right``, a function of ``want``, ``sizes`` and any inputs, by name,
    gives these, the usual one first. None is compared but as a whole, exactly: ints, strings, lists of them."""

    def __init__(self, right: Callable[..., Sequence[Any]]) -> None:
        self.right = right

    def verdict(self, got: Any, want: Want, inputs: Mapping[str, Any]) -> Mistake | None:
        values = _call(self.right, {**inputs, "want": want.value, "sizes": want.sizes})
        mistakes = [Close().compare(got, value, value, [], replace(want, tolerances={}), "") for value in values]
        return mistakes[0] if all(mistakes) else None

    def alike(self, mine: Any, theirs: Any, want: Want, inputs: Mapping[str, Any]) -> bool:
        return same_value(mine, theirs)


class SameTypes(Judge):
    """The types of everything inside a result, the shapes and dtypes of tensors, and nothing of its numbers."""

    def verdict(self, got: Any, want: Want, inputs: Mapping[str, Any]) -> Mistake | None:
        parts = [_zeroed(value) for value in (got, want.value, want.exact)]
        return Close().compare(parts[0], parts[1], parts[2], [], replace(want, tolerances={}), "")

    def symptom(self, got: Any, want: Want, inputs: Mapping[str, Any]) -> str | None:
        return _code(self.verdict(got, want, inputs))

    def alike(self, mine: Any, theirs: Any, want: Want, inputs: Mapping[str, Any]) -> bool:
        return mine is not None and mine == theirs


class Threshold(Judge):
    """For training: a metric, computed here from what the run returned and from inputs it never saw.

    metric: function of ``got`` and any inputs, by name. chance: what guessing gives. higher: whether more is better.
    curve: the entry of the result that holds the loss after each epoch. The threshold comes from ``kata calibrate``.
    """

    def __init__(
        self, metric: Callable[..., float], *, chance: float, curve: str = "losses", higher: bool = True
    ) -> None:
        self.metric = metric
        self.chance = chance
        self.curve = curve
        self.higher = higher

    @property
    def name(self) -> str:
        return self.metric.__name__.replace("_", " ")

    def measure(self, got: Any, inputs: Mapping[str, Any]) -> float:
        return float(_call(self.metric, {**inputs, "got": got}))

    def verdict(self, got: Any, want: Want, inputs: Mapping[str, Any]) -> Mistake | None:
        if mistake := _misfit(got, want):
            return mistake
        if want.calibration is None:
            raise LookupError("this training check has no calibration for this data and these settings")
        metric, threshold = self.measure(got, inputs), float(want.calibration["threshold"])
        sign = 1 if self.higher else -1
        if sign * metric >= sign * threshold:  # never true of NaN
            return None
        said = {"expected": f"{threshold:.3g}", "got": f"{metric:.3g}"}
        values = {"metric": _(self.name), **said}
        if not sign * metric > sign * (self.chance + (threshold - self.chance) / 4):
            text = _("nothing was learned: {metric} {got}, where guessing gives {chance:g}")
            return Mistake(text.format(chance=self.chance, **values), **said, code="did not start")
        typical = want.calibration.get("typical", threshold)
        text = _("it learns, but not enough: {metric} {got}, at least {expected} is needed ({typical:.3g} is typical)")
        if not self.higher:
            text = _("it learns, but not enough: {metric} {got}, at most {expected} will do ({typical:.3g} is typical)")
        return Mistake(text.format(typical=typical, **values), **said, code="too little")

    def alike(self, mine: Any, theirs: Any, want: Want, inputs: Mapping[str, Any]) -> bool:
        return same_value(mine, theirs)


@dataclass(frozen=True)
class _Misfit:
    """A result of which nothing can be measured."""

    got: Any


def _code(mistake: Mistake | None) -> str | None:
    return None if mistake is None else mistake.code


def _misfit(got: Any, want: Want) -> Mistake | None:
    """Whether a result has other types, shapes or dtypes than the reference's, whatever its numbers."""
    parts = [_skeleton(value) for value in (got, want.value, want.exact)]
    return Close().compare(parts[0], parts[1], parts[2], [], replace(want, tolerances={}), "")


def _alike(got: Any, other: Any) -> bool:
    """Whether two results have the same types, shapes and dtypes, item by item."""
    if _type(got) != _type(other):
        return False
    if isinstance(got, Tensor):
        return got.shape == other.shape and got.dtype == other.dtype
    if isinstance(got, dict):
        return got.keys() == other.keys() and all(_alike(got[key], other[key]) for key in got)
    if isinstance(got, list | tuple):
        return len(got) == len(other) and all(map(_alike, got, other))
    return True


def same_value(got: Any, other: Any, any_dtype: bool = False) -> bool:
    """Whether two results agree everywhere, up to rounding, and to the dtype if so asked; NaN agrees with NaN."""
    if _type(got) != _type(other):
        return False
    if isinstance(got, Tensor):
        cast = any_dtype and got.is_floating_point() and other.is_floating_point()
        if got.shape != other.shape or (got.dtype != other.dtype and not cast):
            return False
        a, b = _as64(got), _as64(other)
        finite = b[b.isfinite()]
        scale = finite.abs().max().item() if finite.numel() else 0.0
        return torch.allclose(a, b, rtol=0.0, atol=SAMENESS * scale + 1e-12, equal_nan=True)
    if isinstance(got, dict):
        return got.keys() == other.keys() and all(same_value(got[key], other[key], any_dtype) for key in got)
    if isinstance(got, list | tuple):
        return len(got) == len(other) and all(same_value(a, b, any_dtype) for a, b in zip(got, other, strict=True))
    if isinstance(got, float):
        return got == other or (got != got and other != other) or math.isclose(got, other, rel_tol=SAMENESS)
    return bool(got == other)


def same_error(got: Any, other: Any, right: Any, dtype: torch.dtype) -> bool:
    """Whether two results that agree are also off by the same, so that the one explains the other.

    Whatever is nearly right agrees with everything else that is. Errors are shares of a tensor's largest element, and
    the largest of all tensors counts. dtype: what Python's numbers were computed in.
    """
    mine = theirs = apart = rounding = 0.0
    for a, b, c in _floats(got, other, right, dtype):
        rounding = max(rounding, FACTOR * torch.finfo(a.dtype).eps)
        a, b, c = _as64(a), _as64(b), _as64(c)
        scale = c.abs().max().item() or 1.0
        mine = max(mine, (a - c).abs().max().item() / scale)
        theirs = max(theirs, (b - c).abs().max().item() / scale)
        apart = max(apart, (a - b).abs().max().item() / scale)
    small, large = sorted((mine, theirs))
    return large <= rounding or apart <= ALIKE * small or large <= min(LOW_PRECISION, NOISE * small)


def _floats(got: Any, other: Any, right: Any, dtype: torch.dtype) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
    """Three results side by side, a floating tensor after the other, as far as they are alike and finite."""
    if isinstance(right, dict) and isinstance(got, dict) and isinstance(other, dict):
        for key in right.keys() & got.keys() & other.keys():
            yield from _floats(got[key], other[key], right[key], dtype)
    elif isinstance(right, list | tuple) and isinstance(got, list | tuple) and isinstance(other, list | tuple):
        for parts in zip(got, other, right, strict=False):
            yield from _floats(*parts, dtype)
    elif isinstance(right, float) and isinstance(got, float) and isinstance(other, float):
        numbers = torch.tensor([got, other, right], dtype=dtype if dtype.is_floating_point else torch.float64)
        yield from _floats(numbers[0], numbers[1], numbers[2], dtype)
    elif all(isinstance(t, Tensor) and t.is_floating_point() and t.shape == right.shape for t in (right, got, other)):
        finite = got.isfinite() & other.isfinite() & right.isfinite()
        if finite.any():
            yield got[finite], other[finite], right[finite]


def describe(value: Any) -> str:
    """What kind of thing a value is: ``a float32 tensor of shape (2, 3)``, ``a Python float``."""
    match value:
        case Tensor():
            return _("a tensor of {dtype} and shape {shape}").format(dtype=_dtype(value), shape=tuple(value.shape))
        case Opaque():
            return _("an object of type {type}").format(type=value.type_name)
        case None:
            return "None"
        case list() | tuple():
            return _("a {type} of {n} items").format(type=type(value).__name__, n=len(value))
        case _:
            return _("a Python {type}").format(type=type(value).__name__)


def show(value: Any, limit: int = 400) -> str:
    """A value as a learner would print it, cut at ``limit`` characters."""
    if isinstance(value, Tensor):
        text = str(value.tolist()) if value.dim() == 0 else _numbers(value)
    elif isinstance(value, float):
        text = f"{value:.6g}"
    elif isinstance(value, list | tuple):
        inner = ", ".join(show(item, limit) for item in value)
        text = f"[{inner}]" if isinstance(value, list) else f"({inner}{',' * (len(value) == 1)})"
    elif isinstance(value, dict):
        text = "{" + ", ".join(f"{key}: {show(item, limit)}" for key, item in value.items()) + "}"
    else:
        text = repr(value)
    return _cut(text, limit)


def _cut(text: str, limit: int = 400) -> str:
    return text if len(text) <= limit else text[:limit] + " ..."


def _numbers(value: Tensor) -> str:
    """The elements of a tensor, nested as its axes are, with four digits."""
    if value.dim() == 0:
        item = value.item()
        return f"{item:.4g}" if isinstance(item, float) else str(item)
    if not value.numel():  # its other axes may be as long as they like
        return "[]"
    if value.dim() > 1 and value.shape[0] > 8:
        inner = [_numbers(row) for row in value[:8]] + ["..."]
    else:
        inner = [_numbers(row) for row in value]
    separator = ",\n " if value.dim() == 2 else ", "
    return "[" + separator.join(inner) + "]"


def name_axes(shape: Sequence[int], labels: Sequence[str], sizes: Mapping[str, int]) -> str:
    """A shape with its axes named where a size belongs to one name only: ``(batch 4, keys 6)``."""
    known: dict[int, set[str]] = {}
    for name, size in sizes.items():
        known.setdefault(size, set()).add(name)
    parts = []
    for index, size in enumerate(shape):
        names = {labels[index]} if index < len(labels) else known.get(size, set())
        only = next(iter(names)).replace("_", " ") if len(names) == 1 else ""
        parts.append(f"{_(only)} {size}" if only and not only.isdigit() else str(size))
    return f"({', '.join(parts)}{',' * (len(parts) == 1)})"


def _shape_mistake(result: Tensor, right: Tensor, labels: Sequence[str], want: Want, where: str) -> Mistake:
    got, expected = result.shape, right.shape
    by_label = dict(zip(labels, expected, strict=False))
    known = {n: s for n, s in want.sizes.items() if s not in by_label.values()} | by_label
    said = {"expected": name_axes(expected, labels, known), "got": name_axes(got, (), {})}
    message = _("expected shape {expected}{where}, got {got}")
    if sorted(got) == sorted(expected):
        said["got"] = name_axes(got, (), known)
    for name, dims in want.shapes.items():
        if [want.sizes.get(dim) for dim in dims] == list(got):
            said["got"] = name_axes(got, dims, known)
            message = _("expected shape {expected}{where}, got the shape of {name}: {got}")
            message = message.replace("{name}", name)
            break
    message = message.format(where=where, **said)
    if len(got) != len(expected):
        text = _(": the number of axes is {got}, not {expected}")
        message += text.format(got=len(got), expected=len(expected))
    else:
        differ = [i for i, (a, b) in enumerate(zip(got, expected, strict=True)) if a != b]
        if len(differ) == 2 and same_value(_as64(result.transpose(*differ)), _as64(right)):
            last = differ[0] == len(expected) - 2
            message += _(": the last two axes are swapped") if last else _(": two axes are swapped")
    return Mistake(message, **said, code=f"shape {tuple(got)}")


def _value_mistake(
    got: Tensor, exact: Tensor, wrong: Tensor, labels: Sequence[str], where: str, kind: str = "value"
) -> Mistake:
    first = tuple(int(i) for i in wrong.nonzero()[0])
    if len(labels) == len(first):
        position = ", ".join(f"{_(n.replace('_', ' '))} {i}" for n, i in zip(labels, first, strict=True))
    else:
        position = ", ".join(map(str, first))
    said = apart(exact[first].item(), got[first].item())
    at = _(" at [{position}]").format(position=position) if first else ""
    text = _("expected {expected}{where}{at}, got {got}").format(where=where, at=at, **said)
    count = int(wrong.sum())
    if wrong.numel() > 1:
        text += _(" ({count} of {total} elements differ)").format(count=count, total=wrong.numel())
    if exact.numel() <= 64:
        return Mistake(text, expected=_numbers(exact), got=_numbers(got), code=kind)
    return Mistake(text, **said, code=kind)


def apart(expected: Any, got: Any) -> dict[str, str]:
    """Two numbers with as many digits as it takes to tell them apart."""
    for digits in (4, 6, 9, 12, 17):
        said = {"expected": f"{expected:.{digits}g}", "got": f"{got:.{digits}g}"}
        if said["expected"] != said["got"]:
            break
    return said


def _type(value: Any) -> str:
    """A name for the type of a value. What could not travel is of no type that can, whatever it calls itself."""
    return repr(value) if isinstance(value, Opaque) else type(value).__name__


def _dtype(value: Tensor) -> str:
    return str(value.dtype).removeprefix("torch.")


def _as64(value: Tensor) -> Tensor:
    return value if value.dtype.is_complex else value.to(torch.float64)


def _without(value: Mapping[str, Any], names: Mapping[str, Any]) -> dict[str, Any]:
    return {key: item for key, item in value.items() if key not in names}


def _skeleton(value: Any) -> Any:
    """The value with all numbers made 0, and without the items of lists, of which there may be any number."""
    return _zeroed(value, lists=False)


def _zeroed(value: Any, lists: bool = True) -> Any:
    """The value with all numbers made 0: what is left is types, shapes and dtypes."""
    if isinstance(value, Tensor):
        return torch.zeros_like(value)
    if isinstance(value, dict):
        return {key: _zeroed(item, lists) for key, item in value.items()}
    if isinstance(value, list) and not lists:
        return []
    if isinstance(value, list | tuple):
        items = [_zeroed(item, lists) for item in value]
        return items if isinstance(value, list) else tuple(items)
    return type(value)() if isinstance(value, bool | int | float | str) else value


def _call(function: Callable[..., Any], values: Mapping[str, Any]) -> Any:
    """Calls a function with those of the values that its parameters name; one with a default need not be among them."""
    parameters = _parameters(function)
    return function(**{name: values[name] for name, needed in parameters.items() if needed or name in values})


@cache
def _parameters(function: Callable[..., Any]) -> dict[str, bool]:
    """The parameters' names, and whether each is without a default."""
    return {name: p.default is p.empty for name, p in inspect.signature(function).parameters.items()}
