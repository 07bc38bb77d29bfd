"""Write everything that follows from the table of derivatives: `make rules`.

    table/kernels.py      each row as functions of plain floats, and its number
    engine/operations.py  the operators and methods of the interpreted Value
    engine/functions.py   the public functions
    table/native/rules.h  each row in C, and the lists that the compiled Value is built from
    table/native/special.h the functions of special.py in C
    engine/native/docs.h  the docstrings of the interpreted Value, for the compiled one

With `--check` nothing is written; the exit status says whether the files are up to date.
"""

from __future__ import annotations

import argparse
import sys

from rows import SOURCE
from rows_in_c import docs_h, rules_h, special_h
from rows_in_python import functions_py, kernels_py, operations_py

FILES = {
    "table/kernels.py": kernels_py,
    "engine/operations.py": operations_py,
    "engine/functions.py": functions_py,
    "table/native/rules.h": rules_h,
    "table/native/special.h": special_h,
    "engine/native/docs.h": docs_h,
}


def main() -> int:
    """Write the files, or compare them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare only")
    check = parser.parse_args().check
    stale = []
    for name, make in FILES.items():
        path = SOURCE / name
        text = make()
        if check and (not path.exists() or path.read_text(encoding="utf-8") != text):
            stale.append(name)
        elif not check:
            path.write_text(text, encoding="utf-8")
    if stale:
        print(f"out of date: {', '.join(stale)}; run `make rules`")
    return bool(stale)


if __name__ == "__main__":
    sys.exit(main())
