"""Rank, condition number, pseudo-inverse and least squares."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...numpy.registry import implements
from ..outside import External
from .decompositions import svdvals
from .equations import inv
from .matrices import array, external, product, transposed

_rank = external(np.linalg.matrix_rank, lambda g, out, a, **keywords: (None,))


@implements("linalg.matrix_rank")
def matrix_rank(a: Any, tol: Any = None, hermitian: bool = False, **keywords: Any) -> Any:
    keywords = keywords if tol is None else {"tol": tol, **keywords}
    return _rank(array(a), hermitian=hermitian, **keywords)


@implements("linalg.matrix_norm")
def matrix_norm(x: Any, *, keepdims: bool = False, ord: Any = "fro") -> Any:
    return np.linalg.norm(x, ord, (-2, -1), keepdims)


@implements("linalg.cond")
def cond(x: Any, p: Any = None) -> Any:
    x = array(x)
    if p in (None, 2, -2):
        s = svdvals(x)
        return s[..., -1] / s[..., 0] if p == -2 else s[..., 0] / s[..., -1]
    return np.linalg.norm(x, p, (-2, -1)) * np.linalg.norm(inv(x), p, (-2, -1))


def _pinv_back(g: Any, out: Any, a: Any, *_: Any) -> Any:
    m, n = np.shape(a)[-2:]
    left = np.eye(m) - product(a, out)
    right = np.eye(n) - product(out, a)
    by_rows = product(product(left, transposed(g)), product(out, transposed(out)))
    by_columns = product(product(transposed(out), out), product(transposed(g), right))
    return by_rows + by_columns - product(transposed(out), product(g, transposed(out))), *(
        None for _ in _
    )


_pinv = external(np.linalg.pinv, _pinv_back)


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
    of_a = _pinv_back(product(g[0], transposed(b)), inverse, a)[0]
    return of_a, product(transposed(inverse), g[0]), None


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
    residuals = np.sum((b - product(a, x)) ** 2, axis=0) if has_rest else np.zeros(0)
    return x, residuals, rank, svdvals(a)
