from __future__ import annotations

import io
import sys
import textwrap
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from packaging.requirements import Requirement

from runyard.errors import InvalidInput, NotFound
from runyard.models import distributions
from runyard.models.environment import Overrides, write_environment
from runyard.models.mismatch import mismatches
from runyard.models.pickles import code_modules, pickle_modules
from runyard.models.requirement_inference import infer_requirements
from runyard.models.requirements import read_requirements, replace_tool


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with four distributions: three that depend on each other in a row, and a namespace that two share."""
    folder = tmp_path / "site"

    def add(name: str, version: str, modules: str, requires: str = "", *, top_level: bool = False) -> None:
        info = folder / f"{name.replace('-', '_')}-{version}.dist-info"
        info.mkdir(parents=True)
        head = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{requires}\nLong text, with Name: inside.\n"
        (info / "METADATA").write_text(head)
        if top_level:
            (info / "top_level.txt").write_text(modules.replace(" ", "\n"))
        else:
            (info / "RECORD").write_text("".join(f"{module},sha256=x,1\n" for module in modules.split()))

    add(
        "Big-Learn", "2.0", "biglearn/__init__.py biglearn/core.py", 'Requires-Dist: smallmath>=1; python_version>"3"\n'
    )
    add("smallmath", "1.5+cpu", "smallmath/__init__.py", "Requires-Dist: tiny\nRequires-Dist: other; extra == 'x'\n")
    add("tiny", "0.1", "tiny", top_level=True)
    add("google-one", "1.0", "google/one/__init__.py")
    add("google-two", "1.0", "google/two/__init__.py")
    assert Requirement("a; python_version > '3'").marker.evaluate()  # what this imports late, it imports now
    monkeypatch.setattr(sys, "path", [str(folder)])
    return folder


def test_providers(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def name(module: str) -> str | None:
        provider = distributions.find_provider(module)
        return provider.name if provider else None

    assert name("biglearn.core") == "Big-Learn"
    assert name("tiny") == "tiny"
    assert name("google.two.part") == "google-two"
    assert name("os.path") is None
    assert name("__main__") is None
    assert name("nowhere") is None
    monkeypatch.setitem(sys.modules, "bare", SimpleNamespace(__file__=str(site / "biglearn" / "bare.so")))
    assert name("bare") == "Big-Learn"
    monkeypatch.setattr(sys, "path", [str(site.parent), str(site)])  # an environment in the folder of the script
    assert name("bare") == "Big-Learn"
    assert distributions.installed_version("big_learn") == "2.0"
    assert distributions.installed_version("nothing") is None


def test_inferred_requirements_are_pinned_sorted_and_pruned(site: Path) -> None:
    assert infer_requirements(
        ["big-learn"], {"tiny.part", "biglearn.core", "google.one", "json", "runyard.models"}
    ) == [
        "Big-Learn==2.0",
        "google-one==1.0",
    ]
    assert infer_requirements([], {"smallmath"}) == ["smallmath==1.5"]
    assert infer_requirements(["big-learn", "tiny"], ()) == ["Big-Learn==2.0", "tiny==0.1"]


def test_code_that_is_not_installed_is_pointed_out(site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "helpers_beside.py").write_text("")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    import helpers_beside  # noqa: F401

    try:
        with pytest.warns(UserWarning, match=r"helpers_beside.*code_paths"):
            assert infer_requirements([], {"helpers_beside"}) == []
        assert infer_requirements([], {"helpers_beside"}, [tmp_path / "helpers_beside.py"]) == []
    finally:
        del sys.modules["helpers_beside"]


def test_requirements_of_the_user(tmp_path: Path) -> None:
    (tmp_path / "more.txt").write_text("b>=1  # why\n\n# a comment\n-c limits.txt\n")
    (tmp_path / "limits.txt").write_text("d<3\n")
    (tmp_path / "all.txt").write_text("a==1\n-r more.txt\n--index-url https://host/simple\nc @ https://host/c.whl\n")
    expected = ["a==1", "b>=1", "--index-url https://host/simple", "c @ https://host/c.whl"]
    assert read_requirements(tmp_path / "all.txt") == (expected, ["d<3"])
    assert read_requirements(["a==1"]) == (["a==1"], [])
    with pytest.raises(NotFound, match=r"missing\.txt"):
        read_requirements([f"-r {tmp_path}/missing.txt"])
    with pytest.raises(InvalidInput, match="'a b c'"):
        read_requirements(["a b c"])
    with pytest.raises(InvalidInput, match="not int"):
        read_requirements([1])  # type: ignore[list-item]


def environment(folder: Path, **given: object) -> tuple[list[str], dict[str, object], dict[str, object]]:
    folder.mkdir(exist_ok=True)
    written = write_environment(folder, Overrides(**given), ["big-learn"], {"tiny"})
    assert (folder / "requirements.txt").read_text() == "\n".join(written)
    conda, python = (yaml.safe_load((folder / name).read_text()) for name in ("conda.yaml", "python_env.yaml"))
    return written, conda, python


def test_environment_files(site: Path, tmp_path: Path) -> None:
    written, conda, python = environment(tmp_path / "model")
    assert written == ["mlflow<4", "Big-Learn==2.0"]
    version = ".".join(map(str, sys.version_info[:3]))
    assert list(conda) == ["channels", "dependencies", "name"]
    assert conda["dependencies"] == [f"python={version}", "pip", {"pip": written}]
    assert python == {
        "python": version,
        "build_dependencies": ["pip", "setuptools", "wheel"],
        "dependencies": ["-r requirements.txt"],
    }


def test_overrides(site: Path, tmp_path: Path) -> None:
    assert environment(tmp_path / "a", pip_requirements=["x==1"])[0] == ["mlflow<4", "x==1"]
    assert environment(tmp_path / "b", pip_requirements=["mlflow==2.9", "x"])[0] == ["mlflow==2.9", "x"]
    extra = environment(tmp_path / "c", extra_pip_requirements=["big_learn[gpu]>=1", "y"])[0]
    assert extra == ["mlflow<4", "big_learn[gpu]>=1", "y"]
    (tmp_path / "limits.txt").write_text("z<2")
    limited = environment(tmp_path / "d", extra_pip_requirements=[f"-c {tmp_path}/limits.txt"])[0]
    assert limited == ["mlflow<4", "Big-Learn==2.0", "-c constraints.txt"]
    assert (tmp_path / "d" / "constraints.txt").read_text() == "z<2"
    with pytest.raises(InvalidInput, match="only one of"):
        Overrides(pip_requirements=[], conda_env={})


def test_conda_environments_of_the_user(site: Path, tmp_path: Path) -> None:
    given = {"name": "mine", "dependencies": ["python=3.11", "cmake", {"pip": ["x==1"]}]}
    (tmp_path / "env.yaml").write_text(yaml.safe_dump(given))
    for conda_env in (given, str(tmp_path / "env.yaml")):
        written, conda, _ = environment(tmp_path / "model", conda_env=conda_env)
        assert written == ["mlflow<4", "x==1"]
        assert conda["dependencies"] == ["python=3.11", "cmake", "pip", {"pip": ["mlflow<4", "x==1"]}]
        assert conda["name"] == "mine"
    for broken in ({"dependencies": "x"}, "[1"):
        (tmp_path / "broken.yaml").write_text("dependencies: x" if isinstance(broken, dict) else broken)
        with pytest.raises(InvalidInput, match="conda environment"):
            environment(tmp_path / "model", conda_env=str(tmp_path / "broken.yaml"))
    with pytest.raises(NotFound, match=r"no\.yaml"):
        environment(tmp_path / "model", conda_env="no.yaml")


def test_the_tool_is_replaced() -> None:
    assert replace_tool(["mlflow==3.1", "a"], ["runyard-core==0.1"]) == ["runyard-core==0.1", "a"]
    assert replace_tool(["mlflow-skinny", "mlflow_thing"], ["ours"]) == ["ours", "mlflow_thing"]


def test_mismatches(site: Path, tmp_path: Path) -> None:
    lines = ["mlflow==99", "tiny==0.2", "smallmath==1.5", "absent", "x; python_version<'3'", "-c c.txt", "./local"]
    (tmp_path / "requirements.txt").write_text("\n".join(lines))
    found = mismatches(tmp_path)
    assert [line.partition(";")[0] for line in found] == ["tiny 0.1 is installed", "absent is not installed"]
    assert mismatches(tmp_path / "nothing") == []


def test_modules_of_a_function() -> None:
    def outer() -> None:
        import json.decoder  # noqa: F401

        def inner() -> None:
            from email import message  # noqa: F401

    assert set(code_modules(outer.__code__)) == {"json.decoder", "email"}


def test_modules_of_pickles() -> None:
    import decimal
    import pickle

    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        data = pickle.dumps({"a": decimal.Decimal(1), "b": [decimal.Decimal(2)]}, protocol=protocol)
        assert "decimal" in pickle_modules(io.BytesIO(data))
    with pytest.raises(ValueError):
        pickle_modules(io.BytesIO(b"no pickle"))


def test_modules_of_functions_that_are_pickled_by_value() -> None:
    cloudpickle = pytest.importorskip("cloudpickle")
    scope: dict[str, object] = {"__name__": "__main__"}
    exec(
        textwrap.dedent("import json, email.message\ndef f(x):\n    return json.dumps(x)\ng = lambda: (f, email)"),
        scope,
    )
    assert {"json", "email", "cloudpickle.cloudpickle"} <= pickle_modules(io.BytesIO(cloudpickle.dumps(scope["g"])))
