"""Forbidden shortcuts: refused in every spelling, while honest building blocks stay allowed."""

from __future__ import annotations

import re

import pytest

from autograder.results import Status
from autograder.runner.limits import Limits
from autograder.runner.outcome import Kind
from autograder.spec.forbidden import FAMILIES

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


IMPORTS = """
import torch
from torch import nn, optim
from torch.nn import functional as F, init
from torch.utils.data import DataLoader, TensorDataset
X = torch.rand(4, 3)
Y = torch.tensor([0, 2, 1, 0])
W = torch.rand(3, 3, requires_grad=True)
net = [torch.rand(3, 3, requires_grad=True)]
"""
REFUSED = {
    "activation": [
        "torch.sigmoid(X)",
        "X.sigmoid_()",
        "torch.special.expit(X)",
        "F.logsigmoid(X)",
        "nn.Tanh()(X)",
        "F.hardtanh(X)",
        "F.tanhshrink(X)",
        "torch.relu(X)",
        "F.relu6(X)",
        "F.leaky_relu(X)",
        "F.prelu(X, torch.ones(1))",
        "F.rrelu(X)",
        "F.threshold(X, 0.0, 0.0)",
        "F.elu(X)",
        "F.selu(X)",
        "F.celu(X)",
        "F.gelu(X)",
        "F.silu(X)",
        "F.mish(X)",
        "F.glu(torch.cat([X, X], 1))",
        "F.softplus(X)",
        "F.softmax(X, 1)",
        "F.log_softmax(X, 1)",
        "F.softshrink(X)",
        "F.hardshrink(X)",
        "F.hardsigmoid(X)",
        "F.hardswish(X)",
        "nn.RNNCell(3, 3)(X)",
        "nn.GRUCell(3, 3)(X)",
        "nn.LSTMCell(3, 3)(X)",
    ],
    "softmax": [
        "torch.softmax(X, 1)",
        "X.softmax(1)",
        "F.softmax(X, dim=1)",
        "nn.Softmax(1)(X)",
        "nn.Softmin(1)(X)",
        "torch.special.softmax(X, 1)",
        "torch.ops.aten._softmax(X, 1, False)",
        "torch.ops.aten._safe_softmax(X, 1)",
        "inferred(lambda: torch.softmax(X, 1))",
    ],
    "log_softmax": ["F.log_softmax(X, 1)", "torch.special.log_softmax(X, 1)", "nn.LogSoftmax(1)(X)"],
    "logsumexp": ["X.logsumexp(1)", "torch.special.logsumexp(X, 1)", "torch.logcumsumexp(X, 1)"],
    "cross_entropy": [
        "F.cross_entropy(X, Y)",
        "nn.CrossEntropyLoss()(X, Y)",
        "F.nll_loss(X, Y)",
        "F.kl_div(X, X)",
        "F.binary_cross_entropy(X, X)",
        "F.binary_cross_entropy_with_logits(X, X)",
        "torch.ops.aten.cross_entropy_loss(X, Y)",
    ],
    "autograd": [
        "(X @ W).sum().backward()",
        "torch.autograd.backward((X @ W).sum())",
        "torch.autograd.grad((X @ W).sum(), W)",
        "__import__('torch.autograd').autograd.grad((X @ W).sum(), W)",
        "getattr(torch.Tensor, 'back' + 'ward')((X @ W).sum())",
        "torch.autograd.functional.jacobian(torch.exp, X)",
        "torch.autograd.functional.vjp(torch.exp, X, X)",
        "torch.func.grad(lambda x: x.sum())(X)",
        "torch.func.vjp(torch.exp, X)[1](X)",
        "torch.func.jvp(torch.exp, (X,), (X,))",
        "torch.func.jacfwd(torch.exp)(X)",
        "__import__('torch._functorch.eager_transforms')._functorch.eager_transforms.jacrev(torch.exp)(X)",
        "torch.autograd.graph._engine_run_backward(((X @ W).sum(),), torch.ones(1), False, False, (), True)",
        "torch.ops.aten.grad([(X @ W).sum()], [W], [None], None, False, False)",
        "torch.ops.aten._backward((X @ W).sum(), [W])",
        "inferred(lambda: (X @ W).sum().backward())",
        "inferred(lambda: recorded(lambda: torch.autograd.grad((X @ W).sum(), W)))",
        "forwards()",
    ],
    "backward_operators": [
        "torch.ops.aten.tanh_backward(X, X)",
        "torch.ops.aten._softmax_backward_data(X, X, 1, X.dtype)",
    ],
    "optim": [
        "optim.SGD(net, lr=0.1)",
        "torch.optim.Adam(net)",
        "__import__('sys').modules['torch.optim.adamw'].AdamW(net)",
        "__import__('sys').modules['torch.optim.sgd'].sgd([X], [X], [None], weight_decay=0, momentum=0, lr=1, dampening=0, nesterov=False, maximize=False)",
        "next(c for c in torch.optim.Optimizer.__subclasses__() if c.__name__ == 'RMSprop')(net)",
        "type('Mine', (optim.SGD,), {})(net, lr=0.1)",
        "optim.lr_scheduler.StepLR(None, 3)",
        "__import__('importlib').reload(__import__('sys').modules['torch.optim.sgd'])",
        "torch.ops.aten._fused_sgd_([X], [X], [], weight_decay=0, momentum=0, lr=1, dampening=0, nesterov=False,"
        " maximize=False, is_first_step=False)",
    ],
    "init": [
        "init.xavier_uniform_(X)",
        "nn.init.kaiming_normal_(X)",
        "nn.modules.linear.init.normal_(X)",
        "nn.Linear(3, 3)",
    ],
    "data": [
        "DataLoader(TensorDataset(X), batch_size=2)",
        "TensorDataset(X)",
        "torch.utils.data.random_split([1, 2], [1, 1])",
        "torch.utils.data.RandomSampler([1, 2])",
    ],
    "clip": [
        "nn.utils.clip_grad_norm_(net, 1.0)",
        "torch.nn.utils.clip_grad.clip_grad_value_(net, 1.0)",
        "nn.utils.get_total_norm([X])",
        "torch._foreach_norm([X])",
    ],
    "rnn": ["nn.RNN(3, 3)(X)", "nn.RNNCell(3, 3, nonlinearity='relu')(X)", "torch.rnn_tanh_cell(X, X, W, W)"],
    "lstm": ["nn.LSTM(3, 3)(X)", "nn.LSTMCell(3, 3)(X)", "torch.lstm_cell(X, (X, X), W, W)"],
    "attention": [
        "nn.MultiheadAttention(3, 1)(X, X, X)",
        "F.multi_head_attention_forward(X, X, X, 3, 1, W, None, None, None, False, 0.0, W, None)",
        "nn.TransformerEncoderLayer(3, 1)(X)",
        "F.scaled_dot_product_attention(*[torch.nested.nested_tensor([X[None]]).transpose(1, 2).contiguous()] * 3)",
        "F.scaled_dot_product_attention(*[torch.nested.nested_tensor([X[None]], layout=torch.jagged).transpose(1, 2)] * 3)",
        "F.scaled_dot_product_attention(*[X[None, None].to('meta')] * 3)",
    ],
    "normalization": [
        "F.layer_norm(X, (3,))",
        "nn.BatchNorm1d(3)(X)",
        "F.group_norm(X, 3)",
        "F.rms_norm(X, (3,))",
        "F.instance_norm(X[None])",
        "F.local_response_norm(X[None], 2)",
        "torch.native_layer_norm(X, (3,), None, None, 1e-5)",
    ],
    "norm": ["X.norm()", "torch.norm(X, p=1)", "torch.linalg.norm(X)", "torch.linalg.vector_norm(X)"],
    "sklearn": ["__import__('sklearn.preprocessing')"],
    "models": ["__import__('torchvision.models')", "__import__('timm')"],
}
SPELLINGS = [(family, spelling) for family, spellings in REFUSED.items() for spelling in spellings]
WAYS = """
def inferred(call):
    with torch.inference_mode():
        return call()

def recorded(call):
    global X, W
    with torch.inference_mode(False), torch.enable_grad():
        return call()

def forwards():
    import torch.autograd.forward_ad as forward
    with forward.dual_level():
        return forward.unpack_dual(forward.make_dual(X, X).exp())
"""
# What a solution may well contain where a family is forbidden.
HONEST = {
    "activation": [
        "recorded(lambda: torch.exp(X) + torch.expm1(X) + X.abs() + X.clamp(min=0) + torch.maximum(X, X))",
        "recorded(lambda: torch.where(X > 0, X, 0.1 * X).amax(1))",
        "torch.atanh(X / 10)",
        "nn.Linear(3, 2)(X)",
    ],
    "softmax": ["X.exp() / X.exp().sum(1, keepdim=True)", "torch.logaddexp(X, X)", "torch.sigmoid(X)"],
    "log_softmax": ["X.softmax(1).log()", "F.softmax(X, 1)", "torch.logsumexp(X, 1)"],
    "logsumexp": ["X.exp().sum(1).log()", "F.log_softmax(X, 1)", "torch.logaddexp(X, X)"],
    "cross_entropy": ["-torch.log_softmax(X, 1)[range(4), Y].mean()", "F.mse_loss(X, X)", "F.one_hot(Y)"],
    "autograd": [
        "recorded(lambda: torch.exp(X @ W))",
        "W.detach() @ X.T",
        "torch.vmap(torch.exp)(X)",
        "nn.Linear(3, 2)(X)",
    ],
    "backward_operators": ["(X @ W).sum().backward()", "torch.tanh(X)"],
    "optim": [
        "stepped()",
        "isinstance(X, torch.optim.Optimizer)",
        "__import__('torch.optim')",
        "nn.Sequential(nn.Linear(3, 2), nn.Dropout())(X).sum().backward()",
    ],
    "init": ["torch.empty(3).uniform_(-1, 1)", "torch.randn(3)", "torch.nn.Parameter(X)", "X.normal_(0, 1)"],
    "data": ["X[torch.randperm(4)].split(2)", "nn.Linear(3, 3)(X)", "torch.optim.SGD(net, lr=1)"],
    "clip": ["X.norm()", "torch.optim.SGD(net, lr=1).step()", "X.mul_(2).clamp_(0, 1)"],
    "rnn": ["torch.tanh(X @ W)", "nn.GRUCell(3, 3)(X)", "nn.LSTMCell(3, 3)(X)"],
    "lstm": ["torch.sigmoid(X @ W) * torch.tanh(X)", "nn.GRUCell(3, 3)(X)", "nn.RNNCell(3, 3)(X)"],
    "attention": ["torch.softmax(X @ X.T, 1) @ X", "torch.bmm(X[None], X.T[None])", "nn.LayerNorm(3)(X)"],
    "normalization": ["(X - X.mean(0)) / (X.var(0) + 1e-5).sqrt()", "torch.var_mean(X, 0)", "X.norm()", "X.normal_()"],
    "norm": ["X.abs().sum()", "X.pow(2).sum().sqrt()", "F.layer_norm(X, (3,))", "torch.count_nonzero(X)"],
    "sklearn": ["__import__('numpy').random.permutation(4)"],
    "models": ["nn.Conv2d(1, 1, 2)(X[None])"],
}
STEPPED = """
def stepped():
    (X @ W).sum().backward()
    with torch.no_grad():
        W.sub_(0.1 * W.grad)
"""


LINE = f"{IMPORTS}{WAYS}{STEPPED}".count("\n") + 2  # on which the expression stands


@pytest.fixture(scope="module")
def load(runner):
    """load(family, expression) -> what is noted of a file that evaluates it where a check forbids the family."""

    def load(family, expression):
        source = f"{IMPORTS}{WAYS}{STEPPED}\nresult = {expression}\n\ndef masked_softmax(X, valid_lens): ...\n"
        with runner.child("ch13_attention/masked_softmax", forbid=(family,)) as child:
            outcome = child.load(source, "solution.py", Limits(60))
            assert outcome.kind is Kind.RETURNED
            return outcome.notes

    return load


@pytest.mark.parametrize(("family", "spelling"), SPELLINGS, ids=[f"{f}: {s[:50]}" for f, s in SPELLINGS])
def test_a_shared_family_is_refused_in_every_spelling(load, family, spelling):
    (note,) = load(family, spelling)
    assert (note["why"], note["family"], note["line"]) == ("forbidden", family, LINE)


def test_the_engine_of_autograd_is_out_of_reach(load):
    call = "torch.autograd.Variable._execution_engine.run_backward(((X @ W).sum(),), (torch.tensor(1.0),), False, False, (),"
    call += " allow_unreachable=True, accumulate_grad=True)"
    assert not load("gru", call)
    assert [note["why"] for note in load("autograd", call)] == ["raised"]


@pytest.mark.parametrize("family", HONEST)
def test_what_an_honest_solution_contains_passes(load, family):
    for expression in HONEST[family]:
        notes = load(family, expression)
        assert not notes, (expression, notes)


def test_every_shared_family_is_tried_and_says_what_to_do():
    others = {"convolution", "dropout", "gru", "pooling"}  # by the exercises that forbid them
    assert set(REFUSED) == set(HONEST) == set(FAMILIES) - others
    assert all(re.fullmatch(r"[A-Z].*\.", family.advice) for family in FAMILIES.values())
