"""The pages' pictures can be drawn again by their scripts, and every page shows its own."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pages import PAGES
from support import KIT

MAX_BYTES = 150_000
SCRIPTS = sorted(KIT.glob("exercises/*/pictures/draw.py"))


def pixels(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        assert image.format == "PNG"
        assert "transparency" not in image.info, "to be read on a dark page too"
        return np.asarray(image.convert("RGB"), dtype=float)


def chapter(script: Path) -> str:
    return script.parts[-3]


def test_chapters_have_scripts():
    assert {"ch01_softmax_regression", "ch03_model_selection", "ch07_convolution"} <= {*map(chapter, SCRIPTS)}


@pytest.mark.parametrize("script", SCRIPTS, ids=chapter)
def test_a_script_draws_the_pictures_that_are_committed(script, tmp_path):
    command = [sys.executable, str(script), str(tmp_path / "new")]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    committed = sorted(script.parent.glob("*.png"))
    assert committed
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == [path.name for path in committed]
    for path in committed:
        assert path.stat().st_size < MAX_BYTES, path.name
        old, new = pixels(path), pixels(tmp_path / "new" / path.name)
        assert old.shape == new.shape, path.name
        seen = (abs(old - new).max(axis=-1) > 32).mean()  # other versions of the libraries round other pixels
        assert seen < 0.02, f"{path.name}: {seen:.1%} of the pixels differ, draw it again"


@pytest.mark.parametrize("name", PAGES)
def test_a_page_shows_every_picture_of_its_chapter(name):
    folder, page = KIT / "exercises" / name, PAGES[name]
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", page) if "://" not in link]
    assert {folder / link for link in links} >= {*folder.glob("pictures/*.png")}
    for link in links:
        assert (folder / link).is_file(), link
    assert all(alt.strip() for alt in re.findall(r"!\[(.*?)\]\(", page)), "a picture without a text"
    if (folder / "pictures" / "draw.py").exists():
        assert "pictures/draw.py" in page, "it does not say how its pictures are drawn"
