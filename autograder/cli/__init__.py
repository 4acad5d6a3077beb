"""The command line. It knows every part and has no logic of its own; what needs torch is imported when it is used."""

from autograder.cli import learner, instructor, author  # noqa: I001  in the order in which the commands are listed
from autograder.cli.base import app, run

__all__ = ["app", "author", "instructor", "learner", "run"]
