"""What is minimised: a model's loss over rows, as programs over one array of its parameters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isfinite
from typing import TYPE_CHECKING, Any

from ...errors import DataError, GraphError, WrongType, shorten, warn
from ...programs import compile as record
from ...programs.derive.dependence import inputs_of
from ...programs.run.bound import Bound
from ..exchange import exchanged
from ..module import drawing_from, set_training
from ..parameters import named_parameters
from ..requirements import met
from .data import DROPOUT, Rows
from .labels import Checks
from .ordinary import HALF, numbers_in, ordinary_loss, refuse_difference

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Int64s = NDArray[np.int64]

Loss = Callable[[Any, Any], Any]
Penalty = Callable[[Sequence[Any]], Any]


class _Draws:
    """Hands out the random numbers of a row while it is recorded, and counts them. Without any, the
    recording only finds out how many there are."""

    def __init__(self, numbers: Sequence[Any] | None) -> None:
        self.numbers = numbers
        self.count = 0

    def __call__(self, count: int) -> Sequence[Any]:
        start, self.count = self.count, self.count + count
        if self.numbers is None:
            return [HALF] * count
        if self.count > len(self.numbers):
            raise GraphError(
                "the model draws more random numbers for some rows than for others.",
                remedy="write where(condition, a, b) instead of if",
            )
        return self.numbers[start : self.count]


class Objective:
    """The mean loss of a model over rows plus the penalty of its parameters, with its gradient.

    Attributes:
        model: The model.
        loss: The loss of a prediction and its target.
        names: The names of the parameters that are trained: all but those whose `requires_grad` is
            False.
        values: These parameters.
        numbers: Their numbers, which the optimizer changes. Shape `(parameters,)`.
        check: Refuses rows that the loss can't use.
        gradient: The gradient that the last call computed. Shape `(parameters,)`.
        generator: Where the random numbers of a step come from.
    """

    gradient: Floats

    def __init__(
        self, model: Any, loss: Loss, penalty: Penalty | None, rows: Rows, seed: int
    ) -> None:
        import numpy as np

        if not callable(model):
            remedy = "call its own method fit(X, y)" if hasattr(model, "fit") else ""
            if hasattr(model, "forward"):
                remedy = "rename its method forward to __call__"
            raise WrongType(
                f"a model needs to be callable, but {shorten(model)} is not.", remedy=remedy
            )
        if penalty is not None and not callable(penalty):
            raise WrongType(
                f"penalty needs to be a function, but got {shorten(penalty)}.",
                remedy="lambda parameters: chainrule.nn.losses.l2_penalty(parameters, 1e-4), for "
                "example",
            )
        named = {name: v for name, v in named_parameters(model).items() if v.requires_grad}
        if not named:
            raise WrongType(
                f"{shorten(model)} has no parameters to train.",
                remedy="return them from its parameters(), with requires_grad True",
            )
        self.model, self.loss, self._output = model, loss, rows.output
        self.generator = np.random.default_rng([seed, DROPOUT])
        self.names, self.values = list(named), list(named.values())
        self.numbers = np.array([float(v.data) for v in self.values])
        self._check_numbers()
        self._prepare(rows)
        self._add_penalty(penalty)
        self._forward = record(_named("the model", self._prediction()), in_axes=(None, 0))
        evaluation = _named("the loss", self._row_loss(training=False))
        self._evaluation = record(evaluation, in_axes=(None, 0, 0), reduce="mean")

    def _check_numbers(self) -> None:
        """Refuse parameters that aren't finite."""
        bad = [k for k, x in enumerate(self.numbers.tolist()) if not isfinite(x)]
        if bad:
            raise DataError(
                f"parameter {self.names[bad[0]]!r} of {type(self.model).__name__} is "
                f"{self.numbers[bad[0]]} before the training begins.",
                remedy="make the model again, or load numbers that are finite",
            )

    # ---- recording -------------------------------------------------------------------------------

    def _prediction(self, training: bool = False) -> Callable[..., Any]:
        """The model as a function of its parameters and a row."""

        def predict(parameters: Sequence[Any], x: Any) -> Any:
            with exchanged(self.model, self.values, parameters), met():
                set_training(self.model, training)
                return self._output(self.model, x)

        return predict

    def _row_loss(self, training: bool) -> Callable[..., Any]:
        """The loss as a function of the parameters, a row and its target."""

        def row_loss(parameters: Sequence[Any], x: Any, y: Any) -> Any:
            with exchanged(self.model, self.values, parameters), met():
                set_training(self.model, training)
                return self.loss(self._output(self.model, x), y)

        return row_loss

    def _prepare(self, rows: Rows) -> None:
        """Check the rows, and bind the loss and its gradient to them. The recording that checks
        them counts the random numbers that the model draws: so many further inputs has the loss."""
        import numpy as np

        row_loss = self._row_loss(training=True)
        draws = _Draws(None)

        def counting(parameters: Sequence[Any], x: Any, y: Any) -> Any:
            nonlocal draws
            draws = _Draws(None)
            with drawing_from(draws):
                return row_loss(parameters, x, y)

        def loss(parameters: Sequence[Any], x: Any, y: Any, u: Sequence[Any] = ()) -> Any:
            with drawing_from(_Draws(u)):
                return row_loss(parameters, x, y)

        self.check = Checks(counting)
        self.check(self.numbers, rows)
        self._uniform = np.full((len(rows), draws.count), HALF)
        more = (self._uniform,) if draws.count else ()
        axes = (None, 0, 0, *(0 for _ in more))
        program = record(_named("the loss", loss), in_axes=axes, reduce="mean")
        self._mean_loss = program.bind(self.numbers, rows.X, rows.y, *more)
        self.gradient = self._mean_loss.gradient
        self._warn_of_unused(program, rows)
        recorded = self._mean_loss(np.array([0]))
        refuse_difference(
            lambda: numbers_in(ordinary_loss(self, rows, 0)), [recorded], "the loss of row 0"
        )

    def _add_penalty(self, penalty: Penalty | None) -> None:
        """Bind the penalty and its gradient."""

        def value(parameters: Sequence[Any]) -> Any:
            with exchanged(self.model, self.values, parameters):
                return penalty(list(parameters)) if penalty else 0.0

        program = record(_named("the penalty", value))
        self._penalty: Bound | None = program.bind(self.numbers) if penalty else None

    def _warn_of_unused(self, program: Any, rows: Rows) -> None:
        """Warn of parameters and columns that the loss can't depend on."""
        (paths,) = program.recordings.all.values()
        recording = paths.all[0].recording
        if recording.tape.guards:  # other rows may use others
            return
        used = inputs_of(recording.tape, recording.outputs)
        count = len(self.names)
        unused = [name for k, name in enumerate(self.names) if k not in used]
        columns = range(rows.X.shape[1]) if rows.X.ndim == 2 else range(0)
        ignored = [k for k in columns if count + k not in used]
        if unused:
            warn(
                f"the loss doesn't depend on {len(unused)} of the {count} parameters, so they are "
                f"not trained; the first is {unused[0]!r}.{_guess(self.names, unused, columns)}"
            )
        if ignored:
            name = f" ({rows.columns[ignored[0]]!r})" if rows.columns else ""
            warn(
                f"the model ignores {len(ignored)} of the {len(columns)} columns of X; the first "
                f"is column {ignored[0]}{name}."
            )

    # ---- numbers ---------------------------------------------------------------------------------

    def __call__(self, which: Int64s | None) -> float:
        """Return the loss of these rows, all with None, and write its gradient."""
        uniform = self._uniform
        if uniform.shape[1]:
            count = len(uniform) if which is None else len(which)
            drawn = self.generator.random((count, uniform.shape[1]))
            uniform[slice(None) if which is None else which] = drawn
        loss: float = self._mean_loss(which)
        if self._penalty is not None:
            loss += self._penalty()
            self.gradient += self._penalty.gradient
        return loss

    def evaluate(self, rows: Rows) -> float:
        """Return the loss of other rows, with the penalty and without random numbers."""
        loss = float(self._evaluation(self.numbers, rows.X, rows.y))
        return loss if self._penalty is None else loss + float(self._penalty())

    def predict(self, X: Any) -> Any:
        """Return the model's outputs for rows of inputs: an array of shape `(rows,)`, or
        `(rows, outputs)` if the model returns a list."""
        import numpy as np

        out = self._forward(self.numbers, X)
        is_row = isinstance(out, (list, tuple)) and all(np.ndim(each) == 1 for each in out)
        return np.stack(out, axis=1) if is_row else out

    def sample(self, numbers: Floats, X: Any) -> dict[str, list[float]]:
        """Return what the model computes for some rows, and what the loss of all rows and the
        penalty are, with these parameters."""
        import numpy as np

        before, self.numbers[...] = self.numbers.copy(), numbers
        try:
            with np.errstate(over="ignore", invalid="ignore"):
                return {
                    "the model": _flat(self.predict(X)),
                    "the loss": [float(self._mean_loss(None))],
                    "the penalty": [float(self._penalty()) if self._penalty else 0.0],
                }
        finally:
            self.numbers[...] = before

    def is_penalty_infinite(self) -> bool:
        """Whether the penalty, or its gradient, is not finite."""
        if self._penalty is None:
            return False
        return not all(map(isfinite, [self._penalty(), *self._penalty.gradient.tolist()]))

    def read(self) -> None:
        """Read the numbers from the model's parameters."""
        self.numbers[...] = [float(v.data) for v in self.values]

    def write(self) -> None:
        """Write the numbers into the model's parameters. If there are new ones among them, the
        gradients, which were those of the old ones, are reset."""
        numbers = self.numbers.tolist()
        if [v.data for v in self.values] != numbers:
            for v, number in zip(self.values, numbers):
                v.data = number
                v.grad = None


def _named(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a function the name that messages use."""
    function.__name__ = function.__qualname__ = name
    return function


def _guess(names: Sequence[str], unused: Sequence[str], columns: Sequence[int]) -> str:
    """A question, if the unused parameters are the end of a list that has a weight for each of more
    columns than there are."""
    stem, _, index = unused[0].rpartition(".")
    used = {name for name in names if name.rpartition(".")[0] == stem} - {*unused}
    is_short = columns and used == {f"{stem}.{k}" for k in columns} and index == str(len(columns))
    return f" Does X have too few columns? It has {len(columns)}." if is_short else ""


def _flat(outputs: Any) -> list[float]:
    """The numbers in arrays, and in lists and dicts of them."""
    import numpy as np

    parts = outputs.values() if isinstance(outputs, dict) else outputs
    if not isinstance(outputs, (dict, list, tuple)):
        return [float(x) for x in np.ravel(outputs)]
    return [x for part in parts for x in _flat(part)]
