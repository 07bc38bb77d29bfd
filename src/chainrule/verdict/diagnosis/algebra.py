"""What a part of a graph is, as mathematics: a product of powers, a sum of exponentials."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

from ..flat_graph import FlatGraph
from .code import Writer, fill
from .linear import Linear, shared

LONGEST = 16
"""Sums and products of more parts than this are not written out."""


class Power(NamedTuple):
    """A factor: a node to a constant power; `is_size` stands for its absolute value."""

    at: int
    is_size: bool
    exponent: float


class Exponentials(NamedTuple):
    """A sum of exponentials times a number: `scale * (exp(a) + exp(b))`."""

    scale: float
    exponents: list[Linear]


class Algebra:
    """Reads the nodes of a graph as mathematics, whatever operations they were made with."""

    def __init__(self, graph: FlatGraph, writer: Writer) -> None:
        self.graph = graph
        self.writer = writer

    # ---- nodes -----------------------------------------------------------------------------------

    def op(self, index: int) -> str:
        """The name of the operation; empty for a leaf and for one without a formula."""
        rule = self.graph.rules[index]
        return rule.name if rule else ""

    def constant(self, index: int) -> float | None:
        """The number of a constant; None for other nodes."""
        is_constant = self.graph.nodes[index].kind == "constant"
        return self.graph.numbers[index] if is_constant else None

    def operands(self, index: int) -> tuple[int, ...]:
        """The indices of a node's operands."""
        return self.graph.operands[index]

    # ---- sums ------------------------------------------------------------------------------------

    def terms(self, index: int) -> list[tuple[int, int]]:
        """The terms of a sum, each with its sign; nothing if there are too many.

        A 0 is left out: sum() begins with it.
        """
        waiting, terms = [(1, index)], []
        while waiting:
            sign, at = waiting.pop()
            operands = self.operands(at)
            match self.op(at):
                case "add":
                    parts = [(sign, operands[1]), (sign, operands[0])]
                case "sub":
                    parts = [(-sign, operands[1]), (sign, operands[0])]
                case "neg":
                    parts = [(-sign, operands[0])]
                case _:
                    parts = []
                    terms.append((sign, at))
            waiting += [part for part in parts if self.constant(part[1]) != 0]
            if len(terms) + len(waiting) > LONGEST:
                return []
        return terms

    def linear(self, index: int, opened: bool = False) -> Linear:
        """A node as a sum of code; one with a label is its label, unless it is to be opened."""
        if self.writer.label(index) and not opened:
            return Linear.of(self.writer.label(index))
        total = Linear()
        for sign, at in self.terms(index) or [(1, index)]:
            x, operands = self.constant(at), self.operands(at)
            if x is not None and math.isfinite(x):
                total = total + Linear(constant=sign * x)
                continue
            factors = [self.constant(operand) for operand in operands]
            if self.op(at) == "mul" and factors.count(None) == 1:
                position = factors.index(None)
                factor = factors[1 - position]
                assert factor is not None
                part = Linear.of(self.writer.text(operands[position])).times(factor)
            else:
                part = Linear.of(self.writer.text(at, opened=at == index))
            total = total + part.times(sign)
        return total

    def opened(self, total: Linear) -> Linear:
        """The sum with every label of a sum replaced by its terms."""
        made = Linear(constant=total.constant)
        for code, factor in total.terms.items():
            index = self.writer.index_of.get(code, -1)
            is_sum = index >= 0 and self.op(index) in ("add", "sub", "neg")
            made = made + (self.linear(index, opened=True) if is_sum else Linear.of(code)).times(
                factor
            )
        return made

    # ---- products --------------------------------------------------------------------------------

    def factors(self, index: int) -> tuple[float, list[Power]]:
        """The constant factor of a product and its other factors; none if there are too many."""
        coefficient, powers = 1.0, []
        waiting = [Power(index, False, 1.0)]
        while waiting:
            factor = waiting.pop()
            parts = list(self._parts(factor))
            x = self.constant(factor.at)
            if parts:
                waiting += reversed(parts)
            elif x is not None and 0 < abs(x) < math.inf and (x > 0 or not factor.exponent % 1):
                coefficient *= (abs(x) if factor.is_size else x) ** factor.exponent
            else:
                powers.append(factor)
            if len(powers) + len(waiting) > LONGEST:
                return 1.0, []
        return coefficient, powers

    def _parts(self, factor: Power) -> Iterator[Power]:
        """The factors of one factor; none if it isn't a product, a power or a root."""
        index, is_size, k = factor
        operands = self.operands(index)
        match self.op(index):
            case "mul":
                yield from (Power(operand, is_size, k) for operand in operands)
            case "div":
                yield Power(operands[0], is_size, k)
                yield Power(operands[1], is_size, -k)
            case "sqrt":
                yield self._under_root(operands[0], k / 2)
            case "abs":
                yield Power(operands[0], True, k)
            case "pow":
                exponent = self.constant(operands[1])
                if exponent is not None and math.isfinite(exponent) and exponent % 1:
                    yield self._under_root(operands[0], k * exponent)
                elif exponent is not None and math.isfinite(exponent):
                    yield Power(operands[0], is_size, k * exponent)

    def _under_root(self, index: int, k: float) -> Power:
        """What a root is taken of; the factors of a product may be negative, unlike the product."""
        is_product = any(self._parts(Power(index, False, 1.0)))
        return Power(index, is_product, k)

    def exponent(self, index: int) -> Linear | None:
        """The exponent of a node that is one exponential: b - c of 'exp(b) / exp(c)'."""
        coefficient, powers = self.factors(index)
        if coefficient <= 0 or (not powers and self.constant(index) is None):
            return None
        total = Linear(constant=math.log(coefficient))
        for at, _, k in powers:
            operands = self.operands(at)
            base = self.constant(operands[0]) if self.op(at) == "pow" else None
            if self.op(at) == "exp":
                total = total + self.linear(operands[0]).times(k)
            elif base is not None and base > 0:
                total = total + self.linear(operands[1]).times(k * math.log(base))
            else:
                return None
        return total

    def exponentials(self, index: int) -> Exponentials | None:
        """A node as a sum of at least two exponentials, one of which may be a constant."""
        if self.op(index) == "cosh":
            x = self.linear(self.operands(index)[0])
            return Exponentials(0.5, [x, x.times(-1)])
        exponents = []
        for sign, at in self.terms(index):
            exponent = self.exponent(at) if sign > 0 else None
            if exponent is None:
                return None
            exponents.append(exponent)
        is_many = len(exponents) > 1 and not all(x.is_constant for x in exponents)
        return Exponentials(1.0, exponents) if is_many else None

    def sigmoid(self, index: int) -> Linear | None:
        """The x of a node that is sigmoid(x), also if that is written out."""
        if self.op(index) == "sigmoid":
            return self.linear(self.operands(index)[0])
        coefficient, powers = self.factors(index)
        below = [power for power in powers if power.exponent == -1 and self.op(power.at) != "exp"]
        total = self.exponentials(below[0].at) if len(below) == 1 and coefficient > 0 else None
        if total is None or total.scale != 1 or len(total.exponents) != 2:
            return None
        above = Linear(constant=math.log(coefficient))
        for at, _, k in powers:
            if self.op(at) == "exp":
                above = above + self.linear(self.operands(at)[0]).times(k)
            elif at != below[0].at:
                return None
        if above not in total.exponents:
            return None
        return above + total.exponents[1 - total.exponents.index(above)].times(-1)

    def squares(self, index: int) -> list[int]:
        """The nodes whose squares add up to this one, times a constant; nothing if they don't."""
        coefficient, powers = self.factors(index)
        if coefficient <= 0 or len(powers) != 1 or powers[0].exponent != 1:
            return self._square(index)
        nodes = []
        for sign, at in self.terms(powers[0].at):
            square = self._square(at)
            if sign < 0 or not square:
                return []
            nodes += square
        return nodes

    def _square(self, index: int) -> list[int]:
        """The node of which this is the square, alone in a list, or nothing."""
        coefficient, powers = self.factors(index)
        is_square = {power.at for power in powers}
        exponent = sum(power.exponent for power in powers)
        return [powers[0].at] if coefficient > 0 and len(is_square) == 1 and exponent == 2 else []

    # ---- logarithms ------------------------------------------------------------------------------

    def log_of_exponentials(self, total: Exponentials) -> Linear:
        """The logarithm of a sum of exponentials, without what all exponents share."""
        exponents = total.exponents
        common = shared([self.opened(x) for x in exponents])
        if common.terms:
            exponents = [self.opened(x) + common.times(-1) for x in exponents]
        result = common + Linear(constant=math.log(total.scale))
        constants = [x.constant for x in exponents if x.is_constant]
        if len(exponents) == 2 and constants == [0.0]:
            x = next(x for x in exponents if not x.is_constant)
            return result + Linear.of(fill("softplus(u)", u=x.code()))
        return result + Linear.of(f"logsumexp([{', '.join(x.code() for x in exponents)}])")

    def log(self, index: int) -> Linear | None:
        """The logarithm of a node, taken apart; None where a number forbids it."""
        coefficient, powers = self.factors(index)
        if coefficient <= 0 or not powers:
            return None
        total = Linear(constant=math.log(coefficient))
        for at, is_size, k in powers:
            is_negative = self.graph.numbers[at] < 0
            if is_negative and not is_size and k % 2:
                return None
            total = total + (self._log_of_size(at) if is_negative else self._log(at)).times(k)
        smaller = self.opened(total)
        return smaller if len(smaller.terms) < len(total.terms) else total

    def _log_of_size(self, index: int) -> Linear:
        return Linear.of(fill("log(abs(x))", x=self.writer.text(index)))

    def _log(self, index: int) -> Linear:
        """The logarithm of one factor."""
        operands = self.operands(index)
        texts = [self.writer.text(x) for x in operands]
        if sums := self.exponentials(index):
            return self.log_of_exponentials(sums)
        match self.op(index):
            case "exp":
                return self.linear(operands[0])
            case "sigmoid":
                x = self.linear(operands[0]).times(-1)
                return Linear.of(fill("softplus(x)", x=x.code())).times(-1)
            case "gamma" if self.graph.numbers[operands[0]] > 0:
                return Linear.of(fill("lgamma(x)", x=texts[0]))
            case "pow" if self.graph.numbers[operands[0]] > 0:
                return Linear.of(fill("y * log(x)", x=texts[0], y=texts[1]))
            case "add" | "sub" | "neg":
                return self._log_of_difference(index)
        return Linear.of(fill("log(x)", x=self.writer.text(index)))

    def _log_of_difference(self, index: int) -> Linear:
        """The logarithm of 1 minus or plus something small, or of something minus 1."""
        plain = Linear.of(fill("log(x)", x=self.writer.text(index)))
        one, others = self.one_and_rest(index)
        if len(others) != 1 or abs(one) != 1:
            return plain
        sign, at = others[0]
        if one > 0 > sign and (inside := self.sigmoid(at)):
            return Linear.of(fill("softplus(x)", x=inside.code())).times(-1)
        if one > 0 and self.op(at) == "tanh":
            x = self.linear(self.operands(at)[0]).times(-2 * sign)
            return Linear.of("log(2)") + Linear.of(fill("softplus(x)", x=x.code())).times(-1)
        if one > 0 and sign < 0 and [self.op(x) for x in self._square(at)] == ["tanh"]:
            x = self.linear(self.operands(self._square(at)[0])[0])
            both = self.log_of_exponentials(Exponentials(1.0, [x, x.times(-1)]))
            return Linear({"log(2)": 2.0}) + both.times(-2)
        exponent = self.exponent(at)
        if exponent is not None and sign == -one:
            small = fill("-expm1(x)" if sign < 0 else "expm1(x)", x=exponent.code())
            return Linear.of(fill("log(x)", x=small))
        if one > 0:
            x = Linear.of(self.writer.text(at)).times(sign)
            return Linear.of(fill("log1p(x)", x=x.code()))
        return plain

    def one_and_rest(self, index: int) -> tuple[float, list[tuple[int, int]]]:
        """The constant in a sum, and its other terms with their signs."""
        constant, others = 0.0, []
        for sign, at in self.terms(index):
            x = self.constant(at)
            if x is None:
                others.append((sign, at))
            else:
                constant += sign * x
        return constant, others
