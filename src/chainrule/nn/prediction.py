"""What a model returns for many rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ..programs import compile as record
from .decision import threshold_of
from .exchange import exchanged
from .module import set_training
from .parameters import parameters_of
from .training.data import Rows, read_inputs
from .training.ordinary import numbers_in, refuse_difference

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def predict(model: Any, X: Any) -> Floats:
    """Return a model's output for each row, with its current parameters.

    The model is recorded and run as a program. Calling it row by row gives the same numbers, but
    takes much longer. Modules compute as they do after `eval()`.

    Args:
        model: Anything that can be called with a row of inputs and has a method `parameters()`. It
            returns a number or a list of numbers.
        X: Inputs, as for `fit`. If the model was trained on a DataFrame, its columns are found by
            their names.

    Returns:
        An array of shape `(rows,)`; `(rows, outputs)` if the model returns a list.

    Raises:
        DataError: An entry of X is nan or infinite, there are no rows, or a column is missing.
        GraphError: The model draws random numbers of its own, or asks for the types of numbers.
        WrongType: An entry of X isn't a number, or the model has no parameters.

    Cost: One recording of the model, then one run over the rows.

    Example:
        >>> from chainrule import nn
        >>> line = nn.Neuron(1, nonlin=False)
        >>> line.w[0].data, line.b.data = 2.0, 1.0
        >>> predict(line, [[0.0], [1.0], [2.0]])
        array([1., 3., 5.])
    """
    return outputs_of(model, read_inputs(X, columns_of(model)))


def remember(model: Any, rows: Rows, loss: Callable[[Any, Any], Any]) -> None:
    """Let a model know what it was trained on, if it takes attributes: the names of the columns, if
    they have names, and the threshold of its output, if the targets are two labels."""
    known = {"feature_names_in_": rows.columns or None, "threshold_": _threshold(rows, loss)}
    for name, x in known.items():
        with suppress(AttributeError):
            if x is None:
                delattr(model, name)
            else:
                setattr(model, name, x)


def _threshold(rows: Rows, loss: Callable[[Any, Any], Any]) -> float | None:
    import numpy as np

    if rows.y.size > len(rows) or len(labels := np.unique(rows.y)) != 2:
        return None
    return threshold_of(loss, *labels.tolist())


def columns_of(model: Any) -> Sequence[str]:
    """The names of the columns that a model was trained on, if it knows them."""
    return getattr(model, "feature_names_in_", ())


def outputs_of(model: Any, rows: Rows) -> Floats:
    """What a model returns for each of some rows."""
    import numpy as np

    parameters = parameters_of(model)

    def output(w: Any, x: Any) -> Any:
        with exchanged(model, parameters, w):
            set_training(model, False)
            return rows.output(model, x)

    out: Any = record(output, in_axes=(None, 0))(numbers_of(parameters), rows.X)
    outputs: Floats = np.stack(out, axis=1) if isinstance(out, (list, tuple)) else out
    refuse_difference(
        lambda: numbers_in(output(parameters, rows.X[0])),
        np.ravel(outputs[0]).tolist(),
        "the prediction for row 0",
    )
    return outputs


def numbers_of(parameters: Any) -> Floats:
    """The numbers of parameters, as an array."""
    import numpy as np

    return np.array([float(p.data) for p in parameters])
