"""A network that predicts numbers, as a scikit-learn estimator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sklearn.base import RegressorMixin
from sklearn.utils.validation import validate_data

from ...errors import WrongType
from .. import losses
from ..choices import choose
from .network import BATCH, Network, weights_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from typing_extensions import Self

    Floats = NDArray[np.float64]


LOSSES = {"mse": losses.mse, "huber": losses.huber}


class ChainruleRegressor(RegressorMixin, Network):  # type: ignore[misc]  # scikit-learn has no types
    """A network that predicts numbers, as a scikit-learn estimator.

    Networks learn best from columns of similar size, so put a StandardScaler in front. The targets
    may have any size: the network is trained on (y - target_mean_) / target_scale_, and then its
    last layer is changed so that it returns y.

    Args:
        loss: "mse" or "huber" of the scaled targets; or a function of a prediction and a target,
            which gets them as they are; None for "mse". The other parameters are those of
            `ChainruleClassifier`.

    Attributes:
        n_outputs_: The number of targets of a row.
        target_mean_: The mean of each target in the rows of the first training; 0 if `loss` is a
            function. Shape `(targets,)`.
        target_scale_: Their standard deviations; 1 if `loss` is a function. Shape `(targets,)`.
        loss_curve_: The loss of each epoch, for the scaled targets.
        model_: The network, a `chainrule.nn.MLP`, which can be called with a row, drawn and
            explained. The other attributes are those of `ChainruleClassifier`.

    Raises:
        ValueError: X or y has a nan or infinite entry.
        DivergenceError: The loss, its gradient or a parameter is no longer finite.
        MissingExtra: scikit-learn is not installed.

    Example:
        >>> import numpy as np
        >>> X = np.linspace(-2, 2, 40)[:, None]
        >>> model = ChainruleRegressor((6,), activation="tanh", epochs=60, lr=0.1, random_state=0)
        >>> model.fit(X, np.sin(X[:, 0])).score(X, np.sin(X[:, 0])) > 0.95
        True
    """

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Train the network.

        Args:
            X: Inputs, shape `(rows, columns)`.
            y: A number for each row, shape `(rows,)`, or several, shape `(rows, targets)`.
            sample_weight: How much each row counts, shape `(rows,)`.

        Returns:
            The estimator.
        """
        X, y = self._read(X, y)
        is_new = not (self.warm_start and hasattr(self, "model_"))
        self._fit(X, y, sample_weight, self.epochs, is_new)
        return self

    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Continue the training, for one epoch over these rows; see `fit`."""
        is_new = not hasattr(self, "model_")
        X, y = self._read(X, y, reset=is_new)
        self._fit(X, y, sample_weight, 1, is_new)
        return self

    def _fit(self, X: Any, y: Any, sample_weight: Any, epochs: int, is_new: bool) -> None:
        """Train on scaled targets, with a network that returns such."""
        loss = choose(self.loss or "mse", LOSSES, "a loss of ChainruleRegressor")
        weights = weights_of(sample_weight, X)
        if is_new:
            self._begin(X.shape[1], self.n_outputs_)
            self._measure(y, weights, loss in LOSSES.values())
        else:
            self._change_outputs(1 / self.target_scale_, -self.target_mean_ / self.target_scale_)
        mean, scale = self.target_mean_, self.target_scale_
        y = (y - mean) / scale if y.ndim == 2 else (y - mean[0]) / scale[0]
        try:
            self._train(X, y, loss, weights, epochs)
        finally:
            self._change_outputs(scale, mean)

    def _own_alpha(self, rows: int) -> float:
        """Less, and small tables are overfitted; more, and large ones lose detail. A batch for
        `partial_fit` is part of a larger table."""
        return 5 / max(rows, BATCH)

    def _measure(self, y: Any, weights: Floats | None, is_scaled: bool) -> None:
        """Find mean and scale of each target, which stay the same when the training goes on."""
        import numpy as np

        columns = y.reshape(len(y), -1)
        with np.errstate(over="ignore", invalid="ignore"):
            mean = np.average(columns, axis=0, weights=weights)
            scale = np.sqrt(np.average((columns - mean) ** 2, axis=0, weights=weights))
        is_usable = is_scaled & np.isfinite(mean) & np.isfinite(scale)
        self.target_mean_ = np.where(is_usable, mean, 0.0)
        self.target_scale_ = np.where(is_usable & (scale > 0), scale, 1.0)

    def _change_outputs(self, factors: Floats, terms: Floats) -> None:
        """Let the network return other numbers: its outputs times the factors, plus the terms."""
        for neuron, factor, term in zip(self.model_.layers[-1].neurons, factors, terms):
            for w in neuron.w:
                w.data = w.data * float(factor)
            neuron.b.data = neuron.b.data * float(factor) + float(term)

    def _read(self, X: Any, y: Any, reset: bool = True) -> tuple[Any, Any]:
        import numpy as np

        entries = np.asarray(y)
        words = entries.ravel() if entries.dtype.kind in "USO" else ()
        word = next((x for x in words if isinstance(x, str)), None)
        if word is not None:
            raise WrongType(
                f"ChainruleRegressor needs numbers to predict, but y has {str(word)!r}.",
                remedy="for classes use ChainruleClassifier",
            )
        X, y = validate_data(
            self, X, y, dtype=float, multi_output=True, y_numeric=True, reset=reset
        )
        self.n_outputs_ = 1 if y.ndim == 1 else y.shape[1]
        self._is_flat = y.ndim == 1
        return X, y[:, 0] if y.ndim == 2 and self.n_outputs_ == 1 else y

    def predict(self, X: Any) -> Floats:
        """Return the prediction for each row, shape `(rows,)` or `(rows, targets)`, like y."""
        outputs = self._outputs(X)
        return outputs if self._is_flat or outputs.ndim == 2 else outputs[:, None]

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
