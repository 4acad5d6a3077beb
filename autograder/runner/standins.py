"""What stands in the place of what is not there: it can be named, handed on and asked for its parts, but not used.

Whoever calls it, computes with it, walks through it or derives from it is told why it is not there. So an import that
nobody needs costs nothing, and one that an answer needs is called by its name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

from autograder.spec.errors import Absent, Forbidden

# What is said of a statement that was left out (see ``loading``).
Note = dict[str, Any]


class StandIn:
    """name: what it stands for, with dots. note: which statement was left out, and why."""

    __slots__ = ("_kata_name", "_kata_note")

    def __init__(self, name: str, note: Note) -> None:
        object.__setattr__(self, "_kata_name", name)
        object.__setattr__(self, "_kata_note", note)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # what Python and libraries ask of any object
            raise AttributeError(name)
        return StandIn(f"{self._kata_name}.{name}", self._kata_note)

    def __repr__(self) -> str:
        return f"<{self._kata_name}: left out>"

    def __format__(self, _format: str) -> str:
        return repr(self)

    @classmethod
    def __torch_function__(cls, _function: Any, _types: Any, args: Any = (), kwargs: Any = None) -> NoReturn:
        complain(next(a for a in (*args, *(kwargs or {}).values()) if isinstance(a, cls)))


def complain(standin: StandIn, *_args: Any, **_kwargs: Any) -> NoReturn:
    """Says that it was used: as forbidden where that is what the exercise forbids, else as absent."""
    name, note = standin._kata_name, standin._kata_note
    if banned := note.get("banned"):
        part = f"{name}.".startswith(f"{banned}.")  # of a forbidden module the very function is named
        if part or note["why"] == "forbidden":
            raise Forbidden(name if part else banned, note["family"])
    raise Absent(name, note)


_OPERATORS = (
    "add", "sub", "mul", "matmul", "truediv", "floordiv", "mod", "divmod", "pow", "lshift", "rshift", "and", "xor",
    "or",
)  # fmt: skip
_USES = (
    "call", "iter", "next", "len", "getitem", "setitem", "delitem", "contains", "bool", "int", "float", "complex",
    "index", "enter", "exit", "aenter", "aexit", "await", "aiter", "anext", "neg", "pos", "abs", "invert", "round",
    "lt", "le", "gt", "ge", "array", "mro_entries", "instancecheck", "subclasscheck", "fspath", "reversed",
    "setattr",
)  # fmt: skip
for _name in (*_USES, *_OPERATORS, *(f"r{_operator}" for _operator in _OPERATORS)):
    setattr(StandIn, f"__{_name}__", complain)


def standins_in(values: Mapping[str, Any]) -> dict[str, StandIn]:
    """The stand-ins among named values."""
    return {name: value for name, value in values.items() if type(value) is StandIn}
