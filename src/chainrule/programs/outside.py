"""Functions that a recording takes as one operation, with a derivative of their own."""

from __future__ import annotations

import functools
import operator
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import Any

from ..engine.kinds import CONDITION, kind_of
from ..engine.node import engine_of, is_value
from ..errors import DomainError, GraphError, WrongType
from .trace.calls import Call
from .trace.errors import escaped
from .trace.flattening import flatten, numbers_of, unflatten
from .trace.recording import inside, nodes_of, note_raised
from .trace.structure import Leaf, Static, Structure, map_leaves
from .trace.traced import first_traced, map_traced
from .twin import Tape, Tracer, gradient


class Outside:
    """A function that is called like the original. On plain numbers nothing else happens; on
    tracers and on Values it is one operation.

    Attributes:
        function: The original function.
        name: Its name in listings, pictures and messages.
        vjp, jvp: Its derivative; None for none.
        vectorized: Whether it takes whole blocks of rows.
        uses_output: Whether its derivative uses its output.
        why: Why it has no derivative, if there is more to say.
    """

    vjp: Any = None
    jvp: Any = None
    vectorized = False
    uses_output = False
    why = ""

    def __init__(self, function: Callable[..., Any], name: str | None = None) -> None:
        functools.update_wrapper(self, function)
        self.function: Any = function
        self.name = str(name or getattr(function, "__name__", type(function).__name__))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}>"

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        """In a class it is a method, as a function is."""
        return self if instance is None else functools.partial(self, instance)

    def __reduce_ex__(self, protocol: Any) -> Any:
        """Pickle it by its name in its module, as a function; else by its parts."""
        found: Any = sys.modules.get(getattr(self, "__module__", ""))
        for name in getattr(self, "__qualname__", "").split("."):
            found = getattr(found, name, None)
        return self.__qualname__ if found is self else super().__reduce_ex__(protocol)

    def __call__(self, /, *arguments: Any, **keywords: Any) -> Any:
        """Call the function."""
        number = first_traced((arguments, keywords))
        if number is None:
            return self.function(*arguments, **keywords)
        if is_value(number):
            return _on_values(self, arguments, keywords)
        if number.tape.closed:
            raise escaped(number)
        return self._record(number.tape, arguments, keywords)

    def _record(self, tape: Any, arguments: Sequence[Any], keywords: Mapping[str, Any]) -> Any:
        """Record a call: its results are computed outside."""
        parts, operands = self._split(tape, arguments, keywords)
        try:
            region = tape.call(Call(self, parts, keywords), operands)
        except Exception as error:
            note_raised(tape, self.name, error)
            raise
        call, _, results = tape.call_at(region)  # perhaps an earlier one
        tracers = [Tracer(tape, tape.entry(region, k)) for k in range(len(results) // 8)]
        return unflatten(call.result, tracers, object)

    def _split(
        self, tape: Any, arguments: Sequence[Any], keywords: Mapping[str, Any]
    ) -> tuple[list[Structure], list[int]]:
        """The structures of the arguments, and the nodes in them. An argument without tracers isn't
        recorded."""
        if first_traced(keywords) is not None:
            raise WrongType(
                f"a keyword argument of {self.name} is traced, but only positional ones can be.",
                remedy="pass it by position",
            )
        parts: list[Structure] = []
        leaves: list[Any] = []
        for k, each in enumerate(arguments):
            if first_traced(each) is None:
                fixed = each.copy() if hasattr(each, "ndim") and hasattr(each, "copy") else each
                parts.append(Static(type(each).__qualname__, fixed))
            else:
                own: list[Any] = []
                part = flatten(each, own, f"argument {k} of {self.name}")
                parts.append(_with_kinds(part, own))
                leaves += own
        return parts, nodes_of(tape, numbers_of(leaves))


def _with_kinds(structure: Structure, leaves: Sequence[Any]) -> Structure:
    """The structure with the kinds of the traced numbers."""
    remaining = iter(leaves)

    def leaf(each: Leaf) -> Leaf:
        kinds = (kind_of(x) for x in numbers_of([next(remaining)]))
        return each._replace(kind=reduce(operator.and_, kinds, CONDITION))

    return map_leaves(structure, leaf)


def _on_values(function: Outside, arguments: Sequence[Any], keywords: Mapping[str, Any]) -> Any:
    """Call a function on Values: a node for each number in its result, with its local derivatives
    with respect to all Values in the arguments."""
    tape = Tape()
    inputs: dict[Any, Any] = {}

    def trace(value: Any) -> Any:
        if value not in inputs:
            inputs[value] = Tracer(tape, tape.input(float(value.data)))
        return inputs[value]

    traced = map_traced(arguments, trace)
    result = inside(tape, function, *traced, **map_traced(keywords, trace))
    wrt = [tracer.node for tracer in inputs.values()]
    one = tape.constant(1.0)
    engine = engine_of(next(iter(inputs)))

    def node(tracer: Any) -> Any:
        x = tape.value(tracer.node)
        if x != x and all(each.data == each.data for each in inputs):
            raise DomainError(f"{function.name} returned nan.")
        try:
            slopes = [tape.value(each) for each in gradient(tape, [tracer.node], [one], wrt)]
        except GraphError as error:
            return _without_derivative(engine, x, tuple(inputs), function.name, error)
        return engine(x, tuple(inputs), slopes, op=function.name)

    return map_traced(result, node)


def _without_derivative(
    engine: Any, x: float, operands: tuple[Any, ...], name: str, error: GraphError
) -> Any:
    """A node that raises when a gradient arrives at it."""
    node: Any = engine(x, operands, op=name)

    def backward() -> None:
        raise error

    node._backward = backward
    return node


class External(Outside):
    """A function written elsewhere; `external` makes one."""

    uses_output = True

    def __init__(
        self, function: Callable[..., Any], vjp: Any, jvp: Any, name: str | None, vectorized: bool
    ) -> None:
        super().__init__(function, name)
        self.vjp, self.jvp, self.vectorized = vjp, jvp, vectorized


def external(
    function: Any = None,
    vjp: Any = None,
    jvp: Any = None,
    name: str | None = None,
    vectorized: bool = False,
) -> Any:
    """Turn a function written elsewhere (in SciPy, in C, or with loops over plain numbers) into
    one operation of recordings and of graphs.

    A recording calls it back with plain numbers: floats, arrays of float64, and lists, tuples and
    dicts of them. Every replay calls it with the new numbers, so it must depend on its arguments
    only. On plain numbers it is the function itself.

    Args:
        function: It returns a number, an array, or a tree of them, always of the same shapes.
            Arguments that aren't traced, and keyword arguments, are passed as they are. Without it,
            `external` is a decorator with arguments.
        vjp: Its derivative in reverse mode: `vjp(cotangent, output, *arguments)` returns a
            cotangent for each argument, None for one without; a single argument needs no tuple.
            `cotangent` has the structure of the output. If it is written with operations that can
            be recorded, it can be differentiated again. "nudge": central differences, at two calls
            for each number in the arguments, good to about ten digits.
        jvp: Its derivative in forward mode: `jvp(tangents, output, *arguments)` returns the tangent
            of the output; `tangents` has one for each argument, None if the argument isn't traced.
            One of the two is enough.
        name: Its name in listings, pictures and messages; the default is that of the function.
        vectorized: A program for rows calls it (and a vjp or jvp that can't be recorded) with
            blocks of rows: every traced argument and every result then has a leading axis. At a
            point it is called without that axis.

    Returns:
        A function that is called like the original one.

    Raises:
        WrongType: A derivative isn't a function. In a call: the function returned something else
            than numbers.
        ShapeError: In a call, the shapes of the result have changed.
        GraphError: A gradient is needed, but there is neither a vjp nor a jvp.

    Example:
        >>> import math
        >>> from chainrule import exp, grad
        >>> slope = lambda x: 2 / math.sqrt(math.pi) * exp(-x * x)
        >>> erf = external(math.erf, vjp=lambda cotangent, output, x: cotangent * slope(x))
        >>> round(grad(lambda x: erf(x) ** 2)(1.0), 6)
        0.699623
    """
    if function is None:
        return functools.partial(external, vjp=vjp, jvp=jvp, name=name, vectorized=vectorized)
    for what, each in (("external", function), ("vjp", vjp), ("jvp", jvp)):
        is_known = each is None or callable(each) or (what == "vjp" and each == "nudge")
        if not is_known:
            choice = ' or "nudge"' if what == "vjp" else ""
            raise WrongType(f"{what} needs a function{choice}, but got {each!r}.")
    return External(function, vjp, jvp, name, vectorized)
