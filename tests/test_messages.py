"""Every text that a learner reads passes through the one message catalogue."""

from __future__ import annotations

import gettext
import re

import pytest

from autograder import catalog, messages
from autograder.workshop.messages import messages as all_messages
from autograder.workshop.messages import template


class Marked(gettext.NullTranslations):
    """A translation that marks what passed through it."""

    def gettext(self, message):
        return f"«{message}»"

    def ngettext(self, one, many, n):
        return f"«{one if n == 1 else many}»"


@pytest.fixture
def marked(monkeypatch):
    monkeypatch.setattr(messages, "_catalogue", lambda language: Marked())


def test_the_template_is_up_to_date():
    path = messages.LOCALE / f"{messages.DOMAIN}.pot"
    assert path.read_bytes() == template(), "run kata sync"


def test_every_check_hint_and_sentence_is_in_the_catalogue():
    known = {message for _place, message in all_messages()}
    for id in catalog.entries():
        exercise = catalog.load_exercise(id)
        assert {check.line for check in exercise.checks} <= known
        assert {hint.text for hint in exercise.hints} <= known
        assert {m.sentence for m in catalog.load_misconceptions(id)[0]} <= known


@pytest.mark.parametrize(
    "source",
    [
        "def corr2d(X, K):\n    return X\n",
        "def corr2d(X, K):\n    return 1 / 0\n",
        "def corr2d(X, K):\n    return None\n",
        "def corr2d(X, K):\n    return K\n",
        "import torch\ndef corr2d(X, K):\n    return torch.conv2d(X[None, None], K[None, None])\n",
        "def corr2d(X, K): return (X.unfold(0, K.shape[0], 1).unfold(1, K.shape[1], 1) * K.flip(0, 1)).sum((-1, -2))",
    ],
)
def test_messages_of_failed_checks_pass_through_it(marked, grade_source, source):
    result = grade_source("ch07_convolution/corr2d", source)
    for check in result.checks:
        assert check.line.startswith("«")
        assert "«" in check.message
        if check.diagnosis:
            assert check.diagnosis.startswith("«")


def test_the_terminal_passes_through_it(marked, grade_source, capsys):
    from rich.console import Console

    from autograder.report import terminal

    result = grade_source("ch07_convolution/corr2d", "def corr2d(X, K):\n    print(1)\n    return X\n")
    terminal.show_exercise(Console(width=200), result, "", "")
    shown = capsys.readouterr().out
    words = [line for line in shown.splitlines() if re.search(r"[a-z]{4}", line)]
    free = [w for w in words if "«" not in w and not re.search(r"torch|import|corr2d|print|^\s*[│╭╰]|»", w)]
    assert not free, free
