"""Every message by its exact text, the same on both engines: the first line alone is enough."""

from __future__ import annotations

import math
import pickle

import pytest

import chainrule
from chainrule import errors

HERE = __file__

# what is done, with V for the class; the error; the text, with {line} for the line of the call
# fmt: off
MESSAGES = [
    (lambda V: V("x"), "WrongType",
     "data needs an int or a float, but got 'x' of type str."),
    (lambda V: V(None), "WrongType",
     "data needs an int or a float, but got None of type NoneType."),
    (lambda V: V(2j), "WrongType",
     "data needs an int or a float, but got 2j of type complex."),
    (lambda V: V([1.0] * 90), "WrongType",
     "data needs an int or a float, but got "
     "[1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1... of type list."),
    (lambda V: V(V(1.0)), "WrongType",
     "data needs a number, but got a Value.\n  remedy  use v.data for its number, or v itself"),
    (lambda V: setattr(V(1.0), "data", V(1.0)), "WrongType",
     "data needs a number, but got a Value.\n  remedy  use v.data for its number, or v itself"),
    (lambda V: setattr(V(1.0), "grad", V(1.0)), "WrongType",
     "grad needs a number, but got a Value.\n  remedy  use v.data for its number, or v itself"),
    (lambda V: setattr(V(1.0), "grad", "1"), "WrongType",
     "grad needs an int or a float, but got '1' of type str."),
    (lambda V: setattr(V(1.0), "data", None), "WrongType",
     "data needs an int or a float, but got None of type NoneType."),
    (lambda V: V(2**53 + 1), "NumberError",
     "data needs an int within ±2**53, but got 9007199254740993."
     "\n  remedy  write it as a float, if its last digits do not matter"),
    (lambda V: V(10**400), "NumberError",
     "data needs an int within ±2**53, but got an int of 1329 bits."
     "\n  remedy  write it as a float, if its last digits do not matter"),
    (lambda V: V(1) + 2**60, "NumberError",
     "an operand needs an int within ±2**53, but got 1152921504606846976."
     "\n  remedy  write it as a float, if its last digits do not matter"),
    (lambda V: V(1.0, colour="red"), "WrongType",
     "Value() got an unknown keyword 'colour'."
     "\n  remedy  known are label, grad, requires_grad, children, local_grads and _op"),
    (lambda V: V(1.0, "a", label="b"), "WrongType",
     "Value() got label twice."),
    (lambda V: V(1.0, (V(1.0), 2)), "WrongType",
     "the operands of a Value are Values, but one is 2."),
    (lambda V: V(1.0, (V(1.0),), (1.0, 2.0)), "ShapeError",
     "1 operands need as many local derivatives, not 2."),
    (lambda V: V(1.0, (V(1.0),), ("x",)), "WrongType",
     "a local derivative needs an int or a float, but got 'x' of type str."),
    (lambda V: setattr(V(1.0), "_backward", 3), "WrongType",
     "_backward needs a function, but got 3."),
    (lambda V: V(-0.25, label="p").log(), "DomainError",
     "log needs x > 0, but x = -0.25."
     "\n  node    log('p')  made at {line}"
     "\n  remedy  keep x positive"),
    (lambda V: V(0).log(), "DomainError",
     "log needs x > 0, but x = 0."
     "\n  node    log(Value(data=0, grad=0.0))  made at {line}"
     "\n  remedy  keep x positive"),
    (lambda V: chainrule.log(-1.0), "DomainError",
     "log needs x > 0, but x = -1.0."
     "\n  where   {line}"
     "\n  remedy  keep x positive"),
    (lambda V: V(1.0, label="a") / V(0.0, label="b"), "DivisionByZero",
     "div needs y != 0, but x = 1.0 and y = 0.0."
     "\n  node    div('a', 'b')  made at {line}"
     "\n  remedy  keep the divisor away from 0"),
    (lambda V: 1 / V(0, label="n"), "DivisionByZero",
     "div needs y != 0, but x = 1 and y = 0."
     "\n  node    div(Value(data=1, grad=0.0), 'n')  made at {line}"
     "\n  remedy  keep the divisor away from 0"),
    (lambda V: V(5, label="a") % 0, "DivisionByZero",
     "mod needs y != 0, but x = 5 and y = 0."
     "\n  node    mod('a', Value(data=0, grad=0.0))  made at {line}"
     "\n  remedy  keep the divisor away from 0"),
    (lambda V: V(1000, label="z").exp(), "RangeError",
     "exp is too large for a float at x = 1000."
     "\n  node    exp('z')  made at {line}"
     "\n  remedy  keep x below 709"),
    (lambda V: V(-8.0, label="a") ** 0.5, "DomainError",
     "pow needs x >= 0 or y == floor(y) or x == -inf, but x = -8.0 and y = 0.5."
     "\n  node    pow('a', Value(data=0.5, grad=0.0))  made at {line}"
     "\n  remedy  keep the base positive, or away from 0 if the exponent is an integer, and both "
     "moderate in size"),
    (lambda V: V(0, label="a") ** -1, "DivisionByZero",
     "pow divides by zero at x = 0 and y = -1."
     "\n  node    pow('a', Value(data=-1, grad=0.0))  made at {line}"
     "\n  remedy  keep the base positive, or away from 0 if the exponent is an integer, and both "
     "moderate in size"),
    (lambda V: V(10.0, label="a") ** 400, "RangeError",
     "pow is too large for a float at x = 10.0 and y = 400."
     "\n  node    pow('a', Value(data=400, grad=0.0))  made at {line}"
     "\n  remedy  keep the base positive, or away from 0 if the exponent is an integer, and both "
     "moderate in size"),
    (lambda V: math.sin(V(1.0)), "WrongType",
     "a plain number is needed, but got a Value."
     "\n  remedy  use chainrule.sin(v) instead of math.sin(v), and so on; "
     "or v.data for the number"),
    (lambda V: int(V(1.0)), "WrongType",
     "a plain number is needed, but got a Value."
     "\n  remedy  use chainrule.sin(v) instead of math.sin(v), and so on; "
     "or v.data for the number"),
    (lambda V: V(1.0).max("2"), "WrongType",
     "max needs numbers or Values, but got '2' of type str."),
    (lambda V: chainrule.tanh("2"), "WrongType",
     "tanh needs numbers or Values, but got '2' of type str."),
    (lambda V: chainrule.evaluate(3.0), "WrongType",
     "the root of a graph is a Value, but got float."),
    (lambda V: chainrule.save("never-written", L=2.0), "WrongType",
     "save() writes Values, but L is of type float."),
    (lambda V: chainrule.load("no-such-file"), "FileError",
     "'no-such-file' cannot be read: No such file or directory."),
]
# fmt: on


@pytest.mark.parametrize(
    ("call", "error", "text"), MESSAGES, ids=[text[:60] for _, _, text in MESSAGES]
)
def test_message(Value, call, error, text):
    with pytest.raises(getattr(errors, error)) as raised:
        call(Value)
    assert type(raised.value).__name__ == error
    assert str(raised.value) == text.replace("{line}", f"{HERE}:{call.__code__.co_firstlineno}")


def test_the_first_line_alone_is_enough():
    for _, _, text in MESSAGES:
        first = text.split("\n")[0]
        assert first.endswith(".")
        assert len(first) <= 120


def test_unsupported_operands_say_what_python_says(Value):
    with pytest.raises(TypeError, match=r"unsupported operand type\(s\) for \+: 'Value' and 'str'"):
        Value(1.0) + "x"
    with pytest.raises(
        TypeError, match=r"unsupported operand type\(s\) for \*: 'NoneType' and 'Value'"
    ):
        None * Value(1.0)
    with pytest.raises(TypeError, match="'<' not supported between instances of 'Value' and 'str'"):
        _ = Value(1.0) < "x"


def test_an_own_rule_that_cannot_be_kept(Value):
    a = Value(2.0)
    for label, name in (("squared", "'squared'"), ("", "mine(2)")):
        out = Value(4.0, (a,), "mine", label=label)
        out._backward = lambda: None
        with pytest.raises(errors.GraphError) as raised:
            pickle.dumps(out)
        assert str(raised.value) == (
            f"{name} has a _backward of its own, so it cannot be pickled.\n"
            "  remedy  make the operation with define(name, formula, partials)"
        )


def test_a_cycle(Value):
    a = Value(1.0, label="a")
    b = a + 1
    a._prev = (b,)
    with pytest.raises(errors.GraphError) as raised:
        b.backward()
    a._prev = ()
    assert str(raised.value) == (
        "the graph has a cycle: Value(data=2.0, grad=0.0) is computed from itself.\n"
        "  remedy  look where `_prev` was set by hand"
    )


def test_an_unknown_operation_in_a_file(tmp_path):
    path = tmp_path / "f"
    path.write_text(
        '{"chainrule":1,"values":{"L":1},"definitions":{},"nodes":[{"data":2.0},'
        '{"data":8.0,"op":"lost","partials":[12.0],"operands":[0]}]}'
    )
    with pytest.raises(errors.FileError) as raised:
        chainrule.load(path)
    assert str(raised.value) == (
        f"{str(path)!r} isn't a complete graph that save() wrote: the operation 'lost' is unknown."
    )


def test_a_cut_file(tmp_path):
    path = tmp_path / "f"
    path.write_text('{"chainrule":1,"values":')
    with pytest.raises(errors.FileError) as raised:
        chainrule.load(path)
    assert str(raised.value).startswith(
        f"{str(path)!r} isn't a complete graph that save() wrote: Expecting value"
    )


def test_the_line_is_the_users_line_and_not_ours(Value):
    with pytest.raises(errors.DomainError, match=r"made at .*test_messages\.py:\d+"):
        chainrule.log(Value(-1.0))


@pytest.mark.parametrize(
    ("ours", "pythons"),
    [
        ("DomainError", ValueError),
        ("DivisionByZero", ZeroDivisionError),
        ("RangeError", OverflowError),
        ("WrongType", TypeError),
        ("NumberError", ValueError),
        ("ChoiceError", ValueError),
        ("FormulaError", ValueError),
        ("ShapeError", ValueError),
        ("GraphError", RuntimeError),
        ("FileError", OSError),
        ("CheckFailed", AssertionError),
        ("MissingExtra", ImportError),
    ],
)
def test_each_error_is_also_what_python_would_raise(ours, pythons):
    kind = getattr(chainrule, ours)
    assert issubclass(kind, pythons)
    assert issubclass(kind, chainrule.ChainruleError)


def test_a_missing_library_has_a_remedy():
    error = errors.MissingExtra("matplotlib", "plot()")
    assert str(error) == (
        "plot() needs matplotlib, which is not installed.\n  remedy  pip install matplotlib"
    )


@pytest.mark.parametrize(
    "error",
    [
        errors.DomainError("what.", node="n", where="f:1", remedy="r"),
        errors.MissingExtra("a", "c"),
    ],
)
def test_errors_can_be_pickled(error):
    kept = pickle.loads(pickle.dumps(error))
    assert (type(kept), str(kept)) == (type(error), str(error))
