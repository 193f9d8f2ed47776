"""Versions of registered models."""

from __future__ import annotations

from using.registry import registered
from using.session import Session, step


@step()
def one(session: Session) -> None:
    client = session.client
    name = registered(session, "versions")
    run_id = session.run(session.experiment("versions"), "makes versions")
    made = client.create_model_version(
        name, "s3://bucket/a", run_id=run_id, tags={"a": "ä"}, run_link="http://x/y", description="1\n2"
    )
    session.see("made", made)
    session.see("read", client.get_model_version(name, "1"))
    session.see("by number", client.get_model_version(name, 1).version)
    session.see("address", client.get_model_version_download_uri(name, "1"))
    session.see("stages", client.get_model_version_stages(name, "1"))
    session.see("described", client.update_model_version(name, "1", "other"))
    client.set_model_version_tag(name, "1", "b", 5)
    client.set_model_version_tag(name, "1", "a", "c")
    client.set_model_version_tag(name, "1", "gone", "c")
    client.delete_model_version_tag(name, "1", "gone")
    client.delete_model_version_tag(name, "1", "none")
    session.see("tags", client.get_model_version(name, "1").tags)
    second = client.create_model_version(name, "s3://bucket/b")
    session.see("second", second)
    client.delete_model_version(name, second.version)
    session.refused("deleted", lambda: client.get_model_version(name, "2"))
    session.see("number is not used again", client.create_model_version(name, "s3://bucket/c").version)
    session.see("model", client.get_registered_model(name))


@step()
def stages(session: Session) -> None:
    client = session.client
    name = registered(session, "stages", 4)
    session.see("moved", client.transition_model_version_stage(name, "1", "production"))
    client.transition_model_version_stage(name, "2", "Production", archive_existing_versions=True)
    client.transition_model_version_stage(name, "3", "Staging")
    found = client.search_model_versions(f"name = '{name}'", order_by=["version_number"])
    session.see("stages", [(version.version, version.current_stage) for version in found])
    latest = client.get_latest_versions(name)
    session.see("latest", sorted((version.current_stage, version.version) for version in latest))
    session.see("in one", client.get_latest_versions(name, ["Production"]))
    session.see("in none", [each.version for each in client.get_latest_versions(name, ["None"])])
    session.refused("unknown stage", lambda: client.transition_model_version_stage(name, "1", "Nowhere"))
    session.refused("unknown stage asked for", lambda: client.get_latest_versions(name, ["Nowhere"]))


@step("copy_model_version")
def copies(session: Session) -> None:
    client = session.client
    name = registered(session, "copied", 2)
    session.see("copy", client.copy_model_version(f"models:/{name}/2", session.name("copy of it")))
    session.see("address", client.get_model_version_download_uri(session.name("copy of it"), "1"))
    session.see("again", client.copy_model_version(f"models:/{name}/1", session.name("copy of it")))
    unknown = f"models:/{name}/9"
    session.refused("unknown", lambda: client.copy_model_version(unknown, session.name("copy of none")))


@step()
def search(session: Session) -> None:
    client = session.client
    name = registered(session, "versions found", 4)
    for text in ("", "version_number > 2", "tags.number = '3'", "source_path LIKE '%/4'", "run_id = 'none'"):
        both = f"name = '{name}'{' AND ' if text else ''}{text}"
        found = client.search_model_versions(both, order_by=["version_number DESC"])
        session.see(f"filter {text}", [version.version for version in found])
    first = client.search_model_versions(f"name = '{name}'", max_results=3, order_by=["version_number"])
    rest = client.search_model_versions(
        f"name = '{name}'", max_results=3, order_by=["version_number"], page_token=first.token
    )
    session.see("pages", [[version.version for version in page] for page in (first, rest)])
    session.see("whole", client.search_model_versions(f"name = '{name}' AND version_number = 2"))
    session.refused("filter", lambda: client.search_model_versions("nonsense = 'a'"))
    session.refused("order", lambda: client.search_model_versions(order_by=["nonsense"]))
    session.refused("too many", lambda: client.search_model_versions(max_results=200_001))


@step()
def refusals(session: Session) -> None:
    client = session.client
    name = registered(session, "few versions", 1)
    session.refused("unknown version", lambda: client.get_model_version(name, "9"))
    session.refused("no number", lambda: client.get_model_version(name, "abc"))
    session.refused("describe unknown", lambda: client.update_model_version(name, "9", "x"))
    session.refused("delete unknown", lambda: client.delete_model_version(name, "9"))
    session.refused("tag unknown", lambda: client.set_model_version_tag(name, "9", "a", "b"))
    session.refused("stage of unknown", lambda: client.transition_model_version_stage(name, "9", "Staging"))
    session.refused("address of unknown", lambda: client.get_model_version_download_uri(name, "9"))
    session.refused("folder of the server", lambda: client.create_model_version(name, "/etc"))
    session.refused("folder of the server, as URI", lambda: client.create_model_version(name, "file:///etc"))
    session.refused("unknown model", lambda: client.create_model_version(name, "models:/none/1"))


@step("create_logged_model log_model_artifacts")
def of_logged_models(session: Session) -> None:
    client = session.client
    name = registered(session, "of logged models")
    run_id = session.run(session.experiment("of logged models"), "makes models")
    experiment_id = client.get_run(run_id).info.experiment_id
    model = client.create_logged_model(experiment_id, name="logged", source_run_id=run_id)
    model_id = session.knows(model.model_id, "model registered")
    session.scratch("registered/MLmodel", b"flavors: {}\n")
    client.log_model_artifacts(model_id, str(session.folder / "registered"))
    client.finalize_logged_model(model_id, "READY")
    version = client.create_model_version(name, f"models:/{model_id}", run_id=run_id, model_id=model_id)
    session.see("version", version)
    session.see("address", client.get_model_version_download_uri(name, "1"))
    session.see("tags of the model", client.get_logged_model(model_id).tags)
