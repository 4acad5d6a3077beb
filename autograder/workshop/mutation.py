"""Proves the checks of an exercise by mutants of its reference: what is wrong must lose marks.

A mutant that keeps all marks is a hole in the checks if there is a *witness*: a legal input on which it differs from
the reference. Without one it is presumed equivalent.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

import msgspec

from autograder import catalog
from autograder.judging.assess import assess
from autograder.judging.expectations import Expectations, make
from autograder.judging.running import run_through
from autograder.judging.stubs import bare
from autograder.judging.trial import Trial
from autograder.runner.protocol import Runner
from autograder.spec.exercise import Exercise
from autograder.workshop import proven
from autograder.workshop.edits import Edit
from autograder.workshop.faults import faults
from autograder.workshop.memory import Memory
from autograder.workshop.mutants import mutants
from autograder.workshop.witness import ROUNDS, Differ

ENOUGH = 0.99  # of the mutants that are not equivalent


class Survivor(msgspec.Struct):
    """A mutant that keeps all marks. witness: an input that tells it from the reference; empty if there is none.
    why: what an author says of why it is as right as the reference."""

    what: str
    line: int
    change: str
    witness: str = ""
    why: str = ""

    @property
    def name(self) -> str:
        return f"{self.what}: {self.change}"


class Mutation(msgspec.Struct):
    """What became of the mutants of an exercise. checks: those that were made; trained: those of training among them.
    by: how many mutants each takes marks from, and how many it alone.

    unnamed: operators whose mutants no misconception names, with how many of them are killed. unmatched: names that an
    author calls equivalent, and that no mutant has that keeps all marks.
    """

    key: str
    mutants: int
    killed: int = 0
    named: int = 0
    survivors: list[Survivor] = []
    checks: list[str] = []
    trained: list[str] = []
    by: dict[str, tuple[int, int]] = {}
    unnamed: dict[str, int] = {}
    unmatched: list[str] = []

    @property
    def holes(self) -> list[Survivor]:
        return [survivor for survivor in self.survivors if survivor.witness and not survivor.why]

    @property
    def equivalent(self) -> list[Survivor]:
        return [survivor for survivor in self.survivors if survivor.why or not survivor.witness]

    @property
    def green(self) -> bool:
        return self.score >= ENOUGH and not self.holes and not self.unmatched

    def judged(self, equivalents: Mapping[str, str]) -> Mutation:
        """This, with what an author says of survivors, by name."""
        for survivor in self.survivors:
            survivor.why = equivalents.get(survivor.name, "")
        self.unmatched = sorted(equivalents.keys() - {survivor.name for survivor in self.survivors})
        return self

    @property
    def score(self) -> float:
        """The share of mutants that lose marks; those that are presumed equivalent do not count."""
        return self.killed / max(1, self.killed + len(self.holes))


def one_a_line(found: list[Edit]) -> list[Edit]:
    """A mutant of each line, of operators in turn."""
    lines: dict[int, list[Edit]] = {}
    for mutant in found:
        lines.setdefault(mutant.line, []).append(mutant)
    return [line[number % len(line)] for number, (_line, line) in enumerate(sorted(lines.items()))]


def mutate(
    runner: Runner,
    id: str,
    report: Callable[[int, int], None] = lambda _done, _all: None,
    choose: Callable[[list[Edit]], list[Edit]] = lambda found: found,
    training: bool = False,
    naming: bool = True,
    rounds: int = ROUNDS,
) -> Mutation:
    """Grades the mutants of a reference. report: called with how many are done. choose: which of them.

    training: lets them train, too, and judges them by the calibrated thresholds; faults in one kind of call are left
    out, since training is one call. naming: looks for all the checks that each fails, and for the misconception that it
    agrees with, for which all of these have to be run, too; else a mutant is done with the first case that goes wrong.
    rounds: how long a witness is looked for.
    """
    exercise = catalog.load_exercise(id)
    reference = bare(catalog.solution_file(id).read_text(encoding="utf-8"))
    expectations = make(runner, id, "public", training=training)
    fails = _failed if naming else _first_failed
    found = choose(mutants(reference) + ([] if training else faults(exercise, reference)))
    made = [check.name for check in exercise.checks if training or not check.training]
    trained = [check.name for check in exercise.checks if training and check.training]
    result = Mutation(key(id), len(found), checks=made, trained=trained)
    alive: list[Edit] = []
    with ThreadPoolExecutor(os.cpu_count() or 1) as lanes:
        graded = lanes.map(lambda m: fails(runner, exercise, expectations, m, training), found)
        for number, (mutant, failed) in enumerate(zip(found, graded, strict=True), 1):
            report(number, len(found))
            if not failed:
                alive.append(mutant)
                continue
            result.killed += 1
            for check in failed:
                all_, alone = result.by.get(check, (0, 0))
                result.by[check] = all_ + 1, alone + (len(failed) == 1)
            if any(failed.values()):
                result.named += 1
            else:
                result.unnamed[mutant.what] = result.unnamed.get(mutant.what, 0) + 1
    if alive:
        differ = Differ(exercise, reference, rounds=rounds)
        result.survivors = [Survivor(m.what, m.line, m.change, differ.witness(m.source)) for m in alive]
    return result.judged(exercise.equivalents)


def _failed(
    runner: Runner, exercise: Exercise, expectations: Expectations, mutant: Edit, training: bool
) -> dict[str, str]:
    """The checks that a mutant fails, each with the misconception that is named there."""
    graded = assess(runner, exercise, expectations, mutant.source, "mutant.py", training=training)
    return {check.name: check.detail.misconception for check in graded.checks if check.failed}


def _first_failed(
    runner: Runner, exercise: Exercise, expectations: Expectations, mutant: Edit, training: bool
) -> dict[str, str]:
    """The first check that a mutant fails, without a name."""
    with Trial(runner, exercise, mutant.source, "mutant.py") as trial:
        verdicts = run_through(trial, expectations, training=training, first=True)
    return {check.name: "" for check in exercise.checks if verdicts.first(check) is not None}


def key(id: str) -> str:
    """The hash of everything that the mutants of an exercise and their marks depend on."""
    return proven.key(id, "edits.py", "mutants.py", "faults.py", "calls.py", "mutation.py", "witness.py")


MUTATIONS = Memory("mutants.json", Mutation)


def known() -> dict[str, Mutation]:
    """What was found, by exercise; what has changed since is left out."""
    found = MUTATIONS.load().items()
    fresh = {id: one for id, one in found if id in catalog.entries() and one.key == key(id)}
    return {id: one.judged(catalog.load_exercise(id).equivalents) for id, one in fresh.items()}
