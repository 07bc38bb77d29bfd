"""Programs drawn at random out of NumPy's functions, Python's statements and rows of the table.

A program is text, so that a failure can be read and pasted. In it `np` is whoever takes NumPy's
part, `make` has the functions that NumPy can't look at its arguments for (lists of numbers), `rows`
has functions that NumPy lacks, and `put` writes into a copy. `draw` lets a program grow step by
step: NumPy computes each step at all points, and a step that leaves the range or comes near a kink
at any of them is dropped, because there libraries have slopes of their own.
"""

from __future__ import annotations

import random
import re
import warnings
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np

import chainrule

LARGEST = 12.0  # of the numbers on the way
NEAREST = 1e-3  # how close a kink may be

# An expression, then conditions that must hold and expressions that must keep away from 0. a, b, c
# are any numbers or arrays; p, q numbers; v, w vectors; m, n square matrices; x, y literals; i an
# axis; k a whole number.
ELEMENTWISE = """
np.sin({a})
np.cos({a} * {x})
np.tan({a}) ; np.abs(np.cos({a})) > 0.1
np.exp({a} / 3)
np.exp(-{a} * {a})
np.expm1({a} / 2)
np.exp2({a} / 2)
np.log({a} * {a} + 0.3)
np.log({a}) ; {a} > 0.1
np.log2({a} ** 2 + 0.5)
np.log10(1.2 + {a} * {b}) ; 1.2 + {a} * {b} > 0.1
np.log1p(np.abs({a})) ; {a}
np.log1p({a} ** 2)
np.sqrt({a} * {a} + 0.2)
np.sqrt({a}) ; {a} > 0.1
np.cbrt({a}) ; np.abs({a}) > 0.1
np.arcsin(np.sin({a}) * 0.9)
np.arccos(np.tanh({a}) * 0.9) ; np.abs({a}) < 4
np.arctan({a})
np.arctan2({a}, {b}) ; np.hypot({a}, {b}) > 0.1 ; np.abs({a}) + ({b} > 0)
np.hypot({a}, {b}) ; np.hypot({a}, {b}) > 0.1
np.sinh({a} / 2)
np.cosh({a} * 0.4)
np.tanh({a} - {b}) ; np.abs({a} - {b}) < 4
np.arcsinh({a})
np.arccosh({a} ** 2 + 1.2)
np.arctanh(np.cos({a}) * 0.8)
np.square({a})
np.reciprocal({a} * {a} + 0.5)
np.abs({a}) ; {a}
np.fabs({a} - {x}) ; {a} - {x}
abs({a}) ; {a}
np.negative({a})
np.positive({a})
-{a}
np.sign({a}) * {b} ; {a}
np.floor({a}) * {b} ; {a} - np.round({a})
np.ceil({a}) + {b} ; {a} - np.round({a})
np.trunc({a}) - {b} ; {a} - np.round({a})
np.rint({a}) * {b} ; {a} - np.floor({a}) - 0.5
np.deg2rad({a} * 40)
np.degrees({a} / 20)
np.radians({a} * 30)
np.rad2deg({a} / 30)
np.sinc({a}) ; np.abs({a}) > 0.1
np.heaviside({a}, 0.5) * {b} ; {a}
np.add({a}, {b})
{a} + {b}
{a} - {b}
{x} - {a}
np.subtract({a}, {x})
{a} * {b}
np.multiply({a}, {x})
{a} / (1.5 + {b} * {b})
np.divide({x}, {a}) ; np.abs({a}) > 0.2
{a} / {b} ; np.abs({b}) > 0.2
np.true_divide({a}, {x}) ; np.abs({x}) > 0.2
{a} ** 2
{a} ** 3 / 4
{a} ** -1 ; np.abs({a}) > 0.2
{a} ** {y} ; {a} > 0.1
{a} ** {b} ; {a} > 0.1
{y} ** {a}
np.power({a} * {a} + 0.4, {b})
np.float_power({a} * {a} + 0.4, {x})
np.power({a}, 3)
np.maximum({a}, {b}) ; {a} - {b}
np.minimum({a}, {x}) ; {a} - {x}
np.fmax({a}, {b}) ; {a} - {b}
np.fmin({x}, {a}) ; {a} - {x}
np.mod({a}, {y}) ; {a} / {y} - np.round({a} / {y})
{a} % {b} ; np.abs({b}) > 0.2 ; {a} / {b} - np.round({a} / {b})
np.remainder({a}, {b}) ; np.abs({b}) > 0.2 ; {a} / {b} - np.round({a} / {b})
{a} // {y} + {b} ; {a} / {y} - np.round({a} / {y})
np.floor_divide({a}, {y}) * {b} ; {a} / {y} - np.round({a} / {y})
np.fmod({a}, {y}) ; {a} / {y} - np.round({a} / {y})
np.divmod({a}, {y})[1] * {b} ; {a} / {y} - np.round({a} / {y})
np.modf({a})[0] * {b} ; {a} - np.round({a})
np.copysign({a}, {b}) ; {a} ; {b}
np.logaddexp({a}, {b})
np.logaddexp2({a}, {x})
np.ldexp({a}, 1)
np.clip({a}, -0.5, {y}) ; {a} + 0.5 ; {a} - {y}
np.clip({a}, {b}, {b} + 1) ; {a} - {b} ; {a} - {b} - 1
np.where({a} > {b}, {a}, {c}) ; {a} - {b}
np.where({a} < {x}, {b} * 2, {x}) ; {a} - {x}
np.where(({a} > 0) & ({b} < {x}), {c}, {a} - {b}) ; {a} ; {b} - {x}
np.where(({a} > 0) | ({b} < {x}), {c} * {a}, {b}) ; {a} ; {b} - {x}
np.where(np.logical_not({a} >= {b}), {c}, 1.0) ; {a} - {b}
np.where(np.logical_xor({a} > 0, {b} > 0), {a}, {b} / 2) ; {a} ; {b}
np.where(np.isfinite({a}), {a} * {b}, 0.0)
({a} > {b}) * {c} ; {a} - {b}
np.nan_to_num({a} * {b})
np.select([{a} < -0.5, {a} > 0.5], [{b}, {a} * {x}], {c}) ; {a} + 0.5 ; {a} - 0.5
rows.relu({a}) ; {a}
rows.leaky_relu({a}) ; {a}
rows.elu({a}) ; {a}
rows.selu({a}) ; {a}
rows.sigmoid({a} / 2)
rows.silu({a} - {b})
rows.mish({a})
rows.gelu({a})
rows.softplus({a})
rows.erf({a} / 2)
rows.erfc({a})
rows.erfinv(np.tanh({a}) * 0.9) ; np.abs({a}) < 4
rows.lgamma({a} * {a} + 0.5)
rows.gamma(1.5 + np.sin({a}))
rows.digamma({a} * {a} + 0.6)
rows.xlogy({a}, {b} * {b} + 0.3)
2 * np.tanh({a}) ; np.abs({a}) < 4
{a} * {y} + {x}
"""

REDUCTIONS = """
np.sum({a}, axis={i}) / 2
np.sum({a}, axis={i}, keepdims=True) - {a}
{a}.sum(axis={i})
{a}.sum()
{a} - {a}.mean(axis={i}, keepdims=True)
np.mean({a}, axis={i})
np.prod({a} / 2, axis={i})
np.prod({a})
np.var({a}, axis={i})
{a}.var()
np.var({a}, axis={i}, ddof=1)
np.std({a}, axis={i}) ; np.std({a}, axis={i}) > 0.1
{a}.std() ; {a}.std() > 0.1
np.max({a}, axis={i}) ; gap({a}, {i})
{a}.min() ; gap({a}, None)
{a}.max(axis={i}, keepdims=True) - {a} * {x} ; gap({a}, {i})
np.amin({a}, axis={i}) ; gap({a}, {i})
np.ptp({a}, axis={i}) ; gap({a}, {i})
np.median({a}, axis={i}) ; gap({a}, {i})
np.quantile({a}, 0.3, axis={i}) ; gap({a}, {i})
np.percentile({a}, 60.0) ; gap({a}, None)
np.nansum({a}, axis={i}) / 2
np.nanmean({a}, axis={i})
np.nanmax({a}, axis={i}) ; gap({a}, {i})
np.nanvar({a})
np.average({a}, axis=0, weights=np.arange({a}.shape[0]) + 1.0)
np.cumsum({a}, axis={i}) / 2
{a}.cumsum(axis={i})
np.cumprod({a} / 2, axis={i})
np.linalg.norm({a}) ; np.linalg.norm({a}) > 0.1
np.linalg.norm({a}, axis={i}) ; np.linalg.norm({a}, axis={i}) > 0.1
np.linalg.norm({a}, ord=1, axis=0) ; {a}
np.linalg.norm({a}, ord=3, axis=0) ; {a}
np.sum({a} * ({a} > {x}), axis={i}) ; {a} - {x}
np.sum({a} > {x}) * {b} / 3 ; {a} - {x}
np.count_nonzero({a} > {x}) * {b} / 3 ; {a} - {x}
np.any({a} > 1) * {b} ; {a} - 1
np.all({a} > -1, axis={i}) * {x} + {a} ; {a} + 1
np.sum({a}, axis={i}, where={a} > 0) ; {a}
np.max({a}, axis={i}, initial=0.1) ; {a} - 0.10 ; gap({a}, {i})
np.sum({a}, initial={x}) / 2
np.exp({a} - np.log(np.sum(np.exp({a}), axis={i}, keepdims=True)))
np.sort({a}, axis={i}) * {b} ; gap({a}, {i})
np.take_along_axis({b}, np.argsort({a}, axis={i}), axis={i}) ; gap({a}, {i})
{v}[np.argmax({w})] * {w} ; gap({w}, None)
{v}[np.argsort({w})] ; gap({w}, None)
np.sort({a}, axis=None)[::-1] ; gap({a}, None)
np.diff({a}, axis={i})
np.diff({v}, n=2)
np.gradient({v})
np.gradient({a}, axis={i})
np.trapezoid({a}, axis={i})
np.trapezoid({v}, np.cumsum({v} ** 2 + 0.1))
np.cov({m})
np.corrcoef({m}) ; np.std({m}, axis=1) > 0.2
"""

INDEXING = """
{a}[0]
{a}[-1]
{a}[::-1]
{a}[1:]
{a}[:-1] * {a}[1:]
{a}[..., 0]
{a}[..., ::2]
{a}[:, 1]
{a}[:, None, 0]
{a}[1, ::-1]
{a}[None] / 2
{v}[:, None] * {w}
{v}[:, None] - {w}[None, :]
{a}[[2, 0, 0]]
{a}[[0, 1, 1], [2, 1, 0]]
{a}[np.array([True, False, True])]
{a}[:, np.array([2, 0])]
{m}[np.tril_indices(3)]
{a}[k]
{v}[k] * {v}[k - 1]
{a}[k, 1:]
{a}[..., k]
np.take({a}, np.array([1, 0, 2]), axis={i})
np.take({v}, k) + {p}
np.take({a}, k, axis=0)
np.where(k > 1, {a}, {b} * k)
{a} * k / 2
{a} ** 2 * (k % 2)
{p} + k // 2
put({a}, 0, {p})
put({a}, (Ellipsis, 1), {x})
put({a}, {a} > {x}, {p}) ; {a} - {x}
put({a}, slice(1, None), {b})
put({m}, (slice(None), 2), {v})
np.array_split({v}, 2)[0]
np.split({a}, 3)[k0]
np.diag({m}) * {x}
np.diag({v}) + {m}
np.tril({m}) - np.triu({m}, 1) / 2
np.triu({a})
np.trace({m})
np.diagonal({m}, offset=1)
{a}.reshape(-1)
{a}.ravel()[::2]
{a}.flatten()[:4]
{a}.reshape(2, -1)
np.reshape({a}, (-1, 3), order="F")
{a}.T
{a}.T @ {b}
np.transpose({a})
np.swapaxes({a}, 0, -1)
np.moveaxis({a}, 0, -1)
np.flip({a}, axis={i})
np.fliplr({a})
np.roll({a}, 1, axis={i})
np.roll({a}, -2)
np.rot90({a})
np.tile({v}, (2, 1))
np.repeat({v}, 2)
np.repeat({a}, 2, axis=-1)
np.broadcast_to({v}, (2,) + {v}.shape)
np.expand_dims({v}, 0)
np.squeeze({a}[None])
np.pad({v}, 1)
np.pad({v}, (2, 1), mode="edge")
np.append({v}, {p})
np.insert({v}, 1, {p})
np.delete({v}, 1)
np.concatenate([{v}, {w} * 2])
np.concatenate([{a}, {b}], axis={i})
np.stack([{a}, {b}], axis=-1)
np.hstack([{v}, {w}])
np.vstack([{v}, {v} * {x}])
np.column_stack([{v}, {v} ** 2])
np.atleast_2d({v})
np.meshgrid({v}, {w})[0] * {x}
make.array([{p}, {q}, {x}])
make.stack([{p}, {q}, {p} * {q}])
make.array([[{p}, 1.0], [{q}, {x}]])
make.concatenate([make.array([{p}]), {v}])
np.full_like({a}, 2.0) * {a}
np.ones_like({a}) * {p}
np.zeros_like({a}) + {b}
"""

PRODUCTS = """
{a} @ {b} / 2
{a} @ {a}.T / 3
{v} @ {m}
np.dot({a}, {b}) / 2
np.matmul({m}, {n}) / 2
np.inner({a}, {b}) / 2
np.outer({v}, {w})
np.vdot({v}, {v}) / 3
np.tensordot({a}, {b}, axes=1) / 2
np.tensordot({a}, {a}, axes=2) / 4
np.einsum("ij,jk->ik", {m}, {n}) / 2
np.einsum("ij,kj->ik", {a}, {a}) / 3
np.einsum("ij->j", {a}) / 2
np.einsum("ii->i", {m})
np.einsum("ij,j->i", {m}, {v}) / 2
np.einsum("i,j->ij", {v}, {w})
np.einsum("...j,j->...", {a}, {v}) / 2
np.einsum("ij,ij", {a}, {b}) / 4
np.cross({m}, {n}) / 2 ; np.cross({m}, {n})
np.kron({v}, {w})[:5]
np.convolve({v}, {w}, "same") / 2
np.convolve({v}, {w})[1:4]
np.correlate({v}, {w}, "valid")
np.polyval({v}, {p} / 2)
np.vander({v} / 2, 3)
np.interp({v}, np.array([-2.0, -0.5, 0.3, 1.7]), np.array([0.1, 1.0, -0.4, 2.0])) ; {v} + 2 ; {v} + 0.5 ; {v} - 0.3 ; {v} - 1.7
np.interp({p}, np.array([-1.0, 0.2, 1.1]), {v}[:3]) ; {p} + 1 ; {p} > 0.2 ; {p} - 1.1
np.linspace({p}, {q}, 4)
np.linalg.multi_dot([{m}, {n}, {m}]) / 9
np.linalg.matrix_power({m} / 2, 3)
np.linalg.inv({m} / 4 + 2 * np.eye(3))
np.linalg.solve({m} / 4 + 2 * np.eye(3), {v})
np.linalg.solve({n} / 4 + 2 * np.eye(3), {m})
np.linalg.det({m} / 2)
np.linalg.det({m} / 4 + np.eye(3))
np.linalg.slogdet({m} / 4 + 2 * np.eye(3))[1]
np.linalg.cholesky({m} @ {m}.T / 4 + np.eye(3))
np.linalg.eigvalsh(({m} + {m}.T) / 8 + np.diag(np.array([1.0, 4.0, 8.0])))
np.linalg.eigh(({m} + {m}.T) / 8 + np.diag(np.array([1.0, 4.0, 8.0])))[1] ** 2
np.linalg.pinv({m} / 4 + 2 * np.eye(3))
np.linalg.svd({m} / 4 + np.diag(np.array([2.0, 4.0, 8.0])))[1]
np.linalg.lstsq({n} / 4 + 2 * np.eye(3), {v})[0]
np.linalg.qr({m} / 4 + 2 * np.eye(3))[1]
"""  # noqa: E501

STATEMENTS = r"""
if {p} > {q}:\n    {r} = {a} * 2 - {b}\nelse:\n    {r} = {b} / 2 + {a} ; {p} - {q}
if {p} > {x}:\n    {r} = np.sin({a})\nelif {p} < -{y}:\n    {r} = {a} * {a}\nelse:\n    {r} = -{a} ; {p} - {x} ; {p} + {y}
if {p} > 0.1:\n    {r} = np.log({p})\nelse:\n    {r} = {p} * 2 ; {p} - 0.10
if np.sum({a}) > {p}:\n    {r} = {a} + {b}\nelse:\n    {r} = {a} - {b} ; np.sum({a}) - {p}
if np.any({a} > 1.5):\n    {r} = {a} / 3\nelse:\n    {r} = {a} * {b} ; {a} - 1.5
if ({a} < {x}).all():\n    {r} = np.exp({a} / 2)\nelse:\n    {r} = {a} * {x} ; {a} - {x}
if {p} > 0 and not {q} > {x}:\n    {r} = {a} * {p}\nelse:\n    {r} = {b} + 1 ; {p} ; {q} - {x}
{r} = {a} * 1.5 if {p} < {q} else {b} - {x} ; {p} - {q}
{r} = max({p}, {q}) * {a} ; {p} - {q}
{r} = min({p}, {q}, {x}) + {a} ; {p} - {q} ; {p} - {x} ; {q} - {x}
{r} = sorted([{p}, {q}, {x}])[1] * {a} ; {p} - {q} ; {p} - {x} ; {q} - {x}
{r} = {p}\nwhile {r} > 0.7:\n    {r} = {r} / 2 - 0.1 ; {r} - 0.7
{r} = {p}\nfor _ in range(3):\n    {r} = np.cos({r}) + {q} / 2
{r} = {a}\nfor i in range(2):\n    {r} = np.sin({r} + {b}) * (i + 1)
{r} = 0\nfor each in {v}:\n    {r} = {r} + each * each / 2
{r} = 0.0\nfor i, each in enumerate({v}):\n    {r} += each / (i + 1)
{r} = 1.0\nfor row in {m}:\n    {r} = {r} * (1 + np.sum(row) / 9)
{r} = sum(each ** 2 for each in {v}) / 3
{r} = {p}\nfor each in {v}:\n    if each > {r}:\n        {r} = each
{r} = {a} + 0.0\n{r} += {p}\n{r} *= {x}
{r} = {a} * 1.0\n{r} -= {a}.mean()\n{r} /= 1 + {p} * {p}
{r} = (lambda g, u: g * u + g)({a}, {b})
{r} = {v}[{v} > {x}].sum() ; {v} - {x}
first, *rest = {v}\n{r} = first * rest[0] - rest[-1]
{r} = {p} * {q}\nif k == 1:\n    {r} = {r} - {p}
"""  # noqa: E501

SORTS = [
    (0.46, ELEMENTWISE), (0.16, REDUCTIONS), (0.14, INDEXING), (0.12, PRODUCTS), (0.12, STATEMENTS),
]  # fmt: skip
ARGUMENTS = {"A": (3, 4), "S": (3, 3), "v": (3,), "w": (3,), "h": (4,), "s": (), "t": ()}
ROWS = {
    name: getattr(chainrule, name)
    for name in (
        "relu", "leaky_relu", "elu", "selu", "sigmoid", "silu", "mish", "gelu", "softplus", "erf",
        "erfc", "erfinv", "lgamma", "gamma", "digamma", "xlogy",
    )
    if name in chainrule.__all__
}  # fmt: skip


def _templates():
    chosen = []
    for share, text in SORTS:
        lines = [line.replace("\\n", "\n") for line in text.strip().splitlines()]
        if text is not STATEMENTS:
            lines = ["{r} = " + line for line in lines]
        chosen.append((share, [line for line in lines if _is_there(line)]))
    return chosen


def _is_there(line):
    """Whether the table has the row, or this version of NumPy the function."""
    if "rows." in line:
        return line.split("rows.")[1].split("(")[0] in ROWS
    return "trapezoid" not in line or hasattr(np, "trapezoid")


def gap(a, axis):
    """The smallest difference between two numbers of a lane."""
    if np.ndim(a) == 0 or np.size(a) == 1:
        return 1.0
    return np.min(np.diff(np.sort(a, axis=axis)), initial=1.0)


def _fits(margin):
    """Whether a condition holds everywhere, or a distance is nowhere 0."""
    margin = np.asarray(margin)
    return bool(np.all(margin if margin.dtype == bool else np.abs(margin) > NEAREST))


def put(a, index, value):
    """A copy of an array with other numbers at an index."""
    a = a.copy()
    a[index] = value
    return a


PLAIN = {"np": np, "make": np, "rows": SimpleNamespace(**ROWS), "put": put, "gap": gap}


@dataclass
class Drawn:
    """A program, and where it is tried out.

    Attributes:
        body: The statements; the last name that they assign is the result.
        names: The arguments; `k`, where it is one, is a whole number.
        points: The arguments' numbers, point by point.
        weights: Of each number of the result in the sum to differentiate.
    """

    body: list[str]
    names: list[str]
    result: str
    points: list[tuple[Any, ...]]
    weights: Any

    @property
    def text(self) -> str:
        return self._text(lambda step, statement: statement)

    @property
    def noisy(self) -> str:
        """The text with a little of noise on each operand, each time that it is used."""
        return self._text(self._with_noise)

    def _with_noise(self, step: int, statement: str) -> str:
        floats = {*self.names, *(f"y{k}" for k in range(step))} - {"k"}
        return re.sub(
            r"\b\w+\b",
            lambda word: f"noise({word[0]})" if word[0] in floats else word[0],
            statement,
        )

    def _text(self, change) -> str:
        lines = []
        for step, statement in enumerate(self.body):
            lines += change(step, statement).splitlines()
        inside = "\n    ".join([*lines, f"return {self.result}"])
        return f"def f({', '.join(self.names)}):\n    {inside}\n"


def function(text, names):
    """The function of a text, with `np`, `make`, `rows` and `put` of a library."""
    names = dict(names)
    exec(text, names)
    return names["f"]


class _Growing:
    """The numbers of a program so far, at each point."""

    def __init__(self, rng, points):
        self.rng, self.points, self.body = rng, points, []
        self.shapes, self.used = dict(ARGUMENTS), set()

    def operand(self, choose=lambda shape: True):
        names = [name for name, shape in self.shapes.items() if choose(shape)]
        weights = [1 if name in ARGUMENTS else 2 if name in self.used else 12 for name in names]
        return self.rng.choices(names, weights)[0] if names else "s"

    def step(self, template):
        """Add a step, or leave everything as it is if it isn't fit at all points."""
        rng, result = self.rng, f"y{len(self.body)}"
        vectors, squares = (lambda s: len(s) == 1), (lambda s: s == (3, 3))
        operands = dict(
            a=self.operand(), b=self.operand(), c=self.operand(), r=result,
            p=self.operand(lambda s: s == ()), q=self.operand(lambda s: s == ()),
            v=self.operand(vectors), w=self.operand(vectors),
            m=self.operand(squares), n=self.operand(squares),
            x=rng.choice(["0.7", "-1.3", "0.25", "2.0", "1", "-0.4"]),
            y=rng.choice(["0.6", "1.7", "2", "0.9", "1.1"]),
            i=rng.choice(["0", "-1", "0", "1", "None"]),
        )  # fmt: skip
        text, *margins = template.format(**operands).replace("k0", "1").split(" ; ")
        found = [self._at(point, text, margins, result) for point in self.points]
        shapes = {np.shape(number) for number in found}
        if any(number is None for number in found) or len(shapes) != 1:
            return
        for point, number in zip(self.points, found):
            point[result] = number
        self.shapes[result] = shapes.pop()
        self.body.append(text)
        self.used |= _words(text) - {result}

    def unite(self):
        """Let the last step depend on every other one."""
        last = f"y{len(self.body) - 1}"
        loose = [name for name in self.shapes if name[0] == "y" and name not in self.used | {last}]
        if loose:
            sums = " + ".join(f"np.sum({name})" for name in loose)
            self.step(f"{{r}} = {last} + ({sums}) / {4 * len(loose)}")

    def _at(self, point, text, margins, result):
        names = dict(point, **PLAIN)
        try:
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")
                exec(text, names)
                fits = [_fits(eval(margin, names)) for margin in margins]
        except (TypeError, ValueError, IndexError, AttributeError, ZeroDivisionError):
            return None
        number = names[result]
        if (
            np.asarray(number).dtype != float
            or not 0 < np.size(number) <= 12
            or np.ndim(number) > 2
        ):
            return None
        if not all(fits):
            return None
        return number if np.all(np.abs(number) < LARGEST) else None


def draw(seed, points=4):
    """A program of 3 to 12 steps with the points at which it is tried out."""
    rng = random.Random(seed)
    numbers = np.random.default_rng(rng.getrandbits(32))

    def number(shape):
        drawn = numbers.normal(size=shape).round(3)
        return float(drawn) if shape == () else drawn

    at = [
        {
            **{name: number(shape) for name, shape in ARGUMENTS.items()},
            "k": np.int64(rng.randrange(3)),
        }
        for _ in range(points)
    ]
    growing, length = _Growing(rng, at), rng.randint(2, 10)
    sorts = _templates()
    for _ in range(200):
        if len(growing.body) == length:
            break
        ((_, lines),) = rng.choices(sorts, [share for share, _ in sorts])
        growing.step(rng.choice(lines))
    growing.unite()
    return _finished(growing, at, numbers)


def _finished(growing, at, numbers):
    """Without the steps that the result doesn't need."""
    body = growing.body
    needed, tokens = {len(body) - 1}, [_words(statement) for statement in body]
    for step in reversed(range(len(body))):
        if step in needed:
            needed |= {int(w[1:]) for w in tokens[step] if w[0] == "y" and w[1:].isdigit()} - {step}
    renamed = {f"y{old}": f"y{new}" for new, old in enumerate(sorted(needed))}
    kept = [_replaced(body[step], renamed) for step in sorted(needed)]
    words = set().union(*(_words(statement) for statement in kept))
    names = [name for name in [*ARGUMENTS, "k"] if name in words]
    result = f"y{len(kept) - 1}"
    points = [tuple(point[name] for name in names) for point in at]
    shape = growing.shapes[f"y{len(body) - 1}"]
    return Drawn(kept, names, result, points, numbers.normal(size=shape).round(2))


def _words(text):
    return set(re.findall(r"\b\w+\b", text))


def _replaced(text, names):
    return re.sub(r"\by\d+\b", lambda found: names[found[0]], text)
