"""Logged models, registered models and versions: what is sent, and what comes out at the other end."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runyard.entities import LoggedModel, LoggedModelStatus, Metric, ModelStage, ModelVersion, RegisteredModel
from runyard.errors import InvalidInput
from runyard.rest import logged_models, model_versions, registered_models
from runyard.rest.logged_models import LoggedModelMessage, read_status
from runyard.rest.message import decode, encode, read_query, write_query
from runyard.rest.model_versions import ModelVersionMessage
from runyard.rest.registered_models import RegisteredModelMessage
from runyard.rest.route import AnyRoute

TEXTS = st.text(max_size=20)
WORDS = st.text(min_size=1, max_size=20)
TIMES = st.integers(0, 2**63 - 1)
LABELS = st.dictionaries(WORDS, TEXTS, max_size=4)
METRICS = st.builds(
    Metric,
    WORDS,
    st.floats(allow_nan=False),
    TIMES,
    st.integers(-(2**63), 2**63 - 1),
    model_id=st.none() | WORDS,
    dataset_name=st.none() | WORDS,
    dataset_digest=st.none() | WORDS,
    run_id=st.none() | WORDS,
)
LOGGED_MODELS = st.builds(
    LoggedModel,
    model_id=WORDS,
    experiment_id=WORDS,
    name=WORDS,
    artifact_location=WORDS,
    creation_timestamp=TIMES,
    last_updated_timestamp=TIMES,
    model_type=st.none() | WORDS,
    source_run_id=st.none() | WORDS,
    status=st.sampled_from([status.value for status in LoggedModelStatus]),
    status_message=st.none() | WORDS,
    lifecycle_stage=st.sampled_from(["active", "deleted"]),
    tags=LABELS,
    params=LABELS,
    metrics=st.lists(METRICS, max_size=3),
)
VERSIONS = st.builds(
    ModelVersion,
    name=WORDS,
    version=st.integers(1, 10**6).map(str),
    creation_timestamp=TIMES,
    last_updated_timestamp=TIMES,
    description=TEXTS,
    user_id=TEXTS,
    current_stage=st.sampled_from([stage.value for stage in ModelStage]),
    source=WORDS.map("s3://bucket/{}".format),
    storage_location=WORDS.map("s3://bucket/{}".format),
    run_id=st.none() | WORDS,
    run_link=TEXTS,
    status=st.sampled_from(["READY", "PENDING_REGISTRATION", "FAILED_REGISTRATION"]),
    status_message=TEXTS,
    tags=LABELS,
    aliases=st.lists(WORDS, max_size=3),
    model_id=st.none() | WORDS,
    params=LABELS,
    metrics=st.lists(METRICS, max_size=2),
)
REGISTERED_MODELS = st.builds(
    RegisteredModel,
    name=WORDS,
    creation_timestamp=TIMES,
    last_updated_timestamp=TIMES,
    description=TEXTS,
    latest_versions=st.lists(VERSIONS, max_size=2),
    tags=LABELS,
    aliases=st.dictionaries(WORDS, st.integers(1, 99).map(str), max_size=3),
)


def version(**fields: Any) -> ModelVersion:
    return ModelVersion(name="net", version="3", creation_timestamp=1, last_updated_timestamp=2, **fields)


def sent(message: Any) -> Any:
    return json.loads(encode(message))


@given(LOGGED_MODELS)
def test_logged_models_come_through(model: LoggedModel) -> None:
    assert decode(encode(LoggedModelMessage.of(model)), LoggedModelMessage).entity() == model


@given(VERSIONS)
def test_versions_come_through(made: ModelVersion) -> None:
    assert decode(encode(ModelVersionMessage.of(made)), ModelVersionMessage).entity() == made


@given(REGISTERED_MODELS)
def test_registered_models_come_through(model: RegisteredModel) -> None:
    assert decode(encode(RegisteredModelMessage.of(model)), RegisteredModelMessage).entity() == model


def test_numbers_that_are_none_come_through() -> None:
    model = LoggedModel(
        model_id="m-1",
        experiment_id="0",
        name="net",
        artifact_location="s3://bucket",
        creation_timestamp=1,
        last_updated_timestamp=1,
        metrics=[Metric("loss", math.nan, 5, 1), Metric("loss", -math.inf, 5, 1)],
    )
    message = LoggedModelMessage.of(model)
    assert [metric["value"] for metric in sent(message)["data"]["metrics"]] == ["NaN", "-Infinity"]
    first, second = decode(encode(message), LoggedModelMessage).entity().metrics
    assert math.isnan(first.value)
    assert second.value == -math.inf


def test_a_new_logged_model_is_sent_like_this() -> None:
    model = LoggedModel(
        model_id="m-1",
        experiment_id="0",
        name="net",
        artifact_location="mlflow-artifacts:/0/models/m-1/artifacts",
        creation_timestamp=1,
        last_updated_timestamp=2,
        status="PENDING",
    )
    assert sent(LoggedModelMessage.of(model)) == {
        "info": {
            "model_id": "m-1",
            "experiment_id": "0",
            "name": "net",
            "creation_timestamp_ms": 1,
            "last_updated_timestamp_ms": 2,
            "artifact_uri": "mlflow-artifacts:/0/models/m-1/artifacts",
            "status": "LOGGED_MODEL_PENDING",
            "model_type": "",
            "source_run_id": "",
        },
        "data": {},
    }


def test_a_new_version_is_sent_like_this() -> None:
    assert sent(ModelVersionMessage.of(version(source="s3://bucket/x", storage_location="s3://bucket/x"))) == {
        "name": "net",
        "version": "3",
        "creation_timestamp": 1,
        "last_updated_timestamp": 2,
        "current_stage": "None",
        "description": "",
        "source": "s3://bucket/x",
        "run_id": "",
        "status": "READY",
        "run_link": "",
    }


def test_a_new_registered_model_is_sent_like_this() -> None:
    model = RegisteredModel(name="net", creation_timestamp=1, last_updated_timestamp=1)
    assert sent(RegisteredModelMessage.of(model)) == {
        "name": "net",
        "creation_timestamp": 1,
        "last_updated_timestamp": 1,
    }


@pytest.mark.parametrize(
    ("source", "model_id", "location"),
    [
        ("models:/m-1", "m-1", None),
        ("models:/net/3", None, None),
        ("models:/net@champion", None, None),
        ("runs:/abc/model", None, None),
        ("s3://bucket/m-1", None, "s3://bucket/m-1"),
        ("", None, ""),
    ],
)
def test_servers_that_say_less_are_understood(source: str, model_id: str | None, location: str | None) -> None:
    fields = {"name": "net", "version": "3", "source": source}
    found = decode(json.dumps(fields).encode(), ModelVersionMessage).entity()
    assert (found.model_id, found.storage_location) == (model_id, location)
    assert (found.current_stage, found.status, found.run_id) == ("None", "READY", None)


def test_a_logged_model_without_data_is_understood() -> None:
    model = decode(b'{"info": {"model_id": "m-1"}}', LoggedModelMessage).entity()
    assert (model.model_id, model.status, model.params, model.metrics) == ("m-1", "UNSPECIFIED", {}, [])


@pytest.mark.parametrize("status", ["LOGGED_MODEL_UPLOAD_FAILED", 3, "3"])
def test_a_status_has_a_name_and_a_number(status: str | int) -> None:
    assert read_status(status) is LoggedModelStatus.FAILED


@pytest.mark.parametrize("status", ["READY", "", 4, -1, "logged_model_ready"])
def test_another_status_is_refused_with_those_that_there_are(status: str | int) -> None:
    with pytest.raises(InvalidInput, match="LOGGED_MODEL_PENDING, LOGGED_MODEL_READY, LOGGED_MODEL_UPLOAD_FAILED"):
        read_status(status)


def test_a_dataset_is_told_with_its_digest_if_it_has_one() -> None:
    assert logged_models.MeasuredOn(dataset_name="a").mapping() == {"dataset_name": "a"}
    given = logged_models.MeasuredOn(dataset_name="a", dataset_digest="1")
    assert given.mapping() == {"dataset_name": "a", "dataset_digest": "1"}


@pytest.mark.parametrize(
    "message",
    [
        logged_models.GetLoggedModel(model_id="m-1", allow_deleted=True),
        model_versions.SearchModelVersions(filter="name = 'a&b'", order_by=["name", "version_number DESC"]),
        registered_models.GetLatestVersions(name="näme", stages=["None", "Staging"]),
        registered_models.AliasReference(name="net", alias="champion"),
    ],
)
def test_what_is_asked_in_a_query_string_comes_through(message: Any) -> None:
    assert read_query(write_query(message), type(message)) == message


ROUTES = [*logged_models.ROUTES, *model_versions.ROUTES, *registered_models.ROUTES]


@pytest.mark.parametrize("route", ROUTES, ids=[f"{route.method} {route.path}" for route in ROUTES])
def test_what_is_in_the_path_is_a_field_of_the_request(route: AnyRoute) -> None:
    assert set(route.parameters) <= set(route.request.__struct_fields__)


def test_a_version_must_be_text() -> None:
    with pytest.raises(InvalidInput, match="version"):
        decode(b'{"name": "net", "version": 3}', model_versions.VersionReference)


def test_values_are_encoded_in_paths() -> None:
    path = logged_models.DELETE_TAG.path_of({"model_id": "m-1", "tag_key": "a/b c", "more": "x"})
    assert path == "/api/2.0/mlflow/logged-models/m-1/tags/a%2Fb%20c"


@pytest.mark.parametrize("value", ["", ".", ".."])
def test_values_that_cannot_be_in_a_path_are_refused(value: str) -> None:
    with pytest.raises(InvalidInput, match="model_id"):
        logged_models.GET.path_of({"model_id": value})
