"""A step of a lesson: its graph, its texts, and what one does in it."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import FormulaError, shorten
from ..playground.answer import answer
from ..playground.program import Program, read as read_program
from . import expression, markdown
from .expression import Expression, Scope
from .fields import Table
from .numbers import Numbers
from .panels import Panels

DOINGS = ("see", "predict", "try", "judged")


@dataclass
class Step:
    """A step of a lesson.

    Attributes:
        content: The step as the page takes it.
        program: Its graph.
        numbers: The numbers of its graph.
        scope: The names that its expressions may use.
        asked: What a prediction asks for, if it is a number.
    """

    content: dict[str, Any]
    program: Program
    numbers: Numbers
    scope: Scope
    asked: Expression | None = None


class StepReader:
    """Reads one step."""

    def __init__(self, table: Table, graph: str, graphs: dict[str, Any]) -> None:
        self.table = table
        self.graph = graph
        self.graphs = graphs
        self.content: dict[str, Any] = {}
        self.scope = Scope()
        self.asked: Expression | None = None

    def read(self) -> Step | None:
        """Return the step; None where its graph can't be read."""
        table = self.table
        do = table.choice("do", DOINGS, needed=True)
        if do not in DOINGS:
            table.taken |= set(table.content)  # which other fields belong here depends on it
        numbers = self._numbers()
        if numbers is None:
            table.taken |= set(table.content)  # without the graph, nothing else can be judged
            return None
        self.numbers = numbers
        self.content |= {"do": do, "graph": self.graph}
        self.content["title"] = table.take("title", str, needed=True)
        panels = Panels(table, self.scope, numbers)
        self.content |= panels.read(do)
        self.scope = panels.scope
        self.content["text"] = self._blocks("text", needed=True)
        readers = {"predict": self._predict, "try": self._try, "judged": self._judged}
        readers.get(do, lambda: None)()
        self.content["because"] = self._blocks("because") if do != "see" else []
        return Step(self.content, numbers.program, numbers, self.scope, self.asked)

    def _numbers(self) -> Numbers | None:
        """The numbers of the step's graph."""
        table, graph = self.table, self.graph
        if not graph.strip():
            table.fault("graph", "the first step of a lesson needs a graph.")
            return None
        if graph not in self.graphs:
            laid_out = table.attempt("graph", lambda: answer(graph))
            if laid_out is None:
                return None
            kept = ("graph", "root", "inputs")
            self.graphs[graph] = {key: laid_out[key] for key in kept}
        program = read_program(graph)
        inputs = list(program.starts)
        names = [*inputs, *(statement.name for statement in program.statements)]
        self.scope = Scope(names, inputs, ())
        numbers = Numbers(program)
        for name in names:
            label = numbers.nodes[name].label
            if label != name:
                table.fault("graph", f"graph: {name} is another name of {label}; leave it out.")
            if name in expression.WORDS:
                table.fault("graph", f"graph: {name} means something in expressions.",
                            f"choose another name, such as {name}1")  # fmt: skip
        return numbers

    # ---- doings ----------------------------------------------------------------------------------

    def _predict(self) -> None:
        table = self.table
        self.content["question"] = self._blocks("question", needed=True)
        self.content["hint"] = self._blocks("hint")
        hidden = table.texts("hide")
        for name in hidden:
            if name not in self.scope.nodes:
                table.fault("hide", f"hide: nothing here is called {shorten(name)}.")
        choices, replies = table.tables("choice"), table.tables("reply")
        if "ask" in table.content:
            if choices:
                table.fault("choice", "a step has ask or [[step.choice]], not both.")
            self.asked = self._expression("ask")
            if "because" not in table.content:
                table.fault("", "a prediction needs because: what is said when it is right.")
            match self.asked:
                case expression.Expression(tree=["value", name], after=()):
                    hidden.append(name)
            self.content["ask"] = self.asked.data if self.asked else None
            self.content["replies"] = [self._reply(reply) for reply in replies]
        else:
            if replies:
                table.fault("reply", "a reply answers a number, so it needs ask.")
            self.content["choices"] = [self._choice(choice) for choice in choices]
            if not 2 <= len(choices) <= 6:
                table.fault("", "a prediction needs ask, or two to six [[step.choice]].")
            elif sum(choice["right"] for choice in self.content["choices"]) != 1:
                table.fault("choice", "one choice, and no other, has right = true.")
        self.content["hidden"] = hidden

    def _reply(self, table: Table) -> dict[str, Any]:
        to = self._expression("to", table)
        reply = {"to": to.data if to else None, "text": self._blocks("text", table, needed=True)}
        if to and self.asked:
            x, right = (self._evaluated(each) for each in (to, self.asked))
            if x is not None and right is not None and math.isclose(x, right, rel_tol=1e-3):
                table.fault("to", "to: this is the right answer, so nobody gets the reply.")
        table.end()
        return reply

    def _choice(self, table: Table) -> dict[str, Any]:
        choice = {
            "text": self._blocks("text", table, needed=True),
            "reply": self._blocks("reply", table, needed=True),
            "right": bool(table.take("right", bool)),
        }
        table.end()
        return choice

    def _try(self) -> None:
        table = self.table
        self.content["goal"] = self._blocks("goal", needed=True)
        self.content["hint"] = self._blocks("hint")
        until = self._expression("until", is_condition=True)
        self.content["until"] = until.data if until else None
        if until and self._evaluated(until):
            table.fault("until", "until: this holds at the start, so there is nothing to do.")

    def _judged(self) -> None:
        table = self.table.table("hand")
        if table is None:
            return
        hand = {}
        for name in table.content:
            read = self._expression(name, table)
            if name not in self.scope.nodes:
                table.fault(name, f"hand: nothing here is called {shorten(name)}.")
            elif read:
                x = self._evaluated(read)
                if x is not None and math.isclose(x, self.numbers.grad(name), rel_tol=1e-3):
                    table.fault(name, f"hand: this gradient of {name} is right.")
                hand[name] = read.data
        if not hand:
            table.fault("", "a repair needs a wrong gradient in [step.hand].")
        self.content["hand"] = hand

    # ---- texts and expressions -------------------------------------------------------------------

    def _blocks(self, key: str, table: Table | None = None, *, needed: bool = False) -> Any:
        table = table or self.table
        text = table.take(key, str, needed=needed)
        if not text.strip():
            return []
        found = table.attempt(key, lambda: markdown.blocks(text, self.scope)) or []
        for tree in _numbers_in(found):
            read = Expression(tree["tree"], tuple(tuple(each) for each in tree["after"]))
            table.attempt(key, functools.partial(self._require_number, read))
        return found

    def _expression(
        self, key: str, table: Table | None = None, *, is_condition: bool = False
    ) -> Expression | None:
        table = table or self.table
        text = table.take(key, str, needed=True)
        if not text:
            return None
        found = table.attempt(
            key, lambda: expression.read(text, self.scope, is_condition=is_condition)
        )
        if found and table.attempt(key, lambda: self._require_number(found)) is None:
            return None
        return found

    def _require_number(self, read: Expression) -> bool:
        """Raise unless an expression has a number at the start of the step."""
        try:
            expression.evaluate(read, self.numbers)
        except (ArithmeticError, ValueError) as error:
            if isinstance(error, FormulaError):
                raise
            raise FormulaError(f"it has no number at the start of this step ({error}).") from None
        return True

    def _evaluated(self, read: Expression) -> Any:
        try:
            return expression.evaluate(read, self.numbers)
        except (ArithmeticError, ValueError):
            return None


def _numbers_in(part: Any) -> Any:
    """Every expression in the blocks of a text."""
    if isinstance(part, Mapping):
        if "number" in part:
            yield part["number"]
        part = list(part.values())
    if isinstance(part, list):
        for each in part:
            yield from _numbers_in(each)
