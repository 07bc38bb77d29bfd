"""`steps`: the backward pass one step at a time."""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, overload

from ..engine.node import Node, describe, is_value
from ..errors import ChoiceError, WrongType
from ..graph.passes import Contribution, contributions, stored_partials
from ..graph.traversal import postorder
from ..numerals import counted
from .content import Content, Entry, Line
from .equations import Derivative, Equation, Number, Product, Sentence, Side, Sum, Symbol
from .formats import html, text
from .names import Names
from .reasons import Reasons, line_of_root
from .remarks import on_kinks

MOST = 60
"""The most steps that are printed."""


class NoSuchStep(ChoiceError, IndexError):
    """A pass has no step with this number."""


@dataclass(frozen=True, eq=False)
class Step:
    """One event of a backward pass: a node adds to the gradient of one of its operands.

    The first step gives the root the gradient 1; it has no operand.

    Attributes:
        number: Which step of the pass it is, from 0.
        node: The node that passes its gradient on; the root in the first step.
        operand: The node that receives; None in the first step.
        position: The position of the operand among those of the node, from 0.
        partial: The local derivative of the node with respect to the operand.
        upstream: The gradient of the node.
        added: What the operand receives, `partial * upstream`.
        before: The gradient that the operand had before.
        total: The gradient that it has now.
    """

    number: int
    node: Node
    operand: Node | None
    position: int
    partial: float
    upstream: float
    added: float
    before: float | None
    total: float
    _steps: Steps

    @property
    def gradients(self) -> Mapping[Node, float]:
        """The gradients after this step, of the nodes that have received one."""
        return self._steps.gradients_after(self.number)

    def __str__(self) -> str:
        return text.render(self._steps.content_of([self]), self._steps.names).strip()

    def _repr_html_(self) -> str:
        return html.fragment(self._steps.content_of([self]), self._steps.names)


class Steps(Sequence[Step]):
    """The steps of a backward pass, from the root back; made by `steps`.

    They are the steps of `backward`. Nothing in the graph changes.

    Attributes:
        root: The node at which the pass starts.
        names: What the nodes are called.
    """

    def __init__(self, root: Node) -> None:
        self.root = root
        order = postorder(root)
        self._events: list[Contribution] = list(contributions(reversed(order), stored_partials))
        self.names = Names(order)

    @cached_property
    def _before(self) -> list[float | None]:
        """What each operand had received before its step."""
        before: list[float | None] = []
        received: dict[Node, float] = {}
        for one in self._events:
            before.append(received.get(one.operand))
            received[one.operand] = one.total
        return before

    def __len__(self) -> int:
        return len(self._events) + 1

    @overload
    def __getitem__(self, index: int) -> Step: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Step]: ...
    def __getitem__(self, index: int | slice) -> Step | Sequence[Step]:
        if isinstance(index, slice):
            return [self[number] for number in range(*index.indices(len(self)))]
        number = self._number(index)
        if number == 0:
            return Step(0, self.root, None, 0, 1.0, 1.0, 1.0, None, 1.0, self)
        one, before = self._events[number - 1], self._before[number - 1]
        return Step(
            number, one.node, one.operand, one.position, one.partial, one.upstream, one.added,
            before, one.total, self,
        )  # fmt: skip

    def _number(self, index: Any) -> int:
        """The number of the step at an index; a negative index counts from the end."""
        try:
            number = operator.index(index)
        except TypeError:
            raise WrongType(
                f"a step is chosen by its number or a slice, but got {index!r:.60} of type "
                f"{type(index).__name__}.",
                remedy="steps(L)[2], or steps(L)[2:5] for several",
            ) from None
        count = len(self)
        if not -count <= number < count:
            raise NoSuchStep(
                f"the pass has steps 0 to {count - 1}, but no step {number}.",
                remedy="len(steps(L)) is the number of steps, and steps(L)[-1] is the last one",
            )
        return number % count

    def gradients_after(self, number: int) -> dict[Node, float]:
        """Return the gradients after the step with this number.

        Cost: O(number) time.
        """
        received = {self.root: 1.0}
        for one in self._events[:number]:
            received[one.operand] = one.total
        return received

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Read a pickle, also one from when the names were private."""
        vars(self).update(state)
        if "_names" in state:
            self.names = vars(self).pop("_names")

    # ---- text and HTML ---------------------------------------------------------------------------

    def __str__(self) -> str:
        return self.text()

    def text(self, width: int = text.WIDTH) -> str:
        """Return the steps as text.

        Args:
            width: The number of columns, at least 40.
        """
        return text.render(self._whole(), self.names, width).strip()

    def __repr__(self) -> str:
        return f"<Steps of {describe(self.root)}: {len(self)}>"

    def _repr_html_(self) -> str:
        return html.fragment(self._whole(), self.names)

    def content_of(self, shown: Sequence[Step]) -> Content:
        """Return what is to be written about some steps."""
        return Content(title=(), entries=tuple(map(self._entry, shown)))

    def _whole(self) -> Content:
        root = Equation((Symbol(self.root), Number(self.root.data)))
        left_out = max(0, len(self) - MOST)
        return replace(
            self.content_of(self[:MOST]),
            title=("The backward pass, from ", root),
            notes=((f"… {counted(left_out, 'more step')}",),) if left_out else (),
        )

    def _entry(self, step: Step) -> Entry:
        events = self._events[step.number - 1 : step.number] if step.number else []
        return Entry(step.operand or step.node, self._line(step), remarks=tuple(on_kinks(events)))

    def _line(self, step: Step) -> Line:
        lead: Sentence = (f"{step.number}  ",)
        if step.operand is None:
            return line_of_root(self.root, lead)
        because = Reasons(self.root).line(self._events[step.number - 1], False).because
        local = Product((Number(step.upstream), Number(step.partial)))
        lead = (*lead, Symbol(step.node), " → ", Symbol(step.operand), ": ")
        received: Side = local
        if step.before is not None:
            lead = (*lead, Equation((local, Number(step.added))), " more, so ")
            received = Sum((step.before, step.added))
        sides = Derivative(self.root, step.operand), received, Number(step.total)
        return Line(Equation(sides), because, lead)


def steps(root: Node) -> Steps:
    """Return the backward pass one step at a time.

    In each step a node multiplies its gradient by a local derivative and adds the product to the
    gradient of an operand. Nothing in the graph changes.

    Args:
        root: A Value.

    Returns:
        A sequence of steps, which can be indexed and sliced; each step has a text and an HTML form.

    Raises:
        WrongType: `root` isn't a Value.
        GraphError: The graph has a cycle.

    Cost: O(nodes + edges) time.

    Example:
        >>> from chainrule import Value
        >>> a = Value(3.0, label="a")
        >>> for step in steps(a * a):
        ...     print(step)
        0  dL/dL = 1   because any quantity has derivative 1 with respect to itself
        1  L → a: dL/da = 1 * 3 = 3   because L = a * a
        2  L → a: 1 * 3 = 3 more, so dL/da = 3 + 3 = 6   because L = a * a
    """
    if not is_value(root):
        raise WrongType(
            f"steps() walks back from a Value, but got {type(root).__name__}.",
            remedy="compute with Values: a = Value(3.0, label='a'), then steps(a * a)",
        )
    return Steps(root)
