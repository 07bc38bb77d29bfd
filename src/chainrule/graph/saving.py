"""Graphs in a JSON file.

Several Values keep what they share: in `save(path, L=L, a=a)` the leaf a stays a leaf of L.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..engine.node import CONSTANT, KINDS, STATES, Fields, is_value
from ..engine.numbers import number
from ..engine.refusals import refuse_own_backward
from ..engine.twin import Value
from ..errors import FileError, WrongType
from ..files import write_atomically
from ..table.definitions import defined_rows, definitions, register
from ..table.rules import RULES

if TYPE_CHECKING:
    from ..table.ops import Op

FORMAT = 1
"""The version of the file format that `save` writes and `load` reads."""


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


def _record(node: Any, order: dict[Any, int]) -> dict[str, Any]:
    """A node as JSON can hold it; what is at its default is left out."""
    refuse_own_backward(node, "saved")
    record: dict[str, Any] = {}
    for name, x in node._fields()._asdict().items():
        if name == "data" or repr(x) != repr(Fields._field_defaults[name]):
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


def _at(records: list[Any], index: Any) -> int:
    if type(index) is not int or not 0 <= index < len(records):
        raise ValueError(f"there is no node {index!r} yet")
    return index


def _checked_record(record: Any, records: list[Any], arity: dict[str, int]) -> Any:
    """Operands, fields and attributes of a node."""
    if not set(record) <= {*Fields._fields, "operands", "label", "own_op", "by_hand"}:
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
            if (partial is None) != (records[index][1].kind == CONSTANT):
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
    fields = Fields(data, grad, op, partials, kind, state, passes, tuple(scope))
    return operands, fields, texts


_TEXTS = {"label": "label", "_own_op": "own_op"}
