"""Programs: a function that is recorded once and replayed without Python."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import accumulate
from types import MethodType
from typing import Any

from ..errors import CheckFailed, GraphError, ShapeError
from ..graph.debugging import is_debugging
from .derive.immediate import ask, direction, with_vector
from .derive.results import Task, form_of
from .recorded import Recorded
from .run.axes import count_rows, one_row, spread
from .run.bound import Bound
from .run.paths import Paths
from .run.rows import Rows
from .trace.recording import current_tape, shown
from .trace.structure import (
    Array,
    Nest,
    Number,
    Spec,
    filled,
    flat,
    positions,
    precision,
    sizes,
    specify,
)

MOST_FORMS = 1_000
"""So many forms of its arguments, static ints among them, a program records."""

Argnums = int | Sequence[int]

_FIXED_OUTSIDE = (
    "what the function reads from outside is fixed when it is recorded: hand it over as an "
    "argument, or compile anew"
)
_NOTHING = (None, None, None)
_QUICK = (Task("value"), Task("value_and_grad", (0,)))


class Program(Recorded):
    """A recorded function; `compile` makes it.

    It is called like the function. `grad`, `value_and_grad`, `jacobian`, `hessian` and `hvp` are
    methods of it; the functions of the same names take it like any other function.

    Attributes:
        function: What is recorded; None where the program was loaded or made of a graph.
        in_axes: The axis of the rows in each argument; None without rows.
        reduce: What is done with the rows: None, "sum" or "mean".
        verify: After how many calls at one point the function is run again, to compare; 0 for
            never.
    """

    def __init__(
        self,
        function: Callable[..., Any] | None,
        name: str,
        in_axes: Any = None,
        reduce: str | None = None,
        verify: int = 0,
    ) -> None:
        self.function = function
        self.in_axes = in_axes
        self.reduce = reduce
        self.verify = verify
        self.__name__ = name
        self.__doc__ = getattr(function, "__doc__", None)
        self._forms: dict[tuple[Spec, ...], Paths] = {}
        self._calls = 0
        self._last: dict[str, tuple[Any, Any, Any]] = {}  # what `_quick` knows

    def __repr__(self) -> str:
        paths = sum(len(form.all) for form in self._forms.values())
        return f"<program {self.__name__}: {paths} recording{'s' * (paths != 1)}>"

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        """A program in a class is a method, as a function is."""
        return self if instance is None else MethodType(self, instance)

    # ---- what can be asked -----------------------------------------------------------------------

    def __call__(self, /, *arguments: Any, **keywords: Any) -> Any:
        """Compute what the function returns.

        Returns:
            That, with floats and arrays: float64, or float32 where all arrays given are; computed
            is in float64. With `in_axes` each number and array in it has a
            leading axis of rows, or with `reduce` is summed over them.

        Raises:
            ShapeError: An array does not fit `in_axes`.
            WrongType: An argument is neither a number nor an array of numbers.
            PlaceError: `take` got an index outside of its table.
        """
        if len(arguments) == 1 and not keywords:
            found = self._quick("value", arguments[0])
            if found is not None:
                return found
        return self._ask(Task("value"), arguments, keywords)

    def grad(self, /, *arguments: Any, argnums: Argnums = 0, **keywords: Any) -> Any:
        """Compute the gradient; see `chainrule.grad`.

        Returns:
            In the form of the argument. On rows it has a leading axis of rows; with `reduce` it has
            the shape of the argument.
        """
        return self._ask(self._task("grad", arguments, argnums), arguments, keywords)

    def value_and_grad(self, /, *arguments: Any, argnums: Argnums = 0, **keywords: Any) -> Any:
        """Compute value and gradient in one sweep; see `chainrule.value_and_grad`."""
        if len(arguments) == 1 and argnums == 0 and not keywords:
            found = self._quick("value_and_grad", arguments[0])
            if found is not None:
                return found
        return self._ask(self._task("value_and_grad", arguments, argnums), arguments, keywords)

    def jacobian(self, /, *arguments: Any, argnums: Argnums = 0, **keywords: Any) -> Any:
        """Compute each result by each argument; see `chainrule.jacobian`."""
        return self._ask(self._task("jacobian", arguments, argnums), arguments, keywords)

    def hessian(self, /, *arguments: Any, argnums: Argnums = 0, **keywords: Any) -> Any:
        """Compute the second derivatives; see `chainrule.hessian`."""
        return self._ask(self._task("hessian", arguments, argnums), arguments, keywords)

    def hvp(self, /, *arguments: Any, argnums: Argnums = 0, **keywords: Any) -> Any:
        """Compute the Hessian times a vector, the last argument; see `chainrule.hvp`."""
        given, vector = with_vector(arguments)
        return self._ask(self._task("hvp", given, argnums), given, keywords, vector)

    def bind(self, /, *arguments: Any, argnums: Argnums = 0, **keywords: Any) -> Bound:
        """Bind value and gradient to memory, for many calls in which each nanosecond counts.

        Args:
            arguments: As for a call. A single contiguous array of float64 is used itself: what is
                written into it counts at the next call. Everything else is copied into
                `bound.arguments`.
            argnums: By which argument or arguments.

        Returns:
            A function without arguments that returns the value and writes `bound.gradient`.

        Raises:
            GraphError: The program is for rows.

        Example:
            >>> import numpy
            >>> x = numpy.array([1.0, 2.0])
            >>> bound = Program(lambda x: x[0] * x[1], "product").bind(x)
            >>> x[1] = 5.0
            >>> bound(), bound.gradient
            (5.0, array([5., 1.]))
        """
        if self.in_axes is not None:
            raise GraphError("bind is for one point, but the program is for rows.")
        task = self._task("value_and_grad", arguments, argnums)
        specs, leaves = self._taken_apart(task, arguments, keywords)
        return Bound(self._paths(specs), task, flat(leaves))

    def method(self, name: str, argnums: Argnums) -> Callable[..., Any]:
        """One of these methods, for these argnums."""
        found: Callable[..., Any] = getattr(self, name)
        return found if argnums == 0 else partial(found, argnums=argnums)

    # ---- replay ----------------------------------------------------------------------------------

    def _quick(self, name: str, x: Any) -> Any:
        """The answer for the array that the last call had the form of; None where more has to be
        looked at than that."""
        kind, shape, call = self._last.get(name, _NOTHING)
        if type(x) is not kind or x.shape != shape:
            return None
        found = call(x)
        return None if type(found) is int or found is NotImplemented else found

    def _task(self, name: str, arguments: Sequence[Any], argnums: Argnums) -> Task:
        one = not isinstance(argnums, (tuple, list))
        return Task(name, positions(argnums, len(arguments)), one)

    def _ask(
        self,
        task: Task,
        arguments: Sequence[Any],
        keywords: Mapping[str, Any],
        vector: Sequence[Any] = (),
    ) -> Any:
        """Answer a task."""
        if current_tape() is not None:
            return self._inside(task, arguments, keywords, vector)
        specs, leaves = self._taken_apart(task, arguments, keywords)
        if self.in_axes is not None:
            return self._on_rows(task, specs, leaves, vector)
        if vector:
            leaves += direction(vector[0], form_of(specs, task))
        return self._at_point(task, self._paths(specs), leaves)

    def _taken_apart(
        self, task: Task, arguments: Sequence[Any], keywords: Mapping[str, Any]
    ) -> tuple[list[Spec], list[Any]]:
        """The form of each argument, and the numbers and arrays in them."""
        leaves: list[Any] = []
        specs = [
            specify(x, leaves, f"argument {place}", place in task.chosen)
            for place, x in enumerate(arguments)
        ]
        specs.append(specify(dict(sorted(keywords.items())), leaves, "a keyword argument"))
        return specs, leaves

    def _inside(
        self,
        task: Task,
        arguments: Sequence[Any],
        keywords: Mapping[str, Any],
        vector: Sequence[Any],
    ) -> Any:
        """Take part in the recording of another function."""
        if self.function is None or self.in_axes is not None:
            raise GraphError(
                f"{self!r} cannot be part of another recording"
                + (": its function is not there." if self.in_axes is None else ": it is for rows."),
                remedy="call the function itself there, and compile what is around it",
            )
        if task.chosen:
            return ask(task, self.function, arguments, keywords, vector)
        return self.function(*arguments, **keywords)

    def _paths(self, specs: Sequence[Spec]) -> Paths:
        """The recordings for a form of the arguments."""
        key = tuple(specs)
        found = self._forms.get(key)
        if found is None:
            if len(self._forms) >= MOST_FORMS:
                raise GraphError(
                    f"{self.__name__} was called with {MOST_FORMS} different forms of arguments.",
                    remedy="shapes, lengths and Python ints are parts of the form; numpy.int64(n) "
                    "and an array of ints are not",
                )
            if self._forms and is_debugging():
                form = ", ".join(shown(spec) for spec in specs[:-1])
                warnings.warn(f"{self.__name__} is recorded anew for ({form})", stacklevel=5)
            found = self._forms[key] = Paths(self.function, specs, self.__name__)
        return found

    def _at_point(self, task: Task, paths: Paths, leaves: Sequence[Any]) -> Any:
        inputs = flat(leaves)
        path, outputs = paths.point(task, inputs)
        self._calls += 1
        if self.verify and self._calls % self.verify == 0:
            self._compare(paths, inputs)
        machine, spec = path.ready(task)
        is_array = isinstance(paths.specs[0], Array) and paths.specs[1:] == (Nest("dict", ()),)
        if is_array and path.recording.spec == Number() and task in _QUICK and not self.verify:
            self._last[task.name] = type(leaves[0]), leaves[0].shape, machine.call
        return filled(spec, outputs, precision(leaves))

    def _compare(self, paths: Paths, inputs: Any) -> None:
        """Run the function again, and compare what it returns with the replay.

        Raises:
            CheckFailed: They differ.
        """
        _, replayed = paths.point(Task("value"), inputs)
        fresh = Paths(self.function, paths.specs, self.__name__).record(inputs.tolist()).recording
        if fresh.spec != paths.start(inputs.tolist).recording.spec:
            raise CheckFailed(
                f"{self.__name__} returns {shown(fresh.spec)} now, and not what was recorded.",
                remedy=_FIXED_OUTSIDE,
            )
        returned = [fresh.tape.value(node) for node in fresh.outputs]
        if not all(same_but_for_rounding(a, b) for a, b in zip(returned, replayed.tolist())):
            raise CheckFailed(
                f"{self.__name__} returns {returned} now, but its recording {replayed.tolist()}.",
                remedy=_FIXED_OUTSIDE,
            )

    def _on_rows(
        self, task: Task, specs: list[Spec], leaves: list[Any], vector: Sequence[Any]
    ) -> Any:
        axes = self._axes(specs)
        each, rest = iter(axes), iter(leaves)
        rows = [one_row(spec, each, rest, f"argument {place}") for place, spec in enumerate(specs)]
        count = count_rows(leaves, axes)
        if vector:
            leaves += direction(vector[0], form_of(specs, task))
            starts = list(accumulate((sum(1 for _ in sizes(spec)) for spec in specs), initial=0))
            axes += [a for place in task.chosen for a in axes[starts[place] : starts[place + 1]]]
        return Rows(self._paths(rows), leaves, axes, count, self.reduce).run(task)

    def _axes(self, specs: Sequence[Spec]) -> list[int | None]:
        """The axis of each leaf of the arguments; keyword arguments are shared by all rows."""
        given = self.in_axes
        if isinstance(given, int):
            given = (given,) * (len(specs) - 1)
        if len(given) != len(specs) - 1:
            raise ShapeError(
                f"in_axes needs one axis for each argument, but {given!r} stands against "
                f"{len(specs) - 1} arguments."
            )
        found: list[int | None] = []
        for place, (spec, each) in enumerate(zip(specs, (*given, None))):
            found += spread(each, spec, f"argument {place}")
        return found


def same_but_for_rounding(a: float, b: float) -> bool:
    """Whether two results agree; a replay writes out what `define` added, and may round
    otherwise."""
    return math.isclose(a, b, rel_tol=1e-9) or (a != a and b != b)
