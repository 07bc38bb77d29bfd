"""Errors of Python, NumPy and other libraries about traced numbers, reworded: they don't know what
is being recorded, and can't say what to write instead."""

from __future__ import annotations

import re

from ...errors import WrongType, library_function, line_of
from .errors import not_for_tracers

_ARRAY = "make the array with chainrule.numpy.array instead of numpy.array, numpy.asarray or a list"
_TEXTS = (
    (
        r"no callable (\w+) method|Cannot cast ufunc '(\w+?)(?:1|_lo|_up|_n|_f|_s)?' \w+ .*'O'|"
        r"ufunc '(\w+)' not supported for the input types",
        "NumPy's {} can't compute with a plain array of traced numbers.",
        _ARRAY,
    ),
    (
        r"Cannot cast array data from dtype\('O'\)|array type object is unsupported in linalg",
        "NumPy can't compute with a plain array of traced numbers.",
        _ARRAY,
    ),
    (
        r"doesn't define __round__",
        "Python's round can't round an array.",
        "use numpy.round(x, decimals)",
    ),
    (
        r"arrays used as indices must be of integer",
        "a plain array can't be indexed with an array of traced numbers or conditions.",
        "make the array with chainrule.numpy.array, or use chainrule.take(array, index)",
    ),
    (
        r"Cannot cast scalar from dtype\('O'\)",
        "NumPy needs a plain int, but got a traced number, which may change from call to call.",
        "pass it as a Python int",
    ),
    (
        r"'complex' and 'Tracer'|'Tracer' and 'complex'",
        "a traced number is real and can't be combined with a complex one.",
        "compute with the real and the imaginary part",
    ),
    (
        r"unsupported operand type\(s\) for (\S+): .*'Tracer'",
        "unsupported operand types for {}: a traced number goes with numbers and arrays only.",
        "make a number of the other operand first",
    ),
    (
        r"'Tracer' object (is not \w+)|object of type 'Tracer' (has no len)|"
        r"array (is 0-dimensional)",
        "the function needs a list or an array, but got a traced number, which {}.",
        "pass an array or a list, or use numpy.atleast_1d(x)",
    ),
    (
        r"Tracer|string or a Rational|required argument is not an? (?:float|integer)",
        "Python can't use a traced number here, because its digits may change from call to call.",
        "do this outside of the function, with what it returns",
    ),
)
"""What Python and NumPy say, the message that is made of it, and a remedy."""

_OBJECTS = re.compile(r"object arrays are not supported|dtype:? object|dtype\('O'\)")
"""What SciPy says about an array of objects."""


def explained(error: Exception) -> WrongType | None:
    """An error about traced numbers as one that says what to write; None for another error."""
    text, library = str(error), library_function(error)
    is_other = library and not library.startswith("numpy")
    for part, message, remedy in _TEXTS:
        found = re.search(part, text)
        if found and not is_other:
            word = next(filter(None, found.groups()), "")
            return WrongType(message.format(word), where=line_of(error), remedy=remedy)
        if found or (is_other and _OBJECTS.search(text)):
            return not_for_tracers(library, line_of(error))
    return None
