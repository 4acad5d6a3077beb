"""Names the mistake: compares a wrong answer with what each misconception gives on the same inputs."""

from __future__ import annotations

from collections.abc import Mapping

from autograder.grading.expectations import Expectations
from autograder.spec.exercise import Case, Check
from autograder.spec.judges import Mistake
from autograder.spec.outcome import Kind, Outcome

Outcomes = Mapping[int, Outcome]


def judge(check: Check, case: Case, outcome: Outcome, expectations: Expectations) -> Mistake | None:
    """What is wrong with a result that was returned; None if nothing is."""
    expected = expectations.cases[check.name, case.index]
    if mistake := check.judge.verdict(outcome.value, expectations.want(check, case), expected.inputs):
        return mistake
    if changed := [name for name in outcome.changed if name.partition("[")[0] not in check.mutates]:
        return Mistake(", ".join(changed), code="changed")
    if outcome.misplaced:
        return Mistake(", ".join(outcome.misplaced), code="misplaced")
    return None


class Diagnosis:
    """Finds for each failed check of one solution the misconception that explains it best."""

    def __init__(self, checks: list[Check], expectations: Expectations) -> None:
        self.checks = {check.name: check for check in checks}
        self.expectations = expectations
        self._mine: dict[tuple[str, int], bool] = {}  # whether the solution is wrong in a case

    def explain(self, outcomes: Mapping[str, Outcomes], failed: set[str]) -> dict[str, str]:
        """For failed checks the name of the misconception.

        outcomes: by check and case, of all checks that ran. A misconception explains a check if it fails there too,
        and in the same way in every case. Of several the one counts that explains more of the failed checks,
        then the one that passes more of the checks that passed.
        """
        explained = {name: self._explaining(self.checks[name], outcomes[name]) for name in failed if name in outcomes}
        candidates = {name for names in explained.values() for name in names}
        if not candidates:
            return {}
        passed = [self.checks[name] for name in outcomes if name not in failed]
        rank = {
            name: (
                sum(name in names for names in explained.values()),
                sum(self._passes(check, name) for check in passed),
            )
            for name in candidates
        }
        order = list(self.expectations.sentences)
        best: dict[str, str] = {}
        for check, names in explained.items():
            if names:
                best[check] = max(names, key=lambda n: (rank[n], -order.index(n)))
        return best

    def _explaining(self, check: Check, outcomes: Outcomes) -> list[str]:
        return [name for name in self.expectations.sentences if self._agrees(check, outcomes, name)]

    def _agrees(self, check: Check, outcomes: Outcomes, name: str) -> bool:
        fails = False
        for case in check.cases:
            mine = outcomes.get(case.index)
            theirs = self.expectations.cases[check.name, case.index].misconceptions.get(name)
            if mine is None or theirs is None:
                if mine is theirs:
                    continue
                return False
            if not self._same(check, case, mine, name):
                return False
            fails = fails or self._misconception_fails(check, case, name)
        return fails

    def _same(self, check: Check, case: Case, mine: Outcome, name: str) -> bool:
        expected = self.expectations.cases[check.name, case.index]
        theirs = expected.misconceptions[name]
        if mine.kind is not theirs.kind:
            return False
        match mine.kind:
            case Kind.RETURNED:
                key = check.name, case.index
                if key not in self._mine:
                    self._mine[key] = self._wrong(check, case, mine)
                wrong = self._mine[key]
                if wrong != self._misconception_fails(check, case, name) or mine.changed != theirs.changed:
                    return False
                if not wrong:
                    return True
                want = self.expectations.want(check, case)
                return check.judge.same(mine.value, theirs.value, want, expected.inputs)
            case Kind.RAISED:
                return (mine.error, mine.message) == (theirs.error, theirs.message)
            case Kind.UNFIT:
                return (mine.message, mine.facts) == (theirs.message, theirs.facts)
            case _:
                return False

    def _misconception_fails(self, check: Check, case: Case, name: str) -> bool:
        known, key = self.expectations.failing, (check.name, case.index, name)
        if key not in known:
            theirs = self.expectations.cases[check.name, case.index].misconceptions[name]
            known[key] = self._wrong(check, case, theirs)
        return known[key]

    def _wrong(self, check: Check, case: Case, outcome: Outcome) -> bool:
        return outcome.kind is not Kind.RETURNED or judge(check, case, outcome, self.expectations) is not None

    def _passes(self, check: Check, name: str) -> bool:
        """Whether a misconception gets through a check."""
        for case in check.cases:
            outcomes = self.expectations.cases[check.name, case.index].misconceptions
            if name not in outcomes or self._misconception_fails(check, case, name):
                return False
        return True
