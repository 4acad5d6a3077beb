"""What an author writes an exercise with: an ``Exercise``, its calls, their checks, and hints.

    exercise = Exercise(entry="corr2d", forbid="convolution", sizes={"height": (5, 7), "rows": "height - kernel + 1"})
    corr2d = exercise.call("corr2d", X=normal("height", "width"), K=normal("kernel", 3), axes=("rows", "columns"))

    @corr2d.check(points=4, cases=rows("kernel", 2, 3))
    def sums_each_window():
        \"\"\"sums the elementwise products of the kernel with each window of the input\"\"\"

    exercise.keeps_the_dtype(points=1)

The name of a check's function is the check's name, and its docstring the line that the learner reads.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeAlias

import torch

from autograder.spec.case import Case as Case
from autograder.spec.check import Check as Check
from autograder.spec.check import Run, line_of
from autograder.spec.forbidden import FAMILIES, Family, Forbid, families
from autograder.spec.inputs import Size, declared_inputs
from autograder.spec.judges import Close, Judge
from autograder.spec.plain_call import PlainCall
from autograder.spec.properties import PROPERTIES, Flow, Probe, Property

Needs: TypeAlias = "Run | Check | Call | Sequence[Run | Check | Call]"


@dataclass(frozen=True)
class Hint:
    """A hint, and the names of the checks it helps with (none: all of them)."""

    text: str
    helps: tuple[str, ...] = ()


class Exercise:
    """One exercise: the names a solution must define, what it must not use, its checks and hints.

    entry: name or names that the solution file defines.
    forbid: families of ready-made operators that would do the exercise's job (``spec/forbidden.py``).
    sizes: for a dimension's name the smallest and largest size (else 2 to 7), or a formula of other sizes.
    constraint: says of the sizes, taken by name, whether they may stand together.
    gradients: False where the contract says that none is needed: mutants and variants may then have others.
    optimizers: True where checks make one of ``torch.optim``, though none trains, or compute on the meta device. The
    first of a process imports for a second, which is then done before solutions are run.
    imports: modules that most solutions import and that take long, such as torchvision's: likewise done beforehand.
    """

    id: str = ""

    def __init__(
        self,
        *,
        entry: str | Sequence[str],
        forbid: Forbid = (),
        sizes: Mapping[str, Size] | None = None,
        constraint: Callable[..., bool] | None = None,
        gradients: bool = True,
        optimizers: bool = False,
        imports: Sequence[str] = (),
    ) -> None:
        self.entries = (entry,) if isinstance(entry, str) else tuple(entry)
        self.forbid = families(forbid)
        self.sizes = dict(sizes or {})
        self.constraint = constraint
        self.gradients = gradients
        self.optimizers = optimizers
        self.imports = tuple(imports)
        self.checks: list[Check] = []
        self.hints: list[Hint] = []
        self.equivalents: dict[str, str] = {}

    @property
    def makes_optimizers(self) -> bool:
        """Whether a process is to have the imports of a first ``torch.optim`` optimizer, or of the meta device."""
        return self.optimizers or any(check.training for check in self.checks)

    @property
    def max_score(self) -> float:
        return sum(check.points for check in self.checks)

    def __getitem__(self, name: str) -> Check:
        return next(check for check in (*self.checks, *self.probes) if check.name == name)

    @cached_property
    def probes(self) -> list[Check]:
        """For each combination of properties that are asked together a check that gives no points: see ``Probe``."""
        asked: dict[tuple[str, int], list[Check]] = {}
        for check in self.checks:
            for case in check.cases:
                if check.asks and check.asks.probed and case.base and not case.observed:
                    asked.setdefault((case.base[0].name, case.base[1].index), []).append(check)
        groups: dict[Flow | None, list[tuple[Check, Case]]] = {}
        for (name, index), checks in asked.items():
            base = next(check for check in self.checks if check.name == name)
            if len(checks) > 1 and base.follows_the_dtype(base.cases[index]):
                flow = next((check.asks for check in checks if isinstance(check.asks, Flow)), None)
                groups.setdefault(flow, []).append((base, base.cases[index]))
        return [
            Check(
                name=f"(probe {number})",
                line="",
                points=0,
                run=_no_run,
                inputs={},
                judge=Close(),
                cases=tuple(Case(i, {}, torch.float32, base, same=True) for i, base in enumerate(bases)),
                asks=Probe("probe", "", "", flow),
            )
            for number, (flow, bases) in enumerate(groups.items())
        ]

    def asked(self) -> dict[str, list[str]]:
        """The properties that are asked, each with the entry points that are called where it is."""
        bases: dict[str, set[str]] = {}
        for check in self.checks:
            if check.asks:
                found = (line for case in check.cases if case.base for line in case.base[0].statements(case.base[1]))
                bases.setdefault(check.asks.name, set()).update(found)
        return {name: self.called_in(lines) for name, lines in bases.items()}

    def called_in(self, lines: Collection[str]) -> list[str]:
        """The entry points that the statements of a run call."""
        return [e for e in self.entries if any(re.search(rf"\bstudent\.{e}\b", line) for line in lines)]

    def family(self, name: str) -> Family | None:
        """The forbidden family of this name, the exercise's own first; None if there is none."""
        own = {family.name: family for check in self.checks for family in check.forbid}
        return {**FAMILIES, **own, **{family.name: family for family in self.forbid}}.get(name)

    def hints_for(self, failed: Collection[str]) -> list[Hint]:
        """All hints: first those that help with the checks that failed, else in the author's order."""
        return sorted(self.hints, key=lambda h: bool(failed and h.helps) and not set(h.helps) & set(failed))

    def cases(self, training: bool = True, device: str = "cpu") -> Iterator[tuple[Check, Case]]:
        """Every case of every check that runs on a device, in order; without those of training checks if so asked."""
        for check in self.checks:
            if (training or not check.training) and check.runs_on(device):
                for case in check.cases:
                    yield check, case

    def call(
        self,
        entry: str = "",
        *,
        then: Callable[[Any], Any] | None = None,
        inputs: Mapping[str, Any] | None = None,
        judge: Judge | None = None,
        axes: Sequence[str] = (),
        results: Mapping[str, Sequence[str]] | None = None,
        mutates: Sequence[str] = (),
        **more: Any,
    ) -> Call:
        """Describes a call once; its checks say only what differs.

        With ``entry``, that entry point is called with the inputs in their order, as far as they are not secret: by
        position, and by keyword behind one that a case leaves out (``LEFT_OUT``). Without it, this decorates the run:
        a function of the student and of any inputs.

        then: a helper that makes of every result what is judged, such as ``number``: its form is not these checks'
        matter, but that of ``returns_python_numbers``.
        inputs: declared as keywords, or here where a name is also an option. judge, axes, results, mutates: as in
        ``Call.check``.
        """
        declared = {**(inputs or {}), **more}
        options = {"judge": judge or Close(), "axes": axes, "results": results or {}, "mutates": mutates, "then": then}
        return Call(self, declared, options, PlainCall(entry, list(declared)) if entry else None)

    def check(
        self,
        *,
        inputs: Mapping[str, Any] | None = None,
        judge: Judge | None = None,
        axes: Sequence[str] = (),
        results: Mapping[str, Sequence[str]] | None = None,
        mutates: Sequence[str] = (),
        **options: Any,
    ) -> Callable[[Run], Run]:
        """A check whose run is asked nothing else: the decorated function, of the student and of any inputs."""
        own = inspect.signature(Call.check).parameters
        declared = {name: value for name, value in options.items() if name not in own}
        call = self.call("", judge=judge, axes=axes, results=results, mutates=mutates, inputs=inputs, **declared)
        return call.check(**{name: value for name, value in options.items() if name in own})

    def keeps_the_dtype(self, line: str = "", **options: Any) -> Check:
        """A check that the result has the dtype of the inputs, and in float64 the full precision; the others then
        compare values of any floating dtype. Takes what ``ask`` takes."""
        return self.ask(PROPERTIES["dtype"], line, **options)

    def lets_gradients_through(
        self,
        line: str = "",
        *,
        of: Sequence[str] = (),
        zeros: bool = False,
        dtypes: Sequence[str] = ("float32",),
        **options: Any,
    ) -> Check:
        """A check that gradients arrive where they should: at each floating input, or those in ``of``, and at the
        parameters of modules that the run loads. zeros: what is exactly 0 has to be exactly 0. dtypes: in which it is
        asked. See ``ask``."""
        flow = PROPERTIES["gradients"]
        assert isinstance(flow, Flow)
        return self.ask(replace(flow, of=tuple(of), zeros=zeros, dtypes=tuple(dtypes)), line, **options)

    def takes_views(self, line: str = "", **options: Any) -> Check:
        """A check that inputs may be strided views of other tensors. Takes what ``ask`` takes."""
        return self.ask(PROPERTIES["views"], line, **options)

    def leaves_its_inputs_alone(self, line: str = "", **options: Any) -> Check:
        """A check that inputs stay as they are; the others then let it pass. Takes what ``ask`` takes."""
        return self.ask(PROPERTIES["unchanged"], line, **options)

    def returns_python_numbers(self, line: str = "", **options: Any) -> Check:
        """A check that results have the types of the reference's where a call's ``then`` lets the other checks pass
        them over: Python's ints and floats instead of tensors, lists and tuples as they should be. See ``ask``."""
        return self.ask(PROPERTIES["types"], line, **options)

    def returns_new_tensors(self, line: str = "", **options: Any) -> Check:
        """A check that a second call returns tensors of its own, not those of the first. Takes what ``ask`` takes."""
        return self.ask(PROPERTIES["new"], line, **options)

    def ask(
        self,
        asks: Property,
        line: str = "",
        *,
        points: float,
        name: str = "",
        about: Needs = (),
        except_for: Needs = (),
        needs: Needs = (),
        **options: Any,
    ) -> Check:
        """Adds the check of a property, over every case of the value checks that stand above it.

        line, name: where the property's own do not fit. What is returned may also decorate a function, whose name and
        docstring they are then. about: only cases of these checks, which may be refusals too. except_for: not of
        these.
        needs and further options: as in ``Call.check``.
        """
        chosen, left = _names(about), _names(except_for)
        bases = [
            check
            for check in self.checks
            if asks.suits(check) and not check.training and check.asks is None
            if not _refuses(check) or check.name in chosen
            if (not chosen or check.name in chosen) and check.name not in left
        ]
        found = [(base, case) for base in bases for case in base.cases if case.dtype is torch.float32]
        cases = [case for base in found for case in asks.cases(base)]
        check = Check(
            name=name or asks.check,
            line=" ".join((line or asks.line).split()),
            points=points,
            run=_no_run,
            inputs={},
            judge=Close(),
            cases=tuple(replace(case, index=index) for index, case in enumerate(cases)),
            needs=_names(needs),
            sizes=self.sizes,
            constraint=self.constraint,
            asks=asks,
            **options,
        )
        for other in bases if chosen else self.checks:
            if not other.training:
                other.asked_apart.add(asks.name)
        self.checks.append(check)
        return check

    def hint(self, text: str, helps: Needs = ()) -> None:
        """Adds a hint, from a nudge to nearly the answer, tied to the checks it helps with."""
        self.hints.append(Hint(" ".join(text.split()), _names(helps)))

    def equivalent(self, mutant: str, why: str) -> None:
        """Records that a mutant, as ``kata audit --mutants`` names it, is as right as the reference, and why.

        Write it as a statement of its own: nothing that is graded depends on it, so keys and students' copies go
        without it.
        """
        if mutant in self.equivalents:
            raise ValueError(f"equivalent({mutant!r}) is written twice")
        if not why.strip():
            raise ValueError(f"equivalent({mutant!r}): say why")
        self.equivalents[mutant] = " ".join(why.split())


class Call:
    """A call of the student's code, described once. Made by ``Exercise.call``."""

    def __init__(
        self, exercise: Exercise, inputs: Mapping[str, Any], options: Mapping[str, Any], run: Run | None
    ) -> None:
        self.exercise = exercise
        self.inputs = inputs
        self.options = options
        self.run = run
        self.entry = run.entry if isinstance(run, PlainCall) else ""
        self.checks: list[Check] = []

    def __call__(self, run: Run) -> Call:
        """Makes the decorated function the run."""
        self.run = run
        return self

    def check(
        self,
        *,
        points: float,
        cases: Sequence[Mapping[str, Any]] | None = None,
        also: Sequence[Mapping[str, Any]] = (),
        dtypes: Sequence[str] = ("float32",),
        needs: Needs = (),
        follows_from: Needs = (),
        inputs: Mapping[str, Any] | None = None,
        judge: Judge | None = None,
        axes: Sequence[str] | None = None,
        results: Mapping[str, Sequence[str]] | None = None,
        mutates: Sequence[str] | None = None,
        forbid: Forbid = (),
        training: bool = False,
        gpu: bool = False,
        hidden: bool = False,
        picture: bool = False,
        seconds: float = 0.0,
        memory_mb: int = 0,
        **more: Any,
    ) -> Callable[[Run], Run]:
        """Makes a check of the decorated function: of its name and its docstring, and of its run if it takes the
        student; else the run is the call's.

        points: what it is worth; a check that a trivial solution passes must say what it ``needs``.
        cases: its cases as ``{name: size or input}``, each completed by the call's inputs; without it there is one, the
        call's inputs as they are. also: further cases beside that one. Every case runs in each of ``dtypes``.
        needs: checks that must pass first; else this one is skipped.
        follows_from: checks of the whole, where this one is about a part: where they pass, so does this one, unrun.
        inputs, and further keywords: inputs, or sizes of dimensions, that differ in all cases.
        judge: how the result is judged (default: ``Close``, beside the reference).
        axes: names of the result's axes, for messages.
        results: where the result is a tuple of tensors, the name of each with the names of its axes.
        mutates: inputs that the student's code may change in place.
        forbid: what this check forbids beyond the exercise.
        training: a short training run; the misconceptions go through it only in audit and calibration.
        gpu: a training run for which a CPU is too slow: elsewhere it is skipped, and its points are not counted.
        hidden: a student sees neither its message nor its inputs.
        picture: a wrong result is shown beside the right one as an image, with the map of where they differ.
        seconds, memory_mb: allowance beyond the usual.
        """
        chosen = {"judge": judge, "axes": axes, "results": results, "mutates": mutates}
        option = {**self.options, **{name: value for name, value in chosen.items() if value is not None}}
        declared = {**self.inputs, **(inputs or {}), **more}
        if gpu and not training:
            raise ValueError("only a training check may ask for a GPU: the others are proven everywhere")
        dims = {name for value in declared.values() for found in declared_inputs(value) for name in found.names}
        sizes = {name: declared.pop(name) for name in more if name in dims and name not in self.inputs}
        table = [({**sizes, **c}, d) for c in [*([{}] if cases is None else cases), *also] for d in dtypes]

        def add(function: Run) -> Run:
            run = self._run_of(function)
            if unknown := _parameters(run) - {"student", *declared}:
                raise ValueError(f"{function.__name__}: no input is declared for {', '.join(sorted(unknown))}")
            found = Check(
                name=function.__name__,
                line=line_of(function),
                points=points,
                run=run,
                inputs=declared,
                judge=option["judge"],
                then=option["then"],
                cases=tuple(Case(i, o, getattr(torch, d)) for i, (o, d) in enumerate(table)),
                needs=_names(needs),
                follows_from=_names(follows_from),
                axes=tuple(option["axes"]),
                results=dict(option["results"]),
                mutates=tuple(option["mutates"]),
                forbid=families(forbid),
                training=training,
                gpu=gpu,
                hidden=hidden,
                picture=picture,
                seconds=seconds,
                memory_mb=memory_mb,
                sizes=self.exercise.sizes,
                constraint=self.exercise.constraint,
            )
            self.checks.append(found)
            self.exercise.checks.append(found)
            return function

        return add

    def refuses(self, *, error: type[Exception] = ValueError, **options: Any) -> Callable[[Run], Run]:
        """As ``check``, of whether the call raises ``error``: in those of the cases in which the reference does, and
        in no other. Unless it says what it ``needs``, that is the call's first check, since raising alone is nothing.
        """
        assert isinstance(self.run, PlainCall), "only a plain call can be refused"
        options.setdefault("needs", self.checks[:1])
        run = PlainCall(self.run.entry, self.run.order, error=error)
        plain = {**self.options, "axes": (), "results": {}, "then": None}
        return Call(self.exercise, self.inputs, plain, run).check(**options)

    def _run_of(self, function: Run) -> Run:
        if "student" in inspect.signature(function).parameters:
            return function
        if self.run is None:
            raise ValueError(f"{function.__name__}: its call has no run")
        return self.run


def _no_run(student: Any) -> None:
    """What a property is asked of has a run of its own."""


def _refuses(check: Check) -> bool:
    return isinstance(check.run, PlainCall) and check.run.error is not None


def _parameters(run: Run) -> set[str]:
    parameters = inspect.signature(run).parameters.values()
    return {p.name for p in parameters if p.kind is not p.VAR_KEYWORD}


def _names(checks: Needs) -> tuple[str, ...]:
    """The names of checks, given by themselves, by the functions that made them, or by the call of all of them."""
    listed = checks if isinstance(checks, Sequence) else (checks,)
    each = (found.checks if isinstance(found, Call) else [found] for found in listed)
    return tuple(c.name if isinstance(c, Check) else c.__name__ for found in each for c in found)
