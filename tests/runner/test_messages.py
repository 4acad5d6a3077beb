"""Every text that a learner reads passes through the one message catalogue."""

from __future__ import annotations

import gettext
import re

import pytest

from autograder import messages
from autograder.cli.author import sync
from autograder.errors import KitError
from autograder.workshop.messages import _interface
from autograder.workshop.messages import messages as all_messages

CHECKS, MISTAKES = (f"autograder/{folder}/ch07_convolution/corr2d.py" for folder in ("checks", "misconceptions"))


class Marked(gettext.NullTranslations):
    """A translation that marks what passed through it."""

    def gettext(self, message):
        return f"«{message}»"

    def ngettext(self, one, many, n):
        return f"«{one if n == 1 else many}»"


@pytest.fixture(scope="module")
def everything():
    return set(all_messages())


@pytest.fixture
def marked(monkeypatch):
    monkeypatch.setattr(messages, "_catalogue", lambda language: Marked())


MARKED = """
raise Fail(_("There is no {name}: " "look again.").format(name=name))
ADVICE = Family(N_("later"), "not marked", advice=N_("and {this}"))
print(ngettext("{n} file", "{n} files", n), _(variable), _(""), other("not a text"))
"""


def test_every_marked_text_of_a_file_is_found(tmp_path):
    (tmp_path / "shown.py").write_text(MARKED)
    assert sorted(_interface(tmp_path), key=str) == [
        ("autograder/shown.py", "There is no {name}: look again."),
        ("autograder/shown.py", "and {this}"),
        ("autograder/shown.py", "later"),
        ("autograder/shown.py", ("{n} file", "{n} files")),
    ]


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("autograder/catalog.toml", "Convolution"),
        ("autograder/spec/forbidden.py", "Draw the mask yourself: torch.rand and torch.bernoulli are welcome."),
        ("autograder/judging/wording.py", "your file does not define {name}"),
        ("autograder/report/templates/class.html", "The class at a glance"),
        (CHECKS, "sums the products of the kernel with each window of the input"),
        (CHECKS, "kernel height"),
        (
            CHECKS,
            "The window that belongs to output (i, j) starts at X[i, j] and is as large as the kernel: X[i:i+h, j:j+w].",
        ),
        (MISTAKES, "The windows are averaged. Cross-correlation sums the products and does not divide."),
        (MISTAKES, "The kernel is transposed: its rows go along the rows of X, its columns along the columns."),
    ],
)
def test_texts_of_every_kind_are_found(everything, place, text):
    assert (place, text) in everything


def test_the_template_is_a_catalogue_of_them_all(everything, tmp_path, capsys):
    read_po = pytest.importorskip("babel.messages.pofile").read_po
    path = tmp_path / "torchkata.pot"
    sync(texts=path)
    assert str(path) in capsys.readouterr().out
    with path.open("rb") as file:
        found = {_singular(message.id) for message in read_po(file) if message.id}
    assert found == {_singular(text) for _place, text in everything}


def _singular(message):
    return message if isinstance(message, str) else message[0]


def test_a_place_that_cannot_be_written_to_is_one_sentence(tmp_path):
    pytest.importorskip("babel")
    with pytest.raises(KitError, match="cannot be written: No such file or directory"):
        sync(texts=tmp_path / "no" / "torchkata.pot")


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
    assert len(words) > 5
    assert not free, free
