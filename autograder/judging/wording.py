"""Says in words what is wrong in a check: what was called, what was expected, what came, and how to see it again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from torch import Tensor

from autograder.intake.places import line_and_cell, place, replaced
from autograder.judging.expectations import Expectations
from autograder.judging.job import STUDENT_SECONDS
from autograder.judging.left_out import filled, missed
from autograder.judging.not_python import kind
from autograder.judging.snippets import snippet
from autograder.judging.verdicts import Finding
from autograder.judging.vocabulary import Stranger
from autograder.messages import N_, _
from autograder.results import CheckResult
from autograder.runner.limits import MEMORY_MB
from autograder.runner.outcome import Kind, Outcome
from autograder.runner.reasons import GPU
from autograder.spec.exercise import Case, Check, Exercise
from autograder.spec.judges import Mistake, Threshold, name_axes
from autograder.spec.values import Opaque, tensors

MAX_SAID = 300
MAX_GIVEN = 40
MIN_PICTURE, MAX_PICTURE = 4, 64


def describe(
    result: CheckResult, exercise: Exercise, check: Check, finding: Finding, expectations: Expectations, source: str
) -> None:
    """Fills in the message and what goes with it."""
    case, outcome, mistake = finding.case, finding.outcome, finding.mistake
    expected = expectations.expected(check, case)
    called = check.called(case) + _given(expected.inputs, check, case, expected.sizes)
    result.message = _message(exercise, check, called, outcome, mistake, expected.value, expected.seconds, source)
    result.detail.trace = [replaced(source, text) for text in outcome.trace]
    if mistake is not None:
        result.detail.expected, result.detail.got = mistake.expected, mistake.got
        if check.origin(case)[0].picture and not check.asks:
            result.detail.picture = _picture(outcome.value, expected.value)
    if outcome.kind in (Kind.RETURNED, Kind.RAISED):
        result.detail.snippet = snippet(exercise, check, case, expected.inputs, expectations.seed)


def _message(
    exercise: Exercise,
    check: Check,
    called: str,
    outcome: Outcome,
    mistake: Mistake | None,
    wanted: Any,
    reference_seconds: float,
    source: str,
) -> str:
    first_line = outcome.message.strip().partition("\n")[0]
    said = first_line if len(first_line) <= MAX_SAID else first_line[:MAX_SAID] + " ..."
    values: dict[str, Any] = {"called": called, "error": outcome.error, "message": said}
    values["at"] = at(outcome, source)
    match outcome.kind:
        case Kind.RETURNED if mistake is not None and mistake.code == "changed":
            text = _("{called} changed its input {names} in place: work on a copy")
            return text.format(called=called, names=mistake.message)
        case Kind.RETURNED if mistake is not None and mistake.code == "misplaced":
            text = _("{called} returned {names} on another device than its inputs are on")
            return text.format(called=called, names=mistake.message)
        case Kind.RETURNED if mistake is not None:
            advice = _of_another_type(outcome.value, wanted)
            return f"{called}: {mistake.message}. {advice}" if advice else f"{called}: {mistake.message}"
        case Kind.UNFIT:
            return f"{called}: {_fill(_(outcome.message), outcome.facts)}"
        case Kind.OVERSIZED:
            return _("{called} returned far more data than any correct answer could contain").format(**values)
        case Kind.RAISED if outcome.error in ("SyntaxError", "IndentationError", "TabError"):
            better = "" if outcome.file else kind(source, outcome.line, outcome.message, outcome.error)
            if outcome.file:
                return _("{file} is not Python{at}: {message}").format(**values, file=outcome.file)
            return _("your file is not Python{at}: {message}").format(**{**values, "message": better or said})
        case Kind.RAISED if outcome.error == "SystemExit":
            return _("{called} ended the program: leave out exit() and sys.exit(){at}").format(**values)
        case Kind.RAISED if outcome.error == "BdbQuit":
            return _("{called} started the debugger: leave out breakpoint() and pdb.set_trace(){at}").format(**values)
        case Kind.RAISED if outcome.error == "EOFError":
            return _("{called} asks for input, and there is nobody to answer{at}").format(**values)
        case Kind.RAISED if GPU.search(outcome.message):
            text = _(
                "{called} asks for a GPU, and there is none here{at}: take the device of the inputs, as in X.device"
            )
            return text.format(**values)
        case Kind.RAISED if not said:
            return _("{called} raised {error}{at}").format(**values)
        case Kind.RAISED:
            return _("{called} raised {error}: {message}{at}").format(**values)
        case Kind.UNFINISHED:
            return _("{called} has not been written yet: it raises NotImplementedError{at}").format(**values)
        case Kind.ABSENT:
            return missed(called, said, outcome.facts, values["at"], source)
        case Kind.MISSING:
            return _nearly(said, outcome.facts, source)
        case Kind.FORBIDDEN:
            family = exercise.family(str(outcome.facts.get("family", "")))
            advice = _(family.advice) if family else ""
            text = _("{message} does what this exercise asks you to write{at}. {advice}")
            return text.format(**values, advice=advice)
        case Kind.CRASHED if "threads" in outcome.facts:
            return _("{called} started more than {threads} threads").format(called=called, **outcome.facts)
        case Kind.CRASHED:
            return _("{called} ended the whole process ({message})").format(**values)
        case Kind.TIMEOUT:
            text = _("{called} did not end in time; the reference takes {seconds:.2g} s. Is there a loop without end?")
            return text.format(called=called, seconds=reference_seconds)
        case Kind.STALLED:
            text = _("{called} did not end in time, and hardly computed: leave out sleep() and waiting")
            return text.format(called=called)
        case Kind.SPENT:
            text = _("{called} was not run to its end: {reason}")
            return text.format(called=called, reason=spent(outcome))
        case Kind.KILLED:
            text = _("{called} was killed by the system twice: it probably ran out of memory")
            return text.format(called=called)
        case Kind.MEMORY:
            limit = MEMORY_MB + check.memory_mb
            return _("{called} exceeded its memory limit ({limit} MB)").format(called=called, limit=limit)
        case _:
            return _fault(said)


def _nearly(name: str, facts: dict[str, Any], source: str) -> str:
    """That an entry point is missing, and what there is in its place."""
    values = {"name": name, "near": facts.get("near", ""), "owner": facts.get("owner", "")}
    match facts.get("how"):
        case "name":
            text = _("your file defines {near}; the exercise asks for {name}")
        case "method":
            text = _(
                "{name} is a method of the class {owner}; the exercise asks for it by itself, outside of any class"
            )
        case "nested":
            text = _("{name} is defined inside of {owner}; the exercise asks for it by itself, at the top of the file")
        case "not reached":
            text = _("{name} is defined under a condition that does not hold here: define it at the top of the file")
        case _:
            text = kind(source, None, "", "") or _("your file does not define {name}")
    return _fill(text, values)


# What stands in the place of a tensor, by the name of its type.
_IN_PLACE_OF_A_TENSOR = {
    "list": N_("Return a tensor, for example torch.stack(...) of what is in the list."),
    "tuple": N_("Return a tensor, for example torch.stack(...) of what is in the tuple."),
    "numpy.ndarray": N_("Return a tensor, for example torch.from_numpy(...) of the array."),
    "generator": N_("Is there a yield in it? Return the whole result, as a tensor."),
    "coroutine": N_("Write def in place of async def."),
}


def _of_another_type(got: Any, wanted: Any) -> str:
    """What to do about a result, or a part of it, that is no tensor where one is wanted."""
    if isinstance(wanted, list | tuple) and isinstance(got, list | tuple):
        return next(filter(None, map(_of_another_type, got, wanted)), "")
    if not isinstance(wanted, Tensor) or isinstance(got, Tensor):
        return ""
    name = got.type_name if isinstance(got, Opaque) else type(got).__name__
    return _(_IN_PLACE_OF_A_TENSOR.get(name, ""))


def at(outcome: Outcome, source: str) -> str:
    """Where in the student's files it happened, in words; empty where nobody knows."""
    if not outcome.line:
        return ""
    if outcome.file:
        return _(" (line {line} of {file})").format(line=outcome.line, file=outcome.file)
    line, cell = line_and_cell(source, outcome.line)
    text = _(" (line {line} of code cell {cell})") if cell else _(" (line {line} of your file)")
    return text.format(line=line, cell=cell)


def spent(outcome: Outcome) -> str:
    """Why a solution had no time left for a run."""
    if not outcome.facts.get("seconds"):
        return _("your submission had taken more than {seconds:.0f} s by then").format(seconds=STUDENT_SECONDS)
    text = _("your code had taken {seconds} s in this exercise by then, which is all that it may take")
    return filled(text, outcome.facts)


def waits(blocking: Sequence[Check]) -> str:
    """What is said of a check that could not be made before others pass: the first of them, and how many more."""
    first, *more = blocking
    if not more:
        return _("waits for: {line}").format(line=_(first.line))
    return _("waits for: {line} (and {count} more)").format(line=_(first.line), count=len(more))


def stranger(found: Stranger, exercise: Exercise, source: str) -> str:
    """What is said of an answer that uses what is not welcome where something is to be written from scratch."""
    text = _("{name} ({place}) is not for this exercise: torch's public functions, numpy and Python's own modules are.")
    where = place(source, found.line)
    if found.file:
        where = _("{path}, line {line}").format(path=found.file, line=found.line)
    advice = dict.fromkeys(_(family.advice) for family in exercise.forbid if family.advice)
    return " ".join([text.format(name=found.name, place=where), *advice])


def not_run() -> str:
    """What is said of a check of which no case was run."""
    return _fault("no case was run")


def no_gpu() -> str:
    """What is said of a check that was left out because it needs a GPU."""
    return _("this training runs only on a GPU; without one it is left out, and its points are not counted")


def _fault(reason: str) -> str:
    return _("the grader failed here, not you ({message}). No points are deducted.").format(message=reason)


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


def _given(inputs: dict[str, Any], check: Check, case: Case, sizes: dict[str, int]) -> str:
    """The inputs of the call in short: tensors with their axes named, numbers as they are."""
    parts = []
    labelled = check.dims(case)
    for name, value in check.public(case, inputs).items():
        if isinstance(value, Tensor):
            dtype = str(value.dtype).removeprefix("torch.")
            dims = labelled.get(name, ())
            labels = dims if len(dims) == value.dim() else ()
            shape = name_axes(tuple(value.shape), labels, sizes) if value.dim() else ""
            parts.append(f"{name} {shape} {dtype}".replace("  ", " "))
        elif not any(tensors(value)) and len(repr(value)) <= MAX_GIVEN:
            parts.append(f"{name} = {value!r}")
        if len(parts) == 5:
            break
    return _(" with {inputs}").format(inputs=", ".join(parts)) if parts else ""


def add_curve(result: CheckResult, check: Check, outcome: Outcome, expectations: Expectations) -> None:
    """The learning curve and the metric of a training check, for the report."""
    if not isinstance(check.judge, Threshold):
        return
    if outcome.kind is not Kind.RETURNED or not isinstance(outcome.value, dict):
        return
    case = check.cases[0]
    curve = outcome.value.get(check.judge.curve)
    if isinstance(curve, list) and all(isinstance(loss, float) for loss in curve):
        result.detail.curve = curve
    try:
        result.detail.metric = check.judge.measure(outcome.value, expectations.expected(check, case).inputs)
    except Exception:
        result.detail.metric = None  # the verdict has said what is wrong with the answer
    want = expectations.want(check, case)
    if want.calibration is not None:
        result.detail.threshold = want.calibration["threshold"]
        result.detail.band = want.calibration.get("curve", {})
        text = _("{data}, number of seeds: {seeds}, on {device}, {date}")
        result.detail.calibration = text.format_map(want.calibration)
