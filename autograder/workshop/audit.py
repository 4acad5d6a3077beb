"""Proves the checks of an exercise: the reference passes, nothing trivial does, every misconception fails and is named.

What an author still has to do comes out as plain sentences, in the order in which it is best done.
"""

from __future__ import annotations

import ast
import math
import re
import traceback
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import torch

from autograder import catalog
from autograder.errors import KitError
from autograder.judging.assess import assess, judged
from autograder.judging.diagnosis import Diagnosis
from autograder.judging.expectations import Expectations, keep, make, wrong_solutions
from autograder.judging.stubs import MarkerError, bare, cut
from autograder.messages import _
from autograder.results import ExerciseResult, Status
from autograder.runner.outcome import Kind
from autograder.runner.protocol import Runner
from autograder.spec.exercise import Case, Check, Exercise
from autograder.spec.judges import Close, Gradients, Unchanged, same_value
from autograder.spec.misconception import Misconception
from autograder.spec.plain_call import PlainCall
from autograder.spec.tools import NO_ERROR
from autograder.spec.values import GRADIENT, map_tensors, tensors
from autograder.workshop.weak import Weak, weak

MIN_HINTS = 3
MIN_MISCONCEPTIONS = 5
MIN_MARGIN = 10.0
MOST_FREE = 0.25  # the share of the points that constants may get
SEEDS = 20

# What no learner gets marks for: one body for every entry point of a kind.
TRIVIAL_FUNCTIONS = {
    "returns None": "return None",
    "returns its first argument": "return args[0] if args else None",
    "returns zeros": "return _torch.zeros_like(args[0]) if args and isinstance(args[0], _torch.Tensor) else 0.0",
    "returns an identity module": "return _torch.nn.Identity()",
    "returns an empty list": "return []",
    "raises": "raise ValueError('no')",
}


@dataclass
class Audit:
    """What was found. ``matrix``: for each solution the result of each check and the misconception named there.
    ``weak``: checks that give points for no work. ``alike``: by check, misconceptions that it cannot tell apart."""

    id: str
    problems: list[str] = field(default_factory=list)
    matrix: dict[str, dict[str, tuple[Status, str]]] = field(default_factory=dict)
    scores: dict[str, float] = field(default_factory=dict)
    max_score: float = 0.0
    margin: float = math.inf
    weak: list[Weak] = field(default_factory=list)
    alike: list[tuple[str, list[str]]] = field(default_factory=list)
    seeds: int = 0

    @property
    def misconceptions(self) -> list[str]:
        return [name for name in self.matrix if not name.startswith("(")]

    @property
    def green(self) -> bool:
        return not self.problems


def audit(runner: Runner, id: str, seeds: int = SEEDS) -> Audit:
    """Everything that must hold of one exercise, over that many seeds (training checks: over the first)."""
    result = Audit(id)
    result.problems += _files(id)
    if result.problems:
        return result
    try:
        exercise = catalog.load_exercise(id)
        misconceptions, _shared = catalog.load_misconceptions(id)
    except Exception as error:
        result.problems.append(_place(error))
        return result
    result.max_score = sum(check.points for check in exercise.checks if check.runs_on("cpu"))
    result.problems += _texts(exercise, id, misconceptions)
    solution = bare(catalog.solution_file(id).read_text(encoding="utf-8"))
    try:
        wrong = wrong_solutions(id)
    except LookupError as error:
        result.problems.append(_("misconception {error}").format(error=error))
        return result
    trivial = {f"({name})": _trivial(solution, exercise, body) for name, body in TRIVIAL_FUNCTIONS.items()}
    stub = {"(stub)": cut(catalog.solution_file(id).read_text(encoding="utf-8"))}
    for number in range(seeds):
        seed = "public" if number == 0 else f"audit {number}"
        try:
            expectations = make(runner, id, seed, training=number == 0)
        except KitError as error:
            result.problems.append(str(error))
            return result
        except Exception as error:
            result.problems.append(_place(error))
            return result
        expectations.need()
        if number == 0:
            keep(expectations)  # those of the public seed, which a release and a learner's check need too
        sources = {"(reference)": solution, **wrong, **(stub | trivial if number == 0 else {})}
        for name, source in sources.items():
            if name in wrong:  # it was run to make the expectations
                graded = judged(exercise, expectations.verdicts(name), source, training=False)
            else:
                filename = f"{exercise.id.split('/')[1]}.py"
                graded = assess(runner, exercise, expectations, source, filename, training=number == 0)
            result.problems += _verdict(result, name, graded, number, seed, name in wrong)
        if number == 0:
            result.problems += _substance(exercise, expectations, result)
            result.problems += _refusals(exercise, expectations)
            result.weak = weak(exercise, expectations, solution)
            result.alike = list(_alike(exercise, expectations))
            result.problems += _too_much(result)
            result.margin = _margin(exercise, expectations)
            if result.margin < MIN_MARGIN:
                text = _("the nearest misconception is {margin:.1f} tolerances away: at least {least:g} are needed")
                result.problems.append(text.format(margin=result.margin, least=MIN_MARGIN))
        result.seeds = number + 1
        if result.problems:
            break
    return result


def _alike(exercise: Exercise, expectations: Expectations) -> Iterator[tuple[str, list[str]]]:
    """Misconceptions that give the same in all cases of a check: each sentence has to be true of all, unless another
    check tells which it is."""
    diagnoses = {n: Diagnosis(exercise.checks, expectations.verdicts(n)) for n in expectations.sentences}
    for check in exercise.checks:
        if check.asks or check.training:
            continue
        left = {name for name in diagnoses if expectations.verdicts(name).first(check)}
        for name, diagnosis in diagnoses.items():
            group = [other for other in diagnosis.explaining(check) if other in left] if name in left else []
            left -= {*group}
            if len(group) > 1:
                yield check.name, group


def _files(id: str) -> Iterator[str]:
    """What is missing on disk."""
    wanted = {
        _("the solution"): catalog.solution_file(id),
        _("the checks"): catalog.checks_file(id),
        _("the misconceptions"): catalog.misconceptions_file(id),
        _("the chapter's README"): catalog.exercise_file(id).parent / "README.md",
    }
    missing = False
    for what, path in wanted.items():
        if not path.exists():
            missing = True
            yield _("{what} is missing: write {path}").format(what=what, path=_relative(path))
    if missing:
        return
    try:
        stub = cut(catalog.solution_file(id).read_text(encoding="utf-8"))
    except MarkerError as error:
        yield f"{_relative(catalog.solution_file(id))}: {error}"
        return
    path = catalog.exercise_file(id)
    if not path.exists() or path.read_text(encoding="utf-8") != stub:
        yield _("the stub is not the one cut from the solution: run kata sync")


def _place(error: Exception) -> str:
    """The error with the line of the author's files that it comes from; raised again where it comes from none."""
    own = (catalog.MANIFEST.parent / "checks", catalog.MANIFEST.parent / "misconceptions")
    places = [(frame.filename, frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    if isinstance(error, SyntaxError) and error.filename:
        places.append((error.filename, error.lineno))
    for file, line in reversed(places):
        if any(Path(file).is_relative_to(folder) for folder in own):
            said = traceback.format_exception_only(error)[-1].strip()
            return _("{path}, line {line}: {error}").format(path=_relative(file), line=line, error=said)
    if isinstance(error, ValueError):
        return str(error)
    raise error


def _relative(path: object) -> str:
    return str(path).replace(f"{catalog.kit_root()}/", "")


def _texts(exercise: Exercise, id: str, misconceptions: list[Misconception]) -> Iterator[str]:
    """What a learner would miss."""
    checks, readme = catalog.checks_file(id), catalog.exercise_file(id).parent / "README.md"
    text = catalog.solution_file(id).read_text(encoding="utf-8")
    listed = catalog.entries()[id]
    places = {
        _relative(catalog.MANIFEST): catalog.manifest()[listed.chapter] + listed.title,
        _relative(catalog.solution_file(id)): text.replace("# TODO: what the learner", "TODO").replace("# TODO:", ""),
        _relative(catalog.exercise_file(id).parent / "README.md"): readme.read_text(encoding="utf-8"),
        **{_relative(p): p.read_text(encoding="utf-8") for p in (checks, catalog.misconceptions_file(id))},
    }
    for place, content in places.items():
        if "TODO" in content:
            yield _("{place} still has a TODO to fill in").format(place=place)
    tree = ast.parse(text)
    if not ast.get_docstring(tree):
        yield _("the solution file needs a docstring that states the task")
    try:
        catalog.entry_points(id)
    except ValueError:
        yield _('{path}: write entry="name" or entry=("one", "other") out: it is read without running the file').format(
            path=_relative(checks)
        )
    defined = {n.name: n for n in tree.body if isinstance(n, ast.FunctionDef | ast.ClassDef)}
    for entry in exercise.entries:
        if entry not in defined:
            yield _("the solution does not define {entry}").format(entry=entry)
        elif not ast.get_docstring(defined[entry]):
            yield _("{entry} needs a docstring with shapes and dtypes").format(entry=entry)
    if "# TODO:" not in text:
        yield _("the solution has no '# TODO:' line for the learner to start from")
    if len(exercise.hints) < MIN_HINTS:
        yield _("{n} hints: write at least {least}").format(n=len(exercise.hints), least=MIN_HINTS)
    written = sum(not m.generated for m in misconceptions)
    if written < MIN_MISCONCEPTIONS:
        yield _("{n} misconceptions: write at least {least}").format(n=written, least=MIN_MISCONCEPTIONS)
    for name in [name for name, count in Counter(m.name for m in misconceptions).items() if count > 1]:
        yield _("two misconceptions are called {name}").format(name=name)
    if not exercise.checks or not exercise.max_score > 0:
        yield _("no check gives points")


def _verdict(
    result: Audit, name: str, graded: ExerciseResult, number: int, seed: str, is_misconception: bool
) -> Iterator[str]:
    """What is wrong with how one solution was graded."""
    row = {check.name: (check.status, check.detail.misconception) for check in graded.checks}
    if number == 0:
        result.matrix[name] = row
        result.scores[name] = graded.score
    where = _("seed {seed!r}, {name}").format(seed=seed, name=name)
    failed = [check for check in graded.checks if check.failed]
    for check in graded.checks:
        if check.status is Status.UNGRADED:
            yield f"{where}: {check.name}: {check.message}"
    if name == "(reference)":
        for check in failed:
            yield _("{where}: fails {check}: {message}").format(where=where, check=check.name, message=check.message)
        return
    if not is_misconception:
        if graded.score > 0:
            passed = ", ".join(check.name for check in graded.checks if check.score)
            text = _("{where}: scores {score:g}, by {passed}: let these checks need one that it fails")
            yield text.format(where=where, score=graded.score, passed=passed)
        return
    if not failed or graded.score >= graded.max_score:
        yield _("{where}: passes everything: no check catches it").format(where=where)
        return
    named = {check.detail.misconception for check in failed} - {""}
    if name not in named:
        yield _("{where}: is not recognised (named instead: {named})").format(
            where=where, named=", ".join(sorted(named)) or _("nothing")
        )
    elif named != {name}:
        others = ", ".join(sorted(named - {name}))
        yield _("{where}: is also taken for {others}").format(where=where, others=others)
    if row != result.matrix[name] and number:
        first = result.matrix[name]
        for key in row:
            if row[key] != first[key] and Status.SKIPPED not in (row[key][0], first[key][0]):
                text = _(
                    "{where}: {check} is {now}, but {before} with the first seed: draw the inputs that show it every "
                    "time (cases=), or keep them out"
                )
                yield text.format(where=where, check=key, now=_said(row[key]), before=_said(first[key]))


def _said(cell: tuple[Status, str]) -> str:
    status, named = cell
    return f"{status} ({named})" if named else str(status)


def _substance(exercise: Exercise, expectations: Expectations, result: Audit) -> Iterator[str]:
    """Checks that cannot fail, and gradients that are zero."""
    for check in exercise.checks:
        if not check.runs_on(expectations.device):
            continue
        if not check.training and all(
            row[check.name][0] in (Status.PASSED, Status.SKIPPED)
            for name, row in result.matrix.items()
            if not name.startswith("(")
        ):
            text = _("no misconception fails {check}: write the one it is there for")
            yield text.format(check=check.name)
        flat = [
            path
            for case in check.cases
            for path, t in tensors(expectations.expected(check, case).exact)
            if GRADIENT in path and t.numel() and t.abs().max() < 1e-6
        ]
        if len(flat) >= len(check.cases) and flat:
            text = _(
                "{check}: the {path} is zero in a case, so who has none passes: put an input beside it where it is not"
            )
            yield text.format(check=check.name, path=re.sub(r"^\['(.*?)'\]", r"\1", flat[0]))


def _refusals(exercise: Exercise, expectations: Expectations) -> Iterator[str]:
    """Cases in which the reference fails for another reason than the one that a learner is asked to raise."""
    for check in exercise.checks:
        if isinstance(check.run, PlainCall) and check.run.error is not None:
            for number, case in enumerate(check.cases, 1):
                raised = expectations.expected(check, case).value
                if raised not in (NO_ERROR, check.run.error.__name__):
                    text = _("{check}, case {number}: the reference raises {raised}, not {error}")
                    error = check.run.error.__name__
                    yield text.format(check=check.name, number=number, raised=raised, error=error)


def _too_much(result: Audit) -> Iterator[str]:
    """What constants get, if it is too much. A little is the price of not paying for one mistake at every check."""
    free = sum(found.points for found in result.weak if found.is_free)
    if free > MOST_FREE * result.max_score:
        text = _("checks that zeros of the right shape pass are worth {free:g} of {all:g}: at most a quarter is fine")
        yield text.format(free=free, all=result.max_score)


def _margin(exercise: Exercise, expectations: Expectations) -> float:
    """How many tolerances away the nearest misconception is that only values tell apart."""
    rights = Rights(expectations)
    farthest = [_farthest(rights, exercise, name) for name in expectations.sentences]
    return min((distance for distance in farthest if distance > 0), default=math.inf)


def _farthest(rights: Rights, exercise: Exercise, name: str) -> float:
    """The largest distance of a misconception's values in any check; 0 where it shows in more than numbers."""
    farthest = 0.0
    for check in exercise.checks:
        if math.isnan(distance := _distance(rights, check, name)):
            return 0.0
        farthest = max(farthest, distance)
    return farthest


class Right(NamedTuple):
    """A tensor of a result: what it is exactly, in which dtype it comes, and how far off it may be."""

    exact: torch.Tensor
    dtype: torch.dtype
    granted: torch.Tensor


class Rights:
    """The tensors of the right results, by path, each case worked out once for all misconceptions."""

    def __init__(self, expectations: Expectations) -> None:
        self.expectations = expectations
        self._known: dict[tuple[str, int], dict[str, Right]] = {}

    def of(self, check: Check, case: Case, judge: Close) -> dict[str, Right]:
        key = check.name, case.index
        if key not in self._known:
            expected = self.expectations.expected(check, case)
            values = [dict(tensors(value)) for value in (expected.value, *expected.spread)]
            self._known[key] = {}
            for path, exact in tensors(expected.exact):
                others = [value[path].double() for value in values if path in value]
                granted = judge.tolerance(exact.double(), others, case.dtype)
                least = torch.as_tensor(granted, dtype=torch.float64).clamp(min=1e-300)
                self._known[key][path] = Right(exact, values[0].get(path, exact).dtype, least)
        return self._known[key]


def _distance(rights: Rights, check: Check, name: str) -> float:
    """The largest distance of a misconception's values in a check; NaN where it shows in another way."""
    if check.training:
        return 0.0
    farthest, expectations = 0.0, rights.expectations
    other = expectations.verdicts(name)
    for case in check.cases:
        expected, outcome, judge = expectations.expected(check, case), other.outcome(check, case), check.judge_of(case)
        if check.asks and (outcome is None or (isinstance(judge, Unchanged) and not outcome.changed)):
            continue
        if not isinstance(judge, Close) or type(judge) not in (Close, Gradients) or judge.of is not None:
            if other.finding(check, case) is None:
                continue
            return math.nan
        if outcome is not None and outcome.kind is Kind.PROVEN:
            continue
        if outcome is None or outcome.kind is not Kind.RETURNED or outcome.changed:
            return math.nan
        besides = [map_tensors(value, lambda _t: None) for value in (outcome.value, expected.exact)]
        if not same_value(*besides):  # such as the name of an exception
            return math.nan
        mine, right = dict(tensors(outcome.value)), rights.of(check, case, judge)
        if mine.keys() != right.keys():
            return math.nan
        for path, (exact, dtype, granted) in right.items():
            got = mine[path]
            if got.shape != exact.shape or got.dtype != dtype or not exact.is_floating_point():
                return math.nan
            off = (got.double() - exact.double()).abs()
            if off.isnan().any() or off.isinf().any():
                return math.nan
            if off.numel():
                farthest = max(farthest, (off / granted).max().item())
    return farthest


def _trivial(solution: str, exercise: Exercise, body: str) -> str:
    """A file whose entry points all do the same trivial thing; entry classes become modules with it as forward."""
    classes = {n.name for n in ast.parse(solution).body if isinstance(n, ast.ClassDef)}
    parts = ["import torch as _torch"]
    for entry in exercise.entries:
        if entry in classes:
            head = "def __init__(self, *args, **kwargs):\n        super().__init__()"
            forward = f"def forward(self, *args, **kwargs):\n        {body}"
            parts.append(f"class {entry}(_torch.nn.Module):\n    {head}\n    {forward}")
        else:
            parts.append(f"def {entry}(*args, **kwargs):\n    {body}")
    return "\n\n".join(parts) + "\n"
