"""The fixture and the helpers of the tracking store's suite."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping

import pytest

from runyard.entities import LoggedModel, Metric, Param, Run, RunTag
from runyard.errors import InvalidInput, InvalidState
from runyard.testing.contract import Contract
from runyard.tracking.requests import NewExperiment, NewLoggedModel, NewRun, RunBatch
from runyard.tracking.store import DEFAULT_EXPERIMENT_ID, TrackingStore

RUN_NAME = "mlflow.runName"
ODD_KEYS = (
    "train/loss", "a/b/c", "val loss", "v1.0", "a:b", "x-y", "-x", "_", "A", ".hidden", "x.tmp", "x.lock", "meta.yaml",
    "größe", "精度", "k" * 250,
)  # fmt: skip
ODD_VALUES = (
    "", " ", "  led and trailed  ", "two\nlines", "ends with a line feed\n", "\r\n", "\t", "naïve ☃ 🚀", "'\"`", "null",
    "1e-3", "a: b # c", "\\n", "%s {x}",
)  # fmt: skip


class StoreClauses(Contract):
    """What the groups of clauses share."""

    persistent: bool = True
    """A second object for the same address sees what the first one did."""
    trash: bool = True
    """What is deleted can be looked at and restored."""
    purges: bool = True
    """What is in the trash can be listed, and removed for good."""
    logged_models: bool = True
    """It keeps logged models."""
    inputs: bool = True
    """It keeps the datasets and models that a run read, and the models that it made."""
    infinities: bool = True
    """Infinite metric values come back infinite, not as the largest number."""
    nested_keys: bool = True
    """In one run, a key may be the first part of another: ``loss`` and ``loss/train``."""
    exact_errors: bool = True
    """A write to something deleted raises `InvalidState`, not just the more general `InvalidInput`."""
    full_grammar: bool = True
    """Filters may use everything in the grammar, not only what the reference system understands."""

    @pytest.fixture
    def store(self) -> TrackingStore:
        """Return a store that is fresh and empty; to be defined by the suite of each store."""
        raise NotImplementedError(f"{type(self).__name__} needs a fixture `store` that returns a fresh store")

    def reopen(self, store: TrackingStore) -> TrackingStore:
        """Return another object for the address of a store."""
        return type(store)(store.uri, store.artifact_root)

    @property
    def deleted_error(self) -> type[InvalidInput]:
        """What a write to something deleted raises."""
        return InvalidState if self.exact_errors else InvalidInput

    _numbers = itertools.count(1)

    def experiment(self, store: TrackingStore, name: str | None = None, **options: object) -> str:
        """Make an experiment and return its id."""
        return store.create_experiment(NewExperiment(name=name or f"experiment {next(self._numbers)}", **options))  # type: ignore[arg-type]

    def run(
        self,
        store: TrackingStore,
        experiment_id: str = DEFAULT_EXPERIMENT_ID,
        name: str = "run",
        start_time: int = 1_700_000_000_000,
        user_id: str = "me",
        tags: Mapping[str, str] | None = None,
    ) -> Run:
        """Make a run."""
        pairs = {RUN_NAME: name, **(tags or {})}
        return store.create_run(
            NewRun(
                experiment_id=experiment_id,
                user_id=user_id,
                start_time=start_time,
                run_name=name,
                tags=tuple(RunTag(key, value) for key, value in pairs.items()),
            )
        )

    def log(
        self,
        store: TrackingStore,
        run: Run | str,
        metrics: Iterable[Metric] | Mapping[str, float] = (),
        params: Mapping[str, str] | None = None,
        tags: Mapping[str, str] | None = None,
    ) -> None:
        """Log a batch; metrics given by name get step 0 and one timestamp."""
        if isinstance(metrics, Mapping):
            metrics = [Metric(key, value, 1_700_000_000_000) for key, value in metrics.items()]
        store.log_batch(
            RunBatch.checked(
                run if isinstance(run, str) else run.info.run_id,
                metrics,
                [Param(key, value) for key, value in (params or {}).items()],
                [RunTag(key, value) for key, value in (tags or {}).items()],
            )
        )

    def model(self, store: TrackingStore, experiment_id: str = DEFAULT_EXPERIMENT_ID, **options: object) -> LoggedModel:
        """Make a logged model, or skip the clause if the store keeps none."""
        self.require("logged_models")
        return store.create_logged_model(NewLoggedModel(experiment_id=experiment_id, **options))  # type: ignore[arg-type]
