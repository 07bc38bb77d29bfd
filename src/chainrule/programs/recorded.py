"""What can be done with a recording besides replaying it: it is read, drawn, kept, written as C."""

from __future__ import annotations

import os
from typing import Any


class Recorded:
    """The half of `Program` that is about its recordings.

    Attributes:
        names: What the arguments are called; empty where the function's signature says it.
    """

    names: tuple[str, ...] = ()

    def listing(
        self, *arguments: Any, what: str = "value", argnums: Any = 0, **keywords: Any
    ) -> str:
        """Return what was recorded in ordinary notation, one line an operation.

        What no result needs is left out. An `assert` stands where the function asked a condition;
        behind it stands where a replay goes that answers otherwise.

        Args:
            arguments: Show the recordings for arguments of this form, recorded at these where that
                is necessary. The default is everything that was recorded.
            what: "value", or the derivative to show: "grad", "value_and_grad", "jacobian",
                "hessian", "hvp".
            argnums: By which argument or arguments.

        Returns:
            The text, Python that could be run again. Each path is a function.

        Raises:
            GraphError: Nothing was recorded yet, and no arguments are given.
            ChoiceError: `what` is none of these.

        Cost: O(nodes).

        Example:
            >>> from chainrule.programs import compile
            >>> program = compile(lambda x: x[0] * 2 if x[0] > 0 else x[1])
            >>> print(program.listing([3.0, 1.0]), end="")
            # <lambda>
            # x: a list of 2
            # 2 inputs, 2 operations, 1 condition
            def function(x):
                assert x[0] > 0                           # else not recorded
                v1 = 2 * x[0]
                return v1
        """
        from .export.listing import listing

        return listing(self, arguments, keywords, what, argnums)

    def to_c(
        self, *arguments: Any, argnums: Any = 0, name: str | None = None, **keywords: Any
    ) -> str:
        """Return value and gradient as C99, for one point and for rows.

        The comment at its beginning says how its functions are called. Built with
        -ffp-contract=off it computes what the program computes, bit for bit.

        Args:
            arguments: Of the form to write, recorded at these where that is necessary. The default
                is the form that was recorded last. Every path that was recorded for it is written.
            argnums: By which argument or arguments.
            name: Of the C function; the default is that of the program.

        Returns:
            The text of a file. It needs the C library only.

        Raises:
            GraphError: Nothing was recorded yet, and no arguments are given.
            ShapeError: The function does not return one number.
            ChoiceError: `name` is no name in C.
        """
        from .export.c import to_c

        return to_c(self, arguments, keywords, argnums, name)

    def graph(self, *arguments: Any, **keywords: Any) -> Any:
        """Return what was recorded as a graph of Values, to be drawn, explained and checked.

        The inputs are leaves, labelled with their names; the root has that of the function. Of a
        table only the entry that is taken is there, and of the function only the path that it
        takes. As in the program, nothing raises: a logarithm of -1 is a node with nan.

        Args:
            arguments: Where; recorded there if necessary. With rows it is the first row. The
                default is where the program was recorded last.

        Returns:
            The root; or, where the function returns several numbers, a list with one root each.

        Raises:
            GraphError: Nothing was recorded yet, and no arguments are given.

        Example:
            >>> from chainrule.programs import compile
            >>> compile(lambda x, y: x * y + x).graph(2.0, 3.0).data
            8.0
        """
        from .export.as_graph import graph

        return graph(self, arguments, keywords)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write what was recorded to a JSON file, for `Program.load`.

        The function does not travel: it is code.

        Args:
            path: The file.

        Raises:
            FileError: The file cannot be written; what was there before stays.
            WrongType: A form has a fixed argument that is no int, bool, text or None.
        """
        from .export.saved import save

        save(self, path)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Any:
        """Read what `save` wrote.

        Nothing in the file is executed. The program replays what had been recorded, to the same
        bits; a form or a path that had not is an error when it is asked for.

        Args:
            path: The file.

        Raises:
            FileError: The file cannot be read, or is none that `save` wrote whole.
        """
        from .export.saved import load

        return load(cls, path)

    def __reduce__(self) -> Any:
        """A pickle holds what was recorded, as a file of `save` does."""
        from .export.saved import reduce_program

        return reduce_program(self)

    def __copy__(self) -> Any:
        """A program is copied like a function: not at all."""
        return self

    def __deepcopy__(self, memo: Any) -> Any:
        return self
