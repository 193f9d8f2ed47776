"""Random calls to a model registry."""

from __future__ import annotations

from hypothesis import strategies as st

from histories.calls import Call, Request
from histories.strategies import (
    MOMENTS,
    NAMES,
    VALUES,
    call,
    keys,
    maybe,
    names,
    order,
    pages,
    pairs,
    request,
    several,
    values,
    where_mine,
)
from runyard.entities import ModelStage
from runyard.registry.requests import ModelVersionQuery, NewModelVersion, NewRegisteredModel, RegisteredModelQuery
from runyard.search import MODEL_VERSIONS, REGISTERED_MODELS

# Few models, so that calls meet
few = st.one_of(st.sampled_from(("<mine>a", "<mine>A")), names)
numbers = st.sampled_from(("1", "2", "3", "7"))
aliases = st.sampled_from(("champion", "Champion", "b", "é", "latest"))
known_aliases = aliases.filter(lambda alias: alias != "latest")
stages = st.sampled_from(ModelStage)
sources = st.sampled_from(("s3://bucket/a", "S3://bucket/a", "a", "x'y", "50%", "é"))
PATTERNS = [f"<mine>{name}" for name in (*NAMES, "%", "_")]

changes = st.one_of(
    call("create_registered_model", request(NewRegisteredModel, name=few, description=values, tags=pairs)),
    call("update_registered_model", few, values),
    call("rename_registered_model", few, few),
    call("delete_registered_model", few),
    call("set_registered_model_tags", few, pairs),
    call("set_registered_model_tags", few, st.just({"mlflow.prompt.is_prompt": "true"})),
    call("delete_registered_model_tag", few, keys),
    call("set_registered_model_alias", few, known_aliases, numbers),
    call("delete_registered_model_alias", few, known_aliases),
    *[
        call(
            "create_model_version",
            request(
                NewModelVersion,
                name=few,
                source=sources,
                storage_location=maybe(sources),
                run_id=maybe(st.just("f" * 32)),
                run_link=st.sampled_from(("", "https://example.org/run")),
                description=values,
                tags=pairs,
                user_id=values,
            ),
        )
    ]
    * 3,
    call("update_model_version", few, numbers, values),
    *[call("transition_model_version_stage", few, numbers, stages, archive_existing=st.booleans())] * 2,
    call("delete_model_version", few, numbers),
    call("set_model_version_tags", few, numbers, pairs),
    call("delete_model_version_tag", few, numbers, keys),
)
questions = st.one_of(
    call("get_registered_model", few),
    call("get_model_version", few, numbers),
    call("get_model_version_by_alias", few, aliases),
    call("get_latest_versions", few, several(stages, 2)),
    *[
        pages(
            "search_registered_models",
            request(
                RegisteredModelQuery,
                filter=where_mine(
                    REGISTERED_MODELS,
                    {"name": PATTERNS, "creation_timestamp": MOMENTS, "last_updated_timestamp": MOMENTS},
                ),
                order_by=order(REGISTERED_MODELS),
            ),
        )
    ]
    * 2,
    *[
        pages(
            "search_model_versions",
            request(
                ModelVersionQuery,
                filter=where_mine(
                    MODEL_VERSIONS,
                    {
                        "name": PATTERNS,
                        "run_id": ("f" * 32, "F" * 32, "f%"),
                        "source_path": (*VALUES, "s3://bucket/a", "s3:%", "S3:%"),
                        "version_number": (0, 1, 2, 2.5, 10),
                        "creation_timestamp": MOMENTS,
                        "last_updated_timestamp": MOMENTS,
                    },
                ),
                order_by=order(MODEL_VERSIONS),
            ),
        )
    ]
    * 3,
)

FIRST = [
    Call("create_registered_model", (Request(NewRegisteredModel, {"name": name}),)) for name in ("<mine>a", "<mine>A")
]
LAST = [Call("get_registered_model", (f"<mine>{name}",)) for name in NAMES]


def histories() -> st.SearchStrategy[list[Call]]:
    """Return calls: something to begin with, changes and questions in any order, and a look at everything."""
    calls = st.lists(st.one_of(changes, changes, questions), max_size=30)
    return calls.map(lambda middle: [*FIRST, *middle, *LAST])
