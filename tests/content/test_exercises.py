"""What holds of every exercise: it proves its checks, its reference is right and honest, its files are there."""

from __future__ import annotations

from types import SimpleNamespace

import msgspec
import pytest
import torch

from autograder import catalog
from autograder.intake.flags import flags
from autograder.runner.wire import encode
from autograder.spec.inputs import Draw
from autograder.workshop import release
from autograder.workshop.audit import audit
from autograder.workshop.leaks import Search

IDS = list(catalog.entries())


@pytest.mark.parametrize("id", IDS)
def test_every_exercise_is_in_order(runner, id):
    found = audit(runner, id, seeds=1)
    assert found.green, "\n".join(found.problems)
    assert len(found.misconceptions) >= 5
    assert found.scores["(reference)"] == found.max_score
    assert found.scores["(stub)"] == 0
    assert all(score < found.max_score for name, score in found.scores.items() if name != "(reference)")


@pytest.mark.parametrize("id", IDS)
def test_every_case_is_drawn_anew_with_each_seed(id):
    """The inputs are there for any seed, the same for the same one; another one changes something of the exercise."""
    drawn = {}
    for seed in ("0", "1", "2", "0"):
        found = []
        for check, case in catalog.load_exercise(id).cases(training=False):
            inputs, _sizes = check.draw(case, seed)
            found.append(encode([check.name, dict(sorted(inputs.items()))]))
        assert found == drawn.setdefault(seed, found)
    assert len(set(map(tuple, drawn.values()))) > 1


@pytest.mark.parametrize("id", IDS)
def test_no_reference_and_no_stub_is_flagged(id):
    for path in (catalog.solution_file(id), catalog.exercise_file(id)):
        assert flags(path.read_text(encoding="utf-8")) == [], path


@pytest.mark.parametrize("id", IDS)
def test_entry_points_are_known_without_importing_the_checks(id):
    assert catalog.entry_points(id) == catalog.load_exercise(id).entries


@pytest.mark.parametrize("id", [id for id in IDS if catalog.calibration_file(id).exists()])
def test_what_the_kit_ships_is_of_the_settings_that_its_checks_have(id):
    table = msgspec.json.decode(catalog.calibration_file(id).read_bytes())["checks"]
    training = {check.name: check for check in catalog.load_exercise(id).checks if check.training}
    assert table.keys() == training.keys()
    for name, check in training.items():
        settings = check.inputs.get("settings")
        for data, entry in table[name].items():
            wanted = {}
            if settings is not None:
                wanted = settings.draw(Draw(torch.Generator(), {}, torch.float32, "cpu", data.partition("/")[0]))
            assert entry.get("settings", {}) == wanted
            assert entry["seeds"] >= 20 or not isinstance(entry["reference"], dict)  # no seed matters there


def test_solutions_exercises_checks_and_misconceptions_mirror_the_manifest():
    root = catalog.kit_root()
    for folder in ("solutions", "exercises", "autograder/checks", "autograder/misconceptions"):
        found = {p.relative_to(root / folder).with_suffix("").as_posix() for p in (root / folder).glob("ch*/*.py")}
        # What begins with _ is what the exercises of a chapter share; a student's folder has nothing of the kind.
        shelves = folder.startswith("autograder/")
        assert {f for f in found if not (shelves and "/_" in f)} == set(IDS), folder


def test_what_is_said_to_a_student_holds_no_line_of_a_solution():
    """Sentences go along in the copy's expectations: the release would be refused."""
    search = Search()
    for id in catalog.entries():
        said = [f"{wrong.name}\n{wrong.sentence}" for wrong in catalog.load_misconceptions(id)[0]]
        said += [check.line for check in catalog.load_exercise(id).checks]
        assert [leak for text in said for leak in search.in_file(id, text.encode())] == []


def test_what_is_shipped_holds_no_line_of_a_solution(monkeypatch):
    """The same of the copy's files, without making its expectations, which takes minutes."""
    monkeypatch.setattr(release, "_expectations", lambda _runner, _id: SimpleNamespace(to_bytes=bytes))
    files = dict(release.contents(None, IDS))
    assert {f"autograder/checks/{id}.py" for id in IDS} <= files.keys()
    assert Search().in_files(files.items()) == []
