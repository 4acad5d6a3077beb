"""What an answer may be written with: ready-made work is found by whatever door it comes, and no honest style suffers."""

from __future__ import annotations

import pytest

from autograder import catalog
from autograder.judging.expectations import wrong_solutions
from autograder.judging.vocabulary import strangers


@pytest.mark.parametrize(
    ("head", "body", "name"),
    [
        ("import torch", "torch._refs.nn.functional.dropout(X)", "torch._refs"),
        ("from torch import _refs as r", "r.nn.functional.dropout(X)", "torch._refs"),
        ("import torch", "getattr(torch, '_refs').nn.functional.dropout(X)", "torch._refs"),
        ("import torch\nt = torch", "t.ops.aten.conv2d(X)", "torch.ops"),
        (
            "from torch.nn.utils._expanded_weights.conv_utils import conv_unfold_weight_grad_sample as c",
            "c(X)",
            "torch.nn.utils._expanded_weights",
        ),
        ("import torch.nn as nn", "nn.quantizable.LSTM(1, 2)", "torch.nn.quantizable"),
        ("import torch", "torch.optim.adam.torch._softmax(X, 1, False)", "torch._softmax"),
        ("import torch", "torch.nn.modules.rnn._VF.gru(X)", "torch.nn.modules.rnn._VF (torch._VF)"),
        ("import torch", "torch.jit.script(f)", "torch.jit"),
        ("import torch", "torch.nested.nested_tensor([X])", "torch.nested"),
        ("from torch.utils import cpp_extension", "cpp_extension.load('x')", "torch.utils.cpp_extension"),
        ("import torch", "torch.hub.load('a', 'b')", "torch.hub"),
        ("import numpy as np", "np.ctypeslib.ctypes.CDLL('x')", "numpy.ctypeslib"),
        ("import importlib", "importlib.import_module('torch._refs')", "importlib.import_module"),
        ("import ctypes", "ctypes.CDLL(None)", "ctypes.CDLL"),
        ("import matplotlib\nfrom PIL import ImageFilter", "ImageFilter.Kernel((3, 3), [])", "PIL.ImageFilter.Kernel"),
    ],
)
def test_what_is_not_welcome_is_found(head, body, name):
    source = f"{head}\n\ndef helper(X):\n    return {body}\n\ndef f(X):\n    return helper(X)\n"
    assert [(s.name, s.line) for s in strangers(source, ["f"])] == [(name, head.count("\n") + 4)]


@pytest.mark.parametrize(
    "source",
    [
        "import torch, PIL.Image\nphoto = PIL.Image.open('cat.png')\ndef f(X):\n    return torch.relu(X)",
        "import torch\nprint(torch._refs)\ndef f(X):\n    return X",
        "import matplotlib.pyplot as plt\nfrom tqdm import tqdm\ndef f(X):\n    plt.plot(X)\n    return [x for x in tqdm(X)]",
        "import numpy as np\ndef f(X):\n    return np.lib.stride_tricks.sliding_window_view(X, 3), np.random.default_rng(1)",
        "from torch.utils.data import DataLoader, TensorDataset\ndef f(X):\n    return DataLoader(TensorDataset(X))",
        "import torch, math, itertools, typing, functools\nfrom torch import nn, Tensor\nfrom torch.nn import functional as F\n"
        "class f(nn.Module):\n    def forward(self, X: Tensor) -> Tensor:\n        return F.relu(X) * math.pi + X._version",
        "import torch\n@torch.no_grad()\n@torch.compile\ndef f(X):\n    return torch.vmap(torch.sum)(X), torch.func.vmap(torch.sum)(X)",
        "from torch.nn.modules.utils import _pair\nfrom torch.optim.lr_scheduler import _LRScheduler\nfrom torch import nn\n"
        "def f(X):\n    return _pair(X), _LRScheduler, nn.init._calculate_fan_in_and_fan_out(X), nn.modules.conv._ConvNd",
        "from utils import helper\nfrom d2l import torch as d2l\ndef f(X):\n    return helper(X), d2l.corr2d(X)",
        "import a_package_that_nobody_has as p\ndef f(X):\n    return p.g(X)",
        "def f(X:\n",
        "",
    ],
)  # fmt: skip
def test_honest_answers_are_free_to_use_what_they_like(source):
    assert strangers(source, ["f"], {"utils.py": "import torch\ndef other():\n    return torch.hub\n"}) == []


@pytest.mark.parametrize("id", sorted(catalog.entries()))
def test_no_reference_and_no_misconception_uses_what_is_not_welcome(id):
    exercise = catalog.load_exercise(id)
    entries = exercise.entries
    if not exercise.forbid:  # then everything is welcome
        return
    for source in [catalog.solution_file(id).read_text(encoding="utf-8"), *wrong_solutions(id).values()]:
        assert strangers(source, entries) == []


@pytest.mark.parametrize(
    "line",
    [
        "from utils import g",
        "from .utils import g",
        "from exercises.ch07_convolution.utils import *",
        "import utils\ng = utils.g",
        "from more import g",
        "from . import utils\ng = utils.g",
    ],
)
def test_what_an_answer_imports_of_its_neighbours_is_part_of_it(line):
    companions = {
        "week3/utils.py": "import torch\n\ndef g(X):\n    return torch._refs.nn.functional.dropout(X)\n",
        "more.py": "from utils import g\n",
        "torch.py": "",
        "unused.py": "import torch\n\ndef g(X):\n    return torch.hub.load(X)\n",
    }
    source = f"{line}\n\ndef f(X):\n    return g(X)\n"
    assert [(s.name, s.line, s.file) for s in strangers(source, ["f"], companions)] == [
        ("torch._refs", 4, "week3/utils.py")
    ]


def test_what_gives_an_entry_point_its_value_later_is_part_of_the_answer():
    source = "import torch\ndef f(X):\n    return X\n\nfor f in [torch.ops.aten.conv2d]:\n    pass\n"
    assert [s.name for s in strangers(source, ["f"])] == ["torch.ops"]
