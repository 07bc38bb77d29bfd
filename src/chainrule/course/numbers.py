"""The numbers of a lesson's graph: values, gradients and local derivatives by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..errors import FormulaError
from ..playground.answer import build
from ..playground.program import Program


class Numbers:
    """The numbers of a program's graph, after a backward pass.

    Args:
        program: The program.
        extras: Other numbers, such as the width of a secant.
    """

    def __init__(self, program: Program, extras: Mapping[str, float] | None = None) -> None:
        self.program = program
        self.extras = extras or {}
        self.root, self.nodes = build(program)
        self.root.backward()

    def value(self, name: str) -> Any:
        """The value of a node."""
        return self.nodes[name].data

    def grad(self, name: str) -> Any:
        """The gradient of the root with respect to a node."""
        return self.nodes[name].grad

    def local(self, name: str, operand: str) -> Any:
        """The local derivative of a node with respect to one of its operands.

        Raises:
            FormulaError: It isn't an operand of the node.
        """
        node, wanted = self.nodes[name], self.nodes[operand]
        partials = [
            x for each, x in zip(node._operands, node._partials, strict=True) if each is wanted
        ]
        if not partials:
            raise FormulaError(f"{operand} isn't an operand of {name}.")
        return sum(x or 0 for x in partials)

    def extra(self, name: str) -> Any:
        """Another number."""
        return self.extras[name]

    def after(self, changes: Mapping[str, float]) -> Numbers:
        """The numbers when inputs have been changed."""
        program = replace(self.program, starts={**self.program.starts, **changes})
        return Numbers(program, self.extras)
