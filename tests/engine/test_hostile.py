"""Code that is called in the middle of things; classes with ideas of their own."""

import errno
import gc
import os
import pickle
import threading

import pytest

import chainrule
from chainrule import FileError, GraphError, WrongType
from chainrule.files import write_atomically
from chainrule.graph.debugging import debug
from chainrule.graph.evaluation import evaluate
from chainrule.graph.labels import scope


def own_rule_pass(node):
    """The gradient of what a node's own rule writes into."""
    a = node._prev[0]

    def rule():
        a.grad += 7 * node.grad

    node._backward = rule
    (node * 1.0).backward()
    return a.grad


def test_an_own_rule_whatever_the_class_does_with_attributes(engines):
    Value = engines.get("compiled", chainrule.Value)

    class Slots(Value):
        __slots__ = ("_own",)

    class Deaf(Value):
        def __setattr__(self, name, x):
            if not name.startswith("_") or name == "_backward":
                super().__setattr__(name, x)

    if "compiled" in engines:  # the interpreted one keeps its numbers in such attributes itself
        assert own_rule_pass(Deaf(2.0) * 3) == 7.0
        assert own_rule_pass(Slots(2.0) * 3) == 7.0


def test_an_emptied_dict_forgets_the_own_rule(Value):
    a = Value(2.0)
    y = a * 3
    y._backward = lambda: None
    y.__dict__.clear()
    (y * 1.0).backward()
    assert a.grad == 3.0
    assert callable(y._backward)


def test_a_finalizer_may_run_a_pass_in_the_middle_of_a_walk(Value):
    a = Value(2.0)
    L = a
    for _ in range(50):
        L = L * 1.0 + a
    seen = []

    class Last:
        def __init__(self):
            self.me = self

        def __del__(self):
            a.grad = None
            L.backward()
            seen.append(a.grad)

    keep = [[] for _ in range(500)]
    gc.disable()
    gc.collect()
    keep += [[], []]
    Last()
    thresholds = gc.get_threshold()
    gc.set_threshold(1)
    gc.enable()
    try:
        L._postorder()
    finally:
        gc.set_threshold(*thresholds)
    gc.collect()
    assert seen == [51.0]
    del keep


def test_a_class_that_takes_the_graph_apart_when_it_is_written_to(Value):
    leaves = []

    class Wrecker(Value):
        def __setattr__(self, name, x):
            super().__setattr__(name, x)
            if name == "by_hand":
                leaves.clear()

    leaves += [Wrecker(3.0 + i) for i in range(3)]
    L = Value(1.0)
    for leaf in leaves:
        leaf.grad = 6
        L = L * leaf
    del leaf
    L.backward()
    gc.collect()
    assert L.grad == 1.0


def test_another_table_is_refused(run_python):
    code = """
import chainrule.table.rules as rules
rules.FINGERPRINT = "another"
try:
    import chainrule.engine._native
except ImportError as error:
    print(error)
"""
    said = run_python(code, pure=True)
    assert "another table of operations" in said or "No module named" in said


def test_a_name_that_is_no_text(Value):
    with debug(), pytest.raises(TypeError):
        Value.__setattr__(Value(1.0), None, 1)


def test_a_class_whose_name_is_no_text(Value):
    class Meta(type):
        __name__ = property(lambda cls: 5)

    class Odd(Value, metaclass=Meta):
        pass

    assert "data=1.0" in repr(Odd(1.0))


def test_what_does_not_fit_a_rule_is_refused(Value):
    a = Value(2.0)
    if Value._build.__class__.__name__ == "builtin_function_or_method":
        with pytest.raises(ValueError):
            Value._build(Value, (a,), (1.0, 0.0, "pow", (1.0,), 0, 0, 0, ()), None)
        with pytest.raises(ValueError):
            a._apply(chainrule.table.rules.NUMBER["pow"], a)


def test_operands_that_look_back_while_they_die(Value):
    seen = []

    class Dying(Value):
        def __del__(self):
            seen.append(keep._op)

    base = Dying(2.0)
    keep = base**2
    del base
    keep._prev = ()
    gc.collect()
    assert seen[0] in ("**2", "**", "")


@pytest.mark.parametrize("method", ["__eq__", "__hash__"])
def test_a_value_is_known_by_its_identity(Value, method):
    with pytest.raises(WrongType, match=f"ByData has a {method} of its own"):
        type("ByData", (Value,), {method: lambda *_: 0})


def test_slots_of_a_subclass_are_kept():
    kept = pickle.loads(pickle.dumps(WithSlots(2.0).set(m=3, secret=4)))
    assert (kept.m, kept._WithSlots__secret) == (3, 4)


class WithSlots(chainrule.Value):
    __slots__ = ("__secret", "m")

    def set(self, m, secret):
        self.m, self.__secret = m, secret
        return self


def test_each_thread_has_its_own_scope():
    wrong = []

    def work(name):
        for _ in range(200):
            with scope(name):
                wrong.extend(s for s in [chainrule.Value(1.0).scope] if s != (name,))

    threads = [threading.Thread(target=work, args=(str(i),)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert chainrule.Value(1.0).scope == ()


def test_debug_nests():
    with debug():
        with debug():
            pass
        assert chainrule.made_at(chainrule.Value(1.0))
    assert not chainrule.made_at(chainrule.Value(1.0))


def test_init_again_starts_anew(Value):
    v = Value(1.0)
    v.grad = 5
    v.__init__(2.0)
    assert (v.data, v.grad, v.grad_state, v.passes) == (2.0, 0.0, "none", 0)


def test_nothing_stays_beside_a_file_that_cannot_be_written(tmp_path):
    for name in ("\ud800.svg", "a\0b", "x" * 400):
        with pytest.raises(FileError):
            write_atomically(tmp_path / name, b"1")
    (tmp_path / "folder").mkdir()
    with pytest.raises(FileError, match="it is a folder"):
        write_atomically(tmp_path / "folder", b"1")
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


@pytest.mark.parametrize(
    ("number", "remedy"),
    [
        (errno.EROFS, "a folder that you may write to"),
        (errno.EACCES, "a folder that you may write to"),
        (errno.ENOSPC, "free some space"),
        (errno.EIO, ""),
    ],
)
def test_a_file_stays_as_it_was_where_the_disk_refuses(tmp_path, monkeypatch, number, remedy):
    """Whatever fails: making the file beside it, or moving it there."""
    target = tmp_path / "target"
    target.write_bytes(b"old")

    def refuse(*_args, **_options):
        raise OSError(number, os.strerror(number))

    for name in ("open", "replace"):
        with monkeypatch.context() as patch, pytest.raises(FileError) as error:
            patch.setattr(os, name, refuse)
            write_atomically(target, b"new")
        assert f"cannot be written: {os.strerror(number)}." in str(error.value)
        assert ("remedy" in str(error.value)) is bool(remedy) and remedy in str(error.value)
        assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"old"]


def test_a_file_keeps_its_permissions_and_its_links(tmp_path):
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_bytes(b"old")
    target.chmod(0o600)
    link.symlink_to(target)
    write_atomically(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    assert os.stat(target).st_mode & 0o777 == 0o600


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes have no names here")
def test_what_is_not_a_file_is_written_to_and_stays(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_atomically(pipe, b"new")
        assert os.read(reader, 10) == b"new"
    finally:
        os.close(reader)
    assert pipe.is_fifo()


def test_cycles_are_named_wherever_one_walks(Value):
    a = Value(1.0)
    b = a * 2
    a._prev = (b,)
    with pytest.raises(GraphError):
        evaluate(b)
    a._prev = ()
