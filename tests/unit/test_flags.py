"""Flags: what reaches past Python and torch is shown to the instructor, what is honest is not, and no mark changes."""

from __future__ import annotations

import time
from datetime import datetime

import pytest

from autograder import catalog
from autograder.classroom.store import Store, StoredSubmissions
from autograder.intake.classes import read_class
from autograder.intake.flags import flags
from autograder.report.html import write_report
from autograder.results import CheckResult, ExerciseResult, Results, Status, SubmissionResult
from autograder.tables import json_parts


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ("import ctypes", "ctypes (line 1)"),
        ("\nimport ctypes.util as u", "ctypes (line 2)"),
        ("from ctypes import CDLL", "ctypes (line 1)"),
        ("import gc\ngc.get_objects()", "gc (line 1)"),
        ("import torch.library", "torch.library (line 1)"),
        ("from torch import library as l", "torch.library (line 1)"),
        ("import torch as t\nx = t._C._VariableFunctions", "torch._C (line 2)"),
        ("import torch\ntorch.ops.aten.convolution", "torch.ops (line 2)"),
        ("from torch.utils._python_dispatch import _disable_current_modes as d", "torch.utils._python_dispatch (line 1)"),
        ("x._disable_current_modes()", "_disable_current_modes (line 1)"),
        ("import sys\nsys._getframe(1)", "_getframe (line 2)"),
        ("import sys as s\ns.modules['torch']", "sys.modules (line 2)"),
        ("from sys import modules", "sys.modules (line 1)"),
        ("import inspect\ninspect.currentframe()", "currentframe (line 2)"),
        ("f.f_back.f_locals", "f_back (line 1)"),
        ("try: 1/0\nexcept Exception as e: e.__traceback__.tb_frame", "tb_frame (line 2)"),
        ("open('/proc/self/mem')", "/proc (line 1)"),
        ("p = f'/proc/{pid}/maps'", "/proc (line 1)"),
        ("import os\nos.fork()", "os.fork (line 2)"),
        ("from os import execv, path", "os.execv (line 1)"),
        ("import os as o\no.posix_spawn", "os.posix_spawn (line 2)"),
        ("__import__('ctypes')", "ctypes (line 1)"),
        ("__import__('ct' + 'yp' + 'es')", "ctypes (line 1)"),
        ("__import__(name)", "a module whose name is computed (line 1)"),
        ("import importlib\nimportlib.import_module('gc')", "gc (line 2)"),
        ("import torch\ngetattr(torch, '_C')", "torch._C (line 2)"),
        ("getattr(sys, '_get' + 'frame')", "sys._getframe (line 1)"),
        ("vars(torch)['_C']", "_C (line 1)"),
        ("exec('x = 1')", "exec (line 1)"),
        ("().__class__.__base__.__subclasses__()", "__subclasses__ (line 1)"),
        ("f.__globals__['__builtins__']", "__globals__ (line 1)"),
        ("import subprocess, socket", "subprocess (line 1)"),
        ("import torch\ntorch.hub.sys.modules", "sys.modules (line 2)"),
        ("import numpy as np\nnp.ctypeslib.ctypes.CDLL", "ctypes (line 2)"),
        ("import random\nrandom._os.fork()", "os.fork (line 2)"),
        ("import torch.nn as nn\ngetattr(nn, name)", "a name of torch.nn that is computed (line 2)"),
        ("import torch\ntorch.nn.functional.__dict__['conv2d']", "torch.nn.functional.__dict__ (line 2)"),
        ("import torch\nvars(torch)", "vars(torch) (line 2)"),
        ("import torch\ntorch.equal = torch.Tensor.equal = f", "functions of its own in the place of torch's (line 2)"),
        ("import torch as t\nt.Tensor.__eq__ = f", "functions of its own in the place of torch's (line 2)"),
        ("import torch, builtins\na, builtins.all = 1, f", "builtins (line 1)"),
        ("import torch\nsetattr(torch, 'equal', f)", "functions of its own in the place of torch's (line 2)"),
        ("globals()['f']", "globals (line 1)"),
        ("import inspect\ninspect.getsource(f)", "inspect.getsource (line 2)"),
        ("from autograder import catalog", "autograder (line 1)"),
    ],
)  # fmt: skip
def test_what_reaches_too_far_is_flagged(source, what):
    assert what in flags(source)


@pytest.mark.parametrize(
    "source",
    [
        "import os\nfrom pathlib import Path\nos.environ.get('HOME'), os.path.join('a', 'b'), os.cpu_count()",
        "import torch\ntorch.signal.windows.hann(3); vars(args); self.__dict__.update(x)\ngetattr(self, f'conv{i}')",
        "import torch\ngetattr(torch, 'relu')",
        "import torch\ntorch.backends.cudnn.deterministic = True\nX.data = Y.data\nself.conv = nn.Conv2d(1, 1, 1)",
        "import torch.nn as nn\nclass Net(nn.Module): pass\nNet.forward = forward\nsetattr(Net, 'a', 1)\nif nn.x == 1: pass",
        "import sys\nprint(sys.argv, file=sys.stderr)",
        "net.modules(); net.eval(); getattr(net, 'layer' + str(i)); setattr(net, f'l{i}', 1)",
        "import inspect\ninspect.signature(f)",
        '"""Never import ctypes or gc, nor read /proc/self."""\nx = 1  # sys._getframe',
        "import torch\nfrom torch.nn import functional as F\nlibrary = {}; library['gc'.upper()] = 1",
        "def exec_(evaluate): return evaluate",
        "this is (not Python ctypes",
        "",
    ],
)
def test_honest_code_is_not_flagged(source):
    assert flags(source) == []


def test_the_first_line_counts_and_a_cell_is_named():
    assert flags("import gc\nimport gc\ngc.collect()") == ["gc (line 1)"]
    assert flags("# ---- code cell 3 ----\n\nimport gc\n") == ["gc (line 2 of code cell 3)"]
    assert len(flags("\n".join(f"x.{name}" for name in ("f_back", "__code__") * 500))) == 2


def test_hostile_source_is_only_read():
    started = time.process_time()
    for source in ("gc" + ".a" * 100_000, "exec(" * 5000, "\0 gc", "x = " + "'gc' + " * 20_000 + "''", "__import__(" + "'a' + " * 2000 + "'b')"):  # fmt: skip
        flags(source)
    assert time.process_time() - started < 20


def test_honest_classes_are_read_fast():
    source = catalog.solution_file("ch07_convolution/corr2d").read_text(encoding="utf-8")
    started = time.process_time()
    for _ in range(1000):
        flags(source)
    assert time.process_time() - started < 2


def test_flags_reach_the_instructor_and_never_the_student(tmp_path):
    folder = tmp_path / "class" / "mallory" / "ch07_convolution"
    folder.mkdir(parents=True)
    (folder / "corr2d.py").write_text("import gc\n\nimport ctypes\n")
    (submission,) = read_class(tmp_path / "class", ["ch07_convolution/corr2d"])
    assert submission.flags == ["corr2d uses gc (line 1), ctypes (line 3): a person should look at it"]
    assert not submission.notes
    store = Store(tmp_path)
    store.describe(submission.student, ["a note"], submission.flags)
    store.close()
    (kept,) = StoredSubmissions(tmp_path / ".grading.sqlite", ["mallory"], [])
    assert (kept.notes, kept.flags) == (["a note"], submission.flags)
    passed = ExerciseResult.of("ch07_convolution/corr2d", [CheckResult("one", Status.PASSED, 1.0, 1.0)])
    honest = SubmissionResult.of("ada", [passed])
    flagged = SubmissionResult.of("mallory", [passed], kept.notes, [*kept.flags, "<script>"])
    results = Results("1", "public", {"python": "3"}, "strict", [honest, flagged])
    page = write_report(results, tmp_path, when=datetime(2026, 3, 14)).read_text(encoding="utf-8")
    assert "Look at these first" in page
    assert "corr2d uses gc (line 1), ctypes (line 3): a person should look at it" in page
    assert "&lt;script&gt;" in page
    for path in (tmp_path / "report").iterdir():
        assert "ctypes" not in path.read_text(encoding="utf-8")
    assert b"ctypes" not in b"".join(json_parts(results))
    quiet = Results("1", "public", {"python": "3"}, "strict", [honest])
    assert "Look at these first" not in write_report(quiet, tmp_path).read_text(encoding="utf-8")
