"""What version 0.1 saved still opens, and an import of its modules says where they are now."""

from __future__ import annotations

import base64
import gzip
import hashlib
import importlib
import json
import os
import pickle
import re
import threading
from importlib.util import find_spec
from pathlib import Path

import pytest
from files_0_1 import contents

import chainrule
from chainrule.moved import new_modules

FOLDER = Path(__file__).parent / "files_0_1"
EXPECTED = json.loads((FOLDER / "expected.json").read_text())
LOADS = {"C": pickle.loads, "Python": pickle._loads}
NEEDS_NATIVE = os.environ.get("CHAINRULE_REQUIRE_NATIVE") == "1"
PICKLES = [f"p{protocol}" for protocol in range(2, 6)]


def read(name):
    return (FOLDER / name).read_bytes()


@pytest.mark.filterwarnings("ignore:.*the gradient stops:RuntimeWarning")
@pytest.mark.parametrize("name", EXPECTED["graphs"])
@pytest.mark.parametrize("ending", [*PICKLES, "json"])
def test_graphs(Value, name, ending):
    if name == "subclass" and not issubclass(contents.Weight, Value):
        return  # its base is the other engine's
    if ending == "json" and name in contents.NOT_IN_JSON:
        return
    contents.define_operations()
    if ending == "json":
        values = tuple(chainrule.load(FOLDER / f"graph_{name}.json").values())
    else:
        values = pickle.loads(read(f"graph_{name}.{ending}"))
    facts, gradients = EXPECTED["graphs"][name]
    assert contents.facts(values) == facts
    assert contents.gradients(values) == gradients


@pytest.mark.parametrize("ending", PICKLES)
def test_attributes_and_slots(Value, ending):
    root, p = pickle.loads(read(f"graph_attributes.{ending}"))
    (q, _) = root._prev
    assert (p.note, q.color) == ({"why": "an angle", "used in": q}, "red")
    if issubclass(contents.Weight, Value):
        S, w = pickle.loads(read(f"graph_subclass.{ending}"))
        assert isinstance(w, contents.Weight) and w in chainrule.leaves(S)
        assert (w.rate, w.step()) == (0.1, 0.25 - 0.1 * 0.5)


def program_results():
    """What every saved program returns, by name and ending."""
    for name, program, calls in contents.programs():
        yield name, "json", contents.results(type(program).load(file_of(name, "json")), calls)
        for ending in PICKLES:
            replayed = pickle.loads(file_of(name, ending).read_bytes())
            yield name, ending, contents.results(replayed, calls)


def file_of(name, ending):
    return FOLDER / f"program_{name}.{ending}"


def test_programs():
    for name, ending, results in program_results():
        assert results == EXPECTED["programs"][name], (name, ending)


def test_programs_replayed_by_the_interpreted_engine(run_python):
    run_python(
        f"import sys; sys.path.insert(0, {str(FOLDER.parent)!r})\n"
        "import test_moved; test_moved.test_programs()",
        pure=True,
    )


@pytest.mark.parametrize("ending", PICKLES)
def test_networks_errors_and_names(Value, ending):
    network, out = pickle.loads(read(f"network.{ending}"))
    assert [contents.facts([out]), repr(network)] == EXPECTED["network"]
    assert set(network.parameters()) <= chainrule.trace(out)[0]
    assert repr(network([1.0, -2.0]).data) == EXPECTED["network"][0][-1][1]
    errors = pickle.loads(read(f"errors.{ending}"))
    assert [[type(error).__name__, str(error)] for error in errors] == EXPECTED["errors"]


@pytest.mark.parametrize("loads", LOADS.values(), ids=LOADS)
@pytest.mark.parametrize("ending", PICKLES)
@pytest.mark.parametrize("engine", ["compiled", "interpreted"])
def test_every_public_name(loads, ending, engine):
    names = loads(read(f"names_{engine}.{ending}"))
    values = {name: names.pop(name) for name in ("Value",)}
    assert values["Value"].__name__ == "Value"
    for name, x in names.items():
        assert x is getattr(chainrule, name), name


@pytest.mark.parametrize("name", EXPECTED["reports"])
def test_reports(name):
    report = pickle.loads(read(f"report_{name}.p4"))
    assert contents.numbers(report) == EXPECTED["reports"][name]
    show = getattr(report, "_repr_html_", lambda: "<")  # as a notebook does
    assert "<" in show()


def test_a_saved_page_needs_no_other_file():
    page = gzip.decompress(read("view.html.gz")).decode()
    data, settings = re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', page)
    assert json.loads(data)["title"] == "L" and json.loads(settings) == {"theme": "auto"}
    assert not re.search(r"""(src|href)\s*=\s*["']?\w+:|@import|\bimport\s*\(""", page)
    (script,) = re.findall(r'<script type="module">(.*?)</script>', page, re.DOTALL)
    mark = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{mark}'" in page


# ---- imports -------------------------------------------------------------------------------------

OLD = sorted(new_modules())


def test_every_old_module_is_there_or_has_moved():
    for name in EXPECTED["modules"]:
        if name not in new_modules():
            assert find_spec(name), f"{name} is gone: say in moved.py where its contents are"


@pytest.mark.parametrize("name", OLD)
def test_every_new_module_is_there(name):
    assert name in EXPECTED["modules"]
    for new in new_modules()[name]:
        if new.endswith("._native") and find_spec(new) is None and not NEEDS_NATIVE:
            pytest.skip(f"{new} is a compiled extension, which wasn't built here")
        importlib.import_module(new)


IMPORTS = """
import importlib, importlib.util, json, pickle, sys, chainrule
from pathlib import Path

def texts_of(names):
    for name in names:
        package, _, module = name.rpartition(".")
        first = package if package in names else name
        for asked, statement in (
            (name, f"import {name}"), (name, f"import {name} as module"),
            (name, f"from {name} import anything"), (name, f"importlib.import_module({name!r})"),
            (name, f"importlib.util.find_spec({name!r})"),
            (first, f"from {package} import {module}"),
        ):
            try:
                exec(statement)
            except ImportError as error:
                yield asked, statement, type(error).__name__, str(error)
            else:
                yield asked, statement, "", ""

folder, *names = json.loads(sys.argv[1])
before = list(texts_of(names))
for name in ("graph_neuron.p4", "program_rows.p2", "report_check.p4"):
    for loads in (pickle.loads, pickle._loads):
        loads(Path(folder, name).read_bytes())
        assert not set(sys.modules) & set(names)
        assert not hasattr(chainrule, "storage") and not hasattr(chainrule, "tape")
assert before == list(texts_of(names))
print(json.dumps(before))
"""


def test_an_old_import_names_the_new_module_before_and_after_unpickling(run_python):
    answers = json.loads(run_python(IMPORTS, json.dumps([str(FOLDER), *OLD])))
    assert len(answers) == 6 * len(OLD)
    for name, statement, *error in answers:
        if statement == "from chainrule import ops":
            assert error == ["", ""]  # a public name
        else:
            text = f"{name} is now {' and '.join(new_modules()[name])}."
            assert error == ["ImportError", text], statement


def test_an_old_attribute_names_the_new_module():
    text = "module 'chainrule' has no attribute 'twin': chainrule.twin is now chainrule.engine.twin"
    with pytest.raises(AttributeError, match=f"^{re.escape(text)}$"):
        _ = chainrule.twin
    with pytest.raises(ModuleNotFoundError, match=r"^No module named 'chainrule\.nonsense'$"):
        importlib.import_module("chainrule.nonsense")


def test_a_stand_in_that_other_threads_keep_refuses_imports():
    release = threading.Event()
    thread = threading.Thread(target=release.wait)
    thread.start()
    try:
        for loads in LOADS.values():
            loads(read("graph_neuron.p4"))
        with pytest.raises(ImportError, match=r"^chainrule\.storage is now "):
            _ = importlib.import_module("chainrule.storage").save  # Python 3.10 has the module
        with pytest.raises(ImportError, match=r"^chainrule\.storage is now "):
            importlib.import_module("chainrule.storage").save("file", x=1)
        with pytest.raises(AttributeError, match=r"chainrule\.storage is now "):
            _ = chainrule.storage
        with pytest.raises(ImportError, match=r"^chainrule\.storage is now "):
            from chainrule.storage import save  # noqa: F401
    finally:
        release.set()
        thread.join()


def test_threads_that_unpickle_at_once():
    barrier, failures = threading.Barrier(8), []

    def run():
        barrier.wait()
        try:
            for _ in range(50):
                assert pickle.loads(read("graph_neuron.p4"))[1].label == "a"
                assert pickle.loads(read("program_branches.p4"))(2.0, 3.0) == 6.0
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
