"""Ready-made operators that would do an exercise's job, in families.

A family names the dispatcher's operators by a regular expression, and what lies above the dispatcher (Python functions
and classes that reach only general operators, other libraries) by dotted names and modules.
The runner disables all of them; building blocks such as unfold, im2col, FFT and matrix products stay. What several
exercises forbid stands here; an exercise may also state a ``Family`` of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from autograder.messages import N_


@dataclass(frozen=True)
class Family:
    """name: how exercises refer to it. advice: what to do instead.

    operators: pattern of names such as ``conv2d`` (no namespace).
    names: functions and methods that are made to raise, by their dotted names; of a module all that it defines.
    modules: modules that cannot even be imported, such as those of other libraries.
    lost: libraries that need such a module to be imported, and so are not there either: nobody is accused of these.
    """

    name: str
    operators: str = ""
    advice: str = ""
    names: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()


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
    lost=("sklearn", "skimage"),
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
ACTIVATION = Family(
    name="activation",
    operators=r"sigmoid|(?<![ac])tanh|elu|threshold|soft(plus|max|shrink)|hard(shrink|swish)|silu|mish"
    r"|(?<![a-z])glu|expit|rnn|lstm|gru",
    advice=N_("Write the formula yourself: exp, where, clamp, maximum, abs and amax are welcome."),
)
POOLING = Family(
    name="pooling",
    operators=r"pool",
    names=("torch.nn.functional.lp_pool1d", "torch.nn.functional.lp_pool2d", "torch.nn.functional.lp_pool3d"),
    advice=N_("Slide the window yourself: unfold, amax and mean are welcome."),
)
RNN = Family(
    name="rnn",
    operators=r"rnn",
    advice=N_("Write the step yourself: matrix products, torch.tanh and torch.relu are welcome."),
)
LSTM = Family(
    name="lstm",
    operators=r"lstm|mkldnn_rnn|_cudnn_rnn|miopen_rnn",
    advice=N_("Write the gates yourself: matrix products, torch.sigmoid and torch.tanh are welcome."),
)
NORMALIZATION = Family(
    name="normalization",
    operators=r"(batch|layer|group|instance|rms)_norm",
    names=("torch.nn.functional.local_response_norm",),
    advice=N_("Compute the statistics yourself: mean, var and torch.var_mean are welcome."),
)
NORM = Family(
    name="norm",
    operators=r"^(linalg_(vector_|matrix_)?)?norm$|^(frobenius|nuclear|native)_norm",
    advice=N_("Write the norm as its formula: abs, sums and powers are welcome."),
)
SOFTMAX = Family(
    name="softmax",
    operators=r"(?<!log_)softmax",
    advice=N_("Write it as its formula: exp, sum and amax are welcome."),
)
LOG_SOFTMAX = Family(
    name="log_softmax",
    operators=r"log_softmax",
    advice=N_("Write it as its formula: exp, log, sum and amax are welcome."),
)
LOGSUMEXP = Family(
    name="logsumexp",
    operators=r"logsumexp|logcumsumexp",
    advice=N_("Write it as its formula: exp, log, sum and amax are welcome."),
)
CROSS_ENTROPY = Family(
    name="cross_entropy",
    operators=r"cross_entropy|nll_loss|kl_div",
    advice=N_("Write the loss as its formula: log, indexing and sums are welcome."),
)
# Whatever is differentiated, it is by one of these; the engine below them takes no other way in from Python.
AUTOGRAD = Family(
    name="autograd",
    operators=r"^_backward$|^_make_dual$",
    names=(
        "torch.Tensor.backward",
        "torch.autograd.backward",
        "torch.autograd.grad",
        "torch.autograd.functional",
        "torch.autograd.graph._engine_run_backward",
        "torch.autograd.Variable._execution_engine",
        *(f"torch.func.{f}" for f in ("grad", "grad_and_value", "vjp", "jvp", "jacrev", "jacfwd", "hessian")),
        "torch.func.linearize",
        "torch.ops.aten.grad",
        "torch.ops.aten.backward",
        "torch.jit.script",
        "torch.jit.CompilationUnit",
    ),
    advice=N_("Derive the gradient by hand, and compute it with matrix products and sums."),
)
BACKWARD_OPERATORS = Family(
    name="backward_operators",
    operators=r"._backward",
    advice=N_("Derive it by hand: what an activation's derivative is can be written in terms of its value."),
)
OPTIM = Family(
    name="optim",
    operators=r"_fused_(sgd|adam|adamw|adagrad)_?$",
    names=("torch.optim",),
    advice=N_("Write the update yourself: under torch.no_grad() parameters may be changed in place."),
)
INIT = Family(
    name="init",
    names=("torch.nn.init",),
    advice=N_("Draw the numbers yourself: torch.rand, torch.randn, uniform_ and normal_ are welcome."),
)
DATA = Family(
    name="data",
    names=("torch.utils.data",),
    advice=N_("Take the batches yourself: torch.randperm and indexing are welcome."),
)
CLIP = Family(
    name="clip",
    operators=r"_foreach_(norm|mul|clamp)",
    names=("torch.nn.utils.clip_grad",),
    advice=N_("Clip the gradients yourself: norms of single tensors, clamp and mul_ are welcome."),
)
SKLEARN = Family(
    name="sklearn",
    modules=("sklearn",),
    advice=N_("Write it with torch: torch.randperm, indexing and sums are welcome."),
)
MODELS = Family(
    name="models",
    modules=("torchvision.models", "timm"),
    advice=N_("Build the network from the layers of torch.nn."),
)

FAMILIES = {family.name: family for family in list(globals().values()) if isinstance(family, Family)}


Forbid = str | Family | Sequence[str | Family]


def families(named: Forbid) -> tuple[Family, ...]:
    """The families of these names, and those given as they are; KeyError names one that is unknown."""
    listed = (named,) if isinstance(named, str | Family) else named
    return tuple(family if isinstance(family, Family) else FAMILIES[family] for family in listed)
