"""Attention: rows that look at one another."""

from __future__ import annotations

from functools import reduce
from operator import add
from typing import Any

from ..engine.twin import Value
from ..errors import ShapeError, calling_line
from ..graph.labels import scope
from . import functions
from .initial import Initial, Seed, generator_of
from .layers import Linear
from .module import Module
from .rows import is_array, size_of
from .scopes import Scopes


class AttentionHead(Module):
    """Rows that look at one another: each becomes a mean of the values of all rows, weighted by how
    well its query matches their keys. Queries, keys and values are linear maps of the rows.

    Args:
        width: The length of a row.
        size: The length of a query, a key and a value.
        causal: Whether a row looks at itself and at earlier rows only.
        init, seed: As for `Linear`.

    Source: Vaswani et al., Attention Is All You Need, 2017, section 3.2.1.

    Example:
        >>> head = AttentionHead(4, 2, causal=True, seed=1)
        >>> rows = head([[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0]])
        >>> len(rows), len(rows[0])
        (2, 2)
    """

    _scopes = Scopes(("query", "key", "value"))

    def __init__(
        self,
        width: int,
        size: int,
        *,
        causal: bool = False,
        init: Initial = "xavier",
        seed: Seed = None,
    ) -> None:
        generator = generator_of(seed)
        maps = []
        for name in self._scopes.names:
            with scope(name):
                maps.append(Linear(width, size, bias=False, init=init, seed=generator))
        self.query, self.key, self.value = maps
        self.causal = causal

    def __call__(self, x: Any) -> Any:
        """Return a row of `size` numbers for each row.

        Args:
            x: T rows of `width` numbers, as lists or as an array `(..., T, width)`.

        Raises:
            ShapeError: The list of rows is empty, or a row has the wrong length.
        """
        query, key, value = self._scopes.each([self.query, self.key, self.value], x)
        return functions.attention(query, key, value, causal=self.causal)

    def parameters(self) -> list[Value]:
        """Return the weights of the queries, the keys and the values."""
        return [p for each in (self.query, self.key, self.value) for p in each.parameters()]

    def __repr__(self) -> str:
        return f"AttentionHead({len(self.query.w[0])}, {len(self.query.w)})"


class MultiHeadAttention(Module):
    """Several attention heads side by side, whose results are joined by a linear map.

    Args:
        width: The length of a row.
        heads: The number of heads, which divides the width; a head has size width / heads.
        causal: Whether a row looks at itself and at earlier rows only.
        init, seed: As for `Linear`.

    Raises:
        ShapeError: `heads` doesn't divide `width`.

    Source: Vaswani et al., Attention Is All You Need, 2017, section 3.2.2.

    Example:
        >>> attention = MultiHeadAttention(4, heads=2, seed=1)
        >>> len(attention([[1.0, 0.0, 0.0, 0.0]])[0]), len(attention.parameters())
        (4, 64)
    """

    _scopes = Scopes("head")

    def __init__(
        self,
        width: int,
        heads: int,
        *,
        causal: bool = False,
        init: Initial = "xavier",
        seed: Seed = None,
    ) -> None:
        width, heads = size_of(width, "entries in a row"), size_of(heads, "heads")
        if width % heads:
            raise ShapeError(
                f"the number of heads needs to divide the width, but got {heads} heads for a width "
                f"of {width}.",
                where=calling_line(),
            )
        generator = generator_of(seed)
        self.heads = []
        for k in range(heads):
            with scope(f"head {k + 1}"):
                head = AttentionHead(
                    width, width // heads, causal=causal, init=init, seed=generator
                )
            self.heads.append(head)
        with scope("output"):
            self.output = Linear(width, width, bias=False, init=init, seed=generator)

    def __call__(self, x: Any) -> Any:
        """Return a row of `width` numbers for each row.

        Args:
            x: T rows of `width` numbers, as lists or as an array `(..., T, width)`.

        Raises:
            ShapeError: The list of rows is empty, or a row has the wrong length.
        """
        results = self._scopes.each(self.heads, x)
        with scope("output"):
            return self.output(_joined(results))

    def parameters(self) -> list[Value]:
        """Return the parameters of the heads, then the weights of the output."""
        return [p for each in (*self.heads, self.output) for p in each.parameters()]

    def __repr__(self) -> str:
        return f"MultiHeadAttention({len(self.output.w)}, heads={len(self.heads)})"


def _joined(results: list[Any]) -> Any:
    """The rows of several results, end to end."""
    if is_array(results[0]):
        import numpy as np

        return np.concatenate(results, axis=-1)
    return [reduce(add, rows) for rows in zip(*results)]
