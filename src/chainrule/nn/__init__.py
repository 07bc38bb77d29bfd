"""Neurons and networks of them, under micrograd's names."""

from .neurons import MLP as MLP, Layer as Layer, Module as Module, Neuron as Neuron

__all__ = ["MLP", "Layer", "Module", "Neuron"]
