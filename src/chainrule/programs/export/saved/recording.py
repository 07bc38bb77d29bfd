"""A recording as plain data, and back: recorded again, node by node, by the methods of the tape.

The new recording is compared with the data. So no data, whatever its origin, yields a tape that
could not have been recorded.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any

from ....table.ops import TABLE
from ....table.rules import NUMBER, RULES
from ...trace.recipes import recipe
from ...trace.recording import Recording
from ...trace.structure import Structure, size
from ...trace.tape import CALL, CONSTANT, COPY, ENTRY, INPUT, OVERRIDE, SCATTER, TAKE
from ...twin import Tape

WORDS = {
    INPUT: ":input", CONSTANT: ":constant", COPY: ":copy",
    TAKE: ":take", SCATTER: ":scatter", ENTRY: ":entry", CALL: ":call", OVERRIDE: ":override",
}  # fmt: skip
"""The names of the nodes that are not operations of the table; no row has such a name."""

_OPS = {word: op for op, word in WORDS.items()}

MAX_SUMS = 1 << 26
"""The largest number of sums in all regions of a tape."""

_WRITTEN = {
    INPUT: 1, CONSTANT: 1, COPY: 1, TAKE: 2, SCATTER: 1, ENTRY: 2, CALL: 1, OVERRIDE: 3,
}  # fmt: skip
"""How many columns of such a node are written."""


def encode_recording(recording: Recording) -> dict[str, Any]:
    """A recording as lists of numbers and names.

    "nodes" has for each node the index of its operation in "operations", followed by its operands;
    these refer to "constants", "tables" and "scatters" by index.
    """
    arrays = recording.tape.arrays()
    ops, *columns = (array("i", column) for column in arrays[:4])
    values = array("d", arrays.values)
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
        **({"calls": _calls(recording.tape, ops)} if arrays.calls else {}),
    }


def _calls(tape: Any, ops: Sequence[int]) -> list[Any]:
    """Function, operands and results of each call."""
    regions = (tape.call_at(node) for node, op in enumerate(ops) if op == CALL)
    return [
        [function, list(operands), array("d", results).tolist()]
        for function, operands, results in regions
    ]


def decode_recording(data: Any, structure: Structure, name: str) -> Recording:
    """Record what `encode_recording` wrote; data that could not have been recorded raises."""
    reader = _Reader(data)
    tape = reader.read()
    outputs = [reader.node(each) for each in data["outputs"]]
    if len(outputs) != size(structure):
        raise ValueError(f"{len(outputs)} results don't match their structure")
    for condition, outcome in data["guards"]:
        if tape.guard(reader.node(condition)) is not outcome:
            raise ValueError("a condition has another outcome")
    recording = Recording(tape, outputs, structure, name)
    again = encode_recording(recording)
    if repr(again) != repr({key: data[key] for key in again}):  # nan equals nan
        raise ValueError("it isn't the same when it is recorded again")
    return recording


class _Reader:
    """Records the nodes of one tape."""

    def __init__(self, data: Any) -> None:
        self.data = data
        self.tape = Tape()
        self.count = 0
        self.ops = [_op(name) for name in data["operations"]]
        self.lengths = {len(table) for table in data["tables"]}
        self.regions: dict[int, int] = {}
        self.sums = 0

    def node(self, node: Any) -> int:
        """The id of a node that exists already and is a number."""
        if type(node) is not int or not 0 <= node < self.count or node in self.regions:
            raise ValueError(f"node {node!r} comes later or is missing")
        return node

    def read(self) -> Tape:
        """Record all nodes, and return the tape."""
        stream = self.data["nodes"]
        start = 0
        while start < len(stream):
            op = self.ops[_index(stream[start])]
            count = _WRITTEN[op] if op < 0 else recipe(op).arity
            operands = stream[start + 1 : start + 1 + count]
            if len(operands) < count:
                raise ValueError("the last node is incomplete")
            if self._record(op, operands) != self.count:
                raise ValueError(f"node {self.count} is superfluous")
            self.count += 1
            start += 1 + count
        return self.tape

    def _record(self, op: int, operands: Sequence[Any]) -> int:
        tape, first = self.tape, operands[0]
        if op == INPUT:
            return tape.input(_float(self.data["inputs"][_index(first)]))
        if op == CONSTANT:
            return tape.constant(_float(self.data["constants"][_index(first)]))
        if op == COPY:
            return tape.copy(self.node(first))
        if op == TAKE:
            table = [self.node(each) for each in self.data["tables"][_index(first)]]
            return tape.take(table, self.node(operands[1]))
        if op == SCATTER:
            length, pairs = self.data["scatters"][_index(first)]
            self._check_region(length)
            return tape.scatter(length, [(self.node(i), self.node(n)) for i, n in pairs])
        if op == CALL:
            function, nodes, results = self.data["calls"][_index(first)]
            self.regions[self.count] = len(results)
            nodes = [self.node(each) for each in nodes]
            return tape.call(function, nodes, array("d", results).tobytes())
        if op == OVERRIDE:
            return tape.override(self.node(first), *operands[1:])
        if op == ENTRY:
            if _index(operands[1]) >= self.regions[first]:
                raise ValueError("a region has no such sum")
            return tape.entry(first, operands[1])
        return tape.append(op, *(self.node(each) for each in operands))

    def _check_region(self, length: Any) -> None:
        self.sums += length
        if length not in self.lengths or self.sums > MAX_SUMS:
            raise ValueError("a region of sums belongs to no table")
        self.regions[self.count] = length


def _index(x: Any) -> int:
    if type(x) is not int or x < 0:
        raise ValueError(f"{x!r} isn't an index")
    return x


def _float(x: Any) -> float:
    if type(x) is not float:
        raise ValueError(f"{x!r} isn't a float")
    return x


def _op(name: Any) -> int:
    """The number of an operation, by name."""
    if not isinstance(name, str) or not (name in TABLE or name in _OPS):
        raise ValueError(f"the operation {name!r} is unknown")
    return _OPS[name] if name in _OPS else NUMBER[name]
