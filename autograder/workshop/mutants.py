"""First-order mutants of a reference: what people get wrong in tensor programs, made one at a time.

The vocabulary is that of mutation testing (AOR, ROR, SDL, ...) with what tensors add to it: axes, shapes,
gradients, precision, reductions; for training see Humbatova, Jahangirova and Tonella, DeepCrime (ISSTA 2021).
"""

from __future__ import annotations

import ast
import copy

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
    number,
    operand,
    renamed,
)

OPERATORS = Table()


def mutants(source: str) -> list[Edit]:
    """All mutants of the functions in a file."""
    return edits(source, OPERATORS)


def _is_axis(place: Place) -> bool:
    """Whether a number is an axis: ``dim=0``, ``sum(0)``, ``shape[0]``."""
    match place.parent:
        case ast.keyword(arg="dim" | "axis" | "dim0" | "dim1"):
            return True
        case ast.Call():
            return method(place.parent) in AXES and place.role == "args"
        case ast.Subscript(value=ast.Attribute(attr="shape")):
            return True
    return False


AXES = {
    *("sum", "mean", "max", "min", "amax", "amin", "var", "std", "prod", "argmax", "argmin", "softmax", "log_softmax"),
    *("logsumexp", "cumsum", "stack", "cat", "unsqueeze", "squeeze", "unfold", "size", "transpose", "movedim", "sort"),
    *("norm", "flatten", "flip", "topk", "select", "gather", "chunk", "split"),
}
REDUCTIONS = {
    "sum": ("mean",), "mean": ("sum",), "amax": ("mean", "amin"), "amin": ("amax",), "max": ("min",), "min": ("max",),
    "var": ("std",), "std": ("var",), "argmax": ("argmin",), "argmin": ("argmax",), "prod": ("sum",),
    "logsumexp": ("amax",), "any": ("all",), "all": ("any",),
}  # fmt: skip
NONLINEARITIES = {
    "sigmoid": ("tanh",), "tanh": ("sigmoid",), "relu": ("tanh", "sigmoid"), "softmax": ("log_softmax", "sigmoid"),
    "log_softmax": ("softmax",), "exp": ("expm1",), "Sigmoid": ("Tanh", "ReLU"), "ReLU": ("Sigmoid", "Tanh"),
    "Tanh": ("Sigmoid",), "log": ("log1p",), "AvgPool2d": ("MaxPool2d",), "MaxPool2d": ("AvgPool2d",),
}  # fmt: skip
FILLINGS = {
    "rand": ("randn", "ones"), "randn": ("rand", "zeros"), "zeros": ("ones",), "ones": ("zeros",),
    "rand_like": ("randn_like",), "randn_like": ("rand_like",), "zeros_like": ("ones_like",),
    "ones_like": ("zeros_like",), "new_zeros": ("new_ones",), "new_ones": ("new_zeros",), "empty": ("zeros", "ones"),
}  # fmt: skip
SHAPE_STEPS = {
    *("unsqueeze", "squeeze", "flatten", "expand", "reshape", "view", "transpose", "permute", "repeat", "contiguous"),
    *("expand_as", "movedim", "flip", "T", "mT"),
}
COPIES = {"clone", "detach", "to", "float", "double", "type_as", "contiguous"}
IN_PLACE = {"masked_fill", "clamp", "relu", "exp", "sqrt", "sub", "add", "mul", "div", "sigmoid", "tanh", "clamp_min"}
ARITHMETIC = {
    ast.Add: (ast.Sub,), ast.Sub: (ast.Add,), ast.Mult: (ast.Div, ast.Add), ast.Div: (ast.Mult,),
    ast.FloorDiv: (ast.Div, ast.Mult), ast.Mod: (ast.FloorDiv,), ast.Pow: (ast.Mult,), ast.MatMult: (ast.Mult,),
    ast.BitAnd: (ast.BitOr,), ast.BitOr: (ast.BitAnd,),
}  # fmt: skip
COMPARISONS = {
    ast.Lt: (ast.LtE, ast.Gt), ast.LtE: (ast.Lt, ast.GtE), ast.Gt: (ast.GtE, ast.Lt), ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,), ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}  # fmt: skip
UPDATES = {"zero_grad", "backward", "step"}


# The table


@OPERATORS.operator("another tensor of the same role")
def _(node: ast.AST, place: Place) -> Changes:
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in place.names:
        stem = node.id.rstrip("0123456789").rpartition("_")[0] or node.id[0]
        near = [n for n in place.names if n != node.id and (n.startswith(stem) or len(n) == len(node.id) == 1)]
        beside = place.parameters if node.id in place.parameters else []
        for name in list(dict.fromkeys([*near, *(n for n in beside if n != node.id)]))[:2]:
            yield ast.Name(name, ast.Load())


@OPERATORS.operator("gradient cut")
def _(node: ast.AST, place: Place) -> Changes:
    if isinstance(node, ast.BinOp | ast.Call | ast.Name | ast.Subscript) and place.is_result:
        yield expression("X.detach()", X=node)


@OPERATORS.operator("precision lost")
def _(node: ast.AST, place: Place) -> Changes:
    if isinstance(node, ast.BinOp | ast.Call) and place.is_result:
        yield expression("X.half().to(X.dtype)", X=node)
        yield expression("X.float()", X=node)


@OPERATORS.operator("factor or term dropped")
def _(node: ast.AST, place: Place) -> Changes:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.Div | ast.Add | ast.Sub | ast.Pow):
        yield node.left
        if not isinstance(node.op, ast.Pow | ast.Div):
            yield node.right


@OPERATORS.operator("another size")
def _(node: ast.AST, place: Place) -> Changes:
    match node:
        case ast.Subscript(value=ast.Attribute(attr="shape"), slice=index) if isinstance(n := number(index), int):
            for other in {n - 1, n + 1, -1 - n} - {n}:
                yield ast.Subscript(node.value, constant(other), ast.Load())
        case ast.Assign(targets=[ast.Tuple(elts=[first, second, *rest])]):
            yield ast.Assign([ast.Tuple([second, first, *rest], ast.Store())], node.value)


@OPERATORS.operator("slice moved")
def _(node: ast.AST, place: Place) -> Changes:
    if isinstance(node, ast.Slice):
        for lower, upper in ((1, 0), (0, 1), (0, -1)):
            bounds = [node.lower, node.upper]
            for i, by in enumerate((lower, upper)):
                if by and (bound := bounds[i]) is not None:
                    bounds[i] = ast.BinOp(bound, ast.Add() if by > 0 else ast.Sub(), ast.Constant(1))
            yield ast.Slice(bounds[0], bounds[1], node.step)
        if node.step is not None:
            yield ast.Slice(node.lower, node.upper, None)


@OPERATORS.operator("operands swapped")
def _(node: ast.AST, place: Place) -> Changes:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult | ast.Sub | ast.Div | ast.FloorDiv | ast.Pow):
        yield ast.BinOp(node.right, node.op, node.left)


@OPERATORS.operator("another nonlinearity, or none")
def _(node: ast.AST, place: Place) -> Changes:
    if (name := method(node)) in NONLINEARITIES:
        for other in NONLINEARITIES[name]:
            yield renamed(node, other)
        if name.islower() and (inner := operand(node)) is not None:
            yield inner


@OPERATORS.operator("another reduction")
def _(node: ast.AST, place: Place) -> Changes:
    for other in REDUCTIONS.get(method(node), ()):
        yield renamed(node, other)


@OPERATORS.operator("another axis")
def _(node: ast.AST, place: Place) -> Changes:
    if _is_axis(place) and isinstance(n := number(node), int):
        for other in [a for a in (0, 1, -1, -2) if a != n]:
            yield constant(other)
    if isinstance(node, ast.Call) and method(node) in REDUCTIONS:
        kept = [k for k in node.keywords if k.arg not in ("dim", "axis")]
        if len(kept) < len(node.keywords):
            yield ast.Call(node.func, node.args, kept)


@OPERATORS.operator("transposed")
def _(node: ast.AST, place: Place) -> Changes:
    match node:
        case ast.Attribute(value=inner, attr="T" | "mT"):
            yield inner
        case ast.BinOp(op=ast.MatMult()):
            yield ast.BinOp(ast.Attribute(node.left, "mT", ast.Load()), node.op, node.right)
            yield ast.BinOp(node.left, node.op, ast.Attribute(node.right, "mT", ast.Load()))


@OPERATORS.operator("shape step dropped or turned")
def _(node: ast.AST, place: Place) -> Changes:
    if isinstance(node, ast.Call) and method(node) in SHAPE_STEPS:
        if (inner := operand(node)) is not None:
            yield inner
        sizes = node.args
        for i in range(len(sizes) - 1):
            yield ast.Call(node.func, [*sizes[:i], sizes[i + 1], sizes[i], *sizes[i + 2 :]], node.keywords)


@OPERATORS.operator("keepdim turned")
def _(node: ast.AST, place: Place) -> Changes:
    if isinstance(node, ast.Call) and method(node) in REDUCTIONS:
        kept = [k for k in node.keywords if k.arg != "keepdim"]
        if len(kept) < len(node.keywords):
            yield ast.Call(node.func, node.args, kept)
        elif node.args or kept:
            yield ast.Call(node.func, node.args, [*kept, ast.keyword("keepdim", ast.Constant(True))])


@OPERATORS.operator("layer left out or swapped")
def _(node: ast.AST, place: Place) -> Changes:
    if isinstance(node, ast.Call) and method(node) in ("Sequential", "ModuleList"):
        for i in range(len(node.args)):
            yield ast.Call(node.func, [*node.args[:i], *node.args[i + 1 :]], node.keywords)
            if i + 1 < len(node.args):
                swapped = [*node.args[:i], node.args[i + 1], node.args[i], *node.args[i + 2 :]]
                yield ast.Call(node.func, swapped, node.keywords)


@OPERATORS.operator("range moved")
def _(node: ast.AST, place: Place) -> Changes:
    if isinstance(node, ast.Call) and method(node) in ("range", "arange") and node.args:
        *before, last = node.args[: 2 if len(node.args) > 1 else 1]
        for by in (ast.Sub(), ast.Add()):
            yield ast.Call(node.func, [*before, ast.BinOp(last, by, ast.Constant(1)), *node.args[2:]], node.keywords)
        if len(node.args) == 1:
            yield ast.Call(node.func, [ast.Constant(1), last], node.keywords)


@OPERATORS.operator("another filling")
def _(node: ast.AST, place: Place) -> Changes:
    for other in FILLINGS.get(method(node), ()):
        yield renamed(node, other)


@OPERATORS.operator("copy dropped, or done in place")
def _(node: ast.AST, place: Place) -> Changes:
    name = method(node)
    if name in COPIES and (inner := operand(node)) is not None:
        yield inner
    if name in IN_PLACE and isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        owner = node.func.value
        if not (isinstance(owner, ast.Name) and owner.id in LIBRARIES):
            yield renamed(node, f"{name}_")
    match node:
        case ast.Assign(targets=[ast.Name(id=target)], value=ast.BinOp(left=ast.Name(id=name))) if target == name:
            yield ast.AugAssign(ast.Name(target, ast.Store()), node.value.op, node.value.right)  # type: ignore[attr-defined]


@OPERATORS.operator("infinity weakened")
def _(node: ast.AST, place: Place) -> Changes:
    if isinstance(node, ast.Call) and ast.unparse(node) in ("float('-inf')", "float('inf')"):
        yield from map(constant, (-1e3, 0.0, 1e9))
    if isinstance(node, ast.Attribute) and node.attr == "inf":
        yield from map(constant, (1e3, 100.0))


@OPERATORS.operator("root or small term dropped")
def _(node: ast.AST, place: Place) -> Changes:
    if method(node) in ("sqrt", "rsqrt", "abs", "log", "exp") and (inner := operand(node)) is not None:
        yield inner


@OPERATORS.operator("mode or flag fixed")
def _(node: ast.AST, place: Place) -> Changes:
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield ast.Constant(not node.value)
    if isinstance(node, ast.If | ast.IfExp | ast.While):
        for value in (True, False) if not isinstance(node, ast.While) else (False,):
            made = copy.copy(node)
            made.test = ast.Constant(value)
            yield made


@OPERATORS.operator("condition moved")
def _(node: ast.AST, place: Place) -> Changes:
    match node:
        case ast.Compare(ops=[op, *rest]):
            for other in COMPARISONS.get(type(op), ()):
                yield ast.Compare(node.left, [other(), *rest], node.comparators)
        case ast.BoolOp(op=op, values=values):
            yield ast.BoolOp(ast.And() if isinstance(op, ast.Or) else ast.Or(), values)
            for i in range(len(values)):
                left = [*values[:i], *values[i + 1 :]]
                yield ast.BoolOp(op, left) if len(left) > 1 else left[0]
        case ast.UnaryOp(op=ast.Not() | ast.Invert(), operand=inner):
            yield inner


@OPERATORS.operator("arithmetic replaced")
def _(node: ast.AST, place: Place) -> Changes:
    if isinstance(node, ast.BinOp):
        for other in ARITHMETIC.get(type(node.op), ()):
            yield ast.BinOp(node.left, other(), node.right)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield node.operand


@OPERATORS.operator("number changed")
def _(node: ast.AST, place: Place) -> Changes:
    if isinstance(place.parent, ast.UnaryOp) or _is_axis(place) or (n := number(node)) is None:
        return
    yield from map(constant, (n + 1, n - 1) if isinstance(n, int) else (n * 2, n / 2 if n else 1.0))


@OPERATORS.operator("statement deleted")
def _(node: ast.AST, place: Place) -> Changes:
    if isinstance(node, ast.Expr | ast.AugAssign | ast.Raise | ast.Break | ast.Continue | ast.Assign):
        yield ast.Pass()
    if isinstance(node, ast.For):
        made = copy.copy(node)
        made.body = [*node.body, ast.Break()]
        yield made


@OPERATORS.operator("state not carried")
def _(node: ast.AST, place: Place) -> Changes:
    if isinstance(node, ast.AugAssign):
        yield ast.Assign([node.target], node.value)


@OPERATORS.operator("order of the update")
def _(node: ast.AST, place: Place) -> Changes:
    if isinstance(node, ast.Expr) and method(node.value) in UPDATES and isinstance(place.following, ast.stmt):
        yield [place.following, node]


@OPERATORS.operator("arguments or results swapped")
def _(node: ast.AST, place: Place) -> Changes:
    if isinstance(node, ast.Call) and len(node.args) > 1 and method(node) not in SHAPE_STEPS | {"range"}:
        yield ast.Call(node.func, [node.args[1], node.args[0], *node.args[2:]], node.keywords)
    if isinstance(node, ast.Call) and node.keywords and method(node) not in REDUCTIONS:
        for i in range(len(node.keywords)):
            yield ast.Call(node.func, node.args, [*node.keywords[:i], *node.keywords[i + 1 :]])
    if isinstance(node, ast.Tuple) and isinstance(place.parent, ast.Return) and len(node.elts) > 1:
        yield ast.Tuple([node.elts[1], node.elts[0], *node.elts[2:]], ast.Load())
        yield node.elts[0]
