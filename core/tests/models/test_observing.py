"""Requirements and variables that a model is seen to use while it predicts its example."""

from __future__ import annotations

import builtins
import json
import os
import sys
import textwrap
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runyard import pyfunc
from runyard.models import MLModel, distributions
from runyard.models.observing import Observation, observing
from runyard.models.requirement_inference import infer_requirements, local_modules
from runyard.models.sources import follow_local, imported_modules

pytest.importorskip("cloudpickle")


@pytest.fixture(autouse=True)
def plugins(runyard_isolated: None) -> Iterator[None]:
    from runyard.testing.isolation import plugins_in_place

    with plugins_in_place():
        yield


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of distributions on the path; a module of the user's lies beside it."""
    folder = tmp_path / "site"

    def add(name: str, version: str, code: str = "", requires: str = "", direct_url: Any = None) -> None:
        module = name.replace("-", "_")
        (folder / module).mkdir(parents=True)
        (folder / module / "__init__.py").write_text(textwrap.dedent(code))
        info = folder / f"{module}-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{requires}\n\n")
        (info / "RECORD").write_text(f"{module}/__init__.py,,\n")
        if direct_url:
            (info / "direct_url.json").write_text(json.dumps(direct_url))

    add("early-lib", "1.0", "def go():\n    import optional_part\n    return optional_part.VALUE\n")
    add("optional-part", "2.0", "import deep_part\nVALUE = 7\n", "Requires-Dist: deep-part\n")
    add("deep-part", "3.0")
    add("lazy-lib", "4.0", "VALUE = 1\n")
    add("by-name", "5.0")
    git = {"url": "https://me:secret@example.org/a.git", "vcs_info": {"vcs": "git", "commit_id": "abc"}}
    add("from-git", "6.0", direct_url={**git, "subdirectory": "python"})
    ssh = {"url": "ssh://git@example.org/a.git", "vcs_info": {"vcs": "git", "commit_id": "def"}}
    add("by-ssh", "6.0", direct_url=ssh)
    add("from-folder", "7.0", direct_url={"url": "file:///home/ada/code", "dir_info": {"editable": True}})
    add("from-wheel", "8.0", direct_url={"url": "https://example.org/w.whl", "archive_info": {}})
    beside = tmp_path / "beside"
    beside.mkdir()
    (beside / "own_helpers.py").write_text("import early_lib\nfrom own_more import *\n")
    (beside / "own_more.py").write_text("def f():\n    import lazy_lib\n")
    monkeypatch.setattr(sys, "path", [str(folder), str(beside), *sys.path])
    before = set(sys.modules)
    yield folder
    for name in set(sys.modules) - before:
        file = getattr(sys.modules[name], "__file__", None) or ""
        if file.startswith(str(tmp_path)):
            del sys.modules[name]


def lines(folder: Path) -> list[str]:
    return (folder / "requirements.txt").read_text().splitlines()[1:]


def test_what_is_imported_while_the_model_predicts(site: Path, tmp_path: Path) -> None:
    import early_lib  # type: ignore[import-not-found]

    def predict(model_input: list[int]) -> list[int]:
        import importlib

        import lazy_lib  # type: ignore[import-not-found]

        importlib.import_module("by_name")
        return [lazy_lib.VALUE, early_lib.go()]

    pyfunc.save_model(tmp_path / "model", predict, input_example=[1])
    found = [line for line in lines(tmp_path / "model") if "cloudpickle" not in line]
    # The optional part of a library was used; what it needs itself comes with it
    assert found == ["by-name==5.0", "early-lib==1.0", "lazy-lib==4.0", "optional-part==2.0"]
    pyfunc.save_model(tmp_path / "again", predict, input_example=[1])
    assert "optional-part==2.0" in lines(tmp_path / "again")  # all is imported by now


def test_it_is_seen_where_the_signature_is_given(site: Path, tmp_path: Path) -> None:
    def predict(model_input: Any) -> Any:
        __import__("lazy_lib")
        return model_input

    pyfunc.save_model(tmp_path / "model", predict, input_example=[1], signature=False)
    assert "lazy-lib==4.0" in lines(tmp_path / "model")


def test_nothing_is_predicted_where_all_is_given(tmp_path: Path) -> None:
    def predict(model_input: Any) -> Any:
        raise AssertionError

    pyfunc.save_model(tmp_path / "model", predict, input_example=[1], signature=False, pip_requirements=[])
    assert (tmp_path / "model" / "input_example.json").is_file()


def test_modules_of_the_users_are_followed(site: Path, tmp_path: Path) -> None:
    import own_helpers  # type: ignore[import-not-found]

    def predict(model_input: Any) -> Any:
        return own_helpers and model_input

    with pytest.warns(UserWarning, match="refers to own_helpers, own_more, which no installed distribution brings"):
        pyfunc.save_model(tmp_path / "warned", predict)
    assert [line for line in lines(tmp_path / "warned") if "cloudpickle" not in line] == [
        "early-lib==1.0",
        "lazy-lib==4.0",
    ]
    beside = site.parent / "beside"
    pyfunc.save_model(tmp_path / "given", predict, code_paths=[beside / "own_helpers.py", beside / "own_more.py"])
    assert lines(tmp_path / "given") == lines(tmp_path / "warned")
    pyfunc.save_model(tmp_path / "inferred", predict, infer_code_paths=True)
    assert lines(tmp_path / "inferred") == lines(tmp_path / "warned")
    assert sorted(path.name for path in (tmp_path / "inferred" / "code").iterdir()) == ["own_helpers.py", "own_more.py"]
    assert MLModel.load(tmp_path / "inferred").flavors["python_function"]["code"] == "code"


def test_a_package_of_the_users_is_saved_whole(site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = site.parent / "beside" / "own_package"
    (package / "inner").mkdir(parents=True)
    (package / "__init__.py").write_text("from .inner import part\n")
    (package / "inner" / "__init__.py").write_text("")
    (package / "inner" / "part.py").write_text("import lazy_lib\n")
    import own_package  # type: ignore[import-not-found]

    assert local_modules({"own_package.inner.part"}) == [package]
    assert infer_requirements([], {"own_package"}, [package]) == ["lazy-lib==4.0"]
    del own_package


def test_requirements_that_were_installed_from_elsewhere(site: Path) -> None:
    pin = distributions.get("from-git").pin  # type: ignore[union-attr]
    assert pin == "from-git @ git+https://example.org/a.git@abc#subdirectory=python"
    assert distributions.get("by-ssh").pin == "by-ssh @ git+ssh://git@example.org/a.git@def"  # type: ignore[union-attr]
    assert distributions.get("from-wheel").pin == "from-wheel==8.0"  # type: ignore[union-attr]
    with pytest.warns(UserWarning, match=r"from-folder \(from /home/ada/code\).*cannot be installed elsewhere"):
        assert infer_requirements([], {"from_folder"}) == ["from-folder==7.0"]


def test_a_scripts_imports_are_its_requirements(site: Path, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import early_lib\nfrom runyard.models import set_model\n"
        "def predict(model_input):\n    import lazy_lib\n    return model_input\nset_model(predict)\n"
    )
    pyfunc.save_model(tmp_path / "model", python_model=script)
    found = [line for line in lines(tmp_path / "model") if "cloudpickle" not in line]
    assert found == ["early-lib==1.0", "lazy-lib==4.0"]


def test_only_this_threads_imports_are_seen() -> None:
    original = builtins.__import__
    with observing() as seen:
        thread = threading.Thread(target=lambda: __import__("colorsys"))
        thread.start()
        thread.join()
        import wave  # noqa: F401
    assert builtins.__import__ is original
    assert "wave" in {name for _, name in seen.imports}
    assert "colorsys" not in {name for _, name in seen.imports}


def test_hooks_of_others_stay() -> None:
    original = builtins.__import__

    def theirs(*arguments: Any, **named: Any) -> Any:
        return original(*arguments, **named)

    with observing() as seen:
        hook = builtins.__import__
        builtins.__import__ = theirs
    assert builtins.__import__ is theirs
    builtins.__import__ = original
    before = set(seen.imports)
    assert hook("wave", {"__name__": "elsewhere"}) is sys.modules["wave"]
    assert seen.imports == before


def test_names_of_secrets_are_noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_API_KEY", "hidden value")
    monkeypatch.setenv("SHOP_COLOUR", "blue")

    def predict(model_input: list[int]) -> list[int]:
        import os

        os.environ.get("SHOP_COLOUR")
        os.getenv("OTHER_API_KEY")
        return [len(os.environ["SHOP_API_KEY"])]

    getitem = type(os.environ).__getitem__
    pyfunc.save_model(tmp_path / "model", predict, input_example=[1])
    assert type(os.environ).__getitem__ is getitem
    text = (tmp_path / "model" / "environment_variables.txt").read_text()
    assert [line for line in text.splitlines() if not line.startswith("#")] == ["SHOP_API_KEY"]
    assert MLModel.load(tmp_path / "model").env_vars == ["SHOP_API_KEY"]
    everything = "".join(file.read_text("utf-8", "replace") for file in (tmp_path / "model").iterdir())
    assert "hidden value" not in everything
    monkeypatch.setenv("MLFLOW_RECORD_ENV_VARS_IN_MODEL_LOGGING", "false")
    pyfunc.save_model(tmp_path / "silent", predict, input_example=[1])
    assert not (tmp_path / "silent" / "environment_variables.txt").exists()
    assert MLModel.load(tmp_path / "silent").env_vars is None


@pytest.mark.parametrize(
    ("source", "package", "expected"),
    [
        ("import a.b, c as d", "", {"a.b", "c"}),
        ("from a import b\nfrom c.d import *", "", {"a", "a.b", "c.d"}),
        ("def f():\n    class C:\n        import late", "", {"late"}),
        (
            "from . import near\nfrom .x import y\nfrom .. import up",
            "p.q",
            {"p.q", "p.q.near", "p.q.x", "p.q.x.y", "p", "p.up"},
        ),
        ("this is no code", "", set()),
    ],
)
def test_imports_of_source_code(source: str, package: str, expected: set[str]) -> None:
    assert imported_modules(source.encode(), "file.py", package) == expected


def test_what_is_installed_is_not_followed() -> None:
    assert follow_local({"json", "runyard.models"}, lambda top: False) == {"json", "runyard.models"}


def test_imports_of_libraries_that_were_not_found_do_not_count(site: Path) -> None:
    seen = Observation()
    seen.imports = {("early_lib", "optional_part"), ("runyard", "lazy_lib"), ("", "by_name")}
    assert infer_requirements([], (), (), seen) == []
    assert infer_requirements([], {"early_lib"}, (), seen) == ["early-lib==1.0", "optional-part==2.0"]
