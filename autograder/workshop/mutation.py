"""Proves the checks of an exercise by mutants of its reference: what is wrong must lose marks.

A mutant that keeps all marks is a hole in the checks if there is a *witness*: an input drawn as the exercise draws its
own, over wider sizes, on which it differs from the reference. Without one it is presumed equivalent.
"""

from __future__ import annotations

import copy
import hashlib
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import msgspec

from autograder import catalog
from autograder.files import write_atomically
from autograder.judging.assess import assess
from autograder.judging.expectations import Expectations, make
from autograder.judging.stubs import bare
from autograder.runner.protocol import Runner
from autograder.spec.exercise import Check, Exercise
from autograder.workshop import proven
from autograder.workshop.mutants import Mutant, mutants

WITNESSES = 8  # seeds over which a witness is looked for
WIDER = 2


class Survivor(msgspec.Struct):
    """A mutant that keeps all marks. witness: what a check said of it with other inputs; empty if there is none."""

    what: str
    line: int
    change: str
    witness: str = ""


class Mutation(msgspec.Struct):
    """What became of the mutants of an exercise. by: how many each check takes marks from, and how many it alone.

    unnamed: operators whose mutants no misconception names, with how many of them are killed.
    """

    key: str
    mutants: int
    killed: int = 0
    named: int = 0
    survivors: list[Survivor] = []
    by: dict[str, tuple[int, int]] = {}
    unnamed: dict[str, int] = {}

    @property
    def holes(self) -> list[Survivor]:
        return [survivor for survivor in self.survivors if survivor.witness]

    @property
    def equivalent(self) -> list[Survivor]:
        return [survivor for survivor in self.survivors if not survivor.witness]

    @property
    def score(self) -> float:
        """The share of mutants that lose marks, those left out that are presumed equivalent."""
        return self.killed / max(1, self.killed + len(self.holes))


def mutate(runner: Runner, id: str, report: Callable[[int, int], None] = lambda _done, _all: None) -> Mutation:
    """Grades all mutants of a reference, without the training checks. report: called with how many are done."""
    exercise = catalog.load_exercise(id)
    found = mutants(bare(catalog.solution_file(id).read_text(encoding="utf-8")))
    expectations = make(runner, id, "public", training=False)
    result = Mutation(key(id), len(found))
    alive: list[Mutant] = []
    with ThreadPoolExecutor(os.cpu_count() or 1) as lanes:
        graded = lanes.map(lambda m: _failed(runner, exercise, expectations, m), found)
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
    witnesses = _witnesses(runner, id, alive)
    result.survivors = [Survivor(m.what, m.line, m.change, witnesses.get(m.source, "")) for m in alive]
    return result


def _failed(runner: Runner, exercise: Exercise, expectations: Expectations, mutant: Mutant) -> dict[str, str]:
    """The checks that a mutant fails, each with the misconception that is named there."""
    graded = assess(runner, exercise, expectations, mutant.source, "mutant.py", training=False)
    return {check.name: check.detail.misconception for check in graded.checks if check.failed}


def _witnesses(runner: Runner, id: str, alive: list[Mutant]) -> dict[str, str]:
    """For mutants by their source what tells them from the reference."""
    found: dict[str, str] = {}
    for number in range(WITNESSES):
        left = [mutant for mutant in alive if mutant.source not in found]
        if not left:
            break
        wide = _wider(catalog.load_exercise(id))
        seed = f"witness {number}"
        expectations = make(runner, id, seed, training=False, exercise=wide)
        _keep_what_runs(wide, expectations)
        for mutant in left:
            graded = assess(runner, wide, expectations, mutant.source, "mutant.py", training=False)
            if wrong := next((check for check in graded.checks if check.failed), None):
                found[mutant.source] = f"seed {seed!r}, {wrong.name}: {wrong.message}"
    return found


def _wider(exercise: Exercise) -> Exercise:
    """The exercise with sizes from 1 to twice what they are, where they are drawn."""

    def widened(check: Check) -> Check:
        sizes = {n: (1, WIDER * size[1]) if isinstance(size, tuple) else size for n, size in check.sizes.items()}
        return replace(check, sizes=sizes)

    wide = copy.copy(exercise)
    checks = {check.name: widened(check) for check in exercise.checks}
    for check in checks.values():
        based = [(case, case.base) for case in check.cases]
        check.cases = tuple(replace(c, base=base and (checks[base[0].name], base[1])) for c, base in based)
    wide.checks = list(checks.values())
    vars(wide)["probes"] = []  # these are numbered as the runner knows them
    return wide


def _keep_what_runs(exercise: Exercise, expectations: Expectations) -> None:
    """Leaves out the cases whose inputs the reference does not take."""
    for check in exercise.checks:
        check.cases = tuple(
            case
            for case in check.cases
            if (case.same or (check.name, case.index) in expectations.cases)
            and (case.base is None or (case.base[0].name, case.base[1].index) in expectations.cases)
        )
    exercise.checks = [check for check in exercise.checks if check.cases]
    left = {check.name for check in exercise.checks}
    for check in exercise.checks:
        check.needs = tuple(name for name in check.needs if name in left)
        check.follows_from = ()


def key(id: str) -> str:
    """The hash of everything that the mutants of an exercise and their marks depend on."""
    digest = hashlib.sha256(proven.key(id).encode())
    for name in ("mutants.py", "mutation.py"):
        digest.update(Path(__file__).with_name(name).read_bytes())
    return digest.hexdigest()[:32]


def _path() -> Path:
    return catalog.kit_root() / ".kata" / "mutants.json"


def known() -> dict[str, Mutation]:
    """What was found, by exercise; what has changed since is left out."""
    try:
        found = msgspec.json.decode(_path().read_bytes(), type=dict[str, Mutation])
    except (OSError, msgspec.DecodeError):
        return {}
    return {id: one for id, one in found.items() if id in catalog.entries() and one.key == key(id)}


def keep(id: str, found: Mutation) -> None:
    """Keeps what was found; a folder that cannot be written costs only the memory of it."""
    everything = {**known(), id: found}
    try:
        _path().parent.mkdir(parents=True, exist_ok=True)
        write_atomically(_path(), msgspec.json.format(msgspec.json.encode(everything), indent=1))
    except OSError:
        pass
