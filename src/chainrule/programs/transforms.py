"""Derivatives of ordinary functions, with the names and conventions of JAX.

Each call records the function again, at its arguments, so it is right for every branch and for
every state that the function reads. Applied to a program of `compile`, which need not be recorded
again, these functions are fast.

They nest: a derivative inside a function that is being recorded goes onto the same tape.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from ..errors import WrongType
from .derive.immediate import apply, split_vector
from .derive.results import Transform
from .program import Argnums, Program


def _transform(name: str, function: Callable[..., Any], argnums: Argnums) -> Callable[..., Any]:
    """A function that applies a transform to another function.

    Args:
        name: The name of the transform, and of the method of a program.
        function: The other function.
        argnums: The arguments to differentiate with respect to.
    """
    if isinstance(function, Program):
        method: Callable[..., Any] = getattr(function, name)
        return method if argnums == 0 else functools.partial(method, argnums=argnums)
    if not callable(function):
        raise WrongType(
            f"{name} needs a function, but got {type(function).__name__}.",
            remedy=f"pass the function itself, as in {name}(f)(x)",
        )

    @functools.wraps(function)
    def derivative(*arguments: Any, **keywords: Any) -> Any:
        points, vector = split_vector(arguments) if name == "hvp" else (arguments, ())
        transform = Transform.of(name, argnums, len(points))
        return apply(transform, function, points, keywords, vector)

    return derivative


def grad(function: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., Any]:
    """Return a function that computes the gradient of a function.

    Args:
        function: A function of numbers, arrays, and lists, tuples and dicts of them that returns
            one number. Inside it, an array is an object array, so `w @ x`, slices and `np.tanh`
            work; a comparison by NumPy, as in `np.maximum`, is a branch, unlike `chainrule.max`.
            Arguments that are not differentiated are passed unchanged. A program of `compile` is
            replayed instead of run.
        argnums: The argument to differentiate with respect to; or a tuple of arguments, for a tuple
            of gradients.

    Returns:
        A function of the same arguments. Its result has the structure and the shapes of the
        argument.

    Raises:
        ShapeError: In a call, the function does not return one number, or there is no such
            argument.
        WrongType: In a call, an argument is neither a number nor an array, or the function needs a
            plain number but gets a traced one (`math.sin(x)`).

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
    """Return a function that computes the derivative of each result with respect to each argument.

    Forward mode with one sweep for each number in the arguments, if there are fewer of these than
    numbers in the result; otherwise reverse mode with one sweep for each number in the result.

    Args:
        function: As for `grad`, but it may return any tree of numbers.
        argnums: The argument or arguments to differentiate with respect to.

    Returns:
        A function of the same arguments. Each number or array that the original function returns
        becomes a tree with the structure of the argument; the shape of an array in it is the shape
        of the result followed by that of the argument.

    Example:
        >>> jacobian(lambda x: [x[0] * x[1], x[0] + x[1]])([2.0, 5.0])
        [[5.0, 2.0], [1.0, 1.0]]
    """
    return _transform("jacobian", function, argnums)


def hessian(function: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., Any]:
    """Return a function that computes the second derivatives of a function.

    Forward mode over reverse mode: for each number in the arguments, one sweep over the part of the
    gradient that depends on it.

    Args and errors are those of `grad`.

    Returns:
        A function of the same arguments. Its result is the Jacobian of the gradient; for an array
        of shape (n,) it has the shape (n, n).

    Example:
        >>> hessian(lambda x, y: x**2 * y, argnums=(0, 1))(3.0, 5.0)
        ((10.0, 6.0), (6.0, 0.0))
    """
    return _transform("hessian", function, argnums)


def hvp(function: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., Any]:
    """Return a function that computes the Hessian times a vector, without the Hessian.

    Args and errors are those of `grad`.

    Returns:
        A function of the same arguments, followed by the vector. Vector and result have the
        structure of the gradient.

    Cost: a small multiple of the function itself.

    Example:
        >>> hvp(lambda x: x[0] ** 2 * x[1])([3.0, 5.0], [1.0, 0.0])
        [10.0, 6.0]
    """
    return _transform("hvp", function, argnums)
