"""Methods that are not for tracking: what the server says when a program calls them all the same."""

from __future__ import annotations

import inspect
from typing import Any

from using.session import Session, step

TRACING = "tracing of language models"
OUT_OF_SCOPE = {
    TRACING: "trace traces span",
    "datasets and evaluation of language models": "dataset datasets",
    "webhooks": "webhook webhooks",
    "workspaces": "workspace workspaces",
    "servers of tools": "mcp",
}
# They work on objects in the memory of the program, and send these later from a thread.
IN_MEMORY = ("start_trace", "start_span", "end_trace", "end_span")


def out_of_scope(method: str) -> str | None:
    """Return why a method is not for tracking; nothing if it is."""
    words = {*method.split("_")}
    return next((reason for reason, names in OUT_OF_SCOPE.items() if words & {*names.split()}), None)


def made_up(parameter: inspect.Parameter) -> Any:
    """Return an argument for a method that is to be refused."""
    if "datasets" in parameter.name or parameter.name.endswith(("_ids", "events", "versions")):
        return ["1"]
    return {"a": "b"} if parameter.name == "tags" else "1"


@step()
def refused(session: Session) -> None:
    session.in_memory = IN_MEMORY
    for name, method in inspect.getmembers(session.package.MlflowClient, callable):
        if name.startswith("_") or name in IN_MEMORY or not out_of_scope(name):
            continue
        parameters = [*inspect.signature(method).parameters.values()][1:]
        arguments = {each.name: made_up(each) for each in parameters if each.default is each.empty}
        session.refused(name, lambda method=method, arguments=arguments: method(session.client._thing, **arguments))


@step(functions="trace")
def traced_function(session: Session) -> None:
    fluent = session.fluent
    session.knows_experiment(fluent.set_experiment(session.name("traced")).experiment_id, "traced")

    @fluent.trace
    def double(x: int) -> int:
        return 2 * x

    with fluent.start_run(run_name="traced") as run:
        session.see("value", double(21))
    session.see("status", fluent.get_run(run.info.run_id).info.status)
