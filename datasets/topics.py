"""English text that every Python has: the help topics of its own documentation, in 27 symbols.

Source: ``pydoc_data.topics`` of the standard library, written by the Python developers, PSF licence. How long it is and
what it says differs a little from one version of Python to the next.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from autograder.datasets import encode

if TYPE_CHECKING:
    from torch import Tensor


@cache
def load() -> Tensor:
    """All topics, one after the other: (N,) int64 symbols, some 370,000; see ``SYMBOLS``."""
    from pydoc_data.topics import topics

    return encode(" ".join(topics[name] for name in sorted(topics)))
