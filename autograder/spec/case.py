"""One set of inputs of a check."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch

if TYPE_CHECKING:
    from autograder.spec.check import Check


@dataclass(frozen=True)
class Case:
    """One set of inputs of a check: overriding sizes or inputs by name, in one floating dtype.

    base: in the check of a property, the case of another check whose inputs this one takes. The property is asked only
    where the result of the base is right, so that a mistake is paid once.
    same: what is right is the same as in the base. observed: so is the run, of which something else is looked at.
    """

    index: int
    overrides: Mapping[str, Any]
    dtype: torch.dtype
    base: tuple[Check, Case] | None = None
    same: bool = False
    observed: bool = False
