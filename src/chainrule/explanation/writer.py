"""What an explanation says, put together from the pass: the nodes that are shown, and each one's
entry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..engine.node import Node
from ..graph.evaluation import is_stale
from ..graph.passes import Contribution
from . import remarks
from .content import Content, Entry, Line
from .equations import Derivative, Equation, Number, Product, Sentence, Side, Sum, Symbol
from .formulas import forward, outcome
from .names import Names
from .pass_record import MOST_PATHS, PassRecord
from .reasons import Reasons

HEAD, TAIL = 22, 8
"""So many nodes are shown of a long graph, from the root back and at the end."""

MOST_TERMS, MOST_TERMS_IN_FULL = 8, 100
"""So many paths are written out where more of them add up."""

MOST_CHAINS = 4
MOST_FACTORS = 8

Range = tuple[list[Node], int | None, int]


class Writer:
    """Writes the content of one explanation.

    Args:
        record: The pass.
        names: What the nodes are called.
        is_full: Whether every node is shown, and more of the paths that add up.
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
        shown, cut, left_out = self._cut(record.backwards())
        record.run(set(shown))
        inner = [node for node in record.order if node._prev]
        leaves = [
            n for n in record.order if not n._prev and (n.kind != "constant" or n is self.root)
        ]
        forwards, forward_cut, forward_left = self._cut(inner)
        inputs, _, inputs_left = self._cut(leaves)
        note: Sentence = ()
        if left_out:
            note = (
                f"{_count(left_out, 'node')} left out; explain(",
                Symbol(self.root),
                ", wrt=node) explains one of them, .full() all",
            )
        return Content(
            title=self._title(),
            inputs=tuple(Equation((Symbol(n), Number(n.data))) for n in inputs),
            inputs_note=(f"and {_count(inputs_left, 'more leaf', 'more leaves')}",)
            if inputs_left
            else (),
            forward=tuple(map(self._forward, forwards)),
            forward_cut=forward_cut,
            forward_note=(f"{_count(forward_left, 'operation')} left out",) if forward_left else (),
            entries=tuple(map(self._entry, shown)),
            cut=cut,
            cut_note=note,
            notes=self._notes(),
        )

    def some(self, wanted: Sequence[Node]) -> Content:
        """Explain some nodes, each with its paths from the root."""
        self.record.run(set(wanted))
        entries = []
        for node in wanted:
            entry, chains = self._entry(node), tuple(self._chains(node))
            heading = self._chains_heading(node, len(chains)) if chains else ()
            entries.append(replace(entry, chains=chains, chains_heading=heading))
        met = self._met(entries)
        shown, cut, left_out = self._cut([n for n in self.record.order if n in met and n._prev])
        return Content(
            title=self._title(),
            forward=tuple(map(self._forward, shown)),
            forward_cut=cut,
            forward_note=(f"{_count(left_out, 'operation')} left out",) if left_out else (),
            entries=tuple(entries),
            notes=self._notes(),
        )

    @staticmethod
    def _met(entries: Sequence[Entry]) -> set[Node]:
        """The nodes that derivatives in these entries name."""
        met: set[Node] = set()
        for entry in entries:
            for line in (entry.line, *entry.terms, *entry.chains):
                for side in line.equation.sides:
                    for part in side.factors if isinstance(side, Product) else (side,):
                        if isinstance(part, Derivative):
                            met |= {part.over, part.under}
        return met

    def _cut(self, nodes: list[Node]) -> Range:
        """The nodes that are shown, where the cut is, and how many are left out."""
        if self.is_full or len(nodes) <= HEAD + TAIL:
            return nodes, None, 0
        return nodes[:HEAD] + nodes[-TAIL:], HEAD, len(nodes) - HEAD - TAIL

    def _title(self) -> Sentence:
        return ("The chain rule, from ", self._value(self.root), " backwards")

    def _value(self, node: Node) -> Equation:
        return Equation((Symbol(node), Number(node.data)))

    def _forward(self, node: Node) -> Sentence:
        """How a number was computed; one that no longer follows is not said to be equal."""
        if not is_stale(node):
            return (Equation((Symbol(node), forward(node), Number(node.data))),)
        now = Equation((forward(node), Number(outcome(node))))
        return (self._value(node), ", computed before a number was edited; now ", now)

    def _notes(self) -> tuple[Sentence, ...]:
        said: list[Sentence] = []
        if not self.root._prev:
            said.append(
                (
                    Symbol(self.root),
                    " is a leaf, so there is nothing more to explain",
                )
            )
        edited = sum(map(is_stale, self.record.order))
        if edited:
            said.append(
                (
                    f"Numbers were edited after the forward pass: {_count(edited, 'node')} "
                    f"{'is' if edited == 1 else 'are'} out of date. The gradients are those at the "
                    "old numbers, as in backward(); refresh(",
                    Symbol(self.root),
                    ") recomputes everything.",
                )
            )
        if self.names.has_twins:
            said.append(("Where nodes share a label, all but the first are numbered.",))
        return tuple(said)

    # ---- one node --------------------------------------------------------------------------------

    def _entry(self, node: Node) -> Entry:
        record = self.record
        derivative = Derivative(self.root, node)
        gradient = record.gradients.get(node, 0.0)
        if node is self.root:
            because: Sentence = ("every number changes exactly as much as itself",)
            line = Line(Equation((derivative, Number(1.0))), because)
            return Entry(node, line, remarks=tuple(remarks.on_stored(self.root, node, 1.0)))
        users = record.users.get(node, [])
        if node in record.unknown:
            line = Line(Equation((derivative,)), remarks.on_own(node, users), ("not known: ",))
            return Entry(node, line, remarks=tuple(remarks.on_held(node)))
        arrivals = record.arrivals.get(node, [])
        kinks = [one for one in remarks.on_kinks(arrivals) if one not in self._kinks]
        self._kinks.update(kinks)
        said = [
            *kinks,
            *remarks.on_numbers(gradient),
            *remarks.on_stored(self.root, node, gradient),
        ]
        if not arrivals:
            nothing = remarks.on_nothing(node, users, set(record.gradients))
            line = Line(Equation((derivative, Number(0.0))), nothing)
            return Entry(node, line, remarks=tuple(said))
        if len(arrivals) == 1:
            return Entry(node, self.reasons.line(arrivals[0], True), remarks=tuple(said))
        shown = arrivals[: MOST_TERMS_IN_FULL if self.is_full else MOST_TERMS]
        more = len(arrivals) - len(shown)
        return Entry(
            node,
            self._sum(node, shown, more),
            tuple(map(self._term, shown)),
            (f"and {_count(more, 'more path')}",) if more else (),
            self._heading(node),
            tuple(said),
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
        sides: tuple[Side, ...] = (
            Derivative(self.root, node), terms, Number(self.record.gradients[node]),
        )  # fmt: skip
        return Line(Equation(sides))

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
        said: Sentence = ("From ", Symbol(self.root), " to ", Symbol(node))
        if paths == 1:
            return (*said, " there is 1 path:")
        more = (
            ""
            if paths == shown
            else f", of which {shown} {'is' if shown == 1 else 'are'} written out"
        )
        return (*said, f" there are {count_text(paths)} paths{more}:")

    def _chains(self, node: Node) -> list[Line]:
        """Whole paths from the root, as products of local derivatives."""
        if node in self.record.unknown:
            return []
        found = []
        for chain in self.record.chains(node, MOST_CHAINS):
            product = 1.0
            for user, position in chain:
                product = user._local_grads[position] * product
            left_out = len(chain) - MOST_FACTORS + 1 if len(chain) > MOST_FACTORS else 0
            head = len(chain) - 1 - left_out
            kept = [*chain[:head], chain[-1]]
            symbols = tuple(self.reasons.local_factor(*one) for one in kept)
            numbers = tuple(Number(user._local_grads[position]) for user, position in kept)
            sides: list[Side] = [Product(symbols, left_out)]
            if len(chain) > 1:
                sides.append(Product(numbers, left_out))
            found.append(Line(Equation((*sides, Number(product)))))
        return found


def _count(many: int, word: str, words: str = "") -> str:
    return f"{many:,} {word if many == 1 else words or word + 's'}"


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
