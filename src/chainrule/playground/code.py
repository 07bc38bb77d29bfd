"""A program as code to copy: Python, PyTorch and LaTeX. The page fills in the current numbers."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Mapping

from ..graph.expression import FUNCTIONS
from ..table import formula
from ..table.latex import CONSTANTS, LaTeX, upright
from ..table.ops import TABLE
from ..table.visitor import Written

SAME = (
    "abs", "acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "ceil", "clip", "copysign",
    "cos", "cosh", "deg2rad", "digamma", "erf", "erfc", "erfinv", "exp", "exp2", "expm1", "floor",
    "fmax", "fmin", "fmod", "hypot", "lgamma", "log", "log10", "log1p", "log2",
    "logaddexp", "logaddexp2", "pow", "rad2deg", "relu", "sigmoid", "sign", "sin", "sinc", "sinh",
    "sqrt", "tan", "tanh", "trunc",
)  # fmt: skip
"""The functions that PyTorch has under the same name."""

TORCH = {
    **{name: f"torch.{name}" for name in SAME},
    "max": "torch.maximum",
    "min": "torch.minimum",
    "mod": "torch.remainder",
    "rint": "torch.round",
    "xlogy": "torch.special.xlogy",
    "xlog1py": "torch.special.xlog1py",
    **{
        name: f"torch.nn.functional.{name}"
        for name in ("elu", "gelu", "leaky_relu", "mish", "selu", "silu", "softplus")
    },
}
"""What PyTorch calls each function; it lacks the others."""

SCALARS = ("clip", "elu", "leaky_relu", "softplus", "pow")
"""The functions that take plain numbers after the first operand."""

TENSOR = "torch.tensor({}, dtype=torch.float64)"


def python(source: str, known: Collection[str]) -> str:
    """Return an expression for chainrule, imported as `cr`.

    Args:
        source: The expression.
        known: The names that are numbers.

    Example:
        >>> python("tanh(a*b)**pi", ["a", "b"])
        'cr.tanh(a * b) ** 3.141592653589793'
    """
    return _rewrite(_Renamed({name: f"cr.{name}" for name in FUNCTIONS}, known), source)


def torch(source: str, known: Collection[str]) -> tuple[str, str]:
    """Return an expression for PyTorch, and the first function that PyTorch lacks, or "".

    Example:
        >>> torch("max(a, 0)", ["a"])
        ('torch.maximum(a, torch.tensor(0.0, dtype=torch.float64))', '')
    """
    renamed = _TorchRenamed(TORCH, known)
    return _rewrite(renamed, source), renamed.missing


def _rewrite(renamed: _Renamed, source: str) -> str:
    return ast.unparse(renamed.visit(formula.parse(source, None, FUNCTIONS).tree))


class _Renamed(ast.NodeTransformer):
    """Gives the functions of an expression other names, and writes constants out.

    Attributes:
        missing: The first function without a name.
    """

    missing = ""

    def __init__(self, names: Mapping[str, str], known: Collection[str]) -> None:
        self.names = names
        self.known = known

    def visit_Name(self, node: ast.Name) -> ast.AST:
        is_constant = node.id in formula.CONSTANTS and node.id not in self.known
        return ast.Constant(formula.CONSTANTS[node.id]) if is_constant else node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        assert isinstance(node.func, ast.Name)
        name = node.func.id
        if name not in self.names:
            self.missing = self.missing or name
        arguments = [self.visit(each) for each in node.args]
        called = ast.Name(self.names.get(name, name))
        return ast.Call(called, self.adapt(name, arguments), [])

    def adapt(self, name: str, arguments: list[ast.expr]) -> list[ast.expr]:
        """Return the arguments of a function as the library takes them."""
        return arguments


class _TorchRenamed(_Renamed):
    """The same for PyTorch, whose functions take no plain numbers."""

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        if not isinstance(node.op, ast.FloorDiv):
            return node
        # PyTorch has no derivative of floor_divide.
        quotient = ast.BinOp(node.left, ast.Div(), node.right)
        return ast.Call(ast.Name("torch.floor"), [_tensor(quotient)], [])

    def adapt(self, name: str, arguments: list[ast.expr]) -> list[ast.expr]:
        firm = arguments[:1] if name in SCALARS else arguments
        return [_tensor(each) for each in firm] + arguments[len(firm) :]


def _tensor(argument: ast.expr) -> ast.expr:
    """An argument as a tensor where it is a plain number."""
    if any(isinstance(part, ast.Name) for part in ast.walk(argument)):
        return argument
    text = ast.unparse(argument)
    return ast.Name(TENSOR.format(re.sub(r"^-?\d+$", r"\g<0>.0", text)))


def latex(source: str) -> str:
    """Return an expression in LaTeX.

    Example:
        >>> latex("tanh(w1*x) / 2")
        '\\\\frac{\\\\tanh\\\\left({w_{1} \\\\cdot x}\\\\right)}{2}'
    """
    parsed = formula.parse(source, None, FUNCTIONS)
    return _LaTeX().visit(parsed.tree).text


def latex_name(name: str) -> str:
    """Return a name in LaTeX.

    Example:
        >>> latex_name("w12"), latex_name("loss")
        ('w_{12}', '\\\\mathrm{loss}')
    """
    indexed = re.fullmatch(r"([^\W\d_])_?(\d+)", name)
    if len(name) == 1 and name != "_":
        return name
    return f"{indexed[1]}_{{{indexed[2]}}}" if indexed else upright(name, "mathrm")


class _LaTeX(LaTeX):
    """Writes a typed expression, in which operands may be left out where the table has defaults."""

    def __init__(self) -> None:
        super().__init__({row.name: row.latex for row in TABLE.values()}, {})

    def name(self, name: str) -> Written:
        return Written(CONSTANTS.get(name) or latex_name(name))

    def call(self, function: str, arguments: list[Written]) -> Written:
        if len(arguments) < TABLE[function].arity:
            parts = ", ".join(each.text for each in arguments)
            return Written(rf"{upright(function)}\left({parts}\right)")
        return super().call(function, arguments)
