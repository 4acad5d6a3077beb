"""Misconceptions that follow from the properties an exercise asks for, so that no author writes them by hand.

Each is the reference with one thing done to its arguments or its result: the gradient is cut, the dtype forced, an
input changed. Where the entry point is the class of a module, or a function that makes one, it is done to its calls.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from autograder.spec.misconception import Misconception

# By property: names, the learner's sentences (what {of} stands for names the entry point), what is done.
KINDS = {
    "gradients": [
        (
            "gradient_cut",
            """The values{of} are right, but no gradient arrives: somewhere numbers leave torch, as through .item(),
            float(), .detach(), .data, numpy or torch.tensor(...) of computed values. Keep everything in tensors.""",
            "return map_tensors(result, torch.Tensor.detach)",
        )
    ],
    "dtype": [
        (
            "output_always_float32",
            """The output{of} is float32 whatever came in: .float() makes it so, and torch.zeros(...) alone does, too.
            Take the dtype of the input, as X.new_zeros(...) and dtype=X.dtype do.""",
            "return to_dtype(result, torch.float32)",
        ),
        (
            "precision_lost",
            """The output{of} has the right dtype, but its numbers have only the precision of float32: somewhere on the
            way they were converted (.float(), a float32 tensor that results are written into?).""",
            "return map_tensors(result, lambda t: to_dtype(t, torch.float32).to(t.dtype))",
        ),
    ],
    "unchanged": [
        (
            "input_changed",
            """An input{of} is changed in place, as X += 1, X[...] = 0 and X.relu_() do it: the caller still needs it as
            it was. Make a new tensor, or work on X.clone().""",
            "for _path, t in [*tensors(given)][:1]:\n            t.data.fill_(7)\n        return result",
        )
    ],
    "views": [
        (
            "contiguous_inputs_only",
            """An input{of} is taken as if it lay in memory row by row: .view(...) refuses a strided view of another
            tensor, such as X.T. X.reshape(...) takes any.""",
            "for _path, t in tensors(given):\n            t.view(-1)\n        return result",
        )
    ],
}
CODE = """
import torch
from autograder.spec.values import map_tensors, tensors, to_dtype

def {name}(*args, **kwargs):
    def wrong(given, result):
        {done}
    made = reference.{entry}(*args, **kwargs)
    if not isinstance(made, torch.nn.Module):
        return wrong((args, kwargs), made)
    made.register_forward_hook(lambda _net, *given: wrong(given[:-1], given[-1]), with_kwargs=True)
    return made
"""


def generated(
    entries: Sequence[str], asked: Mapping[str, Collection[str]], without: Collection[str] = ()
) -> list[Misconception]:
    """The misconceptions about the properties that are ``asked``, each of the entry points that are named there.

    Where an exercise has several entry points, the name begins with the entry's, as in ``corr1d_gradient_cut``, and the
    sentence says it. without: names that are left out, since the author wrote a better one or nothing would be wrong.
    """
    found = []
    for entry in entries:
        several = len(entries) > 1
        for base, sentence, done in (kind for name in asked if entry in asked[name] for kind in KINDS.get(name, ())):
            name = f"{entry}_{base}" if several else base
            said = " ".join(sentence.format(of=f" of {entry}" if several else "").split())
            code = CODE.format(name=name, entry=entry, done=done).strip()
            found.append(Misconception(name, said, code=code, entry=entry, generated=True))
    return [misconception for misconception in found if misconception.name not in without]
