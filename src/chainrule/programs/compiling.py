"""Compiling a function, or an existing graph, to a program."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from ..engine.node import is_value
from ..errors import ChoiceError, WrongType
from .graphs import compile_graph
from .program import Program, Watching
from .run.recordings import REDUCTIONS, Recordings
from .trace.signatures import name_of, object_of_function, static_arguments


def compile(
    function: Any = None,
    in_axes: Any = None,
    reduce: str | None = None,
    *,
    inputs: Sequence[Any] | None = None,
    verify: int = 0,
    static_argnums: int | Sequence[int] = (),
    static_argnames: str | Sequence[str] = (),
) -> Any:
    """Compile a function to a program: it is recorded once for each structure of its arguments,
    then replayed without Python.

    The recording happens at the first call. It fixes everything that the function reads from
    outside, such as random numbers. It also fixes each int, bool, str and None among the arguments,
    unless an int is differentiated; another value of these is recorded again. NumPy integers and
    arrays of ints are recorded like other numbers.

    An `if` or a `while` on the numbers is recorded as a condition. If a replay finds another
    outcome, that path is recorded too. Results follow IEEE 754: log(-1) is nan.

    It works on methods and callable objects, too. The object is static by identity. What it
    contains is compared in each call: after a change, the method is recorded again.

    Args:
        function: A function of numbers, arrays, and lists, tuples and dicts of them. Or the root of
            a graph, for a program with a number for each of `inputs`. Without it, `compile` is a
            decorator with arguments.
        in_axes: The axis of each argument along which its rows are, and None for an argument that
            all rows share; an int for all arguments; a tree of axes for an argument that is a tree.
            None: no rows.
        reduce: With rows, None for one result for each row; "sum" or "mean" for a single result.
        inputs: With a graph, its leaves in the order of the arguments. The default is all leaves
            that are not constants.
        static_argnums: The indices of arguments that are fixed while recording: hashable objects,
            such as strings, functions and frozen dataclasses. An unequal object is recorded again.
        static_argnames: The names of such arguments. Either of the two is enough.
        verify: Run the function again every so many calls at one point, and raise CheckFailed if
            its result differs from the recording. 0: never.

    Returns:
        The program. Its derivatives are `program.grad`, `program.value_and_grad`, ... or
        `grad(program)`, ...

    Raises:
        ChoiceError: reduce or verify is unknown.
        WrongType: `function` is neither a function nor a graph.
        GraphError: The graph has an operation without a formula.

    Example:
        >>> program = compile(lambda x, y: x * y + x)
        >>> program(2.0, 3.0)
        8.0
        >>> program.grad(2.0, 3.0)
        4.0
    """
    if reduce not in REDUCTIONS:
        raise ChoiceError(f"reduce needs to be None, 'sum' or 'mean', but got {reduce!r}.")
    if reduce is not None and in_axes is None:
        raise WrongType(f"reduce={reduce!r} needs rows.", remedy="name their axes with in_axes")
    if type(verify) is not int or verify < 0 or (verify and in_axes is not None):
        raise ChoiceError(
            f"verify needs a number of calls at one point, 0 or more, but got {verify!r}"
            + (" with rows." if in_axes is not None else ".")
        )
    again = partial(
        compile, in_axes=in_axes, reduce=reduce, inputs=inputs, verify=verify,
        static_argnums=static_argnums, static_argnames=static_argnames,
    )  # fmt: skip
    if function is None:
        return again
    if isinstance(function, (classmethod, staticmethod)):
        return type(function)(again(function.__func__))
    if is_value(function):
        return compile_graph(function, inputs, in_axes, reduce)
    if not callable(function):
        raise WrongType(
            f"compile needs a function or the root of a graph, but got {type(function).__name__}."
        )
    static = static_arguments(function, static_argnums, static_argnames)
    kind = Program if object_of_function(function) is None else Watching
    return kind(Recordings(function, name_of(function), in_axes, reduce, static=static), verify)
