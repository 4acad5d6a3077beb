"""The terminal: pictures where they say more, output that cannot steer it."""

from __future__ import annotations

import io
import math

from rich.console import Console

from autograder.report import pictures, terminal
from autograder.results import CheckResult, Detail, ExerciseResult, Results, Status, SubmissionResult


def shown(*checks, width=120):
    console = Console(file=io.StringIO(), width=width, force_terminal=False)
    terminal.show_exercise(console, ExerciseResult.of("ch01/a", list(checks)), "Title", "exercises/a.py")
    return console.file.getvalue()


def check(status=Status.FAILED, **detail):
    message = "f(X): expected 1, got 2"
    return CheckResult("c", status, 0.0, 1.0, message=message, line="does it", detail=Detail(**detail))


def test_the_image_wanted_stands_beside_the_one_that_came():
    image = [[float(i + j) for j in range(8)] for i in range(6)]
    text = shown(check(picture={"wanted": image, "came": image[::-1]}, expected="[[1]]\n", got="[[2]]\n"))
    for word in ("wanted", "came", "where they differ", "▀"):
        assert word in text


def test_a_narrow_terminal_gets_numbers_instead():
    image = [[0.0] * 60 for _ in range(8)]
    assert "▀" not in shown(
        check(picture={"wanted": image, "came": image}, expected="[[1]]\n", got="[[2]]\n"), width=80
    )


def test_panels_keep_the_greys_of_the_wanted_image_and_mark_what_differs():
    wanted, came = [[0.0, 1.0], [0.5, 0.5]], [[0.0, 9.0], [math.nan, 0.5]]
    (_, first), (_, second), (_, third) = pictures.panels(wanted, came)
    assert first[0] == [(0, 0, 0), (255, 255, 255)]
    assert second[0][1] == (255, 255, 255)
    assert third[0][0] == (255, 255, 255)
    assert third[0][1] == third[1][0] == (255, 0, 0)
    assert pictures.data_uri(first).startswith("data:image/png;base64,")


def test_what_was_printed_cannot_steer_the_terminal():
    text = shown(check(output="\x1b[2J\x1b]0;title\x07[bold]markup[/bold]\n"))
    assert "\x1b" not in text
    assert "\x07" not in text
    assert "[bold]markup" in text


def test_every_status_has_a_face_and_a_word_of_its_own():
    assert set(terminal.FACES) == set(terminal.WORDS) == set(Status)
    assert len({face for face, _style in terminal.FACES.values()}) == len(Status)
    assert len(set(terminal.WORDS.values())) == len(Status)


def test_of_many_notes_the_first_are_shown_and_of_flags_all():
    submissions = [SubmissionResult.of(f"s{n:03}", [], ["a note"], ["a flag"]) for n in range(300)]
    console = Console(file=io.StringIO(), width=120, force_terminal=False)
    terminal.show_notes(console, Results("0", "public", {}, "strict", submissions))
    text = console.file.getvalue()
    assert text.count("a flag") == 300
    assert text.count("a note") == 40
    assert "and 260 more notes" in text
