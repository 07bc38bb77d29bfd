"""A model, an estimator or a function, asked for many rows at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ...errors import DomainError, ShapeError, WrongType, shorten
from ...numerals import format_short
from ...programs import compile as record
from ..module import Module
from ..parameters import exchanged, parameters_of, walk

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def numbers_of(parameters: Sequence[Any]) -> Floats:
    """The numbers of parameters, as an array."""
    import numpy as np

    return np.array([float(p.data) for p in parameters])


def is_model(x: Any) -> bool:
    """Whether x is a model of one row: a module, or another object with `parameters()`."""
    return callable(x) and callable(getattr(x, "parameters", None))


@contextmanager
def evaluating(model: Any) -> Iterator[None]:
    """Say inside a `with` block that a model isn't being trained; dropout passes everything on."""
    modules = [part for _, part in walk(model) if isinstance(part, Module) and part.training]
    try:
        for module in modules:
            module.training = False
        yield
    finally:
        for module in modules:
            module.training = True


def forward(model: Any) -> Callable[[Floats], Floats]:
    """A function from rows of inputs, shape `(rows, inputs)`, to the outputs of a model, shape
    `(rows, outputs)`, at the numbers that its parameters have now."""
    import numpy as np

    parameters = parameters_of(model)
    w = numbers_of(parameters)

    def output(w: Any, x: Any) -> list[Any]:
        with exchanged(model, parameters, list(w)):
            result = model(list(x))
        return list(result) if hasattr(result, "__len__") else [result]

    program = record(output, in_axes=(None, 0))

    def outputs(rows: Floats) -> Floats:
        with evaluating(model):
            return np.stack(program(w, rows), axis=1)

    return outputs


def check_finite(outputs: Floats, rows: Floats, model: Any) -> None:
    """Raise DomainError where a model gives nan or inf."""
    import numpy as np

    bad = np.flatnonzero(~np.isfinite(outputs).all(axis=tuple(range(1, outputs.ndim))))
    if not len(bad):
        return
    point = ", ".join(format_short(x) for x in rows[bad[0]])
    where = f"at ({point})" + (f" and {len(bad) - 1:,} more points" if len(bad) > 1 else "")
    remedy = "look for the first bad number with diagnose(model(x)), at this x"
    if is_model(model) and not np.isfinite(numbers_of(parameters_of(model))).all():
        remedy = "its parameters aren't finite: train it anew, with a smaller learning rate"
    raise DomainError(f"the model returns nan or inf {where}.", remedy=remedy)


def grid_like(X: Any, points: Floats) -> Any:
    """Points as the kind of table that X is, so that an estimator finds its columns."""
    columns = getattr(X, "columns", None)
    return points if columns is None else type(X)(points, columns=columns)


def column_names(X: Any, count: int) -> list[str]:
    """The names of the columns of a DataFrame; else `x[0]`, `x[1]`, ..."""
    columns = getattr(X, "columns", None)
    return [f"x[{k}]" for k in range(count)] if columns is None else [str(x) for x in columns]


def table_of(X: Any) -> Floats:
    """The rows of X as an array of finite numbers."""
    import numpy as np

    try:
        table = np.asarray(X, dtype=float)
    except (TypeError, ValueError):
        raise WrongType(
            f"X needs to be a table of numbers, but got {shorten(X)}.",
            remedy="encode words as numbers first, and make all rows equally long",
        ) from None
    if not table.size:
        raise ShapeError("X needs at least one row, but has none.")
    bad = np.argwhere(~np.isfinite(table))
    if len(bad):
        where = f"row {bad[0][0]}" + (f", column {bad[0][1]}" if table.ndim > 1 else "")
        raise DomainError(
            f"X is {format_short(table[tuple(bad[0])])} in {where}.",
            remedy="leave such rows out, or replace the number, for example by the column's mean",
        )
    return table


def losses_at(model: Any, loss: Any, rows: Floats, y: Any) -> Callable[..., list[float]]:
    """A function from points, parameters of shape `(parameters,)`, to the mean loss over rows."""
    targets = targets_of(y, len(rows))
    parameters = parameters_of(model)

    def mean_loss(w: Any, x: Any, y: Any) -> Any:
        with exchanged(model, parameters, list(w)):
            return loss(model(list(x)), y)

    program = record(mean_loss, in_axes=(None, 0, 0), reduce="mean")

    def losses(points: Iterable[Floats]) -> list[float]:
        with evaluating(model):
            return [program(w, rows, targets) for w in points]

    return losses


def targets_of(y: Any, count: int) -> Any:
    """The targets of rows as an array."""
    import numpy as np

    return np.asarray(y)


def loss_gradients(loss: Any, outputs: Floats, targets: Any) -> Floats:
    """The gradient of each row's loss with respect to the outputs, shape `(rows, outputs)`."""
    import numpy as np

    is_single = outputs.shape[1] == 1

    def of_row(outputs: Any, y: Any) -> Any:
        return loss(outputs[0] if is_single else list(outputs), y)

    gradients: Floats = np.asarray(record(of_row, in_axes=0).grad(outputs, targets))
    return gradients
