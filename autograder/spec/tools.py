"""What the runs of checks are written with. All of it works beside the student's code, in the runner."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode

from autograder.messages import N_
from autograder.spec.errors import Forbidden, Unfit
from autograder.spec.judges import describe
from autograder.spec.values import GRADIENT, map_tensors, tensors

_recorded: ContextVar[list[nn.Module] | None] = ContextVar("recorded", default=None)


def cotangent(like: Tensor, index: int = 0) -> Tensor:
    """A fixed random direction in the space of an output (a plain sum would miss a softmax's gradient)."""
    generator = torch.Generator().manual_seed(20_000 + index)
    return torch.randn(like.shape, generator=generator, dtype=torch.float64).to(like)


def gradients(function: Callable[..., Any], **arguments: Any) -> dict[str, Any]:
    """Gradients of what ``function(*arguments)`` returns, contracted with a fixed random cotangent.

    arguments: passed by position, in order; their names serve the messages. Floating tensors in them, also inside
    dicts and lists, are copied to fresh leaves. Returns ``{"gradient of X": gradient, ...}`` with a path such as
    ``params['W_xz']`` for each leaf; the gradient is None where none arrives.
    """
    leaves = map_tensors(arguments, lambda t: t.clone().requires_grad_() if t.is_floating_point() else t.clone())
    output = function(*leaves.values())
    return pull_back(output, {name: t for key, v in leaves.items() for name, t in tensors(v, key)})


def parameter_gradients(net: nn.Module, function: Callable[..., Any], **arguments: Any) -> dict[str, Any]:
    """As ``gradients``, for the inputs and also for the parameters of ``net`` (``parameter 0``, ...)."""
    leaves = map_tensors(arguments, lambda t: t.clone().requires_grad_() if t.is_floating_point() else t.clone())
    output = function(*leaves.values())
    wanted = {name: t for key, v in leaves.items() for name, t in tensors(v, key)}
    wanted |= {f"parameter {i}": p for i, p in enumerate(net.parameters())}
    return pull_back(output, wanted)


def pull_back(output: Any, wanted: dict[str, Tensor]) -> dict[str, Any]:
    """Gradients of an output, contracted with a fixed random cotangent, at the wanted leaves: None where none arrives.

    Raises ``Unfit`` for an output without a floating tensor.
    """
    return pull_back_all([(output, wanted)])[0]


def pull_back_all(begun: Sequence[tuple[Any, dict[str, Tensor]]]) -> list[dict[str, Any]]:
    """As ``pull_back``, of several outputs with leaves of their own, in one pass backwards."""
    reached: list[Tensor] = []
    directions: list[Tensor] = []
    leaves: list[Tensor] = []
    for output, wanted in begun:
        floating = [t for _path, t in tensors(output) if t.is_floating_point()]
        if not floating:
            raise Unfit(N_("expected a differentiable result, got {got}"), got=type(output).__name__)
        with_graph = [t for t in floating if t.requires_grad]
        reached += with_graph
        directions += [cotangent(t, i) for i, t in enumerate(with_graph)]
        # A frozen parameter gets no gradient.
        leaves += [leaf for leaf in wanted.values() if leaf.is_floating_point() and leaf.requires_grad]
    found: dict[int, Any] = {}
    if reached and leaves:
        given = torch.autograd.grad(reached, leaves, directions, allow_unused=True)
        found = {id(leaf): gradient for leaf, gradient in zip(leaves, given, strict=True)}
    return [
        {GRADIENT + name: found.get(id(leaf)) for name, leaf in wanted.items() if leaf.is_floating_point()}
        for _output, wanted in begun
    ]


NO_ERROR = "no exception"


def error_of(expected: type[Exception], function: Callable[..., Any], *arguments: Any) -> str:
    """Which exception a call raises: the name of ``expected`` for it and its subclasses, ``NO_ERROR`` for none."""
    try:
        function(*arguments)
    except (NotImplementedError, Forbidden):
        raise
    except expected:
        return expected.__name__
    except Exception as error:
        return type(error).__name__
    return NO_ERROR


def number(value: Any) -> Any:
    """A number as Python writes it: the element of a tensor or array of one, the int of a whole float.

    For checks of a value whose type another check is about. In a dict, each of its values; what is no number stays.
    """
    if isinstance(value, dict):
        return {key: number(item) for key, item in value.items()}
    if isinstance(value, Tensor | np.ndarray | np.generic) and math.prod(value.shape) == 1:
        value = value.item()
    return int(value) if isinstance(value, float) and value.is_integer() else value


def real(value: Any) -> Any:
    """A number as a Python float, whatever its type was: as ``number``, but a whole one is a float too."""
    value = number(value)
    return float(value) if isinstance(value, int) else value


def plain(value: Any) -> Any:
    """Tensors and arrays as Python numbers or lists of them, and tuples as lists, everywhere inside a value.

    For checks of a value whose type another check is about.
    """
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    return plain(value.tolist()) if isinstance(value, Tensor | np.ndarray | np.generic) else value


def as_float32(value: Any) -> Any:
    """A tensor in float32, whatever its dtype was, int64 and bool too. What is no tensor stays.

    For checks of a value whose dtype another check is about.
    """
    return value.float() if isinstance(value, Tensor) else value


def named(result: Any, *names: str) -> dict[str, Any]:
    """The items of a tuple or list by their names. Raises ``Unfit`` for anything else, and for more or fewer items."""
    if isinstance(result, tuple | list) and len(result) == len(names):
        return dict(zip(names, result, strict=True))
    raise Unfit(N_("expected {expected}, got {got}"), expected=f"({', '.join(names)})", got=describe(result))


def known_by_shape(found: Mapping[str, Any], shapes: Mapping[str, Sequence[int]]) -> dict[str, Any]:
    """Results by their names: in another order, transposed or with axes of size 1 too many, they are known by their
    shapes and put right, so that other checks judge their values. As they are, if that does not tell which is which."""

    def outline(shape: Sequence[int]) -> tuple[int, ...]:
        return tuple(sorted(n for n in shape if n > 1))

    if not all(isinstance(part, torch.Tensor) for part in found.values()):
        return dict(found)
    parts = {outline(part.shape): part for part in found.values()}
    if len(parts) < len(shapes) or parts.keys() != {outline(shape) for shape in shapes.values()}:
        return dict(found)
    right = {}
    for name, shape in shapes.items():
        part = parts[outline(shape)].squeeze()
        bare = torch.Size(n for n in shape if n > 1)
        right[name] = (part if part.shape == bare else part.T).reshape(shape)
    return right


def count_operators(function: Callable[..., Any], *arguments: Any) -> int:
    """How many operators a call dispatches: what does not grow with a size is not a Python loop over it."""
    counter = _Counter()
    with counter:
        function(*arguments)
    return counter.count


class _Counter(TorchDispatchMode):
    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def __torch_dispatch__(self, operator: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        self.count += 1
        return operator(*args, **(kwargs or {}))


def seeded(seed: int, device: torch.device | str = "cpu") -> torch.Generator:
    """A generator on this device that begins with this seed."""
    return torch.Generator(device).manual_seed(seed)


def uses_global_generator(function: Callable[..., Any], *arguments: Any) -> bool:
    """Whether a call draws from torch's global generator, where a generator of its own was given."""
    before = torch.get_rng_state()
    function(*arguments)
    return not torch.equal(before, torch.get_rng_state())


def load_parameters(net: nn.Module, weights: Sequence[Tensor], exactly: bool = True) -> nn.Module:
    """Loads given weights into a module, by order and shape, whatever its structure and names; returns the module.

    The module takes the dtype and device of the weights. Raises ``Unfit`` where the parameters are others; not
    ``exactly``, each parameter takes the next of the weights that has its shape, else an earlier one that is left, and
    stays as it is where there is none.
    """
    parameters = parameters_of(net)
    want, got = [list(w.shape) for w in weights], [list(p.shape) for p in parameters]
    if exactly and got != want:
        text = N_("the parameters, in order, should have the shapes {expected}, but have {got}")
        raise Unfit(text, expected=want, got=got)
    if exactly and (recorded := _recorded.get()) is not None:
        recorded.append(net)
    if weights:
        net.to(device=weights[0].device, dtype=weights[0].dtype)
    with torch.no_grad():
        place, taken = 0, set[int]()
        for parameter in parameters_of(net):  # those that moving has put in the place of others
            order = [*range(place, len(want)), *range(place)]
            found = next((i for i in order if i not in taken and want[i] == list(parameter.shape)), None)
            if found is not None:
                if parameter.dim() and not any(parameter.stride()):  # a hollow one has no memory to copy into
                    parameter.data = weights[found]
                else:
                    parameter.copy_(weights[found])
                place = found + 1
                taken.add(found)
    return net


def parameters_of(net: nn.Module) -> list[nn.Parameter]:
    """The parameters that a module has, whatever it says. Raises ``Unfit`` for anything else, and before they have
    shapes."""
    if not isinstance(net, nn.Module):
        raise Unfit(N_("expected an nn.Module, got {got}"), expected="nn.Module", got=type(net).__name__)
    parameters = list(nn.Module.parameters(net))
    if any(nn.parameter.is_lazy(p) for p in parameters):
        text = N_("its parameters have no shapes yet: use modules with explicit sizes instead of Lazy ones")
        raise Unfit(text)
    return parameters


@contextmanager
def recorded_modules() -> Iterator[list[nn.Module]]:
    """The modules that ``load_parameters`` fills while the context lasts."""
    nets: list[nn.Module] = []
    token = _recorded.set(nets)
    try:
        yield nets
    finally:
        _recorded.reset(token)


def as_view(value: Any) -> Any:
    """The value with every tensor of it as a strided view: equal, but not contiguous in memory."""
    return map_tensors(value, _strided)


def _strided(t: Tensor) -> Tensor:
    """The first axis lies closest in memory, so that no two axes can be joined by ``view``; where that changes nothing,
    every second element of a tensor twice as large."""
    backwards = tuple(reversed(range(t.dim())))
    turned = t.permute(backwards).contiguous().permute(backwards)
    if t.dim() == 0 or not turned.is_contiguous():
        return turned
    return torch.stack([t, t], -1)[..., 0]


def fitting(result: Any, like: Tensor) -> Tensor:
    """The result, to go on with. Raises ``Unfit`` unless it is a tensor of the shape of ``like``, floating as that is:
    which floating dtype it has is another check's matter."""
    if isinstance(result, Tensor) and result.shape == like.shape:
        kinds = {t.dtype.is_floating_point or t.dtype for t in (result, like)}
        if len(kinds) == 1:
            return result
    raise Unfit(N_("expected {expected}, got {got}"), expected=describe(like), got=describe(result))


@contextmanager
def only_eval(net: nn.Module) -> Iterator[nn.Module]:
    """Evaluation mode without gradients inside, the mode before afterwards."""
    training = net.training
    net.eval()
    try:
        with torch.no_grad():
            yield net
    finally:
        net.train(training)
