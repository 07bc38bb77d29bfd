"""Whose line an error names, which function of a library it names, and how files are written."""

from __future__ import annotations

import errno
import os
import stat
import threading
from functools import partial

import pytest

from chainrule import design
from chainrule.errors import FileError, calling_line, library_function, line_of
from chainrule.files import write_atomically

pytestmark = pytest.mark.once


def made(module, name):
    """A function of a module, in "module.py", that calls `inner` in its second line."""
    space = {"__name__": module}
    source = f"def {name}(inner):\n    return inner()\n"
    if name == "<lambda>":
        source = "function = lambda inner: (\n    inner())\n"
    exec(compile(source, f"{module}.py", "exec"), space)
    return space.get(name) or space["function"]


def chain(frames, innermost):
    """A function that calls functions of modules, the outermost first, then `innermost`."""
    for frame in reversed(frames):
        innermost = partial(made(*frame.rsplit(":")), innermost)
    return innermost


def error_of(function):
    with pytest.raises(ZeroDivisionError) as caught:
        function()
    return caught.value


LIBRARIES = [
    (["scipy.special:logsumexp"], "scipy.special.logsumexp"),
    (["scipy.special._logsumexp:logsumexp"], "scipy.special.logsumexp"),
    (["scipy.stats._stats_py:zscore", "numpy.linalg:norm"], "scipy.stats.zscore"),
    (["scipy._lib.deprecation:call", "scipy.stats._stats_py:zscore"], "scipy.stats.zscore"),
    (["scipy.stats:_axis_nan_policy", "scipy.linalg:expm"], "scipy.linalg.expm"),
    (["scipy.stats._axis:<lambda>", "scipy.linalg:expm"], "scipy.linalg.expm"),
    (["scipy.stats._axis:a_wrapper_of_it", "scipy.linalg:expm"], "scipy.linalg.expm"),
    (["scipy.stats._a:_first", "scipy.linalg._b:_second"], "scipy.stats"),
    (["scipy.stats:zscore", "train:callback", "numpy.linalg:norm"], "numpy.linalg.norm"),
    (["chainrule.nn.losses:loss", "numpy.linalg:norm"], "numpy.linalg.norm"),
    (["numpy.linalg:norm", "chainrule.numpy.protocol:call"], "numpy.linalg.norm"),
    (["chainrule.nn.losses:loss"], ""),
    (["numpy.linalg:norm", "train:callback"], ""),
]


@pytest.mark.parametrize(
    "frames, name", LIBRARIES, ids=lambda x: ",".join(x) if isinstance(x, list) else ""
)
def test_the_outermost_public_function_of_a_library_is_named(frames, name):
    assert chain(frames, library_function)() == name
    # the line that divides is a library's own
    space = {"__name__": "chainrule.engine"}
    exec("def divide():\n    return 1 / 0", space)
    assert library_function(error_of(chain(frames, space["divide"]))) == name


def test_a_thread_without_a_line_of_the_users_has_none():
    space = {"__name__": "chainrule.engine", "line": calling_line, "found": []}
    exec("def ask():\n    found.append(line())", space)
    thread = threading.Thread(target=space["ask"])
    thread.start()
    thread.join()
    assert space["found"] == [""]


def test_the_line_of_an_error_is_the_users_innermost():
    error = error_of(chain(["train:first", "numpy:norm"], lambda: 1 / 0))
    here = test_the_line_of_an_error_is_the_users_innermost.__code__.co_firstlineno + 1
    assert line_of(error) == f"{__file__}:{here}"
    space = {"__name__": "numpy.linalg"}
    exec("def divide():\n    return 1 / 0", space)
    error = error_of(chain(["train:first", "model:second", "numpy:norm"], space["divide"]))
    assert line_of(error) == "model.py:2"
    error.__traceback__ = None
    assert line_of(error) == ""
    assert chain(["train:first", "model:second"], calling_line)() == "model.py:2"
    assert chain(["train:first", "numpy:norm"], calling_line)() == "train.py:2"


# ---- files ---------------------------------------------------------------------------------------


def test_a_missing_folder_is_an_error_or_made(tmp_path):
    path = tmp_path / "missing" / "deeper" / "file.txt"
    with pytest.raises(FileError) as error:
        write_atomically(path, b"text")
    assert str(error.value) == (
        f"{str(path)!r} cannot be written: the folder {str(path.parent)!r} does not exist.\n"
        "  remedy  make the folder first, or choose one that exists"
    )
    assert list(tmp_path.iterdir()) == []
    write_atomically(path, b"text", makes_folders=True)
    write_atomically(path.with_name("other.txt"), b"more", makes_folders=True)
    write_atomically(path, b"again")
    assert sorted(each.name for each in path.parent.iterdir()) == ["file.txt", "other.txt"]
    assert path.read_bytes() == b"again"


@pytest.mark.parametrize("makes_folders", [False, True])
def test_a_file_is_not_a_folder(tmp_path, makes_folders):
    file = tmp_path / "file"
    file.write_bytes(b"old")
    with pytest.raises(FileError) as error:
        write_atomically(file / "deeper" / "new.txt", b"new", makes_folders=makes_folders)
    assert f"cannot be written: {str(file)!r} is not a folder." in str(error.value)
    with pytest.raises(FileError, match="cannot be written: it is a folder"):
        write_atomically(tmp_path, b"new", makes_folders=makes_folders)
    assert file.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such permissions")
def test_a_file_keeps_its_permissions_and_a_new_one_has_the_usual_ones(tmp_path):
    usual, path = tmp_path / "usual", tmp_path / "path"
    usual.write_bytes(b"")
    write_atomically(path, b"new")
    assert path.stat().st_mode == usual.stat().st_mode
    for mode in (0o600, 0o640, 0o751):
        path.chmod(mode)
        write_atomically(path, b"newer")
        assert stat.S_IMODE(path.stat().st_mode) == mode


FAILURES = [
    (OSError(errno.ENOSPC, "Full"), "Full.\n  remedy  free some space, or write to another disk"),
    (OSError(errno.EROFS, "Sealed"), "Sealed.\n  remedy  choose a folder that you may write to"),
    (OSError(errno.EIO, "Broken"), "Broken."),
    (OSError("no number"), "no number."),
    (ValueError("not a name"), "not a name."),
]


@pytest.mark.parametrize("failure, text", FAILURES, ids=[str(each) for each, _ in FAILURES])
def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch, failure, text):
    def replace(*_):
        raise failure

    path = tmp_path / "file"
    path.write_bytes(b"old")
    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(FileError) as error:
        write_atomically(path, b"new")
    assert str(error.value) == f"{str(path)!r} cannot be written: {text}"
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


# ---- tokens --------------------------------------------------------------------------------------


def test_a_style_sheet_has_only_the_selectors_that_it_is_given():
    whole, part = design.style_sheet(), design.style_sheet(".a", ".a.dark")
    assert part.startswith(".a { color-scheme: light; }\n")
    assert ":root" not in part
    assert whole.startswith(":root { color-scheme: light; }\n")
    alike = design.style_sheet(".a", ".a")
    assert alike == whole.replace(":root", ".a")
    assert alike.count(design.DARK_SYSTEM) == whole.count(design.DARK_SYSTEM) == 1
    assert design.DARK_SYSTEM not in part
