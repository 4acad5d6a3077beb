"""The examples of docs/authoring.md are right: each passes its solution and fails what is wrong."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys

import pytest

from support import KIT

CHAPTER = "ch01_examples"
EXAMPLES = re.compile(r"^### (.+?)\n.*?^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)

# By title: a right solution; an edit that makes it wrong, and the checks that are then failed.
SOLUTIONS = {
    "A function": (
        "def leaky_relu(x, alpha):\n    return torch.where(x > 0, x, alpha * x)",
        ("torch.where(x > 0, x, alpha * x)", "torch.maximum(x, alpha * x)"),
        {"bends_at_0"},
    ),
    "Several functions": (
        "def to_polar(x, y):\n    return torch.sqrt(x * x + y * y), torch.atan2(y, x)\n\n\n"
        "def to_cartesian(radius, angle):\n    return radius * torch.cos(angle), radius * torch.sin(angle)",
        ("torch.atan2(y, x)", "torch.atan2(y, x).detach()"),
        {"to_polar_gradients"},
    ),
    "A random function": (
        "def random_mask(n, p, generator):\n    return torch.rand(n, generator=generator) < p",
        ("generator=generator", ""),
        {"draws_from_the_generator"},
    ),
    "A module": (
        "class Dense(nn.Module):\n    def __init__(self, inputs, outputs):\n        super().__init__()\n"
        "        self.W = nn.Parameter(torch.randn(inputs, outputs))\n        self.b = nn.Parameter(torch.zeros(outputs))\n\n"
        "    def forward(self, X):\n        return torch.relu(X @ self.W + self.b)",
        ("X @ self.W", "X.detach() @ self.W"),
        {"lets_gradients_through"},
    ),
    "A cell": (
        "def rnn_cell(X, H, params):\n    return torch.tanh(X @ params['W_xh'] + H @ params['W_hh'] + params['b_h'])",
        ("H @ params['W_hh']", "H @ params['W_hh'].T"),
        {"computes_the_new_state"},
    ),
    "A callback": (
        "def power_iteration(multiply, x, steps):\n    for _ in range(steps):\n        x = multiply(x)\n"
        "        x = x / x.norm()\n    return x",
        ("multiply(x)", "multiply(x[None])[0]"),
        {"multiplies_and_normalizes"},
    ),
    "Training": (
        "def build_mlp():\n    return nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, 2))",
        ("nn.Linear(16, 2)", "nn.Linear(16, 2), nn.Softmax(1)"),
        {"computes_the_logits"},
    ),
    "A statement about an object": (
        "def make_optimizer(net, lr, decay):\n"
        "    groups = [{'params': [net.weight], 'weight_decay': decay}, {'params': [net.bias]}]\n"
        "    return torch.optim.SGD(groups, lr=lr)",
        ("groups, lr=lr", "net.parameters(), lr=lr, weight_decay=decay"),
        {"decays_the_weight_alone"},
    ),
}


def kata(root, *arguments):
    command = [sys.executable, "-c", "from autograder.cli import run; run()", *arguments]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, env={"PATH": "/usr/bin:/bin"})
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """The failed checks of the right and of the wrong solution of each example, by the title of the example."""
    root = tmp_path_factory.mktemp("examples")
    shutil.copytree(
        KIT / "autograder", root / "autograder", ignore=shutil.ignore_patterns("__pycache__", "ch0*", "ch1*")
    )
    examples = dict(EXAMPLES.findall((KIT / "docs/authoring.md").read_text()))
    assert examples.keys() == SOLUTIONS.keys()
    names = {title: title.lower().replace(" ", "_") for title in examples}
    lines = [f'{name} = {{ title = "{title}", difficulty = 1, minutes = 1 }}\n' for title, name in names.items()]
    (root / "autograder/catalog.toml").write_text(f'[{CHAPTER}]\ntitle = "Examples"\n{"".join(lines)}')
    for folder in ("autograder/checks", "autograder/misconceptions", "solutions", "exercises"):
        (root / folder / CHAPTER).mkdir(parents=True)
    (root / "autograder/checks" / CHAPTER / "__init__.py").touch()
    (root / "datasets").mkdir()
    for title, (solution, (old, new), _failed) in SOLUTIONS.items():
        file = f"{CHAPTER}/{names[title]}.py"
        assert solution.count(old) == 1
        right = f"import torch\nfrom torch import nn\n\n### BEGIN SOLUTION\n{solution}\n### END SOLUTION\n"
        (root / "autograder/checks" / file).write_text(examples[title])
        (root / "solutions" / file).write_text(right)
        (root / "exercises" / file).write_text(right)
        for who, text in (("right", right), ("wrong", right.replace(old, new))):
            path = root / "class" / who / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    kata(root, "calibrate", "training", "--seeds", "5")
    kata(root, "grade", "class", "--out", "out", "--seed", "secret")
    submissions = json.loads((root / "out/results.json").read_text())["submissions"]
    titles = {f"{CHAPTER}/{name}": title for title, name in names.items()}
    return {
        (one["student"], titles[exercise["id"]]): {
            check["name"] for check in exercise["checks"] if check["status"] not in ("passed", "skipped")
        }
        for one in submissions
        for exercise in one["exercises"]
    }


@pytest.mark.parametrize("title", SOLUTIONS)
def test_an_example_passes_its_solution_and_fails_what_is_wrong(graded, title):
    assert graded["right", title] == set()
    assert graded["wrong", title] == SOLUTIONS[title][2]
