"""Whether a class may be graded here: strangers' code runs only where it is shut off, unless they are trusted."""

from __future__ import annotations

from collections.abc import Sequence

from autograder.errors import KitError
from autograder.messages import _


class IsolationError(KitError):
    """Student code is not shut off well enough; the message says why, and what to do."""


def require_strict(isolation: str, device: str, escapes: Sequence[str]) -> None:
    """Raises ``IsolationError`` below the level ``strict``. escapes: what a trial process could do."""
    if isolation == "strict":
        return
    if escapes:
        deeds = ", ".join(_(escape) for escape in escapes)
        why = _("a trial process, shut off as far as this system allows, could {deeds}").format(deeds=deeds)
        instead = _("grade on Linux 5.13 or newer with Landlock")
    elif device != "cpu":
        why = _("on a GPU student code cannot be shut off completely, for it needs the driver")
        instead = _("add --device cpu")
    else:
        why = _("this system cannot shut student code off from your files and the network")
        instead = _("grade on Linux 5.13 or newer with Landlock")
    text = _(
        "Nothing was graded, since {why} (isolation: {isolation}): {instead}, or add --trust-students if you trust "
        "every submission like your own code."
    )
    raise IsolationError(text.format(why=why, isolation=isolation, instead=instead))
