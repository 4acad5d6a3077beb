"""What runs in Gradescope's image: ``prepare`` when it is built, ``run`` for each submission.

The results are written again after every exercise, so that nothing is lost when time runs out. Gradescope gives each
submission a container of its own: there is nobody else's work in it, and a submission that reads files finds no
expected value, because these are taken from the disk before its code runs, unless it is shut off from them anyway.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import Any

from autograder import catalog
from autograder.bridges.gradescope import POLICY, SECONDS, SETTINGS
from autograder.bridges.gradescope_report import SHUT_OFF, Report
from autograder.files import write_atomically
from autograder.intake.classes import IntakeError, Submission, read_class

EXPECTATIONS = "expectations"
WHO = resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN


class OutOfTime(BaseException):
    """The time is up: it passes every handler of errors on its way out."""


def prepare(source: Path) -> None:
    """Makes the expectations here, with the packages that will grade, and removes what they were made from."""
    from autograder.judging import expectations
    from autograder.runner.zygote_pool import ZygotePool

    settings = json.loads((source / SETTINGS).read_bytes())
    seed = settings.pop("seed")
    (source / EXPECTATIONS).mkdir(mode=0o700, exist_ok=True)
    pool = ZygotePool()
    try:
        for id in settings["exercises"]:
            made = expectations.make(pool, id, seed)
            write_atomically(_expectations_file(source, id), made.to_bytes())
    finally:
        pool.close()
    shutil.rmtree(source / "solutions")
    shutil.rmtree(source / "autograder" / "misconceptions")
    write_atomically(source / SETTINGS, json.dumps(settings).encode())


def _expectations_file(source: Path, id: str) -> Path:
    return source / EXPECTATIONS / f"{id.replace('/', '.')}.bin"


def run(root: Path, seconds: float) -> None:
    """Grades root/submission within that many seconds and writes root/results/results.json."""
    report = Report(root / "results" / "results.json")
    try:
        _time_limit(seconds)
        _grade(root, report)
    except OutOfTime:
        pass  # the report says what is not graded
    except Exception as error:  # whatever it is: the student is told, and told that it is not their fault
        report.failure = f"{type(error).__name__}: {error}"
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        report.write()
    own, children = (resource.getrusage(who).ru_maxrss >> 10 for who in WHO)
    # Gradescope shows this to instructors only.
    print(f"{report.isolation}, {time.monotonic() - report.started:.1f} s, at most {own} + {children} MB")
    if report.failure:
        print(report.failure)


def _grade(root: Path, report: Report) -> None:
    source = root / "source"
    report.policy, report.metadata = source / POLICY, _metadata(root / "submission_metadata.json")
    settings = json.loads((source / SETTINGS).read_bytes())
    report.ids = settings["exercises"]
    report.write()
    # Nothing secret is in this process yet: a fork of it spares half of the memory.
    pool = _start_pool()
    try:
        from autograder.judging.expectations import Expectations
        from autograder.judging.grader import Grader, Library
        from autograder.judging.job import Job, Leisure

        report.isolation = pool.isolation
        files = {id: _expectations_file(source, id) for id in report.ids}
        contents = {id: file.read_bytes() for id, file in files.items()}
        if report.isolation != SHUT_OFF:
            for file in files.values():
                file.unlink()
        submission = read_submission(root / "submission", report.ids)
        report.notes = submission.notes
        leisure = Leisure()
        grader = Grader(pool, Library(lambda id: Expectations.from_bytes(contents[id])))
        # Training takes longest: it comes last, and what is short is never lost to it.
        for id in sorted(report.ids, key=lambda id: any(c.training for c in catalog.load_exercise(id).checks)):
            job = Job(submission.student, id, submission.sources.get(id), submission.unreadable)
            result = grader.grade_alone(leisure.given(job))
            leisure.take(job, result)
            report.results[id] = result.opened() if settings.get("show_inputs") else result
            report.write()
    finally:
        pool.close()


def _metadata(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _start_pool() -> Any:
    """The runner. Where memory runs out, the system ends a student's process rather than this one."""
    from autograder.runner.start import start_runner

    adjust = Path("/proc/self/oom_score_adj")
    try:
        before = adjust.read_text()
        adjust.write_text("1000")
    except OSError:
        return start_runner(forked=True)
    try:
        return start_runner(forked=True)
    finally:
        with contextlib.suppress(OSError):
            adjust.write_text(before)


def read_submission(folder: Path, ids: Sequence[str]) -> Submission:
    """What lies in Gradescope's folder, read as the folder of one student."""
    with tempfile.TemporaryDirectory(prefix="kata-") as place:
        # Links are copied as links, which intake then refuses by name.
        shutil.copytree(folder, Path(place) / "submission", symlinks=True)
        try:
            return read_class(Path(place), ids, ["submission"])[0]
        except (IntakeError, IndexError):
            return Submission("submission")


def _time_limit(seconds: float) -> None:
    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise OutOfTime

    signal.signal(signal.SIGALRM, stop)
    signal.signal(signal.SIGTERM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)


def main(arguments: Sequence[str]) -> None:
    match arguments:
        case ["prepare", source]:
            os.environ["KATA_HOME"] = source
            prepare(Path(source).resolve())
        case ["run", root]:
            os.environ["KATA_HOME"] = str(Path(root, "source").resolve())
            run(Path(root).resolve(), float(os.environ.get("KATA_SECONDS") or SECONDS))
        case _:
            sys.exit("usage: gradescope_image prepare SOURCE | run ROOT")


if __name__ == "__main__":
    main(sys.argv[1:])
