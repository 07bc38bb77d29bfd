"""A recording in ordinary notation, one line for each operation.

The text is Python that records the same again when it runs, except that long tables are
abbreviated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from ...errors import ChoiceError, shorten
from ...numerals import counted
from ...table.ops import BUILT_IN, TABLE
from ...table.printers import Printer
from ...table.rules import NUMBER, RULES
from ..derive.results import TRANSFORMS, Transform
from ..run.path import Path
from ..run.paths import Paths
from ..run.recordings import Recordings
from ..trace.calls import Call
from ..trace.structure import Array, Number, Static, Structure, describe, each_argument, size
from ..trace.tape import (
    CALL,
    CONSTANT,
    COPY,
    ENTRY,
    INPUT,
    OVERRIDE,
    SCATTER,
    TAKE,
)
from .columns import Nodes
from .names import abbreviated, argument_names, input_names, keyword_structures, numbers_in

LONGEST_TABLE = 8
"""A longer table is abbreviated."""

WIDTH = 100
_CONDITIONS = {NUMBER[name] for name, row in TABLE.items() if row.is_condition}


def listing(
    recordings: Recordings,
    arguments: Sequence[Any],
    keywords: Mapping[str, Any],
    what: str,
    argnums: Any,
) -> str:
    """The recordings of a program as text; see `Program.listing`."""
    if what not in TRANSFORMS:
        names = ", ".join(map(repr, TRANSFORMS))
        raise ChoiceError(f"what needs to be one of {names}, but got {what!r}.")
    if arguments or keywords:
        transform = Transform.of(what, argnums, recordings.call(len(arguments), keywords))
        recorded = [recordings.at(transform, arguments, keywords).paths]
    else:
        recorded = recordings.recorded()
    blocks: list[str] = []
    for number, paths in enumerate(recorded, 1):
        transform = Transform.of(what, argnums, recordings.recorded_call(paths))
        count = f"structure {number} of {len(recorded)}" if len(recorded) > 1 else ""
        blocks += _listings(recordings, paths, transform, count)
    return "\n\n".join(blocks) + "\n"


def _listings(
    recordings: Recordings, paths: Paths, transform: Transform, count: str
) -> Iterator[str]:
    """The listing of each path for one structure of the arguments."""
    structures = paths.structures
    names = argument_names(recordings, structures)
    inputs = input_names(structures, names)
    if transform.name == "hvp":
        inputs += numbers_in(transform.structure(each_argument(structures)), "direction")
    title = [recordings.name, count, "", ""]
    if transform.argnums:
        every = [*names, *(name for _, name in keyword_structures(structures[-1]))]
        wrt = ", ".join(every[argnum] for argnum in transform.argnums)
        title[3] = f"{transform.name.replace('_', ' ')} with respect to {wrt}"
    signature = (
        f"def {_function_name(recordings.name, transform)}"
        f"({_parameters(structures, names, transform)}):"
    )
    for number, path in enumerate(paths.all, 1):
        if len(paths.all) > 1:
            title[2] = f"path {number} of {len(paths.all)}"
        heading = [f"# {', '.join(filter(None, title))}", f"# {_arguments(structures, names)}"]
        if recordings.in_axes is not None:
            reduce = f", reduce={recordings.reduce!r}" if recordings.reduce else ""
            heading.append(f"# for each row: in_axes={recordings.in_axes!r}{reduce}")
        writer = _Writer(path, transform, inputs, [*paths.alternatives(path)])
        lines = writer.lines()
        yield "\n".join([*heading, *writer.facts(), signature, *lines])


def _arguments(structures: Sequence[Structure], names: Sequence[str]) -> str:
    """The structure of each argument in words."""
    keywords = ((name, each) for each, name in keyword_structures(structures[-1]))
    return "; ".join(
        f"{name} = {each.value!r}" if isinstance(each, Static) else f"{name}: {describe(each)}"
        for name, each in (*zip(names, structures), *keywords)
    )


def _function_name(name: str, transform: Transform) -> str:
    name = name if name.isidentifier() else "function"
    return f"{name}_{transform.name}" if transform.argnums else name


def _parameters(structures: Sequence[Structure], names: Sequence[str], transform: Transform) -> str:
    bare = dict.fromkeys(f"*{name.partition('[')[0]}" if "[" in name else name for name in names)
    parameters = [*bare, *(name for _, name in keyword_structures(structures[-1]))]
    return ", ".join([*parameters, "direction"] if transform.name == "hvp" else parameters)


def literal(x: float) -> str:
    """A number in a listing, with all its digits: 2, 0.5, -0.0, inf."""
    is_whole = x.is_integer() and abs(x) < 1e15 and repr(x) != "-0.0"
    return str(int(x)) if is_whole else repr(x)


class _Placeholders(Printer):
    """Prints a formula with a field for each operand, for `str.format`."""

    def name(self, name: str) -> str:
        return f"{{{name}}}"


@cache
def _template(name: str) -> str:
    """The notation of an operation: with its operator, or as a call."""
    row = TABLE[name]
    if row.dunder and not row.is_primitive:
        return _Placeholders().text(row.read(row.formula))[1:-1]
    if not row.eager:  # an operator on bits
        return f"{{x}} {row.symbol} {{y}}"
    return f"{name}({', '.join(f'{{{x}}}' for x in row.operands)})"


class _Writer:
    """Writes one path. `alternatives` has the number of a path for each guard, or -1."""

    def __init__(
        self, path: Path, transform: Transform, inputs: list[str], alternatives: list[int]
    ) -> None:
        tape, self.result = path.apply(transform)
        self.nodes = Nodes(tape.arrays(), self.result.nodes)
        self.alternatives = alternatives
        self.inputs = inputs
        self.names = [""] * len(self.nodes)
        self.tables: dict[int, str] = {}
        self.operations = 0
        self.own: set[str] = set()
        reserved = "\n".join({name.partition("[")[0] for name in inputs})
        self.letter = "v"
        while re.search(rf"^{self.letter}\d+$", reserved, re.MULTILINE):
            self.letter += "v"

    def facts(self) -> list[str]:
        """The formulas of the user's own operations, and the numbers of inputs, operations and
        conditions, as comments."""
        rows = [TABLE[name] for name in sorted(self.own)]
        arrays = self.nodes.arrays
        counts = zip(
            (len(arrays.inputs), self.operations, len(arrays.guards)),
            ("input", "operation", "condition"),
        )
        words = (counted(count, word) for count, word in counts if count)
        return [
            *(f"# {row.name}({', '.join(row.operands)}) = {row.formula}" for row in rows),
            f"# {', '.join(words)}",
        ]

    def lines(self) -> list[str]:
        """The body of the function."""
        lines: list[str] = []
        guards = self.nodes.guards_after()
        inlined = self._inlined()
        number = 0
        for node in self.nodes.in_order():
            self.names[node] = text = self._text(node)
            if self.nodes.ops[node] >= 2 or self.nodes.ops[node] in (TAKE, SCATTER, CALL):
                self.operations += 1
                if node not in inlined:
                    number += 1
                    self.names[node] = f"{self.letter}{number}"
                    lines.append(f"    {self.names[node]} = {text}")
            lines += [self._guard(guard) for guard in guards.get(node, ())]
        return lines + _broken(f"    return {self._tree(self.result.structure)}")

    def _inlined(self) -> set[int]:
        """The comparisons that are only used as a condition, once each."""
        ops = self.nodes.ops
        inlined = {node for node, _ in self.nodes.arrays.guards if ops[node] in _CONDITIONS}
        inlined.difference_update(self.result.nodes)
        for node in self.nodes.in_order():
            inlined.difference_update(self.nodes.operands(node))
            if ops[node] == TAKE:
                inlined.difference_update(self.nodes.arrays.tables[self.nodes.x[node]])
        return inlined

    def _guard(self, number: int) -> str:
        condition, outcome = self.nodes.arrays.guards[number]
        other = self.alternatives[number]
        path = f"path {other + 1}" if other >= 0 else "not recorded"
        assertion = f"assert {'' if outcome else 'not '}{self.names[condition]}"
        return f"    {assertion:<40}  # else {path}"

    def _text(self, node: int) -> str:
        """The expression of a node, or the name of a node that gets no line."""
        op, x, y = self.nodes.ops[node], self.nodes.x[node], self.nodes.y[node]
        names = self.names
        if op == INPUT:
            return self.inputs[x]
        if op == CONSTANT:
            return literal(self.nodes.values[node])
        if op in (COPY, OVERRIDE):
            return names[x]
        if op == ENTRY:
            is_number = self.nodes.ops[x] == CALL and self._call(x).result == Number()
            return names[x] if is_number else f"{names[x]}[{y}]"
        if op == CALL:
            return self._call_text(node)
        if op == TAKE:
            if x not in self.tables:
                entries = [names[each] for each in self.nodes.arrays.tables[x]]
                self.tables[x] = f"[{abbreviated(entries, LONGEST_TABLE)}]"
            return f"take({self.tables[x]}, {names[y]})"
        if op == SCATTER:
            length, pairs = self.nodes.arrays.scatters[x]
            entries = [f"({names[index]}, {names[number]})" for index, number in pairs]
            return f"scatter({length}, [{abbreviated(entries, LONGEST_TABLE)}])"
        return self._operation(node)

    def _call(self, node: int) -> Call:
        return self.nodes.arrays.calls[self.nodes.x[node]][0]  # type: ignore[no-any-return]

    def _call_text(self, node: int) -> str:
        """A call of a function outside; an argument of several numbers is a flat list of them."""
        call, operands = self._call(node), iter(self.nodes.operands(node))
        texts = []
        for part in call.arguments.parts:
            numbers = [self.names[next(operands)] for _ in range(size(part))]
            if isinstance(part, Static):
                texts.append(shorten(part.value))
            elif isinstance(part, Number):
                texts += numbers
            else:
                texts.append(f"[{abbreviated(numbers, LONGEST_TABLE)}]")
        texts += [f"{key}={shorten(value)}" for key, value in call.keywords.items()]
        return f"{call.external.name}({', '.join(texts)})"

    def _operation(self, node: int) -> str:
        name = RULES[self.nodes.ops[node]].name
        if name not in BUILT_IN:
            self.own.add(name)
        operands = list(self.nodes.operands(node))
        if name in ("add", "mul"):  # 2 * x, but x + 2
            is_constant = [self.nodes.ops[each] == CONSTANT for each in operands]
            if is_constant == [name == "add", name == "mul"]:
                operands.reverse()
        texts = [self.names[each] for each in operands]
        if name == "pow" and texts[0].startswith("-"):
            texts[0] = f"({texts[0]})"
        return _template(name).format(**dict(zip("xyz", texts)))

    def _tree(self, structure: Structure) -> str:
        """The result."""
        nodes = iter(self.result.nodes)

        def array(shape: tuple[int, ...]) -> str:
            if not shape:
                return self.names[next(nodes)]
            return f"[{', '.join(array(shape[1:]) for _ in range(shape[0]))}]"

        def tree(structure: Structure) -> str:
            if isinstance(structure, Number):
                return array(())
            if isinstance(structure, Array):
                return f"array({array(structure.shape)})"
            if isinstance(structure, Static):
                return repr(structure.value)
            parts = [tree(part) for part in structure.parts]
            if structure.kind == "dataclass":
                parts = [f"{key}={part}" for key, part in zip(structure.keys, parts)]
            if structure.kind == "dict":
                parts = [f"{key!r}: {part}" for key, part in zip(structure.keys, parts)]
            brackets = {"dict": ("{", "}"), "list": ("[", "]"), "tuple": ("(", ")")}
            call = f"{structure.named.__name__}(" if structure.named else ""
            start, end = brackets.get(structure.kind) or (call, ")")
            comma = "," * (structure.kind == "tuple" and len(parts) == 1)
            return f"{start}{', '.join(parts)}{comma}{end}"

        return tree(structure)


def _broken(line: str) -> list[str]:
    """A line, or several if it is too long."""
    if len(line) <= WIDTH:
        return [line]
    first, *pieces = line.split(", ")
    lines = [first]
    for piece in pieces:
        if len(lines[-1]) + len(piece) + 3 > WIDTH:
            lines[-1] += ","
            lines.append(f"        {piece}")
        else:
            lines[-1] += f", {piece}"
    return lines
