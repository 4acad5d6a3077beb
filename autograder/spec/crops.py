"""Pictures that tell what a random transform did to them: which part of them it shows, and what became of the colours.

    X = compass(96, 112)                        # its hue says how far to the right, its saturation how far down
    boxes(torch.stack([f(X) for ...]))          # of each result: the middle, the width and the height of what it shows

    X = palette(96)
    factors(torch.stack([f(X) for ...]))        # of each result: brightness, contrast, saturation, change of hue

Brightness, contrast and saturation multiply what they mean around grey: neither the angle of a hue nor the ratio of
two saturations changes, so that ``boxes`` sees through all three, in whatever order they come. No colour of these
pictures is near enough to 0 or 255 that factors of up to 1.4 would clip it.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

GREY = torch.tensor([0.2989, 0.587, 0.114], dtype=torch.float64)  # how bright red, green and blue are to the eye
MIDDLE = 98.0
TURN, GROWTH, LARGEST = 1.8 * math.pi, 1.2, 40.0  # of a compass: of the hue, of the saturation's logarithm, in levels
# Of a palette: spots along a side; in levels, how bright these are, a colour all over, and one that they have.
SPOTS, RAMP, TINT, SHADE = 4, 24.0, 24.0, 34.0


def _directions() -> tuple[Tensor, Tensor]:
    """Two colours of no brightness, at a right angle to each other; the largest part of each is 1."""
    first = torch.tensor([GREY[1], -GREY[0], 0.0], dtype=torch.float64)
    second = torch.tensor([GREY[2], 0.0, -GREY[0]], dtype=torch.float64)
    second = second - (second @ first) / (first @ first) * first
    return first / first.abs().max(), second / second.abs().max()


FIRST, SECOND = _directions()


def compass(height: int, width: int, across: bool = True) -> Tensor:
    """A picture (3, height, width) in uint8 of one brightness, with a hue for each column and a saturation for each
    row; with ``across`` False the other way round."""
    y, x = _places(height), _places(width)
    turned, along = (x[None, :], y[:, None]) if across else (y[:, None], x[None, :])
    colour = torch.polar(LARGEST * torch.exp(GROWTH * (along - 0.5)).expand(height, width), TURN * turned + 0 * along)
    return _picture(MIDDLE + _coloured(colour.real, colour.imag))


def boxes(pictures: Tensor, across: bool = True) -> Tensor:
    """What each result (n, 3, size, size) in [0, 1] shows of a ``compass``: (n, 3) of shares of the picture.

    The middle of what it shows, along the hue; how far it reaches along the hue, negative if it is mirrored; and across
    it, negative again if it is mirrored so.
    """
    _grey, first, second = _parts(pictures if across else pictures.mT)
    size = pictures.shape[-1]
    inner = slice(1, size - 1)  # at the edge of a crop its pixels count for more
    colour = torch.complex(first, second)[:, inner, inner]
    place = _places(size)[inner]
    columns = colour.sum(1)
    steps = torch.angle(columns[:, 1:] * columns[:, :-1].conj())
    angles = torch.cat([columns[:, :1].angle(), columns[:, :1].angle() + steps.cumsum(1)], 1)
    middle, slope = angles.mean(1), angles @ place / (place @ place)
    # Along the other axis all of a row points in the directions that are known by now: noise cancels out.
    rows = (colour * torch.exp(-1j * (middle[:, None] + slope[:, None] * place))[:, None]).real.mean(2).clamp_min(1e-6)
    weight = rows.square() / rows.square().sum(1, keepdim=True)
    centred = place - (weight * place).sum(1, keepdim=True)
    growth = (weight * centred * rows.log()).sum(1) / (weight * centred.square()).sum(1)
    around = torch.remainder(middle + math.pi, 2 * math.pi) - math.pi
    return torch.stack([around / TURN + 0.5, slope / TURN, growth / GROWTH], 1)


def palette(side: int) -> Tensor:
    """A picture (3, side, side) in uint8 of bright and dark spots, in one colour all over and in another one that
    follows the brightness: any part of it has all that ``factors`` looks for."""
    wave = torch.cos(2 * math.pi * SPOTS * _places(side))
    spots = (wave[None, :] + wave[:, None]) / 2
    return _picture(MIDDLE + RAMP * spots + _coloured(torch.full_like(spots, TINT), SHADE * spots))


def factors(pictures: Tensor) -> Tensor:
    """What became of the colours of a ``palette`` in each result (n, 3, size, size) in [0, 1], whichever part it shows:
    (n, 4), the factors of brightness, contrast and saturation, and the change of hue (the tangent of the angle)."""
    grey, first, second = (part.flatten(1) for part in _parts(pictures))
    centred = grey - grey.mean(1, keepdim=True)
    scale = RAMP / SHADE / centred.square().sum(1)
    saturation, along_first = (centred * second).sum(1) * scale, (centred * first).sum(1) * scale
    product = first.mean(1) / TINT
    brightness = grey.mean(1) / (MIDDLE + RAMP * second.mean(1) / (product * SHADE))
    return torch.stack([brightness, product / saturation / brightness, saturation, along_first / saturation], 1)


def _places(count: int) -> Tensor:
    """The middles of so many pixels, from -1/2 to 1/2."""
    return (torch.arange(count, dtype=torch.float64) + 0.5) / count - 0.5


def _coloured(first: Tensor, second: Tensor) -> Tensor:
    return first * FIRST[:, None, None] + second * SECOND[:, None, None]


def _picture(levels: Tensor) -> Tensor:
    return levels.round().to(torch.uint8)


def _parts(pictures: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Grey and the two colours of each pixel, (n, height, width) in levels."""
    levels = 255 * pictures.double()
    grey = torch.einsum("c,nchw->nhw", GREY / GREY.sum(), levels)
    colour = levels - grey[:, None]
    return grey, *(torch.einsum("c,nchw->nhw", d / (d @ d), colour) for d in (FIRST, SECOND))  # type: ignore[return-value]
