"""The functions of the package, as scripts use them."""

from __future__ import annotations

import importlib.util
import re

from using.artifacts import files
from using.pictures import has
from using.session import Session, step

OWN_TAGS = ("mlflow.user", "mlflow.source.name", "mlflow.source.type")


def data_of(session: Session, run_id: str) -> dict[str, object]:
    data = session.package.get_run(run_id).data
    tags = {key: value for key, value in data.tags.items() if not key.startswith("mlflow.source.git")}
    tags |= {key: "<text>" for key in OWN_TAGS if tags.get(key)}
    return {"params": data.params, "metrics": data.metrics, "tags": tags}


@step()
def script(session: Session) -> None:
    fluent = session.fluent
    experiment = fluent.set_experiment(session.name("script"))
    session.knows_experiment(experiment.experiment_id, "script")
    session.see("experiment", experiment)
    with fluent.start_run(run_name="parent", tags={"a": "1"}, description="about") as run:
        parent = session.knows(run.info.run_id, "run parent")
        fluent.log_param("lr", 0.1)
        fluent.log_params({"depth": 3, "name": "ä"})
        fluent.log_metric("loss", 0.5)
        fluent.log_metric("loss", 0.25, step=1)
        fluent.log_metrics({"acc": 0.75, "f1": 0.5}, step=2)
        fluent.set_tag("b", "2")
        fluent.set_tags({"c": "3", "gone": "4"})
        fluent.delete_tag("gone")
        fluent.log_text("hello", "hello.txt")
        fluent.log_dict({"a": 1}, "a.json")
        fluent.log_artifact(str(session.scratch("single.txt", b"single")), "single")
        session.scratch("several/b.txt", b"b")
        fluent.log_artifacts(str(session.folder / "several"), "several")
        session.see("address", fluent.get_artifact_uri("single"))
        with fluent.start_run(run_name="child", nested=True) as inner:
            child = session.knows(inner.info.run_id, "run child")
            fluent.log_metric("loss", 1.0)
            session.see("active", fluent.active_run().info.run_id)
    session.see("no run", fluent.active_run())
    session.see("last", fluent.last_active_run().info.run_id)
    session.see("parent", data_of(session, parent))
    session.see("child", data_of(session, child))
    ended = fluent.get_run(parent).info
    session.see("end", [ended.status, ended.end_time, ended.run_name])
    session.see("files", files(fluent.artifacts.download_artifacts(run_id=parent, artifact_path="")))
    session.see("text", fluent.artifacts.load_text(f"runs:/{parent}/hello.txt"))
    session.see("dictionary", fluent.artifacts.load_dict(f"runs:/{parent}/a.json"))
    listed = fluent.artifacts.list_artifacts(run_id=parent)
    session.see("listed", sorted(info.path for info in listed))


@step()
def failures_and_resumption(session: Session) -> None:
    fluent = session.fluent
    session.knows_experiment(fluent.set_experiment(session.name("fails")).experiment_id, "fails")
    try:
        with fluent.start_run(run_name="fails") as run:
            session.knows(run.info.run_id, "run that fails")
            raise RuntimeError("on purpose")
    except RuntimeError:
        pass
    session.see("status", fluent.get_run(run.info.run_id).info.status)
    fluent.start_run(run_id=run.info.run_id)
    fluent.log_metric("more", 1.0)
    session.see("goes on", fluent.get_run(run.info.run_id).info.status)
    fluent.end_run("KILLED")
    session.see("status in the end", fluent.get_run(run.info.run_id).info.status)
    fluent.delete_run(run.info.run_id)
    session.refused("deleted", lambda: fluent.start_run(run_id=run.info.run_id))


@step(functions="set_experiment_tags delete_experiment")
def experiments(session: Session) -> None:
    fluent = session.fluent
    experiment_id = fluent.create_experiment(session.name("made"), tags={"a": "1"})
    session.knows_experiment(experiment_id, "made")
    fluent.set_experiment(experiment_id=experiment_id)
    fluent.set_experiment_tag("b", "2")
    fluent.set_experiment_tags({"c": "3", "d": "4"})
    session.see("experiment", fluent.get_experiment(experiment_id))
    session.see("by name", fluent.get_experiment_by_name(session.name("made")).experiment_id == experiment_id)
    found = fluent.search_experiments(filter_string=f"name = '{session.name('made')}'")
    session.see("found", [experiment.name for experiment in found])
    fluent.delete_experiment(experiment_id)
    session.refused("deleted", lambda: fluent.set_experiment(session.name("made")))


@step()
def frames(session: Session) -> None:
    if not has("pandas"):
        return
    fluent = session.fluent
    session.knows_experiment(fluent.set_experiment(session.name("frames")).experiment_id, "frames")
    for number in range(3):
        with fluent.start_run(run_name=f"row {number}"):
            fluent.log_metric("acc", number / 4)
            fluent.log_param("number", number)
    table = fluent.search_runs(filter_string="metrics.acc >= 0.25", order_by=["metrics.acc DESC"])
    wanted = [name for name in table.columns if not name.startswith(("tags.mlflow.source", "tags.mlflow.user"))]
    session.see("columns", sorted(wanted))
    session.see("rows", table[["metrics.acc", "params.number", "status"]].to_dict("records"))
    session.see("types", {name: str(table[name].dtype.kind) for name in ("start_time", "metrics.acc", "run_id")})
    session.see("zone", str(table["start_time"].dtype.tz))
    runs = fluent.search_runs(experiment_names=[session.name("frames")], output_format="list", max_results=2)
    session.see("list", [run.info.run_name for run in runs])


@step(functions="log_input data.from_pandas")
def datasets(session: Session) -> None:
    if not has("pandas", "numpy"):
        return
    import numpy
    import pandas

    fluent = session.fluent
    session.knows_experiment(fluent.set_experiment(session.name("datasets")).experiment_id, "datasets")
    table = pandas.DataFrame({"x": [1.0, 2.0, 3.0], "y": [0, 1, 0]})
    with fluent.start_run(run_name="uses data") as run:
        fluent.log_input(fluent.data.from_pandas(table, source="s3://bucket/x.csv", name="table", targets="y"), "train")
        fluent.log_input(fluent.data.from_numpy(numpy.ones((2, 2)), source="s3://bucket/y.npy", name="array"), "eval")
    inputs = fluent.get_run(run.info.run_id).inputs.dataset_inputs
    used = sorted((each.dataset.name, each.dataset.source_type, each.tags[0].value) for each in inputs)
    session.see("inputs", used)
    session.see("shape of digests", [bool(re.fullmatch("[0-9a-f]{8}", each.dataset.digest)) for each in inputs])


@step(functions="log_table load_table log_figure log_image")
def pictures(session: Session) -> None:
    if not has("pandas", "matplotlib", "PIL"):
        return
    import numpy
    from matplotlib.figure import Figure

    fluent = session.fluent
    session.knows_experiment(fluent.set_experiment(session.name("pictures")).experiment_id, "pictures")
    with fluent.start_run(run_name="pictures") as run:
        fluent.log_table({"a": [1, 2]}, "table.json")
        fluent.log_figure(Figure(), "figure.png")
        fluent.log_image(numpy.zeros((3, 3), dtype=numpy.uint8), "image.png")
    session.see("table", fluent.load_table("table.json", run_ids=[run.info.run_id]).to_dict("list"))
    session.see("files", sorted(info.path for info in fluent.artifacts.list_artifacts(run_id=run.info.run_id)))


@step(functions="config.enable_async_logging flush_async_logging")
def asynchronous(session: Session) -> None:
    fluent = session.fluent
    session.knows_experiment(fluent.set_experiment(session.name("later")).experiment_id, "later")
    fluent.config.enable_async_logging()
    try:
        with fluent.start_run(run_name="later") as run:
            for number in range(100):
                fluent.log_metric("m", number, step=number)
            fluent.log_params({"a": "1"})
            fluent.set_tags({"b": "2"})
        fluent.flush_async_logging()
    finally:
        fluent.config.enable_async_logging(False)
    session.see("data", data_of(session, run.info.run_id))
    session.see("points", len(session.client.get_metric_history(run.info.run_id, "m")))


@step(functions="register_prompt load_prompt genai")
def prompts(session: Session) -> None:
    if not importlib.util.find_spec("pandas"):
        return
    name = session.name("fluent-prompt")
    session.fluent.genai.register_prompt(name=name, template="Say {{x}}!", commit_message="first")
    loaded = session.fluent.genai.load_prompt(f"prompts:/{name}/1")
    session.see("loaded", [loaded.template, loaded.version, loaded.commit_message, loaded.format(x="hi")])
