"""Functions that only move elements: NumPy's own, on arrays of objects."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from ...engine.dispatch import is_node
from ..arrays import Array, array, astype, wrap
from ..elements import dtype_of, is_called_by_numpy
from ..refusals import not_into, not_supported
from ..registry import implements, numpy_function

NAMES = (
    "append", "array_split", "atleast_1d", "atleast_2d", "atleast_3d", "block",
    "broadcast_arrays", "broadcast_to", "column_stack", "concatenate", "copy", "delete", "diag",
    "diagflat", "diagonal", "linalg.diagonal", "fft.fftshift", "fft.ifftshift", "dsplit",
    "dstack", "expand_dims", "flip",
    "fliplr", "flipud", "hsplit", "hstack", "insert", "linalg.matrix_transpose",
    "matrix_transpose", "meshgrid", "moveaxis", "ravel", "repeat", "reshape", "resize", "roll",
    "rollaxis", "rot90", "split", "squeeze", "stack", "swapaxes",
    "lib.stride_tricks.sliding_window_view", "tile", "transpose", "tril", "triu", "unstack",
    "vsplit", "vstack", "row_stack",
)  # fmt: skip
"""Functions that NumPy itself can do on arrays of objects."""


_OF_SEQUENCES = {
    numpy_function(name)
    for name in ("concatenate", "stack", "hstack", "vstack", "dstack", "column_stack", "row_stack")
}


def plain(x: Any) -> Any:
    """An argument with arrays, Values and tracers as plain arrays of objects."""
    if isinstance(x, Array):
        return np.asarray(x)
    if is_node(x):
        return np.asarray(x, dtype=object)
    if type(x) in (list, tuple):
        return np.array(x, dtype=object) if any(map(is_node, x)) else type(x)(map(plain, x))
    return x


def _parts(x: Any) -> Any:
    """What is joined, each part a plain array; a list of lists of parts for `block`."""
    return [_parts(each) if type(each) is list else plain(each) for each in x]


def wrap_all(x: Any) -> Any:
    """A result with its arrays of objects as Arrays."""
    if isinstance(x, (list, tuple)):
        parts = [wrap_all(each) for each in x]
        return tuple(parts) if isinstance(x, tuple) else parts
    return wrap(x) if isinstance(x, np.ndarray) and x.dtype == object else x


def _moving(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of NumPy on arrays of objects."""

    @wraps(function)
    def move(*arguments: Any, **keywords: Any) -> Any:
        if function is np.block:
            return wrap_all(np.block(_parts(arguments[0])))
        keywords = {name: plain(x) for name, x in keywords.items()}
        if function in _OF_SEQUENCES:  # also of one array, or NumPy asks each of its numbers
            parts = list(map(plain, arguments[0]))
            return wrap_all(function(parts, *arguments[1:], **keywords))
        return wrap_all(function(*map(plain, arguments), **keywords))

    return move


for _name in NAMES:
    _function = numpy_function(_name)
    if _function is not None:
        implements(_name)(_moving(_function))


# ---- questions about an array, and arrays like it ------------------------------------------------


@implements("may_share_memory", "shares_memory")
def shares_memory(a: Any, b: Any, **keywords: Any) -> bool:
    return np.shares_memory(np.asarray(a), np.asarray(b), **keywords)


@implements("unravel_index")
def unravel_index(indices: Any, shape: Any, order: str = "C") -> Any:
    """The index along each axis, of traced indices too."""
    rest, parts = array(indices)[()], []
    for length in reversed(shape) if order == "C" else shape:
        parts.append(np.mod(rest, length))
        rest = np.floor_divide(rest, length)
    return tuple(reversed(parts) if order == "C" else parts)


@implements("shape")
def shape(x: Any) -> Any:
    return np.shape(np.asarray(x))


@implements("ndim")
def ndim(x: Any) -> int:
    return np.ndim(np.asarray(x))


@implements("size")
def size(x: Any, axis: Any = None) -> Any:
    return np.size(np.asarray(x), axis)


@implements("diag_indices_from")
def diag_indices_from(arr: Any) -> Any:
    return np.diag_indices_from(np.asarray(arr))


@implements("tril_indices_from")
def tril_indices_from(arr: Any, k: int = 0) -> Any:
    return np.tril_indices_from(np.asarray(arr), k)


@implements("triu_indices_from")
def triu_indices_from(arr: Any, k: int = 0) -> Any:
    return np.triu_indices_from(np.asarray(arr), k)


@implements("iscomplexobj")
def iscomplexobj(x: Any) -> bool:
    return False


@implements("isrealobj")
def isrealobj(x: Any) -> bool:
    return True


@implements("result_type", "common_type")
def result_type(*parts: Any) -> Any:
    if is_called_by_numpy():
        return np.dtype(object)
    return np.result_type(*(x.dtype if isinstance(x, Array) else plain_type(x) for x in parts))


def plain_type(x: Any) -> Any:
    """What `result_type` takes for an argument that isn't an array."""
    return np.float64 if is_node(x) else x


@implements("can_cast")
def can_cast(x: Any, to: Any, casting: Any = "safe") -> bool:
    return np.can_cast(dtype_of(np.asarray(x)), to, casting)


@implements("zeros_like", "empty_like")
def zeros_like(x: Any, dtype: Any = None, shape: Any = None) -> Any:
    return full_like(x, 0, dtype, shape=shape)


@implements("ones_like")
def ones_like(x: Any, dtype: Any = None, shape: Any = None) -> Any:
    return full_like(x, 1, dtype, shape=shape)


@implements("full_like")
def full_like(x: Any, fill_value: Any, dtype: Any = None, shape: Any = None) -> Any:
    source = np.asarray(x)
    out = np.empty(source.shape if shape is None else shape, dtype=object)
    if not is_node(fill_value) and not isinstance(fill_value, np.ndarray):
        kind = np.dtype(dtype) if dtype is not None else dtype_of(source)
        fill_value = np.asarray(fill_value, dtype=kind).item()
    out[...] = plain(fill_value)
    return wrap(out)


@implements("copyto")
def copyto(target: Any, x: Any, where: Any = True) -> None:
    if not isinstance(target, Array):
        raise not_into(target, "copyto")
    target[...] = x if where is True else np.where(where, x, target)


@implements("fill_diagonal")
def fill_diagonal(x: Any, value: Any, wrap: bool = False) -> None:
    if not isinstance(x, Array):
        raise not_into(x, "fill_diagonal")
    np.fill_diagonal(np.asarray(x), plain(value), wrap)


implements("astype")(astype)


# ---- text ----------------------------------------------------------------------------------------


@implements("array_repr")
def array_repr(x: Any, *arguments: Any, **keywords: Any) -> str:
    return np.array_repr(np.asarray(x), *arguments, **keywords)


@implements("array_str")
def array_str(x: Any, *arguments: Any, **keywords: Any) -> str:
    return np.array_str(np.asarray(x), *arguments, **keywords)


@implements("array2string")
def array2string(x: Any, *arguments: Any, **keywords: Any) -> str:
    return np.array2string(np.asarray(x), *arguments, **keywords)


@implements("pad")
def pad(array: Any, pad_width: Any, mode: Any = "constant", **keywords: Any) -> Any:
    if mode not in ("constant", "edge", "wrap", "reflect", "symmetric", "empty"):
        raise not_supported(f"the mode {mode!r} of numpy.pad", "use another mode")
    if mode == "constant":
        values = keywords.get("constant_values", 0)
        keywords = {"constant_values": plain(values)}
    return wrap(np.pad(plain(array), pad_width, mode, **keywords))


@implements("apply_along_axis")
def apply_along_axis(func1d: Any, axis: int, arr: Any, *args: Any, **kwargs: Any) -> Any:
    x = np.moveaxis(np.asarray(array(arr)), axis, -1)
    results = [
        np.asarray(array(func1d(wrap(x[at]), *args, **kwargs))) for at in np.ndindex(x.shape[:-1])
    ]
    out = np.stack(results).reshape(x.shape[:-1] + results[0].shape)
    rest = x.ndim - 1
    where = axis % x.ndim
    return wrap(np.moveaxis(out, range(rest, out.ndim), range(where, where + out.ndim - rest)))


# ---- changes of an array itself ------------------------------------------------------------------


@implements("put")
def put(a: Any, ind: Any, v: Any) -> None:
    if not isinstance(a, Array):
        raise not_into(a, "put")
    flat = np.asarray(a).flat
    flat[ind] = plain(v)


@implements("putmask")
def putmask(a: Any, mask: Any, values: Any) -> None:
    copyto(a, np.resize(plain(values), np.shape(a)), where=mask)


@implements("put_along_axis")
def put_along_axis(arr: Any, indices: Any, values: Any, axis: Any) -> None:
    if not isinstance(arr, Array):
        raise not_into(arr, "put_along_axis")
    np.put_along_axis(np.asarray(arr), indices, plain(values), axis)
