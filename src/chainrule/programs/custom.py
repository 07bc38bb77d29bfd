"""Functions whose derivative is given instead of computed: `custom_vjp` and `custom_jvp`, with the
names and conventions of JAX, and `stop_gradient`."""

from __future__ import annotations

import functools
import inspect
import operator
from array import array
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..engine.node import CONSTANT, Fields, engine_of, is_value
from ..errors import GraphError, WrongType, shorten
from ..numerals import counted
from .derive.derivatives import operands_of
from .outside import Outside
from .trace.calls import Call
from .trace.containers import closed, opened
from .trace.flattening import flatten, numbers_of, unflatten
from .trace.recording import nodes_of
from .trace.structure import Nest, Static
from .trace.traced import map_traced
from .twin import Tracer


class _Custom(Outside):
    """A function that can be recorded, with another derivative."""

    def __init__(self, fun: Callable[..., Any], nondiff_argnums: Sequence[int] = ()) -> None:
        super().__init__(fun)
        self.nondiff_argnums = tuple(nondiff_argnums)

    def __call__(self, /, *arguments: Any, **keywords: Any) -> Any:
        if self.vjp is None and self.jvp is None:
            method = "defvjp" if isinstance(self, custom_vjp) else "defjvp"
            raise GraphError(
                f"{self.name} has no derivative yet.",
                remedy=f"call {self.name}.{method}(...) after the definition",
            )
        bound = self._signature.bind(*arguments, **keywords)
        bound.apply_defaults()
        return super().__call__(*bound.args, **bound.kwargs)

    @functools.cached_property
    def _signature(self) -> inspect.Signature:
        return inspect.signature(self.function)

    def _record(self, tape: Any, arguments: Sequence[Any], keywords: Mapping[str, Any]) -> Any:
        """Record the function, and give its results the other derivative."""
        parts, operands = self._split(tape, arguments, keywords)
        for k in self.nondiff_argnums:
            if not isinstance(parts[k], Static):
                raise WrongType(
                    f"argument {k} of {self.name} is traced, although it is in nondiff_argnums.",
                    remedy="leave it out of nondiff_argnums",
                )
        start = len(tape)
        copies = [Tracer(tape, tape.copy(node)) for node in operands]
        inside = len(tape)
        arguments = unflatten(Nest("tuple", tuple(parts)), copies, object)
        leaves: list[Any] = []
        structure = flatten(
            self.function(*arguments, **keywords), leaves, f"the result of {self.name}", True
        )
        nodes = nodes_of(tape, numbers_of(leaves))
        used = {x for node in range(inside, len(tape)) for x in operands_of(tape, node)}
        others = [x for x in sorted(used.union(nodes)) if x < start and not tape.is_constant(x)]
        values = array("d", [tape.value(node) for node in nodes]).tobytes()
        call = Call(self, parts, keywords, structure)
        region = tape.call(call, [*operands, *others], values)
        tracers = [Tracer(tape, tape.override(x, region, k)) for k, x in enumerate(nodes)]
        return unflatten(structure, tracers, object)

    def _without(self, arguments: Sequence[Any]) -> tuple[list[Any], list[Any]]:
        """The arguments in nondiff_argnums, and the others."""
        chosen = [arguments[k] for k in self.nondiff_argnums]
        others = [x for k, x in enumerate(arguments) if k not in self.nondiff_argnums]
        return chosen, others


class custom_vjp(_Custom):  # the name in JAX
    """Give a function another derivative, in reverse mode. The names and conventions are JAX's.

    The function is recorded as usual. Where a gradient is needed, `fwd` is called instead of it,
    and `bwd` with what `fwd` kept.

    Args:
        fun: The function.
        nondiff_argnums: The arguments that have no cotangent, such as functions; `bwd` gets them
            first.

    Example:
        >>> from chainrule import grad, max, min
        >>> @custom_vjp
        ... def clip_gradient(x):
        ...     return x
        >>> clip_gradient.defvjp(lambda x: (x, None), lambda kept, g: (max(-1.0, min(1.0, g)),))
        >>> grad(lambda x: clip_gradient(x) ** 2)(3.0)
        1.0
    """

    _fwd: Callable[..., Any] | None = None
    _bwd: Callable[..., Any] | None = None

    def defvjp(self, fwd: Callable[..., Any], bwd: Callable[..., Any]) -> None:
        """Set the derivative.

        Args:
            fwd: `fwd(*arguments)` returns the pair of the output and what `bwd` needs.
            bwd: `bwd(kept, cotangent)` returns a tuple with a cotangent for each argument, None for
                0. The arguments in nondiff_argnums come before these two.
        """
        self._fwd, self._bwd = fwd, bwd

    @property
    def vjp(self) -> Any:
        return self._vjp if self._fwd and self._bwd else None

    def _vjp(self, cotangent: Any, output: Any, *arguments: Any) -> Any:
        fixed, others = self._without(arguments)
        pair = self._fwd(*arguments)  # type: ignore[misc]  # `vjp` asks whether it is there
        if not isinstance(pair, (tuple, list)) or len(pair) != 2:
            raise WrongType(
                f"the fwd of {self.name} needs to return the output and what bwd needs, but "
                f"returned {shorten(pair)}."
            )
        given = self._bwd(*fixed, pair[1], cotangent)  # type: ignore[misc]  # likewise
        if not isinstance(given, (tuple, list)) or len(given) != len(others):
            raise WrongType(
                f"the bwd of {self.name} needs to return a tuple of "
                f"{counted(len(others), 'cotangent')}, but returned {shorten(given)}."
            )
        cotangents = iter(given)
        chosen = range(len(arguments))
        return [None if k in self.nondiff_argnums else next(cotangents) for k in chosen]


class custom_jvp(_Custom):  # the name in JAX
    """Give a function another derivative, in forward mode. The names and conventions are JAX's.

    Reverse mode transposes it, so one definition serves both.

    Args:
        fun: The function.
        nondiff_argnums: The arguments that have no tangent, such as functions; the rule gets them
            first.

    Example:
        >>> from chainrule import grad, log1p, exp
        >>> @custom_jvp
        ... def softplus(x):
        ...     return log1p(exp(x))
        >>> @softplus.defjvp
        ... def softplus_jvp(primals, tangents):
        ...     (x,), (t,) = primals, tangents
        ...     return softplus(x), t / (1 + exp(-x))
        >>> grad(softplus)(0.0)
        0.5
    """

    _rule: Callable[..., Any] | None = None

    def defjvp(self, jvp: Callable[..., Any]) -> Callable[..., Any]:
        """Set the derivative.

        Args:
            jvp: `jvp(primals, tangents)` returns the pair of the output and its tangent; both
                arguments are tuples. The arguments in nondiff_argnums come before them.

        Returns:
            jvp, so that this is a decorator.
        """
        self._rule = jvp
        return jvp

    def defjvps(self, *jvps: Callable[..., Any] | None) -> None:
        """Set the derivative with respect to each argument: `jvp(tangent, output, *arguments)`
        returns its part of the output's tangent; None for no part."""
        if self.nondiff_argnums:
            raise WrongType("defjvps needs a function without nondiff_argnums; use defjvp.")

        def jvp(primals: Sequence[Any], tangents: Sequence[Any]) -> Any:
            output = self(*primals)
            parts = [f(t, output, *primals) for f, t in zip(jvps, tangents) if f is not None]
            return output, _sum(parts)

        self._rule = jvp

    @property
    def jvp(self) -> Any:
        return self._jvp if self._rule else None

    def _jvp(self, tangents: Any, output: Any, *arguments: Any) -> Any:
        fixed, primals = self._without(arguments)
        _, moving = self._without(tangents)
        moving = [zeros_like(x) if t is None else t for x, t in zip(primals, moving)]
        pair = self._rule(*fixed, tuple(primals), tuple(moving))  # type: ignore[misc]
        if not isinstance(pair, (tuple, list)) or len(pair) != 2:
            raise WrongType(
                f"the jvp of {self.name} needs to return the output and its tangent, but returned "
                f"{shorten(pair)}."
            )
        return pair[1]


def zeros_like(tree: Any) -> Any:
    """A tree of zeros with the shapes of another one."""
    container = opened(tree, "an argument")
    if container is not None:
        return closed(container, [zeros_like(x) for x in container.parts])
    return 0.0 * tree if getattr(tree, "ndim", 0) else 0.0


def _sum(trees: Sequence[Any]) -> Any:
    """The sum of trees of one structure."""
    containers = [opened(each, "a tangent") for each in trees]
    if containers[0] is None:
        return functools.reduce(operator.add, trees)
    parts = zip(*(each.parts for each in containers if each is not None))
    return closed(containers[0], [_sum(each) for each in parts])


def stop_gradient(x: Any) -> Any:
    """Return the same numbers, through which no gradient flows. The name is JAX's.

    Args:
        x: A number, an array, or a list, tuple or dict of them.

    Returns:
        The same, with every traced number and every Value replaced by one that counts as constant.

    Example:
        >>> from chainrule import grad
        >>> grad(lambda x: x * stop_gradient(x))(3.0)
        3.0
    """
    return map_traced(x, _constant)


def _constant(x: Any) -> Any:
    if is_value(x):
        engine = engine_of(x)
        return engine._build(engine, (), Fields(x.data, kind=CONSTANT), {})
    return Tracer(x.tape, x.tape.override(x.node))
