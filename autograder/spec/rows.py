"""Tables of cases: ``rows("height width", (6, 8), (9, 6)) * rows("mode", "max", "avg")``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


class Cases(tuple[Mapping[str, Any], ...]):
    """Cases as ``{name: size or input}``. ``a + b``: those of both. ``a * b``: each of a with each of b."""

    def __add__(self, other: Iterable[Mapping[str, Any]]) -> Cases:  # type: ignore[override]
        return Cases([*self, *other])

    def __mul__(self, other: Iterable[Mapping[str, Any]]) -> Cases:  # type: ignore[override]
        others = list(other)
        return Cases([{**mine, **theirs} for mine in self for theirs in others])


def rows(names: str, *values: Any) -> Cases:
    """One case for each row: values for the sizes or inputs named, separated by spaces, in the same order.

    Of a single name each row is the value itself, even if that is a tuple. Raises ValueError for a row that is too
    short or too long.
    """
    columns = names.split()
    table = [(value,) for value in values] if len(columns) == 1 else values
    for row in table:
        if len(row) != len(columns):
            raise ValueError(f"the row {row!r} does not fit the columns {names!r}")
    return Cases([dict(zip(columns, row, strict=True)) for row in table])
