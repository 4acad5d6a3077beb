"""Learning curves as inline SVG: the student's loss of each epoch inside the reference's band.

Matplotlib draws the frame (axes, band, median) once for all students of a check; a student's own line is one more
path in its coordinates, so that a page costs microseconds. Colours are CSS variables of the page.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup, escape

from autograder.messages import _

INCHES = (5.2, 2.3)
POINTS_PER_INCH = 72
# Matplotlib wants colours; the page wants variables, for the dark mode.
COLOURS = {
    "#010101": "var(--ink-soft)",
    "#020202": "var(--rule)",
    "#030303": "var(--band)",
    "#040404": "var(--reference)",
}
# How far above the band the picture may reach; what is higher still is drawn at its upper edge.
HEADROOM = (1.08, 1.5, 2.0, 3.0, 5.0)
MAX_POINTS = 240
MAX_LOSS = 1e9


@dataclass(frozen=True)
class Frame:
    """A drawn frame without its end tag, and where its data lie: ``x * epoch + x0``, ``y * loss + y0``."""

    svg: str
    x: float
    x0: float
    y: float
    y0: float
    low: float
    high: float


def draw(curve: Sequence[float], band: Mapping[str, Sequence[float]]) -> Markup:
    """The picture of a curve; empty where there is nothing to draw. Losses that are no numbers leave a gap."""
    curve = [float(loss) for loss in curve]
    if not any(map(math.isfinite, curve)):
        return Markup()
    low, median, high = (_finite(band.get(name, ())) for name in ("low", "median", "high"))
    epochs = max(len(curve), len(low), len(median), len(high))
    bottom, top = _limits(curve, [*low, *median, *high])
    frame = _frame(low, median, high, epochs, bottom, top, _("epoch"), _("loss"))
    path, end = _path(curve, frame)
    stroke = 'fill="none" stroke="var(--student)" stroke-width="2" stroke-linejoin="round" stroke-linecap="round"'
    line = f'<path d="{path}" {stroke}/>'
    dot = f'<circle cx="{end[0]}" cy="{end[1]}" r="3.2" fill="var(--student)"/>'
    label = escape(describe(curve, band))
    return Markup(frame.svg.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1) + line + dot + "</svg>")


def describe(curve: Sequence[float], band: Mapping[str, Sequence[float]]) -> str:
    """The picture in words."""
    finite = [loss for loss in curve if math.isfinite(loss)]
    if not finite:
        return _("The loss is not a finite number in any epoch.")
    text = _("The loss goes from {first:.3g} to {last:.3g} in {epochs} epochs.")
    words = [text.format(first=finite[0], last=finite[-1], epochs=len(curve))]
    if len(finite) < len(curve):
        epoch = next(i for i, loss in enumerate(curve, 1) if not math.isfinite(loss))
        words.append(_("In epoch {epoch} it stops being a finite number.").format(epoch=epoch))
    low, median, high = (_finite(band.get(name, ())) for name in ("low", "median", "high"))
    if low and median and high:
        text = _("The reference ends at {median:.3g}, between {low:.3g} and {high:.3g}.")
        words.append(text.format(low=low[-1], median=median[-1], high=high[-1]))
    return " ".join(words)


def _finite(losses: Sequence[float]) -> tuple[float, ...]:
    return tuple(float(loss) for loss in losses) if all(map(math.isfinite, losses)) else ()


def _limits(curve: Sequence[float], band: Sequence[float]) -> tuple[float, float]:
    """The range of the picture, in few steps, so that many curves share one frame."""
    finite = [max(-MAX_LOSS, min(MAX_LOSS, loss)) for loss in curve if math.isfinite(loss)]
    most, least = max(finite), min([*finite, *band])
    if band:
        edge = max(band)
        tops = [edge + (headroom - 1) * (abs(edge) or 1.0) for headroom in HEADROOM]
        top = next((top for top in tops if most <= top), tops[-1])
    else:
        top = _round_up(most)
    bottom = 0.0 if least >= 0 else -_round_up(-least)
    return bottom, top if top > bottom else bottom + 1.0


def _round_up(value: float) -> float:
    """The next of 1, 1.5, 2, 3, 5, 7 times a power of ten."""
    if value <= 0:
        return 0.0
    power = 10.0 ** math.floor(math.log10(value))
    return next((step * power for step in (1, 1.5, 2, 3, 5, 7, 10) if value <= step * power * 1.0001), 10 * power)


def _path(curve: Sequence[float], frame: Frame) -> tuple[str, tuple[float, float]]:
    """The line's path, and its last point."""
    stride = max(1, math.ceil(len(curve) / MAX_POINTS))
    steps, pen, end = [], "M", (0.0, 0.0)
    for index, loss in enumerate(curve):
        if index % stride and index != len(curve) - 1:
            continue
        if not math.isfinite(loss):
            pen = "M"
            continue
        inside = max(frame.low, min(frame.high, loss))
        end = round(frame.x * (index + 1) + frame.x0, 1), round(frame.y * inside + frame.y0, 1)
        steps.append(f"{pen}{end[0]} {end[1]}")
        pen = "L"
    return "".join(steps), end


@lru_cache(maxsize=512)
def _frame(
    low: tuple[float, ...],
    median: tuple[float, ...],
    high: tuple[float, ...],
    epochs: int,
    bottom: float,
    top: float,
    across: str,
    up: str,
) -> Frame:
    import matplotlib
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    soft, rule, shade, reference = COLOURS
    with matplotlib.rc_context({"svg.fonttype": "none", "font.size": 9.5, "axes.unicode_minus": True}):
        figure = Figure(figsize=INCHES, facecolor="none")
        FigureCanvasSVG(figure)
        axes = figure.add_axes((0.1, 0.185, 0.88, 0.775), facecolor="none")
        axes.set_xlim(1 if epochs > 1 else 0.5, epochs if epochs > 1 else 1.5)
        axes.set_ylim(bottom, top)
        if low and len(low) == len(high):
            axes.fill_between(range(1, len(low) + 1), low, high, color=shade, linewidth=0, clip_on=False)
        if median:
            (line,) = axes.plot(range(1, len(median) + 1), median, color=reference, linewidth=1.4, clip_on=False)
            line.set_linestyle((0, (4, 3)))
        axes.xaxis.set_major_locator(MaxNLocator(8, integer=True))
        axes.yaxis.set_major_locator(MaxNLocator(4))
        axes.grid(axis="y", color=rule, linewidth=0.7, clip_on=False)
        axes.set_axisbelow(True)
        axes.tick_params(length=0, labelcolor=soft, pad=5)
        axes.set_xlabel(across, color=soft, labelpad=3)
        axes.set_ylabel(up, color=soft, labelpad=5)
        for side, spine in axes.spines.items():
            spine.set_visible(side == "bottom")
            spine.set_color(rule)
        text = io.StringIO()
        nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        figure.savefig(text, format="svg", transparent=True, metadata=nothing)
        height = INCHES[1] * POINTS_PER_INCH
        scale = POINTS_PER_INCH / figure.dpi
        x0, y0 = axes.transData.transform((0.0, 0.0)) * scale
        x1, y1 = axes.transData.transform((1.0, 1.0)) * scale
    return Frame(_inline(text.getvalue()), x1 - x0, x0, y0 - y1, height - y0, bottom, top)


def _inline(svg: str) -> str:
    """Matplotlib's file as part of a page: no prologue, no name that could occur twice, the page's font and colours."""
    svg = svg[svg.index("<svg") : svg.rindex("</svg>")]
    svg = re.sub(r"<style.*?</style>", "", svg, flags=re.DOTALL)
    for name, shape in re.findall(r'<path id="(\w+)" d="([^"]*)"', svg):
        shift = re.search(rf'<use xlink:href="#{name}" x="0" y="([\d.]+)" style="([^"]*)"/>', svg)
        if shift:
            svg = svg.replace(shift[0], f'<path transform="translate(0 {shift[1]})" d="{shape}" style="{shift[2]}"/>')
    svg = re.sub(r"<defs>.*?</defs>", "", svg, flags=re.DOTALL)
    svg = re.sub(r' (id|xmlns|xmlns:xlink|version)="[^"]*"', "", svg)
    svg = re.sub(r' (width|height)="[\d.]+pt"', "", svg)
    svg = re.sub(r"font-family: [^;\"]*;? ?", "", svg)
    svg = re.sub(r' transform="rotate\(-?0 [^"]*"', "", svg)
    svg = re.sub(r"(\d+\.\d)\d+", r"\1", svg)
    svg = re.sub(r"<g/>", "", svg)
    for colour, variable in COLOURS.items():
        svg = re.sub(rf'style="([^"]*){colour}', rf'style="\1{variable}', svg)
    return re.sub(r"\s*\n\s*", " ", svg).replace("> <", "><")
