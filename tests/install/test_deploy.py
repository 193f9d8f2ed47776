"""What lies in ``deploy/`` asks for nothing that there is not."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

DEPLOY = Path(__file__).parents[2] / "deploy"
MANIFESTS = sorted(path for path in DEPLOY.glob("kubernetes/*.yaml") if path.name != "kustomization.yaml")
ADDRESSES = ("RUNYARD_PORT", "RUNYARD_HOST")


@pytest.fixture(scope="module")
def variables() -> set[str]:
    """The environment variables that ``runyard server`` reads."""
    command = pytest.importorskip("runyard_server.command", reason="the files deploy the server")
    return {name for option in command.server.params for name in option.envvar or ()}


def load(name: str) -> Any:
    return yaml.safe_load((DEPLOY / name).read_text("utf-8"))


def parses(words: list[str]) -> None:
    from runyard_server.command import server

    assert words[0] == "server"
    server.make_context("server", words[1:])


def test_image_sets_variables_that_are_read(variables: set[str]) -> None:
    text = (DEPLOY / "Dockerfile").read_text("utf-8")
    assert set(re.findall(r"(RUNYARD_\w+)=", text)) == set(ADDRESSES) <= variables
    assert "USER 10001" in text


def test_composed_server_starts_with_options_that_exist(variables: set[str]) -> None:
    services = load("compose.yaml")["services"]
    server = services["server"]
    parses(server["command"])
    assert set(server["environment"]) <= variables
    assert all(port.startswith("127.0.0.1:") for port in server["ports"])  # nobody is authenticated
    assert not [name for name, service in services.items() if "ports" in service and name != "server"]


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.name)
def test_manifests_are_about_one_thing_each(path: Path) -> None:
    manifest = yaml.safe_load(path.read_text("utf-8"))
    assert manifest["metadata"]["name"].startswith("runyard")
    assert manifest["metadata"]["labels"] == {"app.kubernetes.io/name": "runyard"}


def test_everything_is_applied_but_the_example_of_a_secret() -> None:
    applied = load("kubernetes/kustomization.yaml")["resources"]
    assert sorted(applied) == [path.name for path in MANIFESTS if path.name != "secret.example.yaml"]


def test_pods_run_the_server_as_it_is(variables: set[str]) -> None:
    pod = load("kubernetes/deployment.yaml")["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    parses(container["args"])
    assert {variable["name"] for variable in container["env"]} <= variables
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    grace = int(container["args"][container["args"].index("--grace-seconds") + 1])
    assert grace + 5 < pod["terminationGracePeriodSeconds"]  # and the sleep before it
    secret = load("kubernetes/secret.example.yaml")
    wanted = container["env"][0]["valueFrom"]["secretKeyRef"]
    assert wanted == {"name": secret["metadata"]["name"], "key": "database"}
    assert "database" in secret["stringData"]
