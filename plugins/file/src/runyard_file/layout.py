"""Where things are in an ``mlruns`` folder: ids become paths here and nowhere else."""

from __future__ import annotations

import os
import re

from runyard.errors import NotFound
from runyard_file.files import refused
from runyard_file.meta import META, read_meta, text_or_none

__all__ = [
    "ARTIFACTS",
    "DATASETS",
    "INPUTS",
    "METRICS",
    "MODELS",
    "OUTPUTS",
    "PARAMS",
    "TAGS",
    "TRASH",
    "Layout",
    "folders",
    "run_ids",
]

TRASH = ".trash"
METRICS, PARAMS, TAGS, ARTIFACTS = "metrics", "params", "tags", "artifacts"
INPUTS, OUTPUTS = "inputs", "outputs"
DATASETS, MODELS, TRACES = "datasets", "models", "traces"

# Folders of an experiment that are no runs.
RESERVED = frozenset({TAGS, DATASETS, MODELS, TRACES})

_REMEMBERED = 100_000
_ID = re.compile(r"[^\W_][\w-]{0,255}")


def folders(path: str) -> list[str]:
    """Return the names of the folders in a folder, links to folders included; none where it does not exist.

    Raises:
        StorageFailure: It cannot be listed.
    """
    try:
        with os.scandir(path) as entries:
            return [entry.name for entry in entries if entry.is_dir()]
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        refused(path, error, "list")


def run_ids(experiment: str) -> list[str]:
    """Return the names of the folders of an experiment that can be runs."""
    return [name for name in folders(experiment) if name not in RESERVED and _ID.fullmatch(name)]


class Layout:
    """The paths below one root.

    Args:
        root: The absolute path of the folder.
    """

    def __init__(self, root: str) -> None:
        self.root = root
        self.trash = f"{root}/{TRASH}"
        self._run_folders: dict[str, str] = {}

    def experiment_ids(self, *, deleted: bool) -> list[str]:
        """Return the ids of the experiments that are in use, or of those in the trash."""
        base = self.trash if deleted else self.root
        return [
            name
            for name in folders(base)
            if name != MODELS and _ID.fullmatch(name) and os.path.isfile(f"{base}/{name}/{META}")
        ]

    def active_experiment(self, experiment_id: str) -> str:
        """Return the path at which an experiment in use has its folder; it need not exist."""
        self.check(experiment_id, "experiment")
        return f"{self.root}/{experiment_id}"

    def deleted_experiment(self, experiment_id: str) -> str:
        """Return the path at which a deleted experiment has its folder; it need not exist."""
        self.check(experiment_id, "experiment")
        return f"{self.trash}/{experiment_id}"

    def experiment(self, experiment_id: str) -> str:
        """Return the folder of an experiment, deleted or not.

        Raises:
            NotFound: There is none of that id.
        """
        for folder in (self.active_experiment(experiment_id), self.deleted_experiment(experiment_id)):
            if os.path.isfile(f"{folder}/{META}"):
                return folder
        raise self.missing("experiment", experiment_id)

    def run(self, run_id: str) -> str:
        """Return the folder of a run, deleted or not; runs that were found once are looked for there first.

        Raises:
            NotFound: There is none of that id.
        """
        folder = self._run_folders.get(run_id)
        if folder is None or not os.path.isfile(f"{folder}/{META}"):
            folder = self._find(run_id, "run", "")
            self.remember_run(run_id, folder)
        return folder

    def remember_run(self, run_id: str, folder: str) -> None:
        """Note where a run is."""
        if len(self._run_folders) >= _REMEMBERED:
            self._run_folders.clear()
        self._run_folders[run_id] = folder

    def model(self, model_id: str) -> str:
        """Return the folder of a logged model, deleted or not.

        Raises:
            NotFound: There is none of that id.
        """
        return self._find(model_id, "logged model", f"{MODELS}/")

    def missing(self, what: str, name: str) -> NotFound:
        """Return the error for an id that does not exist."""
        return NotFound(f"There is no {what} {name!r}.", hint=f"The store is {self.root!r}.")

    def _find(self, name: str, what: str, below: str) -> str:
        """Look for a folder with a ``meta.yaml`` in every experiment."""
        self.check(name, what)
        places = (
            (experiment_id, f"{base}/{experiment_id}/{below}{name}")
            for base in (self.root, self.trash)
            for experiment_id in folders(base)
            if experiment_id not in (TRASH, MODELS)
        )
        found = [(experiment_id, folder) for experiment_id, folder in places if os.path.isfile(f"{folder}/{META}")]
        if not found:
            raise self.missing(what, name)
        if len(found) > 1:  # of copies, the one that is where it says it is
            for experiment_id, folder in found:
                if text_or_none(read_meta(f"{folder}/{META}"), "experiment_id") == experiment_id:
                    return folder
        return found[0][1]

    def check(self, name: str, what: str) -> None:
        """Check that an id is one, and so no path.

        Raises:
            NotFound: It is none, hence nothing of that id exists.
        """
        if not _ID.fullmatch(name) or (what == "run" and name in RESERVED):
            raise self.missing(what, name)
