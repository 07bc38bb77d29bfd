"""Layers beyond neurons: linear maps, embeddings, normalisations and dropout.

Each takes a row, or rows, as lists of numbers or as an array, and returns the same.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import mul
from typing import Any

from ..engine.functions import where
from ..engine.numbers import is_number
from ..engine.twin import Value
from ..errors import DomainError, WrongType, calling_line, shorten
from ..graph.labels import parameter, scope
from ..programs.trace.taking import take
from . import functions
from .initial import Initial, Seed, drawing, generator_of
from .module import Module, uniform
from .requirements import Need, index_within
from .rows import by_rows, check_row, columns, has_rows, is_array, size_of, stack, stack_rows


def _matrix(rows: int, width: int, draw: Callable[[], float]) -> list[list[Value]]:
    """Rows of parameters, `w[0][0]`, `w[0][1]` and so on."""
    return [[parameter(draw(), f"w[{i}][{j}]") for j in range(width)] for i in range(rows)]


def _vector(size: int, number: float, name: str) -> list[Value]:
    return [parameter(number, f"{name}[{i}]") for i in range(size)]


def _of_row(
    layer: Module, x: Any, length: int, function: Callable[..., Any], *weights: Any, **options: Any
) -> Any:
    """Apply a function to a row of this length, or to each of several; a message names the
    layer."""
    if has_rows(x):
        return by_rows(layer, x)  # type: ignore[arg-type]  # it can be called
    if not isinstance(x, (list, tuple)) or len(x) != length:
        check_row(x, repr(layer), length)
    return function(x, *weights, **options)


class Linear(Module):
    """A linear map: products of a row with rows of weights, plus a bias.

    Args:
        nin: The number of inputs.
        nout: The number of outputs.
        bias: Whether there is a bias; it starts at 0.
        init, seed: As for `Neuron`, but "xavier" by default.

    Example:
        >>> layer = Linear(2, 3, seed=1)
        >>> layer.w[2][1].label, layer.b[2].label, len(layer([1.0, 2.0]))
        ('w[2][1]', 'b[2]', 3)
    """

    def __init__(
        self,
        nin: int,
        nout: int,
        bias: bool = True,
        *,
        init: Initial = "xavier",
        seed: Seed = None,
    ) -> None:
        nin, nout = size_of(nin, "inputs of a layer"), size_of(nout, "outputs of a layer")
        self.w = _matrix(nout, nin, drawing(init, nin, nout, seed))
        self.b = _vector(nout, 0.0, "b") if bias else None

    def __call__(self, x: Any) -> Any:
        """Return `nout` numbers for a row of `nin`; for several rows, as many for each."""
        return _of_row(self, x, len(self.w[0]), functions.linear, self.w, self.b)

    def parameters(self) -> list[Value]:
        """Return the weights, row by row, then the bias."""
        return [w for row in self.w for w in row] + (self.b or [])

    def __repr__(self) -> str:
        return f"Linear({len(self.w[0])}, {len(self.w)})"


class Embedding(Module):
    """A row of trainable numbers for each of a few things, such as the letters of an alphabet.

    Args:
        count: The number of things.
        width: The length of a row.
        init, seed: As for `Neuron`.

    Example:
        >>> letters = Embedding(27, 4)
        >>> [v.label for v in letters(2)]
        ['w[2][0]', 'w[2][1]', 'w[2][2]', 'w[2][3]']
    """

    def __init__(
        self, count: int, width: int, *, init: Initial = "uniform", seed: Seed = None
    ) -> None:
        count, width = size_of(count, "rows of an embedding"), size_of(width, "columns of a row")
        with scope("embedding"):  # its rows are looked up, and no operation of its own uses them
            self.w = _matrix(count, width, drawing(init, count, width, seed))

    def __call__(self, index: Any) -> Any:
        """Return the row of an index, or the rows of several.

        Args:
            index: A whole number from 0 up, a list of them, or an array.

        Returns:
            A list of `width` numbers; a list of such rows; or an array with one more axis.

        Raises:
            PlaceError: The index isn't a whole number from 0 to `count - 1`. A program raises this
                when it is called.
        """
        if isinstance(index, (list, tuple)):
            return [self(each) for each in index]
        if is_array(index):
            return stack_rows([self(each) for each in columns(index)])
        if hasattr(index, "item"):  # a Value, or a number of NumPy
            index = index.item()
        if not is_number(index):
            raise WrongType(
                f"{self!r} needs a whole number, but got {shorten(index)}.", where=calling_line()
            )
        need = Need(f"{self!r} needs an index from 0 to {len(self.w) - 1}")
        index = index_within(index, len(self.w), need)
        return list(take(self.w, index))

    def parameters(self) -> list[Value]:
        """Return the parameters, row by row."""
        return [w for row in self.w for w in row]

    def __repr__(self) -> str:
        return f"Embedding({len(self.w)}, {len(self.w[0])})"


class LayerNorm(Module):
    """Shift and scale a row to mean 0 and variance 1, then by trainable numbers.

    Args:
        size: The length of a row.
        eps: Added to the variance to avoid division by 0.

    Example:
        >>> [v.data for v in LayerNorm(2, eps=0.0)([1.0, 3.0])]
        [-1.0, 1.0]
    """

    def __init__(self, size: int, *, eps: float = 1e-5) -> None:
        size = size_of(size, "entries in a row")
        self.w, self.b, self.eps = _vector(size, 1.0, "w"), _vector(size, 0.0, "b"), eps

    def __call__(self, x: Any) -> Any:
        """Return the normalised row; for a list or an array of rows, each of them normalised."""
        return _of_row(self, x, len(self.w), functions.layer_norm, self.w, self.b, eps=self.eps)

    def parameters(self) -> list[Value]:
        """Return the factors, then the terms that are added."""
        return [*self.w, *self.b]

    def __repr__(self) -> str:
        return f"LayerNorm({len(self.w)})"


class RMSNorm(Module):
    """Scale a row to a mean square of 1, then by trainable numbers.

    Args:
        size: The length of a row.
        eps: Added to the mean square to avoid division by 0.

    Example:
        >>> [v.data for v in RMSNorm(2, eps=0.0)([3.0, -3.0])]
        [1.0, -1.0]
    """

    def __init__(self, size: int, *, eps: float = 1e-5) -> None:
        self.w, self.eps = _vector(size_of(size, "entries in a row"), 1.0, "w"), eps

    def __call__(self, x: Any) -> Any:
        """Return the normalised row; for a list or an array of rows, each of them normalised."""
        return _of_row(self, x, len(self.w), functions.rms_norm, self.w, eps=self.eps)

    def parameters(self) -> list[Value]:
        """Return the factors."""
        return list(self.w)

    def __repr__(self) -> str:
        return f"RMSNorm({len(self.w)})"


class Dropout(Module):
    """During training, replace each number by 0 with probability `p`, and divide the others by
    1 - p, which preserves the mean. After `model.eval()`, pass everything on unchanged.

    Args:
        p: The probability, from 0 up to but not including 1.
        seed: An int or a generator.

    Raises:
        DomainError: `p` is outside this range.

    Source: Srivastava et al., Dropout: A Simple Way to Prevent Neural Networks from Overfitting,
    2014.

    Example:
        >>> dropout = Dropout(0.5, seed=1)
        >>> dropout([1.0, 1.0, 1.0]), dropout.eval()([1.0, 1.0, 1.0])
        ([0.0, 2.0, 2.0], [1.0, 1.0, 1.0])
    """

    def __init__(self, p: float, *, seed: Seed = None) -> None:
        if not is_number(p) or not 0 <= p < 1:
            raise DomainError(
                f"Dropout needs 0 <= p < 1, but got {shorten(p)}.", where=calling_line()
            )
        self.p, self.generator = p, generator_of(seed)

    def __call__(self, x: Any) -> Any:
        """Return the row, or the rows, with some numbers dropped."""
        if not self.training or not self.p:
            return x
        if has_rows(x):
            return by_rows(self, x) if not is_array(x) else self._of_array(x)
        row = [x] if is_number(x) else list(x)
        scales = (
            where(u < self.p, 0.0, 1 / (1 - self.p)) for u in uniform(len(row), self.generator)
        )
        out = list(map(mul, row, scales))
        return out[0] if is_number(x) else out

    def _of_array(self, x: Any) -> Any:
        """Drop elements of an array one by one."""
        import numpy as np

        flat = self(np.asarray(x).ravel().tolist())
        return np.reshape(stack(flat), x.shape)

    def __repr__(self) -> str:
        return f"Dropout({self.p})"
