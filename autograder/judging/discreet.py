"""What a student may be told of a failure where its inputs are a secret: in the kit's own words alone.

Neither values nor texts of the student's process come in, since it has seen the inputs: of what it answered there is
left what the exercise, the source or Python itself has a word for.
"""

from __future__ import annotations

import builtins
from collections.abc import Mapping

from autograder.judging.verdicts import Finding
from autograder.judging.wording import at, spent
from autograder.messages import _
from autograder.runner.outcome import Kind, Outcome
from autograder.spec.exercise import Exercise


def discreet(exercise: Exercise, finding: Finding, source: str, companions: Mapping[str, str] | None = None) -> str:
    """What is wrong, without inputs, results or anything that was printed or raised.

    companions: the texts of the other files that were handed in, by path.
    """
    outcome = finding.outcome
    where = _where(outcome, source, companions or {})
    match outcome.kind:
        case Kind.RETURNED | Kind.UNFIT:
            return _("the result is wrong; what it was called with is not shown")
        case Kind.RAISED:
            text = _("your code raised {error}{at}")
            return text.format(error=_named(outcome.error), at=where)
        case Kind.UNFINISHED:
            return _("your code has not been written yet: it raises NotImplementedError")
        case Kind.MISSING:
            named = [entry for entry in exercise.entries if entry in outcome.message]
            return _("your file does not define {names}").format(names=", ".join(named or exercise.entries))
        case Kind.ABSENT:
            return _("your code uses what is not there where it is graded{at}").format(at=where)
        case Kind.FORBIDDEN:
            family = exercise.family(str(outcome.facts.get("family", "")))
            text = _("your code uses what this exercise asks you to write{at}.").format(at=where)
            return f"{text} {_(family.advice)}" if family else text
        case Kind.TIMEOUT:
            return _("your code did not end in time")
        case Kind.STALLED:
            return _("your code did not end in time, and hardly computed: leave out sleep() and waiting")
        case Kind.SPENT:
            return spent(outcome)
        case Kind.MEMORY:
            return _("your code exceeded its memory limit")
        case Kind.OVERSIZED:
            return _("your code returned far more data than any correct answer could contain")
        case Kind.CRASHED | Kind.KILLED:
            return _("your code ended its whole process")
        case _:
            return _("the grader failed here, not you. No points are deducted.")


def _named(error: str) -> str:
    """The name of an exception of Python's own; another's may say anything."""
    known = getattr(builtins, error, None)
    return error if isinstance(known, type) and issubclass(known, BaseException) else _("an exception")


def _where(outcome: Outcome, source: str, companions: Mapping[str, str]) -> str:
    """The place, if there is such a one in what was handed in: the process that tells of it may have made it up."""
    text = companions.get(outcome.file) if outcome.file else source
    return at(outcome, source) if text is not None and (outcome.line or 0) <= text.count("\n") + 1 else ""
