"""Registered models."""

from __future__ import annotations

from using.session import Session, step


def registered(session: Session, text: str, versions: int = 0, **arguments: object) -> str:
    """Register a model with so many versions; return its name."""
    name = session.name(text)
    session.client.create_registered_model(name, **arguments)
    for number in range(1, versions + 1):
        session.client.create_model_version(name, f"s3://bucket/{number}", tags={"number": str(number)})
    return name


@step()
def one(session: Session) -> None:
    client = session.client
    name = session.name("forest")
    session.see("made", client.create_registered_model(name, tags={"team": "ä", "a/b": ""}, description="1\n2"))
    session.see("read", client.get_registered_model(name))
    client.set_registered_model_tag(name, "team", "b")
    client.set_registered_model_tag(name, "number", 5)
    client.delete_registered_model_tag(name, "a/b")
    client.delete_registered_model_tag(name, "none")
    session.see("tags", client.get_registered_model(name).tags)
    session.see("described", client.update_registered_model(name, "other"))
    client.rename_registered_model(name, session.name("wood"))
    session.see("renamed", client.get_registered_model(session.name("wood")))
    session.refused("old name", lambda: client.get_registered_model(name))
    client.delete_registered_model(session.name("wood"))
    session.refused("deleted", lambda: client.get_registered_model(session.name("wood")))


@step("set_registered_model_alias")
def aliases(session: Session) -> None:
    client = session.client
    name = registered(session, "aliases", 3)
    client.set_registered_model_alias(name, "champion", "2")
    client.set_registered_model_alias(name, "moved", "1")
    client.set_registered_model_alias(name, "moved", "3")
    client.set_registered_model_alias(name, "gone", "3")
    client.delete_registered_model_alias(name, "gone")
    client.delete_registered_model_alias(name, "none")
    session.see("model", client.get_registered_model(name))
    session.see("version", client.get_model_version(name, "3"))
    session.see("by alias", client.get_model_version_by_alias(name, "champion"))
    session.see("latest", client.get_model_version_by_alias(name, "latest").version)
    session.refused("unknown alias", lambda: client.get_model_version_by_alias(name, "none"))
    session.refused("unknown version", lambda: client.set_registered_model_alias(name, "a", "9"))
    for alias in ("latest", "v1", "a b", "", "x" * 256):
        session.refused(f"alias {alias[:9]}", lambda alias=alias: client.set_registered_model_alias(name, alias, "1"))


@step()
def search(session: Session) -> None:
    client = session.client
    for text in ("found a", "found B", "found c"):
        registered(session, text, tags={"last": text[-1]})
    mine = f"name LIKE '{session.prefix}-found%'"
    for text in (mine, f"name ILIKE '{session.prefix}-FOUND b'", f"{mine} AND tags.last = 'c'", "name = 'none'"):
        found = client.search_registered_models(text, order_by=["name DESC"])
        session.see(f"filter {text}", [model.name for model in found])
    first = client.search_registered_models(mine, max_results=2)
    second = client.search_registered_models(mine, max_results=2, page_token=first.token)
    session.see("pages", [[model.name for model in page] for page in (first, second)])
    session.see("there is no more", bool(second.token))
    session.see("whole", client.search_registered_models(f"{mine} AND tags.last = 'a'"))
    session.refused("filter", lambda: client.search_registered_models("nonsense = 'a'"))
    session.refused("order", lambda: client.search_registered_models(order_by=["nonsense"]))
    session.refused("too many", lambda: client.search_registered_models(max_results=1001))
    session.refused("token", lambda: client.search_registered_models(page_token="nonsense"))


@step()
def refusals(session: Session) -> None:
    client = session.client
    name, other = registered(session, "taken"), registered(session, "other")
    session.refused("taken", lambda: client.create_registered_model(name))
    session.refused("renamed to taken", lambda: client.rename_registered_model(other, name))
    for bad in ("", "a/b", "a:b", "..", "."):
        session.refused(f"name {bad}", lambda bad=bad: client.create_registered_model(bad))
    unknown = session.name("unknown")
    session.refused("read unknown", lambda: client.get_registered_model(unknown))
    session.refused("describe unknown", lambda: client.update_registered_model(unknown, "x"))
    session.refused("rename unknown", lambda: client.rename_registered_model(unknown, "x"))
    session.refused("delete unknown", lambda: client.delete_registered_model(unknown))
    session.refused("tag unknown", lambda: client.set_registered_model_tag(unknown, "a", "b"))
    session.refused("version of unknown", lambda: client.create_model_version(unknown, "s3://a/b"))
    session.refused("long tag", lambda: client.set_registered_model_tag(name, "x" * 251, "b"))
