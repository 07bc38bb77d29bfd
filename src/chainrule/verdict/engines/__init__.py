"""Verdicts on micrograd-like classes: operations, reuse, order, accumulation, state and depth."""
