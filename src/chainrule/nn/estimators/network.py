"""What both estimators share: their options, and training."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from numbers import Real
from typing import TYPE_CHECKING, Any

from sklearn.base import BaseEstimator
from sklearn.utils import check_random_state
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from ...errors import ChoiceError, DataError
from ..choices import choose
from ..neurons import MLP
from ..optim import SGD, Adam, AdamW, Optimizer, RMSProp
from ..prediction import predict
from ..training.arguments import count_from
from ..training.fit import fit

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

OPTIMIZERS = {"adam": Adam, "adamw": AdamW, "rmsprop": RMSProp, "sgd": SGD}
BATCH = 200
"""With batch_size="auto", the rows of a step; all of them if there are fewer."""


def identity(x: Any) -> Any:
    """The activation of a linear network."""
    return x


ACTIVATIONS: dict[str, Any] = {"logistic": "sigmoid", "identity": identity}
"""What scikit-learn calls activations."""


class Network(BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """A network that follows scikit-learn's conventions."""

    def __init__(
        self,
        hidden_layer_sizes: int | Sequence[int] = (32,),
        *,
        activation: Any = "relu",
        init: Any = "auto",
        loss: Any = None,
        optimizer: Any = "adam",
        lr: Any = 0.01,
        epochs: int = 200,
        batch_size: int | str | None = "auto",
        alpha: float | str = "auto",
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        n_iter_no_change: int = 10,
        warm_start: bool = False,
        random_state: Any = None,
        verbose: bool = False,
    ) -> None:
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.init = init
        self.loss = loss
        self.optimizer = optimizer
        self.lr = lr
        self.epochs = epochs
        self.batch_size = batch_size
        self.alpha = alpha
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.n_iter_no_change = n_iter_no_change
        self.warm_start = warm_start
        self.random_state = random_state
        self.verbose = verbose

    # ---- training --------------------------------------------------------------------------------

    def _begin(self, inputs: int, outputs: int) -> None:
        """Make the network and the optimizer, unless they are there and go on."""
        self._random = check_random_state(self.random_state)
        hidden = self.hidden_layer_sizes
        if not isinstance(hidden, Iterable):
            hidden = [] if hidden is None else [hidden]
        activation, init = self.activation, self.init
        if init == "auto":
            init = "he" if activation in ("relu", "gelu", "silu", "elu") else "xavier"
        if isinstance(activation, str):
            activation = ACTIVATIONS.get(activation, activation)
        seed = int(self._random.randint(2**31))
        self.model_ = MLP(inputs, [*hidden, outputs], activation=activation, init=init, seed=seed)
        self.optimizer_ = self._new_optimizer()
        self.history_: Any = None

    def _new_optimizer(self) -> Any:
        if isinstance(self.optimizer, Optimizer):
            return self.optimizer.over(self.model_)
        make = choose(self.optimizer, OPTIMIZERS, "an optimizer")
        options = {"lr": self.lr} if isinstance(self.optimizer, str) else {}
        return make(self.model_, **options)

    def _train(
        self, X: Floats, y: Any, loss: Any, weights: Floats | None, epochs: int, labels: Any = None
    ) -> None:
        """Train the network; each row's loss counts as often as its weight says. Of the rows that
        are held back, each label has its share."""
        import numpy as np

        validation = None
        if weights is not None:
            y = np.column_stack([y, weights / weights.mean()])
        loss = _unchecked(loss, 0 if weights is None else y.shape[1] - 1)
        is_early = self.early_stopping and epochs > 1
        size = self._batch_size()
        if is_early:
            count_from("n_iter_no_change", self.n_iter_no_change, 1)
            held = self._held_back(len(X), labels)
            validation = X[held], y[held]
            X, y = X[~held], y[~held]
        self.history_ = fit(
            self.model_,
            X,
            y,
            loss=loss,
            optimizer=self.optimizer_,
            epochs=epochs,
            batch_size=size if size is None else min(size, len(X)),
            penalty=self._penalty(len(X)),
            validation=validation,
            patience=self.n_iter_no_change if is_early else None,
            seed=int(self._random.randint(2**31)),
            progress=bool(self.verbose),
        )

    def _held_back(self, rows: int, labels: Any) -> Any:
        """Which rows are held back for early stopping, as truth values."""
        import numpy as np

        fraction = self.validation_fraction
        if not isinstance(fraction, Real) or not 0 < float(fraction) < 1:
            raise ChoiceError(
                f"validation_fraction needs a number between 0 and 1, but got {fraction!r}."
            )
        count = round(float(fraction) * rows)
        if not 0 < count < rows:
            raise DataError(
                f"validation_fraction={fraction} of {rows} rows would hold back {count}.",
                remedy="choose another fraction, or early_stopping=False",
            )
        order = self._random.permutation(rows)
        if labels is not None:
            order = order[np.argsort(labels[order], kind="stable")]
        is_held = np.zeros(rows, bool)
        is_held[order[((np.arange(count) + 0.5) * rows / count).astype(int)]] = True
        return is_held

    def _batch_size(self) -> Any:
        """The rows of a step; `fit` looks at a number."""
        if self.batch_size == "auto":
            return BATCH
        if isinstance(self.batch_size, str):
            raise ChoiceError(
                f'batch_size needs "auto", None or a number, but got {self.batch_size!r}.'
            )
        return self.batch_size

    def _own_alpha(self, rows: int) -> float:
        """What alpha="auto" stands for."""
        return 1e-4

    def _penalty(self, rows: int) -> Callable[[Sequence[Any]], Any] | None:
        """The squares of the weights, not of the biases."""
        alpha = self._own_alpha(rows) if self.alpha == "auto" else self.alpha
        if not isinstance(alpha, Real) or not 0 <= alpha < float("inf"):
            raise ChoiceError(f'alpha needs a number from 0 up, or "auto", but got {alpha!r}.')
        if not alpha:
            return None
        weights = [k for k, name in enumerate(self.model_.named_parameters()) if ".w." in name]
        strength = 0.5 * float(alpha)
        return lambda parameters: strength * sum(parameters[k] * parameters[k] for k in weights)

    @property
    def n_iter_(self) -> int:
        """How many epochs the last training took."""
        return int(self.history_.epochs)

    @property
    def loss_curve_(self) -> list[float]:
        """The loss of each epoch of the last training."""
        losses: list[float] = self.history_.loss.tolist()
        return losses

    def _outputs(self, X: Any) -> Floats:
        """The network's outputs, shape `(rows,)` or `(rows, outputs)`."""
        check_is_fitted(self)
        outputs: Floats = predict(self.model_, validate_data(self, X, dtype=float, reset=False))
        return outputs


def _unchecked(loss: Any, count: int) -> Any:
    """A loss as one that `fit` doesn't know, so that it doesn't look at the targets again: a batch
    for `partial_fit` may have a single class. With a count of targets, a weight follows them."""

    def of_row(prediction: Any, target: Any) -> Any:
        if not count:
            return loss(prediction, target)
        return target[-1] * loss(prediction, target[0] if count == 1 else list(target[:-1]))

    return of_row


def weights_of(sample_weight: Any, X: Floats) -> Floats | None:
    """The weights of rows, if there are any."""
    if sample_weight is None:
        return None
    weights: Floats = _check_sample_weight(sample_weight, X, dtype=float, ensure_non_negative=True)
    if not weights.sum() > 0:
        raise DataError("sample_weight needs a positive sum, but every weight is zero.")
    return weights
