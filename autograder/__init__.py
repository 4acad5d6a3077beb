"""torchkata: automatically graded exercises for deep learning in PyTorch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograder.bridges.magic import check as check

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    if name == "check":
        from autograder.bridges.magic import check

        return check
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def load_ipython_extension(ip: Any) -> None:
    """What ``%load_ext autograder`` does."""
    from autograder.bridges.magic import load

    load(ip)


def unload_ipython_extension(ip: Any) -> None:
    """What ``%unload_ext autograder`` does."""
    from autograder.bridges.magic import unload

    unload(ip)
