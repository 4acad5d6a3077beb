"""Notebooks: whatever was done to cells and metadata, the work in them is found, and only the known cells count."""

from __future__ import annotations

import json
import random
import textwrap
import time

import pytest

from autograder import catalog
from autograder.intake.archives import Caps
from autograder.intake.cells import Workbook
from autograder.intake.classes import read_class
from autograder.intake.notebooks import read_notebook
from autograder.intake.places import line_and_cell, place
from support import CORR2D, DROPOUT

KERNELS = "ch07_convolution/kernels"
IDS = [DROPOUT, CORR2D, KERNELS]
RIGHT = """
def corr2d(X, K):
    h, w = K.shape
    return (X.unfold(0, h, 1).unfold(1, w, 1) * K).sum((2, 3))
"""
STUB = "def corr2d(X, K):\n    raise NotImplementedError"


def cell(source, id="", grade_id="", **more):
    metadata = {"torchkata": {"id": id}} if id else {}
    if grade_id:
        metadata["nbgrader"] = {"grade_id": grade_id, "solution": True, "grade": False, "locked": False}
    return {
        "cell_type": "code",
        "source": textwrap.dedent(source).strip("\n"),
        "metadata": metadata,
        "outputs": [],
        **more,
    }


def notebook(*cells):
    cells = [c if isinstance(c, dict) else cell(c) for c in cells]
    text = {"cell_type": "markdown", "metadata": {}, "source": ["# corr2d\n", "def corr2d(): text is not code"]}
    return json.dumps({"cells": [text, *cells], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def hand_in(tmp_path, content, name="week7.ipynb", files=()):
    folder = tmp_path / "ada"
    folder.mkdir(parents=True, exist_ok=True)
    if content is not None:
        (folder / name).write_bytes(content)
    for path, text in dict(files).items():
        (folder / path).write_text(text)
    (submission,) = read_class(tmp_path, IDS)
    return submission


def names_of(source):
    """What a source defines when it is executed; nothing of torch is needed for that here."""
    space = {}
    exec(source.text, space)
    return space


def found(*cells, id=CORR2D, entries=("corr2d",), given=()):
    """The source for an exercise in a notebook of these cells."""
    answer = Workbook(read_notebook(notebook(*cells), Caps())).answer({id, id.split("/")[1]}, entries, given)
    return None if answer is None else answer.text


@pytest.mark.parametrize(
    "cells",
    [
        [cell(RIGHT, CORR2D)],
        [cell(RIGHT, "corr2d")],
        [cell(RIGHT, grade_id="corr2d")],
        ["%%exercise corr2d\n" + RIGHT],
        [f"\n\n%%exercise {CORR2D}\n" + RIGHT],
        [RIGHT],  # the metadata are gone
        [cell(RIGHT, "ch99_nothing/such")],  # or edited by hand
        [cell(RIGHT, metadata_=3) | {"metadata": "broken"}],
        [cell(STUB, CORR2D), RIGHT],  # solved in a cell of one's own
        [RIGHT, cell(STUB, CORR2D)],
        [cell(STUB, CORR2D), cell(RIGHT, CORR2D)],  # duplicated with its id
        [cell(RIGHT, CORR2D), cell(STUB, CORR2D)],
        [cell("def corr2d(X, K):\n    return wrong", CORR2D), cell(RIGHT, CORR2D)],  # of two the last
        ["def corr2d(X, K):\n    return wrong", RIGHT],
        ["def corr2d(X, K):\n    return wrong", cell(RIGHT, CORR2D), "def corr2d(X, K):\n    return wrong too"],
        [cell("def corr2d(X, K)\n    return wrong"), RIGHT],  # a draft that is no Python
        [cell("def corr2d(X, K)\n    return wrong", CORR2D), RIGHT],
        [cell("# nothing left here", CORR2D), RIGHT],
        ["%matplotlib inline\n!pip install torch\n?torch\nimport math\n" + RIGHT + "\nfiles = !ls\n%time corr2d"],
        ["%%time\n" + RIGHT],
        ["%%writefile corr2d.py\n" + RIGHT],
        [RIGHT.strip() + "\n\nprint(corr2d(nothing, at_all))\nassert False"],
        ["from torch import *", cell(RIGHT + "\ntorch.no_such_thing()\nimport no_such_module", CORR2D)],
        ["import no_such_module\nraise SystemExit", RIGHT],
        [cell(RIGHT, "dropout")],  # copied with another's id
    ],
)
def test_the_work_is_found(cells):
    assert "unfold" in found(*cells)
    assert "wrong" not in found(*cells)
    assert callable(names_of(type("", (), {"text": found(*cells)}))["corr2d"])


def test_untouched_and_missing_cells_are_no_attempt(tmp_path):
    assert found(cell(STUB, CORR2D)) == ""
    assert found(cell(STUB + "()", CORR2D)) == ""
    assert found(cell('def corr2d(X, K):\n    """text"""\n    ...', CORR2D)) == ""
    assert found(cell("", CORR2D)) is None
    assert found("import torch\nx = 1") is None
    submission = hand_in(tmp_path, notebook(cell(STUB, CORR2D)))
    assert submission.sources[CORR2D].text == ""
    assert set(submission.sources) == {CORR2D}


def test_a_cell_without_its_entry_point_says_what_it_says():
    assert "def corr_2d" in found(cell("def corr_2d(X, K): return 1", CORR2D))
    assert "def corr2d(X, K)\n" in found(cell("import torch\ndef corr2d(X, K)\n    return 1", CORR2D))


def test_what_the_solution_uses_comes_along_and_nothing_else():
    text = found(
        "import torch, math\nimport torch.nn.functional as F\nprint('hello')",
        "scale = 2.0\ntable = {}\ntable['a'] = 1\ndata = load('somewhere')\nX = data.big",
        "def window(X, h, w):\n    return inner(X)[table['a']]\n\n\ndef unused():\n    pass",
        cell("def corr2d(X, K):\n    return window(X, *K.shape) * scale * math.pi\n\ncorr2d(X, X)", CORR2D),
        "def inner(X):\n    return X\ninner(data)",
        "scale = 3.0  # tried out later",
    )
    space = {}
    exec(text.replace("import torch, math", "import math"), space)
    assert space["corr2d"](
        type("T", (), {"shape": (1, 1), "__getitem__": lambda *_: 2})(), type("K", (), {"shape": (1, 1)})
    )
    for absent in ("load", "data", "unused", "hello", "functional", "3.0"):
        assert absent not in text
    assert "torch, math" in text


def test_names_inside_of_functions_are_not_taken_for_globals():
    text = found("X = load_a_large_file()\nK = broken(", cell(RIGHT, CORR2D), "h = w = download()")
    assert "load" not in text
    assert "download" not in text


def test_classes_that_grow_over_several_cells():
    text = found(
        "import abc",
        "def add_to(Class):\n    def wrap(f):\n        setattr(Class, f.__name__, f)\n    return wrap",
        "class corr2d(abc.ABC):\n    def __init__(self): self.x = 1",
        "@add_to(corr2d)\ndef forward(self): return self.x",
        "corr2d.extra = lambda self: 2",
        "@add_to(dict_of_other)\ndef backward(self): pass",
    )
    space = {}
    exec(text, space)
    assert (space["corr2d"]().forward(), space["corr2d"]().extra()) == (1, 2)
    assert "backward" not in text


def test_an_exercise_in_several_cells():
    entries = ("edge_kernel", "sharpen_kernel", "apply")
    cells = [cell("def edge_kernel(): return 'edge'", KERNELS), "def sharpen_kernel(): return 'sharp'", "def apply(X, K): return edge_kernel()"]  # fmt: skip
    space = {}
    exec(
        found(
            *cells, cell("def sharpen_kernel():\n    raise NotImplementedError", KERNELS), id=KERNELS, entries=entries
        ),
        space,
    )
    assert [space[e] is not None for e in entries] == [True] * 3
    assert space["sharpen_kernel"]() == "sharp"


def test_what_the_stubs_hand_out_is_nobodys_answer(tmp_path):
    layer = catalog.exercise_file("ch07_convolution/conv_layer").read_text()
    submission = hand_in(tmp_path, notebook(cell(STUB, CORR2D), layer))
    assert submission.sources[CORR2D].text == ""
    assert "unfold" in hand_in(tmp_path, notebook(cell(STUB, CORR2D), layer, RIGHT)).sources[CORR2D].text


def test_building_blocks_of_other_exercises_are_at_hand():
    text = found(
        cell("import torch\ndef corr2d(X, K): return X", CORR2D),
        cell("def conv2d(X, K): return corr2d(X, K.flip(0, 1))", "ch07_convolution/conv2d"),
        id="ch07_convolution/conv2d",
        entries=("conv2d",),
    )
    assert "def corr2d" in text
    assert "import torch" not in text


def test_lines_are_told_by_their_cells():
    text = found(
        "import math\n\n\nprint(1)", "%%exercise corr2d\n\ndef corr2d(X, K):\n    print(2)\n    return math.pi"
    )
    lines = text.split("\n")
    at = lines.index("    return math.pi") + 1
    assert line_and_cell(text, at) == (5, 2)
    assert place(text, at) == "line 5 of code cell 2"
    assert line_and_cell(text, lines.index("import math") + 1) == (1, 1)
    assert place("a\nb\nc", 2) == "line 2"


def test_a_mark_of_a_cell_that_cannot_be_is_a_comment():
    assert line_and_cell(f"# ---- code cell {'9' * 5000} ----\nx = 1\n", 2) == (2, 0)


def test_an_answer_that_was_turned_into_text_counts_where_it_says_whose_it_is(tmp_path):
    turned = cell(RIGHT, CORR2D) | {"cell_type": "markdown"}
    submission = hand_in(tmp_path / "a", notebook(turned, cell(STUB)))
    assert "unfold" in submission.sources[CORR2D].text
    assert submission.notes == [f"code cell 1 of week7.ipynb was turned into text: it was graded as code, for {CORR2D}"]
    later = hand_in(tmp_path / "b", notebook(turned, "def corr2d(X, K):\n    return 'mine'"))
    assert "'mine'" in later.sources[CORR2D].text


@pytest.mark.parametrize("kind", ["markdown", "raw"])
@pytest.mark.parametrize("text", [RIGHT, f"So:\n\n```python\n{RIGHT}```\nThat is all."])
def test_an_answer_that_is_no_code_is_named(tmp_path, kind, text):
    submission = hand_in(tmp_path / "a", notebook(cell(text) | {"cell_type": kind, "source": text}))
    assert submission.notes == [
        f"cell 2 of week7.ipynb defines corr2d, but is a {kind} cell: it was not graded",
        "week7.ipynb was not graded",
    ]
    assert not submission.sources
    answered = hand_in(tmp_path / "b", notebook(cell(text) | {"cell_type": kind, "source": text}, RIGHT))
    assert not answered.notes
    assert "unfold" in answered.sources[CORR2D].text


def test_of_two_definitions_it_is_said_which_counts(tmp_path):
    submission = hand_in(tmp_path, notebook("def corr2d(X, K):\n    return wrong", RIGHT, STUB))
    assert submission.notes == ["week7.ipynb defines corr2d in code cells 1, 2: that in 2 counts"]


def test_a_setting_of_the_same_name_is_no_answer(tmp_path):
    submission = hand_in(tmp_path, notebook("def dropout(X, p): return X", "dropout = 0.5", "corr2d = (3, 3)"))
    assert "return X" in submission.sources[DROPOUT].text
    assert CORR2D not in submission.sources


def test_format_3_and_odd_ways_of_saving():
    old = {
        "nbformat": 3,
        "worksheets": [
            {"cells": [{"cell_type": "code", "language": "python", "input": RIGHT.splitlines(True), "metadata": {}}]},
            {"cells": [None, 7, {"cell_type": "code"}, {"cell_type": ["code"], "source": 3}]},
        ],
    }
    for content in (
        json.dumps(old).encode(),
        b"\xef\xbb\xbf" + notebook(RIGHT),
        notebook(RIGHT).decode().encode("utf-16"),
        json.dumps({"cells": [None, "x", cell(RIGHT)], "nbformat": "four"}).encode(),
        notebook(RIGHT.replace("\n", "\r\n")),
        notebook(cell(RIGHT, outputs=[{"data": float("nan")}])),
        notebook(cell(RIGHT) | {"source": RIGHT.splitlines(True)}),
        notebook(cell("\ud800 = 1"), RIGHT),
    ):
        (answer,) = [Workbook(read_notebook(content, Caps())).answer({CORR2D}, ["corr2d"])]
        assert "unfold" in answer.text
        answer.text.encode()


def test_forged_outputs_and_metadata_gain_nothing(tmp_path):
    forged = [
        {"output_type": "execute_result", "data": {"text/plain": "8.0"}, "metadata": {"score": 8}},
        {"output_type": "stream", "name": "stdout", "text": RIGHT},
    ]
    cheat = cell(STUB, CORR2D, outputs=forged)
    cheat["metadata"] |= {"nbgrader": {"points": 100, "grade": True, "solution": True, "grade_id": "corr2d"}}
    tests = cell("def test(): return 100", outputs=forged)
    tests["metadata"] = {"nbgrader": {"grade": True, "grade_id": "corr2d", "solution": False, "points": 100}}
    submission = hand_in(tmp_path, notebook(cheat, tests, {"cell_type": "raw", "source": RIGHT}))
    assert submission.sources[CORR2D].text == ""


def test_a_large_notebook_is_read_and_its_outputs_are_not(tmp_path):
    image = {"output_type": "display_data", "data": {"image/png": "iVBOR" * (12 << 20)}}
    submission = hand_in(tmp_path, notebook(cell(RIGHT, outputs=[image])))
    assert "unfold" in submission.sources[CORR2D].text
    too_large = hand_in(tmp_path, notebook(cell(RIGHT, outputs=[image, image])))
    assert "a file over 100 MB is not read" in too_large.sources[CORR2D].problem


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"def corr2d(X, K): return X",
        b"{",
        b"[]",
        b'{"cells": 3}',
        b"[" * 200_000,
        b'{"cells": [' * 100_000,
        b"\xff\xfe\x00",
        b'{"cells": [{"cell_type": "code", "source": "x"}',
        notebook("x = 1\n" * 300_000),
        notebook(*["x = 1"] * 6000),
    ],
)
def test_what_is_no_notebook_gets_one_sentence(tmp_path, content):
    submission = hand_in(tmp_path, content)
    assert set(submission.sources) == set(IDS)
    for source in submission.sources.values():
        assert source.problem
        assert "\n" not in source.problem
    assert len(submission.notes) == 1


@pytest.mark.parametrize(
    "cells",
    [
        ["x\n" * 750 + "!\n" * 750] * 80,
        ["x = 1\n" * 30_000, *[f"def f{n}():\n    return x, f{n - 1}" for n in range(1, 4500)], "corr2d = f4499"],
        [
            "; ".join(f"x{n} = 0" for n in range(20_000))
            + "\ndef corr2d(X, K):\n    return "
            + ", ".join(f"x{n}" for n in range(20_000))
        ],
    ],
    ids=["magics", "bindings", "one line"],
)
def test_no_notebook_takes_long_to_read(tmp_path, cells):
    """Each took minutes where something was looked up again for each line, binding or statement."""
    content = notebook(*cells)
    started = time.process_time()
    hand_in(tmp_path, content)
    assert time.process_time() - started < 30


def test_lines_are_told_by_their_cells_in_no_time():
    source = "# ---- code cell 3 ----\n" + "\n" * (1 << 20)
    started = time.process_time()
    assert {line_and_cell(source, line)[1] for line in range(500_000, 501_000)} == {3}
    assert time.process_time() - started < 10


def test_hostile_cells_are_only_read(tmp_path):
    for text in (
        "(" * 10_000,
        "-" * 100_000 + "1",
        "a" + ".a" * 50_000,
        "\0",
        "x = '" * 2000,
        "1" + "+1" * 600,
        "1" + "+1" * 1500,
        "f" + "()" * 700,
        "%" * 1000,
        "!\n" * 5000,
    ):
        assert "unfold" in found(text, f"def corr2d(X, K):\n    return {text}", RIGHT)


def test_a_file_wins_unless_it_is_the_stub(tmp_path):
    both = hand_in(tmp_path / "a", notebook(RIGHT), files={"corr2d.py": "def corr2d(X, K):\n    return 'file'\n"})
    assert "'file'" in both.sources[CORR2D].text
    assert f"{CORR2D} is in a notebook too: the file corr2d.py was graded" in both.notes
    stub = hand_in(tmp_path / "b", notebook(RIGHT), files={"corr2d.py": f'"""Text."""\nimport torch\n{STUB}\n'})
    assert "unfold" in stub.sources[CORR2D].text
    neither = hand_in(tmp_path / "c", notebook(cell(STUB, CORR2D)), files={"corr2d.py": STUB})
    assert neither.sources[CORR2D].text == STUB
    unreadable = hand_in(tmp_path / "d", notebook(RIGHT), files={"corr2d.py": "x = '\0'"})
    assert "unfold" in unreadable.sources[CORR2D].text


def test_a_mixture_in_several_notebooks(tmp_path):
    folder = tmp_path / "ada"
    folder.mkdir()
    (folder / "draft.ipynb").write_bytes(notebook(cell(STUB, CORR2D), "def dropout(X, p): return X"))
    hand_in(tmp_path, notebook(RIGHT), "week7.ipynb.txt", {"junk.ipynb": "{", "corr2d.txt": "x"})
    submission = hand_in(tmp_path, None)
    assert "unfold" in submission.sources[CORR2D].text
    assert "return X" in submission.sources[DROPOUT].text
    assert submission.sources[DROPOUT].filename == "draft.ipynb"


@pytest.mark.parametrize("name", ["corr2d.py", "solution.py"])
def test_a_notebook_that_is_called_python(tmp_path, name):
    assert "unfold" in hand_in(tmp_path, notebook(RIGHT), name).sources[CORR2D].text


def test_no_mutation_of_a_notebook_stops_the_class(tmp_path):
    content = notebook("import torch", cell(RIGHT, CORR2D), cell("def dropout(X, p): return X", grade_id="dropout"))
    rng = random.Random(7)
    intact = 0
    for _ in range(400):
        changed = bytearray(content)
        for _times in range(rng.randint(1, 4)):
            at = rng.randrange(len(changed))
            match rng.randrange(4):
                case 0:
                    changed[at] = rng.randrange(256)
                case 1:
                    del changed[at : at + rng.randint(1, 40)]
                case 2:
                    changed[at:at] = rng.choice([b"{", b"]", b'"', b"\\u0000", b"null", b"\\ud800"])
                case 3:
                    del changed[rng.choice([at, len(changed) - 1]) :]
            changed = changed or bytearray(b"{")
        submission = hand_in(tmp_path, bytes(changed))
        for source in submission.sources.values():
            source.text.encode()
        intact += "unfold" in submission.sources.get(CORR2D, type("", (), {"text": ""})).text
    assert intact > 20


@pytest.mark.parametrize("body", ["return 1" + "+1" * 600, "f" + "()" * 700, "super().__init__" + ".a" * 800 + "()"])
def test_deep_nesting_is_the_students_answer(tmp_path, body):
    deep = f"def corr2d(X, K):\n    {body}"
    submission = hand_in(tmp_path, notebook(cell(deep, CORR2D), deep))
    assert body in submission.sources[CORR2D].text
    assert not submission.unreadable
