"""First-order mutants of a reference: what people get wrong in tensor programs, made one at a time.

Each operator is a generator in the table below: it is shown a node of the syntax tree and yields what may stand in its
place. The vocabulary is that of mutation testing (AOR, ROR, SDL, ...) with what tensors add to it: axes, shapes,
gradients, precision, reductions; for training see Humbatova, Jahangirova and Tonella, DeepCrime (ISSTA 2021).
"""

from __future__ import annotations

import ast
import copy
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

Changes = Iterator[ast.AST | list[ast.stmt]]
LIBRARIES = ("torch", "F", "nn", "math", "np")
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
MAX_CHANGE = 60


@dataclass(frozen=True)
class Mutant:
    """A wrong solution. what: the operator. line: of the reference. change: the part before and after."""

    what: str
    line: int
    change: str
    source: str

    @property
    def name(self) -> str:
        return f"{self.what}: {self.change}"


@dataclass
class Place:
    """What an operator may know of the surroundings of a node.

    names: parameters and local variables of the function, those that are parameters first. parent, role: the node
    around it, and what it is there. following: the statement after it.
    """

    names: list[str]
    parameters: list[str]
    parent: ast.AST
    role: str
    following: ast.stmt | None = None

    @property
    def is_result(self) -> bool:
        """Whether it is what is assigned or returned."""
        return self.role == "value" and isinstance(self.parent, ast.Assign | ast.Return)


Make = Callable[[ast.AST, Place], Changes]
OPERATORS: dict[str, Make] = {}


def operator(what: str) -> Callable[[Make], Make]:
    def add(make: Make) -> Make:
        OPERATORS[what] = make
        return make

    return add


def mutants(source: str) -> list[Mutant]:
    """All mutants of the functions in a file, each text once, in the order of the lines."""
    tree = ast.parse(source)
    _without_docstrings(tree)
    seen = {ast.unparse(tree)}
    found: list[Mutant] = []
    for function in [n for n in ast.walk(tree) if isinstance(n, FUNCTIONS)]:
        parameters, names = _names(function)
        for parent, name, index, node in _nodes(function):
            statements = getattr(parent, name) if index is not None else None
            following = None
            if isinstance(node, ast.stmt) and isinstance(statements, list) and index is not None:
                following = statements[index + 1] if index + 1 < len(statements) else None
            place = Place(names, parameters, parent, name, following)
            for what, make in OPERATORS.items():
                for change in make(node, place):
                    text = _with(tree, parent, name, index, change, following)
                    if text is not None and text not in seen:
                        seen.add(text)
                        found.append(Mutant(what, getattr(node, "lineno", 0), _said(node, change), text))
    return numbered(sorted(found, key=lambda m: m.line))


def numbered(found: list[Mutant]) -> list[Mutant]:
    """The mutants, those that would be named alike with numbers: a name stands for one of them."""
    names = Counter(mutant.name for mutant in found)
    seen: Counter[str] = Counter()
    told = []
    for mutant in found:
        seen[mutant.name] += 1
        place = f" ({seen[mutant.name]} of {names[mutant.name]})" if names[mutant.name] > 1 else ""
        told.append(replace(mutant, change=f"{mutant.change}{place}"))
    return told


def _without_docstrings(tree: ast.Module) -> None:
    for node in ast.walk(tree):
        if isinstance(node, (*FUNCTIONS, ast.ClassDef)) and ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]


def _names(function: ast.FunctionDef | ast.AsyncFunctionDef) -> tuple[list[str], list[str]]:
    arguments = function.args
    parameters = [a.arg for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs) if a.arg != "self"]
    stores = [n.id for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
    return parameters, list(dict.fromkeys([*parameters, *stores]))


def _nodes(function: ast.AST) -> Iterator[tuple[ast.AST, str, int | None, ast.AST]]:
    """Every node of a body with where it hangs; no annotations, no nested functions (these have their turn)."""
    waiting: list[ast.AST] = [function]
    while waiting:
        parent = waiting.pop()
        for name, value in ast.iter_fields(parent):
            if name in ("annotation", "returns", "decorator_list", "ctx", "args" if parent is function else ""):
                continue
            children = list(enumerate(value)) if isinstance(value, list) else [(None, value)]
            for index, node in children:
                if isinstance(node, ast.AST) and not isinstance(node, (*FUNCTIONS, ast.ClassDef)):
                    yield parent, name, index, node
                    waiting.append(node)


def _with(
    tree: ast.Module,
    parent: ast.AST,
    name: str,
    index: int | None,
    change: ast.AST | list[ast.stmt],
    following: ast.stmt | None,
) -> str | None:
    """The file with a node replaced, by several statements if need be; None if it is no Python then."""
    before = getattr(parent, name)
    if isinstance(before, list) and index is not None:
        made = change if isinstance(change, list) else [change]
        swapped = following is not None and following in made  # a statement that changed places with the next
        setattr(parent, name, [*before[:index], *made, *before[index + 1 + swapped :]] or [ast.Pass()])
    else:
        setattr(parent, name, change)
    try:
        text = ast.unparse(ast.fix_missing_locations(tree)) + "\n"
        compile(text, "mutant", "exec")
    except (SyntaxError, ValueError, TypeError, AttributeError):
        return None
    finally:
        setattr(parent, name, before)
    return text


def _said(node: ast.AST, change: ast.AST | list[ast.stmt]) -> str:
    after = "; ".join(map(ast.unparse, change)) if isinstance(change, list) else ast.unparse(change)
    return f"{_short(ast.unparse(node))} -> {_short(after) or '(nothing)'}"


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= MAX_CHANGE else f"{text[:MAX_CHANGE]}..."


# What operators are written with


def _method(node: ast.AST) -> str:
    """The name of the function or method that a call calls."""
    if not isinstance(node, ast.Call):
        return ""
    match node.func:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
    return ""


def _renamed(node: ast.AST, name: str) -> ast.Call:
    """The call under another name."""
    made = copy.deepcopy(node)
    assert isinstance(made, ast.Call)
    match made.func:
        case ast.Attribute():
            made.func.attr = name
        case ast.Name():
            made.func.id = name
    return made


def _of(node: ast.AST) -> ast.expr | None:
    """What a method is called on, or the first argument of a function of torch's."""
    if not isinstance(node, ast.Call):
        return None
    if isinstance(node.func, ast.Attribute) and not (
        isinstance(node.func.value, ast.Name) and node.func.value.id in LIBRARIES
    ):
        return node.func.value
    return node.args[0] if node.args else None


def _expression(text: str, **parts: ast.expr) -> ast.expr:
    """An expression with parts filled in for names."""

    class Fill(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.expr:
            return parts.get(node.id, node)

    made = Fill().visit(ast.parse(text, mode="eval")).body
    assert isinstance(made, ast.expr)
    return made


def _number(node: ast.AST) -> int | float | None:
    """A number that stands in the text, with its sign."""
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as value)):
            return -value
    return None


def _constant(value: object) -> ast.expr:
    return ast.parse(repr(value), mode="eval").body


def _is_axis(place: Place) -> bool:
    """Whether a number is an axis: ``dim=0``, ``sum(0)``, ``shape[0]``."""
    match place.parent:
        case ast.keyword(arg="dim" | "axis" | "dim0" | "dim1"):
            return True
        case ast.Call():
            return _method(place.parent) in AXES and place.role == "args"
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


@operator("another tensor of the same role")
def _(node: ast.AST, place: Place) -> Changes:
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in place.names:
        stem = node.id.rstrip("0123456789").rpartition("_")[0] or node.id[0]
        near = [n for n in place.names if n != node.id and (n.startswith(stem) or len(n) == len(node.id) == 1)]
        beside = place.parameters if node.id in place.parameters else []
        for name in list(dict.fromkeys([*near, *(n for n in beside if n != node.id)]))[:2]:
            yield ast.Name(name, ast.Load())


@operator("gradient cut")
def _(node: ast.AST, place: Place) -> Changes:
    if isinstance(node, ast.BinOp | ast.Call | ast.Name | ast.Subscript) and place.is_result:
        yield _expression("X.detach()", X=node)


@operator("precision lost")
def _(node: ast.AST, place: Place) -> Changes:
    if isinstance(node, ast.BinOp | ast.Call) and place.is_result:
        yield _expression("X.half().to(X.dtype)", X=node)
        yield _expression("X.float()", X=node)


@operator("factor or term dropped")
def _(node: ast.AST, place: Place) -> Changes:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.Div | ast.Add | ast.Sub | ast.Pow):
        yield node.left
        if not isinstance(node.op, ast.Pow | ast.Div):
            yield node.right


@operator("another size")
def _(node: ast.AST, place: Place) -> Changes:
    match node:
        case ast.Subscript(value=ast.Attribute(attr="shape"), slice=index) if isinstance(n := _number(index), int):
            for other in {n - 1, n + 1, -1 - n} - {n}:
                yield ast.Subscript(node.value, _constant(other), ast.Load())
        case ast.Assign(targets=[ast.Tuple(elts=[first, second, *rest])]):
            yield ast.Assign([ast.Tuple([second, first, *rest], ast.Store())], node.value)


@operator("slice moved")
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


@operator("operands swapped")
def _(node: ast.AST, place: Place) -> Changes:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult | ast.Sub | ast.Div | ast.FloorDiv | ast.Pow):
        yield ast.BinOp(node.right, node.op, node.left)


@operator("another nonlinearity, or none")
def _(node: ast.AST, place: Place) -> Changes:
    if (name := _method(node)) in NONLINEARITIES:
        for other in NONLINEARITIES[name]:
            yield _renamed(node, other)
        if name.islower() and (inner := _of(node)) is not None:
            yield inner


@operator("another reduction")
def _(node: ast.AST, place: Place) -> Changes:
    for other in REDUCTIONS.get(_method(node), ()):
        yield _renamed(node, other)


@operator("another axis")
def _(node: ast.AST, place: Place) -> Changes:
    if _is_axis(place) and isinstance(n := _number(node), int):
        for other in [a for a in (0, 1, -1, -2) if a != n]:
            yield _constant(other)
    if isinstance(node, ast.Call) and _method(node) in REDUCTIONS:
        kept = [k for k in node.keywords if k.arg not in ("dim", "axis")]
        if len(kept) < len(node.keywords):
            yield ast.Call(node.func, node.args, kept)


@operator("transposed")
def _(node: ast.AST, place: Place) -> Changes:
    match node:
        case ast.Attribute(value=inner, attr="T" | "mT"):
            yield inner
        case ast.BinOp(op=ast.MatMult()):
            yield ast.BinOp(ast.Attribute(node.left, "mT", ast.Load()), node.op, node.right)
            yield ast.BinOp(node.left, node.op, ast.Attribute(node.right, "mT", ast.Load()))


@operator("shape step dropped or turned")
def _(node: ast.AST, place: Place) -> Changes:
    if isinstance(node, ast.Call) and _method(node) in SHAPE_STEPS:
        if (inner := _of(node)) is not None:
            yield inner
        sizes = node.args
        for i in range(len(sizes) - 1):
            yield ast.Call(node.func, [*sizes[:i], sizes[i + 1], sizes[i], *sizes[i + 2 :]], node.keywords)


@operator("keepdim turned")
def _(node: ast.AST, place: Place) -> Changes:
    if isinstance(node, ast.Call) and _method(node) in REDUCTIONS:
        kept = [k for k in node.keywords if k.arg != "keepdim"]
        if len(kept) < len(node.keywords):
            yield ast.Call(node.func, node.args, kept)
        elif node.args or kept:
            yield ast.Call(node.func, node.args, [*kept, ast.keyword("keepdim", ast.Constant(True))])


@operator("layer left out or swapped")
def _(node: ast.AST, place: Place) -> Changes:
    if isinstance(node, ast.Call) and _method(node) in ("Sequential", "ModuleList"):
        for i in range(len(node.args)):
            yield ast.Call(node.func, [*node.args[:i], *node.args[i + 1 :]], node.keywords)
            if i + 1 < len(node.args):
                swapped = [*node.args[:i], node.args[i + 1], node.args[i], *node.args[i + 2 :]]
                yield ast.Call(node.func, swapped, node.keywords)


@operator("range moved")
def _(node: ast.AST, place: Place) -> Changes:
    if isinstance(node, ast.Call) and _method(node) in ("range", "arange") and node.args:
        *before, last = node.args[: 2 if len(node.args) > 1 else 1]
        for by in (ast.Sub(), ast.Add()):
            yield ast.Call(node.func, [*before, ast.BinOp(last, by, ast.Constant(1)), *node.args[2:]], node.keywords)
        if len(node.args) == 1:
            yield ast.Call(node.func, [ast.Constant(1), last], node.keywords)


@operator("another filling")
def _(node: ast.AST, place: Place) -> Changes:
    for other in FILLINGS.get(_method(node), ()):
        yield _renamed(node, other)


@operator("copy dropped, or done in place")
def _(node: ast.AST, place: Place) -> Changes:
    name = _method(node)
    if name in COPIES and (inner := _of(node)) is not None:
        yield inner
    if name in IN_PLACE and isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        owner = node.func.value
        if not (isinstance(owner, ast.Name) and owner.id in LIBRARIES):
            yield _renamed(node, f"{name}_")
    match node:
        case ast.Assign(targets=[ast.Name(id=target)], value=ast.BinOp(left=ast.Name(id=name))) if target == name:
            yield ast.AugAssign(ast.Name(target, ast.Store()), node.value.op, node.value.right)  # type: ignore[attr-defined]


@operator("infinity weakened")
def _(node: ast.AST, place: Place) -> Changes:
    if isinstance(node, ast.Call) and ast.unparse(node) in ("float('-inf')", "float('inf')"):
        yield from map(_constant, (-1e3, 0.0, 1e9))
    if isinstance(node, ast.Attribute) and node.attr == "inf":
        yield from map(_constant, (1e3, 100.0))


@operator("root or small term dropped")
def _(node: ast.AST, place: Place) -> Changes:
    if _method(node) in ("sqrt", "rsqrt", "abs", "log", "exp") and (inner := _of(node)) is not None:
        yield inner


@operator("mode or flag fixed")
def _(node: ast.AST, place: Place) -> Changes:
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield ast.Constant(not node.value)
    if isinstance(node, ast.If | ast.IfExp | ast.While):
        for value in (True, False) if not isinstance(node, ast.While) else (False,):
            made = copy.copy(node)
            made.test = ast.Constant(value)
            yield made


@operator("condition moved")
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


@operator("arithmetic replaced")
def _(node: ast.AST, place: Place) -> Changes:
    if isinstance(node, ast.BinOp):
        for other in ARITHMETIC.get(type(node.op), ()):
            yield ast.BinOp(node.left, other(), node.right)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield node.operand


@operator("number changed")
def _(node: ast.AST, place: Place) -> Changes:
    if isinstance(place.parent, ast.UnaryOp) or _is_axis(place) or (n := _number(node)) is None:
        return
    yield from map(_constant, (n + 1, n - 1) if isinstance(n, int) else (n * 2, n / 2 if n else 1.0))


@operator("statement deleted")
def _(node: ast.AST, place: Place) -> Changes:
    if isinstance(node, ast.Expr | ast.AugAssign | ast.Raise | ast.Break | ast.Continue | ast.Assign):
        yield ast.Pass()
    if isinstance(node, ast.For):
        made = copy.copy(node)
        made.body = [*node.body, ast.Break()]
        yield made


@operator("state not carried")
def _(node: ast.AST, place: Place) -> Changes:
    if isinstance(node, ast.AugAssign):
        yield ast.Assign([node.target], node.value)


@operator("order of the update")
def _(node: ast.AST, place: Place) -> Changes:
    if isinstance(node, ast.Expr) and _method(node.value) in UPDATES and isinstance(place.following, ast.stmt):
        yield [place.following, node]


@operator("arguments or results swapped")
def _(node: ast.AST, place: Place) -> Changes:
    if isinstance(node, ast.Call) and len(node.args) > 1 and _method(node) not in SHAPE_STEPS | {"range"}:
        yield ast.Call(node.func, [node.args[1], node.args[0], *node.args[2:]], node.keywords)
    if isinstance(node, ast.Call) and node.keywords and _method(node) not in REDUCTIONS:
        for i in range(len(node.keywords)):
            yield ast.Call(node.func, node.args, [*node.keywords[:i], *node.keywords[i + 1 :]])
    if isinstance(node, ast.Tuple) and isinstance(place.parent, ast.Return) and len(node.elts) > 1:
        yield ast.Tuple([node.elts[1], node.elts[0], *node.elts[2:]], ast.Load())
        yield node.elts[0]
