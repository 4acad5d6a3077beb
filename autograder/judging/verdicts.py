"""What is right and wrong in the outcomes of one solution: each case is judged once, when somebody asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autograder.results import Status
from autograder.runner.outcome import Kind, Outcome
from autograder.spec.exercise import Case, Check
from autograder.spec.judges import Mistake

if TYPE_CHECKING:
    from autograder.judging.expectations import Expectations

Outcomes = dict[tuple[str, int], Outcome]

STATUS = {
    Kind.RETURNED: Status.FAILED,
    Kind.UNFIT: Status.FAILED,
    Kind.OVERSIZED: Status.FAILED,
    Kind.RAISED: Status.ERROR,
    Kind.MISSING: Status.ERROR,
    Kind.ABSENT: Status.ERROR,
    Kind.CRASHED: Status.ERROR,
    Kind.UNFINISHED: Status.NOT_ATTEMPTED,
    Kind.FORBIDDEN: Status.FORBIDDEN,
    Kind.TIMEOUT: Status.TIMEOUT,
    Kind.STALLED: Status.TIMEOUT,
    Kind.SPENT: Status.TIMEOUT,
    Kind.MEMORY: Status.MEMORY,
    Kind.KILLED: Status.MEMORY,
    Kind.LOST: Status.UNGRADED,
}


@dataclass
class Finding:
    """A case that went wrong."""

    case: Case
    outcome: Outcome
    mistake: Mistake | None


class Verdicts:
    """The outcomes of a solution, by check and case, and what is found in them. Outcomes may still be added, here or
    by whoever gave them, to a check that was not asked about."""

    def __init__(self, expectations: Expectations, outcomes: Outcomes | None = None) -> None:
        self.expectations = expectations
        self.outcomes: Outcomes = {} if outcomes is None else outcomes
        self._findings: dict[tuple[str, int], Finding | None] = {}
        self._symptoms: dict[tuple[str, int], Any] = {}
        self._status: dict[str, Status] = {}

    def is_asked(self, check: Check, case: Case) -> bool:
        """Whether a case counts: a property is asked only where the result in its base is there, and right."""
        if case.base is None:
            return True
        outcome = self.outcome(*case.base)
        return outcome is not None and outcome.kind is not Kind.PROVEN and self.finding(*case.base) is None

    def outcome(self, check: Check, case: Case) -> Outcome | None:
        """What a case came to; None where it was not run, or does not count."""
        if case.base and not self.is_asked(check, case):
            return None
        if case.base and case.observed:
            check, case = case.base
        return self.outcomes.get((check.name, case.index))

    def finding(self, check: Check, case: Case) -> Finding | None:
        """What is wrong in a case; None if nothing is, or if it was not run."""
        key = check.name, case.index
        if key not in self._findings:
            outcome = self.outcome(check, case)
            if outcome is None:
                return None
            self._findings[key] = _judged(check, case, outcome, self.expectations)
        return self._findings[key]

    def symptom(self, check: Check, case: Case) -> Any:
        """What is compared of a result that is wrong in a case."""
        key = check.name, case.index
        if key not in self._symptoms:
            outcome = self.outcome(check, case)
            assert outcome is not None
            want, inputs = self.expectations.want(check, case), self.expectations.expected(check, case).inputs
            self._symptoms[key] = check.judge_of(case).symptom(outcome.value, want, inputs)
        return self._symptoms[key]

    def first(self, check: Check) -> Finding | None:
        """The first case of a check that went wrong."""
        found = (self.finding(check, case) for case in check.cases)
        return next((finding for finding in found if finding is not None), None)

    def was_run(self, check: Check) -> bool:
        return any(self.outcome(check, case) is not None for case in check.cases)

    def status(self, check: Check, others: Mapping[str, Check], training: bool = True) -> Status:
        """What a check came to. others: all checks by name. training: whether training checks were to be run."""
        if check.name not in self._status:
            self._status[check.name] = self._status_of(check, others, training)
        return self._status[check.name]

    def _status_of(self, check: Check, others: Mapping[str, Check], training: bool) -> Status:
        if (check.training and not training) or not check.runs_on(self.expectations.device):
            return Status.SKIPPED
        if blocking := self.blocking(check, others, training):
            # What waits for a check that the grader itself could not make is the grader's fault too.
            faults = (self.status(other, others, training) is Status.UNGRADED for other in blocking)
            return Status.UNGRADED if any(faults) else Status.SKIPPED
        if (finding := self.first(check)) is not None:
            return STATUS[finding.outcome.kind]
        return Status.PASSED if self.was_run(check) else Status.UNGRADED

    def blocking(self, check: Check, others: Mapping[str, Check], training: bool = True) -> list[Check]:
        """The checks that must pass before this one can be made: those that it needs, and, for a property where more
        than half of the results are wrong that it would be asked of, the checks of these."""
        needed = [others[name] for name in check.needs]
        waits = [need for need in needed if self.status(need, others, training) is not Status.PASSED]
        if check.asks and not waits:
            bases = [case.base for case in check.cases if case.base]
            wrong = [base[0] for base in bases if self.outcome(*base) is None or self.finding(*base) is not None]
            if 2 * len(wrong) > len(bases):
                waits = list({base.name: base for base in wrong}.values())
        return waits


def _judged(check: Check, case: Case, outcome: Outcome, expectations: Expectations) -> Finding | None:
    mistake = None
    if outcome.kind is Kind.PROVEN:
        return None
    if outcome.kind is Kind.RETURNED:
        try:
            mistake = judge(check, case, outcome, expectations)
        except Exception as error:  # a judge that fails is our fault, never the student's
            return Finding(case, Outcome(Kind.LOST, message=f"{type(error).__name__}: {error}"), None)
        if mistake is None:
            return None
    return Finding(case, outcome, mistake)


def judge(check: Check, case: Case, outcome: Outcome, expectations: Expectations) -> Mistake | None:
    """What is wrong with a result that was returned; None if nothing is."""
    expected, want = expectations.expected(check, case), expectations.want(check, case)
    if mistake := check.judge_of(case).verdict(outcome.value, want, expected.inputs):
        return mistake
    if changed := changed_inputs(check, case, outcome):
        return Mistake(", ".join(changed), code="changed")
    if outcome.misplaced:
        return Mistake(", ".join(outcome.misplaced), code="misplaced")
    return None


def changed_inputs(check: Check, case: Case, outcome: Outcome) -> list[str]:
    """The inputs that were changed, and should not have been, as far as this check is about that."""
    origin, _base = check.origin(case)
    if "unchanged" in origin.asked_apart and not (check.asks and check.asks.name == "unchanged"):
        return []
    return [name for name in outcome.changed if name.partition("[")[0] not in origin.mutates]
