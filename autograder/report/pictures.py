"""Two-dimensional results as pictures: the image wanted, the image that came, the map of where they differ."""

from __future__ import annotations

import base64
import io
import math
from collections.abc import Sequence

from rich.text import Text

Rows = Sequence[Sequence[float]]
GAP = "  "


def shades(rows: Rows, low: float, high: float) -> list[list[int]]:
    """Grey values, 0 to 255, of numbers between ``low`` and ``high``; what is no number becomes black."""
    span = (high - low) or 1.0
    return [[round(255 * min(max((v - low) / span, 0.0), 1.0)) if math.isfinite(v) else 0 for v in row] for row in rows]


def limits(rows: Rows) -> tuple[float, float]:
    """The smallest and the largest finite number."""
    finite = [v for row in rows for v in row if math.isfinite(v)]
    return (min(finite), max(finite)) if finite else (0.0, 1.0)


def difference(wanted: Rows, came: Rows) -> list[list[float]]:
    """The absolute difference, place by place; what is no number differs most of all."""
    off = [[abs(a - b) for a, b in zip(w, c, strict=True)] for w, c in zip(wanted, came, strict=True)]
    most = max((v for row in off for v in row if math.isfinite(v)), default=1.0) or 1.0
    return [[v if math.isfinite(v) else most for v in row] for row in off]


def panels(wanted: Rows, came: Rows) -> list[tuple[str, list[list[tuple[int, int, int]]]]]:
    """The three pictures as colours: both images in the greys of the wanted one, the difference in reds."""
    low, high = limits(wanted)
    off = difference(wanted, came)
    greys = [shades(rows, low, high) for rows in (wanted, came)]
    red = [[(255, 255 - v, 255 - v) for v in row] for row in shades(off, 0.0, limits(off)[1])]
    return [
        ("wanted", [[(v, v, v) for v in row] for row in greys[0]]),
        ("came", [[(v, v, v) for v in row] for row in greys[1]]),
        ("difference", red),
    ]


def blocks(pixels: list[list[tuple[int, int, int]]]) -> list[Text]:
    """A picture for the terminal, two rows of pixels in each line."""
    lines = []
    for top, bottom in zip(pixels[::2], [*pixels[1::2], None], strict=False):
        line = Text()
        for index, upper in enumerate(top):
            style = f"rgb({','.join(map(str, upper))})"
            if bottom is not None:
                style += f" on rgb({','.join(map(str, bottom[index]))})"
            line.append("▀", style)
        lines.append(line)
    return lines


def data_uri(pixels: list[list[tuple[int, int, int]]]) -> str:
    """A picture for a page, as a PNG inside of it."""
    from PIL import Image

    image = Image.new("RGB", (len(pixels[0]), len(pixels)))
    image.putdata([pixel for row in pixels for pixel in row])
    buffer = io.BytesIO()
    image.save(buffer, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()
