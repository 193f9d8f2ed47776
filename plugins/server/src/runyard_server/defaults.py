"""Where runs are when nobody says it: what is in the current folder."""

from __future__ import annotations

from pathlib import Path

from runyard.errors import InvalidInput
from runyard.tracking.uris import DEFAULT_FOLDER

__all__ = ["ARTIFACTS_FOLDER", "PROXIED", "find_store"]

DATABASE = "runyard.db"
THEIR_DATABASE = "mlflow.db"
ARTIFACTS_FOLDER = "mlartifacts"
PROXIED = "mlflow-artifacts:/"
"""The address of artifacts that go through the server."""


def find_store(*, new: str = f"sqlite:///{DATABASE}") -> str:
    """Return the address of the runs in the current folder.

    The folder ``mlruns`` comes first if there is anything in it, as it does for a client; then the database
    ``runyard.db``, then ``mlflow.db``.

    Args:
        new: The address if there are none.

    Raises:
        InvalidInput: There are runs of MLflow only, in a database.
    """
    folder = Path(DEFAULT_FOLDER)
    if folder.is_dir() and any(not path.name.startswith(".") for path in folder.iterdir()):
        return DEFAULT_FOLDER
    if Path(DATABASE).exists():
        return f"sqlite:///{DATABASE}"
    if Path(THEIR_DATABASE).exists():
        if not _is_imported(Path(THEIR_DATABASE)):
            raise InvalidInput(
                f"The current folder has a database of MLflow, {THEIR_DATABASE}, whose runs have not been brought over "
                f"yet. Do that with: runyard db import sqlite:///{THEIR_DATABASE} (MLflow's tables stay as they are). "
                f"Or begin a new database: --backend-store-uri sqlite:///{DATABASE}"
            )
        return f"sqlite:///{THEIR_DATABASE}"
    return new


def _is_imported(path: Path) -> bool:
    """Say whether a database has tables of ours."""
    import sqlite3
    from contextlib import closing

    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            query = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'runyard_revision'"
            return connection.execute(query).fetchone() is not None
    except sqlite3.Error:
        return True  # the store says what is wrong with it
