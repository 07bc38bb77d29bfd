"""An operation on arrays of plain numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..table.rules import RULES, result
from .loops import compute as compute_in_python
from .protocol import arrays
from .refusals import wrong_operand
from .twin import compute as compute_in_c


def apply_to_arrays(number: int, operands: Sequence[Any]) -> Any:
    """Apply a rule to arrays and numbers, element by element; one of them at least is an array.

    Raises:
        DomainError: The operation has no real result for one of the elements.
    """
    import numpy as np

    plain = [np.asarray(x) for x in operands]
    if any(x.dtype == object for x in plain):
        return arrays().apply(number, operands)
    for x, operand in zip(plain, operands):
        if x.dtype.kind not in "fiub":
            raise wrong_operand(number, (operand if x.ndim == 0 else x.reshape(-1)[0],))
    out = compute(number, plain)
    if not np.isfinite(out).all():
        rows = zip(out.flat, *(x.flat for x in np.broadcast_arrays(*plain)))
        for value, *row in rows:
            if value - value != 0.0:
                result(RULES[number], [x.item() for x in row])  # raises where Python does
    whole = RULES[number].keeps_int and all(x.dtype.kind in "iub" for x in plain)
    return out.astype(np.int64) if whole and RULES[number].name != "pow" else out


def compute(number: int, operands: Sequence[Any]) -> Any:
    """Compute a rule on arrays of plain numbers by IEEE 754. Returns an array of float64."""
    import numpy as np

    out = np.empty(np.broadcast_shapes(*(x.shape for x in operands)))
    columns = [np.asarray(x, np.float64) for x in operands]
    if not compute_in_c(number, out, *columns):
        compute_in_python(number, out, *columns)
    return out
