"""What the run of a check raises on what it observes, and what stands in the place of a forbidden operator."""

from __future__ import annotations

from typing import Any


class Unfit(Exception):
    """Raised by the run of a check on what it observed: ``text`` is a message with fields, ``facts`` fill them.

    It is the run's way to say in words what no returned value can show, such as parameters of other shapes
    than the given weights, or a callback that was called in the wrong way.
    """

    def __init__(self, text: str, **facts: Any) -> None:
        super().__init__(text)
        self.text = text
        self.facts = facts


class Forbidden(RuntimeError):
    """Raised in place of a forbidden operator."""
