"""Functions of whole rows: softmax, normalisations, linear maps and attention.

Each takes a row (a list of numbers, Values or traced numbers) and returns a list. It also takes a
list of rows and returns such a list, or an array with rows along its last axis and returns one.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import add, mul
from typing import Any

from ..engine import functions as elementary
from ..engine.node import engine_of, is_value
from ..errors import ShapeError, WrongType, calling_line, shorten
from ..numerals import counted
from ..programs.custom import stop_gradient
from .rows import by_rows, check_row, columns, has_rows, is_array, stack_rows


def softmax(x: Any) -> Any:
    """Return exp(x) divided by its sum: positive shares that add up to 1.

    It doesn't overflow where exp(x) does.

    Args:
        x: A row, a list of rows, or an array of them.

    Returns:
        The shares, in the shape of x.

    Raises:
        ShapeError: The row is empty.

    Example:
        >>> softmax([1000.0, 1000.0])
        [0.5, 0.5]
    """
    if has_rows(x):
        return by_rows(softmax, x)
    check_row(x, "softmax")
    top = _largest(x)
    powers = _exp([each - top for each in x])
    total = reduce(add, powers)
    return [power / total for power in powers]


def log_softmax(x: Any) -> Any:
    """Return the logarithm of softmax(x), which is finite where a share is too small for a float.

    Args:
        x: A row, a list of rows, or an array of them.

    Returns:
        The logarithms, in the shape of x.

    Raises:
        ShapeError: The row is empty.

    Example:
        >>> log_softmax([0.0, -1000.0])
        [0.0, -1000.0]
    """
    if has_rows(x):
        return by_rows(log_softmax, x)
    check_row(x, "log_softmax")
    top = _largest(x)
    moved = [each - top for each in x]
    total = elementary.log(reduce(add, _exp(moved)))
    return [each - total for each in moved]


def _largest(x: Sequence[Any]) -> Any:
    """The largest of the numbers, through which no gradient flows."""
    if any(hasattr(kind, "ndim") for kind in set(map(type, x))):  # traced numbers, or columns
        return stop_gradient(reduce(elementary.max, x))
    top = max(x)
    if not is_value(top):
        return top
    constant = engine_of(top)(top.data)
    constant.label, constant.requires_grad = "max", False
    return constant


def _exp(x: Sequence[Any]) -> list[Any]:
    try:
        return [each.exp() for each in x]
    except AttributeError:  # plain numbers, or columns
        return [elementary.exp(each) for each in x]


def layer_norm(x: Any, weight: Any = None, bias: Any = None, *, eps: float = 1e-5) -> Any:
    """Shift and scale a row to mean 0 and variance 1, then by `weight` and `bias`.

    Args:
        x: A row, a list of rows, or an array of them.
        weight: A factor for each element; None for 1.
        bias: A term added to each element; None for 0.
        eps: Added to the variance to avoid division by 0 in a constant row.

    Returns:
        The normalised row, in the shape of x.

    Raises:
        ShapeError: The row is empty, or `weight` or `bias` has a different length.

    Source: Ba, Kiros & Hinton, Layer Normalization, 2016.

    Example:
        >>> layer_norm([1.0, 3.0], eps=0.0)
        [-1.0, 1.0]
    """
    if has_rows(x):
        return by_rows(lambda row: layer_norm(row, weight, bias, eps=eps), x)
    check_row(x, "layer_norm")
    mean = reduce(add, x) / len(x)
    centred = [each - mean for each in x]
    return _scaled("layer_norm", centred, weight, bias, eps)


def rms_norm(x: Any, weight: Any = None, *, eps: float = 1e-5) -> Any:
    """Scale a row to a mean square of 1, then by `weight`.

    Args:
        x: A row, a list of rows, or an array of them.
        weight: A factor for each element; None for 1.
        eps: Added to the mean square to avoid division by 0 in a row of zeros.

    Returns:
        The normalised row, in the shape of x.

    Raises:
        ShapeError: The row is empty, or `weight` has a different length.

    Source: Zhang & Sennrich, Root Mean Square Layer Normalization, 2019.

    Example:
        >>> rms_norm([3.0, -3.0], eps=0.0)
        [1.0, -1.0]
    """
    if has_rows(x):
        return by_rows(lambda row: rms_norm(row, weight, eps=eps), x)
    check_row(x, "rms_norm")
    return _scaled("rms_norm", x, weight, None, eps)


def _scaled(name: str, x: Sequence[Any], weight: Any, bias: Any, eps: float) -> list[Any]:
    """A row divided by its root mean square, then scaled and shifted element by element."""
    mean_square = reduce(add, map(mul, x, x)) / len(x)
    scale = elementary.pow(mean_square + eps, -0.5)
    out = [each * scale for each in x]
    for operation, row, what in ((mul, weight, "weight"), (add, bias, "bias")):
        if row is not None:
            row = columns(row) if is_array(row) else row
            check_row(row, f"{what} of {name}", len(x))
            out = list(map(operation, out, row))
    return out


def linear(x: Any, weights: Any, bias: Any = None) -> Any:
    """Return the products of a row with each row of `weights`, plus `bias`.

    Args:
        x: A row of n numbers, a list of rows, or an array `(..., n)`.
        weights: m rows of n numbers, as lists or as an array `(m, n)`.
        bias: m numbers; None for 0.

    Returns:
        A row of m numbers, a list of rows, or an array `(..., m)`.

    Raises:
        ShapeError: The lengths don't fit.

    Example:
        >>> linear([1.0, 2.0], [[3.0, 4.0], [5.0, 6.0]])
        [11.0, 17.0]
    """
    if has_rows(x):
        return by_rows(lambda row: linear(row, weights, bias), x)
    rows = _rows(weights, "weights of linear")
    for row in rows:
        check_row(x, "linear", len(row))
    if bias is None:
        return [reduce(add, map(mul, row, x)) for row in rows]
    start = columns(bias) if is_array(bias) else bias
    check_row(start, "bias of linear", len(rows))
    return [reduce(add, map(mul, row, x), each) for row, each in zip(rows, start)]


def attention(query: Any, key: Any, value: Any, *, causal: bool = False) -> Any:
    """Return, for each query, the mean of the values, weighted by how well the keys match it.

    The weights are the softmax of the products of query and key, divided by the square root of
    their length.

    Args:
        query: T rows of d numbers, as lists or as an array `(..., T, d)`.
        key: S rows of d numbers, or an array `(..., S, d)`.
        value: S rows of e numbers, or an array `(..., S, e)`.
        causal: Whether a query ignores the keys after its own position; this requires S = T.

    Returns:
        T rows of e numbers; an array `(..., T, e)` if one of the arguments is an array.

    Raises:
        ShapeError: The numbers of rows, or their lengths, don't fit.

    Source: Vaswani et al., Attention Is All You Need, 2017, section 3.2.1.

    Example:
        >>> attention([[1.0]], [[0.0], [0.0]], [[2.0, 4.0], [4.0, 0.0]])
        [[3.0, 2.0]]
    """
    if any(map(is_array, (query, key, value))):
        rows = [_rows(each, "attention") for each in (query, key, value)]
        out = attention(*rows, causal=causal)
        return stack_rows(out)
    queries, keys = _rows(query, "query of attention"), _rows(key, "key of attention")
    values = _rows(value, "value of attention")
    _check_attention(queries, keys, values, causal)
    root = len(queries[0]) ** 0.5
    out = []
    for position, each in enumerate(queries):
        stop = position + 1 if causal else len(keys)
        shares = softmax([reduce(add, map(mul, each, other)) / root for other in keys[:stop]])
        out.append([reduce(add, map(mul, shares, column)) for column in zip(*values[:stop])])
    return out


def _rows(x: Any, name: str) -> list[Any]:
    """Rows in lists, or in an array of two axes or more, as lists of numbers or columns."""
    if is_array(x) and x.ndim > 1:
        import numpy as np

        return [columns(row) for row in np.moveaxis(np.asanyarray(x), -2, 0)]
    if is_array(x) or not isinstance(x, (list, tuple)):
        got = f"an array of shape {x.shape}" if is_array(x) else shorten(x)
        kind = ShapeError if is_array(x) else WrongType
        raise kind(f"{name} needs rows, but got {got}.", where=calling_line())
    if not x:
        raise ShapeError(f"{name} needs at least one row, but got none.", where=calling_line())
    for row in x:
        if not is_array(row) and not isinstance(row, (list, tuple)):
            raise WrongType(
                f"{name} needs rows, but got a list of numbers.",
                where=calling_line(),
                remedy="for a single row pass [row]",
            )
    return [columns(row) if is_array(row) else row for row in x]


def _check_attention(queries: Any, keys: Any, values: Any, causal: bool) -> None:
    """Refuse rows that don't fit together.

    Raises:
        ShapeError: Their numbers or lengths differ.
    """
    width = len(queries[0])
    for row in (*queries, *keys):
        check_row(row, "attention", width)
    for row in values:
        check_row(row, "attention", len(values[0]))
    if len(values) != len(keys):
        got = f"{counted(len(keys), 'key')} and {counted(len(values), 'value')}"
        raise ShapeError(
            f"attention needs one value for each key, but got {got}.", where=calling_line()
        )
    if causal and len(queries) != len(keys):
        got = f"{counted(len(queries), 'query')} and {counted(len(keys), 'key')}"
        raise ShapeError(
            f"causal attention needs one key for each query, but got {got}.",
            where=calling_line(),
            remedy="for a single query at the end, which may match every key, leave causal out",
        )
