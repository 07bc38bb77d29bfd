"""SymPy: the partials of every row are the symbolic derivatives of its formula."""

from __future__ import annotations

import pytest

from chainrule.table import printers

sympy = pytest.importorskip("sympy")

X = sympy.symbols("x y z", real=True)


class SymbolicPrinter(printers.Printer):
    """Prints numbers as exact ones, and choices as SymPy's."""

    def number(self, value):
        return f"Rational({value!r})"

    def name(self, name):
        return {"pi": "pi", "e": "E", "inf": "oo"}.get(name, name)

    def choice(self, condition, yes, no):
        return f"Piecewise(({yes}, {condition}), ({no}, True))"

    def compare(self, operators, sides):
        words = {"==": "Eq", "!=": "Ne", "<": "Lt", "<=": "Le", ">": "Gt", ">=": "Ge"}
        parts = [f"{words[o]}({a}, {b})" for a, o, b in zip(sides, operators, sides[1:])]
        return f"And({', '.join(parts)})"

    def logic(self, word, sides):
        return f"{word.capitalize()}({', '.join(sides)})"


NAMES = {
    name: getattr(sympy, name)
    for name in (
        "Rational",
        "Piecewise",
        "Eq",
        "Ne",
        "Lt",
        "Le",
        "Gt",
        "Ge",
        "And",
        "Or",
        "Not",
        "pi",
        "E",
        "oo",
        "exp",
        "log",
        "sqrt",
        "sin",
        "cos",
        "tan",
        "asin",
        "acos",
        "atan",
        "atan2",
        "sinh",
        "cosh",
        "tanh",
        "asinh",
        "acosh",
        "atanh",
        "erf",
        "sign",
        "floor",
    )
} | {
    "abs": sympy.Abs,
    "ceil": sympy.ceiling,
    "cbrt": lambda x: sympy.sign(x) * abs(x) ** sympy.Rational(1, 3),
    "expm1": lambda x: sympy.exp(x) - 1,
    "log1p": lambda x: sympy.log(1 + x),
    "log2": lambda x: sympy.log(x, 2),
    "log10": lambda x: sympy.log(x, 10),
    "hypot": lambda x, y: sympy.sqrt(x**2 + y**2),
    "erfc": sympy.erfc,
    "softplus": lambda x: sympy.log(1 + sympy.exp(x)),
    "sigmoid": lambda x: 1 / (1 + sympy.exp(-x)),
    "max": sympy.Max,
    "min": sympy.Min,
}


def symbolic(row, text, out=None):
    names = {**NAMES, "out": out}
    f = printers.python_function(row.read(text), (*row.operands, "out"), names, SymbolicPrinter())
    return sympy.sympify(f(*X[: row.arity], out))


NOT_SYMBOLIC = {
    "gamma", "lgamma", "digamma", "polygamma", "beta", "betaln", "erfinv", "sinc",
    "sinc_derivative", "fmod", "rint", "trunc", "copysign",
}  # fmt: skip
"""Rows whose formula is a primitive without a symbolic form here; mpmath judges them."""


def test_partials_are_the_derivatives_of_the_formula(row):
    if row.name in NOT_SYMBOLIC:
        return
    value = symbolic(row, row.formula)
    for k, text in enumerate(row.partials):
        derivative = sympy.diff(value, X[k])
        partial = symbolic(row, text, value)
        for point in row.probes:
            at = dict(zip(X, map(sympy.Rational, point)))
            wanted = derivative.doit().subs(at).doit()
            got = partial.subs(at)
            if wanted.has(sympy.Derivative, sympy.Subs):
                continue  # a rounding function, of which SymPy knows no derivative
            assert abs(sympy.N(wanted - got, 40)) < sympy.Float("1e-30"), (row.name, point, text)
