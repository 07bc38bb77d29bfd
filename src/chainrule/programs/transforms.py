"""Derivatives of ordinary functions, with the names and conventions of JAX.

Each call records the function anew, at the numbers that it is called with, and so is right for
every branch and every state that the function reads. `compile` makes what need not record again,
and these functions of a program are its fast forms.

They nest: a derivative inside of a function that is being recorded goes onto the same tape, and is
a recording like any other.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

from ..errors import WrongType
from .derive.immediate import ask, with_vector
from .derive.results import Task
from .program import Program
from .trace.structure import positions

Argnums = int | Sequence[int]


def _transform(name: str, function: Callable[..., Any], argnums: Argnums) -> Callable[..., Any]:
    """The function that answers a question about another one.

    Args:
        name: That of the task, and of the method of a program that answers it.
        function: The other one.
        argnums: By which arguments.
    """
    if isinstance(function, Program):
        return function.method(name, argnums)
    if not callable(function):
        raise WrongType(
            f"{name} needs a function, but got {type(function).__name__}.",
            remedy=f"hand over the function itself, {name}(f), and the numbers to what comes back",
        )

    @functools.wraps(function)
    def derivative(*arguments: Any, **keywords: Any) -> Any:
        given, vector = with_vector(arguments) if name == "hvp" else (arguments, ())
        chosen = positions(argnums, len(given))
        task = Task(name, chosen, not isinstance(argnums, (tuple, list)))
        return ask(task, function, given, keywords, vector)

    return derivative


def grad(function: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., Any]:
    """Return a function that computes the gradient of a function.

    Args:
        function: Of numbers, arrays, and lists, tuples and dicts of them; returns one number. An
            array is seen inside as an object array, so that `w @ x`, slices and `np.tanh` work;
            where NumPy compares (`np.maximum`), that is a branch: `chainrule.max` is none. The
            arguments that are not differentiated are handed over as they are. A program of
            `compile` is replayed and not run.
        argnums: By which argument; or by which ones, a tuple, which gives a tuple.

    Returns:
        The function of the same arguments. Its result has the form and the shapes of the argument.

    Raises:
        ShapeError: When called: the function does not return one number; argnums names no argument.
        WrongType: When called: an argument is neither number nor array, or the function needs a
            plain number where it gets a traced one (`math.sin(x)`).

    Cost: a small multiple of the function itself, whatever the number of arguments.
    Source: reverse mode; Griewank & Walther, Evaluating Derivatives, 2nd ed., section 3.2.

    Example:
        >>> grad(lambda x: x**3)(2.0)
        12.0
        >>> grad(grad(lambda x: x**3))(2.0)
        12.0
    """
    return _transform("grad", function, argnums)


def value_and_grad(function: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., Any]:
    """Return a function that computes the pair of value and gradient.

    Args, errors and cost are those of `grad`.

    Example:
        >>> value_and_grad(lambda x, y: x * y, argnums=(0, 1))(2.0, 5.0)
        (10.0, (5.0, 2.0))
    """
    return _transform("value_and_grad", function, argnums)


def jacobian(function: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., Any]:
    """Return a function that computes each result by each argument.

    Forward mode where the numbers in the arguments are fewer than those in the result, one sweep
    for each of them; else reverse mode, one sweep for each result.

    Args:
        function: As for `grad`, but it may return numbers in any form.
        argnums: By which argument or arguments.

    Returns:
        The function of the same arguments. In its result stands for each number or array that the
        function returns one of the form of the argument; arrays have the shape of the result's
        followed by that of the argument's.

    Example:
        >>> jacobian(lambda x: [x[0] * x[1], x[0] + x[1]])([2.0, 5.0])
        [[5.0, 2.0], [1.0, 1.0]]
    """
    return _transform("jacobian", function, argnums)


def hessian(function: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., Any]:
    """Return a function that computes the second derivatives of a function.

    Forward mode over reverse mode: one sweep over the gradient for each number in the arguments;
    what does not depend on it is not swept.

    Args and errors are those of `grad`.

    Returns:
        The function of the same arguments. Its result stands to the gradient as a Jacobian; for an
        array of shape (n,) it has the shape (n, n).

    Example:
        >>> hessian(lambda x, y: x**2 * y, argnums=(0, 1))(3.0, 5.0)
        ((10.0, 6.0), (6.0, 0.0))
    """
    return _transform("hessian", function, argnums)


def hvp(function: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., Any]:
    """Return a function that computes the Hessian times a vector, without the Hessian.

    Args and errors are those of `grad`.

    Returns:
        A function of the same arguments and, behind them, of the vector, in the form of the
        gradient. Its result has that form too.

    Cost: a small multiple of the function itself.

    Example:
        >>> hvp(lambda x: x[0] ** 2 * x[1])([3.0, 5.0], [1.0, 0.0])
        [10.0, 6.0]
    """
    return _transform("hvp", function, argnums)
