"""The rule for thresholds: where they lie, when there is none, and how often a right solution would fall below."""

from __future__ import annotations

import random
import statistics

import pytest

from autograder.spec.judges import Threshold
from autograder.workshop.calibrate import CLEARLY, DEVIATIONS, LEAST_MARGIN, SEEDS, UnreliableTrainingError, threshold


def metric(got):
    return float(got)


ACCURACY = Threshold(metric, chance=0.1)
LOSS = Threshold(metric, chance=2.3, higher=False)


def test_it_lies_four_deviations_below_the_worst_run():
    metrics = [0.80, 0.84, 0.76, 0.82, 0.78]
    assert threshold(metrics, ACCURACY) == pytest.approx(0.76 - DEVIATIONS * statistics.stdev(metrics), abs=1e-3)
    assert threshold(metrics, ACCURACY) <= 0.76 - DEVIATIONS * statistics.stdev(metrics)


def test_where_nothing_scatters_it_keeps_a_part_of_the_way_from_chance():
    assert threshold([0.9] * 5, ACCURACY) == pytest.approx(0.9 - LEAST_MARGIN * 0.8, abs=1e-3)


def test_where_lower_is_better_it_lies_above_the_worst_run():
    metrics = [0.30, 0.34, 0.26, 0.32, 0.28]
    found = threshold(metrics, LOSS)
    assert found == pytest.approx(0.34 + max(DEVIATIONS * statistics.stdev(metrics), LEAST_MARGIN * 2.0), abs=1e-3)
    assert max(metrics) < found < LOSS.chance


def test_it_mirrors_with_the_direction():
    metrics = [0.80, 0.84, 0.76, 0.82, 0.78]
    higher, lower = Threshold(metric, chance=0.0), Threshold(metric, chance=1.0, higher=False)
    assert threshold([1 - m for m in metrics], lower) == pytest.approx(1 - threshold(metrics, higher))


@pytest.mark.parametrize(
    ("metrics", "judge"),
    [
        ([0.9, 0.9, 0.9, 0.1], ACCURACY),  # one run learned nothing
        ([0.9, 0.7, 0.8, 0.6, 0.9], ACCURACY),  # it learns, but scatters too far
        ([0.1, 0.1, 0.1, 0.1], ACCURACY),  # chance
        ([0.05, 0.04, 0.05], ACCURACY),  # worse than chance
        ([0.9, 0.9, float("nan")], ACCURACY),
        ([float("inf"), 0.9, 0.9], ACCURACY),
        ([2.3, 2.31, 2.29], LOSS),
        ([0.3, 0.3, 2.3], LOSS),
        ([0.9, 0.9], Threshold(metric, chance=0.1, higher=False)),
    ],
)
def test_training_that_is_not_reliable_gives_none(metrics, judge):
    with pytest.raises(UnreliableTrainingError, match="training: the reference does not learn reliably: "):
        threshold(metrics, judge, "training")


def test_it_is_clearly_above_chance_or_there_is_none():
    """However runs scatter: what comes out lies at least half-way from chance to the usual."""
    draw = random.Random(0)
    found = refused = 0
    for _ in range(500):
        deviation = draw.uniform(0, 0.2)
        metrics = [draw.gauss(0.9, deviation) for _ in range(10)]
        usual = statistics.median(metrics)
        try:
            lies = threshold(metrics, ACCURACY)
            found += 1
        except UnreliableTrainingError:
            refused += 1
            continue
        assert ACCURACY.chance + CLEARLY * (usual - ACCURACY.chance) - 1e-3 <= lies < min(metrics)
    assert found > 100
    assert refused > 100


@pytest.mark.parametrize("judge", [ACCURACY, LOSS], ids=["higher", "lower"])
def test_a_right_solution_hardly_ever_falls_below(judge):
    """Of normal scatter: exactly how often the next training fails, for each of very many calibrations of the rule."""
    draw, normal = random.Random(0), statistics.NormalDist(0.9, 0.02)
    rates = []
    for _ in range(2000):
        metrics = [draw.gauss(normal.mean, normal.stdev) for _ in range(SEEDS)]
        lies = threshold(metrics, judge)
        rates.append(normal.cdf(lies) if judge.higher else 1 - normal.cdf(lies))
    assert statistics.median(rates) < 1e-8
    assert statistics.fmean(rates) < 1e-5
    assert statistics.fmean(rates) > 0


@pytest.mark.parametrize("share", [0.05, 0.3])
def test_a_rare_bad_run_is_in_the_calibration_or_makes_there_be_none(share):
    """Where some seeds do not learn, so that scatter is not normal, no threshold comes out that fails them silently."""
    draw = random.Random(0)
    refused = seen = 0
    for _ in range(200):
        metrics = [draw.gauss(0.12 if draw.random() < share else 0.9, 0.01) for _ in range(SEEDS)]
        bad = min(metrics) < 0.5
        seen += bad
        try:
            threshold(metrics, ACCURACY)
        except UnreliableTrainingError:
            refused += 1
            assert bad
    assert refused == seen > 100
