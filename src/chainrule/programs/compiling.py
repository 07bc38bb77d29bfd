"""The door to programs: of a function, or of a graph that is there already."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from ..engine.node import describe, is_value
from ..errors import ChoiceError, GraphError, WrongType
from ..graph.traversal import leaves, postorder
from ..table.rules import OWN
from .program import Program
from .run.paths import Path, Paths
from .trace.recording import Recording
from .trace.structure import Nest, Number, Spec
from .trace.twin import Tape

REDUCTIONS = (None, "sum", "mean")
TIERS = ("auto", "tape")


def compile(
    function: Any = None,
    in_axes: Any = None,
    reduce: str | None = None,
    tier: str = "auto",
    *,
    inputs: Sequence[Any] | None = None,
    verify: int = 0,
) -> Any:
    """Make a program of a function: recorded once for each form of its arguments, then replayed
    without Python.

    The function is recorded at its first call. What it reads from outside is fixed then (random
    numbers too), and so is an int, a bool, a text or None among its arguments, unless the int is
    differentiated; another one records anew. A NumPy integer and an array of ints are recorded.

    An `if` or a `while` on its numbers is recorded as a question: where a replay answers it
    otherwise, that path is recorded too. Results follow IEEE 754: log(-1) is nan.

    Args:
        function: Of numbers, arrays, and lists, tuples and dicts of them. Or the root of a graph,
            for a program of one number for each of `inputs`. Left out, `compile` is a decorator
            with arguments.
        in_axes: The axis of each argument along which its rows lie, and None for an argument that
            all rows share; an int for all arguments; a tree of axes for an argument that is a
            tree. None: no rows. Keyword arguments are shared by all rows.
        reduce: With rows: None for one result a row, "sum" or "mean" for one in all.
        tier: "tape" replays by the tape's machine; "auto" takes the fastest that there is.
        inputs: With a graph: its leaves, in the order of the arguments. The default is all that
            are no constants.
        verify: Run the function again after so many calls at one point, and raise CheckFailed
            where it returns something else than the recording. 0: never.

    Returns:
        The program; `program.grad`, `program.value_and_grad`, ... or `grad(program)`, ...

    Raises:
        ChoiceError: reduce or tier is not known.
        WrongType: There is neither a function nor a graph.
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
    if tier not in TIERS:
        raise ChoiceError(f"tier needs to be 'auto' or 'tape', but got {tier!r}.")
    if reduce is not None and in_axes is None:
        raise WrongType(f"reduce={reduce!r} needs rows.", remedy="say with in_axes where they are")
    if type(verify) is not int or verify < 0 or (verify and in_axes is not None):
        raise ChoiceError(
            f"verify needs a number of calls at one point, 0 or more, but got {verify!r}"
            + (" with rows." if in_axes is not None else ".")
        )
    if function is None:
        return partial(
            compile, in_axes=in_axes, reduce=reduce, tier=tier, inputs=inputs, verify=verify
        )
    if is_value(function):
        return _of_graph(function, inputs, in_axes, reduce)
    if not callable(function):
        raise WrongType(
            f"compile needs a function or the root of a graph, but got {type(function).__name__}."
        )
    name = getattr(function, "__name__", type(function).__name__)
    return Program(function, name, in_axes, reduce, verify)


def _of_graph(root: Any, inputs: Sequence[Any] | None, in_axes: Any, reduce: str | None) -> Program:
    """Record a graph, and make a program of the recording."""
    chosen = leaves(root) if inputs is None else list(inputs)
    order = postorder(root)
    known = set(order)
    for each in chosen:
        if not is_value(each) or each not in known:
            raise GraphError(
                f"inputs needs nodes of the graph, but {each!r} is none.",
                remedy="take them from leaves(L)",
            )
    tape = Tape()
    place = {each: tape.input(float(each.data)) for each in chosen}
    for node in order:
        if node in place:
            continue
        if node._rule == OWN:
            raise GraphError(
                f"{describe(node)} has no formula, so it cannot be recorded.",
                remedy="make the operation with define(name, formula, partials)",
            )
        if node._rule < OWN:
            place[node] = tape.constant(float(node.data))
        else:
            place[node] = tape.append(node._rule, *(place[x] for x in node._prev))
    specs: tuple[Spec, ...] = (*(Number() for _ in chosen), Nest("dict", ()))
    paths = Paths(None, specs, root.label or "graph")
    paths.add(Path(Recording(tape, [place[root]], Number(), paths.name), specs))
    program = Program(None, paths.name, in_axes, reduce)
    program._forms[specs] = paths
    program.names = tuple(each.label or f"x{place}" for place, each in enumerate(chosen))
    return program
