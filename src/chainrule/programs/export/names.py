"""What the inputs of a program are called: `x[0]`, `w[1][2]`, `p['a']`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from inspect import Parameter, signature
from itertools import product
from typing import Any

from ..trace.structure import Array, Nest, Number, Spec


def argument_names(program: Any, specs: Sequence[Spec]) -> list[str]:
    """The names of the arguments, without the keyword arguments.

    Args:
        program: A program.
        specs: The form of each argument; the last is that of the keyword arguments.
    """
    count = len(specs) - 1
    names = [*program.names] or _of_function(program.function, count)
    if len(names) < count:
        rest = count - len(names)
        names += ["x"] if count == 1 else [f"x{len(names) + k}" for k in range(rest)]
    return names[:count]


def _of_function(function: Any, count: int) -> list[str]:
    """The names of the parameters that stand for the first arguments."""
    names: list[str] = []
    try:
        parameters = signature(function).parameters.values()
    except (TypeError, ValueError):  # there is no function, or it is written in C
        return []
    for each in parameters:
        if each.kind is Parameter.VAR_POSITIONAL:
            names += [f"{each.name}[{k}]" for k in range(count - len(names))]
        elif each.kind in (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD):
            names.append(each.name)
    return names


def input_names(specs: Sequence[Spec], names: Sequence[str]) -> list[str]:
    """The name of each number in the arguments.

    Args:
        specs: The form of each argument; the last is that of the keyword arguments.
        names: What the arguments are called.
    """
    *arguments, keywords = specs
    pairs = [*zip(arguments, names), *keyword_specs(keywords)]
    return [each for spec, name in pairs for each in numbers_in(spec, name)]


def keyword_specs(keywords: Spec) -> list[tuple[Spec, str]]:
    """The form and the name of each keyword argument."""
    if not isinstance(keywords, Nest):
        return []
    return [(spec, str(key)) for key, spec in zip(keywords.keys, keywords.parts)]


def numbers_in(spec: Spec, name: str) -> Iterator[str]:
    """The name of each number in an argument."""
    if isinstance(spec, Number):
        yield name
    elif isinstance(spec, Array):
        for place in product(*map(range, spec.shape)):
            yield f"{name}[{', '.join(map(str, place))}]"
    elif isinstance(spec, Nest):
        for key, part in zip(spec.keys or range(len(spec.parts)), spec.parts):
            yield from numbers_in(part, f"{name}[{key!r}]")
