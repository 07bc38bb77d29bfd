"""What `grad` and its kin return: a function made from another one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..errors import WrongType
from .derive.immediate import apply, split_vector
from .derive.results import Argnums, Transform
from .program import Program
from .trace.signatures import (
    Call,
    after_object,
    global_name,
    holds_code,
    is_bound,
    is_called_on_object,
    stand_for,
)


class Derivative:
    """What `grad` and the others return: a function with the name and signature of another one.

    It can be called, pickled and used as a method wherever the other function can.

    Attributes:
        transform: The name of the transform: "grad", "hessian", ...
        function: The other function.
        argnums: The arguments to differentiate with respect to.
        has_aux: Whether the other function returns a pair of its result and of auxiliary data.
    """

    __name__: str

    def __init__(
        self, transform: str, function: Callable[..., Any], argnums: Argnums, has_aux: bool
    ) -> None:
        if not callable(function):
            raise WrongType(
                f"{transform} needs a function, but got {type(function).__name__}.",
                remedy=f"pass the function itself, as in {transform}(f)(x)",
            )
        self.transform, self.function = transform, function
        self.argnums, self.has_aux = argnums, has_aux
        stand_for(self, function)
        self._origin: tuple[Derivative, Any] | None = None  # of a method: what is in the class
        self._program = function if isinstance(function, Program) else None

    def __repr__(self) -> str:
        return f"<{self.transform} of {self.__name__}>"

    def __call__(self, /, *arguments: Any, **keywords: Any) -> Any:
        """Compute the derivative."""
        points, vector = split_vector(arguments) if self.transform == "hvp" else (arguments, ())
        program, has_aux = self._program, self.has_aux
        if program is not None:
            return program._call(self.transform, self.argnums, points, keywords, has_aux, vector)
        if is_called_on_object(self.function, arguments):
            return self.__get__(arguments[0])(*arguments[1:], **keywords)
        call = Call(len(points), sorted(keywords), self.function)
        transform = Transform.of(self.transform, self.argnums, call, has_aux)
        return apply(transform, self.function, points, keywords, vector)

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        """In a class it is a method, as the other function would be. The object isn't
        differentiated: argnums that include it, as 0 does, are counted from the next argument."""
        if instance is None or not is_bound(self.function):
            return self
        method = self.function.__get__(instance, owner)
        bound = Derivative(self.transform, method, after_object(self.argnums), self.has_aux)
        bound._origin = self, instance
        return bound

    def __reduce__(self) -> Any:
        """A pickle names the function; or itself, if it has the function's name in its module."""
        if self._origin is not None:
            origin, instance = self._origin
            found = getattr(instance, self.__name__, None)
            if isinstance(found, Derivative) and found._origin and found._origin[0] is origin:
                return getattr, (instance, self.__name__)
            return Derivative.__get__, self._origin
        if name := global_name(self, holds_code()):
            return name
        return Derivative, (self.transform, self.function, self.argnums, self.has_aux)

    def __copy__(self, memo: Any = None) -> Derivative:
        """Copying it returns itself, as for a function."""
        return self

    __deepcopy__ = __copy__


def derivative_of(
    transform: str, function: Any, argnums: Argnums, has_aux: bool
) -> Callable[..., Any]:
    """A Derivative; of a class method or static method, such a method of one."""
    if isinstance(function, (classmethod, staticmethod)):
        method: Any = type(function)
        return method(Derivative(transform, function.__func__, argnums, has_aux))  # type: ignore[no-any-return]
    return Derivative(transform, function, argnums, has_aux)
