"""Models of scikit-learn, logged by a script and by autologging, registered, and loaded from everywhere."""

from __future__ import annotations

import importlib
import json

from using.pictures import has
from using.registry import registered
from using.session import Session, step


def fitted():
    import numpy
    from sklearn.linear_model import LogisticRegression

    data = numpy.array([[0.0, 1.0], [1.0, 0.0], [0.0, 2.0], [2.0, 0.0]] * 5)
    return LogisticRegression().fit(data, [0, 1] * 10), data


def flavor(session: Session, name: str):
    return importlib.import_module(f"{session.package.__name__}.{name}")


def log_model(session: Session, model, **arguments: object):
    """Log a model under the name that the system's release wants for it."""
    import inspect

    log = flavor(session, "sklearn").log_model
    place = "name" if "name" in inspect.signature(log).parameters else "artifact_path"
    return log(model, **{place: "model"}, pip_requirements=["scikit-learn"], **arguments)


@step()
def logged_and_loaded(session: Session) -> None:
    if not has("sklearn"):
        return
    fluent, client = session.fluent, session.client
    sklearn, pyfunc = flavor(session, "sklearn"), flavor(session, "pyfunc")
    infer_signature = flavor(session, "models").infer_signature
    session.knows_experiment(fluent.set_experiment(session.name("training")).experiment_id, "training")
    model, data = fitted()
    expected = model.predict(data).tolist()
    name = session.name("trained")
    with fluent.start_run(run_name="trains") as run:
        session.knows(run.info.run_id, "run trains")
        fluent.log_metric("acc", 0.5)
        signature = infer_signature(data, model.predict(data))
        info = log_model(session, model, signature=signature, input_example=data[:2], registered_model_name=name)
    version = fluent.register_model(f"runs:/{run.info.run_id}/model", name)
    session.see("second version", version.version)
    client.set_registered_model_alias(name, "champion", "1")
    client.transition_model_version_stage(name, "2", "Production")
    addresses = {
        "logged": info.model_uri,
        "run": f"runs:/{run.info.run_id}/model",
        "version": f"models:/{name}/1",
        "latest": f"models:/{name}/latest",
        "alias": f"models:/{name}@champion",
        "stage": f"models:/{name}/Production",
    }
    for label, address in addresses.items():
        session.see(f"predictions of {label}", pyfunc.load_model(address).predict(data).tolist() == expected)
    session.see("the model itself", sklearn.load_model(addresses["alias"]).predict(data).tolist() == expected)
    signature = flavor(session, "models").get_model_info(addresses["version"]).signature.to_dict()
    session.see("signature", {part: json.loads(text) for part, text in signature.items() if text})
    found = fluent.search_model_versions(filter_string=f"name = '{name}'")
    session.see("versions", sorted((each.version, each.status) for each in found))
    session.see("models", [each.name for each in fluent.search_registered_models(filter_string=f"name = '{name}'")])


@step(functions="set_model_version_tag")
def tagged_version(session: Session) -> None:
    name = registered(session, "tagged by a script", 1)
    session.fluent.set_model_version_tag(name, "1", "checked", "yes")
    session.see("tag", session.client.get_model_version(name, "1").tags)


@step(functions="search_logged_models last_logged_model initialize_logged_model")
def logged_models(session: Session) -> None:
    if not has("sklearn"):
        return
    fluent = session.fluent
    experiment = fluent.set_experiment(session.name("logged"))
    session.knows_experiment(experiment.experiment_id, "logged")
    with fluent.start_run(run_name="logs a model") as run:
        session.knows(run.info.run_id, "run logs a model")
        model, _ = fitted()
        log_model(session, model, params={"a": "1"}, model_type="classifier")
        logged = fluent.last_logged_model()
        session.knows(logged.model_id, "model logged")
        fluent.log_metric("later", 0.5, model_id=logged.model_id)
        fluent.log_model_params({"b": "2"}, model_id=logged.model_id)
        fluent.set_logged_model_tags(logged.model_id, {"c": "3", "gone": "4"})
        fluent.delete_logged_model_tag(logged.model_id, "gone")
    model = fluent.get_logged_model(logged.model_id)
    session.see("params", model.params)
    session.see("metrics", [(each.key, each.value) for each in model.metrics])
    session.see("kind", [model.name, model.model_type, str(model.status), model.source_run_id])
    session.see("outputs", [each.model_id for each in fluent.get_run(run.info.run_id).outputs.model_outputs])
    found = fluent.search_logged_models([experiment.experiment_id], output_format="list")
    session.see("found", [each.name for each in found])
    external = fluent.create_external_model("elsewhere", tags={"a": "b"})
    session.see("elsewhere", [external.name, str(external.status), external.tags["a"]])
    begun = fluent.initialize_logged_model("begun")
    session.see("begun", str(begun.status))
    session.see("ended", str(fluent.finalize_logged_model(begun.model_id, "FAILED").status))


@step()
def autologging(session: Session) -> None:
    if not has("sklearn"):
        return
    fluent = session.fluent
    session.knows_experiment(fluent.set_experiment(session.name("autologged")).experiment_id, "autologged")
    autolog = flavor(session, "sklearn").autolog
    autolog(log_models=False, log_datasets=False, silent=True)
    try:
        with fluent.start_run(run_name="autologged") as run:
            fitted()
    finally:
        autolog(disable=True)
    data = fluent.get_run(run.info.run_id).data
    session.see("params", sorted(data.params))
    session.see("metrics", sorted(data.metrics))
    session.see("status", fluent.get_run(run.info.run_id).info.status)
