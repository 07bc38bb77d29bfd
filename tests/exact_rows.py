"""Each row of the table in mpmath: its formula, or the function that it is named after."""

from __future__ import annotations

import operator

import mpmath
from mpmath import mp, mpf

from chainrule.table import ops, printers

ROWS = [row for row in ops.TABLE.values() if row.name in ops.BUILT_IN]


def sinc_derivative(n, x):
    """The n-th derivative of sinc: u f' + f = cos(u), differentiated n - 1 times."""
    with mp.workdps(mp.dps + 150):
        u = mp.pi * x
        out = mpmath.sin(u) / u
        for k in range(1, int(mpmath.nint(n)) + 1):
            out = (mpmath.sin(u + k * mp.pi / 2) - k * out) / u
        return out * mp.pi ** int(mpmath.nint(n))


def trunc(x):
    return mpmath.sign(x) * mpmath.floor(abs(x))


EXACT = {
    "abs": mpmath.fabs,
    "log2": lambda x: mpmath.log(x, 2),
    "cbrt": lambda x: mpmath.sign(x) * mpmath.cbrt(abs(x)),
    "trunc": trunc,
    "rint": mpmath.nint,
    "fmod": lambda x, y: x - y * trunc(x / y),
    "copysign": lambda x, y: abs(x) * (1 if y >= 0 else -1),
    "sinc": mpmath.sincpi,
    "sinc_derivative": sinc_derivative,
    "lgamma": lambda x: mpmath.log(abs(mpmath.gamma(x))),
    "polygamma": lambda n, x: mpmath.psi(int(mpmath.nint(n)), x),
    "betaln": lambda x, y: (mpmath.loggamma(x) + mpmath.loggamma(y) - mpmath.loggamma(x + y)),
}
for _name, _on_bits in (
    ("bitwise_and", operator.and_), ("bitwise_or", operator.or_), ("bitwise_xor", operator.xor),
    ("left_shift", operator.lshift), ("right_shift", operator.rshift),
):  # fmt: skip
    EXACT[_name] = lambda x, y, f=_on_bits: mpf(f(int(mpmath.nint(x)), int(mpmath.nint(y))))
for _row in ROWS:
    if _row.is_primitive:
        EXACT.setdefault(_row.name, getattr(mpmath, _row.name, None))


class ExactPrinter(printers.Printer):
    """Prints numbers with 50 digits: 0.5 is exact, but pi is not the nearest float."""

    def number(self, value):
        return f"mpf({value!r})"

    def name(self, name):
        return {"pi": "+pi", "e": "+e_", "inf": "inf"}.get(name, name)

    def binary(self, operator, left, right):
        if operator == "//":  # which mpmath knows since 1.4 only
            return f"floor({left} / {right})"
        return super().binary(operator, left, right)


def exact(row, text):
    arguments = (*row.operands, "out")
    names = {**EXACT, "mpf": mpf, "pi": mp.pi, "e_": mp.e}
    return printers.python_function(row.read(text), arguments, names, ExactPrinter())


for _row in ROWS:
    if not _row.is_primitive and _row.name not in EXACT:
        _value = exact(_row, _row.formula)
        EXACT[_row.name] = lambda *operands, _value=_value: _value(*operands, None)
