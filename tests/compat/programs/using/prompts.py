"""Prompts, which are registered models to a server."""

from __future__ import annotations

from using.session import Session, step


def prompt(value) -> dict[str, object]:
    """Return what a prompt, or a version of one, says."""
    fields = "name version template commit_message tags aliases description is_text_prompt"
    found = {name: getattr(value, name, None) for name in fields.split()}
    return {key: value if isinstance(value, (str, int, dict, bool)) else str(value) for key, value in found.items()}


@step("register_prompt load_prompt")
def one(session: Session) -> None:
    client = session.client
    name = session.name("prompt")
    session.see("registered", prompt(client.register_prompt(name, "Say {{x}}!", "first", tags={"a": "1"})))
    session.see("second", prompt(client.register_prompt(name, "Say {{y}}, ä!", "second")))
    session.see("loaded", prompt(client.load_prompt(name, version=1)))
    session.see("loaded by address", prompt(client.load_prompt(f"prompts:/{name}/2")))
    client.set_prompt_alias(name, "best", 1)
    session.see("by alias", prompt(client.load_prompt(f"prompts:/{name}@best")))
    client.delete_prompt_alias(name, "best")
    session.see("hidden among models", [*client.search_registered_models(f"name = '{name}'")])
    session.refused("as a model", lambda: client.get_registered_model(name))
    session.refused("unknown", lambda: client.load_prompt(session.name("none"), version=1))
    session.see("unknown, allowed", client.load_prompt(session.name("none"), version=1, allow_missing=True))


@step("create_prompt search_prompts")
def managed(session: Session) -> None:
    client = session.client
    name = session.name("managed-prompt")
    session.see("made", prompt(client.create_prompt(name, description="about", tags={"a": "1"})))
    session.see("version", prompt(client.create_prompt_version(name, "Hello {{who}}", "first", tags={"b": "2"})))
    client.create_prompt_version(name, [{"role": "user", "content": "Hi {{who}}"}], "chat")
    session.see("read", prompt(client.get_prompt(name)))
    session.see("read version", prompt(client.get_prompt_version(name, "2")))
    client.set_prompt_alias(name, "champion", 2)
    session.see("by alias", prompt(client.get_prompt_version_by_alias(name, "champion")))
    client.set_prompt_tag(name, "team", "x")
    client.set_prompt_tag(name, "gone", "x")
    client.delete_prompt_tag(name, "gone")
    client.set_prompt_version_tag(name, "1", "score", "5")
    client.set_prompt_version_tag(name, "1", "gone", "5")
    client.delete_prompt_version_tag(name, "1", "gone")
    session.see("tags", prompt(client.get_prompt(name)))
    session.see("tags of a version", prompt(client.get_prompt_version(name, "1")))
    session.see("found", [prompt(each) for each in client.search_prompts(f"name = '{name}'")])
    session.see("parsed", [*map(str, client.parse_prompt_uri(f"prompts:/{name}/2"))])
    client.delete_prompt_alias(name, "champion")
    client.delete_prompt_version(name, "1")
    client.delete_prompt_version(name, "2")
    session.refused("deleted version", lambda: client.load_prompt(name, version=1))
    client.delete_prompt(name)
    session.see("deleted", client.get_prompt(name))


@step("search_prompt_versions")
def versions(session: Session) -> None:
    name = session.name("versioned-prompt")
    session.client.register_prompt(name, "one")
    session.client.register_prompt(name, "two")
    session.see("found", [prompt(each) for each in session.client.search_prompt_versions(name)])


@step("link_prompt_version_to_run link_prompt_version_to_model list_logged_prompts")
def links(session: Session) -> None:
    client = session.client
    experiment_id = session.experiment("prompts")
    run_id = session.run(experiment_id, "asks")
    name = session.name("linked-prompt")
    made = client.register_prompt(name, "Say {{x}}!")
    client.link_prompt_version_to_run(run_id, f"prompts:/{name}/1")
    session.see("of the run", [prompt(each) for each in client.list_logged_prompts(run_id)])
    session.see("tags of the run", client.get_run(run_id).data.tags)
    model = client.create_logged_model(experiment_id, name="asks")
    session.knows(model.model_id, "model that asks")
    client.link_prompt_version_to_model(name, "1", model.model_id)
    session.see("of the model", client.get_logged_model(model.model_id).tags)
    session.see("prompt", prompt(made))


@step("detach_prompt_from_run")
def detached(session: Session) -> None:
    client = session.client
    run_id = session.run(session.experiment("detached"), "asks no longer")
    name = session.name("detached-prompt")
    client.register_prompt(name, "Say {{x}}!")
    client.link_prompt_version_to_run(run_id, f"prompts:/{name}/1")
    session.refused("detached", lambda: client.detach_prompt_from_run(run_id, f"prompts:/{name}/1"))
    session.see("tags", client.get_run(run_id).data.tags)
