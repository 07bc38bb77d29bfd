"""A small share of `python tests/peers/fuzz_numpy.py`: random NumPy programs against JAX."""

from __future__ import annotations

import pytest

pytest.importorskip("jax")

from fuzz_numpy import Comparison


def test_random_programs():
    comparison = Comparison()
    for seed in range(12):
        comparison.program(seed)
    assert comparison.checks > 1000
    assert not comparison.wrong
