"""Forbidden shortcuts: refused in every spelling, while honest building blocks and every reference stay allowed."""

from __future__ import annotations

import pytest

from autograder import catalog
from autograder.results import Status

CONVOLUTIONS = {
    "functional": "F.conv2d(X[None, None], K[None, None])[0, 0]",
    "getattr": "getattr(F, 'con' + 'v2d')(X[None, None], K[None, None])[0, 0]",
    "module": "layer(K)(X[None, None])[0, 0]",
    "torch": "torch.conv2d(X[None, None], K[None, None])[0, 0]",
    "ops": "torch.ops.aten.convolution.default("
    "X[None, None], K[None, None], None, [1, 1], [0, 0], [1, 1], False, [0, 0], 1)[0, 0]",
    "transposed": "F.conv_transpose2d(X[None, None], K.flip(0, 1)[None, None])[0, 0]",
    "three dimensions": "F.conv3d(X[None, None, None], K[None, None, None])[0, 0, 0]",
    "vmap": "torch.vmap(lambda x: F.conv2d(x, K[None, None]))(X[None, None])[0, 0]",
    "inference mode": "inference(X, K)",
    "dispatch modes off": "undispatched(X, K)",
    "thread": "threaded(X, K)",
    "mkldnn": "F.conv2d(X[None, None].to_mkldnn(), K[None, None].to_mkldnn()).to_dense()[0, 0]",
    "handles let go": "hunting(X, K)",
    "decomposed": "torch.ops.aten.conv2d.default.decompose(X[None, None], K[None, None])[0, 0]",
    "kernels registered again": "registering(X, K)",
    "numpy": "torch.from_numpy(__import__('numpy').correlate(X.numpy().ravel(), K.numpy().ravel()))",
    "scipy": "torch.from_numpy(__import__('scipy.signal').signal.correlate2d(X.numpy(), K.numpy(), 'valid'))",
    "ndimage": "torch.from_numpy(__import__('scipy.ndimage').ndimage.correlate(X.numpy(), K.numpy()))",
}
HELPERS = """
import threading
import torch
from torch import nn
from torch.nn import functional as F

def layer(K):
    made = nn.Conv2d(1, 1, tuple(K.shape), bias=False)
    made.weight = nn.Parameter(K[None, None])
    return made

def inference(X, K):
    with torch.inference_mode():
        return F.conv2d(X[None, None], K[None, None])[0, 0]

def undispatched(X, K):
    from torch.utils._python_dispatch import _disable_current_modes
    with _disable_current_modes():
        return F.conv2d(X[None, None], K[None, None])[0, 0]

def hunting(X, K):
    import gc, weakref
    gc.unfreeze()
    for found in gc.get_objects():
        if type(found).__name__ in ("Library", "_DispatchModule"):
            getattr(found, "_destroy", lambda: None)()
            getattr(found, "reset", lambda: None)()
    for finalizer in list(weakref.finalize._registry):
        if finalizer.peek() and "Library" in str(finalizer.peek()):
            finalizer()
    import autograder.runner.bans as bans
    for name, value in list(vars(bans).items()):
        if isinstance(value, list | dict) and not name.startswith('__'):
            value.clear()
    gc.collect()
    return F.conv2d(X[None, None], K[None, None])[0, 0]

def registering(X, K):
    library = torch.library.Library("aten", "IMPL")
    library.impl("conv2d", lambda *a: torch.ops.aten.convolution(*a[:2], None, [1, 1], [0, 0], [1, 1], False, [0, 0], 1), "CPU")
    return torch.ops.aten.conv2d(X[None, None], K[None, None])[0, 0]

def threaded(X, K):
    box = []
    def work():
        try:
            box.append(F.conv2d(X[None, None], K[None, None])[0, 0])
        except BaseException as error:
            box.append(error)
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    if isinstance(box[0], BaseException):
        raise box[0]
    return box[0]
"""


@pytest.mark.parametrize("spelling", CONVOLUTIONS)
def test_convolution_is_refused_in_every_spelling(grade_source, spelling):
    source = HELPERS + f"\ndef corr2d(X, K):\n    return {CONVOLUTIONS[spelling]}\n"
    result = grade_source("ch07_convolution/corr2d", source)
    assert result.score == 0
    assert result.checks[0].status is Status.FORBIDDEN, result.checks[0].message
    assert "Slide the window yourself" in result.checks[0].message


@pytest.mark.parametrize(
    "body",
    [
        "F.unfold(X[None, None], tuple(K.shape))[0].T.matmul(K.reshape(-1)).reshape("
        "X.shape[0] - K.shape[0] + 1, X.shape[1] - K.shape[1] + 1)",
        "torch.einsum('ijab,ab->ij', X.unfold(0, K.shape[0], 1).unfold(1, K.shape[1], 1), K)",
        "torch.fft.irfft2(torch.fft.rfft2(X) * torch.fft.rfft2(K, s=X.shape).conj(), s=X.shape)"
        "[: X.shape[0] - K.shape[0] + 1, : X.shape[1] - K.shape[1] + 1]",
        "sum(K[a, b] * X[a : X.shape[0] - K.shape[0] + 1 + a, b : X.shape[1] - K.shape[1] + 1 + b]"
        " for a in range(K.shape[0]) for b in range(K.shape[1]))",
        "(X.as_strided((X.shape[0] - K.shape[0] + 1, X.shape[1] - K.shape[1] + 1, *K.shape), "
        "(X.stride(0), X.stride(1), X.stride(0), X.stride(1))) * K).sum((2, 3))",
    ],
)
def test_honest_building_blocks_stay_allowed(grade_source, body):
    result = grade_source("ch07_convolution/corr2d", HELPERS + f"\ndef corr2d(X, K):\n    return {body}\n")
    assert result.status is Status.PASSED, [c.message for c in result.checks]


@pytest.mark.parametrize("id", list(catalog.entries()))
def test_every_reference_passes_under_its_own_ban(grade_source, reference, id):
    result = grade_source(id, reference(id), training=False)
    assert {c.status for c in result.checks} <= {Status.PASSED, Status.SKIPPED}, [c.message for c in result.checks]
