"""The activations of a model over rows of data: their numbers, gradients and names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ...engine.node import Node, is_value
from ...engine.twin import Value
from ...errors import GraphError, ShapeError
from ...graph.traversal import postorder
from ...numerals import listed
from ...numpy import array
from ...programs.graphs import observe
from ...table.rules import rule_of
from ...verdict.diagnosis.units import Unit, activations, faint_below, is_neuron
from ..module import evaluating
from ..parameters import named_parameters
from ..training.data import Rows
from .directions import owner
from .evaluation import loss_gradients, table_of_outputs

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


class LayerUnits(NamedTuple):
    """The activations of one kind in one layer, over rows of data.

    Attributes:
        name: The layer.
        op: The activation, such as "relu".
        units: Each of them, with its name and the share of rows in which it is flat.
        values: What they return, shape `(rows, units)`.
        is_flat: Whether they are saturated or off there, shape `(rows, units)`.
        gradients: The gradients of each row's loss with respect to them, shape `(rows, units)`.
    """

    name: str
    op: str
    units: tuple[Unit, ...]
    values: Floats
    is_flat: Any
    gradients: Floats


def observe_layers(model: Any, rows: Rows, loss: Any) -> list[LayerUnits]:
    """Run a model over rows, and back if there is a loss; look at its activations.

    Raises:
        GraphError: The model has no activations, or computes another formula in some rows.
        DomainError: A prediction isn't finite.
    """
    import numpy as np

    outputs = table_of_outputs(model, rows)
    inputs = [Value(x) for x in rows.X[0].ravel().tolist()]
    with evaluating(model):
        result = rows.output(model, array(inputs).reshape(rows.X.shape[1:]))
    roots = list(result) if hasattr(result, "__len__") else [result]
    if not roots or not all(map(is_value, roots)):
        raise ShapeError(f"the model needs to return Values, but returned {type(result).__name__}.")
    order = list(dict.fromkeys(node for root in roots for node in postorder(root)))
    layers = _named_layers(model, activations(order))
    nodes = [node for layer in layers.values() for node in layer.values()]
    if not nodes:
        raise GraphError(
            "the model has no activations, such as tanh, relu or sigmoid, to draw.",
            remedy="a linear model has none; a relu written with if or max isn't recognised: "
            "write x.relu()",
        )
    seeds = np.zeros_like(outputs) if loss is None else loss_gradients(loss, outputs, rows)
    table = rows.X.reshape(len(rows), -1)
    again, values, derivatives, gradients = observe(roots, inputs, nodes)(table, seeds)
    _check_same(again, outputs)
    limits = [_limit(node) for node in nodes]
    is_flat = np.abs(derivatives) < limits
    found, start = [], 0
    for (name, op), named in layers.items():
        part = slice(start, start := start + len(named))
        shares = is_flat[:, part].mean(axis=0).tolist()
        units = tuple(Unit(name, unit, op, share) for unit, share in zip(named, shares))
        found.append(
            LayerUnits(name, op, units, values[:, part], is_flat[:, part], gradients[:, part])
        )
    return found


def _limit(node: Node) -> float:
    rule = rule_of(node)
    assert rule is not None  # an activation has a formula
    return faint_below(rule, [float(x.data) for x in node._operands])


def _check_same(again: Floats, outputs: Floats) -> None:
    """Raise GraphError if the graph of the first row gives something else in another one."""
    import numpy as np

    differs = ~np.isclose(again, outputs, rtol=1e-9, atol=1e-12).all(axis=1)
    if differs.any():
        raise GraphError(
            f"the model computes another formula in row {int(differs.argmax())} than in row 0, "
            "so its activations can't be compared.",
            remedy="write where(condition, a, b) instead of if, and call model.eval() if it has "
            "dropout",
        )


def _named_layers(
    model: Any, layers: dict[tuple[str, str], list[Node]]
) -> dict[tuple[str, str], dict[str, Node]]:
    """The activations by layer and kind, then by name. What was made outside of any scope goes by
    the names of the parameters that it depends on."""
    names = {parameter: name for name, parameter in named_parameters(model).items()}
    result: dict[tuple[str, str], dict[str, Node]] = {}
    for (layer, op), nodes in layers.items():
        for node in nodes:
            name = node.scope[-1] if node.scope and is_neuron(node.scope[-1]) else ""
            home = layer
            if not layer:
                home, name = _split(_nearest(node, names))
            others = result.setdefault((home, op), {})
            if not name or name in others:
                name = f"unit {len(others) + 1}"
            others[name] = node
    return result


def _nearest(node: Node, names: dict[Node, str]) -> str:
    """What has most of the parameters between an activation and those below it."""
    found: Counter[str] = Counter()
    waiting, seen = list(node._operands), set()
    while waiting:
        each = waiting.pop()
        if each in seen:
            continue
        seen.add(each)
        if each in names:
            found[owner(names[each])] += 1
        elif not _is_activation(each):
            waiting.extend(each._operands)
    return found.most_common(1)[0][0] if found else ""


def _is_activation(node: Node) -> bool:
    return bool(activations([node]))


def _split(name: str) -> tuple[str, str]:
    """The names of a layer and of a unit in it, from `layers.0.neurons.3`."""
    *parts, last = name.split(".")
    if not last.isdigit() or not parts:
        return name, ""
    return ".".join(parts[:-1]) or parts[-1], f"{parts[-1]}.{last}"


def describe(layers: Iterable[LayerUnits]) -> list[str]:
    """For each layer with dead or saturated units a sentence that names them."""
    sentences = []
    for layer in layers:
        for state in ("dead", "saturated"):
            named = [unit.name for unit in layer.units if unit.state == state]
            if named:
                home = f"{layer.name}: " if layer.name else ""
                verb = "is" if len(named) == 1 else "are"
                sentences.append(
                    f"{home}{len(named)} of {len(layer.units)} {layer.op} {verb} {state}: "
                    f"{with_kind(named)}"
                )
    return sentences


def with_kind(names: Sequence[str], most: int = 8) -> str:
    """Names that may share a kind, the first few of many.

    Example:
        >>> with_kind(["neuron 3", "neuron 7", "neuron 12"])
        'neurons 3, 7 and 12'
    """
    kinds = {name.rpartition(" ")[0] for name in names}
    common = kinds.pop() if len(kinds) == 1 < len(names) else ""
    kind = f"{common}s " if common else ""
    return kind + listed([name.rpartition(" ")[2] if kind else name for name in names], most)
