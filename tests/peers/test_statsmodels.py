"""The uncertainty of parameters in examples/diabetes.py, against statsmodels."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("sklearn")
api = pytest.importorskip("statsmodels.api")
numdiff = pytest.importorskip("statsmodels.tools.numdiff")

EXAMPLE = Path(__file__).parent.parent.parent / "examples" / "diabetes.py"


@pytest.fixture(scope="module")
def diabetes():
    names = {"__name__": "diabetes", "__doc__": "The example."}
    exec(compile(EXAMPLE.read_text("utf-8"), EXAMPLE, "exec"), names)
    return names


def test_weights_and_both_kinds_of_errors_are_those_of_ordinary_least_squares(diabetes):
    rows, target, errors = (diabetes[name] for name in ("ROWS", "TARGET", "errors"))
    weights, inverse = diabetes["newton"](diabetes["gaussian"], np.zeros(rows.shape[1]), 1)
    variance = ((target - rows @ weights) ** 2).sum() / (len(target) - len(weights))
    robust = diabetes["sandwich"](diabetes["gaussian"], weights, inverse)
    expected = api.OLS(target, rows).fit()
    assert weights == pytest.approx(expected.params, rel=1e-9)
    assert errors(variance * inverse) == pytest.approx(expected.bse, rel=1e-9)
    assert errors(robust) == pytest.approx(expected.HC0_se, rel=1e-9)


def test_errors_of_another_likelihood_are_those_of_its_numeric_hessian(diabetes):
    rows, target = diabetes["ROWS"], diabetes["TARGET"]
    middle, spread = diabetes["AVERAGE"], diabetes["SPREAD"]

    def total(parameters):
        mean = rows @ parameters[:-2]
        size = parameters[-2] + parameters[-1] * (mean - middle) / spread
        return (size + ((target - mean) * np.exp(-size)) ** 2 / 2).sum()

    weights = api.OLS(target, rows).fit().params
    start = [*weights, np.log((target - rows @ weights).std()), 0.0]
    parameters, covariance = diabetes["newton"](diabetes["uneven"], start, 8)
    assert numdiff.approx_fprime(parameters, total, centered=True) == pytest.approx(0.0, abs=1e-5)
    expected = np.linalg.inv(numdiff.approx_hess3(parameters, total))
    assert covariance == pytest.approx(expected, rel=1e-3, abs=1e-6)
