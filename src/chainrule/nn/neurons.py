"""A neuron, a layer of neurons, and a network of layers, as in micrograd."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from ..engine.twin import Value
from ..graph.labels import parameter, scope
from .module import Module as Module


class Neuron(Module):
    """A weighted sum of the inputs plus a bias, followed by relu unless it is linear.

    Args:
        nin: The number of inputs. Weights start at `random.uniform(-1, 1)`, the bias at 0.
        nonlin: Whether relu follows.
    """

    def __init__(self, nin: int, nonlin: bool = True) -> None:
        self.w = [parameter(random.uniform(-1, 1)) for _ in range(nin)]
        self.b = parameter(0)
        self.nonlin = nonlin

    def __call__(self, x: Sequence[Any]) -> Any:
        """Return the activation for one row of inputs, `(nin,)` numbers or Values."""
        act: Any = self.b
        for wi, xi in zip(self.w, x):
            act = act + wi * xi
        return act.relu() if self.nonlin else act

    def parameters(self) -> list[Value]:
        """Return the weights, then the bias."""
        return [*self.w, self.b]

    def __repr__(self) -> str:
        return f"{'ReLU' if self.nonlin else 'Linear'}Neuron({len(self.w)})"


class Layer(Module):
    """Neurons side by side.

    Args:
        nin: The number of inputs of each neuron.
        nout: The number of neurons.
        kwargs: Further arguments of `Neuron`.
    """

    def __init__(self, nin: int, nout: int, **kwargs: Any) -> None:
        self.neurons = [Neuron(nin, **kwargs) for _ in range(nout)]

    def __call__(self, x: Sequence[Any]) -> Any:
        """Return the activations for one row, `(nout,)`; or a single neuron's activation."""
        out = [n(x) for n in self.neurons]
        return out[0] if len(out) == 1 else out

    def parameters(self) -> list[Value]:
        """Return the parameters, neuron by neuron."""
        return [p for n in self.neurons for p in n.parameters()]

    def __repr__(self) -> str:
        return f"Layer of [{', '.join(str(n) for n in self.neurons)}]"


class MLP(Module):
    """A multi-layer perceptron: a sequence of layers, the last one linear.

    Pictures draw a box around each layer.

    Args:
        nin: The number of inputs.
        nouts: The number of neurons in each layer.

    Example:
        >>> MLP(2, [16, 16, 1]).parameters()[0].kind
        'parameter'
    """

    def __init__(self, nin: int, nouts: Sequence[int]) -> None:
        sizes = [nin, *nouts]
        self.layers = [
            Layer(sizes[i], sizes[i + 1], nonlin=i != len(nouts) - 1) for i in range(len(nouts))
        ]
        self._scopes = [scope(f"layer {i + 1}") for i in range(len(nouts))]

    def __call__(self, x: Sequence[Any]) -> Any:
        """Return the last layer's activations for one row of inputs, `(nin,)` numbers or Values."""
        for layer, box in zip(self.layers, self._scopes):
            with box:
                x = layer(x)
        return x

    def parameters(self) -> list[Value]:
        """Return the parameters, layer by layer."""
        return [p for layer in self.layers for p in layer.parameters()]

    def __repr__(self) -> str:
        return f"MLP of [{', '.join(str(layer) for layer in self.layers)}]"
