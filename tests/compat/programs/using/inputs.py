"""What runs used: datasets and models."""

from __future__ import annotations

from using.session import START, Session, step


def used(session: Session, name: str, digest: str, **tags: str):
    entities = session.entities
    dataset = entities.Dataset(
        name=name, digest=digest, source_type="local", source='{"uri": "x"}', schema='{"a": 1}', profile='{"rows": 3}'
    )
    return entities.DatasetInput(dataset, [entities.InputTag(key, value) for key, value in tags.items()])


@step("log_inputs")
def datasets(session: Session) -> None:
    client = session.client
    experiment_id = session.experiment("inputs")
    run_id = session.run(experiment_id, "uses")
    client.log_inputs(
        run_id, [used(session, "iris", "a1", **{"mlflow.data.context": "train"}), used(session, "b", "b1")]
    )
    client.log_inputs(run_id, [used(session, "iris", "a1", other="tag")])
    client.log_inputs(run_id, [used(session, "iris", "a2")])
    session.see("read", client.get_run(run_id).inputs)
    found = client.search_runs([experiment_id], "dataset.name = 'iris' AND dataset.context = 'train'")
    session.see("found", [run.info.run_name for run in found])
    session.see("found with them", [run.inputs for run in found])
    session.refused("long digest", lambda: client.log_inputs(run_id, [used(session, "c", "x" * 40)]))


@step("log_inputs log_outputs create_logged_model")
def models(session: Session) -> None:
    client, entities = session.client, session.entities
    experiment_id = session.experiment("inputs of models")
    run_id = session.run(experiment_id, "uses models")
    model = client.create_logged_model(experiment_id, name="used")
    made = client.create_logged_model(experiment_id, name="made", source_run_id=run_id)
    session.knows(model.model_id, "model used")
    session.knows(made.model_id, "model made")
    client.log_inputs(run_id, models=[entities.LoggedModelInput(model.model_id)])
    client.log_outputs(run_id, [entities.LoggedModelOutput(made.model_id, 3)])
    client.log_metric(
        run_id, "acc", 0.5, timestamp=START, model_id=made.model_id, dataset_name="iris", dataset_digest="a1"
    )
    run = client.get_run(run_id)
    session.see("inputs", run.inputs)
    session.see("outputs", run.outputs)
    session.see("metrics", run.data.metrics)
    session.see("metrics of the model", client.get_logged_model(made.model_id))
