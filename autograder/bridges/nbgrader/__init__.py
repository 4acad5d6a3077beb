"""nbgrader, with the kit's marks: a course directory in which its own commands work, and a fast path beside them.

In ``nbgrader autograde`` no kernel is started: what a student wrote is data, graded in the kit's runner, and the marks
go from the grader to the gradebook without passing through anything that a notebook could hold.

A released notebook imports this module, so it needs neither nbgrader nor torch.
"""

from __future__ import annotations

import os
from typing import Any

from autograder.messages import _

TEST = "test_"  # the test cell of the exercise ``corr2d`` has the grade_id ``test_corr2d``


def configure(
    config: Any, *, kit: str, seed: str = "public", trust_students: bool = False, show_inputs: bool = False
) -> None:
    """Puts the kit into nbgrader's steps. Called by a course's ``nbgrader_config.py``.

    config: what ``get_config()`` gave. kit: the kit's root. seed: the inputs that count; a secret one makes them other
    than the learners have. trust_students: grade even where their code cannot be shut off. show_inputs: students see
    inputs and results, though the seed is secret.
    """
    from autograder.bridges.nbgrader import reading, steps

    config.Autograde.exporter_class = steps.AnyNotebook
    config.Autograde.sanitize_preprocessors = steps.sanitizing()
    config.Autograde.autograde_preprocessors = steps.autograding()
    config.Autograde.pre_convert_hook = reading.adopting(config)
    config.ClearSolutions.code_stub = {"python": "raise NotImplementedError"}
    config.GradeByKit.kit = kit
    config.GradeByKit.seed = seed
    config.GradeByKit.trust_students = trust_students
    config.GradeByKit.show_inputs = show_inputs


def score(name: str) -> float:
    """The mark of an exercise, for the last line of its test cell; shows what is wrong.

    What counts is the cell with the solution, as it was run last. For learners: in ``nbgrader autograde`` it is not
    called, since no kernel is started. Raises ``RuntimeError`` if the grader failed.
    """
    from IPython import get_ipython
    from IPython.display import display

    from autograder.bridges import magic

    if magic._notebook is None:
        magic.load(get_ipython())
    shown = magic.check(name)
    display(shown)
    if os.environ.get("NBGRADER_EXECUTION") == "autograde":
        print(_("Graded in a kernel, which a submission can tamper with: call configure() in nbgrader_config.py."))
    for _id, status, reached, _most in shown.results:
        if status == "ungraded":
            raise RuntimeError(shown.text)
        return reached
    return 0.0
