"""Value and gradient of a program as a file of C99 that stands alone."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from textwrap import wrap
from typing import Any

from ....errors import ChoiceError
from ...derive.results import Task
from ...run.lowering import lowered
from ...run.paths import Paths
from ...run.recordings import form_at, latest_form
from ...trace.structure import positions, size, sizes
from ...trace.tape import SCATTER, TAKE
from ..columns import Nodes
from ..names import argument_names, input_names, numbers_in
from ..outcomes import otherwise
from .comment import Described, point_head
from .functions import Functions
from .layout import FOLD, Layout, columns, head
from .point import FAULT, PLACE, PointWriter
from .rows import RowsWriter, one_by_one

_TAKEN = """
    auto break case char const continue default do double else enum extern float for goto if inline
    int long main malloc free register restrict return short signed sizeof static struct switch
    typedef union unsigned void volatile while acos acosh asin asinh atan atan2 atanh cbrt ceil
    copysign cos cosh drem erf erfc exp exp2 expm1 fabs fdim finite floor fma fmax fmin fmod frexp
    gamma hypot ilogb isfinite isinf isnan isnormal j0 j1 jn ldexp lgamma llrint llround log log10
    log1p log2 logb lrint lround modf nan nearbyint nextafter nexttoward pow remainder remquo rint
    round scalb scalbln scalbn signbit significand sin sinh sqrt tan tanh tgamma trunc y0 y1 yn fold
    place modulo quotient NAN INFINITY
"""
"""Names that a function of the file cannot have."""


def to_c(
    program: Any,
    arguments: Sequence[Any],
    keywords: Mapping[str, Any],
    argnums: Any,
    name: str | None,
) -> str:
    """The text of the file; see `Program.to_c`."""
    if arguments or keywords:
        task = Task("value_and_grad", positions(argnums, len(arguments)), isinstance(argnums, int))
        form = form_at(program, task, arguments, keywords).paths
    else:
        form = latest_form(program).paths
        chosen = positions(argnums, len(form.specs) - 1)
        task = Task("value_and_grad", chosen, isinstance(argnums, int))
    return _File(program, form, task, _named(program, name)).text()


def _named(program: Any, name: str | None) -> str:
    """The name of the function.

    Raises:
        ChoiceError: It cannot be one in C.
    """
    if name is None:
        plain = re.sub(r"\W", "_", program.__name__, flags=re.ASCII).strip("_")
        plain = plain if program.__name__ != "<lambda>" else "function"
        is_free = re.match("[A-Za-z]", plain) and plain not in _TAKEN.split() and plain[:3] != "op_"
        return plain if is_free else f"program_{plain}".rstrip("_")
    if (
        not re.fullmatch(r"[A-Za-z]\w*", name, flags=re.ASCII)
        or name in _TAKEN.split()
        or name[:3] == "op_"
    ):
        raise ChoiceError(f"name needs to be a name in C that is not taken, but got {name!r}.")
    return name


class _File:
    """One file."""

    def __init__(self, program: Any, form: Paths, task: Task, name: str) -> None:
        self.program, self.form, self.task, self.name = program, form, task, name
        self.functions = Functions()
        self.tapes: list[tuple[Nodes, list[int]]] = []
        for path in form.all:
            tape, answer = path.answer(task)
            arrays, outputs = lowered(tape, answer.nodes)
            self.tapes.append((Nodes(arrays, outputs), outputs))
        names = argument_names(program, form.specs)
        self.inputs = input_names(form.specs, names)
        chosen = [(form.specs[place], names[place]) for place in task.chosen]
        self.slopes = [each for spec, text in chosen for each in numbers_in(spec, text)]
        self.layout = self._layout()

    def _layout(self) -> Layout:
        """Which numbers lie there once for all rows, and which for each row."""
        specs, program = self.form.specs, self.program
        leaves = [count for spec in specs for _, count in sizes(spec)]
        axes = [0] * len(leaves) if program.in_axes is None else program._axes(specs)
        shared = [axis is None for axis, count in zip(axes, leaves) for _ in range(count)]
        starts = [0]
        for spec in specs:
            starts.append(starts[-1] + size(spec))
        summed = [
            program.reduce is not None and each
            for place in self.task.chosen
            for each in shared[starts[place] : starts[place + 1]]
        ]
        value = columns([program.reduce is not None])
        return Layout(columns(shared), value + columns(summed), program.reduce == "mean")

    @property
    def _is_straight(self) -> bool:
        """Whether no row can take another way than the others."""
        nodes, _ = self.tapes[0]
        return not nodes.arrays.guards and not any(
            nodes.ops[node] in (TAKE, SCATTER) for node in nodes.in_order()
        )

    def text(self) -> str:
        """The file."""
        single = len(self.tapes) == 1 and not self.tapes[0][0].arrays.guards
        paths = [
            PointWriter(f"{self.name}_path{number + 1}", nodes, outputs, self.functions).write()
            for number, (nodes, outputs) in enumerate(self.tapes)
        ]
        if self._is_straight:
            nodes, outputs = self.tapes[0]
            writer = RowsWriter(f"{self.name}_rows", nodes, outputs, self.layout, self.functions)
            rows = writer.write()
        else:
            rows = one_by_one(self.name, self.layout)
        code = [*paths, self._point() if single else self._dispatch(), rows]
        joined = "\n".join(code)
        helpers = [self.functions.text()]
        helpers += [PLACE] * ("place(" in joined) + [FOLD] * ("fold(" in joined)
        includes = "#include <math.h>\n#include <stddef.h>\n"
        includes += "#include <stdlib.h>\n" * ("malloc(" in joined)
        prototypes = f"{point_head(self.name)};\n{head(self.name + '_rows')};\n"
        comment = Described(
            self.name, self.program, len(self.tapes), self.inputs, self.slopes, self.layout
        )
        parts = [comment.text(), includes, prototypes, *filter(None, helpers), *code]
        return "\n".join(parts)

    def _point(self) -> str:
        """The function for one point, of a program with one path."""
        call = f"{self.name}_path1(inputs, value, gradient)"
        return f"{point_head(self.name)} {{\n    const int code = {call};\n{_ANSWER}}}\n"

    def _dispatch(self) -> str:
        """The function for one point: path after path, until one goes through."""
        others = otherwise([path.outcomes for path in self.form.all])
        first: list[str] = []
        table: list[str] = []
        for each in others:
            first.append(str(len(table)))
            table += [str(other) for other in each]
        paths = [f"{self.name}_path{number + 1}" for number in range(len(others))]
        return (
            f"{point_head(self.name)} {{\n"
            f"    typedef int (*path)(const double *, double *, double *);\n"
            f"    static const path paths[] = {{{_table(paths)}}};\n"
            "    /* For each path and condition the path for its other answer, or -1. */\n"
            f"    static const int first[] = {{{_table(first)}}};\n"
            f"    static const int otherwise[] = {{{_table(table or ['-1'])}}};\n"
            "    int number = 0, code;\n"
            "    while ((code = paths[number](inputs, value, gradient)) >= 0) {\n"
            "        number = otherwise[first[number] + code];\n"
            "        if (number < 0) return 1;\n"
            "    }\n"
            f"{_ANSWER}}}\n"
        )


_ANSWER = f"    return code == {FAULT} ? 2 : code < {FAULT} ? 3 : 0;\n"


def _table(entries: Sequence[str]) -> str:
    """The entries of an array, broken into lines."""
    lines = wrap(", ".join(entries), 90)
    return lines[0] if len(lines) == 1 else "".join(f"\n        {line}" for line in lines)
