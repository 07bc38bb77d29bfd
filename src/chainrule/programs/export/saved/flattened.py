"""A recording as plain data, and back: recorded anew, node by node, through the tape's own methods.

What comes back is compared with what was written. So no data, however it came about, makes a tape
that could not have been recorded.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ....table.ops import TABLE
from ....table.rules import NUMBER, RULES
from ...trace.recipes import recipe
from ...trace.recording import Recording
from ...trace.structure import Spec, size
from ...trace.tape import CONSTANT, COPY, ENTRY, INPUT, SCATTER, TAKE
from ...trace.twin import Tape
from ..columns import floats, ints

WORDS = {
    INPUT: ":input", CONSTANT: ":constant", COPY: ":copy",
    TAKE: ":take", SCATTER: ":scatter", ENTRY: ":entry",
}  # fmt: skip
"""What stands for a node that is no operation of the table; no row has such a name."""

MOST_SUMS = 1 << 26
"""So many sums the regions of a tape have at most together."""

_WRITTEN = {INPUT: 1, CONSTANT: 1, COPY: 1, TAKE: 2, SCATTER: 1, ENTRY: 2}
"""How many of its columns are written."""


def flatten(recording: Recording) -> dict[str, Any]:
    """A recording as lists of numbers and names.

    Returns:
        "operations": the names of those that occur. "nodes": for each node in turn the place of its
        operation in that list, and its operands. "constants", "tables", "scatters": what these
        refer to. "inputs": the numbers that it was recorded with. "guards": conditions and answers.
        "outputs": the nodes of the result.
    """
    arrays = recording.tape.arrays()
    ops, *columns = map(ints, arrays[:4])
    values = floats(arrays.values)
    used: dict[int, int] = {}
    constants: list[float] = []
    nodes: list[int] = []
    for node, op in enumerate(ops):
        nodes.append(used.setdefault(op, len(used)))
        if op == CONSTANT:
            nodes.append(len(constants))
            constants.append(values[node])
        else:
            count = _WRITTEN[op] if op < 0 else len(RULES[op].partials)
            nodes += [each[node] for each in columns[:count]]
    return {
        "operations": [WORDS[op] if op < 0 else RULES[op].name for op in used],
        "nodes": nodes,
        "constants": constants,
        "tables": [list(table) for table in arrays.tables],
        "scatters": [[length, [list(pair) for pair in pairs]] for length, pairs in arrays.scatters],
        "inputs": [values[node] for node in arrays.inputs],
        "guards": [[node, bool(outcome)] for node, outcome in arrays.guards],
        "outputs": list(recording.outputs),
    }


def restore(data: Any, spec: Spec, name: str) -> Recording:
    """Record what `flatten` wrote.

    Args:
        data: What it returned.
        spec: The form of the result.
        name: The function's name.

    Raises:
        ValueError: It is nothing that could have been recorded. LookupError, TypeError and
            ArithmeticError are possible too.
    """
    reader = _Reader(data)
    tape = reader.tape()
    outputs = [reader.node(each) for each in data["outputs"]]
    if len(outputs) != size(spec):
        raise ValueError(f"{len(outputs)} results do not fit their form")
    for condition, outcome in data["guards"]:
        if tape.guard(reader.node(condition)) is not outcome:
            raise ValueError("a condition has another answer")
    recording = Recording(tape, outputs, spec, name)
    if _differs(flatten(recording), data):
        raise ValueError("recorded anew it is not the same")
    return recording


def _differs(one: Any, other: Any) -> bool:
    """Whether two pieces of plain data are not the same; nan is the same as nan."""
    return repr(one) != repr({key: other[key] for key in one})


class _Reader:
    """Records the nodes of one tape."""

    def __init__(self, data: Any) -> None:
        self.data = data
        self.made: Any = Tape()
        self.count = 0
        self.ops = [_number_of(name) for name in data["operations"]]
        self.lengths = {len(table) for table in data["tables"]}
        self.regions: dict[int, int] = {}
        self.sums = 0

    def node(self, number: Any) -> int:
        """A node that is there already, and has a number."""
        if type(number) is not int or not 0 <= number < self.count or number in self.regions:
            raise ValueError(f"there is no node {number!r} yet")
        return number

    def tape(self) -> Any:
        """The tape, with all its nodes."""
        stream = self.data["nodes"]
        place = 0
        while place < len(stream):
            op = self.ops[_index(stream[place])]
            count = _WRITTEN[op] if op < 0 else recipe(op).arity
            operands = stream[place + 1 : place + 1 + count]
            if len(operands) < count:
                raise ValueError("the last node is cut off")
            if self._record(op, operands) != self.count:
                raise ValueError(f"node {self.count} is superfluous")
            self.count += 1
            place += 1 + count
        return self.made

    def _record(self, op: int, operands: Sequence[Any]) -> Any:
        made, first = self.made, operands[0]
        if op == INPUT:
            return made.input(_float(self.data["inputs"][_index(first)]))
        if op == CONSTANT:
            return made.constant(_float(self.data["constants"][_index(first)]))
        if op == COPY:
            return made.copy(self.node(first))
        if op == TAKE:
            table = [self.node(each) for each in self.data["tables"][_index(first)]]
            return made.take(table, self.node(operands[1]))
        if op == SCATTER:
            length, pairs = self.data["scatters"][_index(first)]
            self._check_region(length)
            return made.scatter(length, [(self.node(i), self.node(n)) for i, n in pairs])
        if op == ENTRY:
            if _index(operands[1]) >= self.regions[first]:
                raise ValueError("a region has no such sum")
            return made.entry(first, operands[1])
        return made.append(op, *(self.node(each) for each in operands))

    def _check_region(self, length: Any) -> None:
        self.sums += length
        if length not in self.lengths or self.sums > MOST_SUMS:
            raise ValueError("a region of sums belongs to no table")
        self.regions[self.count] = length


def _index(number: Any) -> int:
    if type(number) is not int or number < 0:
        raise ValueError(f"{number!r} is no place in a list")
    return number


def _float(x: Any) -> float:
    if type(x) is not float:
        raise ValueError(f"{x!r} is no number")
    return x


def _number_of(name: Any) -> int:
    """The number of an operation."""
    if not isinstance(name, str):
        raise ValueError(f"the operation {name!r} is not known")
    for op, word in WORDS.items():
        if word == name:
            return op
    if name not in TABLE:
        raise ValueError(f"the operation {name!r} is not known")
    return NUMBER[name]
