"""A recording in ordinary notation, one line an operation.

What is written is Python: it could be run again, and would record the same; but for long tables,
of which the middle is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from ...errors import ChoiceError
from ...table.ops import BUILT_IN, TABLE
from ...table.printers import Printer
from ...table.rules import NUMBER, RULES
from ..derive.results import ASK, Task
from ..run.paths import Path, Paths
from ..run.recordings import form_at, recorded_forms
from ..trace.recording import shown
from ..trace.structure import Array, Nest, Number, Spec, Static, positions
from ..trace.tape import CONSTANT, COPY, ENTRY, INPUT, SCATTER, TAKE
from .columns import Nodes
from .names import argument_names, input_names, keyword_specs, numbers_in
from .outcomes import otherwise

QUESTIONS = (*(name for name in ASK if name != "guards"), "hvp")
LONGEST_TABLE = 8
"""Of a longer table the middle is left out."""

WIDTH = 100
_COMPARISONS = {NUMBER[name] for name in ("lt", "le", "gt", "ge", "eq", "ne")}


def listing(program: Any, arguments: Sequence[Any], keywords: Any, what: str, argnums: Any) -> str:
    """What a program has recorded, as text; see `Program.listing`."""
    if what not in QUESTIONS:
        known = ", ".join(map(repr, QUESTIONS))
        raise ChoiceError(f"what needs to be one of {known}, but got {what!r}.")
    if arguments or keywords:
        chosen = () if what == "value" else positions(argnums, len(arguments))
        forms = [form_at(program, Task(what, chosen), arguments, keywords).paths]
    else:
        forms = recorded_forms(program)
    blocks: list[str] = []
    for number, form in enumerate(forms):
        count = len(form.specs) - 1
        chosen = () if what == "value" else positions(argnums, count)
        task = Task(what, chosen, isinstance(argnums, int))
        turn = f"form {number + 1} of {len(forms)}" if len(forms) > 1 else ""
        blocks += _form(program, form, task, turn)
    return "\n\n".join(blocks) + "\n"


def _form(program: Any, form: Paths, task: Task, turn: str) -> Iterator[str]:
    """The listings of the paths of one form."""
    names = argument_names(program, form.specs)
    inputs = input_names(form.specs, names)
    if task.name == "hvp":
        vector = Nest("tuple", tuple(form.specs[place] for place in task.chosen))
        inputs += numbers_in(vector.parts[0] if task.one else vector, "direction")
    others = otherwise([path.outcomes for path in form.all])
    for number, path in enumerate(form.all):
        title = [program.__name__, turn]
        if len(form.all) > 1:
            title.append(f"path {number + 1} of {len(form.all)}")
        if task.chosen:
            by = ", ".join(names[place] for place in task.chosen)
            title.append(f"{task.name.replace('_', ' ')} by {by}")
        heading = [f"# {', '.join(filter(None, title))}", f"# {_arguments(form.specs, names)}"]
        if program.in_axes is not None:
            summed = f", reduce={program.reduce!r}" if program.reduce else ""
            heading.append(f"# for each row: in_axes={program.in_axes!r}{summed}")
        writer = _Writer(path, task, inputs, others[number])
        lines = writer.lines()
        heading += writer.definitions()
        heading.append(f"# {writer.counts()}")
        heading.append(
            f"def {_function_name(program, task)}({_parameters(form.specs, names, task)}):"
        )
        yield "\n".join(heading + lines)


def _arguments(specs: Sequence[Spec], names: Sequence[str]) -> str:
    """The form of each argument in words."""
    pairs = [*zip(names, specs), *((name, spec) for spec, name in keyword_specs(specs[-1]))]
    return "; ".join(
        f"{name} = {spec.value!r}" if isinstance(spec, Static) else f"{name}: {shown(spec)}"
        for name, spec in pairs
    )


def _function_name(program: Any, task: Task) -> str:
    name = program.__name__ if program.__name__.isidentifier() else "function"
    return f"{name}_{task.name}" if task.chosen else name


def _parameters(specs: Sequence[Spec], names: Sequence[str], task: Task) -> str:
    bare = dict.fromkeys(f"*{name.partition('[')[0]}" if "[" in name else name for name in names)
    found = [*bare, *(name for _, name in keyword_specs(specs[-1]))]
    return ", ".join([*found, "direction"] if task.name == "hvp" else found)


def numeral(x: float) -> str:
    """A number as it stands in a listing: 2, 0.5, inf; no digit is lost.

    Example:
        >>> numeral(2.0), numeral(0.1), numeral(-0.0)
        ('2', '0.1', '-0.0')
    """
    is_whole = x == x and abs(x) < 1e15 and x == int(x) and (x != 0 or str(x) == "0.0")
    return str(int(x)) if is_whole else repr(x)


class _Placeholders(Printer):
    """Prints a formula with a place for each operand, to be filled in by `str.format`."""

    def name(self, name: str) -> str:
        return f"{{{name}}}"


@cache
def _template(name: str) -> str:
    """How an operation is written: with its operator, or as a call."""
    row = TABLE[name]
    if row.dunder and not row.is_primitive:
        return _Placeholders().text(row.read(row.formula))[1:-1]
    return f"{name}({', '.join(f'{{{x}}}' for x in row.operands)})"


class _Writer:
    """Writes one path.

    Args:
        path: The path.
        task: What is computed.
        inputs: The names of its inputs.
        others: For each guard the path for the other answer; -1 where none was recorded.
    """

    def __init__(self, path: Path, task: Task, inputs: list[str], others: list[int]) -> None:
        tape, self.answer = path.answer(task)
        self.nodes = Nodes(tape.arrays(), self.answer.nodes)
        self.others = others
        self.inputs = inputs
        self.names = [""] * len(self.nodes)
        self.tables: dict[int, str] = {}
        self.operations = 0
        self.own: set[str] = set()
        taken = "\n".join({name.partition("[")[0] for name in inputs})
        self.letter = "v"
        while re.search(rf"^{self.letter}\d+$", taken, re.MULTILINE):
            self.letter += "v"

    def counts(self) -> str:
        """How much there is of what."""
        counted = (
            (len(self.nodes.arrays.inputs), "input"),
            (self.operations, "operation"),
            (len(self.nodes.arrays.guards), "condition"),
        )
        return ", ".join(f"{count} {word}{'s' * (count != 1)}" for count, word in counted if count)

    def definitions(self) -> list[str]:
        """The user's own operations that occur."""
        rows = [TABLE[name] for name in sorted(self.own)]
        return [f"# {row.name}({', '.join(row.operands)}) = {row.formula}" for row in rows]

    def lines(self) -> list[str]:
        """The body of the function."""
        lines: list[str] = []
        asked = self.nodes.asked()
        inlined = self._inlined()
        number = 0
        for node in self.nodes.in_order():
            text = self._text(node)
            if self.nodes.ops[node] >= 2 or self.nodes.ops[node] in (TAKE, SCATTER):
                self.operations += 1
                if node in inlined:
                    self.names[node] = text
                else:
                    number += 1
                    self.names[node] = f"{self.letter}{number}"
                    lines.append(f"    {self.names[node]} = {text}")
            else:
                self.names[node] = text
            lines += [self._guard(guard) for guard in asked.get(node, ())]
        return lines + _broken(f"    return {self._tree()}")

    def _inlined(self) -> set[int]:
        """The comparisons that are only asked, each of them once."""
        ops = self.nodes.ops
        found = {node for node, _ in self.nodes.arrays.guards if ops[node] in _COMPARISONS}
        found.difference_update(self.answer.nodes)
        for node in self.nodes.in_order():
            found.difference_update(self.nodes.operands(node))
            if ops[node] == TAKE:
                found.difference_update(self.nodes.arrays.tables[self.nodes.x[node]])
        return found

    def _guard(self, number: int) -> str:
        condition, outcome = self.nodes.arrays.guards[number]
        other = self.others[number]
        instead = f"path {other + 1}" if other >= 0 else "not recorded"
        asserted = f"assert {'' if outcome else 'not '}{self.names[condition]}"
        return f"    {asserted:<40}  # else {instead}"

    def _text(self, node: int) -> str:
        """What a node is computed by; what stands in its place where it gets no line."""
        op, x, y = self.nodes.ops[node], self.nodes.x[node], self.nodes.y[node]
        names = self.names
        if op == INPUT:
            return self.inputs[x]
        if op == CONSTANT:
            return numeral(self.nodes.values[node])
        if op == COPY:
            return names[x]
        if op == ENTRY:
            return f"{names[x]}[{y}]"
        if op == TAKE:
            if x not in self.tables:
                entries = [names[each] for each in self.nodes.arrays.tables[x]]
                self.tables[x] = f"[{_shortened(entries)}]"
            return f"take({self.tables[x]}, {names[y]})"
        if op == SCATTER:
            length, pairs = self.nodes.arrays.scatters[x]
            entries = [f"({names[index]}, {names[number]})" for index, number in pairs]
            return f"scatter({length}, [{_shortened(entries)}])"
        return self._operation(node)

    def _operation(self, node: int) -> str:
        name = RULES[self.nodes.ops[node]].name
        if name not in BUILT_IN:
            self.own.add(name)
        operands = list(self.nodes.operands(node))
        if name in ("add", "mul"):  # 2 * x, but x + 2
            is_constant = [self.nodes.ops[each] == CONSTANT for each in operands]
            if is_constant == [name == "add", name == "mul"]:
                operands.reverse()
        written = [self.names[each] for each in operands]
        if name == "pow" and written[0].startswith("-"):
            written[0] = f"({written[0]})"
        return _template(name).format(**dict(zip("xyz", written)))

    def _tree(self) -> str:
        nodes = iter(self.answer.nodes)

        def text(spec: Spec) -> str:
            if isinstance(spec, Number):
                return self.names[next(nodes)]
            if isinstance(spec, Array):
                return f"array({nested(spec.shape)})"
            if isinstance(spec, Static):
                return repr(spec.value)
            parts = [text(part) for part in spec.parts]
            if spec.kind == "dict":
                return f"{{{', '.join(f'{key!r}: {part}' for key, part in zip(spec.keys, parts))}}}"
            inner = ", ".join(parts)
            if spec.kind == "list":
                return f"[{inner}]"
            return f"({inner},)" if len(parts) == 1 else f"({inner})"

        def nested(shape: tuple[int, ...]) -> str:
            if not shape:
                return self.names[next(nodes)]
            return f"[{', '.join(nested(shape[1:]) for _ in range(shape[0]))}]"

        return text(self.answer.spec)


def _shortened(entries: Sequence[str]) -> str:
    """Entries of a list; of a long one the first and the last."""
    if len(entries) > LONGEST_TABLE:
        entries = [*entries[:3], "...", entries[-1]]
    return ", ".join(entries)


def _broken(line: str) -> list[str]:
    """A line, or several where it is too long."""
    if len(line) <= WIDTH:
        return [line]
    lines = [""]
    for piece in line.split(", "):
        if lines[-1] and len(lines[-1]) + len(piece) + 3 > WIDTH:
            lines[-1] += ","
            lines.append(f"        {piece}")
        else:
            lines[-1] += f", {piece}" if lines[-1] else piece
    return lines
