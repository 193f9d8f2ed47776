"""Figures, images and tables as artifacts; they need libraries that a small installation lacks."""

from __future__ import annotations

import importlib.util
import re

from using.artifacts import tree
from using.session import Session, step


def shapes(session: Session, run_id: str) -> list[str]:
    """Return the paths of a run's files with words for what differs each time."""
    paths = [path for path, is_folder, _ in tree(session, run_id) if not is_folder]
    return sorted(
        re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "<uuid>", re.sub(r"\b\d{13}\b", "<time>", path)) for path in paths
    )


def has(*libraries: str) -> bool:
    return all(importlib.util.find_spec(name) for name in libraries)


@step()
def figures(session: Session) -> None:
    if not has("matplotlib"):
        return
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib.figure import Figure

    run_id = session.run(session.experiment("figures"), "figures")
    figure = Figure()
    figure.subplots().plot([1, 2])
    session.client.log_figure(run_id, figure, "figures/line.png")
    session.client.log_figure(run_id, figure, "line.svg")
    session.see("files", shapes(session, run_id))


@step("log_image")
def images(session: Session) -> None:
    if not has("numpy", "PIL"):
        return
    import numpy

    client = session.client
    run_id = session.run(session.experiment("images"), "images")
    image = numpy.arange(48, dtype=numpy.uint8).reshape(4, 4, 3)
    client.log_image(run_id, image, "image.png")
    if session.takes("log_image", "key"):
        client.log_image(run_id, image, key="dogs", step=3, timestamp=1_700_000_000_000, synchronous=True)
        # Old releases put % into the names, which a server may take for what it means in an address.
        session.see("files", [re.sub(r"step.*(?=\.)", "...", name) for name in shapes(session, run_id)])
        session.see("tags", client.get_run(run_id).data.tags)


@step()
def tables(session: Session) -> None:
    if not has("pandas"):
        return
    import pandas

    client = session.client
    experiment_id = session.experiment("tables")
    first, second = (session.run(experiment_id, name) for name in ("table 1", "table 2"))
    client.log_table(first, {"q": ["a", "b"], "n": [1, 2]}, "answers.json")
    client.log_table(first, pandas.DataFrame({"q": ["c"], "n": [3]}), "answers.json")
    client.log_table(second, {"q": ["d"], "n": [4]}, "answers.json")
    session.see("tags", client.get_run(first).data.tags)
    table = client.load_table(experiment_id, "answers.json", [first, second], ["run_id"])
    rows = sorted(table.to_dict("records"), key=lambda row: row["n"])
    session.see("rows", rows)
    session.see("columns", [*table.columns])
