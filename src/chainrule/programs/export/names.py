"""The names of a program's inputs: `x[0]`, `w[1][2]`, `p['a']`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from ..run.recordings import Recordings
from ..trace.signatures import parameter_names
from ..trace.structure import Nest, Number, Static, Structure, named_leaves


def argument_names(recordings: Recordings, structures: Sequence[Structure]) -> list[str]:
    """The names of the positional arguments; the last structure is that of the keyword ones."""
    count = len(structures) - 1
    names = [*recordings.names] or parameter_names(recordings.function, count)
    if len(names) < count:
        rest = count - len(names)
        names += ["x"] if count == 1 else [f"x{len(names) + k}" for k in range(rest)]
    return names[:count]


def input_names(structures: Sequence[Structure], names: Sequence[str]) -> list[str]:
    """The name of each number in the arguments, given the names of the positional arguments."""
    *arguments, keywords = structures
    pairs = [*zip(arguments, names), *keyword_structures(keywords)]
    return [each for structure, name in pairs for each in numbers_in(structure, name)]


def keyword_structures(keywords: Structure) -> list[tuple[Structure, str]]:
    """The structure and the name of each keyword argument."""
    pairs = keywords.items() if isinstance(keywords, Nest) else ()
    return [(structure, str(key)) for key, structure in pairs]


def abbreviated(entries: Sequence[str], limit: int) -> str:
    """The entries of a list; of one longer than `limit`, the first and the last."""
    if len(entries) > limit:
        entries = [*entries[:3], "...", entries[-1]]
    return ", ".join(entries)


def numbers_in(structure: Structure, name: str) -> Iterator[str]:
    """The name of each number in an argument."""
    for leaf, leaf_name in named_leaves(structure, name):
        if isinstance(leaf, Number):
            yield leaf_name
        elif not isinstance(leaf, Static):
            for indices in product(*map(range, leaf.shape)):
                yield f"{leaf_name}[{', '.join(map(str, indices))}]"
