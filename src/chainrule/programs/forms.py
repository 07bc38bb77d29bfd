"""The recordings of a program in other forms: as text, as C, as a graph and as a file."""

from __future__ import annotations

import os
from typing import Any

from .derive.results import Argnums
from .run.recordings import Recordings


class Forms:
    """What a program can be turned into."""

    @property
    def recordings(self) -> Recordings:
        """What was recorded."""
        raise NotImplementedError

    def listing(
        self, *arguments: Any, what: str = "value", argnums: Argnums = 0, **keywords: Any
    ) -> str:
        """Return the recordings in ordinary notation, one line for each operation.

        Operations that no result needs are left out. Each condition that the function tested is an
        `assert`, followed by the path for its other outcome.

        Args:
            arguments: Show the recordings for the structure of these arguments, recorded now if
                there are none. The default is all recordings.
            what: "value", or the derivative to show: "grad", "value_and_grad", "jacobian",
                "hessian", "hvp".
            argnums: The argument or arguments to differentiate with respect to.

        Returns:
            Python source, with a function for each path.

        Raises:
            GraphError: Nothing has been recorded yet, and no arguments are given.
            ChoiceError: `what` is another word.

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

        return listing(self.recordings, arguments, keywords, what, argnums)

    def to_c(
        self, *arguments: Any, argnums: Argnums = 0, name: str | None = None, **keywords: Any
    ) -> str:
        """Return value and gradient as C99, for one point and for rows.

        The comment at the top says how to call the functions, and with which flags they return the
        same bits as the program: -ffp-contract=off, and -fno-builtin for the functions of the C
        library whose results are rounded. Without these, gcc computes what it can in its own way.

        Args:
            arguments: As for `listing`, but the default is the structure that was recorded last.
                All of its paths are written.
            argnums: The argument or arguments to differentiate with respect to.
            name: The name of the C function; by default that of the program.

        Returns:
            The text of a file. It needs only the C library.

        Raises:
            GraphError: As for `listing`.
            ShapeError: The function does not return one number.
            ChoiceError: `name` isn't a name in C.
        """
        from .export.c import to_c

        return to_c(self.recordings, arguments, keywords, argnums, name)

    def graph(self, *arguments: Any, **keywords: Any) -> Any:
        """Return a recording as a graph of Values, to draw, explain and check.

        The inputs are leaves, labelled with their names; the root is labelled with the name of the
        function. The graph has only the path that the function takes, and of a table only the entry
        that is read. As in the program, nothing raises: the logarithm of -1 is a node with nan.

        Args:
            arguments: The arguments at which to build the graph. With rows, the first row counts.
                The default is where the program was recorded last.

        Returns:
            The root; if the function returns several numbers, a list with a root for each.

        Raises:
            GraphError: As for `listing`.

        Example:
            >>> from chainrule.programs import compile
            >>> compile(lambda x, y: x * y + x).graph(2.0, 3.0).data
            8.0
        """
        from .export.as_graph import graph

        return graph(self.recordings, arguments, keywords)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the recordings to a JSON file, for `Program.load`.

        The function itself is code and is not saved.

        Raises:
            FileError: The file can't be written; an earlier file stays as it was.
            WrongType: A static argument isn't an int, bool, str or None.
        """
        from .export.saved.files import save

        save(self.recordings, path)
