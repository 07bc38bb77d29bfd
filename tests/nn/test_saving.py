"""Models in files: what is saved is loaded, and files that don't fit get a sentence."""

from __future__ import annotations

import sys

import numpy as np
import pytest

import chainrule as cr
from chainrule import nn

library = pytest.importorskip("safetensors.numpy")


def numbers(model):
    return [p.data for p in model.parameters()]


@pytest.mark.parametrize(
    "make",
    [
        lambda seed: nn.MLP(2, [3, 1], seed=seed),
        lambda seed: nn.Sequential(
            nn.Embedding(3, 4, seed=seed), nn.RMSNorm(4), nn.MultiHeadAttention(4, 2, seed=seed)
        ),
    ],
)
def test_a_saved_model_is_the_same_again(tmp_path, make):
    model, path = make(1), tmp_path / "model.safetensors"
    nn.save(model, path)
    other = make(2)
    kept = other.parameters()
    assert numbers(other) != numbers(model)
    assert nn.load(other, str(path)) is other
    assert numbers(other) == numbers(model)
    assert all(a is b for a, b in zip(other.parameters(), kept))
    assert {name: x.shape for name, x in library.load_file(path).items()} == {
        name: x.shape for name, x in model.state_dict().items()
    }


def test_a_file_of_another_shape_names_the_first_parameter_that_differs(tmp_path):
    path = tmp_path / "model.safetensors"
    nn.save(nn.MLP(3, [4, 1]), path)
    model = nn.MLP(2, [4, 1])
    before = numbers(model)
    with pytest.raises(cr.ShapeError) as raised:
        nn.load(model, path)
    text = str(raised.value)
    assert "'layers.0.neurons.0.w'" in text and "(2,)" in text and "(3,)" in text
    assert numbers(model) == before


@pytest.mark.parametrize("cut", [0, 1, 8, 20, 100, -1, -8])
def test_a_torn_file_gets_a_sentence(tmp_path, cut):
    path = tmp_path / "model.safetensors"
    nn.save(nn.Neuron(2), path)
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(cr.FileError, match=r"model\.safetensors' can't be read: it is damaged"):
        nn.load(nn.Neuron(2), path)


@pytest.mark.parametrize("content", [b"hello, this is a text", b'{"w": [1, 2]}', b"\0" * 64])
def test_another_file_gets_a_sentence(tmp_path, content):
    path = tmp_path / "model.json"
    path.write_bytes(content)
    with pytest.raises(cr.FileError, match="or not a safetensors file"):
        nn.load(nn.Neuron(2), path)


def test_files_that_cannot_be_read_or_written(tmp_path):
    with pytest.raises(cr.FileError, match="can't be read: No such file"):
        nn.load(nn.Neuron(2), tmp_path / "none.safetensors")
    with pytest.raises(cr.FileError, match="can't be read: Is a directory"):
        nn.load(nn.Neuron(2), tmp_path)
    with pytest.raises(cr.FileError, match="does not exist"):
        nn.save(nn.Neuron(2), tmp_path / "nowhere" / "model.safetensors")
    for path in (3.5, "", b"model.safetensors", None):
        with pytest.raises(cr.WrongType, match="a file needs a path, a str or a Path, but got"):
            nn.save(nn.Neuron(2), path)
        with pytest.raises(cr.WrongType, match="a file needs a path, a str or a Path, but got"):
            nn.load(nn.Neuron(2), path)


def test_a_file_written_by_another_library_can_be_loaded(tmp_path):
    path = tmp_path / "model.safetensors"
    library.save_file({"w": np.array([1.0, 2.0], np.float32), "b": np.array(3, np.int64)}, path)
    assert numbers(nn.load(nn.Neuron(2), path)) == [1.0, 2.0, 3.0]


def test_without_safetensors_a_sentence_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "safetensors", None)
    monkeypatch.setitem(sys.modules, "safetensors.numpy", None)
    with pytest.raises(cr.MissingExtra, match="needs safetensors"):
        nn.save(nn.Neuron(2), tmp_path / "model.safetensors")
