"""Options that are a name or a function, such as a loss or an activation."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from ..errors import ChoiceError, WrongType, calling_line, shorten

MOST_NAMES = 10
"""How many names a message lists."""

LEAST_SIMILARITY = 0.7
"""How similar a name needs to be to be suggested: "adm" and "adam" are, "mae" and "mse" aren't."""

SYNONYMS = {
    "swish": ["silu"],
    "logistic": ["sigmoid"],
    "kaiming": ["he"],
    "glorot": ["xavier"],
    "bce": ["binary_cross_entropy"],
    "log_loss": ["cross_entropy"],
    "sparse_categorical_crossentropy": ["cross_entropy"],
    "categorical_crossentropy": ["cross_entropy"],
    "hinge": ["max_margin"],
    "squared_error": ["mse"],
    "mean_squared_error": ["mse"],
    "l2": ["mse"],
    "smooth_l1": ["huber"],
}
"""What other libraries call the choices."""

T = TypeVar("T", bound=Callable[..., Any])


def choose(x: T | str, choices: Mapping[str, T], what: str) -> T:
    """Return the choice with this name; a function is returned as it is.

    Args:
        x: A name, or a function.
        choices: What can be chosen, by name.
        what: What is chosen, for messages.

    Raises:
        ChoiceError: The name isn't one of the choices.
        WrongType: It is neither a name nor a function.
    """
    if isinstance(x, str):
        if x not in choices:
            near = difflib.get_close_matches(x.lower(), choices, 1, LEAST_SIMILARITY)
            near = [name for name in SYNONYMS.get(x.lower(), ()) if name in choices] or near
            known = [*choices][:MOST_NAMES]
            raise ChoiceError(
                f"{x!r} isn't the name of {what}.",
                where=calling_line(),
                remedy=(f"did you mean {near[0]!r}? " if near else "")
                + f"the choices are {', '.join(known)}"
                + (f" and {len(choices) - len(known)} more" if len(choices) > len(known) else ""),
            )
        return choices[x]
    if not callable(x):
        raise WrongType(
            f"{what} has to be a name or a function, but got {shorten(x)}.", where=calling_line()
        )
    return x
