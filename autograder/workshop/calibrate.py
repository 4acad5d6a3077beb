"""Sets the thresholds of training checks by measuring: the reference and every misconception, over many seeds.

**The rule.** The threshold lies below the worst of the reference's runs by four standard deviations of them all, and
by at least a twentieth of the way from chance to the usual. Why: the worst of 30 runs lies about two deviations below
their mean, so the threshold lies about six below it. Where the scatter is normal, a right solution falls below half of
such thresholds less than once in 1e9 trainings, and once in a million (1e-6) on the average over calibrations, as those
count most whose runs happened to lie close together; with 20 seeds it is 8e-6. The twentieth stands for other machines
and versions, where the scatter is small. A right solution starts from the same given weights and sees the samples in
the same order as the reference, so it gets the reference's metric up to rounding anyway. What the threshold is there to
find, a network that does not learn, stays near chance.
Where the rule gives a threshold that is not clearly above chance (halfway to the usual), the settings of the check do
not train reliably: that is an error of its author's, and nothing is written.

Misconceptions that learn as well as the reference are no fault of a threshold: the exact checks find them.

**What it belongs to.** How a network learns depends on data, settings and seed; on the device only by rounding. So an
entry is stored for a data set, with the settings and the device it was measured with, and serves every device.
Measuring on a device for which there is such an entry confirms it where the runs lie within it; else the device gets
an entry of its own, such as ``fashion_mnist/cuda``.
"""

from __future__ import annotations

import json
import math
import platform
import statistics
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

import msgspec
import torch

from autograder import __version__, catalog
from autograder.errors import WRONG, KitError
from autograder.files import write_atomically
from autograder.judging import expectations
from autograder.judging.stubs import bare
from autograder.judging.trial import Request, Trial
from autograder.messages import _
from autograder.runner.limits import AUTHOR_SECONDS, MAX_ANSWER, Limits
from autograder.runner.outcome import Kind, Outcome
from autograder.runner.protocol import Runner
from autograder.runner.wire import encode
from autograder.spec.exercise import Case, Check, Exercise
from autograder.spec.judges import Threshold

SEEDS = 30
MISCONCEPTION_SEEDS = 5
DEVIATIONS = 4.0
LEAST_MARGIN = 1 / 20
CLEARLY = 1 / 2  # of the way from chance to the usual
DIGITS = 4
DEPTH, WIDTH = 3, 110  # of a file: entries lie three levels down

Entry = dict[str, Any]
Report = Callable[[str], None]


class UnreliableTrainingError(KitError):
    """The reference does not learn with every seed: the check's settings are to be changed."""

    status = WRONG


def calibrate(
    runner: Runner,
    id: str,
    seeds: int = SEEDS,
    device: str = "cpu",
    data: str = "",
    misconception_seeds: int = MISCONCEPTION_SEEDS,
    report: Report = lambda line: None,
) -> dict[str, Any]:
    """Measures every training check of an exercise on a device and stores what came out beside the exercise.

    data: the data set, else the one that the device gets. report: is told of every run.
    Returns what is stored, with what was stored before of other data and devices:
    ``{"checks": {check: {"digits": {"metric", "threshold", "typical", "reference", ...}}}}``.
    Raises ``BrokenExerciseError`` where the reference fails, ``UnreliableTrainingError`` where it does not learn.
    """
    exercise = catalog.load_exercise(id)
    solution = bare(catalog.solution_file(id).read_text(encoding="utf-8"))
    path = catalog.calibration_file(id)
    stored: dict[str, Any] = msgspec.json.decode(path.read_bytes())["checks"] if path.exists() else {}
    table = {check.name: dict(stored.get(check.name, {})) for check in exercise.checks if check.training}
    measures: dict[tuple[str, str], Measured] = {}

    with Trial(runner, exercise, solution, "reference") as execution:
        for check, case, inputs, number in _runs(exercise, seeds, device, data):
            outcome, metric = _train(execution, check, case, inputs, number)
            if metric is None:
                what = f"{outcome.kind} {outcome.error} {outcome.message} {outcome.trace}"
                raise expectations.BrokenExerciseError(f"{id}: the reference fails {check.name}: {what}")
            key = check.name, str(inputs.get("data", ""))
            measures.setdefault(key, Measured(check, inputs)).add(metric, outcome)
            report(f"{check.name}, {key[1]}, reference, {number}: {metric:.4g} ({outcome.seconds:.1f} s)")

    new: dict[tuple[str, str], Entry] = {}
    for (name, kind), measured in measures.items():
        known = table[name].get(kind)
        if known is not None and known["device"] != device and measured.confirms(known):
            known.setdefault("confirmed", {})[device] = measured.summary()
            table[name].pop(f"{kind}/{device}", None)
            report(_("{check}: {device} confirms the calibration").format(check=name, device=device))
        else:
            new[name, kind] = measured.entry(device)  # raises before the misconceptions take their time
    for misconception, source in expectations.wrong_solutions(id).items() if new else ():
        with Trial(runner, exercise, source, misconception) as execution:
            for check, case, inputs, number in _runs(exercise, min(seeds, misconception_seeds), device, data):
                key = check.name, str(inputs.get("data", ""))
                if key not in new:
                    continue
                outcome, metric = _train(execution, check, case, inputs, number)
                if metric is None:
                    break  # it does not train at all, and will not with another seed
                measures[key].misconceptions.setdefault(misconception, []).append(metric)
                report(f"{check.name}, {key[1]}, {misconception}, {number}: {metric:.4g} ({outcome.seconds:.1f} s)")
    for (name, kind), entry in new.items():
        entry["misconceptions"] = {m: _range(found) for m, found in measures[name, kind].misconceptions.items()}
        known = table[name].get(kind)
        own = known is not None and device not in ("cpu", known["device"])
        table[name][f"{kind}/{device}" if own else kind] = entry
    result = {"checks": table}
    write_atomically(path, written(result).encode())
    expectations._calibrations.cache_clear()
    return result


class Measured:
    """What was measured of one check on one data set."""

    def __init__(self, check: Check, inputs: dict[str, Any]) -> None:
        assert isinstance(check.judge, Threshold)
        self.name = check.name
        self.judge = check.judge
        self.settings = inputs.get("settings", {})
        self.metrics: list[float] = []
        self.curves: list[list[float]] = []
        self.seconds: list[float] = []
        self.misconceptions: dict[str, list[float]] = {}

    def add(self, metric: float, outcome: Outcome) -> None:
        self.metrics.append(metric)
        self.seconds.append(outcome.seconds)
        self.curves.append(outcome.value[self.judge.curve])

    def summary(self) -> Any:
        """The metrics in short: one number where there is but one."""
        low, high = min(self.metrics), max(self.metrics)
        if low == high:
            return _short(low)
        numbers = {"min": low, "median": statistics.median(self.metrics), "max": high}
        return {n: _short(v) for n, v in {**numbers, "sd": statistics.stdev(self.metrics)}.items()}

    def confirms(self, known: Entry) -> bool:
        """Whether a calibration holds for these runs too: all pass, and their median lies within it."""
        sign = 1 if self.judge.higher else -1
        passed = all(sign * metric >= sign * known["threshold"] for metric in self.metrics)
        reference = known["reference"]
        low, high = (reference["min"], reference["max"]) if isinstance(reference, dict) else (reference, reference)
        slack = LEAST_MARGIN * abs(known["typical"] - self.judge.chance)
        within = low - slack <= statistics.median(self.metrics) <= high + slack
        return passed and within and known.get("settings", {}) == self.settings

    def entry(self, device: str) -> Entry:
        """What is stored of it. Curves: over the seeds, for each epoch; one where all seeds give the same."""
        epochs = list(zip(*self.curves, strict=True))
        low, median, high = ([_short(of(losses)) for losses in epochs] for of in (min, statistics.median, max))
        return {
            "metric": self.judge.name,
            "threshold": threshold(self.metrics, self.judge, self.name),
            "typical": _short(statistics.median(self.metrics)),
            "reference": self.summary(),
            "curve": low if low == high else {"low": low, "median": median, "high": high},
            "settings": self.settings,
            "seeds": len(self.metrics),
            "device": device,
            "seconds": round(statistics.median(self.seconds), 2),
            "date": date.today().isoformat(),
            "versions": {"torch": str(torch.__version__), "python": platform.python_version(), "kit": __version__},
        }


def written(value: Any, depth: int = 0) -> str:
    """A table of calibrations as JSON: what an entry says stands on one line as long as it fits."""
    line = json.dumps(value, allow_nan=False)
    if not isinstance(value, dict) or (depth > DEPTH and len(line) <= WIDTH):
        return line
    indent = " " * (depth + 1)
    lines = [f"{indent}{json.dumps(key)}: {written(item, depth + 1)}" for key, item in value.items()]
    return "{\n" + ",\n".join(lines) + f"\n{indent[1:]}}}" + ("\n" if not depth else "")


def threshold(metrics: Sequence[float], judge: Threshold, name: str = "") -> float:
    """The threshold that the rule gives for the reference's metrics. Raises ``UnreliableTrainingError``."""
    sign = 1 if judge.higher else -1
    gains = [sign * (metric - judge.chance) for metric in metrics]
    usual = least = math.nan
    if all(map(math.isfinite, gains)):
        usual = statistics.median(gains)
        deviation = statistics.stdev(gains) if len(gains) > 1 else 0.0  # one run says all where no seed matters
        least = min(gains) - max(DEVIATIONS * deviation, LEAST_MARGIN * usual)
    if not least >= CLEARLY * usual > 0:  # never true of NaN
        listed = ", ".join(f"{metric:.3f}" for metric in sorted(metrics))
        raise UnreliableTrainingError(f"{name}: the reference does not learn reliably: {listed}")
    return round(judge.chance + sign * math.floor(least * 1000) / 1000, DIGITS)


def _runs(exercise: Exercise, seeds: int, device: str, data: str) -> Iterator[tuple[Check, Case, dict[str, Any], int]]:
    """Every training that is to be measured: the check, the case, the inputs and the number of the seed.

    Also of checks that learners' solutions go through on a GPU alone, since how a network learns does not depend on the
    device. A check that has no such data is left out; of one whose inputs are the same for every seed one run says all.
    """
    for check in exercise.checks:
        for case in check.cases if check.training else ():
            first = b""
            for number in range(seeds):
                try:
                    inputs, _sizes = check.draw(case, f"calibration {number}", device, data)
                except LookupError:
                    break
                if data and inputs.get("data", "") != data:
                    break
                drawn = encode(inputs)
                if number and drawn == first:
                    break
                first = first or drawn
                yield check, case, inputs, number


def _train(
    execution: Trial, check: Check, case: Case, inputs: dict[str, Any], number: int
) -> tuple[Outcome, float | None]:
    """One training: what came, and the metric, None where there is nothing to measure."""
    assert isinstance(check.judge, Threshold)
    limits = Limits(AUTHOR_SECONDS + check.seconds, MAX_ANSWER)
    message = expectations.run_message(check, case, inputs, f"calibration {number}")
    outcome = next(execution.run(check, [Request(case.index, message, limits)]))[1]
    metric = None
    if outcome.kind is Kind.RETURNED:
        try:
            metric = check.judge.measure(outcome.value, inputs)
        except Exception:  # a wrong solution returned what has no metric
            metric = None
    return outcome, metric


def _range(metrics: Sequence[float]) -> Any:
    """The least and the largest, one number where they are the same."""
    low, high = _short(min(metrics)), _short(max(metrics))
    return low if low == high else [low, high]


def _short(number: float) -> float | None:
    """A number as it is stored: JSON has no NaN."""
    return float(f"{number:.{DIGITS}g}") if math.isfinite(number) else None
