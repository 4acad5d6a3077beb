"""What is raised beside student code: by a run on what it observes, and in place of what cannot be used."""

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
    """Raised in place of a forbidden operator: its name and its family's; of a module also the event that it met."""


class Absent(Exception):
    """Raised where a file uses what is not there: ``name``, and the ``note`` on the statement that was left out."""

    def __init__(self, name: str, note: dict[str, Any]) -> None:
        super().__init__(f"{name} is not there: line {note.get('line')} was left out")
        self.name = name
        self.note = note
