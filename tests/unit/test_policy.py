"""From raw marks to final ones: every rule alone, their order, their effects in final.csv, and what cannot be."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest

from autograder.bridges.class_marks import Mark, Marks
from autograder.bridges.times import prepare, read_times, read_used
from autograder.intake.classes import Student, Submission, Submissions
from autograder.marks.finals import apply
from autograder.marks.finals import write as write_finals
from autograder.marks.policy import PolicyError, load
from autograder.results import ExerciseResult, Status, SubmissionResult
from support import KIT

DUE = datetime(2026, 11, 20, 22, 59, tzinfo=UTC)  # 23:59 in Berlin
HEAD = 'due = 2026-11-20T23:59:00\ntimezone = "Europe/Berlin"\n'


def submission(student="ana", **scores):
    """A student with (score, max_score) of exercises; None: the grader failed there."""
    rows = []
    for name, pair in scores.items():
        id = {"corr2d": "ch07_convolution/", "lenet": "ch08_lenet/"}.get(name, "ch04_regularization/") + name
        score, most = pair or (0, 0)
        status = Status.UNGRADED if pair is None else Status.PASSED if score == most else Status.FAILED
        rows.append(ExerciseResult(id, status, float(score), float(most)))
    return SubmissionResult.of(student, rows)


def policy(tmp_path, text):
    path = tmp_path / "policy.toml"
    path.write_text(text, encoding="utf-8")
    return load(path)


def final(tmp_path, text, one, late=timedelta(), **more):
    (made,) = apply(policy(tmp_path, text), [one], {one.student: DUE + late}, **more).students
    effects = made.drop_effect + made.extra_effect + made.late_effect + made.scale_effect + made.rounding_effect
    assert made.final == pytest.approx(made.raw + effects), "every point between raw and final is accounted for"
    return made


HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("late", "after", "expected"),
    [
        ('policy = "none"', 5 * DAY, 8),
        ("", 5 * DAY, 8),
        ('policy = "cutoff"', timedelta(), 8),
        ('policy = "cutoff"', timedelta(seconds=1), 0),
        ('policy = "percent"\npercent = 10', HOUR, 7),
        ('policy = "percent"\npercent = 10', DAY, 7),
        ('policy = "percent"\npercent = 10', DAY + timedelta(seconds=1), 6),
        ('policy = "percent"\npercent = 10\nof = "mark"', HOUR, 7.2),
        ('policy = "percent"\npercent = 1\nper = "hour"', 10 * HOUR, 7),
        ('policy = "percent"\npercent = 10\nlowest = 50', 9 * DAY, 5),
        ('policy = "percent"\npercent = 10\nlowest = 90', 9 * DAY, 8),
        ('policy = "percent"\npercent = 50', 90 * DAY, 0),
        ('policy = "steps"\nsteps = [{percent = 10}, {after_hours = 24, points = 5}]', HOUR, 7),
        ('policy = "steps"\nsteps = [{percent = 10}, {after_hours = 24, points = 5}]', DAY, 7),
        ('policy = "steps"\nsteps = [{percent = 10}, {after_hours = 24, points = 5}]', DAY + HOUR, 3),
        ('policy = "steps"\nsteps = [{after_hours = 2, percent = 10}]', HOUR, 8),
        ('policy = "budget"\ndays = 2', DAY + HOUR, 8),
        ('policy = "budget"\ndays = 2\npercent = 25', 2 * DAY + HOUR, 5.5),
        ('policy = "budget"\ndays = 0', HOUR, 0),
    ],
)
def test_late_policies(tmp_path, late, after, expected):
    made = final(tmp_path, f"{HEAD}[late]\n{late}" if late else HEAD, submission(corr2d=(8, 10)), after)
    assert made.final == pytest.approx(expected)
    assert (made.raw, made.raw_max, made.final_max) == (8, 10, 10)
    assert bool(made.reasons) == (after > timedelta())


def test_the_clock_starts_when_the_grace_ends(tmp_path):
    text = HEAD + 'grace_minutes = 15\n[late]\npolicy = "percent"\npercent = 1\nper = "hour"'
    one = submission(corr2d=(10, 10))
    assert final(tmp_path, text, one, timedelta(minutes=15)).final == 10
    assert final(tmp_path, text, one, timedelta(minutes=75)).final == pytest.approx(9.9)
    assert final(tmp_path, text, one, timedelta(minutes=76)).final == pytest.approx(9.8)


def test_an_extension_is_one_students_own(tmp_path):
    text = (
        HEAD + '[late]\npolicy = "cutoff"\n[extensions]\nana = 2026-11-25T12:00:00+01:00\nnobody = 2026-11-25T12:00:00'
    )
    finals = apply(
        policy(tmp_path, text), [submission("ana", corr2d=(8, 10)), submission("bo", corr2d=(8, 10))], dict.fromkeys(("ana", "bo"), DUE + DAY)
    )  # fmt: skip
    assert [f.final for f in finals.students] == [8, 0]
    assert finals.strangers == ["nobody"]


def test_no_hour_is_lost_or_won_when_clocks_are_set(tmp_path):
    zone = 'timezone = "Europe/Berlin"\n[late]\npolicy = "percent"\npercent = 1\nper = "hour"'
    one = submission(corr2d=(100, 100))
    # On 29 March 2026 the clock goes from 2 to 3: from 1:30 to 3:30 is one hour.
    spring = policy(tmp_path, "due = 2026-03-29T01:30:00\n" + zone)
    assert apply(spring, [one], {"ana": spring.moment(datetime(2026, 3, 29, 3, 30))}).students[0].final == 99
    # On 25 October it is 2:30 twice: due at the second, handed in at the first, an hour early.
    autumn = policy(tmp_path, "due = 2026-10-25T02:30:00\n" + zone)
    made = apply(autumn, [one], {"ana": autumn.moment(datetime(2026, 10, 25, 2, 30))}).students[0]
    assert (made.late, made.final) == (timedelta(), 100)
    assert apply(autumn, [one], {"ana": datetime(2026, 10, 25, 2, 0, tzinfo=UTC)}).students[0].late == timedelta(
        minutes=30
    )


def test_who_has_no_time_is_not_late_and_is_listed(tmp_path):
    made = apply(policy(tmp_path, HEAD + '[late]\npolicy = "cutoff"'), [submission(corr2d=(8, 10))], {})
    assert made.students[0].final == 8
    assert made.timeless == ["ana"]
    write_finals(made, tmp_path)
    assert "no time" in (tmp_path / "final.csv").read_text()


def test_dropping_leaves_the_greatest_share(tmp_path):
    one = submission(corr2d=(8, 10), dropout=(0, 2), lenet=(30, 60))
    made = final(tmp_path, "[drop]\nlowest = 1", one)
    assert (made.dropped, made.final, made.final_max) == (["lenet"], 8, 12), "8/12 is more than 38/70"
    made = final(tmp_path, "[drop]\nlowest = 5", one)
    assert (made.final, made.final_max) == (8, 10), "one is always left"
    made = final(tmp_path, "[drop]\nlowest = 1", submission(corr2d=(8, 10), dropout=None))
    assert (made.final, made.ungraded) == (8, ["dropout"]), "what is not graded cannot be dropped"


def test_what_nobody_could_grade_is_no_mark_of_0(tmp_path):
    made = apply(policy(tmp_path, ""), [submission(corr2d=None), submission("bo", corr2d=(8, 10))], {})
    write_finals(made, tmp_path)
    with (tmp_path / "final.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["final"] for row in rows] == ["ungraded", "8"]
    graded = [{"student": "ana", "score": 0.0, "exercises": []}, {"student": "bo", "score": 8.0, "exercises": []}]
    (tmp_path / "results.json").write_text(json.dumps({"submissions": graded}))
    marks = Marks.read(tmp_path, final=True)
    assert (marks.mark("ana"), marks.mark("bo")) == (None, Mark(8, 10))


@pytest.mark.parametrize("lowest", [1, 2, 3])
def test_dropping_is_best_among_all_choices(tmp_path, lowest):
    pairs = {"corr2d": (3, 10), "lenet": (1, 2), "a": (40, 90), "b": (0, 1), "c": (7, 9), "d": (0, 30)}
    made = final(tmp_path, f"[drop]\nlowest = {lowest}", submission(**pairs))
    best = max(
        sum(s for s, _m in kept) / sum(m for _s, m in kept)
        for kept in combinations(pairs.values(), len(pairs) - lowest)
    )
    assert made.final / made.final_max == pytest.approx(best)
    assert len(made.dropped) == lowest


def test_extra_credit_adds_to_the_mark_alone(tmp_path):
    one = submission(corr2d=(8, 10), lenet=(6, 9))
    made = final(tmp_path, '[extra_credit]\nexercises = ["ch08"]', one)
    assert (made.final, made.final_max) == (14, 10)
    made = final(tmp_path, '[extra_credit]\nexercises = ["lenet"]\nmost = 2\nstudents = {ana = 1, bo = 9}', one)
    assert (made.final, made.final_max, made.extra_effect) == (10, 10, -4)
    assert final(tmp_path, "[extra_credit.students]\nana = -3", one).final == 11


def test_scale_and_rounding_come_last(tmp_path):
    text = HEAD + 'out_of = 100\n[late]\npolicy = "percent"\npercent = 10\n[rounding]\nto = 0.5'
    made = final(tmp_path, text, submission(corr2d=(5, 9)), HOUR)
    assert (made.final, made.final_max) == (45.5, 100)  # 4.1 of 9 is 45.55
    for mode, expected in (("up", 6), ("down", 5), ("nearest", 6)):
        assert final(tmp_path, f'[rounding]\nto = 1\nmode = "{mode}"', submission(corr2d=(5.5, 9))).final == expected
    assert final(tmp_path, "[rounding]\nto = 0.1", submission(corr2d=(0.1 + 0.2, 9))).final == 0.3


def submissions(people, **times):
    """A class of which nothing is read."""
    return Submissions([Student(name, lambda: Submission("x"), ids, times.get(name)) for name, ids in people.items()])


def test_late_days_go_on_from_one_exercise_to_the_next(tmp_path):
    text = HEAD + '[late]\npolicy = "budget"\ndays = 3\npercent = 10\nused = "before.csv"'
    (tmp_path / "before.csv").write_text("\ufeffstudent,late_days\nana,2\n'=bo,0\n")
    (tmp_path / "policy.toml").write_text(text)
    students = [submission(name, corr2d=(10, 10)) for name in ("ana", "=bo")]
    prepared = prepare(tmp_path / "policy.toml", tmp_path, submissions({s.student: {} for s in students}))
    prepared.submitted = dict.fromkeys(("ana", "=bo"), DUE + DAY + HOUR)
    made = prepared.finals(students)
    assert [(f.final, f.late_days) for f in made.students] == [(9, 3), (10, 2)]
    write_finals(made, tmp_path)
    assert read_used(tmp_path / "final.csv") == {"ana": 3, "=bo": 2}


def test_final_csv_shows_every_effect(tmp_path):
    text = HEAD + '[late]\npolicy = "percent"\npercent = 10\n[drop]\nlowest = 1\n[rounding]\nto = 1'
    made = apply(
        policy(tmp_path, text), [submission("=ana", corr2d=(9.7, 10), dropout=(1, 9))], {"=ana": DUE + DAY + HOUR}
    )
    write_finals(made, tmp_path)
    with (tmp_path / "final.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    explained = row.pop("explained")
    assert row == {
        "student": "'=ana", "raw": "10.7", "raw_max": "19", "dropped": "dropout", "drop_effect": "-1",
        "extra_credit_effect": "0", "submitted": "2026-11-21T23:59:00+00:00", "late": "1 d 1 h", "late_days": "0",
        "late_effect": "-2", "scale_effect": "0", "rounding_effect": "0.3", "final": "8", "final_max": "10", "percent": "80",
    }  # fmt: skip
    assert "dropout dropped (1 of 9)" in explained
    assert "2 days at 10 %" in explained


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("due = ", "is not a policy"),
        ("due = 2026-11-20T23:59:00", "time zone"),
        ('due = 2026-11-20T23:59:00\ntimezone = "Mars/Olympus"', "Mars/Olympus"),
        ('timezone = "../../etc/passwd"', "no time zone"),
        ("grace_minuts = 3", "grace_minuts.*did you mean grace_minutes"),
        ("grace_minutes = -3", "grace_minutes"),
        ("grace_minutes = nan", "nan is not a number"),
        ("[rounding]\nto = inf", "inf is not a number"),
        ('[late]\npolicy = "steps"\nsteps = [{after_hours = 1e999, percent = 1}]', "1e999"),
        ("grace_minutes = '3'", "grace_minutes: expected `float`"),
        ("out_of = 0", "out_of"),
        ("[late]\npercent = 3", "needs a policy"),
        ('[late]\npolicy = "harsh"', "needs a policy"),
        ('[late]\npolicy = "percent"', "percent"),
        ('[late]\npolicy = "percent"\npercent = 110', "late.percent"),
        ('[late]\npolicy = "percent"\npercent = 10\nper = "week"', "late.per"),
        ('[late]\npolicy = "cutoff"\npercent = 10', "no setting 'percent' in .late"),
        ('[late]\npolicy = "steps"\nsteps = []', "late.steps"),
        ('[late]\npolicy = "steps"\nsteps = [{percent = 1, points = 1}]', "either"),
        ('[late]\npolicy = "steps"\nsteps = [{percent = 1}, {percent = 2}]', "in order"),
        ('[extra_credit]\nexercises = ["cor2d"]', "corr2d"),
        ("[extensions]\nana = 2026-11-20T23:59:00Z", "no 'due'"),
        ("[drop]\nlowest = 0", "drop.lowest"),
        ("[rounding]\nto = 0", "rounding.to"),
        ("[rounding]", "rounding"),
        ("\udcff", "UTF-8"),
    ],
)
def test_nonsense_is_said_in_one_sentence(tmp_path, text, says):
    path = tmp_path / "policy.toml"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(PolicyError, match=says) as error:
        load(path)
    assert "\n" not in str(error.value).replace("(at end of document)", "")
    assert str(error.value).endswith(".")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("name,submitted\n", "needs the columns"),
        ("student,submitted\nana,yesterday\n", "line 2: 'yesterday'"),
        ("student,submitted\nana,2026-11-20T23:59Z\nana,2026-11-21T23:59Z\n", "line 3: ana appears twice"),
        ("student,submitted\nana,2026-11-20T23:59\n", "time zone"),
        ("\udcff", "UTF-8"),
    ],
)
def test_a_list_of_times_that_cannot_be_read_is_refused(tmp_path, content, says):
    path = tmp_path / "times.csv"
    path.write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(PolicyError, match=says):
        read_times(path, policy(tmp_path, ""))


def test_times_come_by_every_route(tmp_path):
    folder = tmp_path / "class"
    for name, stamp in (("ana", "2026-11-20 22:59:30.25 UTC"), ("bo", "2026-11-21T00:00:00+01:00"), ("cy", "nonsense")):
        (folder / name / "hw1").mkdir(parents=True)
        (folder / name / "hw1" / "timestamp.txt").write_text(stamp)
    (tmp_path / "times.csv").write_text("student,submitted\nana,2026-11-20T23:59:30\nbo,\nzoe,2026-11-20T23:59:30Z\n")
    (tmp_path / "sheet.csv").write_text(
        "Identifier,Full name,Status,Grade,Maximum Grade,Grade can be changed,Last modified (submission),Last modified (grade)\n"
        'Participant 7,Somebody,x,,10.00,Yes,"Friday, 20 November 2026, 11:59 PM",-\n'
    )
    people = {"ana": {"moodle": "7"}, "bo": {}, "cy": {}}

    def times(line):
        path = tmp_path / "policy.toml"
        path.write_text(HEAD.replace("\n", f"\n{line}\n", 1))
        return prepare(path, folder, submissions(people, cy=DUE))

    found = times('times = "nbgrader"').submitted
    assert found == {"ana": DUE + timedelta(seconds=30, milliseconds=250), "bo": DUE + timedelta(minutes=1)}
    by_list = times('times = "times.csv"')
    assert by_list.submitted["ana"] == DUE + timedelta(seconds=30)
    assert by_list.strangers == ["zoe"]
    assert times('times = "gradescope"').submitted == {"cy": DUE}
    assert times('times = "sheet.csv"').submitted == {"ana": DUE}
    assert times("times = {bo = 2026-11-20T23:59:00}").submitted == {"bo": DUE}
    with pytest.raises(PolicyError, match=r"none\.csv"):
        times('times = "none.csv"')


def test_the_example_of_the_documentation_is_a_policy(tmp_path):
    text = (KIT / "docs" / "policy.md").read_text(encoding="utf-8").split("```toml\n")[1].split("```")[0]
    made = final(tmp_path, text, submission("Ada Lovelace", corr2d=(5, 10), lenet=(4, 9)), timedelta(days=5))
    assert (made.final, made.extra_effect) == (90, 1), "5 + 5 of the extra credit, half a day late costs 1: 9 of 10"
