"""A network that predicts numbers, as a scikit-learn estimator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sklearn.base import RegressorMixin
from sklearn.utils.validation import validate_data

from ...errors import WrongType
from .. import losses
from ..choices import choose
from .network import Network, weights_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from typing_extensions import Self

    Floats = NDArray[np.float64]


LOSSES = {"mse": losses.mse, "huber": losses.huber}


class ChainruleRegressor(RegressorMixin, Network):  # type: ignore[misc]  # scikit-learn has no types
    """A network that predicts numbers, as a scikit-learn estimator.

    Networks learn best from numbers of similar size. Put a StandardScaler in front. If the targets
    are very large or very small, put a TransformedTargetRegressor around it.

    Args:
        loss: "mse" or "huber", or a function of a prediction and a target; None for "mse". The
            other parameters are those of `ChainruleClassifier`.

    Attributes:
        n_outputs_: The number of targets of a row.
        model_: The network, a `chainrule.nn.MLP`, which can be called with a row, drawn and
            explained. The other attributes are those of `ChainruleClassifier`.

    Raises:
        ValueError: X or y has a nan or infinite entry.
        DivergenceError: The loss, its gradient or a parameter is no longer finite.
        MissingExtra: scikit-learn is not installed.

    Example:
        >>> import numpy as np
        >>> X = np.linspace(-2, 2, 100)[:, None]
        >>> model = ChainruleRegressor((16,), activation="tanh", random_state=0)
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
        if not (self.warm_start and hasattr(self, "model_")):
            self._begin(X.shape[1], self.n_outputs_)
        self._train(X, y, self._loss(), weights_of(sample_weight, X), self.epochs)
        return self

    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Continue the training, for one epoch over these rows; see `fit`."""
        is_new = not hasattr(self, "model_")
        X, y = self._read(X, y, reset=is_new)
        if is_new:
            self._begin(X.shape[1], self.n_outputs_)
        self._train(X, y, self._loss(), weights_of(sample_weight, X), 1)
        return self

    def _read(self, X: Any, y: Any, reset: bool = True) -> tuple[Any, Any]:
        X, y = validate_data(
            self, X, y, dtype=float, multi_output=True, y_numeric=True, reset=reset
        )
        if y.dtype.kind in "USO":
            raise WrongType(
                f"ChainruleRegressor needs numbers to predict, but y has {y.ravel()[0]!r}.",
                remedy="for classes use ChainruleClassifier",
            )
        self.n_outputs_ = 1 if y.ndim == 1 else y.shape[1]
        self._is_flat = y.ndim == 1
        return X, y[:, 0] if y.ndim == 2 and self.n_outputs_ == 1 else y

    def _loss(self) -> Any:
        return choose(self.loss or "mse", LOSSES, "a loss of ChainruleRegressor")

    def predict(self, X: Any) -> Floats:
        """Return the prediction for each row, shape `(rows,)` or `(rows, targets)`, like y."""
        outputs = self._outputs(X)
        return outputs if self._is_flat or outputs.ndim == 2 else outputs[:, None]

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
