"""A lesson: one TOML file, read into steps, and every fault of it."""

from __future__ import annotations

import functools
import math
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from ..errors import ChainruleError, FormulaError, MissingExtra, shorten
from ..playground.answer import answer, refusal
from ..playground.program import Program, read as read_program
from . import expression, markdown
from .data import DATA
from .expression import Expression, Scope
from .fields import Fault, Table
from .numbers import Numbers
from .toml_lines import Lines

DOINGS = ("see", "predict", "try", "judged")
PANELS = ("graph", "sliders", "curve")
SECANT = ("h", "secant")
DESCENT = ("steps", "rate")
TRAINING = ("epochs", "loss", "accuracy", "rate")

LARGEST = 200_000
"""The most characters of a file."""

MOST_STEPS = 30
RATE = 0.1


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


@dataclass
class Lesson:
    """A lesson.

    Attributes:
        title: Its title.
        goal: What one learns, in a sentence.
        steps: Its steps.
        graphs: The graph of each program, as the page takes it, by its text.
        faults: What is wrong with it, in order of the lines.
    """

    title: str = ""
    goal: str = ""
    steps: list[Step] = field(default_factory=list)
    graphs: dict[str, Any] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    @property
    def content(self) -> dict[str, Any]:
        """The lesson as the page takes it."""
        steps = [step.content for step in self.steps]
        return {"title": self.title, "goal": self.goal, "steps": steps}


def parse_toml(text: str) -> dict[str, Any]:
    """Read TOML.

    Raises:
        FormulaError: It isn't TOML; the message names the line.
        MissingExtra: Python 3.10 reads TOML only with tomli.
    """
    try:
        toml = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    except ImportError:
        raise MissingExtra("tomli", "a lesson on Python 3.10") from None
    try:
        content: dict[str, Any] = toml.loads(text)
    except toml.TOMLDecodeError as error:
        what, _, where = str(error).partition(" (at line ")
        line = where.partition(",")[0]
        line = line if line.isdigit() else str(text.count("\n") + 1)
        raise FormulaError(f"line {line} isn't TOML: {what[:1].lower()}{what[1:]}.") from None
    except RecursionError:
        raise FormulaError("line 1 isn't TOML: it is nested too deeply.") from None
    return content


def read(text: str) -> Lesson:
    """Read a lesson; what is wrong with it is in its `faults`.

    Raises:
        MissingExtra: Python 3.10 reads TOML only with tomli.
    """
    lesson = Lesson()
    lines = Lines(text)
    if len(text) > LARGEST:
        what = f"the file has {len(text):,} characters; a lesson has at most {LARGEST:,}."
        lesson.faults.append(Fault(1, what))
        return lesson
    try:
        content = parse_toml(text)
    except FormulaError as error:
        what = refusal(error)["error"]
        number, _, rest = what.removeprefix("line ").partition(" ")
        lesson.faults.append(Fault(int(number), f"this {rest}"))
        return lesson
    table = Table(content, lines, (), lesson.faults)
    lesson.title = table.take("title", str, needed=True)
    lesson.goal = table.take("goal", str, needed=True)
    steps = table.tables("step")
    if not steps:
        table.fault("step", "a lesson needs at least one [[step]].")
    if len(steps) > MOST_STEPS:
        table.fault("step", f"a lesson has at most {MOST_STEPS} steps, not {len(steps)}.")
    table.end()
    graph = ""
    for step in steps[:MOST_STEPS]:
        graph = step.take("graph", str) or graph
        reader = _StepReader(step, lesson, graph)
        if taken := reader.read():
            lesson.steps.append(taken)
        step.end()
    lesson.faults.sort(key=lambda fault: fault.line)
    return lesson


class _StepReader:
    """Reads one step."""

    def __init__(self, table: Table, lesson: Lesson, graph: str) -> None:
        self.table = table
        self.lesson = lesson
        self.graph = graph
        self.content: dict[str, Any] = {}
        self.scope = Scope()
        self.asked: Expression | None = None

    def read(self) -> Step | None:
        """Return the step; None where its graph can't be read."""
        table = self.table
        do = table.choice("do", DOINGS, needed=True)
        numbers = self._numbers()
        if numbers is None:
            table.taken |= set(table.content)  # without the graph, nothing else can be judged
            return None
        self.numbers = numbers
        self.content |= {"do": do, "graph": self.graph}
        self.content["title"] = table.take("title", str, needed=True)
        self._read_panels(do)
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
        if graph not in self.lesson.graphs:
            laid_out = table.attempt("graph", lambda: answer(graph))
            if laid_out is None:
                return None
            kept = ("graph", "root", "inputs")
            self.lesson.graphs[graph] = {key: laid_out[key] for key in kept}
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

    # ---- panels ----------------------------------------------------------------------------------

    def _read_panels(self, do: str) -> None:
        table = self.table
        sees_all = do in ("see", "try")
        show = table.texts("show")
        for each in show:
            if each not in PANELS:
                table.fault("show", f"show can't be {each}.", f"use {', '.join(PANELS)}")
        plot = self._inputs("plot")
        usual = ["graph", "sliders"] if sees_all else ["graph"]
        sliders = self._inputs("sliders") if "sliders" in table.content else [*self.scope.inputs]
        self.content |= {
            "show": show if "show" in table.content else [*usual, *(["curve"] if plot else [])],
            "plot": plot[0] if plot else None,
            "sliders": sliders if sees_all else [],
        }
        if "curve" in show and not plot:
            table.fault("show", "the curve needs a plot.", 'plot = "x" says whose curve it is')
        extras = [*self._secant(bool(plot)), *(self._descent() if sees_all else ())]
        for name in extras:
            if name in self.scope.nodes:
                table.fault("graph", f"graph: {name} means something else in this step.",
                            "give the node another name")  # fmt: skip
        self.scope = Scope(self.scope.nodes, self.scope.inputs, extras)
        self.numbers.extras = dict.fromkeys(extras, 1.0) | self._starts()

    def _inputs(self, key: str) -> list[str]:
        """Return a field that names inputs: one, or a list of them."""
        table = self.table
        is_one = isinstance(table.content.get(key), str)
        names = [table.take(key, str)] if is_one else table.texts(key)
        for name in names:
            if name not in self.scope.inputs:
                remedy = f"use one of {', '.join(self.scope.inputs)}"
                table.fault(key, f"{key}: {shorten(name)} isn't an input of the graph.", remedy)
        return [name for name in names if name in self.scope.inputs]

    def _secant(self, has_plot: bool) -> tuple[str, ...]:
        width = self._positive("secant")
        if not width:
            return ()
        if not has_plot:
            self.table.fault("secant", "the secant needs a plot.")
        self.content["secant"] = width
        return SECANT

    def _positive(self, key: str) -> float:
        x = float(self.table.take(key, float))
        if key in self.table.content and not 0 < x < math.inf:
            self.table.fault(key, f"{key} must be positive, not {x:g}.")
            return 0.0
        return x

    def _descent(self) -> tuple[str, ...]:
        table = self.table
        descend = self._inputs("descend")
        training = table.table("train")
        rate = self._positive("rate") or RATE
        if descend and training:
            table.fault("descend", "a step has descend or train, not both.")
        if descend:
            self.content |= {"descend": descend, "rate": rate}
            return DESCENT
        if training:
            self.content |= {"train": self._training(training), "rate": rate}
            return TRAINING
        return ()

    def _training(self, table: Table) -> dict[str, Any]:
        data = table.choice("data", tuple(DATA), needed=True)
        inputs = table.texts("inputs")
        target = table.take("target", str, needed=True)
        output = table.take("output", str, needed=True)
        if len(inputs) != 2:
            table.fault("inputs", 'inputs are the two of a point: inputs = ["x1", "x2"].')
        for key, name in (*(("inputs", name) for name in inputs), ("target", target)):
            if name not in self.scope.inputs:
                table.fault(key, f"{key}: {shorten(name)} isn't an input of the graph.")
        if output and output not in self.scope.nodes:
            table.fault("output", f"output: nothing here is called {output}.")
        table.end()
        points = DATA[data]() if data else []
        return {
            "data": data,
            "points": points,
            "inputs": inputs,
            "target": target,
            "output": output,
        }

    def _starts(self) -> dict[str, float]:
        """The extra numbers with which a step starts."""
        content = self.content
        starts: dict[str, float] = {"steps": 0, "epochs": 0, "accuracy": 0, "loss": 1}
        starts["rate"] = content.get("rate", RATE)
        if width := content.get("secant"):
            starts["h"] = width
            numbers, plot = self.numbers, content["plot"]
            try:
                end = numbers.after({plot: numbers.value(plot) + width} if plot else {})
                root = numbers.program.root
                starts["secant"] = (end.value(root) - numbers.value(root)) / width
            except (ChainruleError, ArithmeticError):
                starts["secant"] = math.nan
        return starts

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
            if self.asked and not self.asked.after and self.asked.tree[:1] == ["value"]:
                hidden.append(self.asked.tree[1])
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
