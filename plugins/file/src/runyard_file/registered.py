"""Registered models and their versions as folders and ``meta.yaml`` files.

Aliases are kept twice, as files and in ``meta.yaml``: programs differ in where they look. The files are what counts.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from runyard.entities import ModelStage, ModelVersion, RegisteredModel
from runyard.errors import DataDamaged, NotFound
from runyard_file.base import now
from runyard_file.files import discard_folder, ensure_folder, read_text, refused, replace_text
from runyard_file.layout import TAGS, folders
from runyard_file.meta import META, dump_meta, read_meta, text_or_none, whole_number
from runyard_file.reports import warn_once
from runyard_file.values import keys, replace_values

ALIASES = "aliases"
VERSION_PREFIX = "version-"
DELETED_STAGE = "Deleted_Internal"


def make_folder(folder: str, meta: Mapping[str, Any], tags: Mapping[str, str], staging: str) -> None:
    """Make the folder of a registered model or version; it appears whole, as other programs stumble over half a one.

    Args:
        folder: Its path; nothing is there yet.
        meta: What its ``meta.yaml`` holds.
        tags: Its tags.
        staging: A folder on the same file system in which nobody looks for models.
    """
    made = _staged(staging)
    try:
        ensure_folder(made)
        replace_values(made, tags)
        replace_text(f"{made}/{META}", dump_meta(meta))
        ensure_folder(os.path.dirname(folder))
        move_folder(made, folder)
    except BaseException:
        discard_folder(made)
        raise


def remove_folder(folder: str, staging: str) -> None:
    """Remove the folder of a registered model: it is gone at once, whatever happens to what was in it."""
    ensure_folder(staging)
    gone = _staged(staging)
    move_folder(folder, gone)
    discard_folder(gone)


def move_folder(folder: str, target: str) -> None:
    """Move a folder to a place where there is none."""
    try:
        os.rename(folder, target)
    except OSError as error:
        refused(folder, error, "move")


def _staged(staging: str) -> str:
    return f"{staging}/.runyard-{os.urandom(8).hex()}.tmp"


def version_folder(folder: str, number: int) -> str:
    """Return the path at which a version has its folder."""
    return f"{folder}/{VERSION_PREFIX}{number}"


def used_numbers(folder: str) -> list[int]:
    """Return the numbers that have a folder, in order."""
    names = (name.removeprefix(VERSION_PREFIX) for name in folders(folder) if name.startswith(VERSION_PREFIX))
    return sorted(int(number) for number in names if number.isascii() and number.isdigit())


def version_numbers(folder: str) -> list[int]:
    """Return the numbers of the versions that there are, deleted ones included, in order."""
    return [number for number in used_numbers(folder) if os.path.isfile(f"{version_folder(folder, number)}/{META}")]


def version_in_use(folder: str, name: str, version: str) -> str:
    """Return the folder of a version.

    Raises:
        NotFound: There is none of that number, or it is deleted.
    """
    missing = NotFound(f"The registered model {name!r} has no version {version!r}.")
    if not (version.isascii() and version.isdigit()):
        raise missing
    path = version_folder(folder, int(version))
    try:
        if read_meta(f"{path}/{META}").get("current_stage") == DELETED_STAGE:
            raise missing
    except FileNotFoundError:
        raise missing from None
    return path


def read_existing(folder: str) -> dict[str, Any]:
    """Return the ``meta.yaml`` of a folder; `NotFound` if it was deleted in the meantime."""
    try:
        return read_meta(f"{folder}/{META}")
    except FileNotFoundError:
        raise NotFound("It is gone: it was deleted a moment ago.", hint=f"Its folder was {folder!r}.") from None


def change_version(folder: str, **changes: Any) -> None:
    """Change fields of a version's ``meta.yaml``, and the time in it; the model's folder is locked."""
    meta = read_existing(folder)
    meta.update(changes, last_updated_timestamp=now())
    replace_text(f"{folder}/{META}", dump_meta(meta), staging=folder)


def read_aliases(folder: str) -> dict[str, str]:
    """Return version numbers by alias."""
    return {alias: read_text(f"{folder}/{ALIASES}/{alias}").strip() for alias in keys(f"{folder}/{ALIASES}")}


def delete_aliases(folder: str, aliases: Sequence[str]) -> None:
    """Delete the files of aliases that there are."""
    for alias in aliases:
        path = f"{folder}/{ALIASES}/{alias}"
        try:
            os.unlink(path)
        except OSError as error:
            refused(path, error, "delete")


def _tags(folder: str) -> dict[str, str]:
    return {key: read_text(f"{folder}/{TAGS}/{key}") for key in keys(f"{folder}/{TAGS}")}


def read_model(folder: str) -> RegisteredModel:
    """Return a registered model; its name is that of its folder."""
    name, path, meta = os.path.basename(folder), f"{folder}/{META}", read_existing(folder)
    return RegisteredModel(
        name=name,
        creation_timestamp=whole_number(path, meta, "creation_timestamp") or 0,
        last_updated_timestamp=whole_number(path, meta, "last_updated_timestamp") or 0,
        description=text_or_none(meta, "description") or "",
        latest_versions=newest_of_each_stage(read_versions(folder, name)),
        tags=_tags(folder),
        aliases=read_aliases(folder),
    )


def read_versions(folder: str, name: str) -> list[ModelVersion]:
    """Return the versions of a registered model in order; those that cannot be understood are reported and left out."""
    aliases, versions = read_aliases(folder), []
    for number in version_numbers(folder):
        try:
            version = read_version(version_folder(folder, number), name, aliases)
        except DataDamaged as error:
            warn_once(version_folder(folder, number), f"{error} The version is left out.")
            continue
        if version.current_stage != DELETED_STAGE:
            versions.append(version)
    return versions


def read_version(folder: str, name: str, aliases: Mapping[str, str]) -> ModelVersion:
    """Return a version, deleted or not; its number is that of its folder."""
    path, meta = f"{folder}/{META}", read_existing(folder)
    number = os.path.basename(folder).removeprefix(VERSION_PREFIX)
    return ModelVersion(
        name=name,
        version=number,
        creation_timestamp=whole_number(path, meta, "creation_timestamp") or 0,
        last_updated_timestamp=whole_number(path, meta, "last_updated_timestamp") or 0,
        description=text_or_none(meta, "description") or "",
        user_id=text_or_none(meta, "user_id") or "",
        current_stage=text_or_none(meta, "current_stage") or str(ModelStage.NONE),
        source=text_or_none(meta, "source") or "",
        storage_location=text_or_none(meta, "storage_location"),
        run_id=text_or_none(meta, "run_id"),
        run_link=text_or_none(meta, "run_link") or "",
        status=text_or_none(meta, "status") or "READY",
        status_message=text_or_none(meta, "status_message") or "",
        tags=_tags(folder),
        aliases=sorted(alias for alias, version in aliases.items() if version == number),
        model_id=text_or_none(meta, "model_id"),
    )


def newest_of_each_stage(versions: Sequence[ModelVersion]) -> list[ModelVersion]:
    """Return the newest version of each stage, of versions in order."""
    return list({version.current_stage: version for version in versions}.values())
