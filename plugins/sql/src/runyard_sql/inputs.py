"""What runs read and made: datasets and logged models."""

from __future__ import annotations

from runyard.entities import Run
from runyard_sql.experiments import ExperimentStore
from runyard_sql.session import Session

__all__ = ["InputStore"]


class InputStore(ExperimentStore):
    """The part of the store that keeps the inputs and outputs of runs."""

    def _add_datasets(self, session: Session, runs: dict[int, Run]) -> None:
        """Put the dataset inputs into runs, which are given by their numbers."""

    def _add_models(self, session: Session, runs: dict[int, Run]) -> None:
        """Put the logged models that were read and made into runs."""
