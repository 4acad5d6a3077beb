"""Grades one solution of one exercise: runs its checks, judges what came, and has it said in words."""

from __future__ import annotations

from collections.abc import Mapping

from autograder.judging import wording
from autograder.judging.diagnosis import Diagnosis
from autograder.judging.discreet import discreet
from autograder.judging.expectations import Expectations
from autograder.judging.job import EXERCISE_SECONDS
from autograder.judging.left_out import left_out
from autograder.judging.running import run_through
from autograder.judging.trial import Trial
from autograder.judging.verdicts import Verdicts
from autograder.messages import _
from autograder.results import GUARDED, HIDDEN, OPEN, CheckResult, ExerciseResult, Status
from autograder.runner.limits import for_exercise
from autograder.runner.outcome import Kind
from autograder.runner.protocol import Runner
from autograder.seeds import PUBLIC
from autograder.spec.exercise import Check, Exercise

MAX_SHOWN_OUTPUT = 2000
# What a student's code answered by itself; the rest has no cause that could be named.
ANSWERED = (Kind.RETURNED, Kind.RAISED, Kind.UNFIT)


def assess(
    runner: Runner,
    exercise: Exercise,
    expectations: Expectations,
    source: str,
    filename: str,
    training: bool = True,
    companions: Mapping[str, str] | None = None,
    path: str = "",
    seconds: float = EXERCISE_SECONDS,
) -> ExerciseResult:
    """The result of a solution's source. ``training=False`` leaves the training checks out, as skipped.

    companions: the other files that were handed in, by path; path: that of the source among them. seconds: as in a
    job.
    """
    cases = exercise.cases(training=training, device=expectations.device)
    budget = for_exercise(((check, expectations.expected(check, case).seconds) for check, case in cases), seconds)
    with Trial(runner, exercise, source, filename, companions, path, budget) as trial:
        verdicts = run_through(trial, expectations, training=training)
    result = judged(exercise, verdicts, source, training, companions)
    result.left_out = left_out(trial.notes, source)
    result.seconds = round(max(result.seconds, budget.used), 4)
    result.stalled = budget.stalled and result.status is not Status.PASSED
    return result


def judged(
    exercise: Exercise,
    verdicts: Verdicts,
    source: str,
    training: bool = True,
    companions: Mapping[str, str] | None = None,
) -> ExerciseResult:
    """The result that the outcomes of a solution come to. No process is needed for it."""
    checks = {check.name: check for check in exercise.checks}
    expectations = verdicts.expectations
    results: dict[str, CheckResult] = {}
    failed = []
    for check in exercise.checks:
        status = verdicts.status(check, checks, training)
        result = results[check.name] = _result(check, status, device=expectations.device)
        if expectations.seed != PUBLIC and not check.hidden:
            result.visibility = GUARDED
        if (check.training and not training) or not check.runs_on(expectations.device):
            continue
        if blocking := verdicts.blocking(check, checks, training):
            result.message = wording.waits(blocking)
            continue
        mine = [o for case in check.cases if (o := verdicts.outcomes.get((check.name, case.index))) is not None]
        result.seconds = sum(outcome.seconds for outcome in mine)
        finding = verdicts.first(check)
        if finding is not None:
            wording.describe(result, exercise, check, finding, expectations, source)
            result.detail.discreet = discreet(exercise, finding, source, companions)
            if finding.outcome.kind in ANSWERED:
                failed.append(check.name)
        elif status is Status.UNGRADED:
            result.message = wording.not_run()
        if mine:
            wording.add_curve(result, check, mine[0], expectations)
        result.detail.output = next((o.output for o in mine if o.output), "")[:MAX_SHOWN_OUTPUT]
    passed = [name for name, result in results.items() if result.status is Status.PASSED]
    for name, cause in Diagnosis(exercise.checks, verdicts).explain(failed, passed).items():
        results[name].diagnosis = _(expectations.sentences[cause.name])
        results[name].detail.misconception = cause.name
        results[name].detail.explains = [cause.explains, cause.failed]
    return ExerciseResult.of(exercise.id, list(results.values()))


def not_attempted(exercise: Exercise, note: str, device: str = "cpu") -> ExerciseResult:
    """The result where there is nothing to grade."""
    return without_run(exercise, Status.NOT_ATTEMPTED, note, device)


def without_run(exercise: Exercise, status: Status, message: str, device: str = "cpu") -> ExerciseResult:
    """The result where no check was run, for one reason that all checks share."""
    results = [_result(check, status, message, device) for check in exercise.checks]
    return ExerciseResult.of(exercise.id, results, message)


def _result(check: Check, status: Status, message: str = "", device: str = "cpu") -> CheckResult:
    here = check.runs_on(device)
    if not here:
        status, message = Status.SKIPPED, wording.no_gpu()
    # No mark is given or taken where the grader itself failed, or where there is nothing to run a check on.
    reachable = float(check.points) if here and status is not Status.UNGRADED else 0.0
    return CheckResult(
        name=check.name,
        status=status,
        score=reachable if status is Status.PASSED else 0.0,
        max_score=reachable,
        message=message,
        visibility=HIDDEN if check.hidden else OPEN,
        line=_(check.line),
    )
