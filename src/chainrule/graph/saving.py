"""Save graphs to a JSON file and load them.

Values in one file keep the nodes that they share: after `save(path, L=L, a=a)` the leaf a is still
a leaf of L.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ..engine.node import CONSTANT, KINDS, STATES, Fields, Node, is_value
from ..engine.numbers import number
from ..engine.refusals import refuse_own_backward
from ..engine.twin import Value
from ..errors import FileError, WrongType
from ..files import write_atomically
from ..numerals import counted
from ..table.definitions import defined_rows, definitions, register
from ..table.rules import RULES

if TYPE_CHECKING:
    from ..table.ops import Op

FORMAT = 1
"""The version of the file format that `save` writes and `load` reads."""

ATTRIBUTES = {"label": "label", "own_op": "_own_op", "by_hand": "by_hand"}
"""Fields of a record, and the attributes of a node that they hold."""


def save(path: str | os.PathLike[str], /, **values: Any) -> None:
    """Write Values, with their graphs, to a JSON file.

    The file keeps numbers, gradients, labels and scopes. It holds no code: other attributes are
    lost, and nodes of a subclass are loaded as Values. Pickle keeps both.

    Args:
        path: The file.
        values: The Values, each under a name: `save("net.json", L=L, a=a)`.

    Raises:
        WrongType: One of them isn't a Value.
        GraphError: A node has its own `_backward`, which is code.
        FileError: The file cannot be written. It keeps its old content.
    """
    order: dict[Node, int] = {}
    for name, x in values.items():
        if not is_value(x):
            raise WrongType(f"save() writes Values, but {name} is of type {type(x).__name__}.")
        for node in x._postorder():
            order.setdefault(node, len(order))
    nodes = [_record(node, order) for node in order]
    content = {
        "chainrule": FORMAT,
        "values": {name: order[x] for name, x in values.items()},
        "definitions": definitions(node["op"] for node in nodes if "op" in node),
        "nodes": nodes,
    }
    text = json.dumps(content, allow_nan=False, separators=(",", ":"))
    write_atomically(path, text.encode())


def _record(node: Node, order: Mapping[Node, int]) -> dict[str, Any]:
    """Return a node as JSON can hold it, without the fields that have their defaults."""
    refuse_own_backward(node, "saved")
    record: dict[str, Any] = {}
    for name, x in node._fields()._asdict().items():
        if name == "data" or repr(x) != repr(Fields._field_defaults[name]):
            record[name] = [_to_json(p) for p in x] if isinstance(x, tuple) else _to_json(x)
    if node._operands:
        record["operands"] = [order[operand] for operand in node._operands]
    for name, attribute in ATTRIBUTES.items():
        x = (node._attributes or {}).get(attribute)
        if x is not None:
            record[name] = _to_json(x) if isinstance(x, (int, float)) else str(x)
    return record


def _to_json(x: Any) -> Any:
    return repr(x) if isinstance(x, float) and x - x != 0.0 else x  # JSON has no nan and no inf


def load(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Load the Values in a file that `save` wrote.

    Nothing in the file is executed.

    Returns:
        The Values by their names.

    Raises:
        FileError: The file cannot be read, or isn't complete, or `save` didn't write it.
    """
    try:
        rows, records, values = _read_content(json.loads(Path(path).read_bytes()))
    except OSError as error:
        reason = error.strerror or str(error)
        raise FileError(f"{os.fspath(path)!r} cannot be read: {reason}.") from error
    except (
        LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError,
    ) as error:  # fmt: skip
        reason = f"{error} is missing" if isinstance(error, KeyError) else str(error).rstrip(".")
        raise FileError(
            f"{os.fspath(path)!r} isn't a complete graph that save() wrote: {reason}."
        ) from None
    for row in rows:
        register(row)
    nodes: list[Node] = []
    for operands, fields, attributes in records:
        below = tuple(nodes[index] for index in operands)
        nodes.append(Value._build(Value, below, fields, attributes))
    return {name: nodes[index] for name, index in values.items()}


class _Record(NamedTuple):
    operands: list[int]
    fields: Fields
    attributes: dict[str, Any]


def _read_content(content: Any) -> tuple[list[Op], list[_Record], dict[str, int]]:
    """Check every field of a file, and return its definitions, its nodes and its names."""
    if content["chainrule"] != FORMAT:
        raise ValueError(f"format {content['chainrule']!r} is unknown; this version reads {FORMAT}")
    rows = defined_rows(content["definitions"])
    arity = {rule.name: len(rule.partials) for rule in RULES}
    arity.update((row.name, row.arity) for row in rows)
    records: list[_Record] = []
    for record in content["nodes"]:
        records.append(_read_record(record, records, arity))
    values = {str(name): _index(x, len(records)) for name, x in content["values"].items()}
    return rows, records, values


def _read_record(record: Any, records: Sequence[_Record], arity: Mapping[str, int]) -> _Record:
    if not set(record) <= {*Fields._fields, *ATTRIBUTES, "operands"}:
        raise ValueError("a node has fields that save() doesn't write")
    operands = [_index(x, len(records)) for x in record.get("operands", ())]
    op, scope = record.get("op", ""), record.get("scope", [])
    if op not in arity:
        raise ValueError(f"the operation {op!r} is unknown")
    partials = tuple(None if x is None else float(_number(x)) for x in record.get("partials", ()))
    has_arity = arity[op] == len(operands) if op != "own" else bool(operands)
    if not has_arity or len(partials) != len(operands):
        counts = counted(len(operands), "operand"), counted(len(partials), "partial")
        raise ValueError(f"{op!r} has {' and '.join(counts)}")
    if op not in ("own", "where"):
        for index, partial in zip(operands, partials):
            if (partial is None) != (records[index].fields.kind == CONSTANT):
                raise ValueError("a constant has a partial, or another operand has none")
    limits = {"kind": len(KINDS), "state": len(STATES), "passes": 2**32}
    kind, state, passes = (_index(record.get(key, 0), limit) for key, limit in limits.items())
    attributes = {ATTRIBUTES[name]: record[name] for name in ATTRIBUTES if name in record}
    if "by_hand" in attributes:
        attributes["by_hand"] = _number(attributes["by_hand"])
    texts = [x for name, x in attributes.items() if name != "by_hand"]
    if not all(isinstance(x, str) for x in (*scope, *texts)):
        raise ValueError("a scope, a label or an operation isn't text")
    data, grad = _number(record["data"]), _number(record.get("grad", 0.0))
    fields = Fields(data, grad, op, partials, kind, state, passes, tuple(scope))
    return _Record(operands, fields, attributes)


def _index(x: Any, limit: int) -> int:
    if type(x) is not int or not 0 <= x < limit:
        raise ValueError(f"{x!r} isn't an int from 0 to {limit - 1}")
    return x


def _number(x: Any) -> float:
    if x in ("nan", "inf", "-inf"):
        return float(x)
    if type(x) not in (int, float):
        raise ValueError(f"{x!r} isn't a number")
    return number(x)
