"""Variants of a reference: other honest ways to write the same, made one at a time. Each must keep full marks.

Operators change a place in a function; styles wrap an entry point as a whole, since people write helpers and classes,
compute in float64, print, and return views. What an operator makes is not right everywhere (a sum over lists does not
commute); whoever uses it asks for a witness (`autograder/workshop/witness.py`), but for those in ``SURE``.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Sequence
from dataclasses import replace
from inspect import cleandoc
from textwrap import indent

from autograder.syntax import FUNCTIONS, MADE
from autograder.workshop.edits import (
    LIBRARIES,
    Changes,
    Edit,
    Place,
    Table,
    constant,
    edits,
    expression,
    method,
    operand,
)

OPERATORS = Table()


def variants(source: str, entries: Sequence[str]) -> list[Edit]:
    """All variants of a file, each text once: first those of its places, then those of its entry points."""
    changed = [*edits(source, OPERATORS), *_renamings(source)]
    return [*(replace(edit, source=f"{IMPORTS}{edit.source}") for edit in changed), *_styles(source, entries)]


# Operators


METHODS = {
    *("sum", "mean", "amax", "amin", "exp", "sqrt", "abs", "clamp", "unsqueeze", "reshape", "flatten", "transpose"),
    *("masked_fill", "flip", "permute", "sigmoid", "tanh", "relu", "softmax", "argmax", "topk", "movedim", "square"),
    *("log", "logsumexp", "log_softmax", "gather", "cumsum", "norm", "matmul", "t", "diagonal", "squeeze", "clone"),
}
TAKES_A_TUPLE = {"reshape", "permute", "flip"}  # as a function; as a method it takes the numbers themselves
TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.Gt, ast.Gt: ast.Lt, ast.LtE: ast.GtE, ast.GtE: ast.LtE, ast.Eq: ast.Eq, ast.NotEq: ast.NotEq,
}  # fmt: skip
SAMPLERS = {"rand": "uniform_", "randn": "normal_"}


def _is_tensor_like(*nodes: ast.expr) -> bool:
    """Whether none of these is plainly a list, a tuple or a text, for which + means something else."""
    others = (ast.List, ast.Tuple, ast.ListComp, ast.JoinedStr)
    return not any(
        isinstance(node, others) or (isinstance(node, ast.Constant) and isinstance(node.value, str)) for node in nodes
    )


def _axis(node: ast.Call) -> ast.expr | None:
    """The one axis that a reduction is over; None where there are several, or none is said."""
    taken = 1 if isinstance(node.func, ast.Attribute) and operand(node) is not node.func.value else 0
    given = [k.value for k in node.keywords if k.arg in ("dim", "axis")] or node.args[taken : taken + 1]
    return given[0] if given and isinstance(given[0], ast.Constant | ast.UnaryOp) else None


@OPERATORS.operator("commuted")
def _(node: ast.AST, place: Place) -> Changes:
    match node:
        case ast.BinOp(left=a, op=ast.Add() | ast.Mult() as op, right=b) if _is_tensor_like(a, b):
            yield ast.BinOp(b, op, a)
        case ast.BinOp(left=a, op=ast.Sub(), right=b):
            yield ast.BinOp(ast.UnaryOp(ast.USub(), b), ast.Add(), a)
        case ast.Compare(left=a, ops=[op], comparators=[b]) if type(op) in TURNED:
            yield ast.Compare(b, [TURNED[type(op)]()], [a])


@OPERATORS.operator("another grouping")
def _(node: ast.AST, place: Place) -> Changes:
    match node:
        case (
            ast.BinOp(left=ast.BinOp(left=a, op=ast.Add() as inner, right=b), op=ast.Add(), right=c)
            | ast.BinOp(left=ast.BinOp(left=a, op=ast.Mult() as inner, right=b), op=ast.Mult(), right=c)
        ) if _is_tensor_like(a, b, c):
            yield ast.BinOp(a, inner, ast.BinOp(b, inner, c))


@OPERATORS.operator("quotient as a product")
def _(node: ast.AST, place: Place) -> Changes:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        yield ast.BinOp(node.left, ast.Mult(), ast.BinOp(ast.Constant(1), ast.Div(), node.right))


@OPERATORS.operator("power as a product, root as a power")
def _(node: ast.AST, place: Place) -> Changes:
    match node:
        case ast.BinOp(left=base, op=ast.Pow(), right=ast.Constant(value=2)):
            yield ast.BinOp(base, ast.Mult(), base)
        case ast.Call() if method(node) == "sqrt" and (inner := operand(node)) is not None:
            yield ast.BinOp(inner, ast.Pow(), ast.Constant(0.5))


@OPERATORS.operator("mean as a sum")
def _(node: ast.AST, place: Place) -> Changes:
    if isinstance(node, ast.Call) and method(node) == "mean" and (inner := operand(node)) is not None:
        total = copy.deepcopy(node)
        assert isinstance(total.func, ast.Attribute)
        total.func.attr = "sum"
        if not node.keywords and len(node.args) == (0 if inner is node.func.value else 1):  # type: ignore[attr-defined]
            yield expression("total / X.numel()", total=total, X=inner)
        elif (axis := _axis(node)) is not None:
            yield expression("total / X.shape[axis]", total=total, X=inner, axis=axis)


@OPERATORS.operator("product of matrices written otherwise")
def _(node: ast.AST, place: Place) -> Changes:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
        for text in (
            "torch.matmul(A, B)",
            "torch.einsum('...ij,...jk->...ik', A, B)",
            "(A.unsqueeze(-1) * B.unsqueeze(-3)).sum(-2)",
            "(B.mT @ A.mT).mT",
        ):
            yield expression(text, A=node.left, B=node.right)


@OPERATORS.operator("ready-made function written out")
def _(node: ast.AST, place: Place) -> Changes:
    if not isinstance(node, ast.Call) or (inner := operand(node)) is None:
        return
    axis = _axis(node)
    match method(node):
        case "softmax" if axis is not None:
            yield expression(
                "torch.exp(X - X.amax(a, True)) / torch.exp(X - X.amax(a, True)).sum(a, True)", X=inner, a=axis
            )
        case "log_softmax" if axis is not None:
            yield expression("X - torch.logsumexp(X, a, keepdim=True)", X=inner, a=axis)
        case "sigmoid":
            yield expression("1 / (1 + torch.exp(-X))", X=inner)
        case "relu":
            yield expression("X.clamp(min=0)", X=inner)
            yield expression("torch.maximum(X, torch.zeros_like(X))", X=inner)
        case "amax" if axis is not None:
            yield expression("X.max(a).values", X=inner, a=axis) if not node.keywords else node


@OPERATORS.operator("function for a method, or method for a function")
def _(node: ast.AST, place: Place) -> Changes:
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node.func.attr not in METHODS:
        return
    name, owner = node.func.attr, node.func.value
    if not (isinstance(owner, ast.Name) and owner.id in LIBRARIES):
        sizes = [ast.Tuple(node.args, ast.Load())] if name in TAKES_A_TUPLE and len(node.args) > 1 else node.args
        yield ast.Call(expression(f"torch.{name}"), [owner, *sizes], node.keywords)
    elif isinstance(owner, ast.Name) and owner.id == "torch" and node.args and name != "softmax":
        yield ast.Call(ast.Attribute(node.args[0], name, ast.Load()), node.args[1:], node.keywords)


@OPERATORS.operator("loop reversed")
def _(node: ast.AST, place: Place) -> Changes:
    if isinstance(node, ast.For) and method(node.iter) == "range":
        made = copy.copy(node)
        made.iter = expression("reversed(all_of_them)", all_of_them=node.iter)
        yield made


@OPERATORS.operator("another sampler")
def _(node: ast.AST, place: Place) -> Changes:
    if isinstance(node, ast.Call) and method(node) in SAMPLERS and node.args:
        drawn = [k for k in node.keywords if k.arg == "generator"]
        made = ast.Call(expression("torch.empty"), node.args, [k for k in node.keywords if k.arg != "generator"])
        yield ast.Call(ast.Attribute(made, SAMPLERS[method(node)], ast.Load()), [], drawn)


@OPERATORS.operator("layers nested otherwise")
def _(node: ast.AST, place: Place) -> Changes:
    if method(node) == "Sequential" and isinstance(node, ast.Call) and len(node.args) > 1:
        a, *rest = node.args
        if not isinstance(a, ast.Starred):
            yield ast.Call(node.func, [ast.Call(node.func, [a], []), ast.Call(node.func, rest, [])], [])
            yield ast.Call(node.func, [expression("nn.Identity()"), *node.args], node.keywords)
            yield ast.Call(node.func, [*node.args, expression("nn.Identity()")], node.keywords)


@OPERATORS.operator("parameters made in another order")
def _(node: ast.AST, place: Place) -> Changes:
    if all(
        isinstance(s, ast.Assign) and isinstance(s.targets[0], ast.Attribute) for s in (node, place.following)
    ) and isinstance(place.following, ast.stmt):
        yield [place.following, node]  # type: ignore[list-item]


@OPERATORS.operator("condition turned")
def _(node: ast.AST, place: Place) -> Changes:
    if isinstance(node, ast.IfExp):
        yield ast.IfExp(ast.UnaryOp(ast.Not(), node.test), node.orelse, node.body)
    if isinstance(node, ast.If) and node.orelse:
        yield ast.If(ast.UnaryOp(ast.Not(), node.test), node.orelse, node.body)


@OPERATORS.operator("range given in full")
def _(node: ast.AST, place: Place) -> Changes:
    if isinstance(node, ast.Call) and method(node) == "range" and len(node.args) == 1:
        yield ast.Call(node.func, [constant(0), node.args[0], constant(1)], [])


# Names


class _Renamed(ast.NodeTransformer):
    def __init__(self, names: dict[str, str]) -> None:
        self.names = names

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.Name(self.names.get(node.id, node.id), node.ctx)

    def visit_Attribute(self, node: ast.Attribute) -> ast.Attribute:
        self.generic_visit(node)
        if isinstance(node.value, ast.Name) and node.value.id == "self":
            node.attr = self.names.get(f"self.{node.attr}", node.attr)
        return node


def _renamings(source: str) -> Iterator[Edit]:
    """All local variables, and all attributes that a class gives itself, under other names."""
    for what, names_of, kinds in (
        ("locals renamed", _local_names, FUNCTIONS),
        ("attributes renamed", _own_attributes, (ast.ClassDef,)),
    ):
        tree = ast.parse(source)
        changed = []
        for node in ast.walk(tree):
            if isinstance(node, kinds) and (names := names_of(node)):
                _Renamed(names).visit(node)
                changed += [f"{a} -> {b}" for a, b in names.items()]
        if changed:
            yield Edit(what, 0, ", ".join(changed), ast.unparse(tree) + "\n")


def _local_names(function: ast.AST) -> dict[str, str]:
    taken = {n.arg for n in ast.walk(function) if isinstance(n, ast.arg)}
    taken |= {name for n in ast.walk(function) if isinstance(n, ast.Global | ast.Nonlocal) for name in n.names}
    taken |= {n.name for n in ast.walk(function) if isinstance(n, FUNCTIONS)}
    stores = {n.id for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return {name: f"my_{name}" for name in sorted(stores - taken)}


def _own_attributes(node: ast.AST) -> dict[str, str]:
    stores = {
        n.attr
        for n in ast.walk(node)
        if isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Store) and ast.unparse(n.value) == "self"
    }
    return {f"self.{name}": f"my_{name}" for name in sorted(stores)}


# Styles

EACH = '''

def each(change, value):
    """Changes every tensor in a value."""
    if isinstance(value, torch.Tensor):
        return change(value)
    if isinstance(value, dict):
        return {key: each(change, one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(each(change, one) for one in value)
    return value
'''

# What becomes of the result of an entry point, `own`: the body of a function of *args and **kwargs.
RESULTS = {
    "result is a view that is not contiguous": "torch.stack([t, t], -1)[..., 0]",
    "result written into a buffer of its own": "torch.empty_like(t, requires_grad=False).copy_(t)",
    "result stacked from a list of its rows": "torch.stack(list(t)) if t.dim() and len(t) else t",
    "result joined from two halves": "torch.cat([t[: len(t) // 2], t[len(t) // 2 :]]) if t.dim() else t",
}
BODIES = {
    "in float64, and cast back": """
        given = []

        def widened(t):
            given.append(t.dtype) if t.is_floating_point() else None
            return t.double() if t.is_floating_point() else t

        result = own(*each(widened, args), **each(widened, kwargs))
        return each(lambda t: t.to(given[0]) if given and t.is_floating_point() else t, result)
        """,
    "first row and the rest joined": """
        n = len(args[0])

        def rows(value, start, end):
            return each(lambda t: t[start:end] if t.dim() and len(t) == n else t, value)

        if n < 2:
            return own(*args, **kwargs)
        first, rest = (own(*rows(args, *part), **rows(kwargs, *part)) for part in ((0, 1), (1, n)))
        if isinstance(first, tuple):
            return tuple(torch.cat([a, b]) for a, b in zip(first, rest))
        return torch.cat([first, rest])
        """,
    "network in a Sequential": """
        net = own(*args, **kwargs)
        return nn.Sequential(net) if isinstance(net, nn.Module) else net
        """,
}
# These are right wherever they can be written.
CERTAIN = {
    "prints and asserts": """
        print("called with", *args)
        result = own(*args, **kwargs)
        assert result is None or result is not args, "the arguments came back"
        print(f"{result=}")
        return result
        """,
    "by way of a helper": """
        def answer(call):
            return call(*args, **kwargs)

        return answer(own)
        """,
    "draws from the global generator": """
        torch.rand(3)
        random.random()
        return own(*args, **kwargs)
        """,
}
LINES = {  # the same, for what is no body of a function
    "a lambda": "{name} = lambda *args, **kwargs: {own}{name}(*args, **kwargs)",
    "an object that can be called": """
class Answer_{name}:
    def __call__(self, *args, **kwargs):
        return {own}{name}(*args, **kwargs)


{name} = Answer_{name}()
""",
    "a decorated function": """
def loud(function):
    @functools.wraps(function)
    def call(*args, **kwargs):
        return function(*args, **kwargs)

    return call


{name} = loud({own}{name})
""",
}
IMPORTS = "import functools\nimport random\nimport torch\nfrom torch import nn\n"
SURE = {*CERTAIN, *LINES, "locals renamed"}


def _styles(source: str, entries: Sequence[str]) -> Iterator[Edit]:
    tree = ast.parse(source)
    defined = {n.name: n for n in tree.body if isinstance(n, MADE)}
    functions = [name for name in entries if isinstance(defined.get(name), FUNCTIONS)]
    modules = [n for n in entries if isinstance(c := defined.get(n), ast.ClassDef) and _is_module(c)]
    start, own = f"{IMPORTS}{source}", "own_" if "own_" not in source else "first_"
    bodies = {w: f"return each(lambda t: {change}, own(*args, **kwargs))" for w, change in RESULTS.items()}
    for what, body in (bodies | BODIES | CERTAIN).items():
        names = [n for n in functions if what != "draws from the global generator" or not _draws(tree, n)]
        wrapped = "".join(_function(name, own, body) for name in names)
        if what in RESULTS:
            wrapped += "".join(_module(name, body) for name in modules)
        if wrapped:
            yield Edit(what, 0, ", ".join(names or modules), f"{start}{EACH}{wrapped}")
    for what, text in LINES.items():
        if functions:
            wrapped = "\n".join(f"{own}{name} = {name}\n{text.format(name=name, own=own)}" for name in functions)
            yield Edit(what, 0, ", ".join(functions), f"{start}\n\n{wrapped}\n")


def _is_module(node: ast.ClassDef) -> bool:
    return any(ast.unparse(base) in ("nn.Module", "torch.nn.Module", "Module") for base in node.bases)


def _draws(tree: ast.Module, name: str) -> bool:
    """Whether a function is given its source of randomness, also where it is wrapped already."""
    defined = [n for n in tree.body if isinstance(n, FUNCTIONS) and n.name == name]
    return any(isinstance(n, ast.arg) and n.arg == "generator" for node in defined for n in ast.walk(node))


def _function(name: str, own: str, body: str) -> str:
    """The function under another name, and one in its place that calls it."""
    lines = indent(cleandoc(body).replace("own(", f"{own}{name}(").replace("(own)", f"({own}{name})"), "    ")
    return f"\n\n{own}{name} = {name}\n\n\ndef {name}(*args, **kwargs):\n{lines}\n"


def _module(name: str, body: str) -> str:
    """A subclass in the place of a class, whose forward calls that of its parent."""
    call = body.replace("own(", "super().forward(")
    return f"\n\nclass {name}({name}):\n    def forward(self, *args, **kwargs):\n        {call}\n"
