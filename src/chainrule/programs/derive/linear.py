"""The derivative of some nodes of a tape as a linear map, to be applied to many directions at once.

Each number that moves with the inputs is a variable, a sum of others times partials, which are
nodes of the tape. So the tape grows by the partials only, not by a tangent for each variable and
direction. Inputs that never move the same output can share a direction: this is how a sparse matrix
is computed in a few directions.

This is the interpreted twin; `trace/native/linear.c` and `directions.c` compute the same bits.

Source: Curtis, Powell and Reid, On the estimation of sparse Jacobian matrices, 1974.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..trace.recipes import recipe
from ..trace.tape import CONSTANT, COPY, INPUT, Tape
from .derivatives import is_zero


class Linear:
    """A linear map. `partials` are the nodes whose values `run` needs."""

    def __init__(self, inputs: int) -> None:
        self.partials: list[int] = []
        self._terms: list[list[tuple[int, int | float]]] = [[] for _ in range(inputs)]
        self._kinds = [(False, False)] * inputs  # is_gate and is_switch of each variable
        self._inputs = inputs
        self.targets: list[int] = []
        self._groups: list[int] = []

    @property
    def outputs(self) -> int:
        """How many outputs there are."""
        return len(self.targets)

    def pattern(self) -> list[list[int]]:
        """For each output, the inputs that move it."""
        return [self._inputs_of(output) for output in self.targets]

    def _inputs_of(self, output: int) -> list[int]:
        seen = {output} if output >= 0 else set()
        waiting = [*seen]
        while waiting:
            new = {source for source, _ in self._terms[waiting.pop()]} - seen
            seen |= new
            waiting += new
        return sorted(each for each in seen if each < self._inputs)

    def prepare(self, groups: Sequence[int]) -> None:
        """Set the group of each input."""
        if len(groups) != self._inputs or not all(0 <= each < self._inputs for each in groups):
            raise ValueError("a group for each input is needed")
        self._groups = list(groups)

    def run(self, partials: Any, out: Any) -> None:
        """Write the sum of the derivatives with respect to the inputs of each group: for each group
        a row with a number for each output. Both are arrays of float64."""
        weights = partials.tolist()
        if len(weights) != len(self.partials):
            raise ValueError(f"{len(self.partials)} float64 numbers are needed")
        for group in range(max(self._groups, default=-1) + 1):
            start = {k: 1.0 for k, each in enumerate(self._groups) if each == group}
            moved = self._push(start, weights)
            out.reshape(-1, len(self.targets))[group] = [moved.get(x, 0.0) for x in self.targets]

    def _push(self, tangents: dict[int, float], weights: list[float]) -> dict[int, float]:
        for variable, terms in enumerate(self._terms):
            is_gate, is_switch = self._kinds[variable]
            total = None
            for source, weight in terms:
                if source not in tangents:
                    continue
                slope = weights[weight] if isinstance(weight, int) else weight
                product = tangents[source] if is_switch else tangents[source] * slope
                if is_gate and slope == 0:
                    product = 0.0
                total = product if total is None else total + product
            if total is not None:
                tangents[variable] = total
        return tangents


def linearize(tape: Tape, wrt: Sequence[int], outputs: Sequence[int]) -> Linear | None:
    """Record the partials between `wrt` and `outputs`, and return the linear map.

    None if there are lookups, sums by index or calls between them, whose terms change from run to
    run. Cost: O(nodes).
    """
    tape.check(*wrt, *outputs)
    linear = Linear(len(wrt))
    variable_of = {node: k for k, node in enumerate(wrt)}
    known: dict[int, int] = {}
    end = max(outputs, default=-1) + 1
    for node in range(min(wrt, default=end), end):
        op, *operands = tape.node(node)
        if node in variable_of or op in (INPUT, CONSTANT):
            continue
        if op == COPY:
            if operands[0] in variable_of:
                variable_of[node] = variable_of[operands[0]]
            continue
        if op < 0:
            return None
        terms = _terms(tape, node, variable_of, known)
        if terms:
            variable_of[node] = len(linear._terms)
            linear._terms.append(terms)
            linear._kinds.append((recipe(op).is_gate, recipe(op).is_switch))
    linear.partials = list(known)
    linear.targets = [variable_of.get(node, -1) for node in outputs]
    return linear


def _terms(
    tape: Tape, node: int, variable_of: dict[int, int], known: dict[int, int]
) -> list[tuple[int, int | float]]:
    """The terms of an operation: other variables, and the index of a partial or a constant."""
    op, *operands = tape.node(node)
    row = recipe(op)
    terms: list[tuple[int, int | float]] = []
    for index, operand in enumerate(operands[: row.arity]):
        if operand in variable_of:
            partial = tape.expand(row.partials[index], operands[: row.arity], node)
            if is_zero(tape, partial):
                continue
            weight: int | float = tape.value(partial)
            if not tape.is_constant(partial):
                weight = known.setdefault(partial, len(known))
            terms.append((variable_of[operand], weight))
    return terms


def grouped(rows: Sequence[Sequence[int]], columns: int) -> list[int]:
    """The group of each column, so that no row has two columns of a group. Greedy, in order."""
    users: list[list[int]] = [[] for _ in range(columns)]
    for number, row in enumerate(rows):
        for column in row:
            users[column].append(number)
    groups = [-1] * columns
    if max(map(len, rows), default=0) == columns:
        return list(range(columns))
    for column in range(columns):
        taken = {groups[other] for number in users[column] for other in rows[number]}
        groups[column] = next(k for k in range(columns) if k not in taken)
    return groups


def every_column(linear: Any, tape: Tape, inputs: int) -> Any:
    """The whole matrix at the values of the recording, row by row."""
    import numpy as np

    linear.prepare(range(inputs))
    columns = np.empty((inputs, linear.outputs))
    linear.run(np.array([tape.value(node) for node in linear.partials]), columns)
    return columns.T.reshape(-1)
