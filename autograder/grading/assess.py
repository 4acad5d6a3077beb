"""Grades one solution of one exercise: runs its checks in order, judges, and says in words what is wrong."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from autograder.grading.diagnosis import Diagnosis, judge
from autograder.grading.execute import Execution
from autograder.grading.expectations import Expectations
from autograder.grading.intake.places import line_and_cell, replaced
from autograder.grading.results import CheckResult, ExerciseResult, Status
from autograder.grading.snippets import snippet
from autograder.messages import _
from autograder.runner.limits import MEMORY_MB, for_case
from autograder.runner.pool import Runner
from autograder.spec.exercise import Case, Check, Exercise
from autograder.spec.forbidden import FAMILIES
from autograder.spec.judges import Mistake, Threshold, name_axes
from autograder.spec.outcome import Kind, Outcome
from autograder.spec.values import tensors

STATUS = {
    Kind.RETURNED: Status.FAILED,
    Kind.UNFIT: Status.FAILED,
    Kind.OVERSIZED: Status.FAILED,
    Kind.RAISED: Status.ERROR,
    Kind.MISSING: Status.ERROR,
    Kind.CRASHED: Status.ERROR,
    Kind.UNFINISHED: Status.NOT_ATTEMPTED,
    Kind.FORBIDDEN: Status.FORBIDDEN,
    Kind.TIMEOUT: Status.TIMEOUT,
    Kind.MEMORY: Status.MEMORY,
    Kind.KILLED: Status.MEMORY,
    Kind.LOST: Status.UNGRADED,
}
MAX_SHOWN_OUTPUT = 2000
MAX_SAID = 300
MAX_GIVEN = 40
MIN_PICTURE, MAX_PICTURE = 4, 64


@dataclass
class Finding:
    """The first case of a check that went wrong."""

    case: Case
    outcome: Outcome
    mistake: Mistake | None


def assess(
    runner: Runner, exercise: Exercise, expectations: Expectations, source: str, filename: str, training: bool = True
) -> ExerciseResult:
    """The result of a solution's source. ``training=False`` leaves the training checks out, as skipped."""
    results: list[CheckResult] = []
    outcomes: dict[str, dict[int, Outcome]] = {}
    findings: dict[str, Finding] = {}
    status: dict[str, Status] = {}
    with Execution(runner, exercise, source, filename) as execution:
        for check in exercise.checks:
            blocking = [need for need in check.needs if status[need] is not Status.PASSED]
            if blocking or (check.training and not training):
                status[check.name] = Status.SKIPPED
                lines = _(" and ").join(_(exercise[name].line) for name in blocking)
                message = _("waits for: {lines}").format(lines=lines) if lines else ""
                # What waits for a check that the grader itself could not make is the grader's fault too.
                if any(status[name] is Status.UNGRADED for name in blocking):
                    status[check.name] = Status.UNGRADED
                results.append(_result(check, status[check.name], message))
                continue
            mine, finding = _run(execution, check, expectations)
            outcomes[check.name] = mine
            status[check.name] = _status(finding)
            result = _result(check, status[check.name])
            result.seconds = sum(outcome.seconds for outcome in mine.values())
            if finding is not None:
                findings[check.name] = finding
                _describe(result, exercise, check, finding, expectations, source)
            _add_curve(result, check, mine, expectations)
            result.detail.output = next((o.output for o in mine.values() if o.output), "")[:MAX_SHOWN_OUTPUT]
            results.append(result)
    answered = (Kind.RETURNED, Kind.RAISED, Kind.UNFIT)
    failed = {name for name, finding in findings.items() if finding.outcome.kind in answered}
    for name, misconception in Diagnosis(exercise.checks, expectations).explain(outcomes, failed).items():
        result = next(r for r in results if r.name == name)
        result.diagnosis = _(expectations.sentences[misconception])
        result.detail.misconception = misconception
    return ExerciseResult.of(exercise.id, results)


def not_attempted(exercise: Exercise, note: str) -> ExerciseResult:
    """The result where there is nothing to grade."""
    return without_run(exercise, Status.NOT_ATTEMPTED, note)


def without_run(exercise: Exercise, status: Status, message: str) -> ExerciseResult:
    """The result where no check was run, for one reason that all checks share."""
    return ExerciseResult.of(exercise.id, [_result(check, status, message) for check in exercise.checks], message)


def _run(execution: Execution, check: Check, expectations: Expectations) -> tuple[dict[int, Outcome], Finding | None]:
    requests = []
    for case in check.cases:
        expected = expectations.cases[check.name, case.index]
        limits = for_case(check, expected.seconds, expected.answer_bytes)
        requests.append(expectations.request(check, case, limits))
    outcomes: dict[int, Outcome] = {}
    first: Finding | None = None
    for index, outcome in execution.run(check, requests):
        outcomes[index] = outcome
        if first is None:
            case = check.cases[index]
            mistake = None
            if outcome.kind is Kind.RETURNED:
                try:
                    mistake = judge(check, case, outcome, expectations)
                except Exception as error:  # a judge that fails is our fault, never the student's
                    outcome = Outcome(Kind.LOST, message=f"{type(error).__name__}: {error}")
            if mistake is not None or outcome.kind is not Kind.RETURNED:
                first = Finding(case, outcome, mistake)
    if not outcomes:
        first = Finding(check.cases[0], Outcome(Kind.LOST, message="no case was run"), None)
    return outcomes, first


def _status(finding: Finding | None) -> Status:
    return Status.PASSED if finding is None else STATUS[finding.outcome.kind]


def _result(check: Check, status: Status, message: str = "") -> CheckResult:
    # No mark is given or taken where the grader itself failed.
    reachable = 0.0 if status is Status.UNGRADED else float(check.points)
    return CheckResult(
        name=check.name,
        status=status,
        score=reachable if status is Status.PASSED else 0.0,
        max_score=reachable,
        message=message,
        visibility="hidden" if check.hidden else "public",
        line=_(check.line),
    )


def _describe(
    result: CheckResult, exercise: Exercise, check: Check, finding: Finding, expectations: Expectations, source: str
) -> None:
    """Fills in the message and what goes with it."""
    case, outcome, mistake = finding.case, finding.outcome, finding.mistake
    expected = expectations.cases[check.name, case.index]
    called = check.call + _given(expected.inputs, check, expected.sizes)
    result.message = _message(check, called, outcome, mistake, expected.seconds, source)
    result.detail.trace = [replaced(source, text) for text in outcome.trace]
    if mistake is not None:
        result.detail.expected, result.detail.got = mistake.expected, mistake.got
        if check.picture:
            result.detail.picture = _picture(outcome.value, expected.value)
    if outcome.kind in (Kind.RETURNED, Kind.RAISED):
        result.detail.snippet = snippet(exercise, check, case, expected.inputs, expectations.seed)


def _message(
    check: Check, called: str, outcome: Outcome, mistake: Mistake | None, reference_seconds: float, source: str
) -> str:
    first_line = outcome.message.strip().partition("\n")[0]
    said = first_line if len(first_line) <= MAX_SAID else first_line[:MAX_SAID] + " ..."
    values: dict[str, Any] = {"called": called, "error": outcome.error, "message": said}
    line, cell = line_and_cell(source, outcome.line or 0)
    at = _(" (line {line} of code cell {cell})") if cell else _(" (line {line} of your file)")
    values["at"] = at.format(line=line, cell=cell) if outcome.line else ""
    match outcome.kind:
        case Kind.RETURNED if mistake is not None and mistake.code == "changed":
            text = _("{called} changed its input {names} in place: work on a copy")
            return text.format(called=called, names=mistake.message)
        case Kind.RETURNED if mistake is not None and mistake.code == "misplaced":
            text = _("{called} returned {names} on another device than its inputs are on")
            return text.format(called=called, names=mistake.message)
        case Kind.RETURNED if mistake is not None:
            return f"{called}: {mistake.message}"
        case Kind.UNFIT:
            return f"{called}: {_fill(_(outcome.message), outcome.facts)}"
        case Kind.OVERSIZED:
            return _("{called} returned far more than any right answer can be").format(**values)
        case Kind.RAISED if outcome.error in ("SyntaxError", "IndentationError", "TabError"):
            return _("your file is not Python{at}: {message}").format(**values)
        case Kind.RAISED if outcome.error == "SystemExit":
            return _("{called} ended the program: leave out exit() and sys.exit(){at}").format(**values)
        case Kind.RAISED:
            return _("{called} raised {error}: {message}{at}").format(**values)
        case Kind.UNFINISHED:
            return _("{called} is still to be written: it raises NotImplementedError{at}").format(**values)
        case Kind.MISSING:
            return _("your file does not define {message}").format(**values)
        case Kind.FORBIDDEN:
            family = FAMILIES.get(str(outcome.facts.get("family", "")))
            advice = _(family.advice) if family else ""
            text = _("{message} does what this exercise asks you to write{at}. {advice}")
            return text.format(**values, advice=advice)
        case Kind.CRASHED:
            return _("{called} ended the whole process ({message})").format(**values)
        case Kind.TIMEOUT:
            text = _("{called} did not end in time; the reference takes {seconds:.2g} s. Is there a loop without end?")
            return text.format(called=called, seconds=reference_seconds)
        case Kind.KILLED:
            text = _("{called} was killed by the system, twice: is there memory for it?")
            return text.format(called=called)
        case Kind.MEMORY:
            limit = MEMORY_MB + check.memory_mb
            return _("{called} needed more memory than there is for it ({limit} MB)").format(called=called, limit=limit)
        case _:
            text = _("the grader failed here, not you ({message}). No mark is taken.")
            return text.format(**values)


def _picture(came: Any, wanted: Any) -> dict[str, list[list[float]]]:
    """Both results as images, where they are images of one size: (H, W), or (..., H, W) by its first plane."""
    images = {}
    for name, value in (("wanted", wanted), ("came", came)):
        if not isinstance(value, Tensor) or value.dim() < 2 or value.shape != wanted.shape or 0 in value.shape:
            return {}
        plane = value.reshape(-1, *value.shape[-2:])[0].double()
        if min(plane.shape) < MIN_PICTURE or max(plane.shape) > MAX_PICTURE:
            return {}
        images[name] = [[round(v, 4) for v in row] for row in plane.tolist()]
    return images


def _fill(text: str, facts: dict[str, Any]) -> str:
    """A text with its fields filled in. Both may come from a student's code: nothing is looked up in the values."""
    texts = {name: str(fact)[:MAX_SAID] for name, fact in facts.items()}  # each is written out once
    return re.sub(r"\{(\w+)\}", lambda field: texts.get(field[1], field[0]), text)[: 3 * MAX_SAID]


def _given(inputs: dict[str, Any], check: Check, sizes: dict[str, int]) -> str:
    """The inputs of the call in short: tensors with their axes named, numbers as they are."""
    parts = []
    for name, value in inputs.items():
        if name in check.secrets:
            continue
        if isinstance(value, Tensor):
            dtype = str(value.dtype).removeprefix("torch.")
            dims = check.dims(name)
            labels = dims if len(dims) == value.dim() else ()
            shape = name_axes(tuple(value.shape), labels, sizes) if value.dim() else ""
            parts.append(f"{name} {shape} {dtype}".replace("  ", " "))
        elif not any(tensors(value)) and len(repr(value)) <= MAX_GIVEN:
            parts.append(f"{name} = {value!r}")
        if len(parts) == 5:
            break
    return _(" with {inputs}").format(inputs=", ".join(parts)) if parts else ""


def _add_curve(result: CheckResult, check: Check, outcomes: dict[int, Outcome], expectations: Expectations) -> None:
    """The learning curve and the metric of a training check, for the report."""
    if not isinstance(check.judge, Threshold) or not outcomes:
        return
    index, outcome = next(iter(outcomes.items()))
    if outcome.kind is not Kind.RETURNED or not isinstance(outcome.value, dict):
        return
    curve = outcome.value.get(check.judge.curve)
    if isinstance(curve, list) and all(isinstance(loss, float) for loss in curve):
        result.detail.curve = curve
    try:
        result.detail.metric = check.judge.measure(outcome.value, expectations.cases[check.name, index].inputs)
    except Exception:
        result.detail.metric = None  # the verdict has said what is wrong with the answer
    want = expectations.want(check, check.cases[index])
    if want.calibration is not None:
        result.detail.threshold = want.calibration["threshold"]
        result.detail.band = want.calibration.get("curve", {})
