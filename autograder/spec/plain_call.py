"""The run that calls one entry point with the inputs, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from autograder.spec.tools import error_of


class PlainCall:
    """Calls an entry point with the inputs in their order: by position up to the first left out, then by keyword.

    error: where the call is to raise it; then the result is the name of what was raised (``tools.error_of``).
    """

    def __init__(self, entry: str, order: Sequence[str], error: type[Exception] | None = None) -> None:
        self.entry = entry
        self.order = tuple(order)
        self.error = error

    def __call__(self, student: Any, **inputs: Any) -> Any:
        positional, named = self._split(inputs)
        function = getattr(student, self.entry)
        if self.error is not None:
            return error_of(self.error, partial(function, **named), *positional)
        return function(*positional, **named)

    def expression(self, inputs: Mapping[str, Any]) -> str:
        """The call as source, with variables of the inputs' names."""
        positional, named = self._split(inputs)
        arguments = ", ".join([*positional, *(f"{name}={name}" for name in named)])
        call = f"student.{self.entry}({arguments})"
        if self.error is not None:
            return f"error_of({self.error.__name__}, lambda: {call})"
        return call

    def _split(self, inputs: Mapping[str, Any]) -> tuple[list[Any], dict[str, Any]]:
        given = [name for name in self.order if name in inputs]
        count = next((i for i, name in enumerate(self.order) if name not in inputs), len(self.order))
        return [inputs[name] for name in given[:count]], {name: inputs[name] for name in given[count:]}
