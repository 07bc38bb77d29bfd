"""Value and gradient of a program as a self-contained file of C99."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from textwrap import wrap
from typing import Any

from ....errors import ChoiceError
from ...derive.results import Transform
from ...run.lowering import lowered
from ...run.paths import Paths
from ...run.recordings import Recordings
from ...trace.structure import each_argument, leaves_of, size
from ...trace.tape import SCATTER, TAKE
from ..columns import Nodes
from ..names import argument_names, input_names, keyword_structures, numbers_in
from .comment import comment, point_head
from .functions import Functions
from .layout import FOLD, Layout, columns, rows_head
from .point import FAULT, POSITION, PointWriter
from .rows import RowsWriter, one_by_one

_RESERVED = """
    auto break case char const continue default do double else enum extern float for goto if inline
    int long main malloc free register restrict return short signed sizeof static struct switch
    typedef union unsigned void volatile while acos acosh asin asinh atan atan2 atanh cbrt ceil
    copysign cos cosh drem erf erfc exp exp2 expm1 fabs fdim finite floor fma fmax fmin fmod frexp
    gamma hypot ilogb isfinite isinf isnan isnormal j0 j1 jn ldexp lgamma llrint llround log log10
    log1p log2 logb lrint lround modf nan nearbyint nextafter nexttoward pow remainder remquo rint
    round scalb scalbln scalbn signbit significand sin sinh sqrt tan tanh tgamma trunc y0 y1 yn fold
    position modulo quotient NAN INFINITY
"""
"""Names that the C function can't have."""


def to_c(
    recordings: Recordings,
    arguments: Sequence[Any],
    keywords: Mapping[str, Any],
    argnums: Any,
    name: str | None,
) -> str:
    """The text of the file; see `Program.to_c`."""
    transform, at = recordings.select("value_and_grad", argnums, arguments, keywords)
    return _File(recordings, at.paths, transform, _function_name(recordings.name, name)).text()


def _function_name(program: str, name: str | None) -> str:
    """The name of the C function.

    Raises:
        ChoiceError: `name` can't be one.
    """
    if name is None:
        plain = re.sub(r"\W", "_", program, flags=re.ASCII).strip("_")
        plain = plain if program != "<lambda>" else "function"
        return plain if _is_free(plain) else f"program_{plain}".rstrip("_")
    if not _is_free(name):
        raise ChoiceError(f"name needs to be an unused name in C, but got {name!r}.")
    return name


def _is_free(name: str) -> bool:
    is_name = re.fullmatch(r"[A-Za-z]\w*", name, flags=re.ASCII)
    return bool(is_name) and name not in _RESERVED.split() and not name.startswith("op_")


class _File:
    """One file."""

    def __init__(
        self, recordings: Recordings, paths: Paths, transform: Transform, name: str
    ) -> None:
        self.recordings, self.paths, self.transform = recordings, paths, transform
        self.name = name
        self.functions = Functions()
        self.tapes: list[tuple[Nodes, list[int]]] = []
        for path in paths.all:
            tape, result = path.apply(transform)
            arrays, outputs = lowered(tape, result.nodes)
            nodes = Nodes(arrays, outputs)
            nodes.refuse_calls("be written in C")
            self.tapes.append((nodes, outputs))
        structures = paths.structures
        names = argument_names(recordings, structures)
        self.inputs = input_names(structures, names)
        arguments = [*zip(structures, names), *keyword_structures(structures[-1])]
        chosen = [arguments[argnum] for argnum in transform.argnums]
        self.wrt = [each for structure, text in chosen for each in numbers_in(structure, text)]
        self.layout = self._layout()

    def _layout(self) -> Layout:
        """Which numbers all rows share, and which are there for each row."""
        structures, reduce = self.paths.structures, self.recordings.reduce
        leaves = (leaf for structure in structures for leaf in leaves_of(structure))
        axes = self.recordings.axes(structures)
        shared = [axis is None for axis, leaf in zip(axes, leaves) for _ in range(size(leaf))]
        chosen = self.transform.select(shared, map(size, each_argument(structures)))
        summed = [reduce is not None and is_shared for is_shared in chosen]
        outputs = columns([reduce is not None]) + columns(summed)
        return Layout(columns(shared), outputs, reduce == "mean")

    @property
    def _is_straight(self) -> bool:
        """Whether all rows run the same operations."""
        nodes, _ = self.tapes[0]
        return not nodes.arrays.guards and not any(
            nodes.ops[node] in (TAKE, SCATTER) for node in nodes.in_order()
        )

    def text(self) -> str:
        """The file."""
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
        code = [*paths, self._point(), rows]
        joined = "\n".join(code)
        helpers = [self.functions.text()]
        helpers += [POSITION] * ("position(" in joined) + [FOLD] * ("fold(" in joined)
        includes = "#include <math.h>\n#include <stddef.h>\n"
        includes += "#include <stdlib.h>\n" * ("malloc(" in joined)
        prototypes = f"{point_head(self.name)};\n{rows_head(self.name + '_rows')};\n"
        code = [includes, prototypes, *filter(None, helpers), *code]
        heading = comment(
            self.name,
            self.recordings,
            len(self.tapes),
            (self.inputs, self.wrt),
            self.layout,
            self.functions.rounded("\n".join(code)),
        )
        return "\n".join([heading, *code])

    def _point(self) -> str:
        """The function for one point: one path after the other, until one runs to its end."""
        end = f"    return code == {FAULT} ? 2 : code < {FAULT} ? 3 : 0;\n}}\n"
        if len(self.tapes) == 1 and not self.tapes[0][0].arrays.guards:
            call = f"{self.name}_path1(inputs, value, gradient)"
            return f"{point_head(self.name)} {{\n    const int code = {call};\n{end}"
        first: list[str] = []
        table: list[str] = []
        for path in self.paths.all:
            first.append(str(len(table)))
            table += map(str, self.paths.alternatives(path))
        paths = [f"{self.name}_path{number + 1}" for number in range(len(first))]
        return (
            f"{point_head(self.name)} {{\n"
            f"    typedef int (*path)(const double *, double *, double *);\n"
            f"    static const path paths[] = {{{_table(paths)}}};\n"
            "    /* For each path and condition, the path for its other outcome, or -1. */\n"
            f"    static const int first[] = {{{_table(first)}}};\n"
            f"    static const int otherwise[] = {{{_table(table or ['-1'])}}};\n"
            "    int number = 0, code;\n"
            "    while ((code = paths[number](inputs, value, gradient)) >= 0) {\n"
            "        number = otherwise[first[number] + code];\n"
            "        if (number < 0) return 1;\n"
            "    }\n"
            f"{end}"
        )


def _table(entries: Sequence[str]) -> str:
    """The entries of an array, broken into lines."""
    lines = wrap(", ".join(entries), 90)
    return lines[0] if len(lines) == 1 else "".join(f"\n        {line}" for line in lines)
