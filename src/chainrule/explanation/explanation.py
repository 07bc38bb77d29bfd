"""`explain`: the chain rule at every node, in words."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from ..engine.node import Node, describe, is_value
from ..errors import GraphError, ShapeError, WrongType
from ..graph.traversal import select_nodes
from ..numerals import counted
from .formats import FORMATS, html, text
from .names import Names
from .pass_record import PassRecord
from .writer import Writer


class Explanation:
    """How each gradient comes about; made by `explain`.

    It describes the graph at the time of the call. `print` shows it as text, a notebook as HTML.

    Attributes:
        root: The root of the graph.
        gradients: The gradient of every explained node.
        paths: The number of paths from the root to each of them.
    """

    def __init__(self, root: Node, wrt: Any = None, is_full: bool = False) -> None:
        self.root = root
        self._wrt = wrt
        record = PassRecord(root)
        self._names = Names(record.order)
        writer = Writer(record, self._names, is_full)
        if wrt is None:
            self._content = writer.whole()
        else:
            _refuse(record.order, root, wrt)
            targets = select_nodes(root, wrt, "explained")
            if not targets:
                raise ShapeError(
                    "explain() needs at least one node in wrt, but got none.",
                    remedy="omit wrt to explain every node",
                )
            self._content = writer.some(targets)
        nodes = [entry.node for entry in self._content.entries]
        self.gradients: dict[Node, float] = {
            node: record.gradients.get(node, 0.0) for node in nodes if node not in record.unknown
        }
        self.paths: dict[Node, int] = {node: record.paths.get(node, 0) for node in nodes}

    def full(self) -> Explanation:
        """Return the explanation of the graph as it is now, with every node.

        Of more than a hundred paths that add up, the first hundred are written out and the others
        counted.

        Cost: O(nodes + edges) time.
        """
        return Explanation(self.root, self._wrt, is_full=True)

    def text(self, width: int = text.WIDTH) -> str:
        """Return the explanation as text.

        Args:
            width: The number of columns, at least 40.
        """
        return self._write("text", width)

    def latex(self) -> str:
        """Return the explanation as LaTeX: aligned equations, to be put between `$$`."""
        return self._write("latex")

    def markdown(self) -> str:
        """Return the explanation as Markdown, with LaTeX between dollar signs."""
        return self._write("markdown")

    def html(self) -> str:
        """Return the explanation as an HTML page that loads nothing else."""
        return self._write("html")

    def _write(self, format_: str, *options: int) -> str:
        return FORMATS[format_](self._content, self._names, *options)

    def _repr_html_(self) -> str:
        return html.fragment(self._content, self._names)

    def _repr_latex_(self) -> str:
        return f"$$\n{self.latex()}\n$$"

    def _repr_markdown_(self) -> str:
        return self.markdown()

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        size = counted(len(self._content.entries), "node")
        return f"<Explanation of {describe(self.root)}: {size}>"


def _refuse(order: Sequence[Node], root: Node, wrt: Any) -> None:
    """Raise for an entry of `wrt` that can't be explained, and say what to pass instead."""
    if isinstance(wrt, str):
        is_label = any(node.label == wrt for node in order)
        raise WrongType(
            f"wrt needs one or more Values, but got the text {wrt!r:.60}.",
            remedy=f"pass the node{' with this label' if is_label else ''} itself, without quotes: "
            f"explain(L, wrt={wrt if wrt.isidentifier() else 'node'})",
        )
    graph = set(order)
    several = not is_value(wrt) and isinstance(wrt, Iterable)
    for node in list(wrt) if several and isinstance(wrt, Collection) else [wrt]:
        if not is_value(node) or node in graph:
            continue
        twin = any(_is_twin(node, other) for other in order)
        raise GraphError(
            f"{describe(node)} is not in the graph of {describe(root)}"
            + (": it is a new node with the same formula." if twin else "."),
            remedy="write x = ... once, compute with x, and pass x itself; "
            "an expression makes new nodes each time it is evaluated"
            if twin
            else "pass a node that the root was computed from",
        )


def _is_twin(node: Node, other: Any) -> bool:
    """Whether two nodes look the same, so that a user may confuse them."""
    return bool(
        (node.op, node.data, len(node._operands)) == (other.op, other.data, len(other._operands))
        and (node._operands or node.label == other.label)
    )


def explain(root: Any, wrt: Any = None) -> Explanation:
    """Explain how each gradient of a graph comes about, in symbols, then with numbers.

    Every node gets a line, from the root back: the gradient above it times the local derivative,
    with the reason. If a node is used more than once, each use gets a line, followed by their sum.
    No `backward` is needed and nothing in the graph changes; a stored `.grad` that differs is
    reported.

    Args:
        root: A Value; or a program with one result, which is explained at the numbers it was
            recorded with (`program.graph(...)` is the graph at other numbers).
        wrt: The nodes to explain, one or more, each with its paths from the root. The default is
            every node; of a long graph, the first and the last ones.

    Returns:
        An object that `print` shows as text and a notebook as HTML. `.full()` contains every node;
        `.text(width)`, `.latex()`, `.markdown()` and `.html()` return the formats.

    Raises:
        WrongType: `root` isn't a Value, or `wrt` contains something else.
        GraphError: The graph has a cycle, or a node of `wrt` is not in it or is a constant.
        ShapeError: `wrt` is empty.

    Cost: O(nodes + edges) time.

    Example:
        >>> from chainrule import Value
        >>> a, b = Value(2, label="a"), Value(-3.0, label="b")
        >>> print(explain(a * b))
        The chain rule, from L = −6 backwards
        <BLANKLINE>
          a = 2, b = −3
          L = a * b = −6
        <BLANKLINE>
          dL/dL = 1        because any quantity has derivative 1 with respect to itself
          dL/da = b = −3   because L = a * b
          dL/db = a = 2    because L = a * b
    """
    if hasattr(type(root), "graph") and not is_value(root):
        root = root.graph()
        if not is_value(root):
            raise WrongType(
                f"explain() explains one result, but the program has {len(root)}.",
                remedy="choose one of them, for example explain(program.graph()[0])",
            )
    if not is_value(root):
        several = isinstance(root, (list, tuple)) and any(map(is_value, root))
        raise WrongType(
            f"explain() explains a Value, but got {type(root).__name__}.",
            remedy="one root at a time: explain(L[0])"
            if several
            else "compute with Values: a = Value(3.0, label='a'), then explain(a * a)",
        )
    return Explanation(root, wrt)
