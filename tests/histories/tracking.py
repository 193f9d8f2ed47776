"""Random calls to a tracking store."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from histories.calls import Call, Ref, Request, Unique
from histories.strategies import (
    MOMENTS,
    NAMES,
    VALUES,
    call,
    entries,
    keys,
    maybe,
    names,
    order,
    pages,
    pairs,
    ref,
    request,
    several,
    values,
    where,
    where_mine,
)
from runyard.entities import (
    Dataset,
    DatasetInput,
    InputTag,
    LoggedModelInput,
    LoggedModelOutput,
    LoggedModelStatus,
    Metric,
    Param,
    RunStatus,
    RunTag,
    ViewType,
)
from runyard.search import EXPERIMENTS, LOGGED_MODELS, RUNS
from runyard.tracking.requests import (
    ExperimentQuery,
    HistoryQuery,
    LoggedModelQuery,
    NewExperiment,
    NewLoggedModel,
    NewRun,
    RunBatch,
    RunInputsBatch,
    RunQuery,
    RunUpdate,
    SeriesQuery,
    TrashQuery,
)

TIMES = (0, 1, 2, 2**63 - 1)
STEPS = (0, 1, 2, 10, -1, -(2**63), 2**63 - 1)
FLOATS = (0.0, 1.0, 2.5, -1.0, math.nan, math.inf, -math.inf, 1e300, 5e-324, 1.7976931348623157e308, 0.1 + 0.2)


def new_run(run_name: str, tags: Sequence[RunTag] = (), **fields: Any) -> NewRun:
    """Return a run to be made, with the tag that its name is."""
    named = RunTag("mlflow.runName", run_name)
    return NewRun(run_name=run_name, tags=(*tags, named), **fields)


# what is logged


def point(dataset: tuple[str, str] | None, **fields: Any) -> Metric:
    """Return a point of a metric, measured on a dataset or not."""
    name, digest = dataset or (None, None)
    return Metric(**fields, dataset_name=name, dataset_digest=digest)


points = request(
    point,
    key=keys,
    value=st.one_of(st.sampled_from(FLOATS), st.floats(width=64)),
    timestamp=st.sampled_from(TIMES),
    step=st.sampled_from(STEPS),
    model_id=st.one_of(st.none(), st.none(), ref("model")),
    dataset=st.sampled_from([None, None, ("wine", "1"), ("wine", "2"), ("a", "1")]),
)
batches = request(
    RunBatch.checked,
    run_id=ref("run"),
    metrics=several(points, 6),
    params=entries(Param),
    tags=st.one_of(entries(RunTag), several(request(RunTag, key=st.just("mlflow.runName"), value=values), 1)),
)
datasets = request(
    DatasetInput,
    dataset=request(
        Dataset,
        name=st.sampled_from(("a", "A", "wine", "x'y")),
        digest=st.sampled_from(("1", "2", "ab")),
        source_type=st.just("local"),
        source=values,
        schema=maybe(values),
        profile=maybe(values),
    ),
    tags=several(
        request(InputTag, key=st.sampled_from(("mlflow.data.context", "fold")), value=values),
        2,
        unique_by=lambda tag: tag.fields["key"],
    ),
)

changes = st.one_of(
    call(
        "create_experiment",
        request(
            NewExperiment,
            name=names,
            tags=pairs,
            artifact_location=maybe(st.sampled_from(("s3://bucket/a", "s3://b/é"))),
        ),
        makes="experiment",
    ),
    call("rename_experiment", ref("experiment"), names),
    call("delete_experiment", ref("experiment")),
    call("restore_experiment", ref("experiment")),
    call("set_experiment_tags", ref("experiment"), pairs),
    call("delete_experiment_tag", ref("experiment"), keys),
    *[
        call(
            "create_run",
            request(
                new_run,
                experiment_id=ref("experiment"),
                user_id=values,
                start_time=st.builds(Unique, st.integers(0, 2)),
                run_name=st.sampled_from(NAMES),
                tags=entries(RunTag),
            ),
            makes="run",
        )
    ]
    * 2,
    call(
        "update_run",
        request(
            RunUpdate,
            run_id=ref("run"),
            status=maybe(st.sampled_from([status.name for status in RunStatus])),
            end_time=maybe(st.sampled_from(TIMES)),
            run_name=maybe(st.sampled_from(NAMES)),
        ),
    ),
    call("delete_run", ref("run")),
    call("restore_run", ref("run")),
    *[call("log_batch", batches)] * 4,
    call("delete_tag", ref("run"), keys),
    call(
        "log_inputs",
        request(
            RunInputsBatch.checked,
            run_id=ref("run"),
            datasets=several(datasets),
            models=several(request(LoggedModelInput, model_id=ref("model")), 2),
        ),
    ),
    call(
        "log_outputs",
        ref("run"),
        several(request(LoggedModelOutput, model_id=ref("model"), step=st.sampled_from(STEPS))),
    ),
    *[
        call(
            "create_logged_model",
            request(
                NewLoggedModel,
                experiment_id=ref("experiment"),
                name=st.sampled_from([name for name in NAMES if not set(name) & set("/:.%\"'")]),
                source_run_id=maybe(ref("run")),
                model_type=maybe(values),
                params=pairs,
                tags=pairs,
            ),
            makes="model",
        )
    ]
    * 2,
    call("finalize_logged_model", ref("model"), st.sampled_from([*map(str, LoggedModelStatus), "ready"])),
    call("delete_logged_model", ref("model")),
    call("log_logged_model_params", ref("model"), pairs),
    call("set_logged_model_tags", ref("model"), pairs),
    call("delete_logged_model_tag", ref("model"), keys),
    call("purge_run", ref("run")),
    call("purge_logged_model", ref("model")),
    call("purge_experiment", ref("experiment")),
)

# what is asked

somewhere = st.lists(ref("experiment"), min_size=1, max_size=3)
runs = [f"<run {number}>" for number in range(3)]
experiments = [f"<experiment {number}>" for number in range(3)]
models = [f"<model {number}>" for number in range(3)]

where_runs = where(
    RUNS,
    {
        "run_id": runs,
        "artifact_uri": ("", "s3://nowhere"),
        "run_name": NAMES,
        "user_id": VALUES,
        "status": ("RUNNING", "FINISHED", "running", "F%", "%ED"),
        "start_time": (0, 3, 1000, 1003, 2000),
        "end_time": TIMES[:3],
    },
    ("run_id", "artifact_uri"),
)
where_experiments = where_mine(
    EXPERIMENTS,
    {
        "name": ("<mine>a", "<mine>A", "<mine>%", "<mine>_", "<mine>é", "%a%", "<mine>50%"),
        "experiment_id": experiments,
        "creation_time": MOMENTS,
        "last_update_time": MOMENTS,
    },
    ("experiment_id",),
)
where_models = where(
    LOGGED_MODELS,
    {
        "name": NAMES,
        "model_id": models,
        "model_type": VALUES,
        "status": ("PENDING", "READY", "LOGGED_MODEL_READY", "ready", "2", "F%"),
        "source_run_id": runs,
        "experiment_id": experiments,
        "artifact_location": ("", "s3://nowhere"),
        "lifecycle_stage": ("active", "deleted"),
        "creation_timestamp": MOMENTS,
        "last_updated_timestamp": MOMENTS,
    },
    ("model_id", "source_run_id", "experiment_id", "artifact_location"),
)
run_queries = {
    "experiment_ids": somewhere,
    "filter": maybe(where_runs),
    "view": st.sampled_from(ViewType),
    "order_by": order(RUNS, ("run_id", "artifact_uri")),
}
questions = st.one_of(
    *[pages("search_runs", request(RunQuery, **run_queries))] * 5,
    call("count_runs", request(RunQuery, **run_queries)),
    *[
        pages(
            "search_experiments",
            request(
                ExperimentQuery,
                filter=where_experiments,
                view=st.sampled_from(ViewType),
                order_by=order(EXPERIMENTS, ("experiment_id",), ("name",)),
            ),
        )
    ]
    * 2,
    *[
        pages(
            "search_logged_models",
            request(
                LoggedModelQuery,
                experiment_ids=somewhere,
                filter=maybe(where_models),
                datasets=several(st.tuples(st.sampled_from(("wine", "a")), maybe(st.just("1"))), 2),
                order_by=order(LOGGED_MODELS, ("model_id", "source_run_id", "experiment_id", "artifact_location")),
            ),
        )
    ]
    * 3,
    pages("metric_history", request(HistoryQuery, run_id=ref("run"), key=keys)),
    call(
        "metric_series",
        request(
            SeriesQuery,
            run_ids=several(ref("run"), 2),
            keys=several(keys, 3, unique=True, min_size=1),
            max_points=st.just(8),
            start_step=st.sampled_from([None, None, 0, -5]),
            end_step=st.sampled_from([None, None, 5, 20]),
        ),
    ),
    call("get_experiment_by_name", names),
    pages(
        "list_trash",
        request(TrashQuery, experiment_ids=somewhere, deleted_before=maybe(st.sampled_from(MOMENTS))),
    ),
)

first = [
    Call("create_experiment", (Request(NewExperiment, {"name": "<mine>first"}),), "experiment"),
    *[
        Call(
            "create_run",
            (
                Request(
                    new_run,
                    {
                        "experiment_id": Ref("experiment", 0),
                        "user_id": "me",
                        "start_time": Unique(n),
                        "run_name": f"run {n}",
                    },
                ),
            ),
            "run",
        )
        for n in (1, 0)
    ],
    Call(
        "create_logged_model", (Request(NewLoggedModel, {"experiment_id": Ref("experiment", 0), "name": "m"}),), "model"
    ),
]
last = [
    *[
        Call(f"get_{method}", (Ref(kind, number),))
        for method, kind in (("experiment", "experiment"), ("run", "run"), ("logged_model", "model"))
        for number in range(4)
    ],
    *[
        Call("metric_history", (Request(HistoryQuery, {"run_id": Ref("run", number), "key": key}),))
        for number in range(2)
        for key in ("a", "val loss")
    ],
]


def histories() -> st.SearchStrategy[list[Call]]:
    """Return calls: something to begin with, changes and questions in any order, and a look at everything."""
    middle = st.tuples(st.lists(st.one_of(changes, changes, questions), max_size=25), st.lists(questions, max_size=10))
    return middle.map(lambda parts: [*first, *parts[0], *parts[1], *last])
