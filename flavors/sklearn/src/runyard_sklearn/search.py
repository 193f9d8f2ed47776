"""What is logged of a parameter search: the best params, the table of results, and a child run for the best rows."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Real
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from runyard.autologging.session import Session
    from runyard.data.dataset import Dataset
    from runyard_sklearn.autologger import SklearnOptions

RESULTS = "cv_results.csv"


def log_best(session: Session, search: Any) -> None:
    """Log the params and score of the best row, and the table of all rows."""
    with session.part("logging the best params"):
        best = getattr(search, "best_params_", None) or {}
        session.record(params={f"best_{name}": value for name, value in best.items()})
    with session.part("logging the best score"):
        if hasattr(search, "best_score_"):
            session.record(metrics={"best_cv_score": search.best_score_})
    with session.part("logging the table of results"):
        import pandas

        from runyard.tracking.content import staged

        with staged(session.repository, RESULTS) as path:
            pandas.DataFrame(search.cv_results_).to_csv(path, index=False)


def log_rows(session: Session, options: SklearnOptions, search: Any, dataset: Dataset | None) -> None:
    """Log a child run for each of the best rows.

    Args:
        session: That of the search, whose run is the parent.
        options: How many rows.
        search: A fitted search.
        dataset: The data, as it was logged with the parent.
    """
    with session.part("choosing the rows that become runs"):
        rows = _best_rows(session, search.cv_results_, options.max_tuning_runs)
        left_out = len(search.cv_results_["params"]) - len(rows)
        if left_out and options.max_tuning_runs:
            session.note(f"{len(rows)} of {len(rows) + left_out} rows of the search became runs; see {RESULTS} for all")
        for row in rows:
            with session.part("logging a row of the search"):
                _log_row(session, search, row, dataset)


def _best_rows(session: Session, results: Mapping[str, Any], limit: int | None) -> list[dict[str, Any]]:
    """Return the rows of the best rank, the best first; all when there is no limit."""
    count = len(results["params"])
    rows = [{name: column[index] for name, column in results.items()} for index in range(count)]
    ranks = [name for name in results if name.startswith("rank_test_")]
    if limit is None or not ranks:
        return rows
    if "rank_test_score" not in ranks:
        session.note(f"there are several scores; the rows that become runs are the best of {ranks[0]!r}")
    rank = "rank_test_score" if "rank_test_score" in ranks else ranks[0]
    return sorted(rows, key=lambda row: int(row[rank]))[:limit]


def _log_row(session: Session, search: Any, row: Mapping[str, Any], dataset: Dataset | None) -> None:
    seed = search.estimator
    kind = type(seed)
    params = {**seed.get_params(deep=True), **row["params"]}
    metrics = {
        name: float(value)
        for name, value in row.items()
        if isinstance(value, Real) and not name.startswith(("param", "split"))
    }
    tags = {"estimator_name": kind.__name__, "estimator_class": f"{kind.__module__}.{kind.__qualname__}"}
    with session.child(tags) as child:
        child.record(params=params, metrics=metrics)
        if dataset is not None:
            child.log_dataset(dataset, "train")
