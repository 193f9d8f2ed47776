"""The same filters and orders find the same objects, in the same order, with both systems over one folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

RUNS = [
    "",
    "metrics.acc > 0.25",
    "metrics.acc >= 0.25 and metrics.acc <= 1",
    "metrics.acc = 0.5",
    "metric.acc != .5",
    "metrics.acc < -.5",
    "metrics.acc > 1e3",
    "metrics.acc < -1E3",
    "metrics.`val loss` > 0",
    'metrics."val loss" != 1.',
    "metrics.'a-b' <= 2",
    "`metrics`.`a-b` > -10",
    "metrics.acc > 0 metrics.`a-b` > 0",
    "AND metrics.acc > 0 AND AND metrics.`a-b` > 0 AND",
    "metrics.max > 0.5",
    "metrics.missing != 0",
    "params.model = 'rf'",
    'param.model = "rf"',
    "params.model != 'rf'",
    "parameter.model LIKE 'r%'",
    "parameters.model ilike 'R_'",
    "params.model ILIKE 'RF'",
    'params.model = "it\'s"',
    "params.model = 'say \"hi\"'",
    "params.model LIKE '1_0%'",
    "params.model LIKE '%'",
    "params.model = 'it''s'",
    "params.`a/b` = 'x'",
    "params.order = '1'",
    "params.depth = '10'",
    "params.depth LIKE '1%' AND params.depth != '1'",
    "params.depth IS NULL",
    "params.depth is not null",
    "params.missing IS NULL",
    "params.missing != 'x'",
    "tags.stage = 'prod'",
    "tag.stage ILIKE 'PROD'",
    "tags.dotted.tag = '1'",
    "tags.`dotted.tag` = '2'",
    'tags."dotted.tag" != "2"',
    "tags.mlflow.runName = 'run 3'",
    "tags.stage IS NULL and tags.dotted.tag IS NOT NULL",
    "attributes.status = 'FINISHED'",
    "attribute.status != 'RUNNING'",
    "attr.status LIKE 'F%'",
    "run.status ILIKE 'killed'",
    "status = 'finished'",
    "run_name = 'run 3'",
    "run_name LIKE 'run _'",
    "`run name` = 'run 3'",
    "\"Run name\" = 'run 3'",
    "attributes.`Run Name` != 'run 3'",
    "user_id = 'ada'",
    "artifact_uri LIKE '%/artifacts'",
    "start_time >= 1700000000010",
    "created < 1700000000003",
    "Created = 1700000000003.0",
    "end_time > 1700000000050",
    "end_time != 1",
    "run_id IN ('nobody', \"x\",)",
    "run_id NOT IN ('nobody')",
    "run_id != 'nobody'",
    "datasets.name = 'iris'",
    "dataset.name != 'iris'",
    "datasets.digest LIKE '%1'",
    "datasets.context = 'train'",
    "datasets.name = 'iris' AND datasets.context = 'eval'",
    "datasets.name IN ('iris', 'wine')",
    "datasets.name NOT IN ('iris')",
    "datasets.name ILIKE 'W%'",
    "metrics.acc > 0 AND params.model = 'rf' AND tags.stage = 'prod' AND status != 'FAILED'",
]
ORDERS: list[list[str]] = [
    ["metrics.acc"],
    ["metrics.acc DESC"],
    ["metrics.`val loss` asc", "params.model desc"],
    ['metrics."a-b" DESC'],
    ["params.model"],
    ["params.depth DESC", "tags.stage"],
    ["tags.dotted.tag DESC"],
    ["start_time"],
    ["start_time ASC", "run_id DESC"],
    ["end_time"],
    ["end_time DESC"],
    ["created DESC", "run_name"],
    ["status", "user_id DESC"],
    ["attributes.artifact_uri"],
    ["run_id"],
    ["metrics.max DESC", "params.order"],
    ["metrics.missing", "params.missing DESC"],
]
EXPERIMENTS = [
    ("", []),
    ("name = 'main'", []),
    ("attribute.name LIKE '%e%'", ["name"]),
    ("name ILIKE 'MAIN'", []),
    ("name != 'main'", ["name DESC"]),
    ("creation_time > 0 AND last_update_time > 0", ["last_update_time", "name"]),
    ("experiment_id != '0'", ["experiment_id"]),
    ("experiment_id IN ('0', '1')", []),
    ("experiment_id NOT IN ('0')", []),
    ("tags.team LIKE 'ä%'", []),
    ("tag.`mlflow.note.content` IS NOT NULL", []),
    ("tags.team IS NULL", ["creation_time DESC", "name"]),
]
REGISTERED_MODELS = [
    ("", []),
    ("name = 'forest'", []),
    ("name LIKE '%r%'", ["name DESC"]),
    ("name ILIKE 'FOR%'", ["last_updated_timestamp DESC"]),
    ("name IN ('forest', 'lonely')", []),
    ("tags.team = 'ä'", []),
    ("tags.`a/b` != 'x'", []),
    ("tags.`mlflow.prompt.is_prompt` != 'true'", []),
    ("tags.`mlflow.prompt.is_prompt` = 'false'", []),
    ("tags.`mlflow.prompt.is_prompt` = 'true'", []),
]
VERSIONS = [
    ("", []),
    ("name = 'forest'", ["version_number"]),
    ("name LIKE 'f%'", ["version_number DESC"]),
    ("name IN ('forest', 'after')", ["name DESC"]),
    ("version_number >= 2", ["name", "version_number"]),
    ("name = 'forest' AND version_number = 3", []),
    ("tags.number = '1'", []),
    ("tags.number != '1'", ["version_number"]),
    ("source_path LIKE 'file:%'", ["version_number"]),
    ("run_id = 'nobody'", []),
]
LOGGED_MODELS = [
    ("", []),
    ("name = 'forest'", []),
    ("name LIKE '%one'", [{"field_name": "name", "ascending": False}]),
    ("attributes.name != 'forest'", [{"field_name": "name"}]),
    ("metrics.acc > 0.7", []),
    ("metrics.acc < 0.7", []),
    ("params.depth = '3'", []),
    ("tags.kind = 'ä'", []),
    ("model_type = 'classifier' AND creation_timestamp > 0", []),
    ("name IN ('forest', 'failed one')", [{"field_name": "metrics.acc", "ascending": False}]),
    ("", [{"field_name": "metrics.acc", "dataset_name": "iris"}]),
]
SEARCHES: list[tuple[str, str, Any]] = [
    *(("runs", text, []) for text in RUNS),
    *(("runs", text, orders) for orders in ORDERS for text in ("", "metrics.acc != 1")),
    *(("experiments", *search) for search in EXPERIMENTS),
    *(("registered models", *search) for search in REGISTERED_MODELS),
    *(("model versions", *search) for search in VERSIONS),
    *(("logged models", *search) for search in LOGGED_MODELS),
]


@pytest.fixture(scope="module")
def answers(folder: Path, program: Any) -> dict[str, list[Any]]:
    return {system: program("search", system, folder, stdin=SEARCHES) for system in ("runyard", "mlflow")}


@pytest.mark.parametrize("number", range(len(SEARCHES)), ids=[f"{what}: {text} {by}" for what, text, by in SEARCHES])
def test_search(answers: dict[str, list[Any]], number: int) -> None:
    assert isinstance(answers["mlflow"][number], list)
    assert answers["runyard"][number] == answers["mlflow"][number]


def test_searches_find_something(answers: dict[str, list[Any]]) -> None:
    assert sum(1 for found in answers["mlflow"] if found) > len(SEARCHES) * 0.8
