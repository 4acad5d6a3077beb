"""Expectations: for one exercise, seed and device the inputs, what the reference gives and what each misconception.

They are data, cached by the hash of everything they were made from. A student copy ships them instead of solutions;
workers on other machines get them and never see a solution.
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import torch

from autograder import catalog
from autograder.errors import WRONG, KitError
from autograder.files import DamagedError, sealed, unsealed, write_atomically
from autograder.judging.keys import expectations_key
from autograder.judging.running import run_through
from autograder.judging.stubs import bare, cut
from autograder.judging.trial import Request, Trial
from autograder.judging.verdicts import Outcomes, Verdicts
from autograder.judging.wrong_answers import Run, WrongAnswers
from autograder.messages import _
from autograder.runner.limits import AUTHOR_SECONDS, MAX_ANSWER, Limits
from autograder.runner.outcome import Kind, Outcome
from autograder.runner.protocol import Runner
from autograder.runner.wire import WireError, decode, encode
from autograder.seeds import PUBLIC, root
from autograder.spec.exercise import Case, Check
from autograder.spec.judges import Want
from autograder.spec.values import map_tensors, tensors, to_dtype

LOG = logging.getLogger("autograder")
PERTURBATIONS = 2

T = TypeVar("T")


class BrokenExerciseError(KitError):
    """The reference fails its own check: the exercise cannot be graded."""

    status = WRONG


FAR = 40.0  # e^80, a product of two that are not farther, is about the largest number of float32


@dataclass
class Expected:
    """One case: all inputs, the sizes of its dimensions, the reference's results and what they cost."""

    inputs: dict[str, Any]
    sizes: dict[str, int]
    value: Any
    exact: Any
    spread: list[Any]
    seconds: float
    answer_bytes: int


@dataclass
class Expectations:
    """All cases of an exercise. ``sentences``: the misconceptions' names and what they tell a learner."""

    id: str
    seed: str
    device: str
    stub: str
    key: str
    sentences: dict[str, str]
    cases: dict[tuple[str, int], Expected]
    wrong: WrongAnswers = field(default_factory=WrongAnswers, init=False, repr=False)
    # What does not change from one submission to the next: the same for a whole class.
    _wants: dict[tuple[str, int], Want] = field(default_factory=dict, init=False, repr=False)
    _far: dict[tuple[str, int], bool] = field(default_factory=dict, init=False, repr=False)
    _messages: dict[tuple[str | int, ...], bytes] = field(default_factory=dict, init=False, repr=False)
    _verdicts: dict[str, Verdicts] = field(default_factory=dict, init=False, repr=False)

    @property
    def root(self) -> str:
        """What its numbers are drawn from."""
        return root(self.seed, self.id)

    def expected(self, check: Check, case: Case) -> Expected:
        """What the reference gave in a case, or in that whose result is to be the same."""
        if case.base and case.same:
            check, case = case.base
        return self.cases[check.name, case.index]

    def need(self, checks: Collection[str] | None = None, misconceptions: Collection[str] | None = None) -> None:
        """Sees to it that misconceptions were run through checks, and through those that these ask about; without
        either through all of them, without training."""
        exercise = catalog.load_exercise(self.id)
        able = [check for check in exercise.checks if not check.training and check.runs_on(self.device)]
        wanted = [check for check in able if checks is None or check.name in checks]
        names = {check.name for check in wanted}
        names |= {case.base[0].name for check in wanted for case in check.cases if case.base}
        self.wrong.need(self.sentences if misconceptions is None else misconceptions, names)

    def verdicts(self, misconception: str) -> Verdicts:
        """What is right and wrong in what a misconception gives, as far as it was needed."""
        if misconception not in self._verdicts:
            self._verdicts[misconception] = Verdicts(self, self.wrong.of(misconception))
        return self._verdicts[misconception]

    def want(self, check: Check, case: Case) -> Want:
        """What a result of this case is judged beside."""
        key = check.name, case.index
        if key not in self._wants:
            expected = self.expected(check, case)
            origin, _base = check.origin(case)
            self._wants[key] = Want(
                value=expected.value,
                exact=expected.exact,
                spread=expected.spread,
                dtype=case.dtype,
                sizes=expected.sizes,
                axes=origin.axes,
                results=origin.results,
                shapes=check.dims(case),
                calibration=calibration(self.id, check, expected.inputs, self.device),
                any_dtype="dtype" in origin.asked_apart and not (check.asks and check.asks.name == "dtype"),
            )
        return self._wants[key]

    def far(self, check: Check, case: Case) -> bool:
        """Whether an input is so far from 0 that gradients which are finite in float64 may not be in float32."""
        key = check.name, case.index
        if key not in self._far:
            inputs = self.expected(check, case).inputs
            self._far[key] = any(t.is_floating_point() and bool((t.abs() > FAR).any()) for _path, t in tensors(inputs))
        return self._far[key]

    def request(self, check: Check, case: Case, limits: Limits) -> Request:
        """What the runner is sent: never a secret input."""
        key = check.name, case.index
        if key not in self._messages:
            self._messages[key] = run_message(check, case, self.expected(check, case).inputs, self.root)
        return Request(case.index, self._messages[key], limits)

    def probe_request(self, probe: Check, cases: Sequence[Case], limits: Limits) -> Request:
        """What the runner is sent to run cases of a probe together."""
        key: tuple[str | int, ...] = (probe.name, *(case.index for case in cases))
        if key not in self._messages:
            runs = [
                [case.index, probe.public(case, self.expected(probe, case).inputs), run_seed(self.root, probe, case)]
                for case in cases
            ]
            self._messages[key] = encode({"op": "probe", "check": probe.name, "cases": runs})
        return Request(cases[0].index, self._messages[key], limits)

    def to_bytes(self, whole: bool = True) -> bytes:
        """All of it in the wire format; not ``whole``: without what the misconceptions give."""
        plain = {name: getattr(self, name) for name in _PLAIN}
        plain["cases"] = [[check, case, vars(e)] for (check, case), e in self.cases.items()]
        if whole:
            self.need()
        return sealed(encode({**plain, "wrong": self.wrong.to_plain() if whole else None}))

    @classmethod
    def from_bytes(cls, content: bytes) -> Expectations:
        """Raises ``DamagedError`` for what is not whole."""
        plain = decode(unsealed(content))
        wrong = plain.pop("wrong")
        plain["cases"] = {(check, case): Expected(**e) for check, case, e in plain["cases"]}
        found = cls(**plain)
        if wrong is not None:
            found.wrong = WrongAnswers.from_plain(wrong)
        return found


_PLAIN = [f.name for f in fields(Expectations) if f.init]


def run_message(check: Check, case: Case, inputs: Mapping[str, Any], root: str) -> bytes:
    """What the runner is sent to run a case: never a secret input, nor the root itself."""
    request = {"op": "run", "check": check.name, "case": case.index, "inputs": check.public(case, inputs)}
    return encode({**request, "seed": run_seed(root, check, case)})


def run_seed(root: str, check: Check, case: Case) -> int:
    """The seed of the random numbers that student code draws."""
    digest = hashlib.sha256(f"{root}|{check.name}|{case.index}|run".encode()).digest()
    return int.from_bytes(digest[:7], "big")


def calibration(id: str, check: Check, inputs: Mapping[str, Any], device: str) -> Mapping[str, Any] | None:
    """The calibration of a training check for its data and settings: the device's own where it has one."""
    if not check.training:
        return None
    table, data = _calibrations(id).get(check.name, {}), inputs.get("data", "")
    entry: dict[str, Any] | None = table.get(f"{data}/{device}") or table.get(data)
    if entry is None or entry.get("settings", {}) != inputs.get("settings", {}):
        return None
    curve = entry["curve"]
    band = dict.fromkeys(("low", "median", "high"), curve) if isinstance(curve, list) else curve
    return {**entry, "curve": band, "data": data}


@cache
def _calibrations(id: str) -> dict[str, Any]:
    path = catalog.calibration_file(id)
    table: dict[str, Any] = msgspec.json.decode(path.read_bytes())["checks"] if path.exists() else {}
    return table


def cache_folder() -> Path:
    """Where expectations are kept: ``KATA_CACHE``, else ``.kata/expectations`` in the kit, else the user's cache."""
    if folder := os.environ.get("KATA_CACHE"):
        return Path(folder)
    root = catalog.kit_root()
    if os.access(root, os.W_OK):
        return root / ".kata" / "expectations"
    return Path.home() / ".cache" / "torchkata" / "expectations"


def get(runner: Runner, id: str, seed: str, device: str = "cpu") -> Expectations:
    """The expectations of an exercise: from the cache, else made and kept. In a student's copy, those it came with."""
    if catalog.is_student_copy():
        return shipped(id, seed)
    kept = _Kept(id, expectations_key(id, seed, device))
    found = kept.read(".bin", Expectations.from_bytes)
    if found is None:
        found = make(runner, id, seed, device)
        keep(found)
    plain = kept.read(".wrong", lambda content: decode(unsealed(content)))
    found.wrong = WrongAnswers.from_plain(plain or {}, run=misconception_run(runner, found), keep=kept.write_wrong)
    return found


def keep(expectations: Expectations) -> None:
    """Puts expectations into the cache, whole as ``make`` made them, with what the misconceptions gave so far."""
    kept = _Kept(expectations.id, expectations.key)
    kept.write(".bin", expectations.to_bytes(whole=False))
    kept.write_wrong(expectations.wrong)


BROKEN = (WireError, DamagedError, TypeError, KeyError, ValueError, AttributeError)


class _Kept:
    """The files of an exercise's expectations in the cache, named by the key of what they were made from."""

    def __init__(self, id: str, key: str) -> None:
        self._folder, self._name, self._key = cache_folder(), id.replace("/", "."), key

    def _path(self, suffix: str) -> Path:
        return self._folder / f"{self._name}-{self._key}{suffix}"

    def read(self, suffix: str, reading: Callable[[bytes], T]) -> T | None:
        """What a file holds; None where there is none. A damaged one is not believed, and said to be so."""
        try:
            return reading(self._path(suffix).read_bytes())
        except OSError:
            return None
        except BROKEN:
            LOG.warning(_("{path} is damaged: it is made anew.").format(path=self._path(suffix)))
            return None

    def write(self, suffix: str, content: bytes) -> None:
        """Keeps a file, and drops those of the exercise that are a month old."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            for old in self._folder.glob(f"{self._name}-*"):
                if old.stat().st_mtime < self._folder.stat().st_mtime - 30 * 86400:
                    old.unlink(missing_ok=True)
            write_atomically(self._path(suffix), content)
        except OSError:
            pass  # a cache that cannot be written only costs time

    def write_wrong(self, wrong: WrongAnswers) -> None:
        """Keeps what the misconceptions gave so far."""
        self.write(".wrong", sealed(encode(wrong.to_plain())))


def shipped(id: str, seed: str = PUBLIC) -> Expectations:
    """The expectations that a student's copy came with: whatever torch and machine are here, for every device.

    Raises ``NotInCopyError`` for a seed they are not of.
    """
    path = catalog.expectations_file(id)
    if seed != PUBLIC or not path.is_file():
        text = _("This is a student's copy: it can check with the public inputs only, and only the exercises it has.")
        raise catalog.NotInCopyError(text)
    try:
        return Expectations.from_bytes(path.read_bytes())
    except (OSError, *BROKEN):
        text = _("{path} is damaged: get this copy of the exercises again.")
        raise catalog.NotInCopyError(text.format(path=path)) from None


def measure(runner: Runner, expectations: Expectations) -> None:
    """Times the reference once more, here and now: limits are multiples of what it costs in the same run.

    A kit without solutions keeps the times that came with the expectations.
    """
    path = catalog.solution_file(expectations.id)
    if not path.exists():
        return
    exercise = catalog.load_exercise(expectations.id)
    with Trial(runner, exercise, bare(path.read_text(encoding="utf-8")), "reference") as trial:
        for check, case in exercise.cases(training=False, device=expectations.device):
            if case.base:
                continue  # limits are so wide that what the base takes tells enough
            request = expectations.request(check, case, Limits(AUTHOR_SECONDS))
            for _case, outcome in trial.run(check, [request]):
                expected = expectations.expected(check, case)
                expected.seconds = max(expected.seconds, outcome.seconds)


def make(runner: Runner, id: str, seed: str, device: str = "cpu", training: bool = True) -> Expectations:
    """Runs the reference through all checks. Raises ``BrokenExerciseError``, and ``LookupError``
    where a misconception does not fit the solution.

    ``training=False`` leaves out the training checks, which then cannot be graded.
    """
    exercise = catalog.load_exercise(id)
    text = catalog.solution_file(id).read_text(encoding="utf-8")
    misconceptions, _shared = catalog.load_misconceptions(id)
    wrong_solutions(id)  # what does not fit the solution is found out here, not when it is needed
    result = Expectations(
        id=id,
        seed=seed,
        device=device,
        stub=cut(text),
        key=expectations_key(id, seed, device),
        sentences={m.name: m.sentence for m in misconceptions},
        cases={},
    )
    with Trial(runner, exercise, bare(text), "reference") as trial:
        for check, case in exercise.cases(training, device):
            if not case.same:
                result.cases[check.name, case.index] = _expected(trial, check, case, result.root, device)
    result.wrong = WrongAnswers(run=misconception_run(runner, result))
    return result


def wrong_solutions(id: str) -> dict[str, str]:
    """The misconceptions by name, each as the source of a solution. LookupError if one does not fit the reference."""
    solution = bare(catalog.solution_file(id).read_text(encoding="utf-8"))
    misconceptions, shared = catalog.load_misconceptions(id)
    entries = catalog.load_exercise(id).entries
    return {m.name: m.solution(solution, entries, shared) for m in misconceptions}


def misconception_run(runner: Runner, expectations: Expectations) -> Run:
    """What runs a misconception through checks, whatever these wait for."""

    @cache
    def solutions() -> dict[str, str]:
        return wrong_solutions(expectations.id)

    def run(name: str, checks: Collection[str], known: Outcomes) -> Outcomes:
        exercise = catalog.load_exercise(expectations.id)
        with Trial(runner, exercise, solutions()[name], name) as trial:
            found = run_through(trial, expectations, of=checks, known=known).outcomes
        return {key: replace(outcome, trace=[], output="", line=None) for key, outcome in found.items()}

    return run


def _expected(trial: Trial, check: Check, case: Case, root: str, device: str) -> Expected:
    inputs, sizes = check.draw(case, root, device)
    public = check.public(case, inputs)
    limits = Limits(AUTHOR_SECONDS + check.seconds, MAX_ANSWER)

    def reference(variant: dict[str, Any]) -> Outcome:
        request = Request(case.index, run_message(check, case, variant, root), limits)
        outcome = next(trial.run(check, [request]))[1]
        if outcome.kind is not Kind.RETURNED or set(outcome.changed) - set(check.origin(case)[0].mutates):
            what = f"{outcome.kind} {outcome.error} {outcome.message} {outcome.changed} {outcome.trace}"
            raise BrokenExerciseError(f"{trial.exercise.id}: the reference fails {check.name}: {what}")
        return outcome

    plain = reference(public)
    exact, spread = plain.value, []
    if not check.training:
        doubled = to_dtype(public, torch.float64)
        exact = plain.value if case.dtype is torch.float64 else reference(doubled).value
        spread = [reference(_rounded(doubled, case.dtype, i)).value for i in range(PERTURBATIONS)]
    return Expected(
        inputs=inputs,
        sizes=sizes,
        value=plain.value,
        exact=exact,
        spread=spread,
        seconds=plain.seconds,
        answer_bytes=len(encode(plain.to_plain())),
    )


def _rounded(inputs: dict[str, Any], dtype: torch.dtype, index: int) -> dict[str, Any]:
    """Float64 inputs moved by up to half a unit of rounding of ``dtype``: what no honest solution can tell apart."""
    generator = torch.Generator().manual_seed(index)
    half = torch.finfo(dtype).eps / 2

    def move(t: torch.Tensor) -> torch.Tensor:
        if not t.is_floating_point():
            return t
        return t * (1 + half * (2 * torch.rand(t.shape, generator=generator, dtype=t.dtype) - 1))

    return {name: map_tensors(value, move) for name, value in inputs.items()}
