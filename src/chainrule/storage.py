"""Graphs in a pickle, in a copy and in a file.

Nothing here recurses over a graph, and several Values keep what they share: in `pickle.dumps((L,
a))`, `copy.deepcopy((L, a))` and `save(path, L=L, a=a)` the leaf a stays a leaf of L.
"""

from __future__ import annotations

import ast
import copy
import json
import os
from collections.abc import Iterable
from itertools import takewhile
from pathlib import Path
from threading import get_ident
from typing import TYPE_CHECKING, Any
from weakref import ref

from .apply import new_row, register
from .errors import FileError, GraphError, WrongType
from .files import write_atomically
from .graph import describe
from .node import CONSTANT, KINDS, STATES, is_engine, is_value, number
from .rules import RULES
from .twin import Value

if TYPE_CHECKING:
    from .ops import Op

FORMAT = 1
"""The version of the file format that `save` writes and `load` reads."""


def _refuse_own_backward(node: Any, purpose: str) -> None:
    if "_own" in (node._attributes or ()):
        raise GraphError(
            f"{describe(node)} has a _backward of its own, so it cannot be {purpose}.",
            remedy="make the operation with define(name, formula, partials)",
        )


# ---- pickle --------------------------------------------------------------------------------------


class _InOrder:
    """Pickles the nodes of a graph one after the other, operands first.

    Each node then finds its operands in the pickler's memo, so that nothing recurses. It is active
    until the pickler has come to the last one; where pickling fails before, until the pickler lets
    go of it.
    """

    def __init__(self, nodes: list[Any]) -> None:
        self.nodes = nodes
        self.ids = {id(node) for node in nodes}
        self.thread = get_ident()

    def __reduce__(self) -> Any:
        _active.append(ref(self, _active.remove))
        return list, (), None, iter([*self.nodes, _Last(self)])


_active: list[ref[_InOrder]] = []


class _Last:
    """Stands behind the last node: whatever is pickled from here on is a graph of its own."""

    def __init__(self, order: _InOrder) -> None:
        self.order = order

    def __reduce__(self) -> Any:
        _active[:] = [each for each in _active if each() is not self.order]
        return tuple, ()


def reduce_value(node: Any) -> Any:
    """What pickle stores of a node.

    The attributes follow after all the nodes: one may hold a node that was computed later.
    """
    for each in _active:
        order = each()
        if order and id(node) in order.ids and order.thread == get_ident():
            _refuse_own_backward(node, "pickled")
            return _build, (_kind(node), node._prev, node._fields())
    below = node._postorder()
    attributes = [(n, names) for n in below if (names := _attributes(n))]
    return _restore, (_InOrder(below), attributes)


def _kind(node: Any) -> type | None:
    """A subclass; None for Value itself, since the reader may have the other engine."""
    return None if is_engine(type(node)) else type(node)


def _attributes(node: Any) -> dict[str, Any]:
    """What was set on a node, in its dict and in the slots of its class."""
    names = dict(node._attributes or {})
    if not is_engine(type(node)):
        for slot in _slots(type(node)):
            if hasattr(node, slot):
                names[slot] = getattr(node, slot)
    return names


def _slots(kind: Any) -> tuple[str, ...]:
    """The names of the slots that subclasses of Value have added."""
    names: list[str] = []
    for each in takewhile(lambda each: not is_engine(each), kind.__mro__):
        slots = each.__dict__.get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            private = name.startswith("__") and not name.endswith("__")
            names.append(f"_{each.__name__.lstrip('_')}{name}" if private else name)
    return tuple(name for name in names if name not in ("__dict__", "__weakref__"))


def _build(kind: Any, operands: tuple[Any, ...], fields: Any) -> Any:
    made: Any = Value if kind is None else kind
    return made._build(made, operands, fields, None)


def _restore(nodes: list[Any], attributes: list[tuple[Any, dict[str, Any]]]) -> Any:
    for node, names in attributes:
        for name, x in names.items():
            setattr(node, name, x)
    return nodes[-2]  # behind it stands what _Last left


# ---- copy ----------------------------------------------------------------------------------------


def deepcopy_value(root: Any, memo: dict[int, Any]) -> Any:
    """Copy a node and what lies below it, sharing what `memo` has already."""
    for node in root._postorder():
        if id(node) in memo:
            continue
        _refuse_own_backward(node, "copied")
        operands = tuple(memo[id(operand)] for operand in node._prev)
        made = node._build(type(node), operands, node._fields(), None)
        memo[id(node)] = made
        for name, x in copy.deepcopy(_attributes(node), memo).items():
            setattr(made, name, x)
    return memo[id(root)]


def copy_value(node: Any) -> Any:
    """Copy a node alone; the copy has the same operands."""
    _refuse_own_backward(node, "copied")
    return node._build(type(node), node._prev, node._fields(), _attributes(node))


# ---- files ---------------------------------------------------------------------------------------


def save(path: str | os.PathLike[str], /, **values: Any) -> None:
    """Write Values, with their graphs, to a JSON file.

    Numbers, gradients, labels and scopes are kept. Other attributes are not, and the nodes of a
    subclass come back as Values: a file holds no code. For these there is pickle.

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
            "definitions": definitions(node["op"] for node in nodes if "op" in node),
            "nodes": nodes,
        },
        allow_nan=False,
        separators=(",", ":"),
    )
    write_atomically(path, text.encode())


def definitions(used: Iterable[str]) -> dict[str, Any]:
    """The rows that `define` added, as JSON can hold them; those first that others call.

    Args:
        used: The names of operations; those of the table itself are left out.
    """
    from .ops import BUILT_IN, TABLE

    found: dict[str, Any] = {}
    todo = sorted(set(used), reverse=True)
    while todo:
        name = todo[-1]
        if name in found or name in BUILT_IN or name not in TABLE:
            todo.pop()
            continue
        row = TABLE[name]
        trees = [row.read(text).tree for text in (row.formula, *row.partials)]
        calls = {n.func.id for t in trees for n in ast.walk(t) if isinstance(n, ast.Call)}  # type: ignore[attr-defined]
        missing = sorted(calls - BUILT_IN - found.keys())
        if missing:
            todo += missing
        else:
            found[name] = _described(row)
            todo.pop()
    return found


def defined_rows(content: dict[str, dict[str, Any]]) -> list[Op]:
    """Check what `definitions` wrote, and return the rows without entering them.

    Raises:
        ValueError: It is something else, or a name is taken by another operation. FormulaError is
            one.
    """
    rows: list[Op] = []
    for name, fields in content.items():
        rows.append(new_row(name, **_strings(fields), beside=[row.name for row in rows]))
    return rows


def _described(row: Op) -> dict[str, Any]:
    """A row that `define` added, as JSON can hold it."""
    return {
        "formula": row.formula, "partials": list(row.partials), "symbol": row.symbol,
        "latex": row.latex, "why": row.why, "domain": row.domain,
    }  # fmt: skip


_FIELDS = ("data", "grad", "op", "partials", "kind", "state", "passes", "scope")
_DEFAULTS = (0, 0.0, "", (), 0, 0, 0, ())


def _record(node: Any, order: dict[Any, int]) -> dict[str, Any]:
    """A node as JSON can hold it; what is at its default is left out."""
    _refuse_own_backward(node, "saved")
    record: dict[str, Any] = {}
    for name, x, default in zip(_FIELDS, node._fields(), _DEFAULTS):
        if repr(x) != repr(default) or name == "data":
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
    return number(x)


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
        reason = error.strerror or str(error)
        raise FileError(f"{os.fspath(path)!r} cannot be read: {reason}.") from error
    except (ValueError, RecursionError) as error:
        raise FileError(f"{os.fspath(path)!r} is no saved graph: {error}.") from None
    try:
        rows, records, values = _checked(content)
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        what = f"{error} is missing" if isinstance(error, KeyError) else str(error)
        text = f"{os.fspath(path)!r} is no graph that save() wrote whole: {what}"
        raise FileError(text.rstrip(".") + ".") from None
    for row in rows:
        register(row)
    nodes: list[Any] = []
    for operands, fields, attributes in records:
        below = tuple(nodes[index] for index in operands)
        nodes.append(Value._build(Value, below, fields, attributes))
    return {name: nodes[index] for name, index in values.items()}


def _checked(content: Any) -> tuple[list[Op], list[Any], dict[str, int]]:
    """The definitions, the nodes and the names of a file, every field of them checked."""
    if content["chainrule"] != FORMAT:
        raise ValueError(
            f"format {content['chainrule']!r} is not known; this version reads {FORMAT}"
        )
    rows = defined_rows(content["definitions"])
    arity = {rule.name: len(rule.partials) for rule in RULES}
    arity.update((row.name, row.arity) for row in rows)
    records: list[Any] = []
    for record in content["nodes"]:
        records.append(_checked_record(record, records, arity))
    values = {str(name): _at(records, index) for name, index in content["values"].items()}
    return rows, records, values


def _strings(row: dict[str, Any]) -> dict[str, Any]:
    known = ("formula", "symbol", "latex", "why", "domain")
    if set(row) != {*known, "partials"} or not all(isinstance(row[key], str) for key in known):
        raise ValueError("a definition has other fields than save() writes")
    if not all(isinstance(text, str) for text in row["partials"]):
        raise ValueError("a partial of a definition is no text")
    return {**row, "partials": tuple(row["partials"])}


def _at(records: list[Any], index: Any) -> int:
    if type(index) is not int or not 0 <= index < len(records):
        raise ValueError(f"there is no node {index!r} yet")
    return index


def _checked_record(record: Any, records: list[Any], arity: dict[str, int]) -> Any:
    """Operands, fields and attributes of a node."""
    if not set(record) <= {*_FIELDS, "operands", "label", "own_op", "by_hand"}:
        raise ValueError("a node has other fields than save() writes")
    operands = [_at(records, index) for index in record.get("operands", ())]
    op = record.get("op", "")
    if op not in arity:
        raise ValueError(f"the operation {op!r} is not known")
    partials = tuple(None if x is None else float(_number(x)) for x in record.get("partials", ()))
    fits = arity[op] == len(operands) if op != "own" else bool(operands)
    if not fits or len(partials) != len(operands):
        raise ValueError(f"{op!r} has {len(operands)} operands and {len(partials)} partials")
    if op not in ("own", "where"):
        for index, partial in zip(operands, partials):
            if (partial is None) != (records[index][1][4] == CONSTANT):
                raise ValueError("a constant alone has no partial")
    kind, state, passes = (record.get(name, 0) for name in ("kind", "state", "passes"))
    if not all(type(x) is int for x in (kind, state, passes)):
        raise ValueError("a kind, a state or a number of passes is no int")
    if not (0 <= kind < len(KINDS) and 0 <= state < len(STATES) and 0 <= passes < 2**32):
        raise ValueError("a kind, a state or a number of passes does not exist")
    scope = record.get("scope", [])
    texts = {key: record[name] for key, name in _TEXTS.items() if name in record}
    if not all(isinstance(x, str) for x in (*scope, *texts.values())):
        raise ValueError("a scope, a label or an operation is no text")
    if "by_hand" in record:
        texts["by_hand"] = _number(record["by_hand"])
    data, grad = _number(record["data"]), _number(record.get("grad", 0.0))
    return operands, (data, grad, op, partials, kind, state, passes, tuple(scope)), texts


_TEXTS = {"label": "label", "_own_op": "own_op"}
