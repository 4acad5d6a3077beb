"""JUnit XML, which every CI system reads: a suite an exercise (of a student), a case a check."""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree import ElementTree

from autograder.report.said import clean, said
from autograder.results import CheckResult, ExerciseResult, Results, Status

TAGS = {
    Status.FAILED: "failure",
    Status.FORBIDDEN: "failure",
    Status.ERROR: "error",
    Status.TIMEOUT: "error",
    Status.MEMORY: "error",
    Status.UNGRADED: "error",
    Status.NOT_ATTEMPTED: "skipped",
    Status.SKIPPED: "skipped",
}
COUNTED = {"failures": "failure", "errors": "error", "skipped": "skipped"}


def of_class(results: Results) -> bytes:
    """The file of a class: suites are called student/chapter/exercise."""
    return to_xml((f"{s.student}/{e.id}", e) for s in results.submissions for e in s.exercises)


def to_xml(suites: Iterable[tuple[str, ExerciseResult]]) -> bytes:
    """The file of these results, each with the name of its suite. A hidden check says only that it is wrong."""
    made = [_suite(name, result) for name, result in suites]
    root = ElementTree.Element("testsuites", {"name": "torchkata", **_totals(made)})
    root.extend(made)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"


def _suite(name: str, result: ExerciseResult) -> ElementTree.Element:
    cases = [_case(name.replace(".", "_").replace("/", "."), check) for check in result.checks]
    counts = {many: str(sum(case.find(one) is not None for case in cases)) for many, one in COUNTED.items()}
    suite = ElementTree.Element("testsuite", {"name": clean(name), "tests": str(len(cases)), **counts})
    suite.set("time", _seconds(sum(float(_seconds(check.seconds)) for check in result.checks)))
    properties = ElementTree.SubElement(suite, "properties")
    for key in ("status", "score", "max_score"):
        ElementTree.SubElement(properties, "property", name=key, value=f"{getattr(result, key)}")
    suite.extend(cases)
    if result.left_out:
        ElementTree.SubElement(suite, "system-out").text = clean("\n".join(result.left_out))
    return suite


def _case(path: str, check: CheckResult) -> ElementTree.Element:
    case = ElementTree.Element("testcase", classname=clean(path), name=check.name, time=_seconds(check.seconds))
    if check.status is Status.PASSED:
        return case
    told = said(check)
    verdict = ElementTree.SubElement(case, TAGS[check.status], message=told.message or told.line)
    if verdict.tag != "skipped":
        verdict.set("type", str(check.status))
        verdict.text = f"{told.word}: {told.line}\n{told.text}"
    return case


def _totals(suites: list[ElementTree.Element]) -> dict[str, str]:
    """The sums over the suites. How many were skipped has no place in the root of this format."""
    totals = {name: str(sum(int(s.get(name, "0")) for s in suites)) for name in ("tests", "failures", "errors")}
    return totals | {"time": _seconds(sum(float(s.get("time", "0")) for s in suites))}


def _seconds(seconds: float) -> str:
    return f"{seconds:.3f}"
