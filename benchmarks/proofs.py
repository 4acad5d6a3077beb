"""Prints what is proven of each chapter, as the README has it, from what the last audits kept:

    kata audit --mutants; kata audit --variants --seeds 2; python benchmarks/proofs.py

mutants: small changes of the references, each of which must lose marks; killed, named: those that do, and those of them
whose mistake is named; equivalent: those that are as right. variants: other right ways, alone and in pairs, that must
keep all marks; passed: those that do. Those that an input shows to be none are not counted.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

KIT = Path(__file__).parents[1]
os.environ["KATA_HOME"] = str(KIT)
COLUMNS = ("mutants", "killed", "named", "equivalent", "holes", "variants", "passed")


def main() -> None:
    from autograder import catalog
    from autograder.workshop import mutation, variation

    mutants, variants = mutation.known(), variation.known(1)
    rows: dict[str, list[int]] = {}
    for id, listed in catalog.entries().items():
        if id not in mutants or id not in variants:
            sys.exit(f"{id} has changed since its audit: run kata audit --mutants and --variants")
        one, other = mutants[id], variants[id]
        right = other.passed + len(other.alarms)
        found = (1, one.mutants, one.killed, one.named, len(one.equivalent), len(one.holes), right, other.passed)
        chapter = rows.setdefault(listed.chapter, [0] * len(found))
        chapter[:] = map(sum, zip(chapter, found, strict=True))
    print(f"| chapter | exercises | {' | '.join(COLUMNS)} |\n|---|{'--:|' * (len(COLUMNS) + 1)}")
    for chapter, numbers in [*rows.items(), ("all", [*map(sum, zip(*rows.values(), strict=True))])]:
        print(f"| {chapter[:4].removesuffix('_')} | {' | '.join(f'{n:,}' for n in numbers)} |")


if __name__ == "__main__":
    main()
