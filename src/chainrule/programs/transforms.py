"""Derivatives of ordinary functions, with the names and conventions of JAX.

Each call records the function again, at its arguments, so it is right for every branch and for
every state that the function reads. Applied to a program of `compile`, which need not be recorded
again, these functions are fast.

They nest: a derivative inside a function that is being recorded goes onto the same tape.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from ..errors import ShapeError, WrongType
from .derivative import derivative_of
from .derive.immediate import apply, pullback
from .derive.results import Argnums, Transform
from .program import Program
from .run.recordings import Recordings
from .trace.signatures import Call


def grad(
    function: Callable[..., Any], argnums: Argnums = 0, has_aux: bool = False
) -> Callable[..., Any]:
    """Return a function that computes the gradient of a function.

    Args:
        function: A function of numbers, arrays, and lists, tuples and dicts of them that returns
            one number. NumPy's functions work on the arrays that it gets (see docs/numpy.md).
            Arguments that aren't differentiated are passed unchanged. A program made by `compile`
            is replayed instead of being run.
        argnums: The argument to differentiate with respect to, by index or by name; or a tuple of
            arguments, for a tuple of gradients.
        has_aux: Whether the function returns a pair: the number, and auxiliary data of any kind.
            Then the result is a pair too: the gradient, and the data.

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
    return derivative_of("grad", function, argnums, has_aux)


def value_and_grad(
    function: Callable[..., Any], argnums: Argnums = 0, has_aux: bool = False
) -> Callable[..., Any]:
    """Return a function that computes the pair of value and gradient.

    Args, errors and cost are those of `grad`. With `has_aux`, the result is
    `((value, data), gradient)`.

    Example:
        >>> value_and_grad(lambda x, y: x * y, argnums=(0, 1))(2.0, 5.0)
        (10.0, (5.0, 2.0))
        >>> value_and_grad(lambda x: (x * x, {"half": x / 2}), has_aux=True)(3.0)
        ((9.0, {'half': 1.5}), 6.0)
    """
    return derivative_of("value_and_grad", function, argnums, has_aux)


def jacobian(
    function: Callable[..., Any],
    argnums: Argnums = 0,
    has_aux: bool = False,
    sparse: bool = False,
) -> Callable[..., Any]:
    """Return a function that computes the derivative of each result with respect to each argument.

    Forward mode with one sweep for each number in the arguments, if there are fewer of these than
    numbers in the result; otherwise reverse mode with one sweep for each number in the result.

    Args:
        function: As for `grad`, but it may return any tree of numbers.
        argnums: The argument or arguments to differentiate with respect to, by index or by name.
        has_aux: As for `grad`: the result is a pair of derivatives and data.
        sparse: Find the entries that can be other than 0, and compute columns without a common row
            in one sweep. The result is a matrix in SciPy's CSR format, with a row for each number
            in the result and a column for each number in the arguments.

    Returns:
        A function of the same arguments. Each number or array that the original function returns
        becomes a tree with the structure of the argument; the shape of an array in it is the shape
        of the result followed by that of the argument.

    Example:
        >>> jacobian(lambda x: [x[0] * x[1], x[0] + x[1]])([2.0, 5.0])
        [[5.0, 2.0], [1.0, 1.0]]
    """
    if sparse:
        return partial(_sparse, "jacobian", function, argnums, has_aux)
    return derivative_of("jacobian", function, argnums, has_aux)


def jacfwd(
    function: Callable[..., Any], argnums: Argnums = 0, has_aux: bool = False
) -> Callable[..., Any]:
    """Return the same as `jacobian`, in forward mode: one sweep for each number in the arguments.

    Example:
        >>> jacfwd(lambda x: [x**2, x**3])(2.0)
        [4.0, 12.0]
    """
    return derivative_of("jacfwd", function, argnums, has_aux)


def jacrev(
    function: Callable[..., Any], argnums: Argnums = 0, has_aux: bool = False
) -> Callable[..., Any]:
    """Return the same as `jacobian`, in reverse mode: one sweep for each number in the result.

    Example:
        >>> jacrev(lambda x: [x**2, x**3])(2.0)
        [4.0, 12.0]
    """
    return derivative_of("jacrev", function, argnums, has_aux)


def _sparse(
    name: str,
    function: Callable[..., Any],
    argnums: Argnums,
    has_aux: bool,
    /,
    *arguments: Any,
    **keywords: Any,
) -> Any:
    """A sparse matrix at once; a function is recorded anew in each call."""
    program = function
    if not isinstance(function, Program):
        program = Program(Recordings(function, getattr(function, "__name__", "function")))
    method = getattr(program, name)
    return method(*arguments, argnums=argnums, has_aux=has_aux, sparse=True, **keywords)


def hessian(
    function: Callable[..., Any],
    argnums: Argnums = 0,
    has_aux: bool = False,
    sparse: bool = False,
) -> Callable[..., Any]:
    """Return a function that computes the second derivatives of a function.

    Forward mode over reverse mode: for each number in the arguments, one sweep over the part of the
    gradient that depends on it.

    Args are those of `jacobian`: the function may return any tree of numbers.

    Returns:
        A function of the same arguments. Its result is the Jacobian of the Jacobian; for an array
        of shape (n,) and a result of shape (m,) it has the shape (m, n, n), or (n, n) for a number.
        With `sparse` a matrix, as for `jacobian`.

    Example:
        >>> hessian(lambda x, y: x**2 * y, argnums=(0, 1))(3.0, 5.0)
        ((10.0, 6.0), (6.0, 0.0))
    """
    if sparse:
        return partial(_sparse, "hessian", function, argnums, has_aux)
    return derivative_of("hessian", function, argnums, has_aux)


def hvp(
    function: Callable[..., Any], argnums: Argnums = 0, has_aux: bool = False
) -> Callable[..., Any]:
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
    return derivative_of("hvp", function, argnums, has_aux)


def jvp(
    function: Callable[..., Any],
    primals: Sequence[Any],
    tangents: Sequence[Any],
    has_aux: bool = False,
) -> tuple[Any, ...]:
    """Compute the result of a function and its derivative along a direction, in forward mode.

    Args:
        function: As for `jacobian`. A program of `compile` is replayed.
        primals: The arguments, all of which are differentiated.
        tangents: The direction, with the structure of `primals`.
        has_aux: Whether the function returns a pair of its result and of auxiliary data.

    Returns:
        The pair of the result and its derivative; with `has_aux`, followed by the data.

    Raises:
        ShapeError: `tangents` has another structure.

    Example:
        >>> jvp(lambda x, y: x * y, (2.0, 5.0), (1.0, 10.0))
        (10.0, 25.0)
    """
    for name, each in (("primals", primals), ("tangents", tangents)):
        if not isinstance(each, (tuple, list)):
            raise WrongType(
                f"jvp needs a tuple of {name}, one for each argument, "
                f"but got {type(each).__name__}.",
                remedy="for one argument, write jvp(f, (x,), (t,))",
            )
    if isinstance(function, Program):
        result = function.jvp(primals, tangents, has_aux)
    else:
        call = Call(len(primals), (), function)
        transform = Transform.of("jvp", tuple(range(len(primals))), call, has_aux)
        result = apply(transform, function, primals, {}, (tuple(tangents),))
    return (*result[0], result[1]) if has_aux else result


def vjp(function: Callable[..., Any], *primals: Any, has_aux: bool = False) -> tuple[Any, ...]:
    """Compute the result of a function, and the function that propagates gradients back through it.

    Args:
        function: As for `jacobian`.
        primals: The arguments, all of which are differentiated.
        has_aux: Whether the function returns a pair of its result and of auxiliary data.

    Returns:
        The pair of the result and a function; with `has_aux`, followed by the data. The function
        takes a cotangent, with the structure of the result, and returns a tuple: for each argument
        the sum over the numbers in the result of cotangent times derivative. The function is
        recorded only once, however often it is called.

    Example:
        >>> result, pull_back = vjp(lambda x, y: [x * y, x], 2.0, 5.0)
        >>> pull_back([1.0, 10.0])
        (15.0, 2.0)
    """
    if not callable(function):
        raise WrongType(f"vjp needs a function, but got {type(function).__name__}.")
    if not primals:
        raise ShapeError("vjp needs the arguments of the function after it.")
    return pullback(function, primals, has_aux)  # type: ignore[no-any-return]
