"""Names the mistake: compares a wrong answer with what each misconception gives on the same inputs."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from autograder.judging.verdicts import Verdicts, changed_inputs
from autograder.runner.outcome import Kind, Outcome
from autograder.spec.exercise import Case, Check


class Diagnosis:
    """Finds for each failed check of one solution the misconception that explains it best."""

    def __init__(self, checks: Iterable[Check], mine: Verdicts) -> None:
        self.checks = {check.name: check for check in checks}
        self.mine = mine
        self.expectations = mine.expectations

    def explain(self, failed: Collection[str], passed: Collection[str]) -> dict[str, str]:
        """For failed checks the name of the misconception.

        A misconception explains a check if it fails there too, and in the same way in every case. Of several the one
        counts that explains more of the failed checks, then the one that passes more of the checks that passed.
        """
        if failed:
            self.expectations.need(failed)
        explained = {name: self._explaining(self.checks[name]) for name in failed}
        candidates = {name for names in explained.values() for name in names}
        if len(candidates) > 1:
            self.expectations.need(passed, candidates)
        rank = {
            name: (
                sum(name in names for names in explained.values()),
                sum(self._passes(self.checks[check], name) for check in passed),
            )
            for name in candidates
        }
        order = list(self.expectations.sentences)
        best: dict[str, str] = {}
        for check, names in explained.items():
            if names:
                best[check] = max(names, key=lambda n: (rank[n], -order.index(n)))
        return best

    def _explaining(self, check: Check) -> list[str]:
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
                return check.judge_of(case).same(mine.value, theirs.value, want, inputs)
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
