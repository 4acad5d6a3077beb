"""Proves the checks of an exercise by variants of its reference: what is right must keep full marks, with every seed.

A variant that loses some is a *false alarm*, unless there is a witness that it is no variant here: a legal input on
which it differs from the reference.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import msgspec

from autograder import catalog
from autograder.judging.assess import assess
from autograder.judging.expectations import Expectations, make
from autograder.judging.stubs import bare
from autograder.judging.vocabulary import strangers
from autograder.runner.protocol import Runner
from autograder.spec.exercise import Exercise
from autograder.workshop import proven
from autograder.workshop.edits import Edit
from autograder.workshop.memory import Memory
from autograder.workshop.variants import SURE, variants
from autograder.workshop.witness import Differ

PAIR_SEEDS = 2  # a pair is graded with so many of the seeds, each pair with others


class Alarm(msgspec.Struct):
    """A variant that loses marks. lost: what is said of the checks that it fails, with the seed.

    witness: an input on which it differs from the reference, so that it is none; empty for a false alarm.
    """

    what: str
    line: int
    change: str
    lost: str
    witness: str = ""


class Variation(msgspec.Struct):
    """What became of the variants of an exercise, alone and in pairs."""

    key: str
    seeds: int
    variants: int = 0
    pairs: int = 0
    lost: list[Alarm] = []

    @property
    def alarms(self) -> list[Alarm]:
        return [alarm for alarm in self.lost if not alarm.witness]

    @property
    def none_here(self) -> list[Alarm]:
        """What the operators made that is not right for this exercise."""
        return [alarm for alarm in self.lost if alarm.witness]

    @property
    def passed(self) -> int:
        return self.variants + self.pairs - len(self.lost)

    @property
    def green(self) -> bool:
        return not self.alarms


def vary(
    runner: Runner, id: str, seeds: int, report: Callable[[int, int], None] = lambda _done, _all: None
) -> Variation:
    """Grades all variants of a reference with every seed, without the training checks."""
    exercise = catalog.load_exercise(id)
    reference = bare(catalog.solution_file(id).read_text(encoding="utf-8"))
    single = variants(reference, exercise.entries)
    result = Variation(key(id), seeds, variants=len(single))
    differ = Differ(exercise, reference, claims=False)
    lost: dict[str, str] = {}
    right: list[Edit] = []
    with ThreadPoolExecutor(os.cpu_count() or 1) as lanes:
        pairs: list[Edit] = []
        for number in range(seeds):
            expectations = make(runner, id, "public" if number == 0 else f"variants {number}", training=False)
            if number == 0:
                asked = single
            elif number == 1:
                right = [edit for edit in single if edit.source not in lost]
                pairs = list(_pairs(id, right, exercise))
                result.pairs = len(pairs)
            if number:
                mine = [pair for at, pair in enumerate(pairs) if (at - number) % max(1, seeds - 1) < PAIR_SEEDS]
                asked = [edit for edit in right + mine if edit.source not in lost]
            grade = partial(_lost, runner, exercise, expectations)
            for edit, words in zip(asked, lanes.map(grade, asked), strict=True):
                if words:
                    lost[edit.source] = words
                    witness = "" if edit.what in SURE else differ.witness(edit.source)
                    result.lost.append(Alarm(edit.what, edit.line, edit.change, words, witness))
            report(number + 1, seeds)
    return result


def _pairs(id: str, right: list[Edit], exercise: Exercise) -> Iterator[Edit]:
    """Each variant varied once more, by another operator."""
    rng = random.Random(id)
    seen = {edit.source for edit in right}
    for first in right:
        others = [e for e in variants(first.source, exercise.entries) if e.what != first.what and e.source not in seen]
        if others:
            second = rng.choice(others)
            seen.add(second.source)
            yield Edit(f"{first.what} + {second.what}", first.line, f"{first.change}; {second.change}", second.source)


def _lost(runner: Runner, exercise: Exercise, expectations: Expectations, edit: Edit) -> str:
    """What is said of the checks that a variant fails; empty where it keeps full marks."""
    if exercise.forbid and (found := strangers(edit.source, exercise.entries)):
        return f"forbidden: {found[0]}"
    graded = assess(runner, exercise, expectations, edit.source, "variant.py", training=False)
    failed = [f"{check.name}: {check.message}" for check in graded.checks if check.failed]
    return f"{expectations.seed}: {'; '.join(failed)}" if failed else ""


def key(id: str) -> str:
    """The hash of everything that the variants of an exercise and their marks depend on."""
    return proven.key(id, "edits.py", "variants.py", "variation.py", "witness.py")


VARIATIONS = Memory("variants.json", Variation)


def known(seeds: int) -> dict[str, Variation]:
    """What was found with as many seeds, by exercise; what has changed since is left out."""
    found = VARIATIONS.load().items()
    return {id: v for id, v in found if id in catalog.entries() and v.key == key(id) and v.seeds >= seeds}
