"""What must be graded again, and what must not, when something of the kit was changed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from support import CORR2D, DROPOUT, KIT, copy_of_the_kit

POOL2D, LENET = "ch07_convolution/pool2d", "ch08_lenet/lenet"
IDS = (CORR2D, POOL2D, DROPOUT, LENET)
CALIBRATION = f"autograder/checks/{LENET}.calibration.json"
ASK = """
import sys
from autograder import catalog
from autograder.judging import keys

seed, device, torch, *ids = sys.argv[1:]
if torch:
    keys.version = lambda name: torch
for id in ids:
    print(keys.expectations_key(id, seed, device), keys.judging_key(id, seed, device))
"""


@pytest.fixture(scope="module")
def kit(tmp_path_factory):
    """A kit to change."""
    return copy_of_the_kit(tmp_path_factory.mktemp("kit"), "autograder", "datasets", "solutions")


def keys(kit: Path, seed: str = "public", device: str = "cpu", torch: str = "", language: str = "") -> list[list[str]]:
    """For each exercise the keys of its expectations and of its results, as a new process has them."""
    environment = {**os.environ, "KATA_HOME": str(kit), "KATA_LANG": language, "PYTHONDONTWRITEBYTECODE": "1"}
    (kit / "exercises").mkdir(exist_ok=True)
    command = [sys.executable, "-c", ASK, seed, device, torch, *IDS]
    done = subprocess.run(command, cwd=kit, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return [line.split() for line in done.stdout.splitlines()]


def differ(before: list[list[str]], after: list[list[str]]) -> tuple[set[str], set[str]]:
    """The exercises whose expectations must be made again, and those that must be graded again."""
    pairs = list(zip(IDS, before, after, strict=True))
    made = {id for id, (b, _), (a, _) in pairs if b != a}
    graded = {id for id, (_, b), (_, a) in pairs if b != a}
    return made, graded


@pytest.fixture(scope="module")
def before(kit):
    return keys(kit)


@pytest.mark.parametrize(
    ("path", "made", "graded"),
    [
        (f"solutions/{CORR2D}.py", {CORR2D}, {CORR2D}),
        (f"autograder/checks/{CORR2D}.py", {CORR2D}, {CORR2D}),
        (f"autograder/misconceptions/{CORR2D}.py", {CORR2D}, {CORR2D}),
        ("autograder/checks/ch07_convolution/_shared.py", {CORR2D, POOL2D}, {CORR2D, POOL2D}),
        ("autograder/misconceptions/ch07_convolution/_shared.py", {CORR2D, POOL2D}, {CORR2D, POOL2D}),
        ("autograder/checks/ch13_attention/_shared.py", set(), set()),
        ("autograder/misconceptions/ch13_attention/masked_softmax.py", set(), set()),
        ("solutions/ch07_convolution/padding_stride.py", set(), set()),
        ("solutions/ch07_convolution/_notes.py", set(), set()),
        (CALIBRATION, set(), {LENET}),
        ("autograder/checks/ch13_attention/masked_softmax.calibration.json", set(), set()),
        ("autograder/spec/judges.py", set(IDS), set(IDS)),
        ("autograder/runner/perform.py", set(IDS), set(IDS)),
        ("datasets/digits.py", set(IDS), set(IDS)),
        ("autograder/judging/diagnosis.py", set(), set(IDS)),
        ("autograder/runner/limits.py", set(), set(IDS)),
        ("autograder/report/html.py", set(), set()),
        ("autograder/catalog.toml", set(), set()),
    ],
)
def test_a_changed_file_renews_what_depends_on_it_and_no_more(kit, before, path, made, graded):
    file = kit / path
    kept = file.read_bytes() if file.exists() else None
    file.write_bytes((kept or b"") + b"\n# another line\n")
    try:
        assert differ(before, keys(kit)) == (made, graded)
    finally:
        if kept is None:
            file.unlink()
        else:
            file.write_bytes(kept)
    assert keys(kit) == before


@pytest.mark.parametrize(
    ("given", "made", "graded"),
    [
        ({"seed": "secret"}, set(IDS), set(IDS)),
        ({"device": "cuda"}, set(IDS), set(IDS)),
        ({"torch": "1.0"}, set(IDS), set(IDS)),
        ({"language": "de"}, set(), set(IDS)),
        ({}, set(), set()),
    ],
)
def test_seed_device_torch_and_language(kit, before, given, made, graded):
    assert differ(before, keys(kit, **given)) == (made, graded)


def test_what_is_said_of_mutants_changes_no_key(kit, before):
    checks = kit / f"autograder/checks/{CORR2D}.py"
    kept = checks.read_bytes()
    checks.write_bytes(kept + b'exercise.equivalent(\n    "number changed: 1 -> 2", "It is not."\n)\n')
    try:
        assert keys(kit) == before
    finally:
        checks.write_bytes(kept)


def test_a_file_that_only_has_a_new_date_renews_nothing(kit, before):
    os.utime(kit / "solutions" / f"{CORR2D}.py")
    os.utime(kit / CALIBRATION)
    assert keys(kit) == before


def test_a_calibration_that_comes_or_goes_is_a_change(kit, before):
    file = kit / CALIBRATION
    kept = file.read_bytes()
    file.unlink()
    try:
        assert differ(before, keys(kit)) == (set(), {LENET})
    finally:
        file.write_bytes(kept)


def test_what_changes_while_a_process_runs_is_seen(kit):
    """As an audit or a notebook's kernel: the file is read again when it was written since."""
    code = f"""
from pathlib import Path
from autograder.judging.keys import expectations_key, judging_key

before = expectations_key({LENET!r}, "s", "cpu"), judging_key({LENET!r}, "s", "cpu")
file = Path({CALIBRATION!r})
file.write_text(file.read_text() + "\\n")
after = expectations_key({LENET!r}, "s", "cpu"), judging_key({LENET!r}, "s", "cpu")
print(before[0] == after[0], before[1] == after[1])
"""
    environment = {**os.environ, "KATA_HOME": str(kit), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([sys.executable, "-c", code], cwd=kit, env=environment, capture_output=True, text=True)
    assert done.stdout == "True False\n", done.stderr
    (kit / CALIBRATION).write_bytes((KIT / CALIBRATION).read_bytes())
