"""The tape: operations in the order in which a function did them, each one written once.

A node is a number: operation, operands, and the value that it had while it was recorded. Recording
is concrete, so that a condition can be answered and constants can be folded at once. What has been
computed already is not recorded a second time; what a row of the table knows to be simpler (x * 1,
x ** 2, x + -y) is recorded simpler.

This is the interpreted twin; `native/tape.c` records the same.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from math import copysign
from typing import Any, NamedTuple

from ...errors import GraphError, NumberError, PlaceError
from ...table.rules import RULES
from .fragments import LOCALS, Fragment
from .recipes import recipe

INPUT, CONSTANT, COPY, TAKE, SCATTER, ENTRY = -1, -2, -3, -4, -5, -6
"""What a node is that is no operation of the table."""

MOST_GUARDS = 100_000
"""So many questions a recording may ask; one that asks more is a loop that does not end."""

Scatter = tuple[int, tuple[tuple[int, int], ...]]


class Arrays(NamedTuple):
    """A tape as flat arrays.

    Attributes:
        ops: What each node is: a rule's number, or INPUT ... ENTRY. int32, shape (nodes,).
        x, y, z: Its operands, -1 where there is none. int32, shape (nodes,).
        values: Its number when it was recorded. float64, shape (nodes,).
        tables: What TAKE takes from: node numbers.
        scatters: What SCATTER adds up: the length of the region, and (index, number) pairs.
        guards: The conditions that were asked, and what they answered.
        inputs: The inputs, in order.
    """

    ops: bytes
    x: bytes
    y: bytes
    z: bytes
    values: bytes
    tables: list[tuple[int, ...]]
    scatters: list[Scatter]
    guards: list[tuple[int, bool]]
    inputs: list[int]


class Tape:
    """A recording. Nodes are known by their numbers, 0, 1, 2 ..., operands before their users."""

    def __init__(self) -> None:
        self.ops = array("i")
        self.operands: list[tuple[int, int, int]] = []
        self.values = array("d")
        self.tables: list[tuple[int, ...]] = []
        self.scatters: list[Scatter] = []
        self.guards: list[tuple[int, bool]] = []
        self.inputs: list[int] = []
        self.closed = False  # whether its Tracer numbers may no longer be computed with
        self._asked: set[int] = set()
        self._known: dict[tuple[int, ...], int] = {}
        self._constants: dict[bytes, int] = {}
        self._table_numbers: dict[tuple[int, ...], int] = {}
        self._sums: dict[int, list[float]] = {}

    def __len__(self) -> int:
        return len(self.ops)

    def value(self, node: int) -> float:
        """The number that a node had when it was recorded."""
        self._check_range(node)
        return self.values[node]

    def node(self, node: int) -> tuple[int, int, int, int]:
        """What a node is, and its operands: `(op, x, y, z)`."""
        self._check_range(node)
        return (self.ops[node], *self.operands[node])

    def is_constant(self, node: int) -> bool:
        """Whether a node is the same number in every replay."""
        self._check_range(node)
        return self.ops[node] == CONSTANT

    def _check_range(self, node: int) -> None:
        if not 0 <= node < len(self.ops):
            raise no_number(node, len(self.ops))

    def check(self, *nodes: int) -> None:
        """Check that nodes are numbers of this tape; a region of sums is none.

        Raises:
            PlaceError: One is not.
        """
        for node in nodes:
            if not 0 <= node < len(self.ops) or self.ops[node] == SCATTER:
                raise no_number(node, len(self.ops))

    # ---- recording -------------------------------------------------------------------------------

    def _push(self, op: int, x: int, y: int, z: int, value: float) -> int:
        self.values.append(value)  # first: it may be no number
        self.ops.append(op)
        self.operands.append((x, y, z))
        return len(self.ops) - 1

    def input(self, value: float) -> int:
        """Record an input with its example number."""
        self.inputs.append(self._push(INPUT, len(self.inputs), -1, -1, value))
        return self.inputs[-1]

    def constant(self, value: float) -> int:
        """Record a constant; the same bits give the same node."""
        key = array("d", [value]).tobytes() if value == value else b"nan"
        if key not in self._constants:
            self._constants[key] = self._push(CONSTANT, -1, -1, -1, value)
        return self._constants[key]

    def copy(self, x: int) -> int:
        """Record the same number under an identity of its own."""
        self.check(x)
        return self._push(COPY, x, -1, -1, self.values[x])

    def append(self, op: int, x: int, y: int = -1, z: int = -1) -> int:
        """Record an operation, and return the node that holds its result.

        Args:
            op: A rule's number.
            x, y, z: Its operands; -1 where there is none.

        Raises:
            PlaceError: No such operation or operand.
        """
        if not 2 <= op < len(RULES):
            raise no_operation(op)
        row = recipe(op)
        operands = [x, y, z][: row.arity]
        self.check(*operands)
        numbers = [self.values[each] for each in operands]
        if all(self.ops[each] == CONSTANT for each in operands):
            return self.constant(RULES[op].value(*numbers))
        for rewrite in row.rewrites:
            it = operands[rewrite.place]
            if rewrite.op and self.ops[it] == rewrite.op:
                operands[rewrite.place] = self.operands[it][0]
                return self.expand(rewrite.fragment, operands)
            if self.ops[it] == CONSTANT and _same(self.values[it], rewrite.number):
                return self.expand(rewrite.fragment, operands)
        x, y, z = (*operands, -1, -1)[:3]
        if row.commutes and x > y:
            x, y = y, x
        key = (op, x, y, z)
        if key not in self._known:
            self._known[key] = self._push(*key, RULES[op].value(*numbers))
        return self._known[key]

    def expand(self, text: Fragment, operands: Sequence[int], out: int = -1) -> int:
        """Record a fragment, and return the node that holds its result."""
        nodes = [*operands, *[-1] * (len(LOCALS) - 1 - len(operands)), out]
        nodes += [self.constant(number) for number in text.constants]
        for op, *places in text.code:
            nodes.append(self.append(op, *(nodes[p] if p >= 0 else -1 for p in places)))
        self.check(nodes[text.result])
        return nodes[text.result]

    # ---- tables ----------------------------------------------------------------------------------

    def take(self, entries: Sequence[int], index: int) -> int:
        """Record `entries[index]`, where the index may change from replay to replay.

        Raises:
            PlaceError: The index of the recording is no whole number within the table.
        """
        table = tuple(entries)
        self.check(index, *table)
        place = position(self.values[index], len(table))
        if self.ops[index] == CONSTANT or all(entry == table[0] for entry in table):
            return table[place]
        if table not in self._table_numbers:
            self._table_numbers[table] = len(self.tables)
            self.tables.append(table)
        key = (TAKE, self._table_numbers[table], index, -1)
        if key not in self._known:
            self._known[key] = self._push(*key, self.values[table[place]])
        return self._known[key]

    def scatter(self, length: int, pairs: Iterable[tuple[int, int]]) -> int:
        """Record a region of sums: for each pair (index, number) the number is added at the index.

        Returns:
            The region; `entry` reads the sums.

        Raises:
            NumberError: The length is negative.
            PlaceError: An index of the recording is no whole number within the region.
        """
        pairs = tuple((index, number) for index, number in pairs)
        self.check(*(node for pair in pairs for node in pair))
        if length < 0:
            raise no_length(length)
        sums = [0.0] * length
        for index, number in pairs:
            sums[position(self.values[index], length)] += self.values[number]
        region = self._push(SCATTER, len(self.scatters), -1, -1, 0.0)
        self.scatters.append((length, pairs))
        self._sums[region] = sums
        return region

    def entry(self, region: int, place: int) -> int:
        """Record one of the sums of a region."""
        if region not in self._sums:
            raise no_region(region, len(self.ops))
        if not 0 <= place < len(self._sums[region]):
            raise no_entry(place, len(self._sums[region]))
        key = (ENTRY, region, place, -1)
        if key not in self._known:
            self._known[key] = self._push(*key, self._sums[region][place])
        return self._known[key]

    # ---- conditions ------------------------------------------------------------------------------

    def guard(self, condition: int) -> bool:
        """Answer a condition, and record that a replay must answer it alike.

        Raises:
            GraphError: The recording has asked too many questions to be one that ends.
        """
        self.check(condition)
        outcome = self.values[condition] != 0
        if self.ops[condition] != CONSTANT and condition not in self._asked:
            if len(self.guards) >= MOST_GUARDS:
                raise too_many_guards()
            self._asked.add(condition)
            self.guards.append((condition, outcome))
        return outcome

    # ---- copies ----------------------------------------------------------------------------------

    def arrays(self) -> Arrays:
        """The tape as flat arrays."""
        x, y, z = zip(*self.operands) if self.operands else ((), (), ())
        return Arrays(
            self.ops.tobytes(),
            array("i", x).tobytes(),
            array("i", y).tobytes(),
            array("i", z).tobytes(),
            self.values.tobytes(),
            list(self.tables),
            list(self.scatters),
            list(self.guards),
            list(self.inputs),
        )

    def fork(self) -> Tape:
        """A copy to record further on; this tape stays as it is."""
        made = Tape()
        made.ops, made.values = self.ops[:], self.values[:]
        made.operands, made.tables = list(self.operands), list(self.tables)
        made.scatters, made.guards = list(self.scatters), list(self.guards)
        made.inputs, made._asked = list(self.inputs), set(self._asked)
        made._known, made._constants = dict(self._known), dict(self._constants)
        made._table_numbers, made._sums = dict(self._table_numbers), dict(self._sums)
        return made


def _same(a: float, b: float) -> bool:
    """Whether two numbers are equal, the sign of zero included."""
    return a == b and copysign(1.0, a) == copysign(1.0, b)


def position(index: float, length: int) -> int:
    """Where a table is read, an index from the end counted as Python does.

    Raises:
        PlaceError: The index is no whole number within the table.
    """
    if not -length <= index < length or index != int(index):
        raise no_position(index, length)
    return int(index) % length


# ---- what can go wrong, for both twins -----------------------------------------------------------


def no_position(index: float, length: int) -> PlaceError:
    """The error of an index that is no whole number within a table."""
    return PlaceError(
        f"take needs a whole number from {-length} to {length - 1}, but got {index:.17g}."
    )


def no_number(node: Any, count: int) -> PlaceError:
    """The error of a node that is not there, or is a region of sums."""
    return PlaceError(f"node {node} is no number of this tape, which has {count} nodes.")


def no_operation(op: Any) -> PlaceError:
    """The error of a rule that is not there."""
    return PlaceError(f"there is no operation with the number {op}.")


def no_region(node: Any, count: int) -> PlaceError:
    """The error of a node that is not there, or is no region of sums."""
    return PlaceError(f"node {node} is no region of sums of this tape, which has {count} nodes.")


def no_entry(place: Any, length: int) -> PlaceError:
    """The error of a sum that is not there."""
    return PlaceError(f"a region of {length} sums has none with the number {place}.")


def no_length(length: Any) -> NumberError:
    """The error of a region of sums with a negative length."""
    return NumberError(f"a region of sums needs a length of 0 or more, but got {length}.")


def too_many_guards() -> GraphError:
    """The error of a recording that asks for ever."""
    return GraphError(
        f"the function has asked for {MOST_GUARDS} conditions in one run.",
        remedy="look for a loop that does not end, or give it a largest number of steps",
    )
