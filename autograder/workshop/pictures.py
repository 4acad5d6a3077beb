"""What the scripts share that draw a page's pictures: colours, a chapter's reference solutions, small PNG files.

    PICTURES = {"polynomials.png": curves}      # functions that draw a figure on paper()

    if __name__ == "__main__":
        draw(PICTURES, Path(__file__).parent)

A chapter's script is ``pictures/draw.py`` in its folder.
"""

from __future__ import annotations

import importlib.util
import io
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

SOLUTIONS = Path(__file__).resolve().parents[2] / "solutions"
# Opaque paper with a thin frame, so that a picture reads the same on a white and on a dark page.
PAPER, FRAME, INK, SOFT = "#fbfaf6", "#c9ced4", "#22303c", "#66727d"
BLUE, ORANGE, GREY = "#1f62ad", "#c4620c", "#a9b3bc"
DPI = 100
COLOURS = 128  # in a file: a palette keeps it small


def solution(chapter: str, name: str) -> ModuleType:
    """The reference solution of an exercise."""
    spec = importlib.util.spec_from_file_location(f"reference_{name}", SOLUTIONS / chapter / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def paper(height: int, width: int = 800) -> Figure:
    """An empty figure of so many pixels."""
    return Figure(figsize=(width / DPI, height / DPI), dpi=DPI, facecolor=PAPER, edgecolor=FRAME, linewidth=3)


def plot(figure: Figure, left: float, bottom: float, width: float, height: float) -> Axes:
    """Axes for a curve, at this part of the figure."""
    axes = figure.add_axes((left, bottom, width, height), facecolor=PAPER)
    axes.tick_params(colors=SOFT, labelsize=10)
    for spine in axes.spines.values():
        spine.set_color(FRAME)
    return axes


def draw(pictures: Mapping[str, Callable[[], Figure]], here: Path) -> None:
    """Draws every picture into the folder that the command line names, else into ``here``."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else here
    folder.mkdir(parents=True, exist_ok=True)
    for name, drawn in pictures.items():
        _save(drawn(), folder / name)


def _save(figure: Figure, path: Path) -> None:
    buffer = io.BytesIO()
    FigureCanvasAgg(figure).print_figure(buffer, format="png", dpi=DPI)
    image = Image.fromarray(np.asarray(Image.open(buffer).convert("RGB")))
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
