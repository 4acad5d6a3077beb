"""What Gradescope shows of a submission: its ``results.json``, of what is known so far."""

from __future__ import annotations

import base64
import json
import math
import re
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from markupsafe import Markup

from autograder import __version__
from autograder.files import write_atomically
from autograder.messages import _
from autograder.report import curves
from autograder.report import pictures as images
from autograder.report.said import Audience, Said, clean, said
from autograder.report.words import PANELS
from autograder.results import HIDDEN, CheckResult, ExerciseResult, Status, SubmissionResult

MAX_SHOWN = 4000
# The page's colours, which a picture on its own cannot look up.
COLOURS = {
    "ink-soft": "#5b6470",
    "rule": "#d7dbe0",
    "band": "#dbe7f6",
    "reference": "#4a7ebb",
    "student": "#c2410c",
}
SHUT_OFF = "strict"


class Report:
    """What is known so far, and ``results.json`` of it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.started = time.monotonic()
        self.ids: list[str] = []
        self.results: dict[str, ExerciseResult] = {}
        self.notes: list[str] = []
        self.isolation = "process"
        self.policy = Path()
        self.metadata: dict[str, Any] = {}
        self.failure = ""

    def write(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(self.path, json.dumps(self.document(), ensure_ascii=True, indent=1).encode())

    def document(self) -> dict[str, Any]:
        tests = []
        for number, id in enumerate(self.ids, 1):
            result = self.results.get(id)
            tests += _tests(number, result) if result else [_missing(number, id)]
        said, score = self._said()
        document: dict[str, Any] = {
            "execution_time": round(time.monotonic() - self.started),
            "output": "\n".join(said),
            "output_format": "text",
            "test_output_format": "html",
            "test_name_format": "text",
            "stdout_visibility": "hidden",
            "extra_data": {"kit_version": __version__, "isolation": self.isolation, "graded": len(self.results)},
            "tests": tests,
        }
        # Points that count differently, after a policy, stand above the sum of the tests.
        if score is not None:
            document["score"] = score
        return document if tests else {**document, "score": 0}

    def _said(self) -> tuple[list[str], float | None]:
        """What concerns the whole submission, and the final mark where there is a policy."""
        said, score = [*self.notes], None
        for id in self.ids:
            if id in self.results:
                said += [f"{id.split('/')[1]}: {text}" for text in self.results[id].left_out]
        open_ids = [id.split("/")[1] for id in self.ids if id not in self.results]
        if self.failure:
            text = _("The grader failed, not you ({reason}). Tell your instructor: grading it again gives the marks.")
            said.append(text.format(reason=self.failure))
        elif open_ids:  # read only where nothing was written after it
            text = _("Time ran out before these were graded: {names}. What was graded counts; nothing else is lost.")
            said.append(text.format(names=", ".join(open_ids)))
        if self.policy.is_file():
            try:
                score, reasons = self._final()
                said += reasons
            except Exception as error:  # a mark is never lost to a rule that cannot be followed
                said.append(_("The policy could not be followed: {reason}").format(reason=error))
        if self.isolation == SHUT_OFF:
            said.append(_("Isolation: strict. Your code ran shut off from files, network and other processes."))
        else:
            text = _(
                "Isolation: process. Your code ran in a process of its own in this container, which holds nobody"
                " else's work; the system here does not allow more."
            )
            said.append(text)
        return [clean(text) for text in said], score

    def _final(self) -> tuple[float, list[str]]:
        from autograder.marks.finals import apply
        from autograder.marks.policy import load

        policy = load(self.policy)
        users = self.metadata.get("users") or [{}]
        names = [str(user.get(key, "")) for key in ("email", "name", "id") for user in users]
        named = {*policy.extensions, *policy.extra_credit.students}
        student = next((name for name in names if name in named), names[0])
        created, due = self.metadata.get("created_at"), (self.metadata.get("assignment") or {}).get("due_date")
        submission = SubmissionResult.of(student, [self.results[id] for id in self.ids if id in self.results])
        submitted = {student: datetime.fromisoformat(created)} if created else {}
        finals = apply(policy, [submission], submitted, due=datetime.fromisoformat(due) if due else None)
        final = finals.students[0]
        text = _("{final:g} of {most:g} after the course's rules, {raw:g} before them.")
        reasons = [text.format(final=final.final, most=final.final_max, raw=final.raw), *final.reasons]
        return round(final.final, 4), reasons


def _tests(number: int, result: ExerciseResult) -> list[dict[str, Any]]:
    name = result.id.split("/")[1]
    tests = []
    for place, check in enumerate(result.checks, 1):
        test: dict[str, Any] = {
            "number": f"{number}.{place}",
            "name": f"{name}: {said(check).line}",
            "score": check.score,
            "max_score": check.max_score,
            "output": str(_output(check)),
            "output_format": "html",
            "tags": [result.id],
            "visibility": "hidden" if check.visibility == HIDDEN else "visible",
            "extra_data": _extra(check),
        }
        # What the grader could not judge is neither.
        if check.status is not Status.UNGRADED:
            test["status"] = "passed" if check.status is Status.PASSED else "failed"
        tests.append(test)
    return tests


def _missing(number: int, id: str) -> dict[str, Any]:
    said = _("not graded yet; no points are deducted")
    name = id.split("/")[1]
    return {"number": str(number), "name": name, "score": 0, "max_score": 0, "output": said, "output_format": "text"}


def _extra(check: CheckResult) -> dict[str, Any]:
    """What a program may want to know; the learning curve as numbers, a loss that is none as null."""
    told = _told(check)
    extra: dict[str, Any] = {"status": str(check.status), "seconds": round(check.seconds, 3)}
    if told.curve:
        extra["curve"] = [loss if math.isfinite(loss) else None for loss in told.curve]
    for name, value in (("metric", told.metric), ("threshold", told.threshold)):
        if value is not None and math.isfinite(value):
            extra[name] = value
    if told.calibration:
        extra["calibration"] = told.calibration
    return extra


def _told(check: CheckResult) -> Said:
    """What Gradescope gets of a check. Of a hidden one it shows nothing to students: that is for the instructor."""
    return said(check, Audience.INSTRUCTOR if check.visibility == HIDDEN else Audience.STUDENT)


def _output(check: CheckResult) -> Markup:
    """One check as HTML. Whatever came from the submission is escaped."""
    told = _told(check)
    parts = [Markup("<p><b>{}</b></p>").format(told.word)]
    if told.message:
        parts.append(Markup("<p>{}</p>").format(_clip(told.message)))
    if told.diagnosis:
        parts.append(Markup("<p><b>{}</b> {}</p>").format(_("Probably:"), _clip(told.diagnosis)))
    if told.trace:
        parts.append(_block("", "\n".join(told.trace)))
    if told.picture:
        for name, pixels in images.panels(told.picture["wanted"], told.picture["came"]):
            parts.append(_image(images.data_uri(pixels), _(PANELS[name]), 96))
    elif told.expected:
        parts += [_block(_("expected"), told.expected), _block(_("got"), told.got)]
    if told.curve and (drawn := curves.draw(told.curve, told.band)):
        words = curves.describe(told.curve, told.band)
        parts += [_image(standalone(drawn), words, 520), Markup("<p>{}</p>").format(words)]
    if told.printed:
        parts.append(_block(_("your code printed:"), told.printed))
    if told.snippet:
        parts.append(_block(_("to see it again:"), told.snippet))
    return Markup("\n").join(parts)


def _block(title: str, text: str) -> Markup:
    head = Markup("<p>{}</p>").format(title) if title else Markup()
    return head + Markup("<pre>{}</pre>").format(_clip(text))


def _image(address: str, words: str, width: int) -> Markup:
    return Markup('<img src="{}" alt="{}" title="{}" width="{}">').format(address, words, words, width)


def standalone(svg: str) -> str:
    """A learning curve as a picture of its own: with its colours in it, as an address that holds all of it."""
    text = re.sub(r"var\(--([\w-]+)\)", lambda found: COLOURS.get(found[1], "#5b6470"), str(svg))
    text = text.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" font-family="sans-serif" ', 1)
    return "data:image/svg+xml;base64," + base64.b64encode(text.encode()).decode()


def _clip(text: str) -> str:
    return text if len(text) <= MAX_SHOWN else text[:MAX_SHOWN] + " ..."
