"""The closed sets of words, with the numbers that files and old clients use for them."""

from __future__ import annotations

from enum import Enum, IntEnum

from runyard.errors import InvalidInput


class NamedNumber(IntEnum):
    """A number with a name; text is accepted in any letter case."""

    @classmethod
    def from_string(cls, text: str) -> int:
        """Return the member of that name.

        Raises:
            InvalidInput: There is no such name; the message lists those there are.
        """
        try:
            return cls[text.upper()]
        except KeyError:
            raise InvalidInput(
                f"{cls.__name__} has no member {text!r}; there are {', '.join(cls.__members__)}."
            ) from None

    @classmethod
    def to_string(cls, number: int) -> str:
        """Return the name of a number."""
        try:
            return cls(number).name
        except ValueError:
            known = ", ".join(f"{member.value} ({name})" for name, member in cls.__members__.items())
            raise InvalidInput(f"{cls.__name__} has no number {number!r}; there are {known}.") from None


class RunStatus(NamedNumber):
    """How a run stands. `RunInfo.status` holds the name."""

    RUNNING = 1
    SCHEDULED = 2
    FINISHED = 3
    FAILED = 4
    KILLED = 5

    @classmethod
    def is_terminated(cls, status: int | str) -> bool:
        """Say whether a run of this status has ended."""
        number = cls.from_string(status) if isinstance(status, str) else status
        return number in (cls.FINISHED, cls.FAILED, cls.KILLED)

    @classmethod
    def all_status(cls) -> list[RunStatus]:
        """Return every status."""
        return list(cls)


class ViewType(NamedNumber):
    """Which objects a search looks at: those that are active, those that are deleted, or all."""

    ACTIVE_ONLY = 1
    DELETED_ONLY = 2
    ALL = 3

    def shows(self, lifecycle_stage: str) -> bool:
        """Say whether an object in this stage (``active`` or ``deleted``) is in view."""
        return self is ViewType.ALL or (lifecycle_stage == LifecycleStage.ACTIVE) == (self is ViewType.ACTIVE_ONLY)


class SourceType(NamedNumber):
    """What kind of program made a run."""

    NOTEBOOK = 1
    JOB = 2
    PROJECT = 3
    LOCAL = 4
    UNKNOWN = 1000


class LoggedModelStatus(str, Enum):
    """Whether the files of a logged model are complete; files and the protocol count the members from 0."""

    UNSPECIFIED = "UNSPECIFIED"
    PENDING = "PENDING"
    READY = "READY"
    FAILED = "FAILED"

    def __str__(self) -> str:
        return self.value

    def to_int(self) -> int:
        """Return the number of the status."""
        return list(LoggedModelStatus).index(self)

    @classmethod
    def from_int(cls, number: int) -> LoggedModelStatus:
        """Return the status of a number.

        Raises:
            InvalidInput: There is no such number.
        """
        if not 0 <= number < len(cls):
            raise InvalidInput(f"{cls.__name__} has no number {number!r}.")
        return list(cls)[number]

    @classmethod
    def parse(cls, text: str) -> LoggedModelStatus:
        """Return the status of that name, in any letter case.

        Raises:
            InvalidInput: There is no such status; the message lists those there are.
        """
        try:
            return cls(text.upper())
        except ValueError:
            raise InvalidInput(f"{text!r} is not a status of a model; there are {', '.join(cls)}.") from None


class LifecycleStage(str, Enum):
    """Whether an object is in use or in the trash."""

    ACTIVE = "active"
    DELETED = "deleted"

    def __str__(self) -> str:
        return self.value


class ModelStage(str, Enum):
    """The stages of a model version."""

    NONE = "None"
    STAGING = "Staging"
    PRODUCTION = "Production"
    ARCHIVED = "Archived"

    def __str__(self) -> str:
        return self.value

    @classmethod
    def parse(cls, text: str) -> ModelStage:
        """Return the stage of that name, in any letter case.

        Raises:
            InvalidInput: There is no such stage; the message lists those there are.
        """
        for stage in cls:
            if stage.value.lower() == text.lower():
                return stage
        raise InvalidInput(f"{text!r} is not a model stage; there are {', '.join(stage.value for stage in cls)}.")
