"""The page on model selection: the polynomial experiment gives what the page says, and its picture can be drawn again."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from support import KIT

CHAPTER = KIT / "exercises" / "ch03_model_selection"
SCRIPT = CHAPTER / "pictures" / "draw.py"
PICTURE = CHAPTER / "pictures" / "polynomials.png"
PAGE = (CHAPTER / "README.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^(\d+) +(\d+) +(\d+) +([\d.]+) +([\d.]+)$", PAGE, re.MULTILINE)


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("of_the_page_on_model_selection", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def near(number: str):
    """What rounds to the number as it is printed."""
    return pytest.approx(float(number), abs=0.6 * 10.0 ** -len(number.partition(".")[2]))


def test_the_table_has_the_three_experiments(script):
    assert [tuple(map(int, row[:3])) for row in ROWS] == [found[1:] for found in script.EXPERIMENTS]


@pytest.mark.parametrize(("degree", "n", "epochs", "training", "test"), ROWS)
def test_losses_in_the_table(script, degree, n, epochs, training, test):
    found = script.experiment(int(degree), int(n), int(epochs))
    assert found.training_loss == near(training)
    assert found.test_loss == near(test)


def test_losses_in_the_text(script):
    many = script.experiment(19, 100, 1500)
    assert (many.training_loss, many.test_loss) == (near("0.011"), near("0.011"))
    other = script.experiment(19, 20, 1500, draw=7)
    assert f"seed 7 in place of {script.DRAW}" in PAGE
    assert other.training_loss == near("0.046")
    assert other.test_loss == pytest.approx(0.046, abs=1e-3)


def pixels(path) -> np.ndarray:
    with Image.open(path) as image:
        assert image.format == "PNG"
        assert "transparency" not in image.info, "to be read on a dark page too"
        return np.asarray(image.convert("RGB"), dtype=float)


def test_the_script_draws_the_picture_that_is_committed(tmp_path):
    done = subprocess.run([sys.executable, str(SCRIPT), str(tmp_path)], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    old, new = pixels(PICTURE), pixels(tmp_path / PICTURE.name)
    assert old.shape == new.shape
    seen = (abs(old - new).max(axis=-1) > 32).mean()  # other versions of the libraries round other pixels
    assert seen < 0.02, f"{seen:.1%} of the pixels differ, draw it again"


def test_the_page_shows_the_picture():
    assert re.findall(r"!\[.+?\]\(pictures/polynomials\.png\)", PAGE)
    assert "pictures/draw.py" in PAGE
