"""An honest answer in an untidy file: what counts are its definitions, and what they need."""

from __future__ import annotations

import json

import pytest

from autograder import catalog
from autograder.intake.archives import Caps
from autograder.intake.cells import Workbook
from autograder.intake.notebooks import read_notebook
from autograder.judging import expectations, trial
from autograder.judging.assess import assess
from autograder.results import Status
from support import CORR2D, RIGHT

# What stands at the top of a file, and what is said of it, in order.
UNTIDY = {
    "from google.colab import drive\ndrive.mount('/content/drive')": [
        "google.colab is not installed here",
        "drive.mount, which is",
    ],
    "import d2l": ["line 1 was left out: d2l is not installed here"],
    "from d2l import torch as d2l\nd2l.plot([1], [2])": ["d2l is not installed", "it uses d2l.torch.plot"],
    "import math, einops, numpy as np\nassert math.pi > np.float32(3)": ["einops is not installed here"],
    "from einops import *": ["einops is not installed here"],
    "import no_such.part.deep\nimport torch.no_such": [
        "no_such.part.deep is not installed",
        "torch.no_such is not installed",
    ],
    "from torch import no_such_thing, nn\nnn.ReLU()": ["torch does not define no_such_thing"],
    "from torch.utils.tensorboard import SummaryWriter\nSummaryWriter('runs').add_scalar('loss', 1.0, 1)": [],
    "import torch\nx = torch.ones(3).to('cuda')\nx.cpu()": ["there is no GPU here", "it uses x, which was left out"],
    "import torch\ntorch.cuda.get_device_name(0)": ["there is no GPU here"],
    "import urllib.request\nurllib.request.urlretrieve('http://example.org/a', 'a')": ["it needs the network"],
    "import pandas as pd\ndata = pd.read_csv('train.csv')\ndata.head()": [
        "it reads a file that is not",
        "uses data, which",
    ],
    "import torch\ntorch.save({}, 'model.pt')\ntorch.load('model.pt')": ["it writes a file", "it reads a file"],
    "import numpy as np\nnp.save('x.npy', np.zeros(3))": ["it writes a file"],
    "log = open('run.log', 'w')\nprint('x', file=log)": ["it writes a file", "it uses log, which was left out"],
    "with open('run.log', 'a') as log:\n    log.write('x')": ["line 1 was left out: it writes a file"],
    "import os\nos.makedirs('runs')\nprint(os.listdir('../input'))": ["it writes a file", "it reads a file"],
    "import logging\nlogging.basicConfig(filename='run.log')": ["it writes a file"],
    "import warnings\nwarnings.filterwarnings('error')\nwarnings.warn('x')": ["it raised UserWarning: x"],
    "import torch\nfrom torch.utils.data import DataLoader, TensorDataset\n"
    "for batch in DataLoader(TensorDataset(torch.ones(8, 2)), num_workers=2):\n    print(batch)": [
        "starts another process"
    ],
    "import subprocess\nsubprocess.run(['pip', 'install', 'einops'])": ["it starts another process"],
    "import argparse\nparser = argparse.ArgumentParser()\nparser.add_argument('--lr', type=float, default=0.1)\n"
    "args = parser.parse_args()\nassert args.lr == 0.1": [],
    "import sys\nassert sys.argv == ['corr2d.py'] and __name__ != '__main__' and __file__ == 'corr2d.py'": [],
    "n = int(input('n? '))": ["it asks for input"],
    "import sys\nassert sys.stdin.read() == ''": [],
    "assert 1 + 1 == 3, 'my own example'": ["its assertion does not hold"],
    "print('\\ud800 \\x00 \N{SNOWMAN}')\nimport sys\nsys.stdout.close()\nprint('after')\nsys.stdout = None\nprint('more')": [],
    "import io, sys\nsys.stdout = io.TextIOWrapper(sys.stdout.buffer, 'utf-8')\nprint('x')\ndel sys.stdout": [],
    "import matplotlib\nmatplotlib.use('TkAgg')\nimport matplotlib.pyplot as plt\nfig, ax = plt.subplots()\n"
    "(line,) = ax.plot([1], [2])\nplt.savefig('x.png')\nplt.show()": [],
    "import seaborn as sns\nfrom mpl_toolkits.mplot3d import Axes3D\nfrom IPython.display import display, Image\n"
    "sns.set_theme()\ndisplay(Image('x.png'))": [],
    "from tqdm import tqdm, trange\nfrom tqdm.notebook import tqdm as bar\n"
    "assert [*tqdm([1, 2])] == [1, 2] and [*trange(2)] == [0, 1] and len(bar('ab')) == 2\n"
    "with tqdm(total=2) as t:\n    t.update(1)\n    t.set_postfix(loss=1.0)": [],
    "# In[1]:\nget_ipython().run_line_magic('matplotlib', 'inline')\nget_ipython().system('pip install d2l')": [],
    "%matplotlib inline\n!pip install d2l\nx = 1": ["line 1 was left out: it is a command of Jupyter's", "line 2"],
    "from sklearn.model_selection import train_test_split": ["sklearn is not available here"],
    "import torchvision\nfrom torchvision import transforms": ["torchvision is switched off in this exercise"] * 2,
    "import scipy.signal\nfrom scipy import ndimage": ["scipy.signal is switched off", "scipy.ndimage is switched off"],
    "import torch\nY = torch.conv2d(torch.ones(1, 1, 3, 3), torch.ones(1, 1, 2, 2))": [
        "it uses conv2d, which is switched"
    ],
    "try:\n    import torchvision\nexcept BaseException:\n    torchvision = None": [],
    "from jaxtyping import Float\ndef helper(x: Float[int, 'a b']) -> Float[int, 'a']:\n    return x": [
        "jaxtyping is not"
    ],
    "import numba\n@numba.njit(cache=True)\ndef helper(x):\n    return x\nassert helper(1) == 1": [
        "numba is not installed",
        "the decorator in line 2 was left out: it uses numba.njit, which is not installed here",
    ],
    "import pytorch_lightning as pl\nclass Net(pl.LightningModule):\n    pass\nnet = Net()": [
        "pytorch_lightning is not installed",
        "it uses pytorch_lightning.LightningModule",
        "it uses Net, which was left out",
    ],
    "1 / 0\nx = x + 1\nraise KeyboardInterrupt": ["ZeroDivisionError", "NameError", "KeyboardInterrupt"],
    "import os\nos._exit(3)": ["it ends the whole process"],
    "import ctypes\nctypes.string_at(0)": ["it ends the whole process"],
    "import torch\nhoard = torch.ones(1 << 40)": ["it needs more memory than there is here"],
    "import torch\ntorch.set_default_device('cuda')\ntorch.set_default_tensor_type('torch.cuda.FloatTensor')": [],
    "breakpoint()\nimport pdb\npdb.set_trace()": ["line 1 was left out: it asks for input", "it asks for input"],
    "import unittest, doctest\nclass Tests(unittest.TestCase):\n    def test_it(self):\n        assert False\n"
    "doctest.testmod()\nunittest.main()": ["it ends the program"],
    "import os\nos.chdir('F:\\\\work')\nfor folder, _, files in os.walk('/kaggle/input'):\n    print(files)": [
        "it reads a file that is not here"
    ],
    "return 3": ["it is not Python: 'return' outside function"],
    "import torch\ntorch.compile(torch.nn.Linear(2, 2))\ndel torch": [],
}


@pytest.mark.parametrize("top", UNTIDY)
def test_what_stands_around_a_right_answer_costs_nothing(grade_source, top):
    result = grade_source(CORR2D, f"{top}\n\n{RIGHT}")
    assert result.status is Status.PASSED, [c.message for c in result.checks]
    assert len(result.left_out) == len(UNTIDY[top]), result.left_out
    for said, part in zip(result.left_out, UNTIDY[top], strict=True):
        assert part in said


@pytest.mark.parametrize("end", ["import sys\nsys.exit()", "exit()", "quit(1)", "raise SystemExit('done')"])
def test_an_end_of_the_program_costs_nothing(grade_source, end):
    result = grade_source(CORR2D, f"{RIGHT}\nif True:\n    pass\n{end}\n")
    assert result.status is Status.PASSED
    assert [said.partition(": ")[2] for said in result.left_out] == ["it ends the program"]


LONG = {
    "training": "import torch\nnet = torch.nn.Linear(3, 3)\nfor step in range(10**9):\n    net(torch.ones(3))",
    "sleep": "import time\ntime.sleep(60)",
    "once": "try:\n    while True:\n        pass\nfinally:\n    while True:\n        pass",
    "three": "while True: pass\nwhile True: pass\nwhile True: pass\nwhile True: pass",
}


@pytest.mark.parametrize("name", LONG)
def test_what_takes_long_is_left_out_and_the_rest_counts(grade_source, name):
    source = f"{LONG[name]}\nN = 1\n{RIGHT.replace('return', 'return N *')}"
    result = grade_source(CORR2D, source)
    assert result.status is Status.PASSED, [c.message for c in result.checks]
    assert all("it takes longer than a second" in said for said in result.left_out)
    assert len(result.left_out) == (4 if name == "three" else 1)


@pytest.mark.parametrize(
    "top",
    [
        "while True:\n    try:\n        while True:\n            pass\n    except BaseException:\n        pass",
        "import torch; torch.ones(1 << 13, 1 << 13).inverse(), torch.ones(1 << 13, 1 << 13).inverse()",
    ],
)
def test_what_cannot_be_interrupted_is_found_out_and_left_out(grade_source, monkeypatch, top):
    monkeypatch.setattr(trial, "LOAD_SECONDS", 4.0)
    monkeypatch.setattr(trial, "STATEMENT_SECONDS", 2.0)
    result = grade_source(CORR2D, f"N = 1\n{top}\n{RIGHT.replace('return', 'return N *')}")
    assert result.status is Status.PASSED, [c.message for c in result.checks]
    assert result.left_out == ["line 2 was left out: it takes very long, and cannot be interrupted"]


def test_however_much_ends_the_process_the_answer_counts(grade_source):
    result = grade_source(
        CORR2D, "import os\n" + "os._exit(1)\n" * 5 + "N = 1\n" + RIGHT.replace("return", "return N *")
    )
    assert result.status is Status.PASSED, [c.message for c in result.checks]
    assert [said.partition(": ")[2] for said in result.left_out] == [
        *["it ends the whole process"] * 3,
        *["the statements above it took too long"] * 2,
    ]


USED = {
    "import d2l\ndef corr2d(X, K):\n    return d2l.corr2d(X, K)": (
        Status.ERROR,
        "uses d2l.corr2d, and d2l is not installed here (line 3 of your file)",
    ),
    "import einops\ndef corr2d(X, K):\n    return einops(X)": (
        Status.ERROR,
        "uses einops, which is not installed here",
    ),
    "def corr2d(X, K):\n    import einops\n    return einops(X)": (
        Status.ERROR,
        "uses einops, which is not installed here",
    ),
    "from helpers import *\ndef corr2d(X, K):\n    return slide(X, K)": (
        Status.ERROR,
        "uses slide, which is defined nowhere; line 1 was left out: helpers is not installed here",
    ),
    "import numpy as np\ndata = np.loadtxt('data.txt')\ndef corr2d(X, K):\n    return X * data": (
        Status.ERROR,
        "uses data, which line 2 was to make; it was left out: it reads a file that is not here (line 4 of your file)",
    ),
    "import torch\ndevice = input()\ndef corr2d(X, K, where=device):\n    return torch.zeros(3, device=where)": (
        Status.ERROR,
        "uses device, which line 2 was to make; it was left out: it asks for input",
    ),
    "import d2l\nclass corr2d(d2l.Module):\n    pass": (
        Status.ERROR,
        "line 2 defines corr2d, and was left out: it uses d2l.Module, which is not installed here",
    ),
    "from sklearn.model_selection import train_test_split as split\ndef corr2d(X, K):\n    return split(X)": (
        Status.ERROR,
        "uses sklearn.model_selection.train_test_split, and sklearn is not available here",
    ),
    "def corr2d(X, K):\n    from sklearn.utils import shuffle\n    return shuffle(X)": (
        Status.ERROR,
        "uses sklearn, which is not available here",
    ),
    "import torchvision\ndef corr2d(X, K):\n    return torchvision.ops.deform_conv2d(X, K)": (
        Status.FORBIDDEN,
        "torchvision.ops.deform_conv2d does what this exercise asks you to write (line 3 of your file)",
    ),
    "import scipy.signal\ndef corr2d(X, K):\n    return scipy.signal.convolve2d(X, K)": (
        Status.FORBIDDEN,
        "scipy.signal.convolve2d does what this exercise asks you to write",
    ),
    "from scipy.signal import convolve2d as slide\ndef corr2d(X, K):\n    return slide(X, K)": (
        Status.FORBIDDEN,
        "scipy.signal.convolve2d does what this exercise asks you to write",
    ),
    "from scipy import ndimage\ndef corr2d(X, K):\n    return ndimage.correlate(X, K)": (
        Status.FORBIDDEN,
        "scipy.ndimage.correlate does what this exercise asks you to write",
    ),
    "import torch\nY = torch.conv2d(torch.ones(1, 1, 3, 3), torch.ones(1, 1, 2, 2))\ndef corr2d(X, K):\n    return Y + X": (
        Status.FORBIDDEN,
        "conv2d does what this exercise asks you to write",
    ),
    "try:\n    import torchvision\nexcept BaseException:\n    pass\ndef corr2d(X, K):\n    return torchvision.ops.x(X)": (
        Status.ERROR,
        "name 'torchvision' is not defined",
    ),
    "raise ValueError('at the top')\ndef corr2d(X, K):\n    raise ValueError('in the call')": (
        Status.ERROR,
        "raised ValueError: in the call",
    ),
    "def corr2d(X, K):\n    return X.cuda()": (
        Status.ERROR,
        "asks for a GPU, and there is none here (line 2 of your file)",
    ),
    "import torch\ndef corr2d(X, K):\n    return torch.zeros(3, device='cuda')": (
        Status.ERROR,
        "the inputs, as in X.device",
    ),
    "def corr2d(X, K):\n    breakpoint()": (Status.ERROR, "started the debugger"),
    "def corr2d(X, K):\n    return input()": (Status.ERROR, "asks for input, and there is nobody to answer (line 2"),
    "def corr2d(X, K):\n    break": (
        Status.ERROR,
        "line 1 defines corr2d, and was left out: it is not Python: 'break'",
    ),
}


@pytest.mark.parametrize("source", USED)
def test_what_was_left_out_is_named_where_it_is_used(grade_source, source):
    status, message = USED[source]
    result = grade_source(CORR2D, source)
    assert result.score == 0
    assert result.checks[0].status is status
    assert message in result.checks[0].message


NEARLY = {
    "def Corr2d(X, K):\n    return X": "your file defines Corr2d; the exercise asks for corr2d",
    "def corr_2d(X, K):\n    return X": "your file defines corr_2d; the exercise asks for corr2d",
    "def cor2d(X, K):\n    return X": "your file defines cor2d; the exercise asks for corr2d",
    "class Answer:\n    def corr2d(self, X, K):\n        return X": "corr2d is a method of the class Answer",
    "def main():\n    def corr2d(X, K):\n        return X": "corr2d is defined inside of main",
    "if __name__ == '__main__':\n    def corr2d(X, K):\n        return X": "under a condition that does not hold here",
    "def conv2d(X, K):\n    return X": "your file does not define corr2d",
    "async def corr2d(X, K):\n    return X": "corr2d is declared with async def",
    "def corr2d(X, K):\n    yield X": "got an object of type generator. Is there a yield in it?",
    "def corr2d(X, K):\n    return X.tolist()": "Return a tensor, for example torch.stack(...)",
    "def corr2d(X, K):\n    return (X,)": "Return a tensor, for example torch.stack(...)",
    "def corr2d(X, K):\n    return X.numpy()": "Return a tensor, for example torch.from_numpy(...)",
}


@pytest.mark.parametrize("source", NEARLY)
def test_what_comes_near_is_recognised(grade_source, source):
    assert NEARLY[source] in grade_source(CORR2D, source).checks[0].message


def test_a_part_of_a_result_in_place_of_a_tensor_is_recognised(grade_source, reference):
    id = "ch13_attention/scaled_dot_product_attention"
    source = reference(id) + "\nreal = scaled_dot_product_attention\n"
    source += "def scaled_dot_product_attention(*a, **k):\n    out, weights = real(*a, **k)\n    return out.tolist(), weights\n"
    messages = [check.message for check in grade_source(id, source).checks]
    assert any("Return a tensor, for example torch.stack(...)" in message for message in messages), messages


def test_in_a_notebook_the_cell_is_named(grade_source):
    cells = ["import d2l\nlog = open('run.log', 'w')\n", RIGHT.replace("    return", "    log and None\n    return")]
    raw = [{"cell_type": "code", "source": text, "metadata": {}, "outputs": []} for text in cells]
    content = json.dumps({"cells": raw, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()
    text = Workbook(read_notebook(content, Caps())).answer({CORR2D}, ("corr2d",)).text
    result = grade_source(CORR2D, text)
    assert result.left_out == ["line 2 of code cell 1 was left out: it writes a file"]
    said = (
        "uses log, which line 2 of code cell 1 was to make; it was left out: it writes a file (line 2 of code cell 2)"
    )
    assert said in result.checks[0].message


HELPER = RIGHT.replace("corr2d", "slide")
PLACES = {
    "from slide import slide as corr2d": "ch07_convolution/slide.py",
    "from .slide import slide as corr2d": "ch07_convolution/slide.py",
    "from . import slide\ncorr2d = slide.slide": "ch07_convolution/slide.py",
    "from exercises.ch07_convolution.slide import slide as corr2d": "ch07_convolution/slide.py",
    "from ch07_convolution.slide import slide\ndef corr2d(X, K):\n    return slide(X, K)": "slide.py",
    "import utils\ndef corr2d(X, K):\n    return utils.slide(X, K)": "utils.py",
    "def corr2d(X, K):\n    from ..utils import slide\n    return slide(X, K)": "utils.py",
    "import lib.deep.slide\ncorr2d = lib.deep.slide.slide": "lib/deep/slide.py",
}


@pytest.fixture
def grade_with(runner):
    """grade_with(source, files) -> the result of an answer that was handed in with other files."""

    def grade(source, files):
        expected, name = expectations.get(runner, CORR2D, "public"), f"{CORR2D}.py"
        return assess(runner, catalog.load_exercise(CORR2D), expected, source, "corr2d.py", True, files, name)

    return grade


@pytest.mark.parametrize("source", PLACES)
def test_other_files_of_a_hand_in_can_be_imported(grade_with, source):
    result = grade_with(source, {PLACES[source]: HELPER})
    assert result.status is Status.PASSED, (result.checks[0].message, result.left_out)
    assert not result.left_out


def test_a_file_is_one_module_whatever_it_is_called_and_may_import_the_answer(grade_with):
    source = "import slide, exercises.ch07_convolution.slide as other\nfrom . import slide as third\n"
    source += "N = 1\ndef corr2d(X, K):\n    assert slide is other is third\n    return slide.slide(X, K)\n"
    helper = "import einops, corr2d as answer\n" + HELPER.replace("return", "return answer.N *")
    result = grade_with(source, {"ch07_convolution/slide.py": helper})
    assert result.status is Status.PASSED, result.checks[0].message
    assert result.left_out == ["ch07_convolution/slide.py, line 1, was left out: einops is not installed here"]


FROM_HELPER = "from helper import slide as corr2d"


@pytest.mark.parametrize(
    ("text", "note", "message"),
    [
        ("import sys\nsys.exit()\n" + HELPER, "helper.py, line 2, was left out: it ends the program", ""),
        (
            "def slide(X, K)\n    pass\n",
            "line 1 was left out: helper.py, line 1, is not Python: expected ':'",
            "helper.slide",
        ),
        ("\ndef slide(X, K):\n    return X.nonsense\n", "", "has no attribute 'nonsense' (line 3 of helper.py)"),
        ("def slide(X, K):\n    raise NotImplementedError\n", "", "raised NotImplementedError (line 2 of helper.py)"),
        ("other = 1\n", "line 1 was left out: helper does not define slide", "uses helper.slide; line 1 was left out"),
        (
            "Z = open('z.txt')\ndef slide(X, K):\n    return X + Z\n",
            "helper.py, line 1, was left out: it reads a file that is not here",
            "uses Z, which helper.py, line 1, was to make; it was left out",
        ),
    ],
)
def test_what_fails_in_another_file_is_told_as_that(grade_with, text, note, message):
    result = grade_with(FROM_HELPER, {"helper.py": text})
    assert result.left_out == ([note] if note else [])
    assert message in result.checks[0].message
    assert (result.status is Status.PASSED) is not message


def test_files_of_the_kit_and_modules_of_python_are_not_replaced(grade_with):
    files = {f"{folder}/ch07_convolution/corr2d.py": HELPER for folder in ("solutions", "tests", "autograder")}
    source = "from solutions.ch07_convolution.corr2d import slide as corr2d"
    assert "is not available here" in grade_with(source, files).checks[0].message
    wrong = dict.fromkeys(("torch.py", "json.py", "statistics.py", "autograder.py"), "1 / 0")
    result = grade_with(f"import torch, json, statistics\n{RIGHT}", wrong)
    assert result.status is Status.PASSED
    assert not result.left_out


CLUTTER = '''# -*- coding: utf-8 -*-
"""homework.ipynb

Automatically generated by Colab.
"""
# %matplotlib inline
from google.colab import drive
import os, sys, argparse, logging, warnings
import d2l, einops
import numpy as np
import pandas as pd
import matplotlib.pyplot as plt
import seaborn as sns
from tqdm.notebook import tqdm
from IPython.display import clear_output, display
from torch.utils.tensorboard import SummaryWriter
import torchvision
from torchvision import datasets, transforms
from sklearn.model_selection import train_test_split

warnings.filterwarnings("ignore")
get_ipython().run_line_magic("matplotlib", "inline")
drive.mount("/content/drive")
plt.style.use("ggplot")
data = pd.read_csv("/kaggle/input/train.csv")
writer = SummaryWriter("runs")
open("run.log", "w").write("begun")
for step in tqdm(range(2)):
    writer.add_scalar("loss", 1.0, step)
fig, axes = plt.subplots(1, 2)
plt.savefig("figure.png")
'''


@pytest.mark.parametrize("id", catalog.entries())
def test_ten_usual_lines_on_top_of_a_reference_cost_nothing(runner, reference, id):
    source = reference(id)
    future = "from __future__ import annotations\n"
    source = CLUTTER + source.replace(future, "")
    source = future + source if future in reference(id) else source
    expected = expectations.make(runner, id, "public", training=False)
    result = assess(runner, catalog.load_exercise(id), expected, source, f"{id.split('/')[1]}.py", training=False)
    assert {check.status for check in result.checks} <= {Status.PASSED, Status.SKIPPED}, [
        (c.name, c.message) for c in result.checks
    ]
    assert any("it reads a file that is not here" in said for said in result.left_out)
