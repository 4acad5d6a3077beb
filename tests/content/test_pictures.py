"""The page on convolution: its pictures can be drawn again, its links lead somewhere, its examples are right."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

import pages
from support import KIT

CHAPTER = KIT / "exercises" / "ch07_convolution"
PICTURES = CHAPTER / "pictures"
PAGE, BLOCKS = pages.PAGES[CHAPTER.name], pages.BLOCKS[CHAPTER.name]
MAX_BYTES = 150_000


def pixels(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        assert image.format == "PNG"
        assert "transparency" not in image.info, "to be read on a dark page too"
        return np.asarray(image.convert("RGB"), dtype=float)


def load(path: Path):
    spec = importlib.util.spec_from_file_location(f"of_the_page_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def names():
    return pages.names(CHAPTER.name)


def test_the_script_draws_the_pictures_that_are_committed(tmp_path):
    command = [sys.executable, str(PICTURES / "draw.py"), str(tmp_path / "new")]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    committed = sorted(PICTURES.glob("*.png"))
    assert len(committed) == 4
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == [path.name for path in committed]
    for path in committed:
        assert path.stat().st_size < MAX_BYTES, path.name
        old, new = pixels(path), pixels(tmp_path / "new" / path.name)
        assert old.shape == new.shape, path.name
        seen = (abs(old - new).max(axis=-1) > 32).mean()  # other versions of the libraries round other pixels
        assert seen < 0.02, f"{path.name}: {seen:.1%} of the pixels differ, draw it again"


def test_the_page_shows_every_picture_and_links_to_nothing_else():
    links = re.findall(r"\]\(([^)#]+)\)", PAGE)
    assert {CHAPTER / link for link in links} >= set(PICTURES.glob("*.png"))
    for link in links:
        assert (CHAPTER / link).is_file(), link
    assert all(alt.strip() for alt in re.findall(r"!\[(.*?)\]\(", PAGE)), "a picture without a text"


def test_the_worked_example(names):
    torch.testing.assert_close(names["corr2d"](names["X"], names["K"]), names["Y"])
    torch.testing.assert_close(names["conv2d"](names["X"], names["K"]), names["C"])
    drawn = load(PICTURES / "draw.py")
    assert drawn.X.tolist() == names["X"].tolist()
    assert drawn.K.tolist() == names["K"].tolist()


@pytest.mark.parametrize("kernel", ["edge", "sharpen", "gaussian_blur"])
def test_the_kernels_on_the_page(names, kernel):
    (text,) = re.findall(r"^edge +sharpen +blur\n((?:.+\n){3})", BLOCKS, re.MULTILINE)
    rows = [[int(number) for number in re.findall(r"-?\d+", line)[:9]] for line in text.splitlines()]
    first = 3 * ["edge", "sharpen", "gaussian_blur"].index(kernel)
    printed = torch.tensor([row[first : first + 3] for row in rows], dtype=torch.float32)
    torch.testing.assert_close(printed / (16 if kernel == "gaussian_blur" else 1), names[f"{kernel}_kernel"]())


def test_the_kernel_that_is_learned(names):
    image = torch.ones(6, 8, dtype=torch.float64)
    image[:, 2:6] = 0
    wanted = names["corr2d"](image, torch.tensor([[1.0, -1.0]], dtype=torch.float64))
    rows = re.findall(r"^(\d+) +\[ *([-\d.]+), +([-\d.]+)\] +([\d.]+)$", BLOCKS, re.MULTILINE)
    assert len(rows) == 5
    for updates, first, second, loss in rows:
        K, _ = names["learn_kernel"](image, wanted, int(updates), 0.03)
        _, losses = names["learn_kernel"](image, wanted, int(updates) + 1, 0.03)
        assert K.flatten().tolist() == pytest.approx([float(first), float(second)], abs=6e-5)
        assert losses[-1].item() == pytest.approx(float(loss), abs=6e-5)
