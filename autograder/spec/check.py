"""One check of an exercise: its inputs, its run and its judge, in one or more cases.

*Inputs* are declared; the grader draws them from a seed. The *run* alone touches the student's code, in another
process, and returns plain tensors, numbers, strings and lists or dicts of these. The *judge* (by default ``Close``)
looks at what came back, in the grader.
"""

from __future__ import annotations

import ast
import hashlib
import inspect
import random
import textwrap
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import torch

from autograder.spec.case import Case
from autograder.spec.forbidden import Family
from autograder.spec.inputs import LEFT_OUT, Draw, Input, Size, declared_inputs, draw_sizes, draw_value
from autograder.spec.judges import Judge
from autograder.spec.plain_call import PlainCall
from autograder.spec.properties import Property
from autograder.syntax import tree

Run = Callable[..., Any]


@dataclass
class Check:
    """One check, with what a report needs to know about it.

    then: a helper that makes of the run's result what is judged.
    asks: the property that it asks of the cases of other checks. asked_apart: the properties that have checks of their
    own, so that this one need not ask for them.
    """

    name: str
    line: str
    points: float
    run: Run
    inputs: Mapping[str, Any]
    judge: Judge
    cases: tuple[Case, ...]
    then: Callable[[Any], Any] | None = None
    needs: tuple[str, ...] = ()
    follows_from: tuple[str, ...] = ()
    axes: Sequence[str] = ()
    results: Mapping[str, Sequence[str]] = field(default_factory=dict)
    mutates: tuple[str, ...] = ()
    forbid: tuple[Family, ...] = ()
    training: bool = False
    gpu: bool = False
    hidden: bool = False
    picture: bool = False
    seconds: float = 0.0
    memory_mb: int = 0
    sizes: Mapping[str, Size] = field(default_factory=dict)
    constraint: Callable[..., bool] | None = None
    asks: Property | None = None
    asked_apart: set[str] = field(default_factory=set)

    def __call__(self, function: Run) -> Check:
        """Gives the check of a property the name and the docstring of a function that it decorates."""
        assert self.asks, "only the check of a property gets its name later"
        self.name, self.line = function.__name__, line_of(function)
        return self

    def runs_on(self, device: str) -> bool:
        """Whether it is made on such a device: one that needs a GPU carries no points elsewhere."""
        return not self.gpu or device != "cpu"

    def origin(self, case: Case) -> tuple[Check, Case]:
        """The check and the case that the inputs of a case belong to: its base, or its own."""
        return case.base or (self, case)

    def run_of(self, case: Case) -> Run:
        """The run of a case: a function of the student and of ``arguments``."""
        origin = self.origin(case)[0]
        run, then = origin.run, self._then(origin)
        if then is not None:
            run = _followed(run, then)
        return self.asks.run(run) if self.asks else run

    def _then(self, origin: Check) -> Callable[[Any], Any] | None:
        return None if self.asks and self.asks.raw else origin.then

    def judge_of(self, case: Case) -> Judge:
        """What the result of a case is judged by."""
        return self.asks.judge(case.base[0].judge) if self.asks and case.base else self.judge

    @cached_property
    def _secrets(self) -> frozenset[str]:
        return frozenset(n for n, d in self.inputs.items() if any(i.secret for i in declared_inputs(d)))

    def public(self, case: Case, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """The inputs without those that only the judge sees."""
        secrets = self.origin(case)[0]._secrets
        return {name: value for name, value in inputs.items() if name not in secrets}

    def draw(self, case: Case, seed: str, device: str = "cpu", data: str = "") -> tuple[dict[str, Any], dict[str, int]]:
        """The inputs of a case and the sizes of its dimensions; the same for the same seed everywhere.

        data: the data set to train on, else the one that serves the device best.
        """
        if case.base:
            check, base = case.base
            return check.draw(replace(base, dtype=case.dtype), seed, device, data)
        digest = hashlib.sha256(f"{seed}|{self.name}|{case.index}".encode()).digest()
        rng = random.Random(digest)
        generator = torch.Generator().manual_seed(int.from_bytes(digest[:7], "big"))
        declared = self.declared(case)
        names = [n for d in declared.values() for i in declared_inputs(d) for n in i.names]
        fixed = {n: size for n, size in case.overrides.items() if n not in self.inputs}
        sizes = draw_sizes(names, self.sizes, fixed, self.constraint, rng)
        draw = Draw(generator, sizes, case.dtype, device, data)
        return {name: draw_value(value, draw) for name, value in declared.items()}, sizes

    def follows_the_dtype(self, case: Case) -> bool:
        """Whether all floating inputs have the dtype of their case: in another one they are the same, converted."""
        return not any(i.own_dtype for declared in self.declared(case).values() for i in declared_inputs(declared))

    def declared(self, case: Case) -> dict[str, Any]:
        """The declarations of a case's inputs, without those that it leaves out."""
        check, base = self.origin(case)
        found = {name: base.overrides.get(name, declared) for name, declared in check.inputs.items()}
        return {name: declared for name, declared in found.items() if declared is not LEFT_OUT}

    @cached_property
    def _takes(self) -> Collection[str] | None:
        parameters = inspect.signature(self.run).parameters.values()
        return None if any(p.kind is p.VAR_KEYWORD for p in parameters) else {p.name for p in parameters}

    def arguments(self, case: Case, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """Those of the inputs that the run takes; the others are for the judge, or choose among calibrations."""
        takes = self.origin(case)[0]._takes
        return {name: value for name, value in inputs.items() if takes is None or name in takes}

    def dims(self, case: Case) -> dict[str, tuple[str, ...]]:
        """For each input that is one tensor of named dimensions, these: labels of its axes."""
        declared = self.declared(case)
        return {name: tuple(map(str, d.dims)) for name, d in declared.items() if isinstance(d, Input) and d.dims}

    def statements(self, case: Case) -> list[str]:
        """What the run does in a case, as statements for a learner to read and repeat."""
        check, _base = self.origin(case)
        found = check._body
        if isinstance(check.run, PlainCall):
            given = {name: name for name in self.declared(case) if name not in check._secrets}
            found = [f"return {check.run.expression(given)}"]
        if then := self._then(check):
            *before, last = found
            found = [*before, f"return {then.__name__}({last.removeprefix('return ')})"]
        return self.asks.statements(found) if self.asks else found

    @cached_property
    def _body(self) -> list[str]:
        """The statements of the run as source lines, without its docstring."""
        if isinstance(self.run, PlainCall):
            return []
        function = tree(textwrap.dedent(inspect.getsource(self.run))).body[0]
        assert isinstance(function, ast.FunctionDef)
        has_docstring = ast.get_docstring(function) is not None
        return [ast.unparse(statement) for statement in function.body[has_docstring:]]

    def called(self, case: Case) -> str:
        """The call of the student's code in the run, as a learner would write it: ``corr2d(X, K)``."""
        for node in ast.walk(tree("\n".join(self.statements(case)))):
            if not isinstance(node, ast.Call):
                continue
            arguments = [*node.args, *(keyword.value for keyword in node.keywords)]
            if _is_entry(node.func):
                return ast.unparse(node).replace("student.", "")
            handed = next((i for i, argument in enumerate(arguments) if _is_entry(argument)), None)
            if handed is not None:  # to a helper: gradients(student.f, X=X), error_of(ValueError, student.f, X)
                rest = ", ".join(ast.unparse(argument) for argument in arguments[handed + 1 :])
                return f"{ast.unparse(arguments[handed])}({rest})".replace("student.", "")
        return self.name


def line_of(function: Run) -> str:
    """The line of a check that the learner reads. Raises ValueError where there is none."""
    line = inspect.getdoc(function)
    if not line:
        raise ValueError(f"{function.__name__}: the docstring is the learner's line, write one")
    return " ".join(line.split())


def _followed(run: Run, then: Callable[[Any], Any]) -> Run:
    return lambda student, **inputs: then(run(student, **inputs))


def _is_entry(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "student"
