"""What compass and palette tell of a random transform: where a crop lies, whether it is mirrored, what its colours became."""

from __future__ import annotations

import pytest
import torch
from torchvision.transforms.v2 import functional as F

from autograder.spec.crops import boxes, compass, factors, palette

HEIGHT, WIDTH, SIZE = 96, 112, 28
COLOURS = [(1.0, 1.0, 1.0), (0.6, 0.6, 0.6), (1.4, 1.4, 1.4), (0.7, 1.3, 0.9)]


def coloured(X, brightness, contrast, saturation):
    return F.adjust_saturation(F.adjust_contrast(F.adjust_brightness(X, brightness), contrast), saturation)


def in_unit(X):
    return F.to_dtype(X, torch.float32, scale=True)


@pytest.mark.parametrize("colours", COLOURS)
@pytest.mark.parametrize("across", [True, False])
@pytest.mark.parametrize(("top", "left", "height", "width"), [(0, 0, 96, 112), (10, 60, 40, 48), (60, 5, 30, 29)])
def test_a_box_is_found_whatever_the_colours(top, left, height, width, across, colours):
    X = coloured(in_unit(compass(HEIGHT, WIDTH, across)), *colours)
    shown = F.resized_crop(X, top, left, height, width, [SIZE, SIZE], antialias=True)
    spans = [width / WIDTH, height / HEIGHT] if across else [height / HEIGHT, width / WIDTH]
    middle = (left + width / 2) / WIDTH if across else (top + height / 2) / HEIGHT
    for mirrored, signs in ((shown, (1, 1)), (shown.flip(-1), (-1, 1)), (shown.flip(-2), (1, -1))):
        signs = signs if across else signs[::-1]
        found = boxes(mirrored[None], across)[0].tolist()
        assert found == pytest.approx([middle, *(a * b for a, b in zip(signs, spans, strict=True))], abs=0.02)


@pytest.mark.parametrize("colours", COLOURS)
@pytest.mark.parametrize("where", [(0, 0, 56, 56), (3, 30, 14, 17), (40, 1, 15, 40)])
def test_factors_are_found_in_any_part(where, colours):
    X = palette(56)
    for first in (True, False):
        steps = [lambda X: coloured(X, *colours), lambda X: F.resized_crop(X, *where, [SIZE, SIZE], antialias=True)]
        shown = in_unit(X)
        for step in steps if first else reversed(steps):
            shown = step(shown)
        assert factors(shown[None])[0].tolist() == pytest.approx([*colours, 0], abs=0.03)


def test_a_turned_hue_is_seen():
    assert factors(F.adjust_hue(in_unit(palette(56)), 0.1)[None])[0, 3].abs() > 0.1
