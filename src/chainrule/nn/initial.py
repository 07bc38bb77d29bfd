"""How weights are drawn before training."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial
from math import sqrt
from typing import Any

from ..errors import WrongType, calling_line, shorten
from .choices import choose

Draw = Callable[[], float]
"""A function that returns the next weight."""

Initial = str | Draw
Seed = int | random.Random | None


def uniform(inputs: int, outputs: int, generator: Any) -> Draw:
    """Weights between -1 and 1, as micrograd draws them."""
    return partial(generator.uniform, -1, 1)


def xavier(inputs: int, outputs: int, generator: Any) -> Draw:
    """Weights of variance 2 / (inputs + outputs), which suits tanh and sigmoid.

    Source: Glorot & Bengio, Understanding the difficulty of training deep feedforward neural
    networks, 2010, equation 16.
    """
    bound = sqrt(6 / (inputs + outputs))
    return partial(generator.uniform, -bound, bound)


def he(inputs: int, outputs: int, generator: Any) -> Draw:
    """Weights of variance 2 / inputs, normally distributed, which suits relu and similar functions.

    Source: He, Zhang, Ren & Sun, Delving deep into rectifiers, 2015, equation 10.
    """
    return partial(generator.gauss, 0.0, sqrt(2 / inputs))


INITIAL: dict[str, Callable[[int, int, Any], Draw]] = {
    each.__name__: each for each in (uniform, xavier, he)
}


def drawing(init: Initial, inputs: int, outputs: int, seed: Seed) -> Draw:
    """Return a function that draws the weights of a layer, one after the other.

    Args:
        init: "uniform", "xavier" or "he", or a function without arguments that returns a number.
        inputs: The number of inputs of each neuron.
        outputs: The number of neurons.
        seed: An int, or a generator such as `random.Random(1)`; None for Python's
            global generator, which `random.seed` sets, as in micrograd.

    Raises:
        ChoiceError: No initialisation has this name.
    """
    if callable(init):
        return init
    method = choose(init, INITIAL, "an initialisation")
    return method(inputs, outputs, generator_of(seed))


def generator_of(seed: Seed) -> Any:
    """The generator of a seed; a generator is returned as it is.

    Raises:
        WrongType: It is neither an int nor a generator.
    """
    if seed is None:
        return random
    if hasattr(seed, "__index__") and not isinstance(seed, bool):
        return random.Random(int(seed))
    if hasattr(seed, "uniform") and hasattr(seed, "gauss"):
        return seed
    raise WrongType(
        f"seed needs an int or a random.Random, but got {shorten(seed)}.", where=calling_line()
    )
