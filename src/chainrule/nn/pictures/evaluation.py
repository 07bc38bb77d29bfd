"""A model and its loss, evaluated for many rows at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ...errors import DomainError
from ...numerals import counted, format_short
from ...programs import compile as record
from ..exchange import exchanged
from ..losses import by_name
from ..module import set_training
from ..parameters import parameters_of
from ..prediction import numbers_of, outputs_of
from ..training.data import Rows
from ..training.labels import Checks, check_classes

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def is_model(x: Any) -> bool:
    """Whether x is a model of one row: a module, or another object with `parameters()`."""
    return callable(x) and callable(getattr(x, "parameters", None))


def table_of_outputs(model: Any, rows: Rows) -> Floats:
    """What a model returns for each row, shape `(rows, outputs)`.

    Raises:
        DomainError: A number isn't finite.
    """
    outputs = outputs_of(model, rows)
    check_finite(outputs, rows.X, model)
    return outputs if outputs.ndim == 2 else outputs[:, None]


def check_finite(outputs: Floats, rows: Floats, model: Any) -> None:
    """Raise DomainError where a model gives nan or inf."""
    import numpy as np

    bad = np.flatnonzero(~np.isfinite(outputs).all(axis=tuple(range(1, outputs.ndim))))
    if not len(bad):
        return
    point = ", ".join(format_short(x) for x in rows[bad[0]].ravel())
    others = f" and {counted(len(bad) - 1, 'more point')}" if len(bad) > 1 else ""
    remedy = "find the first bad number with diagnose(model(x)) at this x"
    if is_model(model) and not np.isfinite(numbers_of(parameters_of(model))).all():
        remedy = "its parameters aren't finite: train it again, with a smaller learning rate"
    raise DomainError(f"the model returns nan or inf at ({point}){others}.", remedy=remedy)


def losses_at(model: Any, loss: Any, rows: Rows) -> Callable[[Iterable[Floats]], list[float]]:
    """A function from points, parameters of shape `(parameters,)`, to the mean loss over rows."""
    parameters, loss = parameters_of(model), by_name(loss)

    def row_loss(w: Any, x: Any, y: Any) -> Any:
        with exchanged(model, parameters, w):
            set_training(model, False)
            return loss(rows.output(model, x), y)

    check_classes(loss, rows)
    Checks(row_loss)(numbers_of(parameters), rows)
    program = record(row_loss, in_axes=(None, 0, 0), reduce="mean")
    return lambda points: [program(w, rows.X, rows.y) for w in points]


def loss_gradients(loss: Any, outputs: Floats, rows: Rows) -> Floats:
    """The gradient of each row's loss with respect to the outputs, shape `(rows, outputs)`."""
    import numpy as np

    loss, is_single = by_name(loss), outputs.shape[1] == 1

    def of_row(outputs: Any, y: Any) -> Any:
        return loss(outputs[0] if is_single else list(outputs), y)

    check_classes(loss, rows)
    Checks(lambda _, outputs, y: of_row(outputs, y))((), replace(rows, X=outputs))
    gradients: Floats = np.asarray(record(of_row, in_axes=0).grad(outputs, rows.y))
    return gradients


def grid_like(X: Any, points: Floats) -> Any:
    """Points as the kind of table that X is, so that an estimator finds its columns."""
    columns = getattr(X, "columns", None)
    return points if columns is None else type(X)(points, columns=columns)


def column_names(X: Any, count: int) -> list[str]:
    """The names of the columns of a DataFrame; else `x[0]`, `x[1]`, ..."""
    columns = getattr(X, "columns", None)
    return [f"x[{k}]" for k in range(count)] if columns is None else [str(x) for x in columns]
