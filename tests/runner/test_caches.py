"""What lies in the cache of expectations and was damaged there is not believed, but made anew, and that is said."""

from __future__ import annotations

import logging
import random

import pytest

from autograder import catalog
from autograder.judging import expectations
from autograder.judging.assess import assess
from autograder.results import Status
from autograder.workshop.audit import audit
from support import CORR2D

RIGHT = catalog.solution_file(CORR2D).read_text(encoding="utf-8")
FLIPPED = RIGHT.replace("* K", "* K.flip(0, 1)")


@pytest.fixture
def graded(runner, tmp_path, monkeypatch):
    """Grades a source with expectations from a cache of its own."""
    monkeypatch.setenv("KATA_CACHE", str(tmp_path))

    def grade(source):
        found = expectations.get(runner, CORR2D, "public")
        return assess(runner, catalog.load_exercise(CORR2D), found, source, "corr2d.py")

    return grade


def damage(path, how):
    content = bytearray(path.read_bytes())
    if how == "cut":
        del content[len(content) // 2 :]
    elif how == "empty":
        content.clear()
    else:
        chance = random.Random(how)
        for _ in range(40):
            content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(content)


@pytest.mark.parametrize("how", [1, 2, 3, "cut", "empty"])
@pytest.mark.parametrize("suffix", [".bin", ".wrong"])
def test_a_damaged_cache_is_not_believed(graded, tmp_path, caplog, suffix, how):
    honest, wrong = graded(RIGHT), graded(FLIPPED)
    assert honest.status is Status.PASSED
    assert wrong.checks[0].diagnosis
    (path,) = tmp_path.glob(f"*{suffix}")
    damage(path, how)
    with caplog.at_level(logging.WARNING):
        again = graded(RIGHT), graded(FLIPPED)
    assert [r.score for r in again] == [honest.score, wrong.score]
    assert [c.diagnosis for c in again[1].checks] == [c.diagnosis for c in wrong.checks]
    assert f"{path} is damaged: it is made anew." in caplog.text
    caplog.clear()
    assert graded(FLIPPED).checks[0].diagnosis == wrong.checks[0].diagnosis
    assert not caplog.text


def test_an_audit_leaves_all_that_a_release_needs(runner, tmp_path, monkeypatch):
    monkeypatch.setenv("KATA_CACHE", str(tmp_path))
    found = audit(runner, CORR2D, seeds=1)
    assert found.green, found.problems
    nobody_runs_anything = None
    copied = expectations.Expectations.from_bytes(expectations.get(nobody_runs_anything, CORR2D, "public").to_bytes())
    assert all(copied.verdicts(name).outcomes for name in found.misconceptions)


def test_a_damaged_file_of_a_copy_is_a_sentence(runner, tmp_path, monkeypatch):
    found = expectations.make(runner, CORR2D, "public", training=False)
    shipped = tmp_path / "corr2d.bin"
    shipped.write_bytes(found.to_bytes())
    damage(shipped, 1)
    monkeypatch.setattr(catalog, "expectations_file", lambda id: shipped)
    with pytest.raises(catalog.NotInCopyError, match="is damaged: get this copy"):
        expectations.shipped(CORR2D)
