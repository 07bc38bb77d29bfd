"""The tape: the operations of a function in the order in which they ran, each recorded once.

A node has an operation, operands, and the value that it had during the recording. Because that
value is known, a condition can be decided and constants can be folded at once. A computation that
is repeated is not recorded again, and an operation for which the table has a simpler form (x * 1,
x ** 2, x + -y) is recorded in that form.

This is the interpreted twin; `native/tape.c` records the same.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from copy import copy
from math import copysign
from typing import Any, NamedTuple

from ...errors import PlaceError
from ...table.rules import RULES
from . import errors
from .errors import (
    no_entry,
    no_length,
    no_number,
    no_operation,
    no_position,
    no_region,
    not_in_table,
    too_many_nodes,
)
from .fragments import LOCALS, Fragment
from .recipes import recipe

INPUT, CONSTANT, COPY, TAKE, SCATTER, ENTRY, CALL, OVERRIDE = -1, -2, -3, -4, -5, -6, -7, -8
"""The kinds of nodes that are not operations of the table."""

REGIONS = (SCATTER, CALL)
"""The kinds of nodes that aren't numbers but regions of them, which ENTRY reads."""

Scatter = tuple[int, tuple[tuple[int, int], ...]]


class Arrays(NamedTuple):
    """A tape as flat arrays.

    Attributes:
        ops: The operation of each node: the number of a rule, or INPUT ... OVERRIDE. int32, shape
            (nodes,).
        x, y, z: Its operands; -1 for none. int32, shape (nodes,).
        values: Its value during the recording. float64, shape (nodes,).
        tables: The tables that TAKE reads: node ids.
        scatters: What SCATTER adds up: the length of the region, and (index, number) pairs.
        guards: The conditions that the function tested, and their outcomes.
        inputs: The inputs, in order.
        calls: What CALL calls: a function outside, its operands, and the number of its results.
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
    calls: list[tuple[Any, tuple[int, ...], int]]


class Tape:
    """A recording. Node ids are 0, 1, 2 ...; operands come before their users.

    A recording that is not going to be replayed (`replays=False`) needs no guards, and only its
    constants and the sums of a region are shared. With
    `rewrites=False` operations are recorded as they are.
    """

    def __init__(self, *, replays: bool = True, rewrites: bool = True) -> None:
        self.replays, self._rewrites = replays, rewrites
        self.ops = array("i")
        self.operands: list[tuple[int, int, int]] = []
        self.values = array("d")
        self.tables: list[tuple[int, ...]] = []
        self.scatters: list[Scatter] = []
        self.guards: list[tuple[int, bool]] = []
        self.inputs: list[int] = []
        self.calls: list[tuple[Any, tuple[int, ...], int]] = []
        self.closed = False  # whether its tracers can no longer be computed with
        self._guarded: set[int] = set()
        self._nodes: dict[tuple[int, ...], int] = {}
        self._constants: dict[bytes, int] = {}
        self._table_numbers: dict[tuple[int, ...], int] = {}
        self._calls: dict[tuple[Any, tuple[int, ...]], int] = {}
        self._sums: dict[int, list[float]] = {}
        self._most = errors.MAX_NODES // 10

    def __len__(self) -> int:
        return len(self.ops)

    def value(self, node: int) -> float:
        """The value of a node during the recording."""
        self._check_range(node)
        return self.values[node]

    def node(self, node: int) -> tuple[int, int, int, int]:
        """The operation and the operands of a node: `(op, x, y, z)`."""
        self._check_range(node)
        return (self.ops[node], *self.operands[node])

    def is_constant(self, node: int) -> bool:
        """Whether a node has the same value in every replay."""
        self._check_range(node)
        return self.ops[node] == CONSTANT

    def _check_range(self, node: int) -> None:
        if not 0 <= node < len(self.ops):
            raise no_number(node, len(self.ops))

    def check(self, *nodes: int) -> None:
        """Check that nodes are numbers on this tape; a region isn't one."""
        for node in nodes:
            if not 0 <= node < len(self.ops) or self.ops[node] in REGIONS:
                raise no_number(node, len(self.ops))

    # ---- recording -------------------------------------------------------------------------------

    def _push(self, op: int, x: int, y: int, z: int, value: float) -> int:
        if len(self.ops) >= self._most:
            raise too_many_nodes(self._most)
        self.values.append(value)  # first, because it may raise
        self.ops.append(op)
        self.operands.append((x, y, z))
        return len(self.ops) - 1

    def _share(self, op: int, x: int, y: int, z: int, value: float) -> int:
        """Return the node like this one, or append it."""
        key = (op, x, y, z)
        if not self.replays and op != ENTRY:
            return self._push(*key, value)
        if key not in self._nodes:
            self._nodes[key] = self._push(*key, value)
        return self._nodes[key]

    def input(self, value: float) -> int:
        """Record an input with its value."""
        self.inputs.append(self._push(INPUT, len(self.inputs), -1, -1, value))
        return self.inputs[-1]

    def constant(self, value: float) -> int:
        """Record a constant; equal bits give the same node."""
        key = array("d", [value]).tobytes() if value == value else b"nan"
        if key not in self._constants:
            self._constants[key] = self._push(CONSTANT, -1, -1, -1, value)
        return self._constants[key]

    def copy(self, x: int) -> int:
        """Record the same number as a node of its own."""
        self.check(x)
        return self._push(COPY, x, -1, -1, self.values[x])

    def append(self, op: int, x: int, y: int = -1, z: int = -1) -> int:
        """Record an operation and return the node of its result. A missing operand is -1."""
        if not 2 <= op < len(RULES):
            raise no_operation(op)
        row = recipe(op)
        operands = [x, y, z][: row.arity]
        self.check(*operands)
        numbers = [self.values[each] for each in operands]
        if all(self.ops[each] == CONSTANT for each in operands):
            return self.constant(RULES[op].value(*numbers))
        for rewrite in row.rewrites if self._rewrites else ():
            node = operands[rewrite.operand]
            if rewrite.op and self.ops[node] == rewrite.op:
                operands[rewrite.operand] = self.operands[node][0]
                return self.expand(rewrite.fragment, operands)
            if self.ops[node] == CONSTANT and _same(self.values[node], rewrite.number):
                return self.expand(rewrite.fragment, operands)
        x, y, z = (*operands, -1, -1)[:3]
        if row.commutes and x > y:
            x, y = y, x
        return self._share(op, x, y, z, RULES[op].value(*numbers))

    def expand(self, fragment: Fragment, operands: Sequence[int], out: int = -1) -> int:
        """Record a fragment and return the node of its result."""
        nodes = [*operands, *[-1] * (len(LOCALS) - 1 - len(operands)), out]
        nodes += [self.constant(number) for number in fragment.constants]
        for op, *slots in fragment.code:
            nodes.append(self.append(op, *(nodes[slot] if slot >= 0 else -1 for slot in slots)))
        self.check(nodes[fragment.result])
        return nodes[fragment.result]

    # ---- tables ----------------------------------------------------------------------------------

    def take(self, entries: Sequence[int], index: int) -> int:
        """Record `entries[index]`, where the index may change from replay to replay."""
        table = tuple(entries)
        self.check(index, *table)
        is_constant = self.ops[index] == CONSTANT
        maker = no_position if is_constant or not self.replays else not_in_table
        entry = position(self.values[index], len(table), maker)
        if is_constant:
            return table[entry]
        if table not in self._table_numbers:
            self._table_numbers[table] = len(self.tables)
            self.tables.append(table)
        return self._share(TAKE, self._table_numbers[table], index, -1, self.values[table[entry]])

    def take_each(self, entries: Sequence[int], indices: Sequence[int]) -> list[int]:
        """Record `entries[index]` for each index."""
        return [self.take(entries, index) for index in indices]

    def scatter(self, length: int, pairs: Iterable[tuple[int, int]]) -> int:
        """Record a region of sums, which `entry` reads: for each pair (index, number), the number
        is added at the index."""
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

    def entry(self, region: int, index: int) -> int:
        """Record one of the numbers of a region: a sum, or a result of a call."""
        if region not in self._sums:
            raise no_region(region, len(self.ops))
        if not 0 <= index < len(self._sums[region]):
            raise no_entry(index, len(self._sums[region]))
        return self._share(ENTRY, region, index, -1, self._sums[region][index])

    # ---- calls -----------------------------------------------------------------------------------

    def call(self, function: Any, operands: Iterable[int], results: bytes | None = None) -> int:
        """Record a call of a function outside, as a region of its results, which `entry` reads.

        `function.run(1, operands)` computes them, from float64 numbers as bytes to such bytes,
        unless they are given. A call of an equal function on the same operands is not repeated.
        """
        operands = tuple(operands)
        self.check(*operands)
        key = (function, operands)
        if key not in self._calls:
            if results is None:
                numbers = array("d", [self.values[each] for each in operands])
                results = function.run(1, numbers.tobytes())
            region = self._push(CALL, len(self.calls), -1, -1, 0.0)
            self._sums[region] = array("d", bytes(results)).tolist()
            self.calls.append((function, operands, len(self._sums[region])))
            self._calls[key] = region
        return self._calls[key]

    def call_at(self, region: int) -> tuple[Any, tuple[int, ...], bytes]:
        """The function, the operands and the results of a call."""
        if not 0 <= region < len(self.ops) or self.ops[region] != CALL:
            raise no_region(region, len(self.ops))
        function, operands, _ = self.calls[self.operands[region][0]]
        return function, operands, array("d", self._sums[region]).tobytes()

    def override(self, x: int, region: int = -1, index: int = -1) -> int:
        """Record the same number with another derivative: that of a result of a call, or none."""
        self.check(x)
        if region != -1:
            self.call_at(region)
            if not 0 <= index < len(self._sums[region]):
                raise no_entry(index, len(self._sums[region]))
        elif self.ops[x] == CONSTANT:
            return x
        return self._share(OVERRIDE, x, region, index, self.values[x])

    # ---- conditions ------------------------------------------------------------------------------

    def guard(self, condition: int) -> bool:
        """Decide a condition, and record that it must have the same outcome in a replay."""
        self.check(condition)
        outcome = self.values[condition] != 0
        is_known = not self.replays or condition in self._guarded
        if self.ops[condition] != CONSTANT and not is_known:
            self._guarded.add(condition)
            self.guards.append((condition, outcome))
        return outcome

    def forget_guards(self, count: int) -> None:
        """Keep only the first `count` guards."""
        for condition, _ in self.guards[count:]:
            self._guarded.discard(condition)
        del self.guards[count:]

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
            list(self.calls),
        )

    def fork(self) -> Tape:
        """A copy that can grow; this tape stays as it is."""
        fork = Tape()
        for name, value in vars(self).items():
            setattr(fork, name, copy(value))
        fork.closed = False
        return fork


def _same(a: float, b: float) -> bool:
    """Whether two numbers are equal, the sign of zero included."""
    return a == b and copysign(1.0, a) == copysign(1.0, b)


def position(
    index: float, length: int, error: Callable[[float, int], PlaceError] = no_position
) -> int:
    """The entry of a table that an index stands for; a negative one counts from the end."""
    if not -length <= index < length or index != int(index):
        raise error(index, length)
    return int(index) % length
