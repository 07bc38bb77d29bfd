"""Linear algebra: NumPy's own functions, called as one operation, with their known derivatives.

Each derivative is written with operations that can be recorded and with these functions again, so
it can be differentiated, too. All take stacks of matrices, along the last two axes.

Source: Giles, An extended collection of matrix derivative results for forward and reverse mode
algorithmic differentiation, 2008; Golub & Pereyra, The differentiation of pseudo-inverses and
nonlinear least squares problems, 1973 (pinv); Murray, Differentiation of the Cholesky
decomposition, 2016; Walter & Lehmann, Algorithmic differentiation of linear algebra functions with
application in optimum experimental design, 2010 (qr).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..errors import ShapeError, WrongType
from ..numpy import arrays
from ..numpy.registry import implements
from .outside import External
from .trace.structure import is_tracer
from .trace.traced import first_traced


def _external(function: Callable[..., Any], vjp: Callable[..., Any]) -> External:
    return External(function, vjp, None, None, True)


def array(x: Any) -> Any:
    """An array of floats, or of traced numbers where there are some."""
    return np.asarray(x, dtype=float) if first_traced(x) is None else arrays.array(x)


def _t(x: Any) -> Any:
    """The transposed matrices."""
    return np.swapaxes(x, -1, -2)


def _symmetric(x: Any) -> Any:
    return (x + _t(x)) / 2


def _diagonal(x: Any) -> Any:
    """Diagonal matrices with these diagonals."""
    return x[..., None, :] * np.eye(np.shape(x)[-1])


def _vanishes(x: Any) -> bool:
    """Whether nothing flows here: all numbers are recorded as 0."""
    items = np.ravel(np.asarray(x)).tolist()
    return not any(
        not each.tape.is_constant(each.node) or each.tape.value(each.node)
        if is_tracer(each)
        else each
        for each in items
    )


# ---- products ------------------------------------------------------------------------------------

LARGE = 2_000
"""A product of matrices with more products of numbers is an operation of its own."""


def _multiply_back(g: Any, out: Any, x: Any, y: Any) -> Any:
    return _product(g, _t(y)), _product(_t(x), g)


_multiply = _external(np.matmul, _multiply_back)


def _product(x: Any, y: Any) -> Any:
    """x @ y for matrices: recorded number by number, or one operation if they are large."""
    rows, inner = np.shape(x)[-2:]
    return _multiply(x, y) if rows * inner * np.shape(y)[-1] > LARGE else x @ y


# ---- equations -----------------------------------------------------------------------------------


def _solve_back(g: Any, out: Any, a: Any, b: Any) -> Any:
    of_b = _solve(_t(a), g)
    return -_product(of_b, _t(out)), of_b


_solve = _external(np.linalg.solve, _solve_back)
_inv = _external(np.linalg.inv, lambda g, out, a: -_product(_t(out), _product(g, _t(out))))


@implements("linalg.solve")
def solve(a: Any, b: Any) -> Any:
    a, b = array(a), array(b)
    if b.ndim == 1:
        return solve(a, b[:, None])[..., 0]
    stack = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    return _solve(_stacked(a, stack), _stacked(b, stack))


def _stacked(x: Any, stack: tuple[int, ...]) -> Any:
    """Matrices as a stack of this shape, where each has a cotangent of its own."""
    return x if x.shape[:-2] == stack else np.broadcast_to(x, stack + x.shape[-2:])


@implements("linalg.inv")
def inv(a: Any) -> Any:
    return _inv(array(a))


@implements("linalg.tensorsolve")
def tensorsolve(a: Any, b: Any, axes: Any = None) -> Any:
    a, b = array(a), array(b)
    if axes is not None:
        rest = [k for k in range(a.ndim) if k not in axes]
        a = np.transpose(a, [*rest, *axes])
    shape = a.shape[b.ndim :]
    return np.reshape(solve(np.reshape(a, (b.size, -1)), np.reshape(b, -1)), shape)


@implements("linalg.tensorinv")
def tensorinv(a: Any, ind: int = 2) -> Any:
    a = array(a)
    size = int(np.prod(a.shape[ind:]))
    return np.reshape(inv(np.reshape(a, (size, -1))), a.shape[ind:] + a.shape[:ind])


# ---- determinants --------------------------------------------------------------------------------


def _cofactors(a: Any, out: Any) -> Any:
    """The derivative of the determinant. Up to 4 x 4 it is written out, for singular matrices."""
    n = np.shape(a)[-1]
    if n > 4:
        return array(out)[..., None, None] * _t(_inv(a))
    if n == 1:
        return np.ones_like(a)
    rows = [[(-1) ** (i + j) * _minor(a, i, j) for j in range(n)] for i in range(n)]
    return np.stack([np.stack(row, axis=-1) for row in rows], axis=-2)


def _minor(a: Any, i: int, j: int) -> Any:
    """The determinant without a row and a column, by expansion along the first row that is left."""
    rows = [k for k in range(np.shape(a)[-1]) if k != i]
    columns = [k for k in range(np.shape(a)[-1]) if k != j]
    rest = a[..., rows, :][..., :, columns]
    if len(rows) == 1:
        return rest[..., 0, 0]
    return sum((-1) ** k * rest[..., 0, k] * _minor(rest, 0, k) for k in range(len(rows)))


_det = _external(np.linalg.det, lambda g, out, a: array(g)[..., None, None] * _cofactors(a, out))
_slogdet = _external(
    np.linalg.slogdet, lambda g, out, a: array(g[1])[..., None, None] * _t(_inv(a))
)


@implements("linalg.det")
def det(a: Any) -> Any:
    return _det(array(a))


@implements("linalg.slogdet")
def slogdet(a: Any) -> Any:
    return _slogdet(array(a))


# ---- decompositions ------------------------------------------------------------------------------


def _cholesky_back(g: Any, out: Any, a: Any) -> Any:
    n = np.shape(a)[-1]
    lower = np.tril(np.ones((n, n))) - np.eye(n) / 2
    inner = _solve(_t(out), _product(_t(out), g) * lower)
    return _symmetric(_t(_solve(_t(out), _t(inner))))


_cholesky = _external(np.linalg.cholesky, _cholesky_back)


@implements("linalg.cholesky")
def cholesky(a: Any, /, *, upper: bool = False) -> Any:
    out = _cholesky(array(a))
    return _t(out) if upper else out


def _gaps(x: Any) -> Any:
    """1 / (x[j] - x[i]), and 0 on the diagonal, for each row i and column j."""
    unit = np.eye(np.shape(x)[-1])
    return (1 - unit) / (x[..., None, :] - x[..., :, None] + unit)


def _eigh_back(g: Any, out: Any, a: Any, uplo: str) -> Any:
    (of_values, of_vectors), (values, vectors) = g, out
    inner = _diagonal(of_values)
    if not _vanishes(of_vectors):
        inner = inner + _gaps(values) * _product(_t(vectors), of_vectors)
    return _symmetric(_product(vectors, _product(inner, _t(vectors)))), None


_eigh = _external(np.linalg.eigh, _eigh_back)


@implements("linalg.eigh")
def eigh(a: Any, UPLO: str = "L") -> Any:
    return _eigh(array(a), UPLO)


@implements("linalg.eigvalsh")
def eigvalsh(a: Any, UPLO: str = "L") -> Any:
    return _eigh(array(a), UPLO)[0]


def _real_eig(a: Any) -> Any:
    out = np.linalg.eig(a)
    if np.iscomplexobj(out[0]):
        raise WrongType(
            "eig found complex eigenvalues, but recorded numbers are real.",
            remedy="use numpy.linalg.eigh for symmetric matrices",
        )
    return out


def _eig_back(g: Any, out: Any, a: Any) -> Any:
    (of_values, of_vectors), (values, vectors) = g, out
    inner = _diagonal(of_values)
    if not _vanishes(of_vectors):  # each vector keeps its length
        along = _product(_t(vectors), of_vectors)
        stretch = np.sum(vectors * of_vectors, axis=-2)
        inner = inner + _gaps(values) * (
            along - _product(_t(vectors), vectors) * stretch[..., None, :]
        )
    return _solve(_t(vectors), _product(inner, _t(vectors)))


_eig = External(_real_eig, _eig_back, None, "eig", True)


@implements("linalg.eig")
def eig(a: Any) -> Any:
    return _eig(array(a))


@implements("linalg.eigvals")
def eigvals(a: Any) -> Any:
    return _eig(array(a))[0]


def _qr_back(g: Any, out: Any, a: Any) -> Any:
    (of_q, of_r), (q, r) = g, out
    n = np.shape(r)[-1]
    inner = _product(r, _t(of_r)) - _product(_t(of_q), q)
    lower = np.tril(np.ones((n, n)), -1)
    symmetric = inner * lower + _t(inner * lower) + inner * np.eye(n)
    return _t(_solve(r, _t(of_q + _product(q, symmetric))))


_qr = _external(np.linalg.qr, _qr_back)


@implements("linalg.qr")
def qr(a: Any, mode: str = "reduced") -> Any:
    a = array(a)
    rows, columns = a.shape[-2:]
    if mode not in ("reduced", "r") or rows < columns:
        raise ShapeError(
            f"the derivative of qr needs mode 'reduced' or 'r' and at least as many rows as "
            f"columns, but got mode {mode!r} and a matrix of {rows} x {columns}.",
            remedy="use numpy.linalg.qr(a), or transpose the matrix",
        )
    out = _qr(a)
    return out if mode == "reduced" else out[1]


def _thin_svd(a: Any) -> Any:
    return np.linalg.svd(a, full_matrices=False)


def _svd_back(g: Any, out: Any, a: Any) -> Any:
    (of_u, of_s, of_vh), (u, s, vh) = g, out
    inner = _diagonal(of_s)
    if not _vanishes(of_u):
        skew = _gaps(s * s) * _product(_t(u), of_u)
        inner = inner + (skew + _t(skew)) * s[..., None, :]
    if not _vanishes(of_vh):
        skew = _gaps(s * s) * _product(vh, _t(of_vh))
        inner = inner + s[..., :, None] * (skew + _t(skew))
    result = _product(u, _product(inner, vh))
    rows, columns = np.shape(a)[-2:]
    if rows > columns and not _vanishes(of_u):
        rest = of_u - _product(u, _product(_t(u), of_u))
        result = result + _product(rest / s[..., None, :], vh)
    if columns > rows and not _vanishes(of_vh):
        rest = of_vh - _product(_product(of_vh, _t(vh)), vh)
        result = result + _product(u, rest / s[..., :, None])
    return result


_svd = _external(_thin_svd, _svd_back)


@implements("linalg.svd")
def svd(a: Any, full_matrices: bool = True, compute_uv: bool = True) -> Any:
    a = array(a)
    rows, columns = a.shape[-2:]
    if full_matrices and compute_uv and rows != columns:
        raise ShapeError(
            f"svd of a matrix of {rows} x {columns} has singular vectors without a derivative.",
            remedy="use full_matrices=False",
        )
    out = _svd(a)
    return out if compute_uv else out[1]


@implements("linalg.svdvals")
def svdvals(x: Any) -> Any:
    return _svd(array(x))[1]


_rank = _external(np.linalg.matrix_rank, lambda g, out, a, **keywords: (None,))


@implements("linalg.matrix_rank")
def matrix_rank(a: Any, tol: Any = None, hermitian: bool = False, **keywords: Any) -> Any:
    keywords = keywords if tol is None else {"tol": tol, **keywords}
    return _rank(array(a), hermitian=hermitian, **keywords)


@implements("linalg.matrix_norm")
def matrix_norm(x: Any, *, keepdims: bool = False, ord: Any = "fro") -> Any:
    return np.linalg.norm(x, ord, (-2, -1), keepdims)


@implements("linalg.matmul")
def matmul(x1: Any, x2: Any) -> Any:
    return np.matmul(x1, x2)


@implements("linalg.cond")
def cond(x: Any, p: Any = None) -> Any:
    x = array(x)
    if p in (None, 2, -2):
        s = svdvals(x)
        return s[..., -1] / s[..., 0] if p == -2 else s[..., 0] / s[..., -1]
    return np.linalg.norm(x, p, (-2, -1)) * np.linalg.norm(inv(x), p, (-2, -1))


# ---- least squares -------------------------------------------------------------------------------


def _pinv_back(g: Any, out: Any, a: Any, *_: Any) -> Any:
    m, n = np.shape(a)[-2:]
    left = np.eye(m) - _product(a, out)
    right = np.eye(n) - _product(out, a)
    by_rows = _product(_product(left, _t(g)), _product(out, _t(out)))
    by_columns = _product(_product(_t(out), out), _product(_t(g), right))
    return by_rows + by_columns - _product(_t(out), _product(g, _t(out))), *(None for _ in _)


_pinv = _external(np.linalg.pinv, _pinv_back)


@implements("linalg.pinv")
def pinv(a: Any, rcond: Any = None, rtol: Any = None) -> Any:
    """The pseudo-inverse; its derivative holds as long as the rank doesn't change."""
    rcond = rtol if rcond is None else rcond
    return _pinv(array(a)) if rcond is None else _pinv(array(a), rcond)


def _solution(a: Any, b: Any, rcond: Any) -> Any:
    x, _, rank, _ = np.linalg.lstsq(a, b, rcond)
    return x, float(rank)


def _solution_back(g: Any, out: Any, a: Any, b: Any, rcond: Any) -> Any:
    inverse = _pinv(a)
    of_a = _pinv_back(_product(g[0], _t(b)), inverse, a)[0]
    return of_a, _product(_t(inverse), g[0]), None


_lstsq = External(_solution, _solution_back, None, "lstsq", False)


@implements("linalg.lstsq")
def lstsq(a: Any, b: Any, rcond: Any = None) -> Any:
    """The residuals are there if there are more equations than unknowns, of whatever rank."""
    a, b = array(a), array(b)
    if b.ndim == 1:
        x, residuals, rank, s = lstsq(a, b[:, None], rcond)
        return x[:, 0], residuals, rank, s
    x, rank = _lstsq(a, b, rcond)
    has_rest = a.shape[0] > a.shape[1]
    residuals = np.sum((b - _product(a, x)) ** 2, axis=0) if has_rest else np.zeros(0)
    return x, residuals, rank, svdvals(a)
