"""Networks as scikit-learn estimators, for scikit-learn 1.6 and later."""

from ...errors import MissingExtra

try:
    from .classifier import ChainruleClassifier as ChainruleClassifier
    from .regressor import ChainruleRegressor as ChainruleRegressor
except ImportError as error:
    if (error.name or "").partition(".")[0] != "sklearn":
        raise
    raise MissingExtra("scikit-learn", "an estimator") from None
