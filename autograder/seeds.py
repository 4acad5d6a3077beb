"""Seeds: what inputs and random numbers are drawn from, the public one or an instructor's secret.

Nothing that a submission can see leads back to a secret: all numbers come from a key that is derived slowly, so that
guessing the text takes long even for one who has seen them.
"""

from __future__ import annotations

import hashlib
import hmac
from functools import cache

PUBLIC = "public"
SHORT = 16
_WORK = {"n": 1 << 15, "r": 8, "p": 1, "maxmem": 1 << 26}  # a tenth of a second, once a run
_ROUND = ", round "


@cache
def _key(seed: str) -> bytes:
    return hashlib.scrypt(seed.encode("utf-8", "surrogateescape"), salt=b"torchkata", dklen=32, **_WORK)


def root(seed: str, exercise: str) -> str:
    """What all numbers of an exercise are drawn from. The public seed is known anyway, and stands for itself."""
    if seed == PUBLIC:
        return PUBLIC
    return hmac.digest(_key(seed), exercise.encode(), "sha256").hex()


def is_short(seed: str) -> bool:
    """Whether a secret may be guessed however long each guess takes."""
    return seed != PUBLIC and len(text_of(seed)) < SHORT


def in_round(seed: str, number: int) -> str:
    """The seed of a round of an assignment: each draws anew, the first what the seed itself draws."""
    return seed if number == 1 else f"{seed}{_ROUND}{number}"


def text_of(seed: str) -> str:
    """The secret that an instructor chose, whatever the round."""
    return _apart(seed)[0]


def round_of(seed: str) -> int:
    """The round that a seed is for."""
    return _apart(seed)[1]


def _apart(seed: str) -> tuple[str, int]:
    text, found, number = seed.rpartition(_ROUND)
    return (text, int(number)) if found and number.isdecimal() else (seed, 1)
