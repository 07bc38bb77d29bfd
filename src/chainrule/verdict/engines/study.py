"""One operation at one probe, taken apart: its rule called by itself, and the line of the rule."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from .anatomy import Anatomy
from .calls import Call
from .source import Line, Source, Statement, cells
from .subject import Failure, Subject


class Study:
    """What an operation's rule does to the gradients of the operands."""

    def __init__(
        self, subject: Subject, anatomy: Anatomy, call: Call, probe: Sequence[float]
    ) -> None:
        self.subject, self.anatomy, self.call, self.probe = subject, anatomy, call, probe
        self.operands, self.out = self.build()
        self.rule = anatomy.rule(self.out)

    def build(self) -> tuple[dict[int, Any], Any]:
        """Make the operands that are Values, and the result; raises Failure."""
        live = {i: self.subject.leaf(x) for i, x in enumerate(self.probe) if i in self.call.live}
        operands = [live.get(i, x) for i, x in enumerate(self.probe)]
        return live, self.subject.apply(self.call, *operands)

    def after(
        self, above: float = 1.0, before: Mapping[int, float] | None = None
    ) -> dict[int, float] | None:
        """The operands' gradients after the rule was applied, if they were `before` (0) and that
        of the result is `above`; None where that can't be tried."""
        try:
            live, out = self.build()
            for i, gradient in (before or {}).items():
                self.subject.set_grad(live[i], gradient)
            if self.is_direct:
                self.anatomy.apply_rule(out, above)
            elif above == 1.0:
                self.subject.run(out)
            else:
                return None
        except Failure:
            return None
        return {i: self.subject.grad(x) for i, x in live.items()}

    @property
    def is_direct(self) -> bool:
        """Whether the result has a rule for the operands, and isn't computed in several steps."""
        return self.anatomy.has_rules and self.is_held

    @property
    def is_held(self) -> bool:
        """Whether the result remembers all of the operands."""
        held = self.anatomy.operands(self.out) or ()
        return all(any(x is y for y in held) for x in self.operands.values())

    # ---- source ----------------------------------------------------------------------------------

    @cached_property
    def source(self) -> Source:
        """The source of the rule."""
        return Source(self.rule)

    @cached_property
    def method(self) -> Source:
        """The source of the operation."""
        return Source(getattr(self.subject.kind, self.call.method, None))

    def statement(self, argnum: int) -> Statement | None:
        """The statement of the rule that writes to an operand."""
        known = cells(self.rule)
        for statement in self.source.statements(self.subject.grad_name):
            if known.get(statement.variable) is self.operands[argnum]:
                return statement
        return None

    def reads_above(self, argnum: int) -> bool:
        """Whether the statement for an operand reads a gradient, as far as it can be read."""
        statement = self.statement(argnum)
        return statement is None or any(
            isinstance(node, ast.Attribute) and node.attr == self.subject.grad_name
            for node in ast.walk(statement.value)
        )

    @property
    def is_by_helper(self) -> bool:
        """Whether the rule is made by another function than the operation itself."""
        first, last = self.method.first, self.method.first + len(self.method.lines)
        return not (self.source.file == self.method.file and first <= self.source.first < last)

    def rule_line(self, argnum: int | None = None) -> Line | None:
        """The line to blame for a wrong local derivative."""
        in_rule = argnum is not None and not self.is_by_helper
        if in_rule and argnum is not None and (statement := self.statement(argnum)):
            return statement.line
        names = r"\.\w+\(.*,|\(.*\(self|return\b"
        return self.method.search(names) or (self.method.line(1) if self.method.lines else None)

    def correct_line(self, argnum: int) -> str:
        """The statement of the rule as it should be; empty where its variables aren't known."""
        statement = None if self.is_by_helper else self.statement(argnum)
        names = self._names()
        if statement is None or names is None:
            return ""
        tree = _Renamed(names).visit(self.call.partial_tree(argnum, self.probe))
        above = self.above_name()
        slope = ast.unparse(tree)
        if isinstance(tree, (ast.BinOp, ast.IfExp)) and not isinstance(
            getattr(tree, "op", None), (ast.Mult, ast.Div, ast.Pow)
        ):
            slope = f"({slope})"
        product = above if slope == "1" else f"-{above}" if slope == "-1" else f"{slope} * {above}"
        return f"{statement.variable}.{self.subject.grad_name} += {product}"

    def above_name(self) -> str:
        """How the rule calls the gradient of the result."""
        names = [name for name, x in cells(self.rule).items() if x is self.out]
        return f"{names[0] if names else 'out'}.{self.subject.grad_name}"

    def _names(self) -> dict[str, str] | None:
        """How the rule calls the operands' numbers and the result."""
        known = cells(self.rule)
        found: dict[str, str] = {}
        for i, operand in enumerate(self.call.row.operands):
            wanted = self.operands.get(i, self.probe[i])
            names = [n for n, x in known.items() if x is wanted or _is_number(x, wanted)]
            if names:
                data = f".{self.subject.data_name}" if i in self.operands else ""
                found[operand] = names[0] + data
        outs = [n for n, x in known.items() if x is self.out]
        found["out"] = f"{outs[0] if outs else 'out'}.{self.subject.data_name}"
        return found if len(found) > len(self.call.row.operands) else None


def _is_number(x: Any, wanted: Any) -> bool:
    return isinstance(x, (int, float)) and isinstance(wanted, (int, float)) and x == wanted


class _Renamed(ast.NodeTransformer):
    """Replaces the table's names by those of the rule."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.parse(self.names.get(node.id, node.id), mode="eval").body

    def visit_Call(self, node: ast.Call) -> ast.expr:
        arguments = [self.visit(x) for x in node.args]
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        function = name if name in ("abs", "min", "max") else f"math.{name}"
        return ast.Call(ast.parse(function, mode="eval").body, arguments, [])
