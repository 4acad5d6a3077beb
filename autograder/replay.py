"""The inputs of a check, to look at a failure closely: ``inputs("corr2d", "sums_each_window")``."""

from __future__ import annotations

from typing import Any

from autograder import catalog
from autograder.seeds import root


def inputs(exercise: str, check: str, case: int = 0, seed: str = "public") -> dict[str, Any]:
    """What ``kata check`` hands to the run of a check, by name (``kata check`` shows check and case)."""
    (id,) = catalog.resolve(exercise)
    found = catalog.load_exercise(id)[check]
    drawn, _sizes = found.draw(found.cases[case], root(seed, id))
    return found.public(found.cases[case], drawn)
