"""What the misconceptions of an exercise give: each goes through a check when that check is failed for the first time.

Whoever has it right, or has not begun, need not wait for it; whoever has one thing wrong waits for what is about that.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from autograder.judging.verdicts import Outcomes
from autograder.runner.outcome import Outcome

AT_A_TIME = 2  # misconceptions that are run at once, each in a process of its own

# Runs a misconception through checks: its name, theirs, and the outcomes that there are already.
Run = Callable[[str, Collection[str], Outcomes], Outcomes]


class WrongAnswers:
    """The outcomes of misconceptions by name, as far as somebody asked; ``run`` finds out more of them."""

    def __init__(
        self,
        outcomes: Mapping[str, Outcomes] | None = None,
        through: Mapping[str, Iterable[str]] | None = None,
        run: Run | None = None,
        keep: Callable[[WrongAnswers], None] = lambda _: None,
    ) -> None:
        """through: the checks that each was run through. keep: called when there is more than before."""
        self._outcomes = dict(outcomes or {})
        self._through = {name: set(checks) for name, checks in (through or {}).items()}
        self._run = run
        self._keep = keep
        self._lock = threading.Lock()

    def of(self, name: str) -> Outcomes:
        """What a misconception gives, so far; a check that is needed later is added to it."""
        return self._outcomes.setdefault(name, {})

    def need(self, names: Iterable[str], checks: Collection[str]) -> None:
        """Runs misconceptions through checks, as far as they were not."""
        with self._lock:
            missing = {name: more for name in names if (more := set(checks) - self._through.setdefault(name, set()))}
            if self._run is None or not missing:
                return
            known = [dict(self.of(name)) for name in missing]
            with ThreadPoolExecutor(AT_A_TIME) as lanes:
                found = list(lanes.map(self._run, missing, missing.values(), known))
            for (name, more), outcomes in zip(missing.items(), found, strict=True):
                self.of(name).update(outcomes)
                self._through[name] |= more
            self._keep(self)

    def to_plain(self) -> dict[str, Any]:
        return {
            name: [sorted(through), [[*key, outcome.to_plain()] for key, outcome in self.of(name).items()]]
            for name, through in self._through.items()
        }

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any], **more: Any) -> WrongAnswers:
        outcomes = {
            name: {(check, case): Outcome.from_plain(outcome) for check, case, outcome in found}
            for name, (_through, found) in plain.items()
        }
        return cls(outcomes, {name: through for name, (through, _found) in plain.items()}, **more)
