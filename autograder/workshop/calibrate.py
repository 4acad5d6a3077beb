"""Sets the thresholds of training checks by measuring: the reference and every misconception, over many seeds.

**The rule.** The threshold lies below the worst of the reference's runs by four standard deviations of them all, and
by at least a twentieth of the way from chance to the usual. Why: the worst of 30 runs lies about two deviations below
their mean, so the threshold lies about six below it, where a right solution of normal scatter falls once in 1e9
trainings; the twentieth stands for other machines and versions, where the scatter is small. A right solution starts
from the same given weights and sees the samples in the same order as the reference, so it gets the reference's metric
up to rounding anyway. What the threshold is there to find, a network that does not learn, stays near chance.
Where the rule gives a threshold that is not clearly above chance (halfway to the usual), the settings of the check do
not train reliably: that is an error of its author's, and nothing is written.

Misconceptions that learn as well as the reference are no fault of a threshold: the exact checks find them.
"""

from __future__ import annotations

import math
import platform
import statistics
from collections.abc import Sequence
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
from autograder.runner.limits import AUTHOR_SECONDS, MAX_ANSWER, Limits
from autograder.runner.outcome import Kind, Outcome
from autograder.runner.protocol import Runner
from autograder.spec.exercise import Case, Check
from autograder.spec.judges import Threshold

SEEDS = 30
MISCONCEPTION_SEEDS = 5
DEVIATIONS = 4.0
LEAST_MARGIN = 1 / 20
CLEARLY = 1 / 2  # of the way from chance to the usual
DIGITS = 4


class UnreliableTrainingError(KitError):
    """The reference does not learn with every seed: the check's settings are to be changed."""

    status = WRONG


def calibrate(runner: Runner, id: str, seeds: int = SEEDS, device: str = "cpu") -> dict[str, Any]:
    """Measures every training check of an exercise on a device and stores what came out beside the exercise.

    Returns what is stored, with what other devices and data stored before:
    ``{"checks": {check: {"digits/cpu": {"metric", "threshold", "typical", "reference", ...}}}}``.
    Raises ``BrokenExerciseError`` where the reference fails, ``UnreliableTrainingError`` where it does not learn.
    """
    exercise = catalog.load_exercise(id)
    solution = bare(catalog.solution_file(id).read_text(encoding="utf-8"))
    misconceptions, shared = catalog.load_misconceptions(id)
    path = catalog.calibration_file(id)
    stored: dict[str, Any] = msgspec.json.decode(path.read_bytes())["checks"] if path.exists() else {}
    table = {check.name: dict(stored.get(check.name, {})) for check in exercise.checks if check.training}
    measures: dict[str, dict[str, Measured]] = {name: {} for name in table}

    with Trial(runner, exercise, solution, "reference") as execution:
        for check, case, number in _runs(exercise.checks, seeds):
            data, outcome, metric = _train(execution, check, case, number, device)
            if metric is None:
                what = f"{outcome.kind} {outcome.error} {outcome.message} {outcome.trace}"
                raise expectations.BrokenExerciseError(f"{id}: the reference fails {check.name}: {what}")
            measures[check.name].setdefault(data, Measured()).add(metric, outcome, check)
    for misconception in misconceptions:
        wrong = misconception.solution(solution, exercise.entries, shared)
        with Trial(runner, exercise, wrong, misconception.name) as execution:
            for check, case, number in _runs(exercise.checks, min(seeds, MISCONCEPTION_SEEDS)):
                data, _outcome, metric = _train(execution, check, case, number, device)
                if metric is None:
                    break  # it does not train at all, and will not with another seed
                found = measures[check.name][data].misconceptions
                found.setdefault(misconception.name, []).append(_short(metric))

    for check in exercise.checks:
        for data, measured in measures.get(check.name, {}).items():
            table[check.name][f"{data}/{device}"] = measured.entry(check)
    result = {"checks": table}
    write_atomically(path, msgspec.json.format(msgspec.json.encode(result), indent=1) + b"\n")
    expectations._calibrations.cache_clear()
    return result


class Measured:
    """What was measured of one check on one kind of data."""

    def __init__(self) -> None:
        self.metrics: list[float] = []
        self.curves: list[list[float]] = []
        self.seconds: list[float] = []
        self.misconceptions: dict[str, list[float]] = {}

    def add(self, metric: float, outcome: Outcome, check: Check) -> None:
        assert isinstance(check.judge, Threshold)
        self.metrics.append(metric)
        self.seconds.append(outcome.seconds)
        self.curves.append(outcome.value[check.judge.curve])

    def entry(self, check: Check) -> dict[str, Any]:
        """What is stored of it. Curves: over the seeds, for each epoch."""
        assert isinstance(check.judge, Threshold)
        epochs = list(zip(*self.curves, strict=True))
        return {
            "metric": check.judge.name,
            "threshold": threshold(self.metrics, check.judge, check.name),
            "typical": _short(statistics.median(self.metrics)),
            "reference": [_short(metric) for metric in self.metrics],
            "misconceptions": self.misconceptions,
            "curve": {
                "low": [_short(min(losses)) for losses in epochs],
                "median": [_short(statistics.median(losses)) for losses in epochs],
                "high": [_short(max(losses)) for losses in epochs],
            },
            "seeds": len(self.metrics),
            "seconds": round(statistics.median(self.seconds), 2),
            "date": date.today().isoformat(),
            "versions": {"torch": str(torch.__version__), "python": platform.python_version(), "kit": __version__},
        }


def threshold(metrics: Sequence[float], judge: Threshold, name: str = "") -> float:
    """The threshold that the rule gives for the reference's metrics. Raises ``UnreliableTrainingError``."""
    sign = 1 if judge.higher else -1
    gains = [sign * (metric - judge.chance) for metric in metrics]
    usual = least = math.nan
    if all(map(math.isfinite, gains)):
        usual = statistics.median(gains)
        least = min(gains) - max(DEVIATIONS * statistics.stdev(gains), LEAST_MARGIN * usual)
    if not least >= CLEARLY * usual > 0:  # never true of NaN
        listed = ", ".join(f"{metric:.3f}" for metric in sorted(metrics))
        raise UnreliableTrainingError(f"{name}: the reference does not learn reliably: {listed}")
    return round(judge.chance + sign * math.floor(least * 1000) / 1000, DIGITS)


def _runs(checks: Sequence[Check], seeds: int) -> list[tuple[Check, Case, int]]:
    return [(check, case, n) for check in checks if check.training for case in check.cases for n in range(seeds)]


def _train(execution: Trial, check: Check, case: Case, number: int, device: str) -> tuple[str, Outcome, float | None]:
    """One training: the name of its data, what came, and the metric, None where there is nothing to measure."""
    assert isinstance(check.judge, Threshold)
    seed = f"calibration {number}"
    inputs, _sizes = check.draw(case, seed, device)
    limits = Limits(AUTHOR_SECONDS + check.seconds, MAX_ANSWER)
    request = Request(case.index, expectations.run_message(check, case, inputs, seed), limits)
    outcome = next(execution.run(check, [request]))[1]
    metric = None
    if outcome.kind is Kind.RETURNED:
        try:
            metric = check.judge.measure(outcome.value, inputs)
        except Exception:  # a wrong solution returned what has no metric
            metric = None
    return str(inputs.get("data", "")), outcome, metric


def _short(number: float) -> float:
    return round(number, DIGITS)
