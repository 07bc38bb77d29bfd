"""Decompositions of matrices: Cholesky, eigenvalues, QR and singular values."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...errors import ShapeError, WrongType
from ...numpy.registry import implements
from ..outside import External
from .equations import solve_stack
from .matrices import array, diagonal, external, product, symmetric_part, transposed, vanishes


def _cholesky_back(g: Any, out: Any, a: Any) -> Any:
    n = np.shape(a)[-1]
    lower = np.tril(np.ones((n, n))) - np.eye(n) / 2
    inner = solve_stack(transposed(out), product(transposed(out), g) * lower)
    return symmetric_part(transposed(solve_stack(transposed(out), transposed(inner))))


_cholesky = external(np.linalg.cholesky, _cholesky_back)


@implements("linalg.cholesky")
def cholesky(a: Any, /, *, upper: bool = False) -> Any:
    out = _cholesky(array(a))
    return transposed(out) if upper else out


def _gaps(x: Any) -> Any:
    """1 / (x[j] - x[i]), and 0 on the diagonal, for each row i and column j."""
    unit = np.eye(np.shape(x)[-1])
    return (1 - unit) / (x[..., None, :] - x[..., :, None] + unit)


def _eigh_back(g: Any, out: Any, a: Any, uplo: str) -> Any:
    (of_values, of_vectors), (values, vectors) = g, out
    inner = diagonal(of_values)
    if not vanishes(of_vectors):
        inner = inner + _gaps(values) * product(transposed(vectors), of_vectors)
    return symmetric_part(product(vectors, product(inner, transposed(vectors)))), None


_eigh = external(np.linalg.eigh, _eigh_back)


@implements("linalg.eigh")
def eigh(a: Any, UPLO: str = "L") -> Any:
    return _eigh(array(a), UPLO)


@implements("linalg.eigvalsh")
def eigvalsh(a: Any, UPLO: str = "L") -> Any:
    return _eigh(array(a), UPLO)[0]


def _real_eig(a: Any) -> Any:
    out = np.linalg.eig(a)
    if np.any(out[0].imag):
        raise WrongType(
            "eig found complex eigenvalues, but recorded numbers are real.",
            remedy="use numpy.linalg.eigh for symmetric matrices",
        )
    real = [each.real for each in out]  # from NumPy 2.5 on they are always complex
    return type(out)(*real) if hasattr(out, "_fields") else tuple(real)


def _eig_back(g: Any, out: Any, a: Any) -> Any:
    (of_values, of_vectors), (values, vectors) = g, out
    inner = diagonal(of_values)
    if not vanishes(of_vectors):  # each vector keeps its length
        along = product(transposed(vectors), of_vectors)
        stretch = np.sum(vectors * of_vectors, axis=-2)
        inner = inner + _gaps(values) * (
            along - product(transposed(vectors), vectors) * stretch[..., None, :]
        )
    return solve_stack(transposed(vectors), product(inner, transposed(vectors)))


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
    inner = product(r, transposed(of_r)) - product(transposed(of_q), q)
    lower = np.tril(np.ones((n, n)), -1)
    symmetric = inner * lower + transposed(inner * lower) + inner * np.eye(n)
    return transposed(solve_stack(r, transposed(of_q + product(q, symmetric))))


_qr = external(np.linalg.qr, _qr_back)


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
    inner = diagonal(of_s)
    if not vanishes(of_u):
        skew = _gaps(s * s) * product(transposed(u), of_u)
        inner = inner + (skew + transposed(skew)) * s[..., None, :]
    if not vanishes(of_vh):
        skew = _gaps(s * s) * product(vh, transposed(of_vh))
        inner = inner + s[..., :, None] * (skew + transposed(skew))
    result = product(u, product(inner, vh))
    rows, columns = np.shape(a)[-2:]
    if rows > columns and not vanishes(of_u):
        rest = of_u - product(u, product(transposed(u), of_u))
        result = result + product(rest / s[..., None, :], vh)
    if columns > rows and not vanishes(of_vh):
        rest = of_vh - product(product(of_vh, transposed(vh)), vh)
        result = result + product(u, rest / s[..., :, None])
    return result


_svd = external(_thin_svd, _svd_back)


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
