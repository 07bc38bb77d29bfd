"""Parts of a graph as code that can be pasted, in terms of the user's labels."""

from __future__ import annotations

import ast
import builtins
import keyword
import math
import re
from collections import Counter
from collections.abc import Callable
from itertools import chain, count
from typing import Any

from ...engine import functions
from ...engine.functions import __all__ as FUNCTION_NAMES
from ...engine.wording import in_words
from ...table.ops import TABLE
from ..flat_graph import FlatGraph

LABEL = re.compile(r"([^\W\d]\w*)((\[\d+\])*)")
"""A label that code can use: a name, or an element of a list of that name."""
DEEPEST = 8
"""How many unlabelled operations are written inside one another."""
LETTERS = "uvwpqrst"
PACKAGE = "chainrule"
_ARRAYS = ("logsumexp", "softmax")


def fill(template: str, **parts: str) -> str:
    """Replace the names in an expression by expressions, with parentheses where they are needed.

    Example:
        >>> fill("-softplus(-u)", u="a - b")
        '-softplus(-(a - b))'
    """
    trees = {name: ast.parse(code, mode="eval").body for name, code in parts.items()}
    return ast.unparse(_Replacer(trees.get).visit(ast.parse(template, mode="eval").body))


def names_in(code: str) -> set[str]:
    """The names and elements, such as x and w[0], in an expression that calls functions."""
    finder = _Renamer()
    finder.visit(ast.parse(code, mode="eval"))
    return set(finder.names)


class _Renamer(ast.NodeTransformer):
    """Gives the names and elements in an expression the names _0, _1, ..."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}

    def visit_Call(self, node: ast.Call) -> ast.expr:
        node.args = [self.visit(argument) for argument in node.args]
        return node

    def visit_Name(self, node: ast.Name) -> ast.expr:
        text = ast.unparse(node)
        return ast.Name(self.names.setdefault(text, f"_{len(self.names)}"), ast.Load())

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        is_element = LABEL.fullmatch(text := ast.unparse(node))
        if not is_element:  # an element of what a function returns
            return self.generic_visit(node)  # type: ignore[return-value]
        return ast.Name(self.names.setdefault(text, f"_{len(self.names)}"), ast.Load())


class _Replacer(ast.NodeTransformer):
    def __init__(self, tree_of: Callable[[str], ast.expr | None]) -> None:
        self.tree_of = tree_of

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self.tree_of(node.id) or node


class _Qualifier(ast.NodeTransformer):
    """Writes `chainrule.log(x)` where log means something else to the user."""

    def __init__(self, taken: set[str]) -> None:
        self.taken = taken

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        is_built_in = hasattr(builtins, name) and name != "abs"
        if name in self.taken or is_built_in:
            node.func = ast.Attribute(ast.Name(PACKAGE, ast.Load()), name, ast.Load())
        return node


def literal(x: float) -> str:
    """A number as code, without a decimal point if it is whole."""
    return repr(int(x)) if x == int(x) and abs(x) < 1e15 else repr(x)


class Writer:
    """Writes the nodes of a graph as code.

    A node goes by its label where that is a name, and the only one. Other nodes are written out, in
    terms of their operands. A leaf without a usable label gets a letter that no label uses.
    """

    def __init__(self, graph: FlatGraph) -> None:
        self.graph = graph
        count = Counter(str(node.label) for node in graph.nodes if node.label != "")
        self.taken = {label.split("[")[0] for label in count}
        self.index_of = {
            str(node.label): index
            for index, node in enumerate(graph.nodes)
            if _is_name(str(node.label)) and count[str(node.label)] == 1
        }
        self.letters: dict[int, str] = {}

    def label(self, index: int) -> str:
        """The label of a node if code can use it, else nothing."""
        label = str(self.graph.nodes[index].label)
        return label if self.index_of.get(label) == index else ""

    def text(self, index: int, deeper: int = DEEPEST, opened: bool = False) -> str:
        """A node as code; with `opened`, in terms of its operands even if it has a label."""
        node, rule, x = self.graph.nodes[index], self.graph.rules[index], self.graph.numbers[index]
        if (label := self.label(index)) and not opened:
            return label
        if node.kind == "constant" and math.isfinite(x):
            return literal(x)
        row = TABLE.get(rule.name) if rule else None
        if row is None or not deeper:
            return self._letter(index)
        parts = [self.text(x, deeper - 1) for x in self.graph.operands[index]]
        if row.name == "add" and "0" in parts:  # sum() begins with 0
            return parts[1 - parts.index("0")]
        template = row.formula if row.dunder else f"{row.name}({', '.join(row.operands)})"
        return fill(template, **dict(zip(row.operands, parts)))

    def finished(self, code: str) -> str:
        """The code with `chainrule.` before functions whose name is one of the user's labels."""
        return ast.unparse(_Qualifier(self.taken).visit(ast.parse(code, mode="eval")))

    def legend(self, code: str) -> str:
        """What the letters in the code stand for: `u is the leaf 3`."""
        names = names_in(code)
        return " and ".join(
            f"{letter} is the {self.description(index)}"
            for index, letter in self.letters.items()
            if letter in names
        )

    def description(self, index: int) -> str:
        """A node without a name: its formula, or `leaf 3`."""
        return in_words(self.graph.nodes[index], self.graph.numbers[index])

    def evaluate(self, code: str, numbers: dict[str, Any]) -> Any:
        """Evaluate finished code, with a Value for each name."""
        known = {name: getattr(functions, name) for name in FUNCTION_NAMES}
        from ...numpy.functions import exponentials

        known.update((name, getattr(exponentials, name)) for name in _ARRAYS)
        package = type(PACKAGE, (), {name: staticmethod(f) for name, f in known.items()})
        renamer = _Renamer()
        code = ast.unparse(renamer.visit(ast.parse(code, mode="eval")))
        values = {new: numbers[name] for name, new in renamer.names.items()}
        scope = {**known, PACKAGE: package, "__builtins__": {"abs": abs}, **values}
        return eval(code, scope)  # our own code, which holds only these names

    def _letter(self, index: int) -> str:
        if index not in self.letters:
            used = {*self.taken, *self.letters.values()}
            letters = chain(LETTERS, (f"u{i}" for i in count()))
            self.letters[index] = next(x for x in letters if x not in used)
        return self.letters[index]


def _is_name(label: str) -> bool:
    match = LABEL.fullmatch(label)
    return bool(match and not keyword.iskeyword(match[1]) and match[1] != PACKAGE)
