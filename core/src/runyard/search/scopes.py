"""What can be asked of each kind of object: its prefixes, attributes and orders."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from runyard.entities.enums import LoggedModelStatus
from runyard.search.syntax import Field, Kind, Literal, OrderBy, Statistic

__all__ = ["EXPERIMENTS", "LOGGED_MODELS", "MODEL_VERSIONS", "REGISTERED_MODELS", "RUNS", "Scope"]

PREFIXES = {
    "attribute": Kind.ATTRIBUTE,
    "attributes": Kind.ATTRIBUTE,
    "attr": Kind.ATTRIBUTE,
    "run": Kind.ATTRIBUTE,
    "metric": Kind.METRIC,
    "metrics": Kind.METRIC,
    "param": Kind.PARAM,
    "params": Kind.PARAM,
    "parameter": Kind.PARAM,
    "parameters": Kind.PARAM,
    "tag": Kind.TAG,
    "tags": Kind.TAG,
    "dataset": Kind.DATASET,
    "datasets": Kind.DATASET,
}
"""The words that may stand before the dot."""

DATASET_KEYS = ("name", "digest", "context")
STATISTICS = {statistic.value: statistic for statistic in Statistic}


class Attribute(msgspec.Struct, frozen=True):
    """Something that every object of a scope has, under a fixed name.

    Attributes:
        name: Its canonical name: a field of the entity.
        numeric: Whether it is a number; otherwise it is text.
        aliases: Other names for it.
        convert: Turns a literal of the other type into what is compared; `None` from it means that it cannot.
        digits: Whether the text is a number in most stores, so that a shorter one comes first in an order.
    """

    name: str
    numeric: bool = False
    aliases: tuple[str, ...] = ()
    convert: Callable[[Literal], Literal | None] | None = None
    digits: bool = False


class Scope(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """A kind of object that is searched.

    Attributes:
        noun: What it is called in messages, in the plural.
        kinds: What its objects have besides attributes.
        attributes: What every one of them has.
        default_order: The order when none is asked for.
        tie_break: What decides between equals in an order that was asked for.
    """

    noun: str
    kinds: tuple[Kind, ...]
    attributes: tuple[Attribute, ...]
    default_order: tuple[OrderBy, ...]
    tie_break: tuple[OrderBy, ...]

    def attribute(self, name: str) -> Attribute | None:
        """Return the attribute of that name or alias, or `None`."""
        for attribute in self.attributes:
            if name == attribute.name or name in attribute.aliases:
                return attribute
        return None

    def full_order(self, order_by: tuple[OrderBy, ...]) -> tuple[OrderBy, ...]:
        """Return an order with what decides between equals appended; the default order for an empty one."""
        if not order_by:
            return self.default_order
        given = {order.field for order in order_by}
        return (*order_by, *(order for order in self.tie_break if order.field not in given))


def _order(name: str, *, descending: bool = False) -> OrderBy:
    return OrderBy(f"{name} {'DESC' if descending else 'ASC'}", Field(Kind.ATTRIBUTE, name), descending)


def _integer(value: Literal) -> Literal | None:
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else None


def _logged_model_status(value: Literal) -> Literal | None:
    """Old clients compare with the number, or with the word that the protocol uses."""
    if isinstance(value, str):
        word = value.removeprefix("LOGGED_MODEL_")
        if not word.isdigit():
            return word
    number = int(value)
    return LoggedModelStatus.from_int(number).value if 0 <= number < len(LoggedModelStatus) else None


_RUN_ORDER = (_order("start_time", descending=True), _order("run_id"))

RUNS = Scope(
    noun="runs",
    kinds=(Kind.METRIC, Kind.PARAM, Kind.TAG, Kind.DATASET),
    attributes=(
        Attribute("run_id"),
        Attribute("run_name", aliases=("run name", "Run name", "Run Name")),
        Attribute("user_id"),
        Attribute("status"),
        Attribute("artifact_uri"),
        Attribute("start_time", numeric=True, aliases=("created", "Created")),
        Attribute("end_time", numeric=True),
    ),
    default_order=_RUN_ORDER,
    tie_break=_RUN_ORDER,
)

EXPERIMENTS = Scope(
    noun="experiments",
    kinds=(Kind.TAG,),
    attributes=(
        Attribute("name"),
        Attribute("experiment_id", digits=True),
        Attribute("creation_time", numeric=True),
        Attribute("last_update_time", numeric=True),
    ),
    default_order=(_order("creation_time", descending=True), _order("experiment_id")),
    tie_break=(_order("experiment_id", descending=True),),
)

REGISTERED_MODELS = Scope(
    noun="registered models",
    kinds=(Kind.TAG,),
    attributes=(
        Attribute("name"),
        Attribute("creation_timestamp", numeric=True),
        Attribute("last_updated_timestamp", numeric=True, aliases=("timestamp",)),
    ),
    default_order=(_order("name"),),
    tie_break=(_order("name"),),
)

MODEL_VERSIONS = Scope(
    noun="model versions",
    kinds=(Kind.TAG,),
    attributes=(
        Attribute("name"),
        Attribute("run_id"),
        Attribute("source_path", aliases=("source",)),
        Attribute("version_number", numeric=True, aliases=("version",), convert=_integer),
        Attribute("creation_timestamp", numeric=True),
        Attribute("last_updated_timestamp", numeric=True),
    ),
    default_order=(
        _order("last_updated_timestamp", descending=True),
        _order("name"),
        _order("version_number", descending=True),
    ),
    tie_break=(_order("name"), _order("version_number", descending=True)),
)

_LOGGED_MODEL_ORDER = (_order("creation_timestamp", descending=True), _order("model_id"))

LOGGED_MODELS = Scope(
    noun="logged models",
    kinds=(Kind.METRIC, Kind.PARAM, Kind.TAG),
    attributes=(
        Attribute("name"),
        Attribute("model_id"),
        Attribute("model_type"),
        Attribute("status", convert=_logged_model_status),
        Attribute("status_message"),
        Attribute("source_run_id"),
        Attribute("experiment_id", digits=True),
        Attribute("artifact_location"),
        Attribute("lifecycle_stage"),
        Attribute("creation_timestamp", numeric=True, aliases=("creation_time", "creation_timestamp_ms")),
        Attribute("last_updated_timestamp", numeric=True, aliases=("last_updated_time", "last_updated_timestamp_ms")),
    ),
    default_order=_LOGGED_MODEL_ORDER,
    tie_break=_LOGGED_MODEL_ORDER,
)
