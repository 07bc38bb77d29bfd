"""Composes an explanation from the pass: which nodes it shows, and what it says about each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from ..engine.node import Node
from ..graph.evaluation import is_stale
from ..graph.passes import Contribution
from ..numerals import counted
from . import remarks
from .content import Content, Entry, Line
from .equations import Derivative, Equation, Number, Product, Sentence, Side, Sum, Symbol
from .formulas import forward, outcome
from .names import Names
from .pass_record import MOST_PATHS, PassRecord
from .reasons import Reasons, line_of_root

HEAD, TAIL = 22, 8
"""The number of nodes shown of a long graph, at its beginning and at its end."""

MOST_TERMS, MOST_TERMS_IN_FULL = 8, 100
"""The number of terms written out of a long sum."""

MOST_CHAINS = 4
MOST_FACTORS = 8


class Writer:
    """Composes the content of one explanation.

    Args:
        record: The pass.
        names: The names of the nodes.
        is_full: Whether to show every node, and more terms of a sum.
    """

    def __init__(self, record: PassRecord, names: Names, is_full: bool) -> None:
        self.record = record
        self.names = names
        self.is_full = is_full
        self.root = record.root
        self.reasons = Reasons(record.root)
        self._kinks: set[Sentence] = set()

    def whole(self) -> Content:
        """Explain every node, or the first and the last ones of a long graph."""
        record = self.record
        nodes = record.backwards()
        shown, cut = self._cut(nodes)
        record.run(set(shown))
        leaves = [n for n in record.order if not n._operands and n.kind != "constant"]
        inputs = leaves if self.root._operands else [self.root]
        rest = counted(len(nodes) - len(shown), "node")
        return replace(
            self._content(
                inputs, [n for n in record.order if n._operands], map(self._entry, shown)
            ),
            cut=cut,
            cut_note=(
                f"{rest} left out; explain(",
                Symbol(self.root),
                ", wrt=node) explains one of them, .full() all",
            ),
        )

    def some(self, nodes: Sequence[Node]) -> Content:
        """Explain some nodes, each with its paths from the root."""
        self.record.run(set(nodes))
        entries = []
        for node in nodes:
            entry, chains = self._entry(node), tuple(self._chains(node))
            heading = self._chains_heading(node, len(chains)) if chains else ()
            entries.append(replace(entry, chains=chains, chains_heading=heading))
        named = self._named(entries)
        computed = [n for n in self.record.order if n in named and n._operands]
        used = named.union(*(n._operands for n in computed)).difference(computed)
        inputs = [n for n in self.record.order if n in used and n.kind != "constant"]
        return self._content(inputs, computed, entries)

    def _content(
        self, inputs: list[Node], computed: list[Node], entries: Iterable[Entry]
    ) -> Content:
        shown, cut = self._cut(computed)
        first, _ = self._cut(inputs)
        more = counted(len(inputs) - len(first), "more input")
        return Content(
            title=("The chain rule, from ", self._value(self.root), " backwards"),
            inputs=tuple(map(self._value, first)),
            inputs_note=(f"and {more}",) if len(inputs) > len(first) else (),
            forward=tuple(map(self._forward, shown)),
            forward_cut=cut,
            forward_note=(f"{counted(len(computed) - len(shown), 'operation')} left out",),
            entries=tuple(entries),
            notes=tuple(self._notes()),
        )

    @staticmethod
    def _named(entries: Sequence[Entry]) -> set[Node]:
        """The nodes that the derivatives in these entries name."""
        named: set[Node] = set()
        for entry in entries:
            for line in (entry.line, *entry.terms, *entry.chains):
                for side in line.equation.sides:
                    for part in side.factors if isinstance(side, Product) else (side,):
                        if isinstance(part, Derivative):
                            named |= {part.over, part.under}
        return named

    def _cut(self, nodes: list[Node]) -> tuple[list[Node], int | None]:
        """The nodes to show, and before which of them some are left out."""
        if self.is_full or len(nodes) <= HEAD + TAIL:
            return nodes, None
        return nodes[:HEAD] + nodes[-TAIL:], HEAD

    def _value(self, node: Node) -> Equation:
        return Equation((Symbol(node), Number(node.data)))

    def _forward(self, node: Node) -> Sentence:
        """How a number was computed, and what it would be now if its operands have changed."""
        if not is_stale(node):
            return (Equation((Symbol(node), forward(node), Number(node.data))),)
        now = Equation((forward(node), Number(outcome(node))))
        return (self._value(node), ", computed before a number was edited; now ", now)

    def _notes(self) -> Iterator[Sentence]:
        if not self.root._operands:
            yield Symbol(self.root), " is a leaf, so there is nothing more to explain"
        if edited := sum(map(is_stale, self.record.order)):
            yield (
                f"Numbers were edited after the forward pass: {counted(edited, 'node')} "
                f"{'is' if edited == 1 else 'are'} out of date. The gradients are those at the "
                "old numbers, as in backward(); refresh(",
                Symbol(self.root),
                ") recomputes everything.",
            )
        if self.names.has_twins:
            yield ("Where nodes share a label, all but the first are numbered.",)

    # ---- one node --------------------------------------------------------------------------------

    def _entry(self, node: Node) -> Entry:
        record = self.record
        derivative = Derivative(self.root, node)
        gradient = record.gradients.get(node, 0.0)
        if node is self.root:
            stored = remarks.on_stored(node, node, 1.0)
            return Entry(node, line_of_root(node), remarks=tuple(stored))
        users = record.users.get(node, [])
        if node in record.unknown:
            line = Line(Equation((derivative,)), remarks.on_own(node, users), ("not known: ",))
            return Entry(node, line, remarks=tuple(remarks.on_held(node)))
        arrivals = record.arrivals.get(node, [])
        kinks = [one for one in remarks.on_kinks(arrivals) if one not in self._kinks]
        self._kinks.update(kinks)
        stored = remarks.on_stored(self.root, node, gradient)
        notes = (*kinks, *remarks.on_numbers(gradient), *stored)
        if not arrivals:
            nothing = remarks.on_nothing(node, users, set(record.gradients))
            line = Line(Equation((derivative, Number(0.0))), nothing)
            return Entry(node, line, remarks=notes)
        if len(arrivals) == 1:
            return Entry(node, self.reasons.line(arrivals[0], True), remarks=notes)
        shown = arrivals[: MOST_TERMS_IN_FULL if self.is_full else MOST_TERMS]
        more = len(arrivals) - len(shown)
        return Entry(
            node,
            self._sum(node, shown, more),
            tuple(map(self._term, shown)),
            (f"and {counted(more, 'more path')}",) if more else (),
            self._heading(node),
            notes,
        )

    def _term(self, one: Contribution) -> Line:
        """One of several paths."""
        line = self.reasons.line(one, False)
        lead: Sentence = ("via ", Symbol(one.node))
        if self.reasons.is_repeated(one.node, one.operand):
            lead = (*lead, f", operand {one.position + 1}")
        return Line(line.equation, line.because, (*lead, ": "))

    def _sum(self, node: Node, shown: list[Contribution], more: int) -> Line:
        terms = Sum(tuple(one.added for one in shown), more)
        gradient = Number(self.record.gradients[node])
        return Line(Equation((Derivative(self.root, node), terms, gradient)))

    def _heading(self, node: Node) -> Sentence:
        """How many paths there are, and why."""
        uses = len(self.record.arrivals[node])
        paths = self.record.paths[node]
        if paths == uses:
            return (f"{uses:,} paths, so their gradients add up:",)
        whole = f"{count_text(paths)} paths in all"
        return (f"used {uses:,} times ({whole}), so the gradients add up:",)

    # ---- whole paths -----------------------------------------------------------------------------

    def _chains_heading(self, node: Node, shown: int) -> Sentence:
        paths = self.record.paths[node]
        ends: Sentence = ("From ", Symbol(self.root), " to ", Symbol(node))
        if paths == 1:
            return (*ends, " there is 1 path:")
        verb = "is" if shown == 1 else "are"
        more = "" if paths == shown else f", of which {shown} {verb} written out"
        return (*ends, f" there are {count_text(paths)} paths{more}:")

    def _chains(self, node: Node) -> list[Line]:
        """Whole paths from the root, as products of local derivatives."""
        if node in self.record.unknown:
            return []
        lines = []
        for chain in self.record.chains(node, MOST_CHAINS):
            product = 1.0
            for user, position in chain:
                product = user._partials[position] * product
            left_out = len(chain) - MOST_FACTORS + 1 if len(chain) > MOST_FACTORS else 0
            steps = [*chain[: len(chain) - 1 - left_out], chain[-1]]
            symbols = tuple(self.reasons.local_factor(*one) for one in steps)
            numbers = tuple(Number(user._partials[position]) for user, position in steps)
            sides: list[Side] = [Product(symbols, left_out)]
            if len(chain) > 1:
                sides.append(Product(numbers, left_out))
            lines.append(Line(Equation((*sides, Number(product)))))
        return lines


def count_text(paths: int) -> str:
    """Write a number of paths; a very large one as a power of ten.

    Example:
        >>> count_text(1024), count_text(2**200)
        ('1,024', 'about 1.6e+60')
    """
    if paths >= MOST_PATHS:
        return "more than 10**4900"
    if paths < 10**15:
        return f"{paths:,}"
    digits = int(paths.bit_length() * 0.30102999566398120)
    while 10**digits > paths:
        digits -= 1
    return f"about {paths * 10 // 10**digits / 10:.1f}e+{digits}"
