"""The instructor's rules from raw marks to final ones: what may stand in the TOML file, and what is wrong with one."""

from __future__ import annotations

import difflib
import math
import re
import tomllib
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta, Struct

from autograder import catalog
from autograder.errors import KitError
from autograder.messages import _

NBGRADER = "nbgrader"
GRADESCOPE = "gradescope"

Percent = Annotated[float, Meta(ge=0, le=100)]
Positive = Annotated[float, Meta(gt=0)]
Share = Literal["maximum", "mark"]


class PolicyError(KitError, ValueError):
    """The policy cannot be followed; the message is a sentence for the instructor."""


class Rules(Struct, frozen=True, forbid_unknown_fields=True):
    """A table of the file."""


class NoPenalty(Rules, tag_field="policy", tag="none", frozen=True):
    """Lateness is shown and costs nothing."""


class Cutoff(Rules, tag_field="policy", tag="cutoff", frozen=True):
    """What is late earns nothing."""


class Rate(Rules, tag_field="policy", tag="percent", frozen=True):
    """So many percent for each day or hour begun, of the maximum or of the mark; never below ``lowest`` percent."""

    percent: Percent
    per: Literal["day", "hour"] = "day"
    of: Share = "maximum"
    lowest: Percent = 0.0


class Step(Rules, frozen=True):
    """More than this many hours late: these points, or this percentage, in all."""

    after_hours: Annotated[float, Meta(ge=0)] = 0.0
    percent: Percent | None = None
    points: Positive | None = None


class Steps(Rules, tag_field="policy", tag="steps", frozen=True):
    """Fixed deductions, the last step that was reached."""

    steps: Annotated[list[Step], Meta(min_length=1)]
    of: Share = "maximum"


class Budget(Rules, tag_field="policy", tag="budget", frozen=True):
    """Each student has late days to spend; each day begun beyond them costs percent. used: a CSV of days spent."""

    days: Annotated[int, Meta(ge=0)]
    percent: Percent = 100.0
    of: Share = "maximum"
    used: str = ""


class Drop(Rules, frozen=True):
    """So many exercises are left out: those without which the share of the points is greatest."""

    lowest: Annotated[int, Meta(ge=1)]


class ExtraCredit(Rules, frozen=True):
    """Exercises whose points add to the mark but not to what can be reached, and points from elsewhere."""

    exercises: list[str] = []
    students: dict[str, float] = {}
    most: Positive | None = None


class Rounding(Rules, frozen=True):
    """To a multiple of ``to``; half of it goes up."""

    to: Positive
    mode: Literal["nearest", "up", "down"] = "nearest"


class Policy(Rules, frozen=True):
    """The whole file. times: a table of moments by student, a tool's name, or a file beside this one."""

    due: datetime | None = None
    timezone: str = ""
    grace_minutes: Annotated[float, Meta(ge=0)] = 0.0
    times: dict[str, datetime] | str = ""
    extensions: dict[str, datetime] = {}
    out_of: Positive | None = None
    late: NoPenalty | Cutoff | Rate | Steps | Budget = NoPenalty()
    drop: Drop | None = None
    extra_credit: ExtraCredit = ExtraCredit()
    rounding: Rounding | None = None

    @property
    def zone(self) -> tzinfo | None:
        return ZoneInfo(self.timezone) if self.timezone else None

    @property
    def listed_times(self) -> dict[str, datetime]:
        """The times that stand in the file itself."""
        return self.times if isinstance(self.times, dict) else {}

    def moment(self, time: datetime, last: bool = False) -> datetime:
        """A time of the file as a moment. Of the two that a clock shows when it is set back: the first, or the last.

        Raises ``PolicyError`` where neither the time nor the file says a zone.
        """
        if time.tzinfo is None:
            if self.zone is None:
                text = _("{time} needs a time zone: write it with its offset, as in {example}, or set 'timezone'.")
                raise PolicyError(text.format(time=time, example=f"{time.isoformat()}+01:00"))
            time = time.replace(tzinfo=self.zone, fold=int(last))
        return time.astimezone(UTC)


def load(path: Path) -> Policy:
    """Reads a policy and everything in it that can be wrong. Raises ``PolicyError``."""
    try:
        return _checked(msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8"), parse_float=_finite), Policy))
    except OSError as error:
        text = _("{path} cannot be read: {reason}.")
        raise PolicyError(text.format(path=path, reason=error.strerror)) from None
    except UnicodeDecodeError:
        reason = _("it is not UTF-8")
    except (tomllib.TOMLDecodeError, PolicyError) as error:
        reason = str(error).rstrip(".")
    except msgspec.ValidationError as error:
        reason = _complaint(str(error))
    raise PolicyError(_("{path} is not a policy: {reason}.").format(path=path, reason=reason))


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise PolicyError(_("{text} is not a number to calculate with").format(text=text))
    return value


def _complaint(message: str) -> str:
    """What msgspec says, in the words of the file."""
    said, _at, place = message.rpartition(" - at `$")
    if not said:
        said, place = message, ""
    place = place.strip("`.")
    if unknown := re.search(r"unknown field `(.*)`", said):
        tables = (Policy, Rate, Step, Steps, Budget, Drop, ExtraCredit, Rounding)
        names = {name for table in tables for name in table.__struct_fields__} | {"policy"}
        near = difflib.get_close_matches(unknown[1], names, n=1)
        hint = _(" (did you mean {near}?)").format(near=near[0]) if near else ""
        where = _(" in [{table}]").format(table=place) if place else ""
        return _("there is no setting {name!r}{where}{hint}").format(name=unknown[1], where=where, hint=hint)
    if place == "late.policy" or "`policy`" in said:
        return _("[late] needs a policy: none, cutoff, percent, steps or budget")
    said = said[0].lower() + said[1:]
    return f"{place}: {said}" if place else said


def _checked(policy: Policy) -> Policy:
    """The policy, if it says nothing that cannot be. Raises ``PolicyError``."""
    try:
        _zone = policy.zone
    except (LookupError, ValueError, OSError):
        text = _("there is no time zone {name!r}; write it as in 'Europe/Berlin'")
        raise PolicyError(text.format(name=policy.timezone)) from None
    if policy.due is None and policy.extensions:
        raise PolicyError(_("there are extensions but no 'due'"))
    moments = [policy.due, *policy.extensions.values(), *policy.listed_times.values()]
    for moment in moments:
        if moment is not None:
            policy.moment(moment)
    for name in policy.extra_credit.exercises:
        try:
            catalog.resolve(name)
        except catalog.UnknownExerciseError as error:
            raise PolicyError(f"extra_credit: {error}") from None
    if isinstance(policy.late, Steps):
        hours = [step.after_hours for step in policy.late.steps]
        if hours != sorted(set(hours)):
            raise PolicyError(_("the steps must stand in order, each with more hours than the one before"))
        for step in policy.late.steps:
            if (step.percent is None) == (step.points is None):
                raise PolicyError(_("each step needs either 'percent' or 'points'"))
    return policy
