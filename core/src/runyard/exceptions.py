"""The names of the reference system for `runyard.errors`."""

from __future__ import annotations

from runyard.errors import ExecutionFailed as ExecutionException
from runyard.errors import InvalidInput as InvalidUrlException
from runyard.errors import NotFound as MissingConfigException
from runyard.errors import NotSupported as MlflowNotImplementedException
from runyard.errors import RunyardError as MlflowException
from runyard.errors import RunyardError as RestException

__all__ = [
    "ExecutionException",
    "InvalidUrlException",
    "MissingConfigException",
    "MlflowException",
    "MlflowNotImplementedException",
    "RestException",
]
