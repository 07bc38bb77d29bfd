"""Programs: a function that is recorded once and replayed without Python."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import Any

from ..errors import GraphError
from ..numerals import counted
from .derive.immediate import split_vector
from .derive.results import Argnums, Transform
from .forms import Forms
from .run.bound import Bound, BoundRows
from .run.nested import nested
from .run.objects import Object, Watched, object_of
from .run.recordings import Recordings
from .run.shortcuts import shortcut
from .run.verification import verify
from .trace.flattening import leaves_like, result_dtype, unflatten, vector_of
from .trace.recording import current_tape
from .trace.signatures import (
    after_object,
    global_name,
    holds_code,
    is_bound,
    is_called_on_object,
    object_of_function,
    stand_for,
)
from .trace.structure import each_argument, leaves_of


class Program(Forms):
    """A recorded function; `compile` returns one.

    It is called like the function, and has its name, signature and docstring. `grad` and its kin
    are methods of it, and the functions of the same names accept it like any other function.

    Attributes:
        function: The function; None if the program was loaded or compiled from a graph.
        in_axes: The axis of the rows in each argument; None without rows.
        reduce: How the results of the rows are combined: None, "sum" or "mean".
        names: The names of the arguments; empty if the signature of the function has them.
        verify: After how many calls the function itself is run again, to compare; 0 for never.
        recordings: The recordings.
    """

    def __init__(self, recordings: Recordings, verify: int = 0) -> None:
        self._recordings = recordings
        self.verify = verify
        self.__name__, self.__doc__ = recordings.name, None
        if recordings.function is not None:
            stand_for(self, recordings.function)
        self._quick: dict[Any, Any] = {}  # the shortcuts of the last calls
        self._objects: dict[int, Object] = {}  # those that have it as a method, by id

    in_axes = property(attrgetter("_recordings.in_axes"))
    reduce = property(attrgetter("_recordings.reduce"))
    names = property(attrgetter("_recordings.names"))

    @property
    def function(self) -> Any:
        """The function."""
        return self._recordings.function

    @property
    def recordings(self) -> Recordings:
        """What was recorded."""
        return self._recordings

    def __repr__(self) -> str:
        count = sum(len(paths.all) for paths in list(self.recordings.all.values()))
        return f"<program {self.__name__}: {counted(count, 'recording')}>"

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        """A program in a class is a method, if its function would be one. Its object is static by
        identity, but a change of it is recorded again."""
        if instance is None or self.function is None or not is_bound(self.function):
            return self
        return Method(self, instance)

    def __copy__(self, memo: Any = None) -> Program:
        """Copying a program returns the program itself, as for a function."""
        return self

    __deepcopy__ = __copy__

    # ---- value and derivatives -------------------------------------------------------------------

    def __call__(self, /, *arguments: Any, **keywords: Any) -> Any:
        """Compute what the function returns.

        Returns:
            The result of the function, with floats and arrays: float64, or float32 if all arrays in
            the arguments are (the computation is in float64). With `in_axes`, each number and array
            in it has a leading axis of rows, or with `reduce` is summed over them.

        Raises:
            ShapeError: An array does not fit `in_axes`.
            WrongType: An argument is neither a number nor an array of numbers.
            PlaceError: `take` got an index outside of its table.
        """
        return self._call("value", 0, arguments, keywords)

    def grad(
        self, /, *arguments: Any, argnums: Argnums = 0, has_aux: bool = False, **keywords: Any
    ) -> Any:
        """Compute the gradient; see `chainrule.grad`.

        Returns:
            A tree with the structure of the argument. On rows, it has a leading axis of rows; with
            `reduce`, it has the shape of the argument.
        """
        return self._call("grad", argnums, arguments, keywords, has_aux)

    def value_and_grad(
        self, /, *arguments: Any, argnums: Argnums = 0, has_aux: bool = False, **keywords: Any
    ) -> Any:
        """Compute value and gradient in one sweep; see `chainrule.value_and_grad`."""
        return self._call("value_and_grad", argnums, arguments, keywords, has_aux)

    def jacobian(
        self,
        /,
        *arguments: Any,
        argnums: Argnums = 0,
        has_aux: bool = False,
        sparse: bool = False,
        **keywords: Any,
    ) -> Any:
        """Compute the derivative of each result with respect to each argument; see
        `chainrule.jacobian`."""
        if sparse:
            return self._sparse("jacobian", argnums, arguments, keywords, has_aux)
        return self._call("jacobian", argnums, arguments, keywords, has_aux)

    def jacfwd(
        self, /, *arguments: Any, argnums: Argnums = 0, has_aux: bool = False, **keywords: Any
    ) -> Any:
        """Compute the same as `jacobian` in forward mode; see `chainrule.jacfwd`."""
        return self._call("jacfwd", argnums, arguments, keywords, has_aux)

    def jacrev(
        self, /, *arguments: Any, argnums: Argnums = 0, has_aux: bool = False, **keywords: Any
    ) -> Any:
        """Compute the same as `jacobian` in reverse mode; see `chainrule.jacrev`."""
        return self._call("jacrev", argnums, arguments, keywords, has_aux)

    def hessian(
        self,
        /,
        *arguments: Any,
        argnums: Argnums = 0,
        has_aux: bool = False,
        sparse: bool = False,
        **keywords: Any,
    ) -> Any:
        """Compute the second derivatives; see `chainrule.hessian`."""
        if sparse:
            return self._sparse("hessian", argnums, arguments, keywords, has_aux)
        return self._call("hessian", argnums, arguments, keywords, has_aux)

    def hvp(
        self, /, *arguments: Any, argnums: Argnums = 0, has_aux: bool = False, **keywords: Any
    ) -> Any:
        """Compute the Hessian times a vector, the last argument; see `chainrule.hvp`."""
        point, vector = split_vector(arguments)
        return self._call("hvp", argnums, point, keywords, has_aux, vector)

    def jvp(self, /, primals: Sequence[Any], tangents: Sequence[Any], has_aux: bool = False) -> Any:
        """Compute the value and its derivative along a direction; see `chainrule.jvp`."""
        argnums = tuple(range(len(primals)))
        return self._call("jvp", argnums, primals, {}, has_aux, (tuple(tangents),))

    def bind(self, /, *arguments: Any, argnums: Argnums = 0, **keywords: Any) -> Bound | BoundRows:
        """Bind value and gradient to memory, for many calls in which each nanosecond counts.

        Args:
            arguments: As for a call. Each call of the result reads the arrays among them anew, so
                write into these. A single array of float64 in C order is used directly; others are
                copied in each call. Numbers are copied into `bound.arguments`, once. On rows, only
                arrays of float64 in C order are read anew; others are copied once.
            argnums: The argument or arguments to differentiate with respect to.

        Returns:
            A function without arguments that returns the value and writes `bound.gradient`. On
            rows it also takes an array of the indices of the rows that count, such as those of a
            batch.

        Raises:
            GraphError: The program is for rows, without `reduce`.

        Example:
            >>> import numpy
            >>> from chainrule.programs import compile
            >>> x = numpy.array([1.0, 2.0])
            >>> bound = compile(lambda x: x[0] * x[1]).bind(x)
            >>> x[1] = 5.0
            >>> bound(), bound.gradient
            (5.0, array([5., 1.]))
        """
        call = self.recordings.call(len(arguments), keywords)
        transform = Transform.of("value_and_grad", argnums, call)
        structures, leaves = self.recordings.flatten(transform, arguments, keywords)
        if self.in_axes is not None:
            axes = self.recordings.axes(structures)
            return BoundRows(self.recordings.rows(structures, leaves, axes), transform)
        return Bound(self.recordings.paths(structures), transform, leaves)

    # ---- replay ----------------------------------------------------------------------------------

    def _call(
        self,
        name: str,
        argnums: Argnums,
        arguments: Sequence[Any],
        keywords: Mapping[str, Any],
        has_aux: bool = False,
        vector: Sequence[Any] = (),
    ) -> Any:
        is_quick = not (keywords or vector) and type(argnums) in (int, str, tuple)
        if is_quick and (quick := self._quick.get((name, argnums, has_aux))):
            result = quick(arguments)
            if result is not NotImplemented:
                return result
        if is_called_on_object(self.function, arguments):
            method, argnums = Method(self, arguments[0]), after_object(argnums)
            return method._call(name, argnums, arguments[1:], keywords, has_aux, vector)
        recordings, is_for_rows = self._recordings, self.in_axes is not None
        form = recordings.call(len(arguments), keywords)
        transform = Transform.of(name, argnums, form, has_aux)
        if current_tape() is not None:
            return nested(recordings, transform, arguments, keywords, vector)
        structures, leaves = recordings.flatten(transform, arguments, keywords)
        axes = recordings.axes(structures) if is_for_rows else []
        if vector:
            every = each_argument(structures)
            leaves += leaves_like(vector[0], transform.structure(every), "the vector")
            axes += transform.select(axes, (len(leaves_of(each)) for each in every))
        if is_for_rows:
            return recordings.rows(structures, leaves, axes).run(transform)
        paths, inputs = recordings.paths(structures), vector_of(leaves)
        path, outputs, structure = paths.point(transform, inputs)
        if self.verify:
            self._recordings.calls += 1
            if self._recordings.calls % self.verify == 0:
                verify(paths, inputs)
        if is_quick and not self.verify and path.is_ready(transform):
            self._quick[name, argnums, has_aux] = shortcut(paths, transform, path)
        return unflatten(structure, outputs, result_dtype(leaves))

    def _sparse(
        self,
        name: str,
        argnums: Argnums,
        arguments: Sequence[Any],
        keywords: Mapping[str, Any],
        has_aux: bool,
    ) -> Any:
        """A matrix in SciPy's CSR format."""
        if self.in_axes is not None or has_aux or current_tape() is not None:
            raise GraphError(
                f"sparse=True needs a {name} at one point, without rows, auxiliary data or an "
                "outer recording.",
                remedy="leave out sparse=True",
            )
        recordings = self.recordings
        form = recordings.call(len(arguments), keywords)
        transform = Transform.of(name, argnums, form)._replace(is_sparse=True)
        structures, leaves = recordings.flatten(transform, arguments, keywords)
        path, entries, _ = recordings.paths(structures).point(transform, vector_of(leaves))
        columns: Any = path.ready(transform).machine
        return columns.sparse(entries)

    # ---- files and pickles -----------------------------------------------------------------------

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Program:
        """Read a file that `save` wrote.

        Nothing in the file is executed. The program replays its recordings to the same bits; a call
        that needs another recording is an error.

        Raises:
            FileError: The file can't be read, or isn't as `save` wrote it.
        """
        from .export.saved.files import load

        return cls(load(path))

    def __reduce__(self) -> Any:
        """A pickle names the program, if it has the name of its function in the module. Else it
        holds what was recorded, and the function wherever that can be pickled."""
        from .export.saved.files import reduce_program

        code = holds_code()
        if name := global_name(self, code):
            return name
        return reduce_program(type(self), self.recordings, self.verify, code)


class Watching(Program):
    """A program whose function is the method of an object, or is one: what the object contains is
    compared in each call."""

    def __init__(self, recordings: Recordings, verify: int = 0) -> None:
        super().__init__(recordings, verify)
        instance = object_of_function(recordings.function)
        self._object = Watched(recordings, lambda: instance)
        self._quick = self._object.quick

    @property
    def recordings(self) -> Recordings:
        """What was recorded for the object as it is now."""
        self._object.refresh()
        return self._recordings

    def _call(self, *arguments: Any) -> Any:
        self._object.refresh()
        return super()._call(*arguments)


class Method(Watching):
    """A program as the method of an object, `__self__`."""

    def __init__(self, program: Program, instance: Any) -> None:
        vars(self).update(vars(program))
        self.__func__, self.__self__ = program, instance
        self.__wrapped__ = program.function.__get__(instance)
        self._object = object_of(program._objects, program._recordings, instance)
        self._recordings, self._quick = self._object.recordings, self._object.quick

    @property
    def function(self) -> Any:
        """The function as a method."""
        return self.__wrapped__

    def __reduce__(self) -> Any:
        """A pickle holds the object and the name of the method, or the program."""
        found = getattr(self.__self__, self.__name__, None)
        if isinstance(found, Method) and found.__func__ is self.__func__:
            return getattr, (self.__self__, self.__name__)
        return Program.__get__, (self.__func__, self.__self__)
