"""Models that are logged on their own."""

from __future__ import annotations

from using.artifacts import files
from using.session import START, Session, step


@step("create_logged_model")
def one(session: Session) -> None:
    client = session.client
    experiment_id = session.experiment("models")
    run_id = session.run(experiment_id, "makes")
    model = client.create_logged_model(
        experiment_id,
        name="forest",
        source_run_id=run_id,
        tags={"kind": "ä"},
        params={"depth": "3", "text": "two\nlines"},
        model_type="classifier",
    )
    model_id = session.knows(model.model_id, "model forest")
    session.see("made", model)
    client.set_logged_model_tags(model_id, {"later": "1", "kind": "b", "gone": "2"})
    client.delete_logged_model_tag(model_id, "gone")
    client.log_metric(run_id, "acc", 0.5, timestamp=START, step=1, model_id=model_id)
    client.log_metric(run_id, "acc", 0.75, timestamp=START + 1, step=2, model_id=model_id)
    session.see("metrics", client.get_logged_model(model_id))
    session.see("finished", client.finalize_logged_model(model_id, "READY"))
    session.refused("tag that is not there", lambda: client.delete_logged_model_tag(model_id, "gone"))
    client.delete_logged_model(model_id)
    session.refused("deleted", lambda: client.get_logged_model(model_id))


@step("create_logged_model log_model_params")
def params(session: Session) -> None:
    client = session.client
    model = client.create_logged_model(session.experiment("params of models"), name="has params")
    session.knows(model.model_id, "model with params")
    client.log_model_params(model.model_id, {"a": "1", "b": "ä"})
    session.see("params", client.get_logged_model(model.model_id).params)


@step("create_logged_model log_model_artifact log_model_artifacts list_logged_model_artifacts")
def artifacts(session: Session) -> None:
    client = session.client
    model = client.create_logged_model(session.experiment("files of models"), name="has files")
    model_id = session.knows(model.model_id, "model with files")
    session.scratch("model/MLmodel", b"flavors: {}\n")
    session.scratch("model/deep/data.bin", b"\x00\x01" * 1000)
    client.log_model_artifacts(model_id, str(session.folder / "model"))
    client.log_model_artifact(model_id, str(session.folder / "model" / "MLmodel"), "again")
    listed = sorted((info.path, info.is_dir, info.file_size) for info in client.list_logged_model_artifacts(model_id))
    session.see("files", listed)
    below = sorted((info.path, info.file_size) for info in client.list_logged_model_artifacts(model_id, "deep"))
    session.see("below", below)
    fetched = session.fluent.artifacts.download_artifacts(
        artifact_uri=f"models:/{model_id}", dst_path=str(session.scratch("fetched"))
    )
    # One client adds a file in which it notes where the model is from.
    session.see("downloaded", {path: digest for path, digest in files(fetched).items() if "meta" not in path})


@step("create_logged_model search_logged_models")
def search(session: Session) -> None:
    client = session.client
    experiment_id = session.experiment("models found")
    run_id = session.run(experiment_id, "found")
    for number in range(5):
        model = client.create_logged_model(
            experiment_id,
            name=f"model {number}",
            source_run_id=run_id,
            params={"depth": str(number)},
            tags={"odd": str(number % 2)},
        )
        session.knows(model.model_id, f"model {number}")
        client.log_metric(run_id, "acc", number / 8, timestamp=START, model_id=model.model_id)
        client.finalize_logged_model(model.model_id, "READY" if number else "FAILED")
    by_name = [{"field_name": "name", "ascending": False}]
    for text in ("", "metrics.acc > 0.2", "params.depth = '3'", "tags.odd = '1'", "name LIKE '%4'", "status = 'READY'"):
        found = client.search_logged_models([experiment_id], text, order_by=by_name)
        session.see(f"filter {text}", [model.name for model in found])
    by_metric = [{"field_name": "metrics.acc", "ascending": False}]
    session.see("by metric", [model.name for model in client.search_logged_models([experiment_id], order_by=by_metric)])
    first = client.search_logged_models([experiment_id], order_by=by_name, max_results=2)
    rest = client.search_logged_models([experiment_id], order_by=by_name, max_results=9, page_token=first.token)
    session.see("pages", [[model.name for model in page] for page in (first, rest)])
    session.see("whole", client.search_logged_models([experiment_id], "name = 'model 3'"))
    session.refused("order", lambda: client.search_logged_models([experiment_id], order_by=[{"field_name": "none"}]))


@step("create_logged_model")
def refusals(session: Session) -> None:
    client = session.client
    experiment_id = session.experiment("refusals of models")
    unknown = "m-" + "0123456789abcdef" * 2
    session.refused("unknown", lambda: client.get_logged_model(unknown))
    session.refused("finish unknown", lambda: client.finalize_logged_model(unknown, "READY"))
    session.refused("tag unknown", lambda: client.set_logged_model_tags(unknown, {"a": "b"}))
    session.refused("delete unknown", lambda: client.delete_logged_model(unknown))
    session.refused("strange name", lambda: client.create_logged_model(experiment_id, name="a/b"))
    session.refused("unknown experiment", lambda: client.create_logged_model("99999999", name="a"))
