"""Programs and derivatives are pickled wherever their function is: by its name, or with it."""

from __future__ import annotations

import copy
import multiprocessing
import os
import pickle
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import pytest

import chainrule
from chainrule import compile, grad, hessian, hvp, jacobian, value_and_grad
from chainrule.programs.trace.signatures import holds_code

CALLS = []


def cube(x):
    CALLS.append(1)
    return x**3


def line(x, slope=1.0):
    return x * slope


class Cube:
    def __call__(self, x):
        return x**3


class Model:
    factor = 2.0

    @compile
    def scaled(self, x):
        return x * self.factor

    @grad
    def slope(self, x):
        return x**2 * self.factor


@compile
def program(x):
    return x**3


@partial(compile, in_axes=0, reduce="sum")
def total(x):
    return x**3


@grad
def slope(x):
    return x**3


@grad
@grad
def curvature(x):
    return x**3


@grad
@compile
def slope_of_program(x):
    return x**3


renamed = compile(cube)

OTHERS = {
    "compile": (compile(cube), 8.0),
    "another name": (renamed, 8.0),
    "partial": (compile(partial(line, slope=4.0)), 8.0),
    "object": (compile(Cube()), 8.0),
    "verify": (compile(cube, verify=2), 8.0),
    "static": (compile(line, static_argnames="slope"), 2.0),
    "compiled compiled": (compile(compile(cube)), 8.0),
    "grad": (grad(cube), 12.0),
    "grad of grad": (grad(grad(cube)), 12.0),
    "grad of program": (grad(compile(cube)), 12.0),
    "grad of decorated": (grad(program), 12.0),
    "compiled grad": (compile(grad(cube)), 12.0),
    "value_and_grad": (value_and_grad(cube), (8.0, 12.0)),
    "jacobian": (jacobian(cube, argnums="x"), 12.0),
    "hessian": (hessian(cube), 12.0),
    "hvp": (partial(hvp(cube), 2.0), None),
    "method": (Model().scaled, 4.0),
    "derivative as method": (Model().slope, 8.0),
    "bound gradient": (renamed.grad, 12.0),
    "unbound": (partial(Model.scaled, Model()), 4.0),
}
NAMED = {
    "program": (program, 8.0),
    "slope": (slope, 12.0),
    "curvature": (curvature, 12.0),
    "slope_of_program": (slope_of_program, 12.0),
    "Model.scaled": (Model.scaled, None),
    "Model.slope": (Model.slope, None),
    "total": (total, None),
}


@pytest.mark.parametrize("protocol", [0, 2, 4, 5])
@pytest.mark.parametrize("name", OTHERS)
def test_before_and_after_the_first_call(name, protocol):
    function, expected = OTHERS[name]
    for _ in range(2):
        back = pickle.loads(pickle.dumps(function, protocol))
        if expected is not None:
            assert back(2.0) == function(2.0) == expected


@pytest.mark.parametrize("protocol", [0, 2, 4, 5])
@pytest.mark.parametrize("name", NAMED)
def test_what_has_the_name_in_its_module_comes_back_as_itself(name, protocol):
    function, expected = NAMED[name]
    for _ in range(2):
        assert pickle.loads(pickle.dumps(function, protocol)) is function
        assert copy.copy(function) is copy.deepcopy([function])[0] is function
        if expected is not None:
            assert function(2.0) == expected


def test_a_pickle_holds_the_recordings_too():
    recorded = compile(cube, verify=3)
    recorded(2.0)
    CALLS.clear()
    back = pickle.loads(pickle.dumps(recorded))
    assert back(5.0) == 125.0 and not CALLS
    assert back.function is cube and back.verify == 3
    np.testing.assert_array_equal(back(np.arange(2.0)), [0.0, 1.0])  # recorded now
    assert CALLS == [1]


def halved_if_large(x):
    return x / 2 if x > 10.0 else x * x


def test_a_program_out_of_a_pickle_records_the_other_branch():
    recorded = compile(halved_if_large)
    assert recorded(3.0) == 9.0
    back = pickle.loads(pickle.dumps(recorded))
    assert [back(x) for x in (2.0, 20.0, 4.0)] == [4.0, 10.0, 16.0]
    np.testing.assert_array_equal(back.grad(20.0), 0.5)


def test_a_function_without_a_name_leaves_what_was_recorded():
    lost = compile(lambda x: x * 2)
    with pytest.raises((pickle.PicklingError, AttributeError), match="lambda"):
        pickle.dumps(lost)
    lost(1.0)
    assert pickle.loads(pickle.dumps(lost))(3.0) == 6.0
    with pytest.raises((pickle.PicklingError, AttributeError), match="lambda"):
        pickle.dumps(grad(lambda x: x))


def test_recordings_for_an_object_are_left_out():
    key = compile(lambda x, how: how(x), static_argnums=1)
    assert compile(line, static_argnums=1).recordings.static == {1, "slope"}
    named = compile(apply_to, static_argnums=1)
    assert named(2.0, Cube()) == named(2.0, cube) == 8.0
    assert pickle.loads(pickle.dumps(named))(2.0, cube) == 8.0
    assert key(2.0, cube) == 8.0


def apply_to(x, how):
    return how(x)


def test_copies_are_the_same():
    for function, _ in [*OTHERS.values(), *NAMED.values()]:
        if isinstance(function, (chainrule.Program, type(slope))):
            assert copy.deepcopy(function) is function is copy.copy(function)


def run(task):
    function, x = task
    return function(x)


@pytest.mark.parametrize("start", ["spawn", "fork"])
def test_other_processes(start):
    if start not in multiprocessing.get_all_start_methods():
        pytest.skip(f"there is no {start} here")
    cases = [pair for pair in [*OTHERS.values(), *NAMED.values()] if pair[1] is not None]
    tasks = [(function, 2.0) for function, _ in cases]
    context = multiprocessing.get_context(start)
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        assert list(pool.map(run, tasks)) == [expected for _, expected in cases]
        np.testing.assert_array_equal([*pool.map(total.grad, [np.ones(2)])], [[3.0, 3.0]])


SCRIPT = """
import multiprocessing, sys
from chainrule import compile, grad
{before}

@compile
def program(x):
    return x**3

@grad
def slope(x):
    return x**3

def plain(x):
    return x**2

def run(task):
    return task[0](task[1])

if __name__ == "__main__":
    tasks = [(f, 2.0) for f in (program, slope, grad(program), compile(plain), program.grad)]
    {body}
"""


def script(folder: Path, body: str, before: str = "") -> str:
    path = folder / "script.py"
    path.write_text(SCRIPT.format(body=body, before=before))
    source = str(Path(chainrule.__file__).parent.parent)
    done = subprocess.run(
        [sys.executable, str(path)], capture_output=True, text=True, timeout=120, check=False,
        env={**os.environ, "PYTHONPATH": source},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_functions_of_the_main_program(tmp_path):
    body = "print(multiprocessing.get_context('spawn').Pool(1).map(run, tasks))"
    assert script(tmp_path, body) == "[8.0, 12.0, 12.0, 4.0, 12.0]\n"


def test_cloudpickle_holds_the_code(tmp_path):
    pytest.importorskip("cloudpickle")
    body = (
        "local = [compile(lambda x: x * 5), grad(lambda x: x * 5)]\n"
        "    local[0](1.0)\n"
        "    open(sys.argv[0] + '.p', 'wb').write(cloudpickle.dumps((tasks, local)))"
    )
    script(tmp_path, body, "import cloudpickle")
    (tmp_path / "reader").mkdir()
    reader = (
        f"tasks, local = pickle.load(open({str(tmp_path / 'script.py.p')!r}, 'rb'))\n"
        "    print([f(x) for f, x in tasks], local[0](2), local[1](2.0))"
    )
    path = tmp_path / "reader"
    assert script(path, reader, "import pickle") == "[8.0, 12.0, 12.0, 4.0, 12.0] 10.0 5.0\n"


@pytest.mark.parametrize("pickler", ["pickle", "cloudpickle.cloudpickle", ""])
def test_the_module_that_pickles_tells_whether_functions_are_held_as_code(pickler):
    module = {"__name__": pickler, "reduce": lambda: holds_code()}
    assert eval("reduce()", module) == pickler.startswith("cloudpickle")
