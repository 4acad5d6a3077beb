"""Names the mistake: compares a wrong answer with what each misconception gives on the same inputs."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from autograder.judging.verdicts import Verdicts, changed_inputs
from autograder.runner.outcome import Kind, Outcome
from autograder.spec.exercise import Case, Check


class Cause(NamedTuple):
    """A misconception that explains so many of the ``failed`` checks."""

    name: str
    explains: int
    failed: int


class Diagnosis:
    """Finds for each failed check of one solution the misconception that explains it best."""

    def __init__(self, checks: Iterable[Check], mine: Verdicts) -> None:
        self.checks = {check.name: check for check in checks}
        self.mine = mine
        self.expectations = mine.expectations

    def explain(self, failed: Collection[str], passed: Collection[str]) -> dict[str, Cause]:
        """For failed checks what explains them.

        A misconception explains a check if it fails there too, and in the same way in every case. It is dropped if it
        fails another check that the solution passes. Of several the one counts that explains more of the failed checks,
        then the one that passes more of the checks that passed.
        """
        if failed:
            self.expectations.need(failed)
        explained = {name: self.explaining(self.checks[name]) for name in failed}
        candidates = {name for names in explained.values() for name in names}
        if candidates:
            telling = [check for check in passed if len(candidates) > 1 or not self._is_vague(check)]
            self.expectations.need(telling, candidates)
        contradicted = {name for name in candidates if self._is_contradicted(name, passed)}
        count = {name: sum(name in names for names in explained.values()) for name in candidates}
        rank = {name: (count[name], sum(self._passes(self.checks[c], name) for c in passed)) for name in candidates}
        order = list(self.expectations.sentences)
        best: dict[str, Cause] = {}
        for check, names in explained.items():
            if possible := [name for name in names if name not in contradicted]:
                name = max(possible, key=lambda n: (rank[n], -order.index(n)))
                best[check] = Cause(name, count[name], len(explained))
        return best

    def _is_contradicted(self, name: str, passed: Collection[str]) -> bool:
        """Whether it fails a check of values that the solution passes, and so is not what was done here."""
        other = self.expectations.verdicts(name)
        return any(other.first(self.checks[check]) for check in passed if not self._is_vague(check))

    def _is_vague(self, check: str) -> bool:
        """Whether a misconception may come out otherwise by chance, or by what else its author wrote."""
        return self.checks[check].training or bool(self.checks[check].asks)

    def explaining(self, check: Check) -> list[str]:
        """The misconceptions that fail a check in the same way as the solution, in every case."""
        if check.training:
            return []
        return [name for name in self.expectations.sentences if self._agrees(check, name)]

    def _agrees(self, check: Check, name: str) -> bool:
        other = self.expectations.verdicts(name)
        fails = False
        for case in check.cases:
            mine, theirs = self.mine.outcome(check, case), other.outcome(check, case)
            if mine is None or theirs is None:
                # A property counts where the result is right, and there it may be right for one of the two alone.
                unexplained = mine is not None and self._wrong(self.mine, check, case)
                if mine is theirs or (check.asks and not unexplained):
                    continue
                return False
            if not self._same(check, case, mine, theirs, other):
                return False
            fails = fails or self._wrong(other, check, case)
        return fails

    def _same(self, check: Check, case: Case, mine: Outcome, theirs: Outcome, other: Verdicts) -> bool:
        if self._wrong(self.mine, check, case) != self._wrong(other, check, case):
            return False
        if not self._wrong(other, check, case):
            return True
        if mine.kind is not theirs.kind:
            return False
        match mine.kind:
            case Kind.RETURNED:
                if changed_inputs(check, case, mine) != changed_inputs(check, case, theirs):
                    return False
                want, inputs = self.expectations.want(check, case), self.expectations.expected(check, case).inputs
                symptoms = self.mine.symptom(check, case), other.symptom(check, case)
                return check.judge_of(case).alike(*symptoms, want, inputs)
            case Kind.RAISED:
                return (mine.error, mine.message) == (theirs.error, theirs.message)
            case Kind.UNFIT:
                return (mine.message, mine.facts) == (theirs.message, theirs.facts)
            case _:
                return False

    @staticmethod
    def _wrong(verdicts: Verdicts, check: Check, case: Case) -> bool:
        return verdicts.finding(check, case) is not None

    def _passes(self, check: Check, name: str) -> bool:
        """Whether a misconception gets through a check."""
        other = self.expectations.verdicts(name)
        return other.was_run(check) and other.first(check) is None
