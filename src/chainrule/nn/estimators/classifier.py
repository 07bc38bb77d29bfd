"""A network that classifies, as a scikit-learn estimator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sklearn.base import ClassifierMixin
from sklearn.utils.metaestimators import available_if
from sklearn.utils.multiclass import (
    _check_partial_fit_first_call,
    check_classification_targets,
    unique_labels,
)
from sklearn.utils.validation import validate_data

from ...errors import ChoiceError, DataError
from .. import losses
from ..choices import choose
from ..decision import threshold_of
from .network import Network, weights_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from typing_extensions import Self

    Floats = NDArray[np.float64]


ENTROPIES = {each.__name__: each for each in (losses.cross_entropy, losses.binary_cross_entropy)}
LOSSES = {**ENTROPIES, "max_margin": losses.max_margin}


def _has_probabilities(estimator: Any) -> bool:
    return estimator.loss in (None, *ENTROPIES, *ENTROPIES.values())


class ChainruleClassifier(ClassifierMixin, Network):  # type: ignore[misc]  # scikit-learn has no types
    """A network that classifies rows, as a scikit-learn estimator.

    It works wherever scikit-learn's own estimators do: in a Pipeline, in GridSearchCV, in
    cross_val_score. Networks learn best from columns of similar size, so put a StandardScaler in
    front.

    Args:
        hidden_layer_sizes: The number of neurons in each hidden layer; () for none.
        activation: The activation of the hidden layers; see `chainrule.nn.Neuron`. scikit-learn's
            "logistic" and "identity" are understood, too.
        init: How the weights are drawn; see `chainrule.nn.Neuron`. "auto" means "he"
            for relu, gelu, silu and elu, otherwise "xavier".
        loss: "cross_entropy" (for two classes this is "binary_cross_entropy", with one output) or
            "max_margin", or a function of the outputs and the index of the
            class; None for "cross_entropy". With a function, one output stands for whichever of two
            classes has the smaller loss.
        optimizer: "adam", "adamw", "rmsprop" or "sgd"; or an optimizer with options of its own,
            such as `nn.optim.SGD(lr=0.1, momentum=0.9)`.
        lr: The learning rate, or a schedule: a function of the number of steps taken so far. It is
            not used if `optimizer` isn't a name, because that optimizer has its own.
        epochs: How many times the training goes through the rows.
        batch_size: How many rows a step uses; None for all of them; "auto" for 200, or all if there
            are fewer.
        alpha: The strength of the L2 penalty: `alpha / 2` times the sum of the squared weights,
            without the biases, is added to the mean loss. "auto" means 0.0001; in a regression
            5 divided by the number of rows, but no more than 0.025.
        early_stopping: Whether to hold back rows, with the same share of each class, and stop the
            training when their loss stops falling. The network then keeps the parameters of its
            best epoch.
        validation_fraction: The fraction of the rows that is held back for early stopping.
        n_iter_no_change: After how many epochs without improvement the training stops early.
        warm_start: Whether `fit` continues with the network of the previous call.
        random_state: Determines the initial weights and the order of the rows: an int for the same
            result in each call.
        verbose: Whether to show a progress bar.

    Attributes:
        classes_: The classes, sorted. Shape `(classes,)`.
        model_: The network, a `chainrule.nn.MLP`, which can be called with a row, drawn and
            explained. It has one output for two classes, otherwise one for each: logits, with the
            loss "cross_entropy".
        threshold_: The output of the network above which the second of two classes is predicted;
            0.0 with the losses that have names.
        history_: The History of the training, which `.plot()` draws.
        loss_curve_: The loss of each epoch.
        n_iter_: How many epochs there were.
        n_features_in_: The number of columns of X.
        feature_names_in_: Their names, if X was a DataFrame.
        optimizer_: The optimizer, which `partial_fit` continues to use.

    Raises:
        ValueError: X or y has a nan or infinite entry, or y has only one class.
        DivergenceError: The loss, its gradient or a parameter is no longer finite.
        MissingExtra: scikit-learn is not installed.

    Example:
        >>> from sklearn.datasets import load_iris
        >>> from sklearn.pipeline import make_pipeline
        >>> from sklearn.preprocessing import StandardScaler
        >>> X, y = load_iris(return_X_y=True)
        >>> network = ChainruleClassifier((4,), epochs=20, lr=0.1, random_state=0)
        >>> model = make_pipeline(StandardScaler(), network)
        >>> model.fit(X, y).score(X, y) > 0.95
        True
    """

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Train the network.

        Args:
            X: Inputs, shape `(rows, columns)`.
            y: A class for each row: numbers or strings, shape `(rows,)`.
            sample_weight: How much each row counts, shape `(rows,)`.

        Returns:
            The estimator.
        """
        X, y = validate_data(self, X, y, dtype=float)
        check_classification_targets(y)
        is_new = not (self.warm_start and hasattr(self, "model_"))
        classes = unique_labels(y)
        if is_new:
            self.classes_ = classes
            self._begin(X.shape[1], 1 if len(classes) == 2 else len(classes))
        self._fit(X, y, sample_weight, self.epochs)
        return self

    def partial_fit(self, X: Any, y: Any, classes: Any = None, sample_weight: Any = None) -> Self:
        """Continue the training, for one epoch over these rows.

        Args:
            X: Inputs, shape `(rows, columns)`.
            y: A class for each row, shape `(rows,)`.
            classes: All classes, also those that appear only in later calls; required in the first
                call.
            sample_weight: How much each row counts, shape `(rows,)`.

        Returns:
            The estimator.
        """
        is_new = _check_partial_fit_first_call(self, classes)
        X, y = validate_data(self, X, y, dtype=float, reset=is_new)
        check_classification_targets(y)
        if is_new:
            self._begin(X.shape[1], 1 if len(self.classes_) == 2 else len(self.classes_))
        self._fit(X, y, sample_weight, 1)
        return self

    def _fit(self, X: Any, y: Any, sample_weight: Any, epochs: int) -> None:
        import numpy as np

        if len(self.classes_) < 2:
            raise DataError(
                f"y has only 1 class, {self.classes_.tolist()[0]!r}, so there is nothing to learn.",
                remedy="train on rows of at least two classes",
            )
        unknown = np.setdiff1d(y, self.classes_)
        if len(unknown):
            raise DataError(
                f"y has the class {unknown.tolist()[0]!r}, which isn't one of the classes."
            )
        labels = targets = np.searchsorted(self.classes_, y)
        loss = choose(self.loss or "cross_entropy", LOSSES, "a loss of ChainruleClassifier")
        is_binary = len(self.classes_) == 2
        if loss is losses.binary_cross_entropy and not is_binary:
            raise ChoiceError(
                f"binary_cross_entropy is for two classes, but y has {len(self.classes_)}.",
                remedy='loss="cross_entropy"',
            )
        if loss is losses.cross_entropy and is_binary:
            loss = losses.binary_cross_entropy
        elif loss is losses.max_margin and is_binary:
            targets = 2 * targets - 1
        elif loss is losses.cross_entropy and sample_weight is not None:
            targets = np.eye(len(self.classes_))[targets]
        low = -1 if loss is losses.max_margin else 0
        self.threshold_ = (threshold_of(loss, low, 1) if is_binary else None) or 0.0
        self._train(X, targets, loss, weights_of(sample_weight, X), epochs, labels)

    def decision_function(self, X: Any) -> Floats:
        """Return the network's outputs for each row.

        Returns:
            For two classes, one score, which is above 0 for the second class, shape `(rows,)`;
            otherwise a score for each class, shape `(rows, classes)`.
        """
        scores = self._outputs(X)
        return scores - self.threshold_ if scores.ndim == 1 else scores

    def predict(self, X: Any) -> Any:
        """Return the class of each row, shape `(rows,)`."""
        scores = self.decision_function(X)
        index = (scores > 0).astype(int) if scores.ndim == 1 else scores.argmax(axis=1)
        return self.classes_[index]

    @available_if(_has_probabilities)  # type: ignore[untyped-decorator]  # likewise
    def predict_proba(self, X: Any) -> Floats:
        """Return the probability of each class, shape `(rows, classes)`. With the loss
        "max_margin", scores aren't probabilities, so this method doesn't exist."""
        import numpy as np

        shares: Floats = np.exp(self.predict_log_proba(X))
        return shares

    @available_if(_has_probabilities)  # type: ignore[untyped-decorator]  # likewise
    def predict_log_proba(self, X: Any) -> Floats:
        """Return the logarithm of the probability of each class, shape `(rows, classes)`."""
        import numpy as np

        scores = self._outputs(X)
        if scores.ndim == 1:
            scores = np.stack([np.zeros_like(scores), scores], axis=1)
        scores = scores - scores.max(axis=1, keepdims=True)
        logarithms: Floats = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
        return logarithms
