"""The file MLproject: what it may hold, and how mistakes are named."""

from __future__ import annotations

from pathlib import Path

import pytest

from runyard.errors import InvalidInput
from runyard.projects.mlproject import DockerEnvironment, Environment, Parameter, load_project


def project(folder: Path, text: str, name: str = "MLproject"):
    (folder / name).write_text(text, encoding="utf-8")
    return load_project(folder)


def faults(folder: Path, text: str) -> list[str]:
    """Return the mistakes without the file's name."""
    with pytest.raises(InvalidInput) as caught:
        project(folder, text)
    lines = str(caught.value).splitlines()
    prefix = f"{folder / 'MLproject'}"
    assert all(line.startswith(prefix) for line in lines)
    return [line.removeprefix(prefix).removeprefix(", ") for line in lines]


COMPLETE = """\
name: My Project
python_env: env.yaml
entry_points:
  main:
    parameters:
      data_file: path
      regularization: {type: float, default: 0.10}
      flag: {default: true}
      source: {type: uri, default: null}
      depth: {type: int, default: 5}
    command: "python train.py -r {regularization} {data_file} {flag} {source} {depth}"
  validate:
    command: python validate.py
"""


def test_complete_file(tmp_path: Path) -> None:
    (tmp_path / "env.yaml").touch()
    found = project(tmp_path, COMPLETE)
    assert found.name == "My Project"
    assert found.environment == Environment(kind="python_env", file="env.yaml")
    assert list(found.entry_points) == ["main", "validate"]
    main = found.entry_point("main")
    assert list(main.parameters.values()) == [
        Parameter("data_file", "path"),
        Parameter("regularization", "float", "0.1"),
        Parameter("flag", "string", "True"),
        Parameter("source", "uri"),
        Parameter("depth", "int", "5"),
    ]
    assert main.command.names == ["regularization", "data_file", "flag", "source", "depth"]


@pytest.mark.parametrize("name", ["MLproject", "mlproject", "MLProject"])
def test_any_letter_case(tmp_path: Path, name: str) -> None:
    assert project(tmp_path, "name: x", name).name == "x"


def test_docker(tmp_path: Path) -> None:
    found = project(
        tmp_path,
        """\
name: docked
docker_env:
  image: python:3.11
  volumes: ["/data:/data", "/out:/out:ro"]
  environment: [["A", "1"], "B", [C, 2]]
""",
    )
    assert found.environment.kind == "docker_env"
    assert found.environment.docker == DockerEnvironment(
        image="python:3.11", volumes=("/data:/data", "/out:/out:ro"), variables=(("A", "1"), ("B", None), ("C", "2"))
    )


@pytest.mark.parametrize(
    ("files", "kind"),
    [((), "system"), (("conda.yaml",), "conda_env"), (("conda.yaml", "python_env.yaml"), "python_env")],
)
@pytest.mark.parametrize("text", [None, "name: x"])
def test_environment_that_is_not_declared(tmp_path: Path, files: tuple[str, ...], kind: str, text: str | None) -> None:
    for name in files:
        (tmp_path / name).touch()
    found = load_project(tmp_path) if text is None else project(tmp_path, text)
    assert found.environment.kind == kind


def test_anchors_and_merges(tmp_path: Path) -> None:
    found = project(
        tmp_path,
        """\
entry_points:
  a:
    parameters: &common
      x: {type: int, default: 1}
    command: a {x}
  b:
    parameters:
      <<: *common
      y: string
    command: b {x} {y}
""",
    )
    assert set(found.entry_point("b").parameters) == {"x", "y"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nam: x", "line 1: MLproject has no key 'nam'; did you mean 'name'? Allowed are: name, python_env, "),
        ("- a\n- b", "line 1: MLproject must be a mapping, 'key: value', not a list."),
        ("name: [1]", "line 1: 'name' must be a text, not a list."),
        ("name: x\nname: y", "line 2: MLproject has the key 'name' twice; it stands in line 1 too."),
        ("name: x\n\nentry_points:\n  main:\n    parameters: {}", "line 4: The entry point 'main' needs a 'command'."),
        (
            "entry_points:\n  main:\n    comand: x",
            "line 2: The entry point 'main' needs a 'command'.",
        ),
        (
            "entry_points:\n  main:\n    parameters:\n      alpha: flaot\n    command: x",
            "line 4: The parameter 'alpha' has the unknown type 'flaot'; did you mean 'float'? Allowed are: string, ",
        ),
        (
            "entry_points:\n  main:\n    parameters:\n      alpha: {typ: float}\n    command: x",
            "line 4: The parameter 'alpha' has no key 'typ'; did you mean 'type'? Allowed are: type, default.",
        ),
        (
            "entry_points:\n  main:\n    parameters: {alpha: float}\n    command: x {alhpa}",
            "line 4: The entry point 'main' has no parameter 'alhpa' for its command; did you mean 'alpha'? ",
        ),
        (
            "entry_points:\n  main:\n    command: |\n      echo `{x}`",
            "line 3: The entry point 'main': the placeholder {x} stands inside backticks",
        ),
        ("python_env: missing.yaml", "line 1: 'python_env' names the file 'missing.yaml', which does not exist."),
        ("docker_env: {volumes: []}", "line 1: 'docker_env' needs an 'image'."),
        ("docker_env:\n  image: x", "line 1: a project with 'docker_env' needs a 'name', for its images."),
        ("name: x\ndocker_env:\n  image: x\n  volumes: [a]", "line 4: the volume 'a' is not of the form 'host:"),
        ("name: x\ndocker_env:\n  image: x\n  environment: [[a]]", "line 4: a variable of 'environment' is a name, or"),
        ("databricks_spark_job: {}", "line 1: 'databricks_spark_job' cannot be run outside of Databricks."),
        ("name: {", "line 1: this is not YAML: "),
        ("name: 'x", "line 1: this is not YAML: "),
        ("a: b: c", "line 1: this is not YAML: mapping values are not allowed here."),
        ("entry_points: [main]", "line 1: 'entry_points' must be a mapping, 'key: value', not a list."),
        (
            "entry_points:\n  main: python x.py",
            "line 2: The entry point 'main' must be a mapping, 'key: value', not 'p",
        ),
    ],
)
def test_mistakes_have_lines(tmp_path: Path, text: str, expected: str) -> None:
    assert any(fault.startswith(expected) for fault in faults(tmp_path, text)), faults(tmp_path, text)


def test_all_mistakes_at_once(tmp_path: Path) -> None:
    found = faults(tmp_path, "nam: x\nentry_points:\n  a: {}\n  b: {command: 'x {y}'}\nconda_env: no.yaml")
    assert [fault.partition(":")[0] for fault in found] == ["line 1", "line 3", "line 4", "line 5"]


def test_environments_exclude_each_other(tmp_path: Path) -> None:
    (tmp_path / "e.yaml").touch()
    (fault,) = faults(tmp_path, "name: x\nconda_env: e.yaml\npython_env: e.yaml")
    assert fault == "line 3: 'conda_env' and 'python_env' exclude each other; keep one of them."


def test_not_utf8(tmp_path: Path) -> None:
    (tmp_path / "MLproject").write_bytes(b"name: \xff")
    with pytest.raises(InvalidInput, match="not YAML"):
        load_project(tmp_path)


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="it is no folder"):
        load_project(tmp_path / "nowhere")


def test_scripts_are_entry_points(tmp_path: Path) -> None:
    for name in ("train.py", "run me.sh", "-c.py", "br{a}ce.py"):
        (tmp_path / name).touch()
    found = load_project(tmp_path)
    assert found.entry_point("train.py").command.format({}, {"x": "1"}) == "python train.py --x 1"
    assert found.entry_point("run me.sh").command.format({}, {}) == "\"${SHELL:-bash}\" 'run me.sh'"
    assert found.entry_point("-c.py").command.format({}, {}) == "python ./-c.py"
    assert found.entry_point("br{a}ce.py").command.format({}, {}) == "python 'br{a}ce.py'"


def test_unknown_entry_point(tmp_path: Path) -> None:
    (tmp_path / "train.py").touch()
    found = project(tmp_path, "entry_points: {fit: {command: x}}")
    with pytest.raises(InvalidInput, match=r"no entry point 'main'. Declared are: fit. Scripts .* names: train.py."):
        found.entry_point("main")
    with pytest.raises(InvalidInput, match=r"no entry point 'missing.py'"):
        found.entry_point("missing.py")


@pytest.mark.parametrize("name", ["../out.py", "/etc/out.py"])
def test_scripts_are_inside_the_project(tmp_path: Path, name: str) -> None:
    with pytest.raises(InvalidInput, match="Invalid path"):
        load_project(tmp_path).entry_point(name)
