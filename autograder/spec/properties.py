"""Properties that the result of any call should have, asked in every case that the value checks of a call draw.

A student's code has a branch for each kind of input, and a fault may sit in one of them: so a property is asked
wherever the value is, as one check that costs its points once. Where the value itself is wrong it is not asked.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import torch
from torch import Tensor

from autograder.messages import N_
from autograder.spec.case import Case
from autograder.spec.errors import Unfit
from autograder.spec.judges import Close, Gradients, Judge, SameTypes, Unchanged
from autograder.spec.observed import changed, seen
from autograder.spec.tools import as_view, cotangent, pull_back, pull_back_all, recorded_modules
from autograder.spec.values import map_tensors, tensors, to_dtype
from autograder.syntax import tree

if TYPE_CHECKING:
    from autograder.spec.check import Check

Run = Callable[..., Any]

# Longer gradients are told by one number each: to keep them all would fill the cache of expectations.
MAX_GRADIENT = 512
# What a result is overwritten with, to see whether the next one is another tensor.
SPOILT = 7


@dataclass(frozen=True)
class Property:
    """name: how it is referred to. check: the usual name of its check. line: what the learner reads."""

    name: str
    check: str
    line: str
    # Whether a probe shows it too. Whether it is asked of results as they are, before a call's ``then``.
    probed: ClassVar[bool] = True
    raw: ClassVar[bool] = False

    def suits(self, check: Check) -> bool:
        """Whether it is asked of the cases of a check, by its judge."""
        return isinstance(check.judge, Close)

    def cases(self, base: tuple[Check, Case]) -> Iterator[Case]:
        """The cases that ask for the property in a case of another check."""
        yield Case(0, {}, torch.float32, base)

    def run(self, run: Run) -> Run:
        """The run of a case, made of its base's."""
        return run

    def judge(self, judge: Judge) -> Judge:
        """The judge of a case, made of its base's."""
        return judge

    def statements(self, statements: list[str]) -> list[str]:
        """What the learner reads of the run, made of the base's statements."""
        return statements


class Dtype(Property):
    """The dtype of the result is that of the inputs, and float64 has its full precision."""

    def cases(self, base: tuple[Check, Case]) -> Iterator[Case]:
        yield Case(0, {}, torch.float32, base, same=True, observed=True)
        yield Case(0, {}, torch.float64, base)


class Views(Property):
    """Inputs may be strided views of other tensors: with these, too, the result has its dtype and its graph, and the
    inputs stay as they are, if they do so with others."""

    def cases(self, base: tuple[Check, Case]) -> Iterator[Case]:
        yield Case(0, {}, torch.float32, base, same=True)

    def run(self, run: Run) -> Run:
        def on_views(student: Any, **inputs: Any) -> Any:
            result = _on_views(run)(student, **map_tensors(inputs, Tensor.clone))
            _compare_manners(run, student, inputs)
            return result

        return on_views

    def statements(self, statements: list[str]) -> list[str]:
        """The entry point is handed views: ``as_view(X)`` in the place of X."""
        return [ast.unparse(_Viewed().visit(tree(statement))) for statement in statements]


def _on_views(run: Run) -> Run:
    def on_views(student: Any, **inputs: Any) -> Any:
        return run(student, **{name: as_view(value) for name, value in inputs.items()})

    return on_views


def _compare_manners(run: Run, student: Any, inputs: dict[str, Any]) -> None:
    """Raises ``Unfit`` where a run shows another manner with views. What it lacks with any inputs is another check's
    matter."""

    def given() -> dict[str, Any]:
        leaves = to_dtype(map_tensors(inputs, Tensor.clone), torch.float64)
        return map_tensors(leaves, lambda t: t.requires_grad_().clone() if t.is_floating_point() else t)

    try:
        expected = _manner(run, student, given())
    except BaseException:  # also sys.exit and KeyboardInterrupt
        return
    got = _manner(run, student, as_view(given()))
    for what in expected:
        if got.get(what, expected[what]) != expected[what]:
            text = N_("where the inputs are views of other tensors, {what} is {got}; else it is {expected}")
            raise Unfit(text, what=what, got=got[what], expected=expected[what])


def _manner(run: Run, student: Any, inputs: dict[str, Any]) -> dict[str, str]:
    """What is seen beside the values: the dtype and the graph of each result, and which inputs are changed."""
    before = seen(inputs)
    result = run(student, **inputs)
    after = changed(before, inputs)
    manner = {name: "changed" if name in after else "unchanged" for name in before}
    for path, t in tensors(result):
        graph = "with a gradient" if t.requires_grad else "without a gradient"
        manner[f"the result{path}"] = f"{str(t.dtype).removeprefix('torch.')} {graph}"
    return manner


class _Viewed(ast.NodeTransformer):
    def visit_Call(self, node: ast.Call) -> ast.Call:
        if isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value) == "student":
            node.args = [_as_view(a) if isinstance(a, ast.Name) else a for a in node.args]
            return node
        self.generic_visit(node)
        return node


def _as_view(node: ast.expr) -> ast.expr:
    return ast.Call(ast.Name("as_view"), [node], [])


class Unaltered(Property):
    """What is passed in stays as it is."""

    def cases(self, base: tuple[Check, Case]) -> Iterator[Case]:
        yield Case(0, {}, torch.float32, base, same=True, observed=True)

    def judge(self, judge: Judge) -> Judge:
        return Unchanged()


class Types(Property):
    """Results have the right types, where a call's ``then`` lets them be others."""

    probed = False
    raw = True

    def suits(self, check: Check) -> bool:
        return check.then is not None

    def judge(self, judge: Judge) -> Judge:
        return SameTypes()


class New(Property):
    """A second call returns other tensors than the first: who changes one does not change the other."""

    probed = False

    def run(self, run: Run) -> Run:
        def twice(student: Any, **inputs: Any) -> dict[str, Any]:
            first = run(student, **map_tensors(inputs, Tensor.clone))
            owned = [_owned(t) for _path, t in tensors(first)]
            kept = [t.clone() for t in owned]
            for t in owned:
                t.fill_(SPOILT)
            second = map_tensors(run(student, **inputs), lambda t: t.detach().clone())
            for t, was in zip(owned, kept, strict=True):  # later checks may be given it again
                t.copy_(was)
            return {f"the second result, after the first was filled with {SPOILT}": second}

        return twice

    def judge(self, judge: Judge) -> Judge:
        return Close()


def _owned(t: Tensor) -> Tensor:
    """What can be written of a tensor: of one that was expanded one of the elements that share memory."""
    t = t.detach()
    for axis, step in enumerate(t.stride()):
        if step == 0 and t.shape[axis] > 1:
            t = t.narrow(axis, 0, 1)
    return t


@dataclass(frozen=True)
class Flow(Property):
    """Gradients arrive at each floating input, and at the parameters of each module that the run loads.

    of: names of the inputs; all of them, if there is none. zeros: what is exactly 0 has to be exactly 0. dtypes: in
    which it is asked.
    """

    of: tuple[str, ...] = ()
    zeros: bool = False
    dtypes: tuple[str, ...] = ("float32",)

    def cases(self, base: tuple[Check, Case]) -> Iterator[Case]:
        yield from (Case(0, {}, getattr(torch, dtype), base) for dtype in self.dtypes)

    def run(self, run: Run) -> Run:
        def pulled_back(student: Any, **inputs: Any) -> dict[str, Any]:
            return condensed(pull_back(*self.forward(run, student, inputs)))

        return pulled_back

    def forward(self, run: Run, student: Any, inputs: dict[str, Any]) -> tuple[Any, dict[str, Tensor]]:
        """What a run returns, and the leaves at which gradients of it are wanted."""
        wanted: dict[str, Tensor] = {}

        def leaf(t: Tensor) -> Tensor:
            return t.clone().requires_grad_() if t.is_floating_point() else t

        for name, value in inputs.items():
            if not self.of or name in self.of:
                inputs[name] = map_tensors(value, leaf)
                wanted |= {path: t for path, t in tensors(inputs[name], name) if t.is_floating_point()}
        with recorded_modules() as nets:
            # No leaf is handed over: writing into an input is another check's matter.
            output = run(student, **map_tensors(inputs, lambda t: t.clone() if t.requires_grad else t))
        parameters = [p for net in nets for p in net.parameters()]
        return output, wanted | {f"parameter {i}": p for i, p in enumerate(parameters)}

    def statements(self, statements: list[str]) -> list[str]:
        """The gradients of a plain call, which is one statement; of a longer run what it calls."""
        returned = tree(statements[-1]).body[0]
        if len(statements) > 1 or not isinstance(returned, ast.Return) or returned.value is None:
            return statements
        names = [node.id for node in ast.walk(returned.value) if isinstance(node, ast.Name) and node.id != "student"]
        listed, given = ", ".join(names), ", ".join(f"{name}={name}" for name in names)
        return [f"return gradients(lambda {listed}: {ast.unparse(returned.value)}, {given})"]

    def judge(self, judge: Judge) -> Judge:
        if not isinstance(judge, Close):
            return Gradients(zeros=self.zeros)
        return Gradients(loosen=judge.loosen, relative=judge.relative, within=judge.within, zeros=self.zeros)


@dataclass(frozen=True)
class Probe(Property):
    """Everything at a time, in all cases together: in float64, on views, and with gradients, if ``flow`` is asked.

    Where a probe comes out right, so would each of the properties alone, and three runs are spared.
    """

    flow: Flow | None = None

    def together(self, runs: Iterable[tuple[Run, dict[str, Any]]], student: Any) -> list[dict[str, Any]]:
        """The value, the inputs that were changed, and the gradients, of each run with its inputs."""
        after: list[list[str]] = []
        begun = [self._forward(_observed(run, after), student, to_dtype(inputs, torch.float64)) for run, inputs in runs]
        found: list[dict[str, Any]] = [
            {"value": map_tensors(output, torch.Tensor.detach), "changed": names}
            for (output, _wanted), names in zip(begun, after, strict=True)
        ]
        if self.flow is not None:
            for result, gradients in zip(found, pull_back_all(begun), strict=True):
                result["gradients"] = condensed(gradients)
        return found

    def _forward(self, run: Run, student: Any, inputs: dict[str, Any]) -> tuple[Any, dict[str, Tensor]]:
        if self.flow is None:
            return _on_views(run)(student, **inputs), {}
        return self.flow.forward(_on_views(run), student, inputs)


def _observed(run: Run, after: list[list[str]]) -> Run:
    """The run, which adds to ``after`` the inputs that it changes."""

    def observed(student: Any, **inputs: Any) -> Any:
        before = seen(inputs)
        result = run(student, **inputs)
        after.append(changed(before, inputs))
        return result

    return observed


def condensed(gradients: dict[str, Tensor | None]) -> dict[str, Tensor | None]:
    """Gradients, a long one as one number."""
    return {
        name: g if g is None or g.numel() <= MAX_GRADIENT else (g * cotangent(g)).sum() for name, g in gradients.items()
    }


PROPERTIES: Mapping[str, Property] = {
    p.name: p
    for p in (
        Dtype("dtype", "keeps_the_dtype", "keeps the dtype of its inputs, and in float64 its full precision"),
        Flow("gradients", "lets_gradients_through", "lets gradients flow"),
        Views("views", "takes_views", "takes inputs that are strided views of other tensors, as X.T is"),
        Unaltered("unchanged", "leaves_its_inputs_alone", "leaves its inputs unchanged"),
        Types("types", "returns_python_numbers", "returns Python numbers"),
        New("new", "returns_new_tensors", "returns new tensors at each call"),
    )
}
