"""From raw marks to final ones by a policy. Every rule's effect stands beside the mark, in ``final.csv``.

The rules apply in this order: what is dropped, extra credit, lateness, scale, rounding. Late is what comes after the
date due (or the student's extension) and the minutes of grace; the clock starts when the grace ends. All times are
compared as moments, so that a change of summer time in between takes or gives nobody an hour.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from pathlib import Path

from autograder import catalog
from autograder.files import write_atomically
from autograder.marks.policy import Budget, Cutoff, ExtraCredit, NoPenalty, Policy, Rate, Rounding, Steps
from autograder.messages import _
from autograder.results import ExerciseResult, Status, SubmissionResult
from autograder.tables import cell, exact

FINAL = "final.csv"
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@dataclass
class Final:
    """A student's way from the raw mark to the final one: final = raw + the effects, in points."""

    student: str
    raw: float
    raw_max: float
    dropped: list[str] = field(default_factory=list)
    drop_effect: float = 0.0
    extra_effect: float = 0.0
    submitted: datetime | None = None
    late: timedelta = timedelta()
    late_days: int = 0  # of the budget, with those spent before
    late_effect: float = 0.0
    scale_effect: float = 0.0
    rounding_effect: float = 0.0
    final: float = 0.0
    final_max: float = 0.0
    reasons: list[str] = field(default_factory=list)
    ungraded: list[str] = field(default_factory=list)


def summary(f: Final) -> str:
    """The mark that counts, and why it is another than the raw one, in a line."""
    text = _("{final:g} of {most:g} after the course's rules, {raw:g} of {raw_max:g} before them.")
    said = text.format(final=f.final, most=f.final_max, raw=f.raw, raw_max=f.raw_max)
    return f"{said} {'; '.join(f.reasons)}".strip()


@dataclass
class Finals:
    """The class. timeless: students whose time nobody knows. strangers: names in the policy that nobody has."""

    students: list[Final]
    timeless: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)


def apply(
    policy: Policy,
    submissions: Iterable[SubmissionResult],
    submitted: Mapping[str, datetime],
    used: Mapping[str, int] | None = None,
    due: datetime | None = None,
) -> Finals:
    """The final marks. submitted: when each student handed in, as moments; who is not there counts as in time.

    used: late days spent before. due: a date due for where the policy names none.
    """
    due = policy.moment(policy.due, last=True) if policy.due else due
    extra = {id for name in policy.extra_credit.exercises for id in catalog.resolve(name)}
    finals = Finals([])
    met = set()
    for submission in submissions:
        met.add(submission.student)
        moment = submitted.get(submission.student)
        if moment is None and due is not None:
            finals.timeless.append(submission.student)
        finals.students.append(_final(policy, submission, extra, moment, due, (used or {}).get(submission.student, 0)))
    named = {*policy.extensions, *policy.extra_credit.students, *policy.listed_times}
    finals.strangers = sorted(named - met)
    return finals


def _final(
    policy: Policy,
    submission: SubmissionResult,
    extra: set[str],
    submitted: datetime | None,
    due: datetime | None,
    used: int,
) -> Final:
    made = Final(submission.student, submission.score, submission.max_score, submitted=submitted, late_days=used)
    made.ungraded = [_short(e.id) for e in submission.exercises if e.status is Status.UNGRADED]
    regular = [e for e in submission.exercises if e.id not in extra and e.max_score > 0]
    kept = _kept(regular, policy.drop.lowest) if policy.drop else regular
    score, most = sum(e.score for e in kept), sum(e.max_score for e in kept)
    for exercise in regular:
        if exercise not in kept:
            made.dropped.append(_short(exercise.id))
            made.drop_effect -= exercise.score
            text = _("{name} dropped ({score:g} of {most:g})")
            made.reasons.append(text.format(name=_short(exercise.id), score=exercise.score, most=exercise.max_score))
    score += _add_extra(policy.extra_credit, submission, extra, made)
    if due is not None and submitted is not None:
        extension = policy.extensions.get(submission.student)
        until = policy.moment(extension, last=True) if extension else due
        made.late = _lateness(submitted, until + timedelta(minutes=policy.grace_minutes))
    if made.late:
        penalty, reason = _penalty(policy.late, made, score, most, used)
        # Lateness never takes more than there is, and a mark below zero does not become better by it.
        made.late_effect = -min(penalty, max(score, 0.0))
        made.reasons.append(reason)
    score += made.late_effect
    final, made.final_max = score, most
    if policy.out_of is not None and most > 0:
        final, made.final_max = score / most * policy.out_of, policy.out_of
        made.scale_effect = final - score
    if policy.rounding:
        rounded = _rounded(final, policy.rounding)
        made.rounding_effect = rounded - final
        final = rounded
    made.final = final
    return made


def _short(id: str) -> str:
    return id.split("/")[1]


def _kept(exercises: list[ExerciseResult], lowest: int) -> list[ExerciseResult]:
    """All but ``lowest`` exercises, at least one, so that the share of the points is greatest.

    With q the best share so far, the exercises with the largest score - q max_score have a share of q or better;
    the first q that does not grow is the greatest (Dinkelbach 1967).
    """
    keep = max(1, len(exercises) - lowest)
    best, share = exercises[:keep], -1.0
    while exercises:
        found = sum(e.score for e in best) / sum(e.max_score for e in best)
        if found <= share + 1e-12:
            break
        share = found
        order = sorted(exercises, key=lambda e: share * e.max_score - e.score)
        best = [e for e in exercises if any(e is k for k in order[:keep])]
    return best


def _add_extra(credit: ExtraCredit, submission: SubmissionResult, extra: set[str], made: Final) -> float:
    """The points of extra credit that count."""
    earned = sum(e.score for e in submission.exercises if e.id in extra)
    given = credit.students.get(submission.student, 0.0)
    counted = earned + given
    if credit.most is not None:
        counted = min(counted, credit.most)
    made.extra_effect = counted - earned
    if counted or earned:
        made.reasons.append(_("extra credit {points:+g}").format(points=counted))
    return counted


def _lateness(submitted: datetime, until: datetime) -> timedelta:
    """How late, in whole seconds. Both as moments: a difference on one clock would be off when it is set."""
    seconds = int((submitted.astimezone(UTC) - until.astimezone(UTC)).total_seconds())
    return timedelta(seconds=max(0, seconds))


def _penalty(
    late: NoPenalty | Cutoff | Rate | Steps | Budget, made: Final, score: float, most: float, used: int
) -> tuple[float, str]:
    """The points that lateness costs, and why, in words."""
    by = _("late by {time}").format(time=shown(made.late))
    match late:
        case Cutoff():
            return score, _("{by}: earns nothing").format(by=by)
        case Rate():
            units = _begun(made.late, DAY if late.per == "day" else HOUR)
            percent = min(100.0, units * late.percent)
            floor = min(score, late.lowest / 100 * most)
            points = min(percent / 100 * (most if late.of == "maximum" else score), score - floor)
            unit = _("days") if late.per == "day" else _("hours")
            text = _("{by}: {units} {unit} at {percent:g} %, -{points:.4g}")
            return points, text.format(by=by, units=units, unit=unit, percent=late.percent, points=points)
        case Steps():
            reached = [step for step in late.steps if made.late > step.after_hours * HOUR]
            if not reached:
                return 0.0, _("{by}: before the first step").format(by=by)
            step = reached[-1]
            whole = most if late.of == "maximum" else score
            points = step.points if step.points is not None else (step.percent or 0.0) / 100 * whole
            text = _("{by}: more than {hours:g} hours, -{points:.4g}")
            return points, text.format(by=by, hours=step.after_hours, points=points)
        case Budget():
            days = _begun(made.late, DAY)
            beyond = min(days, max(0, used + days - late.days))
            made.late_days = min(used + days, max(late.days, used))
            whole = most if late.of == "maximum" else score
            points = min(100.0, beyond * late.percent) / 100 * whole
            text = _("{by}: {days} late days, {left} of {budget} left before, {beyond} too many, -{points:.4g}")
            left = max(0, late.days - used)
            values = {"by": by, "days": days, "left": left, "budget": late.days, "beyond": beyond, "points": points}
            return points, text.format(**values)
    return 0.0, _("{by}, which costs nothing").format(by=by)


def _begun(late: timedelta, unit: timedelta) -> int:
    return -(-late // unit)


def shown(time: timedelta) -> str:
    """A length of time in short, as in '1 d 2 h'; its two largest parts."""
    seconds = int(time.total_seconds())
    parts = [(seconds // 86400, "d"), (seconds // 3600 % 24, "h"), (seconds // 60 % 60, "min"), (seconds % 60, "s")]
    said = [f"{n} {unit}" for n, unit in parts if n]
    return " ".join(said[:2])


def _rounded(value: float, rounding: Rounding) -> float:
    mode = {"nearest": ROUND_HALF_UP, "up": ROUND_CEILING, "down": ROUND_FLOOR}[rounding.mode]
    step = Decimal(str(rounding.to))
    # What floating point leaves behind, as in 7.499999999, must not decide.
    steps = (Decimal(str(round(value, 9))) / step).quantize(Decimal(1), rounding=mode)
    return float(steps * step)


COLUMNS = (
    *("student", "raw", "raw_max", "dropped", "drop_effect", "extra_credit_effect", "submitted", "late", "late_days"),
    *("late_effect", "scale_effect", "rounding_effect", "final", "final_max", "percent", "explained"),
)


def write(finals: Finals, folder: Path) -> Path:
    """Writes final.csv: the raw mark, each rule's effect and the final mark of every student. Raises ``OSError``."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    timeless = set(finals.timeless)
    for f in finals.students:
        reasons = [*f.reasons]
        if f.student in timeless:
            reasons.append(_("no time of submission is known: counted as in time"))
        if f.ungraded:
            reasons.append(_("not graded yet: {names}").format(names=", ".join(f.ungraded)))
        writer.writerow(
            [
                cell(f.student),
                exact(f.raw),
                exact(f.raw_max),
                " ".join(f.dropped),
                exact(f.drop_effect),
                exact(f.extra_effect),
                f.submitted.isoformat() if f.submitted else "",
                shown(f.late),
                f.late_days,
                exact(f.late_effect),
                exact(f.scale_effect),
                exact(f.rounding_effect),
                Status.UNGRADED.value if f.ungraded and not f.raw_max else exact(f.final),
                exact(f.final_max),
                exact(100 * f.final / f.final_max) if f.final_max else "",
                cell("; ".join(reasons)),
            ]
        )
    path = folder / FINAL
    write_atomically(path, text.getvalue().encode("utf-8-sig", "replace"))
    return path
