"""Neurons, networks of them, and their training."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # for type checkers and editors: the names that are loaded on demand
    from . import datasets as datasets, losses as losses, optim as optim
    from .estimators import (
        ChainruleClassifier as ChainruleClassifier,
        ChainruleRegressor as ChainruleRegressor,
    )
    from .exchange import exchanged as exchanged
    from .functions import (
        attention as attention,
        layer_norm as layer_norm,
        linear as linear,
        log_softmax as log_softmax,
        rms_norm as rms_norm,
        softmax as softmax,
    )
    from .heads import (
        AttentionHead as AttentionHead,
        MultiHeadAttention as MultiHeadAttention,
    )
    from .layers import (
        Dropout as Dropout,
        Embedding as Embedding,
        LayerNorm as LayerNorm,
        Linear as Linear,
        RMSNorm as RMSNorm,
    )
    from .module import Module as Module
    from .neurons import MLP as MLP, Layer as Layer, Neuron as Neuron
    from .parameters import named_parameters as named_parameters
    from .pictures import (
        Picture as Picture,
        plot_boundary as plot_boundary,
        plot_landscape as plot_landscape,
        plot_layers as plot_layers,
    )
    from .prediction import predict as predict
    from .saving import load as load, save as save
    from .sequential import Activation as Activation, Sequential as Sequential
    from .state import load_state_dict as load_state_dict, state_dict as state_dict
    from .training.callbacks import Epoch as Epoch
    from .training.fit import fit as fit
    from .training.history import History as History

_ON_DEMAND = {
    name: module
    for module, names in {
        "estimators": "ChainruleClassifier ChainruleRegressor",
        "exchange": "exchanged",
        "functions": "attention layer_norm linear log_softmax rms_norm softmax",
        "heads": "AttentionHead MultiHeadAttention",
        "layers": "Dropout Embedding LayerNorm Linear RMSNorm",
        "module": "Module",
        "neurons": "MLP Layer Neuron",
        "pictures": "Picture plot_boundary plot_landscape plot_layers",
        "parameters": "named_parameters",
        "prediction": "predict",
        "saving": "load save",
        "sequential": "Activation Sequential",
        "state": "load_state_dict state_dict",
        "training.callbacks": "Epoch",
        "training.fit": "fit",
        "training.history": "History",
    }.items()
    for name in names.split()
}

_SUBMODULES = ("datasets", "losses", "optim")

__all__ = [*_ON_DEMAND, *_SUBMODULES]


def __getattr__(name: str) -> Any:
    if name in _SUBMODULES:
        return import_module(f".{name}", __name__)
    if name not in _ON_DEMAND:
        raise AttributeError(f"module 'chainrule.nn' has no attribute {name!r}")
    x = getattr(import_module(f".{_ON_DEMAND[name]}", __name__), name)
    globals()[name] = x
    return x


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
