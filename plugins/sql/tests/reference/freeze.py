"""Makes ``mlflow.sql``, a database with one of everything, written by MLflow.

Run it with a Python that has MLflow 3.17: ``python freeze.py``. Ids and some of the times are others each time.

What is empty and is not read by ``runyard db import`` is left out.
"""

from __future__ import annotations

import math
import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import mlflow
from mlflow.entities import (
    Dataset,
    DatasetInput,
    InputTag,
    LoggedModelInput,
    LoggedModelOutput,
    Metric,
    Param,
    RunTag,
)

START = 1_700_000_000_000
KEPT = """
alembic_version experiments experiment_tags runs params tags metrics latest_metrics datasets inputs input_tags
logged_models logged_model_params logged_model_tags logged_model_metrics registered_models registered_model_tags
registered_model_aliases model_versions model_version_tags
"""


def fill(client: mlflow.MlflowClient) -> None:
    main = client.create_experiment("glacier", "file:///ice/artifacts", {"team": "ice ❄", "size": "12"})
    gone = client.create_experiment("puddle", "file:///ice/puddle")
    client.create_run(gone, START, run_name="dried up")
    client.delete_experiment(gone)
    client.create_run("0", START, run_name="by default")
    runs = [client.create_run(main, START + place, run_name=f"run {place}").info.run_id for place in range(6)]
    client.log_batch(
        runs[0],
        [
            *(Metric("loss", 1 / (step + 1), START + step, step) for step in range(5)),
            *(
                Metric("odd", value, START, step)
                for step, value in enumerate([math.nan, math.inf, -math.inf, 0.5, 0.0])
            ),
            Metric("odd", math.nan, START, 4),
            Metric("back", 1.0, START + 9, 9),
            Metric("back", 2.0, START + 1, 3),
            Metric("back", 3.0, START + 8, 9),
        ],
        [Param("depth", "3"), Param("rate", "NaN"), Param("text", "Grönland\nand 更大")],
        [RunTag("stage", "early"), RunTag("empty", "")],
    )
    for run_id, status in zip(runs, ("FINISHED", "FAILED", "KILLED"), strict=False):
        client.set_terminated(run_id, status, START + 1000)
    client.update_run(runs[3], "SCHEDULED")
    client.delete_run(runs[5])

    lake = Dataset("lake", "d1", "local", '{"uri": "lake.csv"}', '{"columns": []}', '{"rows": 3}')
    sea = Dataset("sea", "d2", "local", '{"uri": "sea.csv"}')
    client.log_inputs(runs[0], [DatasetInput(lake, [InputTag("mlflow.data.context", "train"), InputTag("fold", "1")])])
    client.log_inputs(runs[1], [DatasetInput(sea, []), DatasetInput(lake, [])])

    cube = client.create_logged_model(main, "cube", runs[0], {"kind": "water"}, {"edge": "3"}, "ice").model_id
    client.log_batch(
        runs[0],
        [
            Metric("melt", 0.25, START, 0, cube),
            Metric("melt", 0.5, START + 1, 1, cube),
            Metric("melt", math.nan, START + 2, 0, cube, "lake", "d1"),
            Metric("zero", 0.0, START, 0, cube),
        ],
    )
    client.finalize_logged_model(cube, "READY")
    client.finalize_logged_model(client.create_logged_model(main, "slush").model_id, "FAILED")
    client.delete_logged_model(client.create_logged_model(main, "steam").model_id)
    client.log_outputs(runs[0], [LoggedModelOutput(cube, 4)])
    client.log_inputs(runs[1], models=[LoggedModelInput(cube)])

    client.create_registered_model("fridge", {"team": "ice"}, "Keeps cool.")
    for run_id in runs[:3]:
        client.create_model_version("fridge", f"file:///ice/{run_id}", run_id, {"checked": "yes"}, description="cold")
    client.create_model_version("fridge", f"models:/{cube}", model_id=cube)
    client.create_model_version("fridge", "file:///ice/last")
    client.delete_model_version("fridge", "5")
    client.transition_model_version_stage("fridge", "1", "Production")
    client.set_registered_model_alias("fridge", "champion", "2")
    client.set_registered_model_alias("fridge", "coldest", "4")
    client.create_registered_model("empty")
    mlflow.genai.register_prompt("greeting", "Hello, {{name}}!", commit_message="first", tags={"tone": "warm"})

    mlflow.set_experiment("glacier")
    with mlflow.start_span("question") as span:
        pass
    mlflow.flush_trace_async_logging()
    mlflow.log_feedback(trace_id=span.trace_id, name="good", value=True)


def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        path = Path(place, "mlflow.db")
        mlflow.set_tracking_uri(f"sqlite:///{path}")
        fill(mlflow.MlflowClient())
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA foreign_keys = OFF")
            connection.execute("UPDATE experiments SET artifact_location = 'file:///ice/0' WHERE experiment_id = 0")
            connection.execute("UPDATE runs SET artifact_uri = 'file:///ice/0/a' WHERE experiment_id = 0")
            for name in ("trace_request_metadata", "trace_tags"):  # they tell of the machine
                connection.execute(f"DELETE FROM {name}")
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                (is_filled,) = connection.execute(f"SELECT EXISTS (SELECT 1 FROM {name})").fetchone()
                if not (is_filled or name in KEPT.split()):
                    connection.execute(f"DROP TABLE {name}")
            connection.commit()
            lines = [line for line in connection.iterdump() if not line.startswith("CREATE INDEX")]
        Path(__file__).with_name("mlflow.sql").write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    sys.exit(main())
