"""What the tests share: both engines, Hypothesis's profiles, and golden files."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from in_node import Modules

from chainrule.engine.node import Engine

collect_ignore = ["verdict/students"]  # files to be graded; some do harm
GOLDEN = Path(__file__).parent / "golden"
MODULES = {"interpreted": "chainrule.engine.value", "compiled": "chainrule.engine._native"}
# The engine's fixtures hand out a module and a class, the same ones for every example.
_CALM = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture]}
settings.register_profile("here", max_examples=100, **_CALM)
settings.register_profile("ci", max_examples=100, derandomize=True, **_CALM)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "here")
HOMES = (
    "chainrule",
    "chainrule.engine.twin",
    "chainrule.graph.labels",
    "chainrule.graph.debugging",
    "chainrule.graph.saving",
    "chainrule.nn.scopes",
)
"""The modules that import names of the engine in use."""


def _engines() -> list[str]:
    try:
        importlib.import_module(MODULES["compiled"])
    except ImportError as error:
        if os.environ.get("CHAINRULE_REQUIRE_NATIVE") == "1":
            raise pytest.UsageError(f"the compiled engine is required, but: {error}") from error
        return ["interpreted"]
    return list(MODULES)


ENGINES = _engines()
PURE = os.environ.get("CHAINRULE_PURE", "") not in ("", "0")


@pytest.fixture(params=ENGINES)
def engine(request, monkeypatch):
    """The module of one engine; while the test runs the package uses it and not the other."""
    module = importlib.import_module(MODULES[request.param])
    for home in [importlib.import_module(name) for name in HOMES]:  # all before the first changes
        for name in ("Value", "open_scope", "set_scope", "set_hooks"):
            if name in vars(home):
                monkeypatch.setattr(home, name, getattr(module, name))
    monkeypatch.setattr(Engine, "Value", module.Value)
    return module


@pytest.fixture
def Value(engine):
    """The class of one engine."""
    return engine.Value


@pytest.fixture
def engines():
    """The classes of all engines that are there, by name."""
    return {name: importlib.import_module(MODULES[name]).Value for name in ENGINES}


@pytest.fixture
def run_python():
    """Run a program in a fresh Python with this package, and return what it prints."""
    import chainrule

    source = str(Path(chainrule.__file__).parent.parent)

    def run(program: str, *arguments: str, pure: bool | None = None, path: str = source) -> str:
        environment = {**os.environ, "PYTHONPATH": path}
        if pure is not None:
            environment["CHAINRULE_PURE"] = "1" if pure else "0"
        done = subprocess.run(
            [sys.executable, "-c", program, *arguments],
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, f"exit status {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    return run


def pytest_addoption(parser):
    parser.addoption(
        "--bless", action="store_true", help="rewrite the golden files; review the diff"
    )
    parser.addoption(
        "--half", action="store_true",
        help="test the engine in use, and leave out what a run with the other one tests",
    )  # fmt: skip


def _is_in_this_half(item) -> bool:
    """What doesn't depend on the engine in use is tested with the compiled one."""
    if item.get_closest_marker("once"):
        return not PURE
    engine = getattr(item, "callspec", None) and item.callspec.params.get("engine")
    return engine in (None, "interpreted" if PURE else "compiled")


def pytest_collection_modifyitems(config, items):
    if config.getoption("--half") and len(ENGINES) == 2:
        left_out = [item for item in items if not _is_in_this_half(item)]
        items[:] = [item for item in items if _is_in_this_half(item)]
        config.hook.pytest_deselected(items=left_out)


@pytest.fixture
def golden(request):
    """Compare a text with the file of that name in tests/golden."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if request.config.getoption("--bless"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
        assert path.exists(), (
            f"tests/golden/{name} is missing; run pytest with --bless and review it"
        )
        assert text == path.read_bytes().decode(), f"tests/golden/{name} differs; see --bless"

    return compare


@pytest.fixture(scope="session")
def modules():
    """The pages' modules in Node."""
    made = Modules()
    yield made
    made.close()
