"""What a step shows beside its text: the graph, its sliders, a curve, a descent, a training."""

from __future__ import annotations

import math
from typing import Any

from ..errors import ChainruleError, shorten
from .data import DATA
from .expression import Scope
from .fields import Table
from .numbers import Numbers

PANELS = ("graph", "sliders", "curve")
SECANT = ("h", "secant")
DESCENT = ("steps", "rate")
TRAINING = ("epochs", "loss", "accuracy", "rate")
RATE = 0.1


class Panels:
    """Reads the panels of one step.

    Attributes:
        scope: The names that the step's expressions may use, those of its panels included.
    """

    def __init__(self, table: Table, scope: Scope, numbers: Numbers) -> None:
        self.table = table
        self.scope = scope
        self.numbers = numbers
        self.content: dict[str, Any] = {}

    def read(self, do: str) -> dict[str, Any]:
        """Return the panels as the page takes them."""
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
        return self.content

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
