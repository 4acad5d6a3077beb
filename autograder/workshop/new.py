"""Makes the files of a new exercise, with what is to be filled in marked TODO; ``kata audit`` leads on."""

from __future__ import annotations

import re
from pathlib import Path

from autograder import catalog
from autograder.errors import KitError
from autograder.messages import _

_ID = re.compile(r"ch\d\d_[a-z0-9_]+/[a-z][a-z0-9_]*")

SOLUTION = '''"""TODO: the task in one sentence.

TODO: the formula and the idea in your own words, with shapes.

Read: TODO: book section or paper.
"""

from torch import Tensor


def {name}(X: Tensor) -> Tensor:
    """TODO: what it returns.

    X: TODO (shape, dtype). Returns TODO (shape, dtype).
    """
    # TODO: what the learner does first.
    ### BEGIN SOLUTION
    return X
    ### END SOLUTION
'''

CHECKS = '''"""Checks of {name}."""

from autograder.spec import Exercise, normal, rows

# TODO: entry=("f", "g") for several functions; forbid="..." if an operator does the exercise's job; sizes.
# docs/authoring.md has an example of each kind: random functions, modules, cells, callbacks, training, optimizers.
exercise = Exercise(entry="{name}")
{name} = exercise.call("{name}", X=normal("rows", "columns"), axes=("rows", "columns"))


@{name}.check(points=4, also=rows("rows columns", (1, 4), (3, 3)))
def computes():
    """TODO: what must hold, as the learner reads it"""


exercise.keeps_the_dtype(points=1)
exercise.leaves_its_inputs_alone(points=0.5)
exercise.lets_gradients_through(points=1)
exercise.takes_views(points=0.5)

exercise.hint("TODO: a nudge.")
exercise.hint("TODO: the idea.", helps=computes)
exercise.hint("TODO: nearly the answer.", helps=computes)
'''

MISCONCEPTIONS = '''"""What people get wrong about {name}."""

from autograder.spec import misconception, reference, slip


@misconception  # TODO: @misconception(entry="g") for another entry point than the first
def todo_name_it(X):
    """TODO: what was done, and what is right."""
    return -reference.{name}(X)


@slip("return X", "return X + 1")
def todo_name_this_too():
    """TODO: what was done, and what is right."""
'''

README = """# {title}

TODO: the idea of the chapter in your own words. A later exercise adds its section, and its row to the table.

## TODO: what {name} is about

TODO: the formulas, shapes, and what is worth a thought.

| exercise | you write |
|---|---|
| `{name}` | `{name}(X)` |

## Read

- TODO: book section or paper.
"""


class ExistsError(KitError):
    """The exercise is there already, or its name cannot be one."""


def new(id: str) -> list[Path]:
    """Writes the files of an exercise and its line in the manifest; returns the files. Raises ``ExistsError``."""
    if not _ID.fullmatch(id):
        text = _("{id!r} cannot be the name of an exercise: write it as ch13_attention/masked_softmax.")
        raise ExistsError(text.format(id=id))
    if id in catalog.entries():
        raise ExistsError(_("{id} already exists.").format(id=id))
    chapter, name = id.split("/")
    files = {
        catalog.solution_file(id): SOLUTION,
        catalog.checks_file(id): CHECKS,
        catalog.misconceptions_file(id): MISCONCEPTIONS,
        catalog.checks_file(id).parent / "__init__.py": "",
        catalog.misconceptions_file(id).parent / "__init__.py": "",
        catalog.exercise_file(id).parent / "README.md": README,
    }
    written = []
    for path, text in files.items():
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text.format(name=name, title=chapter), encoding="utf-8")
            written.append(path)
    _enlist(chapter, name)
    return [*written, catalog.MANIFEST]


def _enlist(chapter: str, name: str) -> None:
    """Adds a line to the manifest, at the end of its chapter."""
    line = f'{name} = {{ title = "TODO", difficulty = 2, minutes = 20 }}\n'
    text = catalog.MANIFEST.read_text(encoding="utf-8")
    head = f"[{chapter}]\n"
    if head in text:
        before, after = text.split(head)
        section, gap, rest = after.partition("\n\n")
        text = f"{before}{head}{section.rstrip()}\n{line}{gap[1:]}{rest}"
    else:
        sections = re.split(r"(?m)^(?=\[)", text)
        place = next((i for i, s in enumerate(sections) if s.startswith("[") and s[1:] > f"{chapter}]"), len(sections))
        sections[place - 1] = sections[place - 1].rstrip() + "\n\n"
        gap = "\n" if place < len(sections) else ""
        sections.insert(place, f'{head}title = "TODO"\n{line}{gap}')
        text = "".join(sections)
    catalog.rewrite_manifest(text)
