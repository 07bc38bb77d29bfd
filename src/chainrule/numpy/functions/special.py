"""Ufuncs of `scipy.special` that are formulas of the table's operations."""

from __future__ import annotations

from math import log, pi, sqrt
from typing import Any

import numpy as np

from ...engine.dispatch import apply
from ...table.rules import NUMBER
from ..registry import implements_ufunc

_FAR = -20.0
"""Below it the normal distribution function is computed by its asymptotic series."""


def _erfc(x: Any) -> Any:
    return apply(NUMBER["erfc"], x)


def _xlogy(x: Any, y: Any) -> Any:
    return apply(NUMBER["xlogy"], x, y)


@implements_ufunc("ndtr")
def ndtr(x: Any) -> Any:
    return np.multiply(0.5, _erfc(np.multiply(x, -sqrt(0.5))))


@implements_ufunc("log_ndtr")
def log_ndtr(x: Any) -> Any:
    is_far, is_negative = np.less(x, _FAR), np.less(x, 0.0)
    far = np.where(is_far, x, _FAR)
    y = np.divide(1.0, np.square(far))
    series = y * (-1 + y * (3 + y * (-15 + y * (105 - 945 * y))))
    below = np.log1p(series) - np.square(far) / 2 - np.log(np.negative(far)) - log(2 * pi) / 2
    near = np.where(is_far, _FAR, x)
    middle = np.log(ndtr(np.where(is_negative, near, 0.0)))
    above = np.log1p(np.negative(ndtr(np.negative(np.where(is_negative, 0.0, x)))))
    return np.where(is_far, below, np.where(is_negative, middle, above))


@implements_ufunc("logit")
def logit(p: Any) -> Any:
    return np.log(np.divide(p, np.subtract(1.0, p)))


@implements_ufunc("log_expit")
def log_expit(x: Any) -> Any:
    return np.negative(apply(NUMBER["softplus"], np.negative(x)))


@implements_ufunc("exp10")
def exp10(x: Any) -> Any:
    return np.power(10.0, x)


@implements_ufunc("rgamma")
def rgamma(x: Any) -> Any:
    return np.divide(1.0, apply(NUMBER["gamma"], x))


@implements_ufunc("entr")
def entr(x: Any) -> Any:
    return np.where(np.less(x, 0.0), -np.inf, np.negative(_xlogy(x, np.abs(x))))


@implements_ufunc("rel_entr")
def rel_entr(x: Any, y: Any) -> Any:
    is_inside = np.logical_and(np.greater_equal(x, 0.0), np.greater(y, 0.0))
    ratio = np.divide(np.where(is_inside, x, 1.0), np.where(is_inside, y, 1.0))
    is_zero = np.logical_and(np.equal(x, 0.0), np.equal(y, 0.0))
    return np.where(is_inside, _xlogy(x, ratio), np.where(is_zero, 0.0, np.inf))


@implements_ufunc("kl_div")
def kl_div(x: Any, y: Any) -> Any:
    return np.add(np.subtract(rel_entr(x, y), x), y)


@implements_ufunc("huber")
def huber(delta: Any, r: Any) -> Any:
    size = np.abs(r)
    line = np.multiply(delta, np.subtract(size, np.multiply(0.5, delta)))
    loss = np.where(np.less_equal(size, delta), np.multiply(0.5, np.square(r)), line)
    return np.where(np.less(delta, 0.0), np.inf, loss)


@implements_ufunc("pseudo_huber")
def pseudo_huber(delta: Any, r: Any) -> Any:
    slope = np.sqrt(np.add(1.0, np.square(np.divide(r, delta))))
    return np.multiply(np.square(delta), np.subtract(slope, 1.0))


@implements_ufunc("boxcox")
def boxcox(x: Any, power: Any) -> Any:
    return _box(np.log(x), power)


@implements_ufunc("boxcox1p")
def boxcox1p(x: Any, power: Any) -> Any:
    return _box(np.log1p(x), power)


def _box(logarithm: Any, power: Any) -> Any:
    is_zero = np.equal(power, 0.0)
    safe = np.where(is_zero, 1.0, power)
    return np.where(is_zero, logarithm, np.divide(np.expm1(np.multiply(safe, logarithm)), safe))


@implements_ufunc("inv_boxcox")
def inv_boxcox(y: Any, power: Any) -> Any:
    is_zero = np.equal(power, 0.0)
    safe = np.where(is_zero, 1.0, power)
    return np.exp(np.where(is_zero, y, np.divide(np.log1p(np.multiply(safe, y)), safe)))
