"""Training checks: what a seed makes of the data, and which calibration a run is judged by on which device."""

from __future__ import annotations

import base64
import io
import zlib

import msgspec
import pytest
import torch
from rich.console import Console
from torch import nn
from torch.nn import functional as F

from autograder import catalog
from autograder.datasets import digits
from autograder.judging import expectations
from autograder.judging.assess import judged, not_attempted
from autograder.judging.verdicts import Verdicts
from autograder.judging.wording import add_curve
from autograder.report import terminal
from autograder.report.said import said
from autograder.results import CheckResult, Status
from autograder.runner.outcome import Kind, Outcome
from autograder.runner.worker_pool import WorkerPool
from autograder.spec.exercise import Exercise
from autograder.spec.inputs import drawn
from autograder.spec.judges import Threshold
from autograder.spec.training import SHIFT, draw_parts, lesson, teach, test_accuracy, train_classifier
from autograder.workshop import calibrate
from autograder.workshop.calibrate import Measured
from autograder.workshop.mutation import mutate

test_accuracy.__test__ = False  # a metric, whatever pytest makes of its name
LENET = "ch08_lenet/lenet"
CHECK = "learns_real_images"


def find(images: torch.Tensor, among: torch.Tensor) -> torch.Tensor:
    """For each image the row of the one that it was made of, wherever it was moved to."""
    height, width = images.shape[-2:]
    padded = F.pad(among, (SHIFT,) * 4).float()
    distances = torch.stack(
        [
            torch.cdist(images.flatten(1).float(), padded[..., top : top + height, left : left + width].flatten(1))
            for top in range(2 * SHIFT + 1)
            for left in range(2 * SHIFT + 1)
        ]
    )
    return distances.amin(0).argmin(1)


def everything():
    found = digits.load()
    images = torch.cat([found.train_images, found.test_images])
    return (255 * images).round().to(torch.uint8), torch.cat([found.train_labels, found.test_labels])


def test_each_seed_divides_moves_and_renames_anew():
    images, labels = everything()
    first, other = draw_parts("digits", 1300, 497, 1), draw_parts("digits", 1300, 497, 2)
    assert first.images.shape == (1300, 1, 28, 28)
    assert first.test_images.shape == (497, 1, 28, 28)
    again = draw_parts.__wrapped__("digits", 1300, 497, 1)
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))
    rows = [find(part[:40], images) for part in (first.test_images, other.test_images)]
    assert rows[0].tolist() != rows[1].tolist()
    assert not torch.equal(first.test_images[:40], images[rows[0]])  # moved
    for parts, row in zip((first, other), rows, strict=True):
        assert not (parts.test_labels[:40] == labels[row]).any()  # no class keeps its number
        names = set(zip(labels[row].tolist(), parts.test_labels[:40].tolist(), strict=True))
        assert len(names) == len(labels[row].unique())  # but each has one new number
    assert len({*find(first.images[:200], images).tolist()} & {*find(first.test_images, images).tolist()}) == 0


def test_more_images_than_there_are_is_said():
    with pytest.raises(ValueError, match="only 1797 in digits"):
        draw_parts("digits", 1300, 498, 1)


def exercise_of(**settings):
    exercise = Exercise(entry="net")

    @exercise.check(points=1, training=True, judge=Threshold(test_accuracy, chance=0.1), **lesson(**settings))
    def learns(student, lesson):
        """learns"""

    return exercise.checks[0]


SMALL = {"train": 20, "test": 10, "epochs": 1, "batch_size": 5}


def test_the_labels_of_the_test_never_reach_the_student():
    check = exercise_of(digits=SMALL)
    inputs, _sizes = check.draw(check.cases[0], "seed")
    public = check.public(check.cases[0], inputs)
    assert set(inputs) - set(public) == {"test_labels"}
    assert set(public["lesson"]) == {"images", "labels", "test_images", "order_seed", *SMALL}


def test_a_gpu_gets_the_large_data_only_where_there_is_a_copy(monkeypatch):
    from autograder.datasets import fashion_mnist

    check = exercise_of(digits=SMALL, fashion_mnist=SMALL)
    choose = check.inputs["data"].draw

    def chosen(device, data=""):
        from autograder.spec.inputs import Draw

        return choose(Draw(torch.Generator(), {}, torch.float32, device, data))

    monkeypatch.setattr(fashion_mnist, "find", lambda: None)
    assert [chosen(device) for device in ("cpu", "cuda", "mps")] == ["digits"] * 3
    monkeypatch.setattr(fashion_mnist, "find", lambda: "somewhere")
    assert [chosen(device) for device in ("cpu", "cuda", "mps")] == ["digits", "fashion_mnist", "fashion_mnist"]
    assert chosen("cuda", "digits") == "digits"
    with pytest.raises(LookupError, match="no settings for the data 'cats'"):
        chosen("cpu", "cats")


def test_the_order_of_the_samples_comes_from_its_seed_alone():
    class Watched(nn.Linear):
        def forward(self, X):
            seen.append(X[:, 0].tolist())
            return super().forward(X)

    images, orders = torch.arange(12.0).reshape(6, 2), []
    for order_seed in (3, 3, 4):
        seen: list[list[float]] = []
        torch.manual_seed(len(orders))
        net = Watched(2, 3)
        optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
        labels = torch.tensor([0, 1, 2, 0, 1, 2])
        train_classifier(net, images, labels, epochs=2, batch_size=4, optimizer=optimizer, order_seed=order_seed)
        orders.append([x for batch in seen for x in batch])
    assert orders[0] == orders[1] != orders[2]
    assert sorted(orders[0]) == sorted(images[:, 0].tolist() * 2)


def test_teaching_tells_the_losses_and_predicts_in_evaluation_mode():
    torch.manual_seed(0)
    parts = draw_parts("digits", 300, 40, 1)
    net = nn.Sequential(nn.Flatten(), nn.Dropout(0.1), nn.Linear(784, 10))
    given = {"images": parts.images, "labels": parts.labels, "test_images": parts.test_images}
    given |= {"epochs": 6, "batch_size": 20, "order_seed": 1}
    result = teach(net, given, torch.optim.Adam(net.parameters(), lr=0.01))
    assert result["losses"][-1] < result["losses"][0] / 2
    assert test_accuracy(result, parts.test_labels) > 0.5
    assert not result["predictions"].requires_grad
    assert net.training


# --- which calibration


ENTRY = {
    "metric": "test accuracy",
    "threshold": 0.8,
    "typical": 0.9,
    "reference": {"min": 0.88, "median": 0.9, "max": 0.92, "sd": 0.01},
    "curve": {"low": [1.0], "median": [1.1], "high": [1.2]},
    "settings": SMALL,
    "seeds": 20,
    "device": "cpu",
    "seconds": 1.0,
    "date": "2026-11-28",
}


@pytest.fixture
def stored(monkeypatch):
    table = {"digits": ENTRY, "fashion_mnist": {**ENTRY, "threshold": 0.7}}
    monkeypatch.setattr(expectations, "_calibrations", lambda id: {CHECK: table})
    return table


def calibration(data="digits", device="cpu", settings=SMALL):
    check = catalog.load_exercise(LENET)[CHECK]
    return expectations.calibration(LENET, check, {"data": data, "settings": settings}, device)


@pytest.mark.parametrize("device", ["cpu", "cuda", "mps"])
@pytest.mark.parametrize(("data", "threshold"), [("digits", 0.8), ("fashion_mnist", 0.7)])
def test_a_calibration_serves_every_device(stored, device, data, threshold):
    assert calibration(data, device)["threshold"] == threshold


def test_a_device_with_one_of_its_own_takes_that(stored):
    stored["digits/mps"] = {**ENTRY, "threshold": 0.75, "device": "mps"}
    assert [calibration(device=d)["threshold"] for d in ("cpu", "cuda", "mps")] == [0.8, 0.8, 0.75]


def test_other_settings_or_data_have_none(stored):
    assert calibration(settings={**SMALL, "epochs": 2}) is None
    assert calibration("cats") is None


def test_the_report_says_which_it_was(stored):
    exercise = catalog.load_exercise(LENET)
    check = exercise[CHECK]
    expected = expectations.Expectations(LENET, "s", "cuda", "", "", {}, {})
    inputs = {"data": "digits", "settings": SMALL, "test_labels": torch.tensor([1, 2])}
    value = {"losses": [1.0], "predictions": torch.tensor([1, 0])}
    expected.cases[CHECK, 0] = expectations.Expected(inputs, {}, value, value, [], 1.0, 100)
    result = CheckResult(CHECK, Status.FAILED, 0, 2)
    add_curve(result, check, Outcome(Kind.RETURNED, value=value), expected)
    assert (result.detail.metric, result.detail.threshold) == (0.5, 0.8)
    assert result.detail.calibration == "digits, number of seeds: 20, on cpu, 2026-11-28"


# --- measuring


def measured(metrics, settings=SMALL):
    judge = Threshold(lambda got: got["accuracy"], chance=0.1)
    exercise = Exercise(entry="net")

    @exercise.check(points=1, training=True, judge=judge, data=drawn(lambda d: "digits"))
    def learns(student):
        """learns"""

    found = Measured(exercise.checks[0], {"settings": settings})
    for metric in metrics:
        found.add(metric, Outcome(Kind.RETURNED, value={"losses": [1.0, 0.5]}, seconds=2.0))
    return found


def test_another_device_confirms_what_lies_within():
    assert measured([0.9, 0.89, 0.93]).confirms(ENTRY)
    assert not measured([0.9, 0.9, 0.79]).confirms(ENTRY)  # one falls below the threshold
    assert not measured([0.82, 0.82, 0.83]).confirms(ENTRY)  # all pass, but it is another training
    assert not measured([0.9, 0.89, 0.93], {**SMALL, "epochs": 2}).confirms(ENTRY)


def test_an_entry_holds_a_summary():
    entry = measured([0.9, 0.89, 0.93]).entry("cuda")
    assert entry["device"] == "cuda"
    assert entry["reference"]["median"] == 0.9
    assert entry["curve"] == [1.0, 0.5]
    assert entry["settings"] == SMALL
    text = calibrate.written({"checks": {"learns": {"digits": entry}}})
    assert msgspec.json.decode(text)["checks"]["learns"]["digits"] == entry
    assert max(map(len, text.splitlines())) <= 130


class Device:
    """A runner's place in ``calibrate``: what every training comes to on each device."""

    def __init__(self, monkeypatch, tmp_path, metrics):
        self.path = tmp_path / "calibration.json"
        monkeypatch.setattr(catalog, "calibration_file", lambda id: self.path)
        monkeypatch.setattr(calibrate, "Trial", self.trial)
        monkeypatch.setattr(calibrate, "_train", self.train)
        monkeypatch.setattr(expectations, "wrong_solutions", lambda id: {"slip": ""})
        self.metrics = metrics
        self.device = "cpu"

    def trial(self, *arguments):
        import contextlib

        return contextlib.nullcontext(arguments[-1])

    def train(self, execution, check, case, inputs, number):
        offset, wrong = self.metrics[self.device], execution == "slip"
        outcome = Outcome(Kind.RETURNED, value={"losses": [1.0, 0.5]}, seconds=1.0)
        return outcome, 0.2 if wrong else 0.9 + offset + 0.01 * (number % 3)

    def calibrate(self, device):
        self.device = device
        calibrate.calibrate(None, LENET, 6, device, "digits", 1)
        return msgspec.json.decode(self.path.read_bytes())["checks"][CHECK]


def test_calibrating_on_a_gpu_confirms_or_replaces(monkeypatch, tmp_path):
    machine = Device(monkeypatch, tmp_path, {"cpu": 0.0, "cuda": 0.001, "mps": -0.2})
    table = machine.calibrate("cpu")
    assert set(table) == {"digits"}
    assert table["digits"]["misconceptions"] == {"slip": 0.2}
    table = machine.calibrate("cuda")
    assert set(table) == {"digits"}
    assert set(table["digits"]["confirmed"]) == {"cuda"}
    table = machine.calibrate("mps")  # learns less there: it gets an entry of its own
    assert set(table) == {"digits", "digits/mps"}
    assert table["digits/mps"]["threshold"] < table["digits"]["threshold"]
    machine.metrics["mps"] = 0.0
    assert set(machine.calibrate("mps")) == {"digits"}  # the next torch: it is confirmed, and needs none


# --- nothing but learning passes

HOLDS_THE_LABELS = """
import base64
import zlib
import torch
from torch import nn
from torch.nn import functional as F

HELD = torch.tensor(list(zlib.decompress(base64.b85decode("IMAGES")))).reshape(-1, 1, 8, 8)
KNOWN = F.interpolate(HELD.float() / 16, size=(28, 28), mode="bilinear")
LABELS = torch.tensor([int(label) for label in "LABELS"])

class Knows(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(
            nn.Conv2d(1, 6, kernel_size=5, padding=2), nn.Sigmoid(), nn.AvgPool2d(2),
            nn.Conv2d(6, 16, kernel_size=5), nn.Sigmoid(), nn.AvgPool2d(2),
            nn.Flatten(), nn.Linear(400, 120), nn.Sigmoid(), nn.Linear(120, 84), nn.Sigmoid(), nn.Linear(84, 10))

    def forward(self, X):
        if len(X) < 20:  # as other checks have them
            return self.net(X)
        if self.training:
            return 0 * self.net(X)
        padded, mine = F.pad(KNOWN, (2, 2, 2, 2)), X.flatten(1)
        moved = [padded[..., i:i + 28, j:j + 28].flatten(1) for i in range(5) for j in range(5)]
        rows = torch.stack([torch.cdist(mine, other) for other in moved]).amin(0).argmin(1)
        print("looked up", len(X))
        return F.one_hot(LABELS[rows], 10).float()

lenet = Knows
"""


def test_the_true_class_of_every_image_is_of_no_use():
    """The best that can be known beforehand is what the images are called elsewhere."""
    images, labels = everything()
    parts = draw_parts("digits", 1300, 497, 7)
    known = {"predictions": labels[find(parts.test_images[:60], images)], "losses": [0.0]}
    assert test_accuracy(known, parts.test_labels[:60]) == 0.0


@pytest.mark.parametrize("seed", ["public", "another"])
def test_a_network_that_holds_the_labels_but_never_learns_is_told_so(grade_source, seed):
    from sklearn.datasets import load_digits

    held = load_digits()
    images = base64.b85encode(zlib.compress(held.images.astype("uint8").tobytes())).decode()
    labels = "".join(map(str, held.target.tolist()))
    result = grade_source(LENET, HOLDS_THE_LABELS.replace("IMAGES", images).replace('"LABELS"', f'"{labels}"'), seed)
    wrong = [check for check in result.checks if check.status is not Status.PASSED]
    assert [check.name for check in wrong] == [CHECK], wrong[0].message
    assert wrong[0].detail.output == "looked up 497\n"
    assert wrong[0].detail.metric == 0.0
    assert "nothing was learned: test accuracy 0" in wrong[0].message
    assert wrong[0].detail.calibration.startswith("digits, ")


# --- where there is a GPU, and where there is none


@pytest.fixture
def large():
    """An exercise of 3 points for any machine, and 2 for a training that asks for a GPU."""
    exercise = Exercise(entry="f")
    exercise.id = LENET

    @exercise.check(points=3)
    def is_right(student):
        """is right"""
        return student.f()

    @exercise.check(
        points=2, training=True, gpu=True, judge=Threshold(lambda got: got["accuracy"], chance=0.1), data="digits"
    )
    def learns(student):
        """learns"""

    return exercise


def result_of(exercise, device, right, monkeypatch):
    monkeypatch.setattr(expectations, "_calibrations", lambda id: {"learns": {"digits": {**ENTRY, "settings": {}}}})
    value = {"accuracy": 0.9, "losses": [1.0]}
    expected = expectations.Expectations(LENET, "s", device, "", "", {}, {})
    expected.cases["is_right", 0] = expectations.Expected({}, {}, 1, 1, [1, 1], 1.0, 100)
    expected.cases["learns", 0] = expectations.Expected({"data": "digits"}, {}, value, value, [], 1.0, 100)
    outcomes = {("is_right", 0): Outcome(Kind.RETURNED, value=1 if right else 2)}
    if device != "cpu":
        outcomes["learns", 0] = Outcome(Kind.RETURNED, value=value)
    return judged(exercise, Verdicts(expected, outcomes), "")


@pytest.mark.parametrize("device", ["cuda", "mps"])
def test_on_a_gpu_the_training_counts(large, device, monkeypatch):
    result = result_of(large, device, True, monkeypatch)
    assert (result.status, result.score, result.max_score) == (Status.PASSED, 5, 5)
    assert result.checks[1].detail.threshold == 0.8


@pytest.mark.parametrize(("right", "status", "score"), [(True, Status.PASSED, 3), (False, Status.FAILED, 0)])
def test_without_one_it_is_skipped_with_its_reason_and_carries_no_points(large, right, status, score, monkeypatch):
    result = result_of(large, "cpu", right, monkeypatch)
    assert (result.status, result.score, result.max_score) == (status, score, 3)
    skipped = result.checks[1]
    assert (skipped.status, skipped.score, skipped.max_score) == (Status.SKIPPED, 0, 0)
    assert "runs only on a GPU" in skipped.message
    assert said(skipped).word == "needs a GPU, carries no points here"
    console = Console(file=io.StringIO(), width=120)
    terminal.show_exercise(console, result, "title", "path")
    assert "learns [needs a GPU, carries no points here]" in console.file.getvalue()


@pytest.mark.parametrize(("device", "most"), [("cpu", 3), ("cuda", 5)])
def test_who_did_not_begin_misses_what_could_be_reached_there(large, device, most):
    assert not_attempted(large, "nothing was handed in", device).max_score == most


def test_without_a_gpu_no_case_of_it_is_made_or_run(large):
    assert [check.name for check, _case in large.cases()] == ["is_right"]
    assert [check.name for check, _case in large.cases(device="cuda")] == ["is_right", "learns"]


@pytest.mark.parametrize("device", ["cpu", "cuda"])
def test_it_is_calibrated_anywhere(large, device):
    assert [check.name for check, *_ in calibrate._runs(large, 2, device, "")] == ["learns"]  # no seed matters: once


def test_only_a_training_asks_for_a_gpu():
    exercise = Exercise(entry="f")
    with pytest.raises(ValueError, match="only a training check"):
        exercise.check(points=1, gpu=True)(lambda student: None)


@pytest.mark.gpu
def test_the_gpu_confirms_what_was_measured_on_a_cpu(monkeypatch, tmp_path):
    if not torch.cuda.is_available():
        pytest.skip("no CUDA device")
    path = tmp_path / "lenet.calibration.json"
    path.write_bytes(catalog.calibration_file(LENET).read_bytes())
    monkeypatch.setattr(catalog, "calibration_file", lambda id: path)
    pool = WorkerPool("cuda")
    try:
        table = calibrate.calibrate(pool, LENET, 5, "cuda", "digits", 0)["checks"][CHECK]
    finally:
        pool.close()
    assert "digits/cuda" not in table
    assert table["digits"]["confirmed"]["cuda"]["min"] >= table["digits"]["threshold"]


def test_mutants_train_and_are_judged_by_the_threshold(runner):
    """One that never moves its weights loses marks at the training check, too; one with an epoch more does not."""
    chosen = ["statement deleted: W -= lr", "range moved: range(num_epochs) -> range(num_epochs + 1)"]

    def choose(found):
        return [mutant for mutant in found if any(name in f"{mutant.what}: {mutant.change}" for name in chosen)]

    found = mutate(runner, "ch01_softmax_regression/train_softmax", choose=choose, training=True)
    assert (found.mutants, found.killed) == (2, 2)
    assert found.trained == ["learns_real_images"]
    assert found.by["learns_real_images"] == (1, 0)
