"""Every gradient of a graph, or of a function, compared with what nudging says."""

from __future__ import annotations

from typing import Any

from ...engine.node import Node, is_value
from ...errors import WrongType
from ...graph.traversal import postorder
from ..result_table import name_of
from .function import check_function
from .judge import Judge
from .reference import Reference
from .result import Check
from .verdict import Verdicts


def check(what: Any, /, *at: Any) -> Check:
    """Compare gradients with nudging, and name the likely mistake where they differ.

    In a graph every `.grad` is judged, whether a pass computed it or somebody set it by hand. Of a
    function, `check(f, 2.0, ...)`, the gradient through Values is judged by nudging the arguments.
    Nothing in the graph changes, and no pass runs on it.

    Args:
        what: A Value, the root of a graph; or a function of numbers.
        *at: For a function, its arguments: numbers, or lists of numbers.

    Returns:
        A verdict for each node: right, wrong (with what is expected and the likely mistake), not
        comparable (with the reason) or not set. `.ok` says whether nothing is wrong.

    Raises:
        WrongType: `what` is neither, or an argument or the function's result isn't a number.
        GraphError: The graph has a cycle.

    Notes:
        A mistake is blamed on one node: a gradient that is right given a wrong one above it
        "follows from" that one. Where several mistakes give the same number, the likeliest is named
        and `.why` mentions another. A number set by hand may be rounded to the digits that it is
        written with. Nudging moves one node while the others stay where they are, and extrapolates
        central differences to step 0; the table's rules decide where it is inconclusive. Leaves are
        nudged first, then the other nodes from the root down; what does not fit into three million
        operations is judged by the rules alone, and the text says so. At a kink, and where rounding
        hides the change, the verdict is "not comparable".

    Cost: O(nodes) time, and up to 30 computations of what lies above each nudged node.
    Source: Ridders, Advances in Engineering Software 4 (1982), 75-76.

    Example:
        >>> from chainrule import Value
        >>> a, b = Value(2.0, label="a"), Value(-3.0, label="b")
        >>> L = a * b
        >>> L.label, L.grad, a.grad, b.grad = "L", 1, -3, -2
        >>> print(check(L))
        The gradients of L: 2 right, 1 wrong. Start with b.
        <BLANKLINE>
           node  gradient  expected  error  verdict
        ✓  L       1.0000    1.0000         right
        ✗  b      −2.0000    2.0000  2e+00  The sign is flipped.
        ✓  a      −3.0000   −3.0000         right
    """
    if is_value(what):
        if at:
            raise WrongType(
                "check needs a graph alone, or a function and its arguments.",
                remedy="check(L), or check(lambda a, b: ..., 2.0, -3.0)",
            )
        return check_graph(what)
    if not callable(what):
        raise WrongType(
            f"check needs a Value or a function, but got {type(what).__name__}.",
            remedy="check(L), or check(lambda a, b: ..., 2.0, -3.0)",
        )
    return check_function(what, at)


def check_graph(root: Node) -> Check:
    """Judge every gradient that is stored in a graph."""
    reference = Reference(postorder(root))
    verdicts = Verdicts(Judge(reference).verdicts())
    remarks: tuple[str, ...] = ()
    if edited := [name_of(reference.graph.nodes[index]) for index in reference.graph.shifts]:
        names = ", ".join(edited[:3]) + (", ..." if len(edited) > 3 else "")
        remarks = (
            f"Edited after the forward pass: {names}. The check used the edited numbers; "
            "refresh(L) recomputes them from the operands.",
        )
    title = f"The gradients of {name_of(root)}"
    return Check(root, verdicts, reference.local.edges, title, remarks=remarks)
