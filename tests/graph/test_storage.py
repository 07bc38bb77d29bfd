"""Graphs in a pickle, in a copy and in a file come back bit for bit; nothing broken gets in."""

from __future__ import annotations

import contextlib
import copy
import json
import math
import pickle
import random

import numpy as np
import pytest
from hypothesis import given, strategies as st

import chainrule
from chainrule.errors import FileError, GraphError, WrongType

COPIES = {
    "deepcopy": copy.deepcopy,
    "the newest pickle": lambda x: pickle.loads(pickle.dumps(x, pickle.HIGHEST_PROTOCOL)),
    "pickle protocol 0": lambda x: pickle.loads(pickle.dumps(x, 0)),
    "pickle protocol 2": lambda x: pickle.loads(pickle.dumps(x, 2)),
    "the pickler in Python": lambda x: pickle._loads(pickle._dumps(x)),
}


def in_a_file(path):
    def keep(values):
        chainrule.save(path, **{f"v{k}": v for k, v in enumerate(values)})
        return tuple(chainrule.load(path).values())

    return keep


@pytest.fixture(params=[*COPIES, "file"])
def keep(request, tmp_path):
    """A way to keep a tuple of Values."""
    return COPIES.get(request.param) or in_a_file(tmp_path / "graph.json")


def bits(x):
    return x if x is None else (type(x), float(x).hex())


def face(v):
    """Everything that is to be read on a node, without its operands."""
    return (
        type(v),
        bits(v.data),
        bits(v.grad),
        v.grad_state,
        v.passes,
        bits(v.by_hand),
        v.kind,
        v.op,
        v._op,
        v.label,
        v.scope,
        tuple(map(bits, v._local_grads)),
    )


def picture(*roots):
    """A graph as plain data: each node's face and the indices of its operands."""
    order = {}
    for root in roots:
        for node in root._postorder():
            order.setdefault(node, len(order))
    nodes = [(face(node), tuple(order[operand] for operand in node._operands)) for node in order]
    return nodes, [order[root] for root in roots]


def sample(Value):
    """A graph with one of everything that a file can hold."""
    with chainrule.scope("net"), chainrule.scope("<layer>"):
        w = chainrule.parameter(-0.5, label="w")
    a, b = Value(2, label='a "quoted" </script> ünï'), Value(-0.0)
    c = a * 3 + b
    d = Value(7.5, (c, w), "mine") + Value(1.0, (a, w, a), (0.5, math.inf, math.nan))
    L = chainrule.where(a > 1, d, b) + (w**2).tanh() + b * math.inf + chainrule.max(a, 2)
    a.grad = 6
    with pytest.warns(RuntimeWarning, match="the gradient stops at mine"):
        L.backward()
        L.backward()
    b.grad = -0.0
    return L, a, w, c


def test_everything_comes_back(Value, keep):
    values = sample(Value)
    kept = keep(values)
    assert picture(*kept) == picture(*values)
    originals = chainrule.trace(values[0])[0]
    assert not originals & chainrule.trace(kept[0])[0]


def test_what_was_shared_stays_shared(Value, keep):
    a = Value(2.0)
    L = a * a
    kept_L, kept_a, again = keep((L, a, a))
    assert kept_a is again
    assert kept_L._prev == (kept_a, kept_a)
    kept_L.backward()
    assert (kept_a.grad, a.grad) == (4.0, 0.0)


def test_what_came_back_goes_on(Value, keep):
    a = Value(2.0)
    L = a * 3
    L.backward()
    kept_L, kept_a = keep((L, a))
    (kept_L * kept_L).backward()
    assert (kept_a.grad, kept_a.passes) == (3.0 + 36.0, 2)
    kept_a.data = 5.0
    chainrule.refresh(kept_L)
    assert kept_L.data == 15.0


def test_any_order_of_root_and_leaf(Value, keep):
    a = Value(2.0)
    b = a + 1
    L = b * a
    for values in ((L, a), (a, L), (b, L, a), (L, b), (L + b, L, b)):
        assert picture(*keep(values)) == picture(*values)


def test_a_long_chain(Value, keep):
    x = Value(0.5)
    y = x
    for _ in range(5_000):
        y = y * 1.5 + x
        y.data = 0.5
    kept_y, kept_x = keep((y, x))
    assert len(kept_y._postorder()) == len(y._postorder())
    kept_y.backward()
    y.backward()
    assert kept_x.grad == x.grad


@pytest.mark.parametrize("way", COPIES)
def test_attributes_come_back(Value, way):
    a = Value(2.0)
    a.m, a.note = 0.5, ["one"]
    kept = COPIES[way](a)
    assert (kept.m, kept.note) == (0.5, ["one"])
    assert kept.note is not a.note or way == "copy"


@pytest.mark.parametrize("way", COPIES)
def test_subclasses_come_back(Value, way, monkeypatch):
    class Weight(Value):
        pass

    Weight.__qualname__ = "Weight"
    monkeypatch.setitem(globals(), "Weight", Weight)  # pickle looks a class up by its name
    w = Weight(3.0, label="w")
    w.m = 0.5
    kept_L, kept_w = COPIES[way]((w * 2, w))
    assert type(kept_L) is type(kept_w) is Weight
    assert (kept_w.m, kept_w.label, kept_L._prev[0]) == (0.5, "w", kept_w)


@pytest.mark.parametrize("way", COPIES)
def test_attributes_may_hold_values(Value, way):
    a, b = Value(2.0), Value(3.0)
    a.partner = b
    L = a * b
    kept_L, kept_a, kept_b = COPIES[way]((L, a, b))
    assert kept_a.partner is kept_b
    assert kept_L._prev == (kept_a, kept_b)


@pytest.mark.parametrize("way", COPIES)
def test_a_leaf_may_remember_a_later_result(Value, way):
    a = Value(2.0)
    L = a * 3
    a.result = L
    kept_L, kept_a = COPIES[way]((L, a))
    assert kept_a.result is kept_L
    assert kept_L._prev[0] is kept_a
    del a.result, kept_a.result


@pytest.mark.parametrize("way", COPIES)
def test_containers_of_values(Value, way):
    a = Value(2.0)
    kept = COPIES[way]({"layers": [[a], (a * a, a)], "loss": a * 3, "by": {a: 1}})
    (first,), (second, third) = kept["layers"]
    assert first is third
    assert second._prev == (first, first)
    assert kept["loss"]._prev[0] is first
    assert kept["by"] == {first: 1}


@pytest.mark.parametrize("way", COPIES)
def test_arrays_of_values(Value, way):
    a = Value(2.0)
    kept = COPIES[way]((np.array([a, a * 2], dtype=object), a))
    assert kept[0][0] is kept[1]
    assert kept[0][1]._prev[0] is kept[1]


def test_a_shallow_copy_shares_its_operands(Value):
    a = Value(2.0, label="a")
    b = a * 3
    b.note = [1]
    kept = copy.copy(b)
    assert kept is not b
    assert face(kept) == face(b)
    assert kept._prev == b._prev
    assert kept.note is b.note
    kept.note = None
    assert b.note == [1]


def test_a_copy_of_an_inner_node_is_a_graph_of_its_own(Value):
    a = Value(2.0)
    b = a * 3
    kept = copy.deepcopy(b)
    kept.backward()
    assert (a.grad, kept._prev[0].grad) == (0.0, 3.0)


def test_a_pickle_that_fails_leaves_nothing_behind(Value):
    a = Value(2.0)
    a.bad = lambda: None
    L = a * 2
    with pytest.raises((pickle.PicklingError, AttributeError)):
        pickle.dumps(L)
    del a.bad
    kept = pickle.loads(pickle.dumps(L))
    assert kept._prev[0].data == 2.0


def test_an_own_rule_is_refused_by_name(Value, keep):
    a = Value(2.0)
    c = Value(4.0, (a,), "mine", label="squared")
    c._backward = lambda: None
    with pytest.raises(GraphError, match="'squared' has a _backward of its own"):
        keep((c * 2, a))


def test_a_cycle_is_refused(Value, keep):
    a = Value(1.0)
    b = a + 1
    a._prev = (b,)
    with pytest.raises(GraphError, match="cycle"):
        keep((b,))
    a._prev = ()


def test_copying_does_not_change_the_original(Value, keep):
    values = sample(Value)
    before = picture(*values)
    keep(values)
    assert picture(*values) == before


# ---- files ---------------------------------------------------------------------------------------


def test_a_file_is_json_and_made_whole(Value, tmp_path):
    path = tmp_path / "graph.json"
    chainrule.save(path, L=Value(2.0) * 3)
    assert json.loads(path.read_text(encoding="utf-8"))["chainrule"] == 1
    assert [p.name for p in path.parent.iterdir()] == ["graph.json"]
    chainrule.save(str(path), L=Value(5.0))
    assert chainrule.load(str(path))["L"].data == 5.0


def test_a_folder_that_is_not_there_is_an_error_and_is_not_made(Value, tmp_path):
    with pytest.raises(FileError, match=r"the folder '.*missing' does not exist") as raised:
        chainrule.save(tmp_path / "missing" / "graph.json", a=Value(2.0))
    assert isinstance(raised.value, OSError)
    assert "make the folder first" in str(raised.value)
    assert list(tmp_path.iterdir()) == []


def test_names_in_a_file(Value, tmp_path):
    a = Value(2.0)
    chainrule.save(tmp_path / "f", **{"any name": a * 2, "a": a})
    kept = chainrule.load(tmp_path / "f")
    assert list(kept) == ["any name", "a"]
    assert kept["any name"]._prev[0] is kept["a"]
    chainrule.save(tmp_path / "f")
    assert chainrule.load(tmp_path / "f") == {}


def test_a_failed_save_leaves_the_old_file(Value, tmp_path):
    path = tmp_path / "graph.json"
    chainrule.save(path, a=Value(2.0))
    before = path.read_bytes()
    own = Value(1.0)
    own._backward = lambda: None
    for wrong, error in ((own, GraphError), (3.0, WrongType), ([own], WrongType)):
        with pytest.raises(error):
            chainrule.save(path, L=wrong)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["graph.json"]


def test_a_file_that_cannot_be_written_or_read(Value, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(FileError, match="cannot be written"):
        chainrule.save(tmp_path / "file" / "below", a=Value(1.0))
    with pytest.raises(FileError, match="cannot be read"):
        chainrule.load(tmp_path / "missing")
    with pytest.raises(FileError):
        chainrule.load(tmp_path)
    assert isinstance(FileError("x"), OSError)


def test_an_unknown_version_is_refused(Value, tmp_path):
    path = tmp_path / "f"
    path.write_text('{"chainrule": 2, "values": {}, "definitions": {}, "nodes": []}')
    with pytest.raises(FileError, match="format 2 is unknown"):
        chainrule.load(path)


def test_a_defined_operation_comes_with_its_file(Value, tmp_path):
    fourth = chainrule.define("fourth_of_storage", "x**4", ("4*x**3",), domain="x < 50")
    x = Value(2.0)
    chainrule.save(tmp_path / "f", L=fourth(x), x=x)
    saved = json.loads((tmp_path / "f").read_text())
    assert saved["definitions"]["fourth_of_storage"]["formula"] == "x**4"
    saved = json.dumps(saved).replace("fourth_of_storage", "fourth_elsewhere")
    (tmp_path / "f").write_text(saved)
    kept = chainrule.load(tmp_path / "f")
    kept["L"].backward()
    assert (kept["x"].grad, kept["L"].op) == (32.0, "fourth_elsewhere")


def test_a_definition_that_contradicts_ours_is_refused(Value, tmp_path):
    fifth = chainrule.define("fifth_of_storage", "x**5", ("5*x**4",))
    chainrule.save(tmp_path / "f", L=fifth(Value(2.0)))
    text = (tmp_path / "f").read_text().replace("x**5", "x**6")
    (tmp_path / "f").write_text(text)
    with pytest.raises(FileError, match="already defined differently"):
        chainrule.load(tmp_path / "f")


def test_a_definition_is_no_door_for_code(tmp_path):
    path = tmp_path / "f"
    for formula in ("__import__('os')", "x.__class__", "open(x)", ["x"], 3, None):
        row = {
            "formula": formula,
            "partials": ["1"],
            "symbol": "",
            "latex": "",
            "why": "",
            "domain": "",
        }
        content = {"chainrule": 1, "values": {}, "definitions": {"evil": row}, "nodes": []}
        path.write_text(json.dumps(content))
        with pytest.raises(FileError):
            chainrule.load(path)


def test_a_refused_file_defines_nothing(tmp_path):
    from chainrule.table import ops

    row = {"formula": "x", "partials": ["1"], "symbol": "", "latex": "", "why": "", "domain": ""}
    content = {"chainrule": 1, "values": {"L": 5}, "definitions": {"left_over": row}, "nodes": []}
    (tmp_path / "f").write_text(json.dumps(content))
    with pytest.raises(FileError):
        chainrule.load(tmp_path / "f")
    assert "left_over" not in ops.TABLE


LEAF = {"data": 2.0}
PLUS = {"data": 4.0, "op": "add", "partials": [1.0, 1.0], "operands": [0, 0]}


@pytest.mark.parametrize(
    "nodes",
    [
        [{}],
        [[]],
        [None],
        [3],
        ["data"],
        {"data": 1},
        [{"data": None}],
        [{"data": "2"}],
        [{"data": [2]}],
        [{"data": True}],
        [{"data": {}}],
        [{"data": 10**400}],
        [{"data": 2**53 + 1}],
        [{"data": 2, "grad": "x"}],
        [{"data": 2, "grad": 2**60}],
        [{"data": 2, "kind": 3}],
        [{"data": 2, "kind": -1}],
        [{"data": 2, "kind": "leaf"}],
        [{"data": 2, "kind": 1.0}],
        [{"data": 2, "state": 3}],
        [{"data": 2, "state": 1.0}],
        [{"data": 2, "passes": -1}],
        [{"data": 2, "passes": 1.5}],
        [{"data": 2, "passes": 10**30}],
        [{"data": 2, "passes": 2**32}],
        [{"data": 2, "scope": 3}],
        [{"data": 2, "op": 3}],
        [{"data": 2, "op": []}],
        [{"data": 2, "op": "add"}],
        [{"data": 2, "operands": [0]}],
        [{"data": 2, "operands": 3}],
        [{"data": 2, "by_hand": "x"}],
        [LEAF, {**PLUS, "operands": [0, 1]}],
        [LEAF, {**PLUS, "operands": [0, -1]}],
        [LEAF, {**PLUS, "operands": [0, 0.0]}],
        [LEAF, {**PLUS, "operands": [0, True]}],
        [LEAF, {**PLUS, "operands": [0]}],
        [LEAF, {**PLUS, "operands": [0], "partials": [1.0]}],
        [LEAF, {**PLUS, "operands": ["0", 0]}],
        [LEAF, {**PLUS, "partials": [1.0]}],
        [LEAF, {**PLUS, "partials": [1.0, "x"]}],
        [LEAF, {**PLUS, "partials": [1.0, 10**400]}],
        [LEAF, {**PLUS, "op": "unknown"}],
        [LEAF, {**PLUS, "op": ""}],
    ],
    ids=lambda nodes: json.dumps(nodes)[:70],
)
def test_a_record_that_is_none_is_refused(Value, tmp_path, nodes):
    content = {"chainrule": 1, "values": {}, "definitions": {}, "nodes": nodes}
    (tmp_path / "f").write_text(json.dumps(content))
    with pytest.raises(FileError):
        chainrule.load(tmp_path / "f")


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "null",
        "[]",
        "3",
        '"text"',
        "{}",
        '{"chainrule": 1}',
        "nonsense",
        "\0",
        "[" * 100_000,
        '{"chainrule": 1, "values": {"L": 0}, "definitions": {}, "nodes": []}',
        '{"chainrule": 1, "values": [], "definitions": {}, "nodes": []}',
        '{"chainrule": 1, "values": {}, "definitions": [], "nodes": []}',
        '{"chainrule": 1, "values": {}, "definitions": {}, "nodes": null}',
        '{"chainrule": [1], "values": {}, "definitions": {}, "nodes": []}',
        '{"chainrule":1,"values":{},"definitions":{},"nodes":[{"data":' + "1" * 5000 + "}]}",
    ],
    ids=lambda text: repr(text[:50]),
)
def test_a_file_that_is_none_is_refused(Value, tmp_path, content):
    (tmp_path / "f").write_text(content)
    with pytest.raises(FileError):
        chainrule.load(tmp_path / "f")


def test_bytes_that_are_no_text_are_refused(tmp_path):
    (tmp_path / "f").write_bytes(bytes(range(256)))
    with pytest.raises(FileError):
        chainrule.load(tmp_path / "f")


def _use(values):
    """Ask of loaded Values what anybody might; a valid graph answers."""
    for v in values.values():
        nodes, _ = chainrule.trace(v)
        for node in nodes:
            face(node)
            repr(node)
        v.backward()
        # another number leaves a domain, or an operation has no formula
        with contextlib.suppress(ValueError, GraphError):
            chainrule.refresh(v)
        pickle.dumps(v)


def test_a_file_cut_anywhere_is_refused(Value, tmp_path):
    path = tmp_path / "f"
    chainrule.save(path, **dict(zip("Lawc", sample(Value))))
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        with pytest.raises(FileError):
            chainrule.load(path)


@pytest.mark.filterwarnings("ignore:.*the gradient stops:RuntimeWarning")
def test_a_file_edited_anywhere_is_refused_or_a_valid_graph(Value, tmp_path):
    path = tmp_path / "f"
    chainrule.save(path, **dict(zip("Lawc", sample(Value))))
    whole = path.read_bytes()
    draw = random.Random(0)
    loaded = 0
    for _ in range(1500):
        edited = bytearray(whole)
        for _ in range(draw.randint(1, 3)):
            index = draw.randrange(len(edited))
            kind = draw.random()
            if kind < 0.5:
                edited[index] = draw.choice(b'0123456789-.eE"[]{},:truefalsnInfity\\ \xff')
            elif kind < 0.75:
                del edited[index]
            else:
                edited.insert(index, draw.choice(b'0123456789-"[]{},'))
        path.write_bytes(edited)
        try:
            values = chainrule.load(path)
        except FileError:
            continue
        loaded += 1
        _use(values)
    assert loaded


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=6,
)


@pytest.mark.filterwarnings("ignore:.*the gradient stops:RuntimeWarning")
@given(data=st.data())
def test_a_field_replaced_by_anything_is_refused_or_a_valid_graph(Value, tmp_path, data):
    path = tmp_path / "f"
    chainrule.save(path, **dict(zip("Lawc", sample(Value))))
    content = json.loads(path.read_bytes())
    part = content
    while isinstance(part, (dict, list)) and part:
        keys = list(part) if isinstance(part, dict) else range(len(part))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(part[key], (dict, list)) or not part[key] or data.draw(st.booleans()):
            part[key] = data.draw(_JSON)
            break
        part = part[key]
    path.write_text(json.dumps(content))
    try:
        values = chainrule.load(path)
    except FileError:
        return
    _use(values)


def test_an_operation_that_calls_another_of_the_users_own_comes_back_elsewhere(
    tmp_path, run_python
):
    chainrule.define("storage_inner", "x + 1", ("1",))
    outer = chainrule.define("storage_outer", "storage_inner(x) * 2", ("2",))
    path = tmp_path / "nested.json"
    chainrule.save(path, L=outer(chainrule.Value(4.0)))
    text = run_python(f"import chainrule; print(chainrule.load({str(path)!r})['L'].data)")
    assert text.strip() == "10.0"
