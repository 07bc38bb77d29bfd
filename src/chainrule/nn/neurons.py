"""A neuron, a layer of neurons, and a network of layers, as in micrograd."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from itertools import pairwise
from operator import add, methodcaller, mul
from typing import Any

from ..engine.functions import relu
from ..engine.twin import Value
from ..graph.labels import parameter, scope
from .activations import activation as activation_of, method_of, name_of
from .initial import Initial, Seed, drawing, generator_of
from .module import Module as Module
from .rows import by_rows, check_row, columns, has_rows, is_array, size_of, sizes_of
from .scopes import Scopes

Activation = Callable[[Any], Any] | str


class Neuron(Module):
    """A weighted sum of the inputs plus a bias, followed by an activation unless it is linear.

    Args:
        nin: The number of inputs.
        nonlin: Whether the activation is applied; False makes the neuron linear.
        activation: The name of a function of the table, such as "tanh", "sigmoid" or "gelu", or any
            function of one number. By default relu.
        init: How the weights are drawn: "uniform" from -1 to 1, as in micrograd, "xavier" (suits
            tanh and sigmoid) or "he" (suits relu); or a function without arguments that returns the
            next weight. The bias starts at 0.
        seed: An int, or a generator such as `random.Random(1)`; None for Python's global generator,
            as in micrograd.

    Raises:
        ChoiceError: The activation or the initialisation is unknown.
        ShapeError: `nin` is less than 1.

    Example:
        >>> neuron = Neuron(2, activation="tanh", seed=1)
        >>> neuron, [p.label for p in neuron.parameters()]
        (TanhNeuron(2), ['w[0]', 'w[1]', 'b'])
    """

    _activation: Callable[[Any], Any] = staticmethod(relu)
    _method: Callable[[Any], Any] = methodcaller("relu")

    def __init__(
        self,
        nin: int,
        nonlin: bool = True,
        *,
        activation: Activation = relu,
        init: Initial = "uniform",
        seed: Seed = None,
    ) -> None:
        draw = drawing(init, size_of(nin, "inputs of a neuron"), 1, seed)
        self.w = [parameter(draw(), f"w[{k}]") for k in range(nin)]
        self.b = parameter(0, "b")
        self.nonlin = nonlin
        if activation is not relu:
            self.activation = activation

    @property
    def activation(self) -> Callable[[Any], Any]:
        """The function that follows the weighted sum. It can also be set to a name."""
        return self._activation

    @activation.setter
    def activation(self, activation: Activation) -> None:
        self._activation = activation_of(activation)
        self._method = method_of(self._activation)

    def __call__(self, x: Sequence[Any]) -> Any:
        """Return the activation for one row of inputs, or for each row of an array.

        Args:
            x: A list of `nin` numbers or Values, a list of such rows, or an array `(..., nin)`.

        Returns:
            A Value; for an array of several rows, an array `(...,)`.

        Raises:
            ShapeError: The row has the wrong length.
        """
        if type(x) is not list or len(x) != len(self.w):
            x = columns(x) if is_array(x) else x
            check_row(x, repr(self), len(self.w))
        try:
            act: Any = sum(map(mul, self.w, x), self.b)
        except TypeError:
            check_row(x, repr(self), len(self.w))
            raise
        if type(act) is float:  # of plain numbers, which `sum` rounds otherwise than Values
            act = reduce(add, map(mul, self.w, x), self.b)
        if not self.nonlin:
            return act
        try:
            return act.relu() if self._activation is relu else self._method(act)
        except AttributeError:  # a plain number or an array
            return self._activation(act)

    def parameters(self) -> list[Value]:
        """Return the weights, then the bias."""
        return [*self.w, self.b]

    def __repr__(self) -> str:
        return f"{name_of(self._activation) if self.nonlin else 'Linear'}Neuron({len(self.w)})"


class Layer(Module):
    """Neurons side by side. Pictures draw a box around each neuron.

    Args:
        nin: The number of inputs of each neuron.
        nout: The number of neurons.
        nonlin, activation, init, seed: As for `Neuron`; the neurons draw their weights one after
            the other.

    Raises:
        ChoiceError: The activation or the initialisation is unknown.
        ShapeError: `nin` or `nout` is less than 1.

    Example:
        >>> layer = Layer(2, 3, activation="tanh")
        >>> layer.neurons[2].b.scope
        ('neuron 3',)
    """

    _scopes = Scopes("neuron")

    def __init__(
        self,
        nin: int,
        nout: int,
        nonlin: bool = True,
        *,
        activation: Activation = relu,
        init: Initial = "uniform",
        seed: Seed = None,
    ) -> None:
        nin, nout = size_of(nin, "inputs of a layer"), size_of(nout, "neurons of a layer")
        draw, activation = drawing(init, nin, nout, seed), activation_of(activation)
        self.neurons = []
        for k in range(nout):
            with scope(f"neuron {k + 1}"):
                self.neurons.append(Neuron(nin, nonlin, activation=activation, init=draw))

    def __call__(self, x: Sequence[Any]) -> Any:
        """Return the activations for one row of inputs, or for each row of an array.

        Args:
            x: A list of `nin` numbers or Values, a list of such rows, or an array `(..., nin)`.

        Returns:
            A list of `nout` Values, or an array `(..., nout)`; for a single neuron, its activation.

        Raises:
            ShapeError: The row has the wrong length.
        """
        is_row = type(x) is list and (not x or type(x[0]) is not list)
        if not is_row and has_rows(x):
            return by_rows(self, x)
        out = self._scopes.each(self.neurons, x)
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
        activation, init, seed: As for `Neuron`; all layers but the last have the activation.

    Raises:
        ChoiceError: The activation or the initialisation is unknown.
        ShapeError: There are no layers, or a size is less than 1.

    Example:
        >>> net = MLP(2, [16, 16, 1], activation="tanh", init="xavier", seed=1)
        >>> len(net.parameters()), net.parameters()[0].label, net.parameters()[0].scope
        (337, 'w[0]', ('layer 1', 'neuron 1'))
    """

    _layer_scopes = Scopes("layer")

    def __init__(
        self,
        nin: int,
        nouts: Sequence[int],
        *,
        activation: Activation = relu,
        init: Initial = "uniform",
        seed: Seed = None,
    ) -> None:
        sizes = [nin, *sizes_of(nouts, "layers of an MLP")]
        generator = generator_of(seed)
        self.layers = []
        for i, (inputs, outputs) in enumerate(pairwise(sizes), 1):
            with scope(f"layer {i}"):
                layer = Layer(
                    inputs,
                    outputs,
                    i < len(nouts),
                    activation=activation,
                    init=init,
                    seed=generator,
                )
            self.layers.append(layer)

    def __call__(self, x: Sequence[Any]) -> Any:
        """Return the last layer's activations for one row of inputs, or for each row of an array.

        Args:
            x: A list of `nin` numbers or Values, a list of such rows, or an array `(..., nin)`.

        Returns:
            A list of Values, or an array with rows of them; for a single neuron, its activation.

        Raises:
            ShapeError: The row has the wrong length.
        """
        is_row = type(x) is list and (not x or type(x[0]) is not list)
        if not is_row and has_rows(x) and not is_array(x):
            return by_rows(self, x)
        return self._layer_scopes.chain(self.layers, x)

    def parameters(self) -> list[Value]:
        """Return the parameters, layer by layer."""
        return [p for layer in self.layers for p in layer.parameters()]

    def __repr__(self) -> str:
        return f"MLP of [{', '.join(str(layer) for layer in self.layers)}]"
