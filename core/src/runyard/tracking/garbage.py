"""Emptying the trash for good: artifacts first, then the records, one item after another.

Whatever goes wrong with an item, the item stays in the trash and the others go on; so a collection that was
interrupted is finished by the next one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec

from runyard.entities import LifecycleStage, TrashItem, TrashKind
from runyard.errors import InvalidState, NotFound, RunyardError
from runyard.tracking.requests import TrashQuery
from runyard.uris import ArtifactURI

if TYPE_CHECKING:
    from runyard.artifacts.owned import OwnedArtifacts
    from runyard.registry.references import VersionReferences
    from runyard.registry.registry import ModelRegistry
    from runyard.tracking.store import TrackingStore

__all__ = ["Collector", "Outcome", "Selection"]

_WORDS = {TrashKind.RUN: "run", TrashKind.LOGGED_MODEL: "logged model", TrashKind.EXPERIMENT: "experiment"}


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """Which items of the trash are meant: those that are named, or all of them.

    Attributes:
        run_ids: These runs.
        logged_model_ids: These logged models.
        experiment_ids: These experiments, with everything in them.
        deleted_before: Milliseconds since 1970 UTC: only what was deleted before that.
    """

    run_ids: tuple[str, ...] = ()
    logged_model_ids: tuple[str, ...] = ()
    experiment_ids: tuple[str, ...] = ()
    deleted_before: int | None = None

    @property
    def named(self) -> dict[TrashKind, tuple[str, ...]]:
        """The ids that are named, by kind."""
        return {
            TrashKind.RUN: self.run_ids,
            TrashKind.LOGGED_MODEL: self.logged_model_ids,
            TrashKind.EXPERIMENT: self.experiment_ids,
        }


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What became of an item, or would.

    Attributes:
        item: The item.
        size: The bytes of its artifacts; 0 for an experiment, which has none but those of what is in it.
        kept: Why it stays in the trash; `None` if it is removed.
        failed: Whether it stays because something went wrong, not because something stands on it.
    """

    item: TrashItem
    size: int = 0
    kept: str | None = None
    failed: bool = False


class Collector:
    """Removes what is in the trash of a store, with its artifacts.

    What a version of a registered model stands on is kept, and so is an experiment of which anything is kept.

    Args:
        store: Whose trash.
        registry: Whose versions are kept from harm; nobody's when `None`.
        artifacts_destination: What is behind addresses of the scheme ``mlflow-artifacts``; they are reached through
            their server when `None`.
    """

    def __init__(
        self, store: TrackingStore, registry: ModelRegistry | None = None, artifacts_destination: str | None = None
    ) -> None:
        self._store = store
        self._registry = registry
        self._destination = ArtifactURI.parse(artifacts_destination) if artifacts_destination else None

    def select(self, selection: Selection) -> list[TrashItem]:
        """Return the items that are meant, in the order in which they can go.

        Raises:
            NotFound: Something that is named does not exist.
            InvalidState: Something that is named is not in the trash, or has not been there for so long.
        """
        named = selection.named
        only_experiments = named[TrashKind.EXPERIMENT] and not (selection.run_ids or selection.logged_model_ids)
        everything = not any(named.values())
        items = [
            item
            for item in self._list(selection.experiment_ids if only_experiments else None)
            if everything or item.id in named[item.kind] or item.experiment_id in selection.experiment_ids
        ]
        present = {(item.kind, item.id) for item in items}
        for kind, ids in named.items():
            for name in ids:
                if (kind, name) not in present:
                    raise self._not_in_trash(kind, name)
        due = TrashQuery(deleted_before=selection.deleted_before)
        for item in items:
            if item.id in named[item.kind] and not due.wants(item):
                raise InvalidState(
                    f"The {_WORDS[item.kind]} {item.id!r} has not been in the trash for so long, or nobody knows since "
                    "when; leave out its id, or the age."
                )
        return [item for item in items if due.wants(item)]

    def collect(self, items: Sequence[TrashItem], *, dry_run: bool = False) -> Iterator[Outcome]:
        """Remove items, and yield what became of each as soon as it is known.

        Args:
            items: What `select` returned.
            dry_run: Whether nothing is removed, only measured.

        Raises:
            RunyardError: The registry or the trash cannot be read; nothing has been removed then.
        """
        from runyard.registry.references import VersionReferences

        references = VersionReferences(self._registry) if self._registry is not None else None
        members = self._members([item.id for item in items if item.kind is TrashKind.EXPERIMENT])
        for item in items:
            outcome = self._collect(item, references, members.get(item.experiment_id, set()), dry_run)
            if outcome.kept is None and item.experiment_id in members:
                members[item.experiment_id].discard(item.id)
            yield outcome

    def _collect(
        self, item: TrashItem, references: VersionReferences | None, members: Collection[str], dry_run: bool
    ) -> Outcome:
        """Remove one item; `members` is what is still there of the experiment that it is, or belongs to."""
        try:
            if item.kind is TrashKind.EXPERIMENT and members:
                return Outcome(item=item, kept=f"{len(members)} of its runs and logged models stay in the trash")
            version = _version_on(item, references)
            if version is not None:
                return Outcome(item=item, kept=f"{version} stands on it; delete that version first, or force it")
            artifacts = self._artifacts(item)
            size = artifacts.size() if artifacts is not None else 0
            if not dry_run:
                self._remove(item, artifacts)
            return Outcome(item=item, size=size)
        except Exception as error:  # whatever a plugin raises, the next item may be well
            explained = error.message if isinstance(error, RunyardError) else f"{type(error).__name__}: {error}"
            return Outcome(item=item, kept=explained, failed=True)

    def _artifacts(self, item: TrashItem) -> OwnedArtifacts | None:
        """Return the artifacts of an item; an experiment has none of its own."""
        from runyard.artifacts.owned import OwnedArtifacts

        location = item.moved_to or item.artifact_location
        if item.kind is TrashKind.EXPERIMENT or not location:
            return None
        return OwnedArtifacts(location, item.id, self._destination)

    def _remove(self, item: TrashItem, artifacts: OwnedArtifacts | None) -> None:
        with suppress(NotFound):  # deleted logged models are not shown, and somebody may have been faster
            if self._is_active(item.kind, item.id):
                raise InvalidState("It has just been restored.")
        if artifacts is not None:
            artifacts.remove()
        purge = {
            TrashKind.RUN: self._store.purge_run,
            TrashKind.LOGGED_MODEL: self._store.purge_logged_model,
            TrashKind.EXPERIMENT: self._store.purge_experiment,
        }[item.kind]
        with suppress(NotFound):
            purge(item.id)

    def _list(self, experiment_ids: tuple[str, ...] | None) -> list[TrashItem]:
        items: list[TrashItem] = []
        token: str | None = None
        while True:
            page = self._store.list_trash(TrashQuery(experiment_ids=experiment_ids, page_token=token))
            items += page
            token = page.token
            if token is None:
                return items

    def _members(self, experiment_ids: Sequence[str]) -> dict[str, set[str]]:
        """Return the ids of what is in each experiment, be it meant or not."""
        members: dict[str, set[str]] = {experiment_id: set() for experiment_id in experiment_ids}
        for item in self._list(tuple(members)) if members else ():
            if item.kind is not TrashKind.EXPERIMENT:
                members[item.experiment_id].add(item.id)
        return members

    def _is_active(self, kind: TrashKind, name: str) -> bool:
        """Say whether a run, logged model or experiment is in use.

        Raises:
            NotFound: It does not exist, or it is a deleted logged model.
        """
        if kind is TrashKind.EXPERIMENT:
            return self._store.get_experiment(name).lifecycle_stage == LifecycleStage.ACTIVE
        found = self._store.get_run(name).info if kind is TrashKind.RUN else self._store.get_logged_model(name)
        active = found.lifecycle_stage == LifecycleStage.ACTIVE
        return active and self._is_active(TrashKind.EXPERIMENT, found.experiment_id)

    def _not_in_trash(self, kind: TrashKind, name: str) -> RunyardError:
        word = _WORDS[kind]
        try:
            self._is_active(kind, name)
        except NotFound:
            return NotFound(f"There is no {word} {name!r} in the store at {self._store.uri}; nothing was removed.")
        return InvalidState(f"The {word} {name!r} is not in the trash; delete it first. Nothing was removed.")


def _version_on(item: TrashItem, references: VersionReferences | None) -> str | None:
    """Return the address of a model version that would lose its files with an item, if there is one."""
    if references is None or item.kind is TrashKind.EXPERIMENT:
        return None
    named = references.of_run(item.id) if item.kind is TrashKind.RUN else references.of_model(item.id)
    return named or next(
        (found for place in (item.artifact_location, item.moved_to) if place and (found := references.below(place))),
        None,
    )
