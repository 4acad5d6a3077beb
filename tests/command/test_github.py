"""JUnit XML and the GitHub workflow, whose shell steps are really run."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from xml.etree import ElementTree

import pytest

from autograder.bridges import github
from autograder.report import junit
from autograder.results import CheckResult, Detail, ExerciseResult, Results, Status, SubmissionResult
from support import FLIPPED, KIT, copy_of_the_kit, step_of_workflow

NASTY = "</pre><script>alert(1)</script> | `x` ![i](http://e.x) @all \x1b[31m\x00\ud800 ]]> &amp;\n\n# heading"
# The parts of the schema that CI systems share (Jenkins, surefire): attributes, and children in any order.
SCHEMA = {
    "testsuites": ({"name", "tests", "failures", "errors", "time"}, set(), {"testsuite"}),
    "testsuite": (
        {"name", "tests", "failures", "errors", "skipped", "time"},
        {"name", "tests"},
        {"properties", "testcase"},
    ),
    "properties": (set(), set(), {"property"}),
    "property": ({"name", "value"}, {"name", "value"}, set()),
    "testcase": ({"name", "classname", "time"}, {"name", "classname"}, {"failure", "error", "skipped"}),
    "failure": ({"message", "type"}, {"message", "type"}, set()),
    "error": ({"message", "type"}, {"message", "type"}, set()),
    "skipped": ({"message"}, set(), set()),
}


def check(name, status, message="", **more):
    score = 2.0 if status is Status.PASSED else 0.0
    return CheckResult(name, status, score, 2.0, message, seconds=0.5, line=f"does {name}", **more)


@pytest.fixture
def result():
    """One check of each status, with texts that a hostile student wrote, and a hidden one."""
    checks = [check(f"is_{status}", status, "" if status is Status.PASSED else NASTY) for status in Status]
    checks[1].diagnosis = "The kernel is flipped."
    checks[1].detail = Detail(trace=[NASTY], snippet="print(corr2d(X, K))")
    checks.append(check("hidden", Status.FAILED, "expected 42, got 41", visibility="hidden"))
    return ExerciseResult.of("ch07_convolution/corr2d", checks)


def valid(content: bytes) -> ElementTree.Element:
    """The tree of a file, held against the schema; counts must be those of what is in it."""
    root = ElementTree.fromstring(content)
    for element in root.iter():
        known, needed, children = SCHEMA[element.tag]
        assert needed <= set(element.attrib) <= known, element.tag
        assert {child.tag for child in element} <= children
        if element.tag in ("testsuites", "testsuite"):
            cases = list(element.iter("testcase"))
            assert int(element.get("tests")) == len(cases)
            for counted, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
                if counted in element.attrib:
                    assert int(element.get(counted)) == sum(case.find(tag) is not None for case in cases)
            assert float(element.get("time")) == pytest.approx(sum(float(c.get("time")) for c in cases))
    return root


def test_junit_has_a_case_for_each_check_and_its_message(result):
    content = junit.of_class(Results("0", "public", {}, "strict", [SubmissionResult.of("王 & <co>", [result])]))
    root = valid(content)
    assert root.find("testsuite").get("name") == "王 & <co>/ch07_convolution/corr2d"
    verdicts = {case.get("name"): [v.tag for v in case] for case in root.iter("testcase")}
    assert verdicts["is_passed"] == []
    assert verdicts["is_failed"] == verdicts["is_forbidden"] == ["failure"]
    for name in ("is_error", "is_timeout", "is_memory", "is_ungraded"):
        assert verdicts[name] == ["error"]
    assert verdicts["is_skipped"] == verdicts["is_not_attempted"] == ["skipped"]
    failure = root.find(".//failure")
    assert "script" in failure.get("message")
    assert "The kernel is flipped." in failure.text
    assert "print(corr2d(X, K))" in failure.text
    text = content.decode()
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]", text)
    assert "41" not in text


def outside_of_pre(markdown: str) -> str:
    assert markdown.count("<pre>") == markdown.count("</pre>")
    return re.sub(r"^<pre>\n.*?^</pre>$", "", markdown, flags=re.DOTALL | re.MULTILINE)


def test_the_summary_shows_students_texts_as_text(result):
    shown = github.summary([result])
    assert "| ❔ | `ch07_convolution/corr2d` | not graded | 2/20 |" in shown
    assert "The kernel is flipped." in shown
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown
    for markup in ("alert", "![i]", "@all", "# heading"):
        assert markup not in outside_of_pre(shown)
    assert "\x1b" not in shown
    assert "41" not in shown
    shown.encode()


@pytest.fixture(scope="module")
def workflow(tmp_path_factory):
    """A repository with the workflow in it, and one exercise that is wrong; and the workflow as GitHub reads it."""
    yaml = pytest.importorskip("yaml")
    root = copy_of_the_kit(tmp_path_factory.mktemp("repository"))
    for path in (root / "exercises").glob("*/*.py"):
        path.unlink()
    (root / "exercises/ch07_convolution/corr2d.py").write_text(FLIPPED)
    command = [sys.executable, "-m", "autograder", "export", "github", str(root)]
    for _again in range(2):
        subprocess.run(command, cwd=KIT, check=True, capture_output=True)
    path = root / github.PATH
    path.write_text(path.read_text() + "# mine\n")
    refused = subprocess.run(command, cwd=KIT, capture_output=True, text=True)
    assert refused.returncode == 2
    assert "--force" in refused.stderr
    return root, yaml.safe_load(path.read_text())


def test_the_workflow_asks_for_no_rights_and_pins_its_actions(workflow):
    _root, plan = workflow
    assert plan["permissions"] == {"contents": "read"}
    assert set(plan[True]) == {"push", "workflow_dispatch"}  # YAML takes "on" for a truth value
    steps = plan["jobs"]["check"]["steps"]
    uses = [s["uses"] for s in steps if "uses" in s]
    assert uses
    assert all(re.fullmatch(r"actions/[\w-]+@v\d+", one) for one in uses)
    assert "secrets." not in json.dumps([s.get("env", {}) for s in steps] + [plan["jobs"]["check"]["env"]])


def test_the_steps_of_the_workflow_run(workflow):
    root, plan = workflow
    installed = step_of_workflow(plan, "Install", root, PIP_NO_INDEX=1)
    assert installed.returncode == 0, installed.stderr
    summary = root / "summary.md"
    summary.write_text("before\n")
    done = step_of_workflow(plan, "Check", root, GITHUB_STEP_SUMMARY=summary, KATA_HOME=root)
    assert done.returncode == 1, done.stderr
    stop, *_shown, go = [line for line in done.stdout.splitlines() if line.startswith("::")]
    assert stop == "::stop-commands::" + go.strip(":")
    shown = summary.read_text()
    assert re.match(r"before\n## torchkata: [0-5] of 10 points\n", shown)
    assert "| ❌ | `ch07_convolution/corr2d` | wrong |" in shown
    assert "The kernel is flipped" in shown
    suite = valid((root / "junit.xml").read_bytes()).find("testsuite")
    assert suite.get("name") == "ch07_convolution/corr2d"
    assert int(suite.get("failures")) > 0


def test_grade_writes_junit_on_request(tmp_path):
    folder = tmp_path / "class" / "ada" / "ch07_convolution"
    folder.mkdir(parents=True)
    (folder / "corr2d.py").write_text(FLIPPED)
    command = [sys.executable, "-m", "autograder", "grade", str(tmp_path / "class"), "--out", str(tmp_path / "out")]
    done = subprocess.run([*command, "--exercise", "corr2d", "--junit"], cwd=KIT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    root = valid((tmp_path / "out" / "junit.xml").read_bytes())
    assert [s.get("name") for s in root] == ["ada/ch07_convolution/corr2d"]
    results = json.loads((tmp_path / "out" / "results.json").read_text())
    graded = results["submissions"][0]["exercises"][0]["checks"]
    assert [c.get("name") for c in root.iter("testcase")] == [c["name"] for c in graded]
    assert [c.find("failure") is None for c in root.iter("testcase")] == [
        c["status"] in ("passed", "skipped") for c in graded
    ]
