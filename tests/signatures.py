"""The public names of a room, with their arguments and defaults, as text."""

from __future__ import annotations

import inspect
import re


def signature_of(name, function):
    """A function with its arguments and defaults, without types."""
    signature = inspect.signature(function)
    plain = [x.replace(annotation=x.empty) for x in signature.parameters.values()]
    text = str(signature.replace(parameters=plain, return_annotation=signature.empty))
    return f"{name}{re.sub(r' at 0x[0-9a-f]+', '', text)}"


def defined(module):
    """The public names of what a module defines itself."""
    return [
        name
        for name, x in vars(module).items()
        if getattr(x, "__module__", "") == module.__name__ and not name.startswith("_")
    ]


def signatures(module, room):
    """The functions and classes of a room that a module exports, with their public methods."""
    lines = []
    for name in sorted(module.__all__ if hasattr(module, "__all__") else defined(module)):
        x = getattr(module, name)
        is_callable = inspect.isfunction(x) or inspect.isclass(x)
        if not is_callable or not x.__module__.startswith(room):
            continue
        lines.append(signature_of(name, x))
        for method, function in sorted(vars(x).items()) if inspect.isclass(x) else ():
            function = getattr(function, "__func__", function)
            if inspect.isfunction(function) and not method.startswith("_"):
                lines.append(signature_of(f"    .{method}", function))
    return "\n".join(lines) + "\n"
