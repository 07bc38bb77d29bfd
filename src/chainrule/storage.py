"""Graphs in a pickle, in a copy and in a file.

Nothing here recurses over a graph, and several Values keep what they share: in `pickle.dumps((L,
a))`, `copy.deepcopy((L, a))` and `save(path, L=L, a=a)` the leaf a stays a leaf of L.
"""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Iterator
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from .errors import FileError, GraphError, WrongType
from .files import write_atomically
from .graph import describe
from .node import is_value
from .twin import Value

FORMAT = 1
"""The version of the file format that `save` writes and `load` reads."""


def _refuse_own_backward(node: Any, purpose: str) -> None:
    if "_own" in (node._attributes or ()):
        raise GraphError(
            f"{describe(node)} has a _backward of its own, so it cannot be {purpose}.",
            remedy="make the operation with define(name, formula, partials)",
        )


# ---- pickle --------------------------------------------------------------------------------------

_in_progress: ContextVar[frozenset[int] | set[int]] = ContextVar("nodes", default=frozenset())


class _Descendants:
    """Pickles the nodes below a root one after the other, operands first.

    Each node then finds its operands in the pickler's memo, so that nothing recurses.
    """

    def __init__(self, nodes: list[Any]) -> None:
        self.nodes = nodes

    def __reduce__(self) -> Any:
        return list, (), None, self._one_by_one()

    def _one_by_one(self) -> Iterator[Any]:
        token = _in_progress.set({id(node) for node in self.nodes})
        try:
            yield from self.nodes
            yield None  # the pickler reads one ahead; so the last node is saved before this ends
        finally:
            _in_progress.reset(token)


def reduce_value(node: Any) -> Any:
    """What pickle stores of a node."""
    _refuse_own_backward(node, "pickled")
    operands = node._prev
    build = (type(node), operands, node._fields(), node._attributes)
    if not operands or id(node) in _in_progress.get():
        return _build, build
    below = node._postorder()[:-1]
    return _build_root, (_Descendants(below), *build)


def _build(kind: type, operands: tuple[Any, ...], fields: Any, attributes: Any) -> Any:
    return Value._build(kind, operands, fields, attributes)


def _build_root(_: list[Any], *arguments: Any) -> Any:
    return Value._build(*arguments)


# ---- copy ----------------------------------------------------------------------------------------


def deepcopy_value(root: Any, memo: dict[int, Any]) -> Any:
    """Copy a node and what lies below it, sharing what `memo` has already."""
    for node in root._postorder():
        if id(node) in memo:
            continue
        _refuse_own_backward(node, "copied")
        operands = tuple(memo[id(operand)] for operand in node._prev)
        made = Value._build(type(node), operands, node._fields(), None)
        memo[id(node)] = made
        for name, x in copy.deepcopy(node._attributes or {}, memo).items():
            setattr(made, name, x)
    return memo[id(root)]


def copy_value(node: Any) -> Any:
    """Copy a node alone; the copy has the same operands."""
    _refuse_own_backward(node, "copied")
    return Value._build(type(node), node._prev, node._fields(), node._attributes)


# ---- files ---------------------------------------------------------------------------------------


def save(path: str | os.PathLike[str], **values: Any) -> None:
    """Write Values, with their graphs, to a JSON file.

    Args:
        path: The file.
        values: The Values, each under a name of its own: `save("net.json", L=L, a=a)`.

    Raises:
        WrongType: One of them is no Value.
        GraphError: An operation has a `_backward` of its own, which is code and no number.
        FileError: The file cannot be written; what was there before stays.
    """
    order: dict[Any, int] = {}
    for name, x in values.items():
        if not is_value(x):
            raise WrongType(f"save() writes Values, but {name} is of type {type(x).__name__}.")
        for node in x._postorder():
            order.setdefault(node, len(order))
    nodes = [_record(node, order) for node in order]
    text = json.dumps(
        {
            "chainrule": FORMAT,
            "values": {name: order[x] for name, x in values.items()},
            "definitions": _definitions(nodes),
            "nodes": nodes,
        },
        allow_nan=False,
        separators=(",", ":"),
    )
    write_atomically(path, text.encode())


def _definitions(nodes: list[dict[str, Any]]) -> dict[str, Any]:
    """The rows that `define` added and that the nodes use."""
    from .ops import BUILT_IN, TABLE

    used = {node["op"] for node in nodes if "op" in node} - BUILT_IN - {"own"}
    return {
        name: {
            "formula": row.formula, "partials": list(row.partials), "symbol": row.symbol,
            "latex": row.latex, "why": row.why, "domain": row.domain,
        }
        for name in sorted(used)
        for row in (TABLE[name],)
    }  # fmt: skip


_FIELDS = ("data", "grad", "op", "partials", "kind", "state", "passes", "scope")
_DEFAULTS = (0, 0.0, "", (), 0, 0, 0, ())


def _record(node: Any, order: dict[Any, int]) -> dict[str, Any]:
    """A node as JSON can hold it; what is at its default is left out."""
    _refuse_own_backward(node, "saved")
    record: dict[str, Any] = {}
    for name, x, default in zip(_FIELDS, node._fields(), _DEFAULTS):
        if x != default or name == "data" or type(x) is not type(default):
            record[name] = [_to_json(p) for p in x] if isinstance(x, tuple) else _to_json(x)
    if node._prev:
        record["operands"] = [order[operand] for operand in node._prev]
    for key, name in (("label", "label"), ("_own_op", "own_op"), ("by_hand", "by_hand")):
        x = (node._attributes or {}).get(key)
        if x is not None:
            record[name] = _to_json(x) if isinstance(x, (int, float)) else str(x)
    return record


def _to_json(x: Any) -> Any:
    return repr(x) if isinstance(x, float) and x - x != 0.0 else x  # JSON has no nan and no inf


def _number(x: Any) -> Any:
    if x in ("nan", "inf", "-inf"):
        return float(x)
    if type(x) not in (int, float):
        raise ValueError(f"{x!r} is no number")
    return x


def load(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Read what `save` wrote.

    Nothing in the file is executed.

    Returns:
        The Values by their names.

    Raises:
        FileError: The file cannot be read, or is none that `save` wrote whole.
    """
    try:
        content = json.loads(Path(path).read_bytes())
    except OSError as error:
        raise FileError(f"{os.fspath(path)!r} cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise FileError(f"{os.fspath(path)!r} is no saved graph: {error}.") from None
    try:
        if content["chainrule"] != FORMAT:
            raise ValueError(
                f"format {content['chainrule']!r} is not known; this version reads {FORMAT}"
            )
        _define_all(content["definitions"])
        nodes: list[Any] = []
        for record in content["nodes"]:
            nodes.append(_node(record, nodes))
        return {str(name): _at(nodes, index) for name, index in content["values"].items()}
    except (KeyError, TypeError, ValueError, AttributeError, GraphError) as error:
        what = f"{error} is missing" if isinstance(error, KeyError) else str(error)
        raise FileError(
            f"{os.fspath(path)!r} is no graph that save() wrote whole: {what}.",
        ) from None


def _define_all(definitions: dict[str, Any]) -> None:
    from .apply import define

    for name, row in definitions.items():
        texts = {key: row[key] for key in ("symbol", "latex", "why", "domain")}
        define(name, row["formula"], tuple(row["partials"]), **texts)


def _at(nodes: list[Any], index: Any) -> Any:
    if type(index) is not int or not 0 <= index < len(nodes):
        raise ValueError(f"there is no node {index!r} yet")
    return nodes[index]


def _node(record: dict[str, Any], nodes: list[Any]) -> Any:
    """The node of a record, every field of it checked."""
    from .rules import NUMBER, RULES

    operands = tuple(_at(nodes, index) for index in record.get("operands", ()))
    rule = record.get("op", "")
    partials = tuple(x if x is None else float(_number(x)) for x in record.get("partials", ()))
    if rule not in NUMBER:
        raise ValueError(f"the operation {rule!r} is not known")
    arity = len(RULES[NUMBER[rule]].partials)
    if len(partials) != len(operands) or (rule not in ("own", "") and arity != len(operands)):
        raise ValueError(
            f"operation {rule!r} has {len(operands)} operands and {len(partials)} partials"
        )
    if bool(rule) != bool(operands):
        raise ValueError("a leaf has no operands, and an operation has some")
    kind, state, passes = (record.get(name, 0) for name in ("kind", "state", "passes"))
    if kind not in (0, 1, 2) or state not in (0, 1, 2) or type(passes) is not int or passes < 0:
        raise ValueError("a kind, a state or a number of passes that does not exist")
    data, grad = _number(record["data"]), _number(record.get("grad", 0.0))
    scope = tuple(str(name) for name in record.get("scope", ()))
    fields = (data, grad, rule, partials, kind, state, passes, scope)
    attributes = {
        key: _number(record[name]) if name == "by_hand" else str(record[name])
        for key, name in (("label", "label"), ("_own_op", "own_op"), ("by_hand", "by_hand"))
        if name in record
    }
    return Value._build(Value, operands, fields, attributes)
