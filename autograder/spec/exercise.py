"""What an author writes an exercise with: an ``Exercise``, its checks and its hints.

    exercise = Exercise(entry="corr2d", forbid="convolution", sizes={"height": (5, 7), ...})

    @exercise.check(points=4, X=normal("height", "width"), K=normal("kernel_height", "kernel_width"))
    def sums_each_window(student, X, K):
        \"\"\"sums the elementwise products of the kernel with each window of the input\"\"\"
        return student.corr2d(X, K)

A check is three parts. *Inputs* are declared; the grader draws them from a seed. The decorated function
is the *run*: it alone touches the student's code, in another process, and returns plain tensors, numbers,
strings and lists or dicts of these. The *judge* (by default ``Close``) looks at what came back, in the grader.
The docstring is the line that the learner reads.
"""

from __future__ import annotations

import ast
import hashlib
import inspect
import random
import textwrap
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import torch

from autograder.spec.forbidden import Family, families
from autograder.spec.inputs import Draw, Input, declared_inputs, draw_sizes, draw_value
from autograder.spec.judges import Close, Judge

Run = Callable[..., Any]


@dataclass(frozen=True)
class Case:
    """One set of inputs of a check: overriding sizes or inputs by name, in one floating dtype."""

    index: int
    overrides: Mapping[str, Any]
    dtype: torch.dtype


@dataclass
class Check:
    """One check: the inputs, the run and the judge, with what a report needs to know about it."""

    name: str
    line: str
    points: float
    run: Run
    inputs: Mapping[str, Any]
    judge: Judge
    cases: tuple[Case, ...]
    needs: tuple[str, ...] = ()
    axes: Sequence[str] = ()
    results: Mapping[str, Sequence[str]] = field(default_factory=dict)
    mutates: tuple[str, ...] = ()
    forbid: tuple[Family, ...] = ()
    training: bool = False
    hidden: bool = False
    picture: bool = False
    seconds: float = 0.0
    memory_mb: int = 0
    sizes: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    constraint: Callable[..., bool] | None = None

    @cached_property
    def secrets(self) -> set[str]:
        """Names of the inputs that only the judge sees."""
        return {n for n, d in self.inputs.items() if any(i.secret for i in declared_inputs(d))}

    def draw(self, case: Case, seed: str, device: str = "cpu") -> tuple[dict[str, Any], dict[str, int]]:
        """The inputs of a case and the sizes of its dimensions; the same for the same seed everywhere."""
        digest = hashlib.sha256(f"{seed}|{self.name}|{case.index}".encode()).digest()
        rng = random.Random(digest)
        generator = torch.Generator().manual_seed(int.from_bytes(digest[:7], "big"))
        declared = {name: case.overrides.get(name, value) for name, value in self.inputs.items()}
        names = [n for d in declared.values() for i in declared_inputs(d) for n in i.names]
        fixed = {n: size for n, size in case.overrides.items() if n not in self.inputs}
        sizes = draw_sizes(names, self.sizes, fixed, self.constraint, rng)
        draw = Draw(generator, sizes, case.dtype, device)
        return {name: draw_value(value, draw) for name, value in declared.items()}, sizes

    @cached_property
    def takes(self) -> list[str]:
        """The inputs that the run takes; the others are for the judge, or choose among calibrations."""
        return [name for name in inspect.signature(self.run).parameters if name != "student"]

    def dims(self, name: str) -> tuple[str, ...]:
        """The dimensions of an input as labels of its axes; none if it is no single tensor of named dimensions."""
        declared = self.inputs.get(name)
        return tuple(map(str, declared.dims)) if isinstance(declared, Input) else ()

    @cached_property
    def body(self) -> list[str]:
        """The statements of the run as source lines, without its docstring."""
        function = ast.parse(textwrap.dedent(inspect.getsource(self.run))).body[0]
        assert isinstance(function, ast.FunctionDef)
        has_docstring = ast.get_docstring(function) is not None
        return [ast.unparse(statement) for statement in function.body[has_docstring:]]

    @cached_property
    def call(self) -> str:
        """The call of the student's code in the run, as a learner would write it: ``corr2d(X, K)``."""
        for node in ast.walk(ast.parse("\n".join(self.body))):
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


def _is_entry(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "student"


@dataclass(frozen=True)
class Hint:
    """A hint, and the names of the checks it helps with (none: all of them)."""

    text: str
    helps: tuple[str, ...] = ()


class Exercise:
    """One exercise: the names a solution must define, what it must not use, its checks and hints.

    entry: name or names that the solution file defines.
    forbid: families of ready-made operators that would do the exercise's job (``spec/forbidden.py``).
    sizes: for a dimension's name the smallest and largest size (else 2 to 7).
    constraint: says of the sizes, taken by name, whether they may stand together.
    """

    id: str = ""

    def __init__(
        self,
        *,
        entry: str | Sequence[str],
        forbid: str | Sequence[str] = (),
        sizes: Mapping[str, tuple[int, int]] | None = None,
        constraint: Callable[..., bool] | None = None,
    ) -> None:
        self.entries = (entry,) if isinstance(entry, str) else tuple(entry)
        self.forbid = families(forbid)
        self.sizes = dict(sizes or {})
        self.constraint = constraint
        self.checks: list[Check] = []
        self.hints: list[Hint] = []

    @property
    def max_score(self) -> float:
        return sum(check.points for check in self.checks)

    def __getitem__(self, name: str) -> Check:
        return next(check for check in self.checks if check.name == name)

    def hints_for(self, failed: Collection[str]) -> list[Hint]:
        """All hints: first those that help with the checks that failed, else in the author's order."""
        return sorted(self.hints, key=lambda h: bool(failed and h.helps) and not set(h.helps) & set(failed))

    def cases(self, training: bool = True) -> Iterator[tuple[Check, Case]]:
        """Every case of every check, in order; without those of training checks if so asked."""
        for check in self.checks:
            if training or not check.training:
                for case in check.cases:
                    yield check, case

    def check(
        self,
        *,
        points: float,
        judge: Judge | None = None,
        cases: Sequence[Mapping[str, Any]] = ({},),
        dtypes: Sequence[str] = ("float32",),
        needs: Sequence[Run] | Run = (),
        axes: Sequence[str] = (),
        results: Mapping[str, Sequence[str]] | None = None,
        mutates: Sequence[str] = (),
        forbid: str | Sequence[str] = (),
        training: bool = False,
        hidden: bool = False,
        picture: bool = False,
        seconds: float = 0.0,
        memory_mb: int = 0,
        **inputs: Any,
    ) -> Callable[[Run], Run]:
        """Makes the decorated function the run of a check.

        points: what it is worth; a check that a trivial solution passes must say what it ``needs``.
        judge: how the result is judged (default: ``Close``, beside the reference).
        cases: further cases as ``{name: size or input}``; every case runs in each of ``dtypes``.
        needs: runs of the checks that must pass first; else this one is skipped.
        axes: names of the result's axes, for messages.
        results: where the result is a tuple of tensors, the name of each with the names of its axes.
        mutates: inputs that the student's code is meant to change in place.
        forbid: what this check forbids beyond the exercise.
        training: a short training run; the misconceptions go through it only in audit and calibration.
        hidden: a student sees neither its message nor its inputs.
        picture: a wrong result is shown beside the right one as an image, with the map of where they differ.
        seconds, memory_mb: allowance beyond the usual.
        """
        needed = (needs,) if callable(needs) else tuple(needs)
        table = [(overrides, dtype) for overrides in cases for dtype in dtypes]

        def add(run: Run) -> Run:
            line = inspect.getdoc(run)
            if not line:
                raise ValueError(f"{run.__name__}: the docstring is the learner's line, write one")
            expected = ["student", *inputs]
            if unknown := set(inspect.signature(run).parameters) - set(expected):
                raise ValueError(f"{run.__name__}: no input is declared for {', '.join(sorted(unknown))}")
            self.checks.append(
                Check(
                    name=run.__name__,
                    line=" ".join(line.split()),
                    points=points,
                    run=run,
                    inputs=inputs,
                    judge=judge or Close(),
                    cases=tuple(Case(i, o, getattr(torch, d)) for i, (o, d) in enumerate(table)),
                    needs=tuple(need.__name__ for need in needed),
                    axes=tuple(axes),
                    results=dict(results or {}),
                    mutates=tuple(mutates),
                    forbid=families(forbid),
                    training=training,
                    hidden=hidden,
                    picture=picture,
                    seconds=seconds,
                    memory_mb=memory_mb,
                    sizes=self.sizes,
                    constraint=self.constraint,
                )
            )
            return run

        return add

    def hint(self, text: str, *helps: Run) -> None:
        """Adds a hint, from a nudge to nearly the answer, tied to the checks it helps with."""
        self.hints.append(Hint(" ".join(text.split()), tuple(run.__name__ for run in helps)))
