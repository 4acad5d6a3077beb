"""Draws the pictures of the chapter's page with the chapter's own functions, taken from the reference solutions.

    python exercises/ch07_convolution/pictures/draw.py [FOLDER]

FOLDER is where the PNG files go; without it, beside this script.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Rectangle
from sklearn.datasets import load_sample_image

from autograder.workshop.pictures import BLUE, DPI, FRAME, INK, ORANGE, PAPER, SOFT, draw, solution

CHAPTER = "ch07_convolution"

WIDTH = 800  # pixels of every picture
MARGIN = 24
TITLE, TEXT = 30, 26  # font sizes in pixels

CELL, LINE, PALE_BLUE = "#ffffff", "#9aa5af", "#cfe2f6"
PALE_ORANGE, PADDING, LEFT_OVER = "#fbdcb9", "#e7e8e6", "#b4b9be"

# The worked example of the page.
X = torch.tensor([[1.0, 2.0, 0.0, 3.0], [4.0, 1.0, 2.0, 0.0], [0.0, 3.0, 1.0, 1.0]])
K = torch.tensor([[1.0, 0.0], [2.0, -1.0]])

LAYERS = [("convolution 3", (3, 1)), ("convolution 3", (3, 1)), ("pooling 2", (2, 2)), ("convolution 3", (3, 1))]


def page(height: int) -> tuple[Figure, Axes]:
    """An empty picture whose coordinates are pixels, the origin at the top left."""
    figure = Figure(figsize=(WIDTH / DPI, height / DPI), dpi=DPI, facecolor=PAPER)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, WIDTH)
    axes.set_ylim(height, 0)
    axes.axis("off")
    axes.add_patch(Rectangle((1, 1), WIDTH - 2, height - 2, fill=False, edgecolor=FRAME, linewidth=1.5))
    return figure, axes


def write(
    axes: Axes,
    x: float,
    y: float,
    text: str,
    size: int = TEXT,
    colour: str = INK,
    at: str = "center",
    bold: bool = False,
) -> None:
    """Text with its middle line at y; size in pixels."""
    weight = "bold" if bold else "normal"
    axes.text(x, y, text, fontsize=size * 0.72, color=colour, ha=at, va="center_baseline", fontweight=weight)


def cells(
    axes: Axes,
    left: float,
    top: float,
    shape: tuple[int, int],
    side: float,
    fill: Callable[[int, int], str] = lambda i, j: CELL,
    text: Callable[[int, int], str] = lambda i, j: "",
) -> None:
    """A grid of square cells, coloured and labelled by row and column."""
    for i in range(shape[0]):
        for j in range(shape[1]):
            x, y = left + j * side, top + i * side
            axes.add_patch(Rectangle((x, y), side, side, facecolor=fill(i, j), edgecolor=LINE, linewidth=1))
            write(axes, x + side / 2, y + side / 2, text(i, j), size=int(side * 0.52))


def outline(axes: Axes, left: float, top: float, width: float, height: float, colour: str) -> None:
    axes.add_patch(Rectangle((left, top), width, height, fill=False, edgecolor=colour, linewidth=3.5, zorder=3))


def whole(number: float, negative: bool = False) -> str:
    """An integer as text, a negative one with a proper minus, and in parentheses if asked for."""
    text = f"{number:.0f}".replace("-", "\u2212")
    return f"({text})" if negative and number < 0 else text


def filters() -> Figure:
    """A photo and what each of the three kernels makes of it."""
    kernels = solution(CHAPTER, "kernels")
    rows, columns, zoom = 100, 124, 3
    photo = torch.tensor(load_sample_image("china.jpg")[26 : 26 + rows, 146 : 146 + columns] / 255).permute(2, 0, 1)
    panels = [
        ("original", photo),
        ("edge", kernels.apply(photo, kernels.edge_kernel())),
        ("sharpen", kernels.apply(photo, kernels.sharpen_kernel())),
        ("blur", kernels.apply(photo, kernels.gaussian_blur_kernel())),
    ]
    width, height, head = columns * zoom, rows * zoom, 52
    gap = WIDTH - 2 * (MARGIN - 12) - 2 * width
    figure, axes = page(2 * (head + height) + MARGIN)
    for index, (title, values) in enumerate(panels):
        left = MARGIN - 12 + index % 2 * (width + gap)
        top = head + index // 2 * (head + height)
        write(axes, left + 4, top - head / 2 + 2, title, TITLE, at="left", bold=True)
        large = values.clamp(0, 1).permute(1, 2, 0).numpy().repeat(zoom, 0).repeat(zoom, 1)
        axes.imshow(large, extent=(left, left + width, top + height, top), interpolation="nearest", aspect="auto")
    axes.set_xlim(0, WIDTH)
    axes.set_ylim(2 * (head + height) + MARGIN, 0)
    return figure


def window() -> Figure:
    """Three moments of a kernel that slides over the worked example."""
    Y = solution(CHAPTER, "corr2d").corr2d(X, K)
    (h, w), (rows, columns) = K.shape, Y.shape
    side, head = 64, 60
    block = X.shape[0] * side + 96
    figure, axes = page(head + 3 * block - 22)
    places = [MARGIN, 376, WIDTH - MARGIN - columns * side]  # left ends of X, K and Y
    for left, count, title in zip(places, (X.shape[1], w, columns), ("input", "kernel", "output"), strict=True):
        write(axes, left + count * side / 2, head / 2 + 4, title, TITLE, bold=True)
    for moment, (i, j) in enumerate([(0, 0), (0, 1), (1, 2)]):
        top = head + moment * block

        def in_window(a: int, b: int, i: int = i, j: int = j) -> str:
            return PALE_BLUE if i <= a < i + h and j <= b < j + w else CELL

        def so_far(a: int, b: int, i: int = i, j: int = j) -> str:
            return whole(Y[a, b].item()) if (a, b) <= (i, j) else ""

        def marked(a: int, b: int, i: int = i, j: int = j) -> str:
            return PALE_ORANGE if (a, b) == (i, j) else CELL

        cells(axes, places[0], top, tuple(X.shape), side, in_window, lambda a, b: whole(X[a, b].item()))
        outline(axes, places[0] + j * side, top + i * side, w * side, h * side, BLUE)
        middle = top + (X.shape[0] - h) * side / 2
        cells(axes, places[1], middle, (h, w), side, text=lambda a, b: whole(K[a, b].item()))
        cells(axes, places[2], middle, (rows, columns), side, marked, so_far)
        outline(axes, places[2] + j * side, middle + i * side, side, side, ORANGE)
        write(axes, (places[0] + X.shape[1] * side + places[1]) / 2, middle + h * side / 2, "\u22c6", 72, SOFT)
        write(axes, (places[1] + w * side + places[2]) / 2, middle + h * side / 2, "=", 36, SOFT)
        products = [
            f"{whole(X[i + a, j + b].item())} \u00b7 {whole(K[a, b].item(), negative=True)}"
            for a in range(h)
            for b in range(w)
        ]
        line = top + X.shape[0] * side + 34
        write(axes, MARGIN, line, f"{' + '.join(products)}  =  {whole(Y[i, j].item())}", 28, INK, at="left")
    return figure


def field() -> Figure:
    """How many input positions one element spans, layer by layer."""
    shapes = solution(CHAPTER, "output_shape")
    receptive_field, size = shapes.receptive_field, shapes.conv_output_shape
    side, row, n, top = 36, 96, 14, 80
    left = WIDTH - MARGIN - n * side
    figure, axes = page(top + 5 * row + 6)
    axes.add_patch(Rectangle((MARGIN, 24), 26, 26, facecolor=BLUE, edgecolor="none"))
    write(axes, MARGIN + 38, 37, "one element", TEXT, SOFT, at="left")
    axes.add_patch(Rectangle((left, 24), 26, 26, facecolor=PALE_BLUE, edgecolor="none"))
    write(axes, left + 38, 37, "the input positions it spans", TEXT, SOFT, at="left")
    chosen, step, count = 6.5, 1, n  # the middle of the chosen element, the distance of elements, how many there are
    for depth in range(len(LAYERS) + 1):
        span = receptive_field([layer for _, layer in LAYERS[:depth]])
        if depth:
            kernel, stride = LAYERS[depth - 1][1]
            reach = ((kernel - 1) * step + 1) / 2  # how far its inputs lie to either side
            count, step = size(count, kernel, 0, stride), step * stride
        first = (span - 1) / 2  # the middle of the first element, in input positions
        chosen = min((first + j * step for j in range(count)), key=lambda x: (abs(x - 6.5), x))
        y = top + (len(LAYERS) - depth) * row
        bar = left + (chosen - (span - 1) / 2) * side
        axes.add_patch(Rectangle((bar, y), span * side, side + 22, facecolor=PALE_BLUE, edgecolor="none"))
        if depth:
            for end in (-1, 1):
                x = left + (chosen + 0.5) * side
                ends = [x + end * side / 2, x + end * reach * side]
                axes.plot(ends, [y + 11 + side, y + row + 11], color=BLUE, linewidth=1.5)
        for j in range(count):
            middle = first + j * step
            dark = middle == chosen
            axes.add_patch(
                Rectangle(
                    (left + middle * side, y + 11),
                    side,
                    side,
                    facecolor=BLUE if dark else CELL,
                    edgecolor=LINE,
                    linewidth=1,
                )
            )
        name = LAYERS[depth - 1][0] if depth else "input"
        write(axes, MARGIN, y + 14, name, TEXT, at="left")
        write(axes, MARGIN, y + 46, f"spans {span}", TEXT, BLUE, at="left", bold=True)
    return figure


def sizes() -> Figure:
    """What padding and stride do to the size of the output."""
    size = solution(CHAPTER, "output_shape").conv_output_shape
    n, k, side, panel, head = 6, 3, 22, 290, 40
    figure, axes = page(2 * panel + MARGIN + 40)
    for index, (padding, stride) in enumerate([(0, 1), (1, 1), (0, 2), (1, 2)]):
        left = MARGIN + index % 2 * (WIDTH // 2 - 6)
        top = MARGIN + index // 2 * panel
        padded, out = n + 2 * padding, size(n, k, padding, stride)
        seen = (out - 1) * stride + k  # what lies beyond is in no window

        def fill(i: int, j: int, padding: int = padding, seen: int = seen) -> str:
            if max(i, j) >= seen:
                return LEFT_OVER
            inside = padding <= min(i, j) and max(i, j) < n + padding
            return PALE_BLUE if max(i, j) < k else CELL if inside else PADDING

        write(axes, left, top + 14, f"padding {padding}, stride {stride}", TEXT, at="left", bold=True)
        write(axes, left, top + 48, f"{n} \u00d7 {n}  \u2192  {out} \u00d7 {out}", TEXT, BLUE, at="left")
        grid = top + head + 36
        middle = grid + 4 * side
        cells(axes, left, middle - padded * side / 2, (padded, padded), side, fill)
        start = middle - padded * side / 2
        outline(axes, left + padding * side, start + padding * side, n * side, n * side, SOFT)
        outline(axes, left, start, k * side, k * side, BLUE)
        for i in range(out):
            for j in range(out):
                x, y = (j * stride + k / 2) * side, (i * stride + k / 2) * side
                axes.plot(left + x, start + y, "o", color=BLUE, markersize=5)
        right = left + padded * side + 44
        axes.add_patch(
            FancyArrowPatch((right - 36, middle), (right - 8, middle), arrowstyle="->", mutation_scale=18, color=SOFT)
        )
        cells(axes, right, middle - out * side / 2, (out, out), side, lambda i, j: PALE_BLUE if i == j == 0 else CELL)
    y = 2 * panel + MARGIN + 8
    axes.plot(MARGIN + 8, y, "o", color=BLUE, markersize=6)
    write(axes, MARGIN + 26, y, "middle of a window", TEXT, SOFT, at="left")
    for x, colour, text in ((356, PADDING, "padding"), (546, LEFT_OVER, "in no window")):
        axes.add_patch(Rectangle((x, y - side / 2), side, side, facecolor=colour, edgecolor=LINE, linewidth=1))
        write(axes, x + side + 12, y, text, TEXT, SOFT, at="left")
    return figure


PICTURES = {"filters.png": filters, "window.png": window, "receptive_field.png": field, "padding_stride.png": sizes}

if __name__ == "__main__":
    draw(PICTURES, Path(__file__).parent)
