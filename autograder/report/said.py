"""What is said of a check, and to whom: the one place that decides what a student may see, and the one that makes text
from submissions safe to show. Every renderer takes both from here; what is left to it is its medium's own escaping.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import msgspec

from autograder.messages import _
from autograder.report.words import NEEDS_GPU, WORDS
from autograder.results import GUARDED, HIDDEN, CheckResult, Status

# Control characters but tab and newline, marks that change the direction of writing, halves of characters, and what is
# none: a terminal or a browser would obey them, XML cannot hold them.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]")
_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Audience(Enum):
    """Who reads: what is hidden from students is there for the instructor alone."""

    STUDENT = "student"
    INSTRUCTOR = "instructor"


@dataclass(frozen=True)
class Said:
    """What may be shown of a check, safe as text.

    word: its status. line: what it asks for. message: what is wrong, empty if nothing is. trace: lines of the student's
    file. expected, got and picture: both results, ``wanted`` and ``came``. printed: what the student's code wrote.
    snippet: code that shows it again. The rest is of a training check.
    """

    word: str
    line: str
    hidden: bool
    message: str = ""
    diagnosis: str = ""
    trace: Sequence[str] = ()
    expected: str = ""
    got: str = ""
    picture: Mapping[str, list[list[float]]] = field(default_factory=dict)
    printed: str = ""
    snippet: str = ""
    curve: Sequence[float] = ()
    band: Mapping[str, list[float]] = field(default_factory=dict)
    metric: float | None = None
    threshold: float | None = None
    calibration: str = ""

    @property
    def gist(self) -> str:
        """The most telling sentence: by it two checks say the same."""
        return self.diagnosis or self.message

    @property
    def text(self) -> str:
        """All that can be said in plain text."""
        parts = [self.message, *self.trace]
        if self.diagnosis:
            parts.append(_("probably: {diagnosis}").format(diagnosis=self.diagnosis))
        if self.snippet:
            parts += [_("to see it again:"), self.snippet]
        return "\n".join(part for part in parts if part)


def said(check: CheckResult | Mapping[str, Any], audience: Audience = Audience.STUDENT) -> Said:
    """What may be shown of a check, given as the model has it or as ``results.json`` has."""
    if not isinstance(check, CheckResult):
        check = msgspec.convert(check, CheckResult)
    unwanted = check.status is Status.SKIPPED and not check.max_score
    word, line = _(NEEDS_GPU if unwanted else WORDS[check.status]), clean(check.line or check.name.replace("_", " "))
    hidden = check.visibility == HIDDEN
    if hidden and audience is Audience.STUDENT:
        passed = check.status is Status.PASSED
        return Said(word, line, hidden, "" if passed else _("This check is hidden: its inputs are not shown."))
    detail = check.detail
    if check.visibility == GUARDED and audience is Audience.STUDENT:
        return Said(word, line, hidden, clean(_discreet(check)), _cause(check))
    return Said(
        word=word,
        line=line,
        hidden=hidden,
        message=clean(check.message),
        diagnosis=_cause(check),
        trace=[clean(text) for text in detail.trace],
        expected=clean(detail.expected),
        got=clean(detail.got),
        picture=detail.picture,
        printed=clean(detail.output),
        snippet=clean(detail.snippet),
        curve=detail.curve,
        band=detail.band,
        metric=detail.metric,
        threshold=detail.threshold,
        calibration=detail.calibration,
    )


def _cause(check: CheckResult) -> str:
    """The sentence of the misconception, and how far it goes."""
    found = clean(check.diagnosis or "")
    count, failed = check.detail.explains or (0, 0)
    if not found or count == failed:
        return found
    text = _("That accounts for {count} of the {failed} checks that failed: look for another cause of the others.")
    return f"{found} {text.format(count=count, failed=failed)}"


def _discreet(check: CheckResult) -> str:
    """What is wrong, without anything of a secret input; a message that no run had a part in is shown as it is."""
    if check.detail.discreet or check.status is Status.PASSED:
        return check.detail.discreet
    if check.status in (Status.SKIPPED, Status.UNGRADED):
        return check.message
    return _("What it was called with is not shown.")


def clean(text: str) -> str:
    """Text without what a terminal or a browser would obey, drop or choke on."""
    if _UNPRINTABLE.search(text):
        return _UNPRINTABLE.sub("\ufffd", _ANSI.sub("", text.replace("\r\n", "\n")))
    return text


def one_line(text: str, most: int | None = None) -> str:
    """The same in one line, with an end."""
    text = " ".join(clean(text).split())
    return text if most is None or len(text) <= most else text[:most] + " ..."
