"""Requests made up from the OpenAPI document, right ones and wrong ones: the server answers as the document says.

``RUNYARD_TEST_FUZZ`` says how many there are for each operation; `nox -s fuzz` sets more of them.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
import pytest
import schemathesis
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from asking import ask
from runyard.entities import Metric, Param, RunTag
from runyard.registry.registries import open_registry
from runyard.registry.requests import NewModelVersion, NewRegisteredModel
from runyard.tracking.requests import NewExperiment, NewLoggedModel, NewRun, RunBatch
from runyard.tracking.stores import close_stores, open_store
from runyard_server.openapi import document
from serving import serving

EXAMPLES = int(os.environ.get("RUNYARD_TEST_FUZZ", "5"))
SEED = 20_170_905
CHECKS = [content_type_conformance, response_schema_conformance, status_code_conformance]
NOT_HERE = {501, 503}
"""What is no failure of a server, where the document has it."""

numbers = itertools.count()
pytestmark = pytest.mark.slow
DOCUMENT = msgspec.json.decode(msgspec.json.encode(document()))
schema = schemathesis.openapi.from_dict(DOCUMENT)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    return f"sqlite:///{tmp_path_factory.mktemp('fuzz') / 'runs.db'}"


@pytest.fixture(scope="module")
def server(store: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(store, artifacts=tmp_path_factory.mktemp("artifacts")) as address:
        yield address
    close_stores()


@pytest.fixture
def known(server: str, store: str) -> Mapping[str, str]:
    """What is there, by the name of the parameter that says which."""
    runs, models = open_store(store, "mlflow-artifacts:/"), open_registry(store)
    name = f"fuzz {next(numbers)}"
    experiment_id = runs.create_experiment(NewExperiment(name=name, tags={"key": "value"}))
    run = runs.create_run(NewRun(experiment_id=experiment_id, user_id="me", start_time=1, run_name="fuzz"))
    run_id = run.info.run_id
    metrics = [Metric("key", float(step), step, step) for step in range(50)]
    runs.log_batch(RunBatch.checked(run_id, metrics, [Param("key", "value")], [RunTag("key", "value")]))
    model = runs.create_logged_model(
        NewLoggedModel(experiment_id=experiment_id, source_run_id=run_id, tags={"key": "value"})
    )
    models.create_registered_model(NewRegisteredModel(name=name))
    source = f"models:/{model.model_id}"
    version = models.create_model_version(NewModelVersion(name=name, source=source)).version
    models.set_registered_model_alias(name, "alias", version)
    for folder in ("", f"{experiment_id}/{run_id}/artifacts/", f"{experiment_id}/models/{model.model_id}/artifacts/"):
        stored = ask(server, "PUT", f"/api/2.0/mlflow-artifacts/artifacts/{folder}a.txt", b"text")
        assert stored.status == 200, stored
    return {
        "alias": "alias",
        "artifact_file_path": "a.txt",
        "experiment_id": experiment_id,
        "run_id": run_id,
        "model_id": model.model_id,
        "name": name,
        "version": version,
        "key": "key",
        "metric_key": "key",
        "path": "a.txt",
        "source": source,
        "stage": "Staging",
        "tag_key": "key",
    }


def lead_somewhere(case: schemathesis.Case, known: Mapping[str, str]) -> None:
    """Let a request be about what is there, wherever it may say what it is about."""
    operation = DOCUMENT["paths"][case.operation.path][case.operation.method.lower()]
    for place, part in (("path", case.path_parameters), ("query", case.query)):
        for parameter in operation["parameters"]:
            if parameter["in"] == place:
                _name(part, parameter["name"], known)
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if content is not None and isinstance(case.body, dict):
        reference = content["schema"].get("$ref", "").rpartition("/")[2]
        for name in DOCUMENT["components"]["schemas"].get(reference, content["schema"])["properties"]:
            _name(case.body, name, known)


def _name(fields: dict[str, Any], name: str, known: Mapping[str, str]) -> None:
    if name in known:
        fields[name] = known[name]
    elif name.removesuffix("s") in known:
        fields[name] = [known[name.removesuffix("s")]]


@schema.given(is_known=st.booleans())
@schema.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@seed(SEED)
def test_server_answers_as_the_document_says(
    case: schemathesis.Case, server: str, known: Mapping[str, str], is_known: bool
) -> None:
    if is_known:
        lead_somewhere(case, known)
    response = case.call(base_url=server)
    if response.status_code == 405:  # it tries methods that the document does not have
        return
    assert response.status_code < 500 or response.status_code in NOT_HERE, (response.text, case.as_curl_command())
    case.validate_response(response, checks=CHECKS)
