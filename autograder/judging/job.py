"""What there is to grade: one exercise of one student. Needs no torch."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.intake.model import Source


@dataclass(frozen=True)
class Job:
    """One exercise of one student: what was handed in, None if nothing was; why it could not be read, if so."""

    student: str
    id: str
    source: Source | None
    unreadable: str = ""

    @property
    def content(self) -> str:
        """Stands for what was handed in."""
        return self.source.digest if self.source else f"missing {self.unreadable}"
