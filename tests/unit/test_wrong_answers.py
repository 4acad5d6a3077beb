"""What misconceptions give is found out check by check, when somebody asks, and once."""

from __future__ import annotations

from autograder.judging.wrong_answers import WrongAnswers
from autograder.runner.outcome import Kind, Outcome


def answers(plain=None):
    asked, kept = [], []

    def run(name, checks, known):
        asked.append((name, sorted(checks), sorted(known)))
        return {(check, 0): Outcome(Kind.RETURNED, value=name) for check in checks}

    return WrongAnswers.from_plain(plain or {}, run=run, keep=kept.append), asked, kept


def test_only_what_is_needed_is_run_and_only_once():
    wrong, asked, kept = answers()
    wrong.need(["a", "b"], ["first"])
    wrong.need(["a"], ["first"])
    wrong.need(["a"], ["first", "second"])
    assert asked == [("a", ["first"], []), ("b", ["first"], []), ("a", ["second"], [("first", 0)])]
    assert len(kept) == 2
    assert sorted(wrong.of("a")) == [("first", 0), ("second", 0)]
    assert sorted(wrong.of("b")) == [("first", 0)]


def test_what_somebody_holds_grows_with_it():
    wrong, _asked, _kept = answers()
    held = wrong.of("a")
    wrong.need(["a"], ["first"])
    assert held["first", 0].value == "a"


def test_what_was_kept_is_not_run_again():
    wrong, _asked, _kept = answers()
    wrong.need(["a"], ["first"])
    again, asked, kept = answers(wrong.to_plain())
    again.need(["a"], ["first"])
    assert not asked
    assert not kept
    again.need(["a"], ["second"])
    assert asked == [("a", ["second"], [("first", 0)])]


def test_without_a_way_to_run_there_is_what_there_is():
    wrong = WrongAnswers.from_plain({})
    wrong.need(["a"], ["first"])
    assert wrong.of("a") == {}
