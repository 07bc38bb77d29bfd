"""Sentences about a node: what it is called, where its number comes from, what to do about it."""

from __future__ import annotations

import math
import re

from ...numerals import MINUS, format_short
from ...table.ops import OPERANDS, TABLE, Op
from ...table.rules import holds
from ..flat_graph import FlatGraph
from ..result_table import name_of
from .code import Writer
from .growth import Recurrence, number_recurrence

ROUNDED = 1e-9
"""A number that is this small next to the operands of its difference may be only rounding."""
LONGEST_NAME, LONGEST_FORMULA = 30, 70
LARGEST = "a float can't be larger than about 1.8e308"


class Words:
    """Sentences about the nodes of one graph, whose numbers are fresh."""

    def __init__(self, graph: FlatGraph, writer: Writer) -> None:
        self.graph = graph
        self.writer = writer

    # ---- names -----------------------------------------------------------------------------------

    def name(self, index: int) -> str:
        """A node as a sentence names it: its label, or its formula if that is short."""
        node = self.graph.nodes[index]
        if node.label != "":
            return name_of(node)
        if self._is_constant(index):
            return format_short(self.graph.numbers[index])
        name = self.formula(index) or self.writer.description(index).partition(" = ")[0]
        return f"the result of {name}" if name == node.op else name

    def formula(self, index: int, longest: int = LONGEST_NAME) -> str:
        """A node in terms of its operands; empty if that is long or a name is missing."""
        text = self.writer.text(index, opened=True)
        is_short = len(text) <= longest and not self.writer.legend(text)
        return text if is_short and self.graph.operands[index] else ""

    def definition(self, index: int) -> str:
        """A node with its formula, `L = log(p)`."""
        node, formula = self.graph.nodes[index], self.formula(index, LONGEST_FORMULA)
        if node.label != "" and formula:
            return f"{name_of(node)} = {formula}"
        return formula or self.name(index)

    def with_names(self, index: int, sentence: str) -> str:
        """Replace the operands x, y and z of a sentence of the table by the nodes' names."""
        names = dict(zip(OPERANDS, map(self.name, self.graph.operands[index])))
        return _with_names(sentence, names)

    def _is_described(self, index: int) -> bool:
        """Whether a node has no name, and no formula in terms of names."""
        node = self.graph.nodes[index]
        return node.label == "" and not self._is_constant(index) and not self.formula(index)

    def _is_constant(self, index: int) -> bool:
        return self.graph.nodes[index].kind == "constant"

    def _names(self, indices: tuple[int, ...]) -> str:
        """Nodes, `a and b`, without constants."""
        return " and ".join(
            self.name(at) for at in dict.fromkeys(indices) if not self._is_constant(at)
        )

    def numbers(self, indices: tuple[int, ...]) -> str:
        """Nodes with their numbers, `a = 1 and b = 2`, without constants."""
        return " and ".join(
            self._number(at) for at in dict.fromkeys(indices) if not self._is_constant(at)
        )

    def _number(self, index: int) -> str:
        number = format_short(self.graph.numbers[index])
        if not self._is_described(index):
            return f"{self.name(index)} = {number}"
        text = self.writer.description(index)
        is_complete = not self.graph.operands[index] or " = " in text
        return text if is_complete else f"{text} = {number}"

    def needs(self, index: int, row: Op) -> str:
        """What an operation needs, and what it gets instead."""
        operands = self.graph.operands[index]
        if row.name == "pow":
            base, exponent = (self.graph.numbers[at] for at in operands)
            return (
                f"pow needs a base of at least 0 or a whole exponent, but the base is "
                f"{format_short(base)} and the exponent {format_short(exponent)}."
            )
        names = {
            x: x if self._is_described(at) or self._is_constant(at) else self.name(at)
            for x, at in zip(OPERANDS, operands)
        }
        numbers = " and ".join(
            f"{names[x]} = {format_short(self.graph.numbers[at])}"
            for x, at in zip(OPERANDS, operands)
            if re.search(rf"\b{x}\b", row.domain)
        )
        return f"{row.name} needs {_with_names(row.domain, names)}, but {numbers}."

    def source(self, index: int) -> str:
        """Where an operand's number comes from."""
        node, x = self.graph.nodes[index], self.graph.numbers[index]
        name, number = self.name(index), format_short(x)
        inputs = self.graph.operands[index]
        if not inputs:
            return f"{name} was set to {number}"
        if name in map(self.name, inputs):  # such as x + 0
            return self.source(inputs[[*map(self.name, inputs)].index(name)])
        at = self.numbers(inputs)
        if self._is_described(index):
            return f"it is computed from {at}"
        largest = max(abs(self.graph.numbers[i]) for i in inputs)
        if node.op in ("add", "sub") and 0 < abs(x) < ROUNDED * largest:
            return f"{name} is {number} only because of rounding, at {at}"
        return f"{self.definition(index)} becomes {number} at {at}"

    # ---- remedies --------------------------------------------------------------------------------

    def keep_legal(self, index: int, row: Op) -> str:
        """What to do about an operation whose result is nan or infinite."""
        operands = self.graph.operands[index]
        if row.name == "pow":
            return self._legal_power(operands)
        is_overflow = row.domain and holds(row, row.domain, self.graph.inputs(index))
        if is_overflow and "the divisor" in row.remedy:
            return f"scale {self.name(operands[0])} down or {self.name(operands[1])} up: {LARGEST}"
        if not row.remedy or is_overflow:
            return f"scale {self._names(operands)} down: {LARGEST}"
        return self._keep(index, row.remedy)

    def _keep(self, index: int, remedy: str) -> str:
        """A remedy of the table, and where the numbers come from that it is about."""
        operands = self.graph.operands[index]
        remedy = remedy.replace("the divisor", OPERANDS[1]).replace("-", MINUS)
        blamed = [at for x, at in zip(OPERANDS, operands) if re.search(rf"\b{x}\b", remedy)]
        changeable = [at for at in dict.fromkeys(blamed) if not self._is_constant(at)]
        return "; ".join([self.with_names(index, remedy), *map(self.source, changeable)])

    def _legal_power(self, operands: tuple[int, ...]) -> str:
        base, exponent = operands
        x, y = self.graph.numbers[base], self.graph.numbers[exponent]
        name, row = self.name(base), TABLE["pow"]
        if x < 0 and abs(y - 1 / 3) < 1e-3:
            return f"for the real cube root of a negative number, use cbrt({name})"
        if not holds(row, row.domain, [x, y]):
            words = f"keep {name} positive, or the exponent a whole number"
        elif holds(row, row.pole, [x, y]):
            words = f"keep {name} away from 0, because the exponent is negative"
        else:
            words = f"keep {self._names(operands)} moderate in size: {LARGEST}"
        blamed = exponent if self._is_constant(base) else base
        return f"{words}; {self.source(blamed)}"

    def smaller(self, index: int) -> str:
        """What to do about a huge number."""
        if not self.graph.operands[index]:
            return f"measure {self.name(index)} in a larger unit, so that its number is smaller"
        inputs = self.numbers(self.graph.operands[index])
        return f"scale the inputs down ({inputs}), or work with logarithms"

    def less_steep(self, index: int, operand: int, partial: float) -> str:
        """What to do about a local derivative that is huge or not finite."""
        x, rule = self.graph.numbers[operand], self.graph.rules[index]
        if rule is None:
            return "check its local derivatives"
        remedy = TABLE[rule.name].remedy
        is_one_of_several = math.isfinite(partial) and len(self.graph.operands[index]) > 1
        if is_one_of_several:
            return self._keep(index, remedy) if remedy else "scale the inputs"
        hair, side = 1e-6 * (abs(x) or 1.0), "away from"
        for name, moved in (("above", x - hair), ("below", x + hair)):
            operands = self.graph.operands[index]
            numbers = [moved if at == operand else self.graph.numbers[at] for at in operands]
            side = name if math.isnan(rule.value(*numbers)) else side
        slope = format_short(partial) if math.isfinite(partial) else "not finite"
        where = f"where the slope of {rule.name} is {slope}"
        words = f"keep {self.name(operand)} {side} {format_short(x)}, {where}"
        is_angle = rule.name in ("acos", "asin")
        return words + ("; compute the angle of a vector with atan2(y, x)" if is_angle else "")

    # ---- recurrences -----------------------------------------------------------------------------

    def slower_growth(self, index: int) -> str:
        """What to do about a number that a recurrence has made so large; empty without one."""
        found = number_recurrence(self.graph, index)
        if found is None or found.factor < 1:
            return ""
        return (
            f"{self.step(found, 'the number')}: keep that factor at 1 or below, take fewer steps, "
            "or work with logarithms"
        )

    def step(self, found: Recurrence, what: str) -> str:
        """What each step of a recurrence does."""
        names = self.numbers(found.shared)
        ops = " and ".join(dict.fromkeys(found.ops))
        used = f", with {names}" if names else ""
        more = "" if found.is_steady else " on average, and later steps by more than earlier ones"
        return (
            f"each of {found.steps} equal steps ({ops}{used}) multiplies {what} by about "
            f"{format_short(float(f'{found.factor:.3g}'))}{more}"
        )


def _with_names(sentence: str, names: dict[str, str]) -> str:
    letters = rf"\b({'|'.join(OPERANDS)})\b"
    sentence = re.sub(letters, lambda match: names.get(match[1], match[1]), sentence)
    return re.sub(r"\b([^\W\d]\w*) and \1\b", r"\1", sentence)
