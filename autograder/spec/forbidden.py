"""Ready-made operators that would do an exercise's job, in families.

A family names the dispatcher's operators by a regular expression, and what lies above the dispatcher
(Python functions that reach only general operators, other libraries) by dotted names and modules.
The runner disables all of them; building blocks such as unfold, im2col, FFT and matrix products stay. What several
exercises forbid stands here; an exercise may also state a ``Family`` of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from autograder.messages import N_


@dataclass(frozen=True)
class Family:
    """name: how exercises refer to it. operators: pattern of names such as ``conv2d`` (no namespace).
    names: dotted Python names that are made to raise. modules: modules that cannot be imported.
    advice: what to do instead."""

    name: str
    operators: str
    advice: str
    names: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()


CONVOLUTION = Family(
    name="convolution",
    operators=r"conv(?!ert)",
    names=(
        "numpy.convolve",
        "numpy.correlate",
        "numpy._core.multiarray.correlate",
        "numpy._core.multiarray.correlate2",
    ),
    modules=("scipy.signal", "scipy.ndimage", "torchvision"),
    advice=N_("Slide the window yourself: loops, unfold, as_strided, einsum and FFT are all welcome."),
)
DROPOUT = Family(
    name="dropout",
    operators=r"dropout",
    advice=N_("Draw the mask yourself: torch.rand and torch.bernoulli are welcome."),
)
GRU = Family(
    name="gru",
    operators=r"gru|mkldnn_rnn|_cudnn_rnn|miopen_rnn",
    advice=N_("Write the gates yourself: matrix products, torch.sigmoid and torch.tanh are welcome."),
)
ATTENTION = Family(
    name="attention",
    operators=r"scaled_dot_product|_fused_sdp|multi_head_attention|transformer_encoder_layer|flash_attention"
    r"|efficient_attention|flex_attention",
    names=("torch.nn.functional.multi_head_attention_forward",),
    modules=("torch.nn.attention.flex_attention", "torch._higher_order_ops.flex_attention"),
    advice=N_("Write the three steps yourself: matrix products and torch.softmax are welcome."),
)
POOLING = Family(
    name="pooling",
    operators=r"pool",
    names=("torch.nn.functional.lp_pool1d", "torch.nn.functional.lp_pool2d", "torch.nn.functional.lp_pool3d"),
    advice=N_("Slide the window yourself: unfold, amax and mean are welcome."),
)

FAMILIES = {f.name: f for f in (CONVOLUTION, DROPOUT, GRU, ATTENTION, POOLING)}


Forbid = str | Family | Sequence[str | Family]


def families(named: Forbid) -> tuple[Family, ...]:
    """The families of these names, and those given as they are; KeyError names one that is unknown."""
    listed = (named,) if isinstance(named, str | Family) else named
    return tuple(family if isinstance(family, Family) else FAMILIES[family] for family in listed)
