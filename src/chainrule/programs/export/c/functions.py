"""The operations of the table in C."""

from __future__ import annotations

import math
import re
from importlib.resources import files
from typing import NamedTuple

from ....table.ops import TABLE, Op
from ....table.printers import CPrinter
from ....table.rules import RULES

_EXACT = {"fabs", "ceil", "floor", "fmod", "copysign", "sqrt"}
"""Functions of the C library with a single right result, whoever computes it."""

_INLINE = {"fabs"}
"""Functions of the C library that are a single instruction, also in a vectorised loop."""


class _Template(NamedTuple):
    """The C of an operation, with fields for the operands; `is_call` if it calls a function of the
    C library, which keeps a loop from being vectorised."""

    text: str
    is_call: bool


class Functions:
    """Writes operations, and collects the C functions that they need."""

    def __init__(self) -> None:
        folder = files("chainrule.table") / "native"
        header, special = (
            (folder / name).read_text(encoding="utf-8") for name in ("functions.h", "special.h")
        )
        self._library = dict(re.findall(r"^#define (c_\w+) (\w+)$", header, re.MULTILINE))
        pattern = r"^(?:/\*[^\n]*\*/\n)?static inline double (\w+)\(.*?^}\n"
        found = re.finditer(pattern, f"{header}\n{special}", re.MULTILINE | re.DOTALL)
        self._helpers = {match[1]: match[0] for match in found}
        self._templates: dict[int, _Template] = {}
        self._needed: dict[str, str] = {}  # the text of each function, callees first

    def write(self, op: int, operands: list[str]) -> str:
        """An operation on operands, as an expression without parentheses around it."""
        return self._template(op).text.format(**dict(zip("xyz", operands)))

    def is_call(self, op: int) -> bool:
        """Whether an operation keeps a loop from being vectorised."""
        return self._template(op).is_call

    def text(self) -> str:
        """The functions that the operations written so far need, callees first."""
        text = "\n".join(self._needed.values())
        if "HAS_CBRT" in text:
            text = f"#define HAS_CBRT {int(hasattr(math, 'cbrt'))}\n\n{text}"
        return text

    def rounded(self, code: str) -> list[str]:
        """The functions of the C library that some code calls and whose result is rounded."""
        names = {*self._library.values(), "cbrt", "pow"} - _EXACT
        return sorted(names & set(re.findall(r"(\w+)\(", code)))

    def _template(self, op: int) -> _Template:
        if op not in self._templates:
            row = TABLE[RULES[op].name]
            printer = _Printer(self, row.operands if _is_inline(row) else ())
            if _is_inline(row):
                text = _bare(printer.text(row.read(row.formula)))
            else:
                text = printer.call(row.name, [f"{{{x}}}" for x in row.operands])
            self._templates[op] = _Template(text, printer.has_call)
        return self._templates[op]

    def function(self, name: str) -> tuple[str, bool]:
        """The C function of a row, and whether it calls the C library."""
        row = TABLE[name]
        if row.is_primitive:
            return self.helper(f"c_{name}")
        printer = _Printer(self)
        body = _bare(printer.text(row.read(row.formula)))
        operands = ", ".join(f"double {x}" for x in row.operands)
        head = f"static inline double op_{name}({operands})"
        self._needed[name] = f"{head} {{ return {body}; }}\n"
        return f"op_{name}", printer.has_call

    def helper(self, name: str) -> tuple[str, bool]:
        """The C function for a function of functions.h or special.h, and whether it is a real
        call."""
        name = self._library.get(name, name)
        if name in self._helpers and name not in self._needed:
            for callee in re.findall(r"\w+(?=\()", self._helpers[name].partition("{")[2]):
                if callee != name:
                    self.helper(callee)
            self._needed[name] = self._helpers[name]
        return name, name not in _INLINE


class _Printer(CPrinter):
    """Prints a formula as C, with fields for some operands, and notes whether it calls the C
    library."""

    def __init__(self, functions: Functions, fields: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.functions = functions
        self.fields = fields
        self.has_call = False

    def name(self, name: str) -> str:
        return f"{{{name}}}" if name in self.fields else super().name(name)

    def logic(self, word: str, sides: list[str]) -> str:
        """Without a jump, so that a loop around it can be vectorised."""
        return "(" + (" & " if word == "and" else " | ").join(sides) + ")"

    def binary(self, operator: str, left: str, right: str) -> str:
        helper = {"//": "quotient", "%": "modulo", "**": "pow"}.get(operator)
        if helper:
            self.has_call = True
            self.functions.helper(helper)
        return super().binary(operator, left, right)

    def call(self, function: str, arguments: list[str]) -> str:
        name, is_call = self.functions.function(function)
        self.has_call |= is_call
        return super().call(name, arguments)


def _is_inline(row: Op) -> bool:
    """Whether a row is an expression of C: an operator, or a function of C's own."""
    return bool(row.dunder) or row.is_primitive


def _bare(text: str) -> str:
    """An expression without the parentheses around it."""
    depth = 0
    for index, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if depth == 0:
            return text[1:-1] if 0 < index == len(text) - 1 else text
    return text


def literal(x: float) -> str:
    """A number in C with all its digits: 2.0, (-0.5), INFINITY."""
    if x != x:
        return "NAN"
    text = "INFINITY" if math.isinf(x) else repr(abs(x))
    return f"(-{text})" if math.copysign(1.0, x) < 0 else text
