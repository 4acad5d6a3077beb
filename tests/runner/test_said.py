"""What a student may see of a check is decided in one place: of a hidden one nothing but its line, word and marks."""

from __future__ import annotations

import io
import json
import types
from dataclasses import replace

import msgspec
import pytest
from rich.console import Console

from autograder import catalog
from autograder.bridges import github, gradescope_report, moodle, pytest_plugin
from autograder.judging.assess import assess
from autograder.report import feedback, junit, terminal
from autograder.report.html import write_report
from autograder.report.said import Audience, clean, one_line, said
from autograder.results import CheckResult, Detail, ExerciseResult, Results, Status, SubmissionResult
from support import CORR2D, KIT

SECRETS = {
    "message": "SECRETMESSAGE",
    "diagnosis": "SECRETDIAGNOSIS",
    "expected": "SECRETEXPECTED",
    "got": "SECRETGOT",
    "snippet": "SECRETSNIPPET",
    "trace": "SECRETTRACE",
    "output": "SECRETOUTPUT",
    "metric": "0.717",
    "threshold": "0.919",
}
PIXELS = [[0.125, 0.25, 0.5, 0.75]] * 4


def check(visibility: str, status: Status = Status.FAILED) -> CheckResult:
    """A check that has everything that can be told."""
    detail = Detail(
        expected="SECRETEXPECTED\n1",
        got="SECRETGOT\n2",
        snippet="print('SECRETSNIPPET')",
        trace=["SECRETTRACE"],
        output="SECRETOUTPUT",
        curve=[2.0, 1.0, 0.5],
        band={name: [2.1, 1.1, 0.6] for name in ("low", "median", "high")},
        metric=0.717,
        threshold=0.919,
        misconception="kernel_flipped",
        picture={"wanted": PIXELS, "came": [row[::-1] for row in PIXELS]},
    )
    return CheckResult(
        name="sums_each_window",
        status=status,
        score=0.0,
        max_score=4.0,
        message="SECRETMESSAGE",
        diagnosis="SECRETDIAGNOSIS",
        visibility=visibility,
        line="sums each window",
        detail=detail,
    )


def in_terminal(result: ExerciseResult) -> str:
    buffer = io.StringIO()
    terminal.show_exercise(Console(file=buffer, width=120), result, "corr2d", "corr2d.py")
    return buffer.getvalue()


def on_page(result: ExerciseResult, folder) -> str:
    """A student's page, which may be handed out; the class page is the instructor's."""
    results = Results("1", "public", {}, "strict", [SubmissionResult.of("ada", [result])])
    write_report(results, folder)
    return (folder / "report" / "ada.html").read_text(encoding="utf-8")


def as_recorded(result: ExerciseResult) -> dict:
    """As results.json has it, which is the instructor's."""
    names = ("name", "status", "score", "max_score", "message", "diagnosis", "visibility", "seconds", "line")
    checks = [{name: getattr(c, name) for name in names} for c in result.checks]
    return {"id": result.id, "score": result.score, "max_score": result.max_score, "checks": checks}


def on_gradescope(result: ExerciseResult) -> str:
    """The tests that Gradescope shows to students: it leaves out what is called hidden, outputs and all."""
    tests = gradescope_report._tests(1, result)
    return json.dumps([test for test in tests if test["visibility"] != "hidden"])


def in_otter(result: ExerciseResult) -> str:
    plugin = pytest.importorskip("autograder.bridges.otter_plugin")
    told = types.SimpleNamespace(_graded=[msgspec.to_builtins(as_recorded(result))], plugin_config={"seed": "public"})
    return plugin.Kata.before_execution(told, None).cells[0].source


def in_nbgrader(result: ExerciseResult) -> str:
    pytest.importorskip("nbgrader")
    from autograder.bridges.nbgrader.steps import comment_on

    return comment_on(result) or ""


def in_pytest(result: ExerciseResult) -> str:
    message = pytest_plugin.Message(pytest_plugin.NotRight(result.checks[0]))
    return f"{message}\n{message.reprcrash.message}\n{pytest_plugin.NotRight(result.checks[0])}"


RENDERERS = {
    "terminal": lambda result, _folder: in_terminal(result),
    "page": on_page,
    "notebook": lambda result, _folder: feedback.to_html([feedback.Feedback(result, "corr2d", "In [1]")]),
    "notebook's text": lambda result, _folder: feedback.to_text([feedback.Feedback(result, "corr2d", "In [1]")]),
    "junit": lambda result, _folder: junit.to_xml([("ada/corr2d", result)]).decode(),
    "github": lambda result, _folder: github.summary([result]),
    "moodle": lambda result, _folder: moodle.comment({"exercises": [as_recorded(result)]}),
    "gradescope": lambda result, _folder: on_gradescope(result),
    "otter": lambda result, _folder: in_otter(result),
    "nbgrader": lambda result, _folder: in_nbgrader(result),
    "pytest": lambda result, _folder: in_pytest(result),
}


@pytest.mark.parametrize("name", ["terminal", "page", "notebook", "junit", "moodle", "gradescope"])
def test_what_was_left_out_of_a_file_is_told_everywhere(name, tmp_path):
    result = ExerciseResult.of(CORR2D, [CheckResult("one", Status.PASSED, 1.0, 1.0, line="is right")])
    result.left_out = ["line 13 was left out: it writes a file"]
    report = gradescope_report.Report(tmp_path / "results.json")
    report.ids, report.results = [CORR2D], {CORR2D: result}
    recorded = {**as_recorded(result), "left_out": result.left_out}
    told = {
        "moodle": lambda: moodle.comment({"exercises": [recorded]}),
        "gradescope": lambda: report.document()["output"],
    }
    shown = told[name]() if name in told else RENDERERS[name](result, tmp_path)
    assert result.left_out[0] in shown


@pytest.mark.parametrize("status", [Status.FAILED, Status.ERROR, Status.UNGRADED, Status.PASSED, Status.TIMEOUT])
@pytest.mark.parametrize("name", RENDERERS)
def test_no_renderer_tells_a_student_what_is_hidden(name, status, tmp_path):
    text = RENDERERS[name](ExerciseResult.of(CORR2D, [check("hidden", status)]), tmp_path)
    assert [secret for secret in SECRETS.values() if secret in text] == []
    assert "data:image" not in text
    assert "<svg" not in text


@pytest.mark.parametrize("name", RENDERERS)
def test_every_renderer_tells_what_is_not_hidden(name, tmp_path):
    """So that the test above is not passed by renderers that tell nothing."""
    text = RENDERERS[name](ExerciseResult.of(CORR2D, [check("public")]), tmp_path)
    assert "SECRETDIAGNOSIS" in text
    pictured = name in ("page", "notebook", "gradescope")
    assert ("data:image" in text) is pictured


@pytest.mark.parametrize("status", [Status.FAILED, Status.ERROR, Status.PASSED, Status.TIMEOUT, Status.FORBIDDEN])
@pytest.mark.parametrize("name", RENDERERS)
def test_under_a_secret_seed_no_renderer_tells_a_student_a_value(name, status, tmp_path):
    """But the kit's own words for it, and all to the instructor."""
    guarded = check("guarded", status)
    guarded.detail.discreet = "" if status is Status.PASSED else "KITSWORDS"
    text = RENDERERS[name](ExerciseResult.of(CORR2D, [guarded]), tmp_path)
    assert [secret for secret in SECRETS.values() if secret in text and secret != "SECRETDIAGNOSIS"] == []
    assert "data:image" not in text
    assert "<svg" not in text
    if name in ("page", "gradescope", "junit", "terminal") and status is not Status.PASSED:
        assert "KITSWORDS" in text
    assert said(guarded, Audience.INSTRUCTOR) == said(check("public", status))
    (opened,) = ExerciseResult.of(CORR2D, [guarded]).opened().checks
    assert said(opened) == said(check("public", status))


def test_a_secret_seed_of_a_real_exercise(runner, tmp_path):
    """Whatever a student's code prints, raises or returns under a secret seed: pages, exports and words hold none of it."""
    from autograder.judging import expectations

    exercise = catalog.load_exercise(CORR2D)
    found = expectations.get(runner, CORR2D, "a secret of many words")
    for body in (
        "print('LEAK', X); return torch.full((2, 3), 4321.5)",
        "raise ValueError(f'LEAK {X.tolist()}')",
        "raise type('LEAK', (Exception,), {})()",
        "raise NotImplementedError(f'LEAK {X.tolist()}')",
        "import os; os._exit(int(abs(X.sum())) % 100 + 1)",
    ):
        source = f"import torch\n\ndef corr2d(X, K):\n    {body}\n"
        graded = assess(runner, exercise, found, source, "corr2d.py")
        assert {c.visibility for c in graded.checks} == {"guarded"}
        assert any(c.detail.discreet for c in graded.checks)
        for name, render in RENDERERS.items():
            text = render(graded, tmp_path)
            for told in ("LEAK", "4321.5", "with X", "expected 0", "got "):
                assert told not in text, (name, body)
    public = assess(runner, exercise, expectations.get(runner, CORR2D, "public"), source, "corr2d.py")
    assert {c.visibility for c in public.checks} == {"public"}


def test_the_instructor_is_told_everything():
    told = said(check("hidden"), Audience.INSTRUCTOR)
    assert told == replace(said(check("public")), hidden=True)
    assert told.message == "SECRETMESSAGE"
    test = gradescope_report._tests(1, ExerciseResult.of(CORR2D, [check("hidden")]))[0]
    assert test["visibility"] == "hidden"
    assert "SECRETMESSAGE" in test["output"]


def test_a_hidden_check_of_a_real_exercise(runner, tmp_path):
    """Graded for real: what the reference gives and what the student's code gave appear nowhere."""
    from autograder.judging import expectations

    exercise = catalog.load_exercise(CORR2D)
    source = "import torch\n\ndef corr2d(X, K):\n    print('PRINTEDONE')\n    return torch.full((2, 3), 4321.5)\n"
    graded = assess(runner, exercise, expectations.get(runner, CORR2D, "public"), source, "corr2d.py")
    wrong = next(c for c in graded.checks if c.status is Status.FAILED)
    told = said(wrong)
    assert told.printed
    hidden = ExerciseResult.of(CORR2D, [msgspec.structs.replace(wrong, visibility="hidden")])
    pieces = {told.message, told.diagnosis, told.printed.strip(), *told.expected.splitlines(), *told.got.splitlines()}
    pieces |= {*told.snippet.splitlines()}
    pieces = {piece.strip() for piece in pieces if len(piece.strip()) > 8}
    assert len(pieces) >= 3
    for name, render in RENDERERS.items():
        text = render(hidden, tmp_path)
        assert [piece for piece in pieces if piece in text] == [], name


def test_what_is_said_is_safe_text():
    evil = "\x1b[31mred\x1b[0m \x07\u202eabc\ud800\x00\ufffe\r\nnext\tline"
    told = said(CheckResult("a_b", Status.FAILED, 0, 1, message=evil, diagnosis=evil, detail=Detail(output=evil)))
    assert told.line == "a b"
    for text in (told.message, told.diagnosis, told.printed, clean(evil)):
        assert text == "red \ufffd\ufffdabc\ufffd\ufffd\ufffd\nnext\tline"
    assert one_line(evil) == "red \ufffd\ufffdabc\ufffd\ufffd\ufffd next line"
    assert one_line("x" * 20, 5) == "xxxxx ..."
    junit.to_xml([("a", ExerciseResult.of(CORR2D, [CheckResult("a", Status.FAILED, 0, 1, message=evil)]))]).decode()


def test_text_in_the_renderers_is_cleaned_there_and_nowhere_else():
    """No renderer has a way of its own to make text safe, or words of its own for what is hidden."""
    sources = [p for folder in ("report", "bridges", "cli") for p in (KIT / "autograder" / folder).rglob("*.py")]
    texts = {path.name: path.read_text(encoding="utf-8") for path in sources if path.name != "said.py"}
    assert len(texts) > 30
    for own in ("isprintable", "is hidden: its inputs", 'to see it again:"), check', "\\x1b", "ud7ff"):
        assert [name for name, text in texts.items() if own in text] == []
