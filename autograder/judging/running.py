"""Runs a solution through the checks of its exercise: what it comes to is another matter."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from autograder.judging.probes import covered, proven
from autograder.judging.trial import Request, Trial
from autograder.judging.verdicts import Outcomes, Verdicts
from autograder.results import Status
from autograder.runner.limits import AUTHOR_SECONDS, Limits, for_case
from autograder.runner.outcome import Kind, Outcome
from autograder.spec.exercise import Case, Check

if TYPE_CHECKING:
    from autograder.judging.expectations import Expectations


def run_through(
    trial: Trial,
    expectations: Expectations,
    *,
    training: bool = True,
    of: Collection[str] | None = None,
    known: Outcomes | None = None,
    first: bool = False,
) -> Verdicts:
    """Runs a solution through the checks, and returns what each case came to, with what was found of it on the way.

    What waits for a check that fails is not run, nor is a property where the result itself is wrong.
    of: of an author's own wrong solution, these checks, whatever they wait for. known: outcomes that there are.
    first: ends with the first case that goes wrong, for whoever asks only whether one does.
    """
    return _Running(trial, expectations, of, known, first).all(training)


class _Running:
    def __init__(
        self,
        trial: Trial,
        expectations: Expectations,
        of: Collection[str] | None,
        known: Outcomes | None,
        first: bool,
    ) -> None:
        self.trial = trial
        self.expectations = expectations
        self.of = of
        self.first = first
        self.verdicts = Verdicts(expectations, known)
        self.checks = trial.exercise.checks
        self.named = {check.name: check for check in self.checks}
        self.probed: set[tuple[str, int]] = set()

    @property
    def everything(self) -> bool:
        return self.of is not None

    def all(self, training: bool) -> Verdicts:
        for check in self.checks:
            if (self.of is not None and check.name not in self.of) or (check.training and not training):
                continue
            if not check.runs_on(self.expectations.device):
                continue
            if not self.everything and self.verdicts.blocking(check, self.named, training):
                continue
            if check.asks:
                self._probe(check)
            self._run(check)
            if self.first and self.verdicts.first(check) is not None:
                break
        return self.verdicts

    def _run(self, check: Check) -> None:
        done = self.verdicts.outcomes
        if check.follows_from and not self.everything:
            whole = [self.verdicts.status(self.named[name], self.named) for name in check.follows_from]
            if all(status is Status.PASSED for status in whole):
                done.update({(check.name, case.index): Outcome(Kind.PROVEN) for case in check.cases})
        cases = {c.index: c for c in check.cases if (check.name, c.index) not in done and self._counts(check, c)}
        for index, outcome in self.trial.run(check, [self._request(check, case) for case in cases.values()]):
            done[check.name, index] = outcome
            if self.first and self.verdicts.finding(check, cases[index]) is not None:
                break

    def _counts(self, check: Check, case: Case) -> bool:
        return not case.observed and self.verdicts.is_asked(check, case)

    def _probe(self, check: Check) -> None:
        """Proves what can be proven of the cases of a property, and of others beside it, in one run of them all."""
        bases = {(case.base[0].name, case.base[1].index) for case in check.cases if case.base}
        for probe in self.trial.exercise.probes:
            cases = [
                case
                for case in probe.cases
                if case.base
                and (case.base[0].name, case.base[1].index) in bases - self.probed
                and self._counts(probe, case)
            ]
            self.probed |= {(case.base[0].name, case.base[1].index) for case in cases if case.base}
            for _index, outcome in self.trial.run(probe, self._together(probe, cases)):
                for case in proven(probe, cases, outcome, self.checks, self.expectations):
                    for other, covers in covered(probe, case, self.checks, self.expectations):
                        self.verdicts.outcomes[other.name, covers.index] = Outcome(Kind.PROVEN)

    def _together(self, probe: Check, cases: list[Case]) -> list[Request]:
        """One request for all the cases, with the limits of one that costs what they cost together."""
        return [self.expectations.probe_request(probe, cases, self._limits(probe, *cases))] if cases else []

    def _request(self, check: Check, case: Case) -> Request:
        return self.expectations.request(check, case, self._limits(check, case))

    def _limits(self, check: Check, *cases: Case) -> Limits:
        if self.everything:
            return Limits(AUTHOR_SECONDS)
        expected = [self.expectations.expected(check, case) for case in cases]
        size = sum(4 * e.answer_bytes if case.base else e.answer_bytes for e, case in zip(expected, cases, strict=True))
        return for_case(check, sum(e.seconds for e in expected), size)
