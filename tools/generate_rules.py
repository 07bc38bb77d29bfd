"""Write everything that follows from the table of derivatives: `make rules`.

    table/_rules.py       each row as functions of plain floats
    engine/operations.py  the operators and methods of the interpreted Value
    engine/functions.py   the public functions
    table/native/rules.h  each row in C, and the lists that the compiled Value is built from

With `--check` nothing is written; the exit status says whether the files are up to date.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent

# The table of this checkout, without the package around it, which needs the files that are to be
# written.
table_alone = ModuleType("chainrule")
table_alone.__path__ = [str(ROOT / "src" / "chainrule")]
sys.modules["chainrule"] = table_alone

from chainrule.table import ieee, ops, printers  # noqa: E402

NOTE = "Generated from ops.py by tools/generate_rules.py; change the table, then run `make rules`."
OPERATORS = {
    "add": "+", "sub": "-", "mul": "*", "truediv": "/", "floordiv": "//", "mod": "%", "pow": "**",
    "neg": "neg", "abs": "abs", "lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==",
    "ne": "!=",
}  # fmt: skip
ROWS = list(ops.TABLE.values())
EAGER = [row for row in ROWS if row.eager]


def symbol(row: ops.Op) -> str:
    """The operation in Python's notation."""
    return OPERATORS.get(row.dunder, row.symbol if row.symbol.isascii() else row.name)


def printed(row: ops.Op, text: str, printer: printers.Printer) -> str:
    """A formula of a row in another language, without parentheses around the whole."""
    result = printer.text(row.read(text))
    depth = 0
    for index, letter in enumerate(result):
        depth += (letter == "(") - (letter == ")")
        if depth == 0 and index < len(result) - 1:
            return result
    return result[1:-1] if result.startswith("(") else result


def rules_py() -> str:
    """The rows as functions of plain floats."""
    printer = printers.IEEEPrinter()
    imported = sorted(set(ieee.FUNCTIONS) - {"abs"})
    lines = [
        f'"""{NOTE}"""',
        "",
        "from math import inf",
        "from typing import Any",
        "",
        "from .ieee import (",
    ]
    lines += [f"    {name}," for name in imported] + [")", ""]
    for row in ROWS:
        if row.is_primitive:
            continue
        value = printed(row, row.formula, printer)
        if not row.eager:
            value = f"1.0 if {value} else 0.0"
        parameters = ", ".join(f"{x}: float" for x in row.operands)
        lines += ["", f"def {row.name}({parameters}) -> float:", f"    return {value}", ""]
    lines += [
        "",
        "# name, symbol, value, local derivatives, keeps ints, is a gate",
        "GENERATED: Any = (",
    ]
    for row in ROWS:
        arguments = ", ".join((*row.operands, "out"))
        lines.append(f'    ("{row.name}", "{symbol(row)}", {row.name}, (')
        lines += [
            f"        lambda {arguments}: {printed(row, text, printer)}," for text in row.partials
        ]
        lines.append(f"    ), {row.keeps_int}, {row.is_gate}),")
    return "\n".join([*lines, ")", "", f'FINGERPRINT = "{fingerprint()}"', ""])


def docstring(row: ops.Op, indent: str) -> list[str]:
    """What a reader of the function wants to know, out of the row."""
    partials = ", ".join(f"by {x}: {text}" for x, text in zip(row.operands, row.partials))
    why = "; ".join(dict.fromkeys(row.reasons))
    lines = [
        f'{indent}"""Return {row.formula}: {why}.',
        "",
        f"{indent}Local derivative {partials}.",
    ]
    if row.domain:
        lines += ["", f"{indent}Raises:", f"{indent}    DomainError: Not {row.domain}."]
    elif row.overflows:
        lines += [
            "",
            f"{indent}Raises:",
            f"{indent}    RangeError: The result is too large for a float.",
        ]
    return [*lines, f'{indent}"""']


def signature(row: ops.Op, operands: tuple[str, ...], kind: str) -> list[str]:
    """The parameters with their types and defaults."""
    given = (None,) * (row.arity - len(row.defaults)) + row.defaults
    first = row.arity - len(operands)
    return [
        f"{x}: {kind}" + ("" if d is None else f" = {d}") for x, d in zip(operands, given[first:])
    ]


def operations_py() -> str:
    """The operators and methods of the interpreted Value."""
    lines = [f'"""{NOTE}"""', "", "from __future__ import annotations", ""]
    lines += ["from typing import Any", "", "from .node import wrong_operand", "", ""]
    lines += [
        "class Operations:",
        '    """The operations of a Value, one method a row of the table."""',
        "",
    ]
    lines += ["    __slots__ = ()", ""]
    lines += ["    def _apply(self, number: int, *operands: Any) -> Any:"]
    lines += ["        raise AssertionError('Value itself applies them')", ""]
    lines += ["    _apply_two = _apply", ""]
    lines += ["    def _method(self, number: int, *operands: Any) -> Any:"]
    lines += [
        '        """Apply an operation that has no operator, and so no reflected one to try."""'
    ]
    lines += ["        made = self._apply(number, *operands)"]
    lines += ["        if made is NotImplemented:"]
    lines += ["            raise wrong_operand(number, operands)"]
    lines += ["        return made", ""]
    for row in EAGER:
        lines += methods(row)
    text = "\n".join(lines).rstrip() + "\n"
    return text


def methods(row: ops.Op) -> list[str]:
    """The methods of one row."""
    number = f"{ROWS.index(row) + 2}"
    rest = row.operands[1:]
    if row.dunder:
        parameters = "".join(f", {y}: Any" for y in rest)
        call = ", ".join((number, "self", *rest))
        lines = [f"    def __{row.dunder}__(self{parameters}) -> Any:"]
        apply = "_apply_two" if rest else "_apply"
        lines += [f"        return self.{apply}({call})  # {row.formula}", ""]
        if rest:
            lines += [f"    def __r{row.dunder}__(self, x: Any) -> Any:"]
            lines += [f"        return self._apply_two({number}, x, self)  # {row.formula}", ""]
        return lines
    names = ", ".join(("self", *signature(row, rest, "Any")))
    lines = [f"    def {row.name}({names}) -> Any:", *docstring(row, " " * 8)]
    call = ", ".join((number, "self", *rest))
    lines += [f"        return self._method({call})", ""]
    if row.numpy:
        lines += [f"    {row.numpy} = {row.name}", ""]
    return lines


def functions_py() -> str:
    """The public functions."""
    lines = [
        f'"""{NOTE}"""',
        "",
        "from __future__ import annotations",
        "",
        "from typing import Any",
        "",
    ]
    lines += ["from .dispatch import apply", "", "__all__ = ["]
    public = sorted(
        (row for row in EAGER if row.dunder in ("", "pow", "abs", "mod")), key=lambda r: r.name
    )
    lines += [f'    "{row.name}",' for row in public] + ["]", ""]
    for row in public:
        names = ", ".join(signature(row, row.operands, "Any"))
        lines += ["", f"def {row.name}({names}) -> Any:", *docstring(row, " " * 4)]
        lines += [f"    return apply({ROWS.index(row) + 2}, {', '.join(row.operands)})", ""]
    return "\n".join(lines).rstrip() + "\n"


def rules_h() -> str:
    """The rows in C."""
    printer = printers.CPrinter("op_")
    lines = [f"/* {NOTE} */", "", "#ifndef CHAINRULE_RULES_H", "#define CHAINRULE_RULES_H", ""]
    lines += ['#include "ieee.h"', "", f'#define FINGERPRINT "{fingerprint()}"', ""]
    prototypes, bodies = [], []
    for row in ROWS:
        head = (
            f"static inline double op_{row.name}({', '.join(f'double {x}' for x in row.operands)})"
        )
        value = printed(row, row.formula, printers.CPrinter("c_") if row.is_primitive else printer)
        prototypes.append(head + ";")
        bodies.append(f"{head} {{ return {value}; }}")
        for index, text in enumerate(row.partials):
            parameters = ", ".join(f"double {x}" for x in (*row.operands, "out"))
            head = f"static inline double d{index}_{row.name}({parameters})"
            unused = "".join(
                f"(void){x}; " for x in (*row.operands, "out") if x not in row.read(text).names
            )
            bodies.append(f"{head} {{ {unused}return {printed(row, text, printer)}; }}")
    lines += [*prototypes, "", *bodies, ""]
    numbers = [f"    OP_{row.name.upper()} = {index}," for index, row in enumerate(ROWS, 2)]
    lines += [
        "enum {",
        "    OP_LEAF = 0,",
        "    OP_OWN = 1,",
        *numbers,
        f"    OP_COUNT = {len(ROWS) + 2}",
        "};",
        "",
    ]
    for title, chosen in (
        ("UNARY_OPERATORS", [row for row in EAGER if row.dunder and row.arity == 1]),
        ("BINARY_OPERATORS", [row for row in EAGER if row.dunder and row.arity == 2]),
        ("UNARY_METHODS", [row for row in EAGER if not row.dunder and row.arity == 1]),
        ("BINARY_METHODS", [row for row in EAGER if not row.dunder and row.arity == 2]),
        ("TERNARY_METHODS", [row for row in EAGER if row.arity == 3]),
        ("GATES", [row for row in EAGER if row.is_gate]),
    ):  # fmt: skip
        lines += [
            "/* name, number, keeps ints, last operand where it is left out */",
            f"#define {title}(ROW) \\",
        ]
        for row in chosen:
            default = repr(row.defaults[-1]) if row.defaults else "NAN"
            lines.append(
                f"    ROW({row.name}, OP_{row.name.upper()}, {int(row.keeps_int)}, {default}) \\"
            )
        lines += ["    /* end */", ""]
    lines += ["/* every row: name, number, how many operands */", "#define ALL_ROWS(ROW) \\"]
    lines += [f"    ROW({row.name}, OP_{row.name.upper()}, {row.arity}) \\" for row in ROWS]
    lines += ["    /* end */", ""]
    for title, arity in (("UNARY_ALIASES", 1), ("BINARY_ALIASES", 2)):
        lines.append(f"#define {title}(ALIAS) \\")
        for row in EAGER:
            if row.numpy and not row.dunder and row.arity == arity:
                lines.append(f"    ALIAS({row.numpy}, {row.name}) \\")
        lines += ["    /* end */", ""]
    for row in EAGER:
        if not row.dunder:
            text = "\\n".join(line.strip() for line in docstring(row, ""))[3:-3].replace('"', "'")
            parameters = ", ".join(("self", *signature(row, row.operands[1:], "")))
            head = f"{row.name}($self{parameters[4:].replace(': ', '')})\\n--\\n\\n"
            lines.append(f'#define DOC_{row.name} "{head}{text}"')
    lines += ["", "#endif", ""]
    return "\n".join(lines)


def fingerprint() -> str:
    """A few letters that change with any row; the compiled engine serves no other table."""
    return hashlib.sha256(repr(ROWS).encode()).hexdigest()[:16]


FILES = {
    "table/_rules.py": rules_py,
    "engine/operations.py": operations_py,
    "engine/functions.py": functions_py,
    "table/native/rules.h": rules_h,
}


def main() -> int:
    """Write the files, or compare them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare only")
    stale = []
    check = parser.parse_args().check
    for name, make in FILES.items():
        path = ROOT / "src" / "chainrule" / name
        text = make()
        if check and (not path.exists() or path.read_text(encoding="utf-8") != text):
            stale.append(name)
        elif not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    if stale:
        print(f"out of date: {', '.join(stale)}; run `make rules`")
    return bool(stale)


if __name__ == "__main__":
    sys.exit(main())
