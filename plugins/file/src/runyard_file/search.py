"""Searching runs: of all runs only the files that the question is about are read, of those on the page all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from runyard.entities import DatasetInput, Page, Run, RunInfo, ViewType
from runyard.errors import InvalidInput
from runyard.search import RUNS, Statistic, matcher, sorted_records
from runyard.search.records import DATASET_CONTEXT_TAG
from runyard.tracking.requests import RunQuery
from runyard_file.index import Folder, Index
from runyard_file.infos import ACTIVE, DELETED
from runyard_file.inputs import dataset_inputs
from runyard_file.layout import PARAMS, TAGS, run_ids
from runyard_file.points import Summary
from runyard_file.runs import info_of, read_run
from runyard_file.values import is_key

__all__ = ["find_runs", "page_of_runs"]


class Candidate:
    """A run as filters and orders see it; its files are read when they are asked for.

    Args:
        folder: Its folder.
        info: What identifies it.
        index: Its experiment's.
    """

    __slots__ = ("_folder", "_index", "info")

    def __init__(self, folder: Folder, info: RunInfo, index: Index) -> None:
        self._folder = folder
        self._index = index
        self.info = info

    def attribute(self, name: str) -> str | float | None:
        value: str | float | None = getattr(self.info, name)
        return value

    def metric(self, key: str, statistic: Statistic, _dataset: tuple[str, str | None] | None) -> float | None:
        summary = self.summary(key, extremes=statistic is not Statistic.LAST)
        if summary is None:
            return None
        if statistic is Statistic.LAST:
            return summary.value
        return summary.minimum if statistic is Statistic.MIN else summary.maximum

    def summary(self, key: str, *, extremes: bool) -> Summary | None:
        """Return the summary of a metric, `None` where there is none; see `runyard_file.index.Folder.summary`."""
        return self._folder.summary(key, extremes=extremes) if is_key(key) else None

    def param(self, key: str) -> str | None:
        return self._folder.text(f"{PARAMS}/{key}") if is_key(key) else None

    def tag(self, key: str) -> str | None:
        return self._folder.text(f"{TAGS}/{key}") if is_key(key) else None

    def inputs(self) -> list[DatasetInput]:
        """Return the datasets that the run read."""
        return dataset_inputs(self._folder, self._index)

    def datasets(self, key: str) -> Iterable[str]:
        inputs = self.inputs()
        if key == "context":
            return [tag.value for item in inputs for tag in item.tags if tag.key == DATASET_CONTEXT_TAG]
        return [getattr(item.dataset, key) for item in inputs]

    def run(self) -> Run:
        """Return the whole run."""
        return read_run(self._folder, self.info, self._index)


def _candidates(index: Index, view: ViewType) -> Iterator[Candidate]:
    """Yield the runs of an experiment that are in view.

    Args:
        index: The experiment's.
        view: Which runs.
    """
    names = run_ids(index.path)
    stages = [stage for stage in (ACTIVE, DELETED) if view.shows(stage)]
    for name in names:
        folder = index.folder(name)
        info = info_of(folder)
        # A folder without a meta.yaml is no run, and a damaged one was reported.
        if info is not None and info.lifecycle_stage in stages:
            yield Candidate(folder, info, index)
    index.forget_others(names)


def find_runs(query: RunQuery, indexes: Iterable[Index]) -> list[Candidate]:
    """Return the runs that a query finds on all its pages, in order.

    Args:
        query: The query.
        indexes: Those of the experiments that it names.
    """
    fits = matcher(query.filter)
    every = (run for index in indexes for run in _candidates(index, query.view))
    return sorted_records([run for run in every if fits(run)], query.order_by, RUNS)


def page_of_runs(found: list[Candidate], size: int, token: str | None) -> Page[Run]:
    """Return one page of what was found.

    The token names the last run of the page, besides its place, so that runs that come and go between two pages
    neither repeat others nor hide them.

    Args:
        found: All runs, in order.
        size: How many runs a page has.
        token: Where to begin, from the page before.

    Raises:
        InvalidInput: The token is not one of ours.
    """
    start = _start(found, token) if token else 0
    page = found[start : start + size]
    end = start + len(page)
    return Page([run.run() for run in page], f"{end}-{page[-1].info.run_id}" if page and end < len(found) else None)


def _start(found: list[Candidate], token: str) -> int:
    place, dash, run_id = token.partition("-")
    if not dash or not place.isascii() or not place.isdigit() or len(place) > 18:
        raise InvalidInput(f"Invalid page token {token!r}; pass the token of the page before, or none.")
    start = int(place)
    if 0 < start <= len(found) and found[start - 1].info.run_id == run_id:
        return start
    return next((number for number, run in enumerate(found, 1) if run.info.run_id == run_id), start)
