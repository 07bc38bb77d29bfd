"""Verdicts on the gradients of a graph or a function, with the likely mistake by name."""
