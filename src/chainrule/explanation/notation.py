"""How equations and sentences are written; each notation is a subclass."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from itertools import groupby

from ..engine.node import Node
from ..numerals import MINUS, format_short
from ..table.visitor import UNARY, Typesetter
from .equations import (
    Derivative,
    Equation,
    Formula,
    Mathematics,
    Number,
    Product,
    Relation,
    Sentence,
    Sum,
    Symbol,
)
from .names import Names


class Notation(ABC):
    """Writes mathematics with the names of one graph."""

    factor_binding = UNARY
    """The least binding of a factor without parentheses."""

    ellipsis = "… "
    comma = ", "
    colon = ": "

    def __init__(self, names: Names) -> None:
        self.names = names

    @abstractmethod
    def name(self, node: Node) -> str: ...
    @abstractmethod
    def derivative(self, over: Node, under: Node) -> str: ...
    @abstractmethod
    def number(self, x: float, *, is_first: bool = True) -> str: ...
    @abstractmethod
    def join(self, sides: Sequence[str], sign: str) -> str: ...
    @abstractmethod
    def dots(self, count: int) -> str: ...
    @abstractmethod
    def words(self, text: str) -> str: ...
    @abstractmethod
    def typesetter(self, names: Mapping[str, str]) -> Typesetter:
        """The typesetter of a formula, with these texts for its names."""

    def operand(self, node: Node) -> str:
        """The name of a node inside a formula."""
        return self.name(node)

    def inline(self, mathematics: str) -> str:
        """Mathematics inside a sentence."""
        return mathematics

    def display(self, mathematics: str) -> str:
        """Mathematics on a line of its own."""
        return self.inline(mathematics)

    def mathematics(self, part: Mathematics) -> str:
        """Write an equation or a part of one."""
        match part:
            case Equation():
                return self.equation(part)
            case Relation(left, sign, right):
                return self.join([self.mathematics(left), self.mathematics(right)], sign)
            case Derivative(over, under):
                return self.derivative(over, under)
            case Number(x):
                return self.number(x)
            case Formula():
                return self.formula(part)
            case Symbol(node):
                return self.name(node)
            case Product():
                return self.product(part)
            case Sum():
                return self.sum(part)

    def equation(self, equation: Equation) -> str:
        """Write the sides of an equation, without one that repeats the side before it."""
        sides = [text for text, _ in groupby(map(self.mathematics, equation.sides))]
        return self.join(sides, "=")

    def formula(self, formula: Formula, *, is_factor: bool = False) -> str:
        names = {name: self.operand(node) for name, node in formula.nodes.items()}
        typesetter = self.typesetter(names)
        text, binding = typesetter.visit(formula.tree)
        return typesetter.fence(text) if is_factor and binding < self.factor_binding else text

    def product(self, product: Product) -> str:
        """Write the factors, and the number of those left out before the last."""
        written: list[str] = []
        for factor in product.factors:
            match factor:
                case Number(x):
                    written.append(self.number(x, is_first=not written))
                case Formula():
                    written.append(self.formula(factor, is_factor=True))
                case Derivative():
                    written.append(self.mathematics(factor))
        if product.left_out:
            written.insert(-1, self.dots(product.left_out))
        return self.join(written, "*")

    def sum(self, sum_: Sum) -> str:
        """Write the terms; a negative one is subtracted."""
        text = self.number(sum_.terms[0])
        for x in sum_.terms[1:]:
            text = self.join([text, self.number(abs(x))], MINUS if x < 0 else "+")
        return self.join([text, self.dots(sum_.left_out)], "+") if sum_.left_out else text

    def sentence(self, sentence: Sentence) -> str:
        """Write words and mathematics."""
        written, words = "", ""
        for piece in (*sentence, None):
            if isinstance(piece, str):
                words += piece
                continue
            if words:
                written, words = written + self.words(words), ""
            if piece is not None:
                written += self.inline(self.mathematics(piece))
        return written


def number_text(x: float) -> str:
    """A number with up to six significant digits, and no sign on a zero."""
    return format_short(x + 0.0)
