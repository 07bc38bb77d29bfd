"""Systems of equations, inverses and determinants."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...numpy.registry import implements
from .matrices import array, external, product, transposed


def _solve_back(g: Any, out: Any, a: Any, b: Any) -> Any:
    of_b = solve_stack(transposed(a), g)
    return -product(of_b, transposed(out)), of_b


solve_stack = external(np.linalg.solve, _solve_back)
invert = external(
    np.linalg.inv, lambda g, out, a: -product(transposed(out), product(g, transposed(out)))
)


@implements("linalg.solve")
def solve(a: Any, b: Any) -> Any:
    a, b = array(a), array(b)
    if b.ndim == 1:
        return solve(a, b[:, None])[..., 0]
    stack = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    return solve_stack(_stacked(a, stack), _stacked(b, stack))


def _stacked(x: Any, stack: tuple[int, ...]) -> Any:
    """Matrices as a stack of this shape, where each has a cotangent of its own."""
    return x if x.shape[:-2] == stack else np.broadcast_to(x, stack + x.shape[-2:])


@implements("linalg.inv")
def inv(a: Any) -> Any:
    return invert(array(a))


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


def _cofactors(a: Any, out: Any) -> Any:
    """The derivative of the determinant. Up to 4 x 4 it is written out, for singular matrices."""
    n = np.shape(a)[-1]
    if n > 4:
        return array(out)[..., None, None] * transposed(invert(a))
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


_det = external(np.linalg.det, lambda g, out, a: array(g)[..., None, None] * _cofactors(a, out))
_slogdet = external(
    np.linalg.slogdet, lambda g, out, a: array(g[1])[..., None, None] * transposed(invert(a))
)


@implements("linalg.det")
def det(a: Any) -> Any:
    return _det(array(a))


@implements("linalg.slogdet")
def slogdet(a: Any) -> Any:
    return _slogdet(array(a))
