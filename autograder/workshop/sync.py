"""Cuts the stubs from the solutions, so that the two never differ."""

from __future__ import annotations

from pathlib import Path

from autograder import catalog
from autograder.judging.stubs import cut


def sync() -> list[Path]:
    """Writes every stub that differs from its solution; returns the files written."""
    written = []
    for id in catalog.entries():
        solution = catalog.solution_file(id)
        if not solution.exists():
            continue
        stub = cut(solution.read_text(encoding="utf-8"))
        path = catalog.exercise_file(id)
        if not path.exists() or path.read_text(encoding="utf-8") != stub:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(stub, encoding="utf-8")
            written.append(path)
    return written
