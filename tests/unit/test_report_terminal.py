"""The terminal: pictures where they say more, output that cannot steer it."""

from __future__ import annotations

import io
import math

import pytest
from rich.cells import cell_len
from rich.console import Console

from autograder.report import pictures, terminal
from autograder.report.said import Audience
from autograder.results import (
    GUARDED,
    HIDDEN,
    CheckResult,
    Detail,
    ExerciseResult,
    Grading,
    Results,
    Status,
    SubmissionResult,
)


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


def test_what_was_left_out_is_told_and_is_no_failure():
    console = Console(file=io.StringIO(), width=120, force_terminal=False)
    passed = CheckResult("c", Status.PASSED, 1.0, 1.0, line="does it")
    result = ExerciseResult.of("ch01/a", [passed])
    result.left_out = ["line 13 was left out: it writes a file"]
    terminal.show_exercise(console, result, "Title", "exercises/a.py")
    assert "line 13 was left out: it writes a file" in console.file.getvalue()
    assert (result.status, result.score) == (Status.PASSED, 1.0)


def test_the_instructor_sees_what_is_kept_from_students():
    secret = CheckResult("c", Status.FAILED, 0.0, 1.0, message="got 3.5", visibility=GUARDED, line="does it")
    secret.detail.discreet = "the result is wrong"
    hidden = CheckResult("d", Status.FAILED, 0.0, 1.0, message="got 4.5", visibility=HIDDEN, line="does that")
    said = {}
    for audience in Audience:
        console = Console(file=io.StringIO(), width=120, force_terminal=False)
        terminal.show_exercise(console, ExerciseResult.of("ch01/a", [secret, hidden]), "Title", "a.py", audience)
        said[audience] = console.file.getvalue()
    assert "got 3.5" in said[Audience.INSTRUCTOR]
    assert "got 4.5" in said[Audience.INSTRUCTOR]
    assert "got" not in said[Audience.STUDENT]
    assert "the result is wrong" in said[Audience.STUDENT]


def test_the_instructor_is_told_why_nothing_was_graded():
    console = Console(file=io.StringIO(), width=120, force_terminal=False)
    empty = CheckResult("c", Status.NOT_ATTEMPTED, 0.0, 1.0, message="nothing was handed in", line="does it")
    terminal.show_exercise(console, ExerciseResult.of("ch01/a", [empty]), "Title", "a.py", Audience.INSTRUCTOR)
    assert "nothing was handed in" in console.file.getvalue()
    assert "Not started yet" not in console.file.getvalue()


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


CHAPTERS = {f"ch{n:02}_the_chapter_{n}": 8 for n in range(1, 15)}


def a_class(students, exercises, width, name="student 学生 "):
    """What the terminal shows of a class that has everything right in half of the chapters and begun no other."""
    submissions = []
    for number in range(students):
        mine = []
        for place, (chapter, count) in enumerate(exercises.items()):
            status = Status.PASSED if place < len(exercises) / 2 else Status.NOT_ATTEMPTED
            for n in range(count):
                score = 10.0 if status is Status.PASSED else 0.0
                graded = CheckResult("c", status, score, 10.0)
                mine.append(ExerciseResult.of(f"{chapter}/exercise_{n}", [graded]))
        submissions.append(SubmissionResult.of(f"{name}{number:03}", mine))
    return show(submissions, [e.id for e in submissions[0].exercises], width)


def show(submissions, ids, width):
    console = Console(file=io.StringIO(), width=width, force_terminal=False)
    terminal.show_class(console, Grading(Results("0", "public", {}, "strict", submissions)), ids)
    text = console.file.getvalue()
    assert max(map(cell_len, text.splitlines())) <= width
    return text


def line(text, start):
    return next(found.split() for found in text.splitlines() if found.strip().startswith(start))


def test_a_few_exercises_have_a_column_each_with_points_and_signs():
    text = a_class(3, {"ch01_a": 2, "ch02_b": 1}, 80)
    assert line(text, "student  ") == ["student", "1", "2", "3", "score"]
    assert line(text, "student 学生 002")[3:] == ["10", "10", "0", "..", "20/30"]
    assert "1 exercise_0  2 exercise_1  3 exercise_0" in text
    assert "Percent" not in text


def test_more_exercises_have_a_column_each_while_there_is_room():
    text = a_class(3, {"ch01_a": 6, "ch02_b": 6}, 80)
    assert line(text, "student  ")[1:] == [*map(str, range(1, 13)), "score"]


def test_where_there_is_no_room_each_chapter_has_a_column():
    text = a_class(30, CHAPTERS, 80)
    numbers = [f"{n:02}" for n in range(1, 15)]
    assert line(text, "student  ") == ["student", *numbers, "all"]
    rows = [found.split() for found in text.splitlines() if found.strip().startswith("student 学")]
    assert len(rows) == 30
    assert {tuple(row[-15:]) for row in rows} == {(*["100"] * 7, *[".."] * 7, "50")}
    assert [n for n in numbers if f"{n} ch{n}_the_chapter_{int(n)}" not in text] == []


def test_what_is_not_quite_full_is_not_called_so_and_a_fault_of_the_grader_shows():
    def chapter(name, *marks):
        made = []
        for number, (status, score, most) in enumerate(marks):
            made.append(ExerciseResult.of(f"{name}/{number}", [CheckResult("c", status, score, most)]))
        return made

    good, bad = (Status.PASSED, 300.0, 300.0), (Status.FAILED, 299.0, 300.0)
    mine = [*chapter("ch01_a", *[good] * 9, bad), *chapter("ch02_b", *[good] * 9, (Status.UNGRADED, 0.0, 0.0))]
    submission = SubmissionResult.of("ada", mine)
    text = show([submission], [e.id for e in mine], 60)
    assert line(text, "ada") == ["ada", "99", "??", "99"]


@pytest.mark.parametrize("width", range(70, 90))
def test_a_mark_is_never_cut_off(width):
    for chapters in ({"ch01_a": 8, "ch02_b": 9}, CHAPTERS):
        for name in ("", "x", "a long name of a student "):
            text = a_class(2, chapters, width, name)
            assert "…" not in text.replace("a long name…", "")


def test_many_chapters_go_on_in_another_table():
    text = a_class(3, CHAPTERS, 50)
    heads = [found.split() for found in text.splitlines() if found.strip().startswith("student  ")]
    assert [number for head in heads for number in head[1:]] == [*(f"{n:02}" for n in range(1, 15)), "all"]
    assert len(heads) == 2


def test_one_chapter_stays_exercise_by_exercise():
    text = a_class(3, {"ch01_a": 30}, 80)
    heads = [found.split()[1:] for found in text.splitlines() if found.strip().startswith("student  ")]
    assert [number for head in heads for number in head] == [*map(str, range(1, 31)), "score"]


@pytest.mark.parametrize(
    ("exercises", "first"), [({"ch01_a": 3}, "ch01_a/exercise_0"), (CHAPTERS, "ch01_the_chapter_1")]
)
def test_a_large_class_has_a_line_for_each_exercise_or_chapter(exercises, first):
    text = a_class(terminal.MAX_ROWS + 1, exercises, 80)
    assert first in text
    assert "student 学生" not in text
    assert len(text.splitlines()) < 30


def test_marks_stand_below_the_exercise_that_they_belong_to():
    """Whatever order the exercises were asked for in."""
    first = ExerciseResult.of("ch01_a/first", [CheckResult("c", Status.PASSED, 1.0, 1.0)])
    second = ExerciseResult.of("ch01_a/second", [CheckResult("c", Status.PASSED, 2.0, 2.0)])
    text = show([SubmissionResult.of("ada", [first, second])], ["ch01_a/second", "ch01_a/first"], 80)
    assert line(text, "ada") == ["ada", "2", "1", "3/3"]
    assert "1 second  2 first" in text
