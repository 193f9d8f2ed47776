"""Experiments."""

from __future__ import annotations

from using.session import Session, step


@step()
def one(session: Session) -> None:
    client = session.client
    name = session.name("größe/%")
    experiment_id = client.create_experiment(name, tags={"team": "ä", "a/b": "", "lines": "1\n2"})
    session.knows_experiment(experiment_id, "one")
    session.see("kind of its id", type(experiment_id).__name__)
    session.see("by id", client.get_experiment(experiment_id))
    session.see("by name", client.get_experiment_by_name(name))
    client.set_experiment_tag(experiment_id, "team", "b")
    client.set_experiment_tag(experiment_id, "number", 5)
    session.see("tags", client.get_experiment(experiment_id).tags)
    client.rename_experiment(experiment_id, session.name("renamed"))
    session.see("renamed", client.get_experiment(experiment_id))
    session.see("old name", client.get_experiment_by_name(name))
    session.see("default", client.get_experiment("0").name)


@step("delete_experiment_tag")
def tag_is_deleted(session: Session) -> None:
    experiment_id = session.experiment("tagged", tags={"gone": "1", "kept": "2"})
    session.client.delete_experiment_tag(experiment_id, "gone")
    session.see("tags", session.client.get_experiment(experiment_id).tags)
    session.refused("again", lambda: session.client.delete_experiment_tag(experiment_id, "gone"))


@step()
def trash(session: Session) -> None:
    client = session.client
    experiment_id = session.experiment("deleted")
    run_id = session.run(experiment_id, "in trash")
    client.delete_experiment(experiment_id)
    session.see("deleted", client.get_experiment(experiment_id))
    session.see("deleted, by name", client.get_experiment_by_name(session.name("deleted")))
    session.see("its run", client.get_run(run_id).info.lifecycle_stage)
    session.refused("delete again", lambda: client.delete_experiment(experiment_id))
    session.refused("a run in it", lambda: client.create_run(experiment_id))
    session.refused("a tag on it", lambda: client.set_experiment_tag(experiment_id, "a", "b"))
    session.refused("the name again", lambda: client.create_experiment(session.name("deleted")))
    client.restore_experiment(experiment_id)
    session.see("restored", client.get_experiment(experiment_id))
    session.see("its run again", client.get_run(run_id).info.lifecycle_stage)
    session.refused("restore again", lambda: client.restore_experiment(experiment_id))


@step()
def refusals(session: Session) -> None:
    client = session.client
    session.experiment("taken")
    session.refused("name taken", lambda: client.create_experiment(session.name("taken")))
    session.refused("no name", lambda: client.create_experiment(""))
    session.refused("long name", lambda: client.create_experiment(session.name("x" * 600)))
    session.refused("unknown id", lambda: client.get_experiment("99999999"))
    session.see("unknown name", client.get_experiment_by_name(session.name("unknown")))
    session.refused("rename unknown", lambda: client.rename_experiment("99999999", "x"))
    session.refused("delete unknown", lambda: client.delete_experiment("99999999"))
    session.refused("tag unknown", lambda: client.set_experiment_tag("99999999", "a", "b"))
    session.refused("bad filter", lambda: client.search_experiments(filter_string="name ~ 'x'"))
    session.refused("bad order", lambda: client.search_experiments(order_by=["nonsense"]))
    session.refused("no results", lambda: client.search_experiments(max_results=0))
    session.refused("too many results", lambda: client.search_experiments(max_results=50_001))
    session.refused("bad token", lambda: client.search_experiments(page_token="nonsense"))


@step()
def search(session: Session) -> None:
    client = session.client
    for text in ("s 1", "s 2", "S 3", "s 4"):
        experiment_id = session.experiment(text, tags={"number": text[-1], "kind": "searched"})
    client.delete_experiment(experiment_id)
    mine = f"name LIKE '{session.prefix}-%' AND tags.kind = 'searched'"
    order = ["name ASC"]
    views = session.entities.ViewType
    session.see("all", [e.name for e in client.search_experiments(views.ALL, filter_string=mine, order_by=order)])
    session.see("deleted", client.search_experiments(views.DELETED_ONLY, filter_string=mine, order_by=order))
    first = client.search_experiments(filter_string=mine, order_by=["name DESC"], max_results=2)
    session.see("first page", [experiment.name for experiment in first])
    session.see("there is more", bool(first.token))
    second = client.search_experiments(
        filter_string=mine, order_by=["name DESC"], max_results=2, page_token=first.token
    )
    session.see("second page", [experiment.name for experiment in second])
    session.see("there is no more", bool(second.token))
    for text in ("name ILIKE '%-S %'", "name != 'x'", "tags.number = '2'", "name = 'nobody''s'", "tags.none = '1'"):
        found = client.search_experiments(filter_string=f"{mine} AND {text}", order_by=order)
        session.see(text, [experiment.name for experiment in found])
