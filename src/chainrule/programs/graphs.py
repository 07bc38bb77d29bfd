"""Programs made from a graph that exists: its root, or all that happens at its inner nodes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..engine.node import Node, describe, is_value
from ..errors import GraphError
from ..graph.traversal import leaves, postorder
from ..table.rules import NUMBER, OWN
from .program import Program
from .run.path import Path
from .run.paths import Paths
from .run.recordings import Recordings
from .trace.recording import Recording
from .trace.structure import Array, Nest, Number, Structure
from .twin import Tape, gradient


def compile_graph(
    root: Node, inputs: Sequence[Any] | None, in_axes: Any, reduce: str | None
) -> Program:
    """Compile a graph to a function of the leaves `inputs`; see `compile`."""
    chosen = leaves(root) if inputs is None else list(inputs)
    order = postorder(root)
    nodes = set(order)
    for each in chosen:
        if not is_value(each) or each not in nodes:
            raise GraphError(
                f"inputs needs nodes of the graph, but {each!r} isn't one.",
                remedy="take them from leaves(L)",
            )
    tape = Tape()
    ids = _record(tape, order, {each: tape.input(float(each.data)) for each in chosen}, {})
    names = tuple(each.label or f"x{k}" for k, each in enumerate(chosen))
    recordings = Recordings(None, root.label or "graph", in_axes, reduce, names)
    structures: tuple[Structure, ...] = (*(Number() for _ in chosen), Nest("dict", ()))
    return _program(recordings, structures, tape, [ids[root]], Number())


def observe(roots: Sequence[Node], inputs: Sequence[Node], nodes: Sequence[Node]) -> Program:
    """Compile a graph to what happens at some of its inner nodes, row by row.

    Args:
        roots: The results of the graph.
        inputs: The leaves that change from row to row.
        nodes: The inner nodes to observe, no node twice.

    Returns:
        A program for rows, of `x`, shape `(rows, len(inputs))`, and `gradients`, those of the
        roots, shape `(rows, len(roots))`. It returns four arrays: the roots, shape
        `(rows, len(roots))`; and of each node, shape `(rows, len(nodes))`, the value, its
        derivative with respect to its first operand, and its gradient.

    Raises:
        GraphError: The graph has an operation without a formula.

    Example:
        >>> import numpy as np
        >>> from chainrule import Value
        >>> x, w = Value(3.0), Value(2.0)
        >>> a = (w * x).tanh()
        >>> program = observe([5 * a], [x], [a])
        >>> _, values, derivatives, gradients = program(np.zeros((4, 1)), np.ones((4, 1)))
        >>> float(values[0, 0]), float(derivatives[0, 0]), float(gradients[0, 0])
        (0.0, 1.0, 5.0)
    """
    tape = Tape()
    order = list(dict.fromkeys(node for root in roots for node in postorder(root)))
    zero, one = tape.constant(0.0), tape.constant(1.0)
    nudges = {node: tape.copy(zero) for node in nodes}
    ids = {each: tape.input(float(each.data)) for each in inputs}
    ids = _record(tape, order, ids, nudges)
    tops, chosen = [ids[root] for root in roots], [ids[node] for node in nodes]
    seeds = [tape.input(1.0) for _ in roots]
    below = [ids[node._operands[0]] for node in nodes]
    derivatives = [gradient(tape, [x], [one], [y])[0] for x, y in zip(chosen, below)]
    gradients = gradient(tape, tops, seeds, [*nudges.values()])
    recordings = Recordings(None, "observe", 0, None, ("x", "gradients"))
    structures = (Array((len(inputs),)), Array((len(roots),)), Nest("dict", ()))
    each = Array((len(nodes),))
    structure = Nest("tuple", (Array((len(roots),)), each, each, each))
    outputs = [*tops, *chosen, *derivatives, *gradients]
    return _program(recordings, structures, tape, outputs, structure)


def _record(
    tape: Tape, order: Iterable[Node], inputs: Mapping[Node, int], nudges: Mapping[Node, int]
) -> dict[Node, int]:
    """Put a graph on a tape, operands first; return the id of each node. `nudges` are added to
    nodes: the gradient of such a 0 is that of the node, also where the gradient flows on."""
    ids = dict(inputs)
    for node in order:
        if node in ids:
            continue
        if node._rule == OWN:
            raise GraphError(
                f"{describe(node)} has no formula, so it can't be recorded.",
                remedy="compile the function that builds the graph, or make the operation with "
                "define(name, formula, partials)",
            )
        if node._rule < OWN:
            ids[node] = tape.constant(float(node.data))
        else:
            ids[node] = tape.append(node._rule, *(ids[x] for x in node._operands))
        if node in nudges:
            ids[node] = tape.append(NUMBER["add"], ids[node], nudges[node])
    return ids


def _program(
    recordings: Recordings,
    structures: tuple[Structure, ...],
    tape: Tape,
    outputs: list[int],
    structure: Structure,
) -> Program:
    """A program with a single recording."""
    paths = recordings.all[structures] = Paths(None, structures, recordings.name)
    paths.add(Path(Recording(tape, outputs, structure, recordings.name), structures))
    return Program(recordings)
