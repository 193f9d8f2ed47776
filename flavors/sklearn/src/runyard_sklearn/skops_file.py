"""skops files: models as data, and which of the types in them are to be trusted.

skops constructs only types that it knows or is told to trust. It does not know some of scikit-learn's own, those of
trees and neighbours among them; these are trusted here. Any other type needs to be listed by whoever saves the model,
and consent when it is loaded, as a pickle does.
"""

from __future__ import annotations

import re
import sys
import zipfile
from collections.abc import Iterable, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from threading import Lock
from types import ModuleType
from typing import TYPE_CHECKING, Any

from runyard.errors import InvalidInput, PermissionDenied
from runyard.models.consent import require_consent

if TYPE_CHECKING:
    from runyard.models.mlmodel import MLModel

# Packages of scikit-learn that hold estimators and their parts. Not among them: `datasets`, `externals`, `utils`, whose
# functions read and write files.
_ESTIMATORS = re.compile(
    r"sklearn\.(_loss|calibration|cluster|compose|covariance|cross_decomposition|decomposition|discriminant_analysis|dummy"
    r"|ensemble|feature_extraction|feature_selection|gaussian_process|impute|isotonic|kernel_approximation|kernel_ridge"
    r"|linear_model|manifold|metrics|mixture|model_selection|multiclass|multioutput|naive_bayes|neighbors|neural_network"
    r"|pipeline|preprocessing|random_projection|semi_supervised|svm|tree|utils\._metadata_requests)(\.|$)"
)
# What estimators hold besides, and skops does not know; none of them does more than to hold or convert data.
_DATA = frozenset(
    {
        "numpy.dtype",
        "numpy.floating",
        "numpy.generic",
        "numpy.integer",
        "numpy.mean",
        "numpy.number",
        "scipy._lib.array_api_compat.numpy._aliases.asarray",
        "scipy.interpolate._bsplines.BSpline",
        "scipy.sparse._csr.csr_matrix",
        "sklearn.utils._bunch.Bunch",
    }
)


def dump(model: Any, file: Path, trusted: Sequence[str]) -> list[str] | None:
    """Write a model and return the types that a reader has to trust, `None` if there are none.

    Args:
        model: The model.
        file: The file.
        trusted: The types that the user vouches for.

    Raises:
        InvalidInput: skops cannot write the model, or it holds types that nobody vouches for.
    """
    io = _skops()
    try:
        io.dump(model, file)
        types = io.get_untrusted_types(file=file)
    except Exception as error:
        raise InvalidInput(f"skops cannot save {type(model).__name__}: {error}") from error
    if unknown := [name for name in types if name not in trusted and not _is_known(name)]:
        raise InvalidInput(
            f"The model holds the types {', '.join(unknown)}, which skops does not know. If you trust them, pass "
            f"skops_trusted_types={unknown!r}; or choose serialization_format='cloudpickle'."
        )
    return sorted(name for name in types if name in trusted or not _is_estimator(name)) or None


def load(file: Path, model: MLModel, listed: Iterable[str]) -> Any:
    """Read a model.

    Args:
        file: The file.
        model: The ``MLmodel`` file that it belongs to.
        listed: The types that this file says may be trusted.

    Raises:
        PermissionDenied: It holds types that nobody vouches for, or that the settings forbid.
    """
    io = _skops()
    types = io.get_untrusted_types(file=file)
    foreign = [name for name in types if not _is_known(name)]
    if unknown := sorted(set(foreign) - set(listed)):
        raise PermissionDenied(
            f"{str(file)!r} holds objects of the types {', '.join(unknown)}, which are not among the trusted types "
            "that the model was saved with. If you trust them and have the model, save it again with "
            f"skops_trusted_types={unknown!r}."
        )
    if foreign:
        require_consent(model, file, f"a file with objects of {', '.join(foreign)}")
    return io.load(file, trusted=types)


_IMPORTING = Lock()


def _skops() -> ModuleType:
    """Return ``skops.io``: that which the program uses, or a copy of our own."""
    with _IMPORTING:
        return sys.modules.get("skops.io") or _own_skops()


@cache
def _own_skops() -> ModuleType:
    """Return a copy of ``skops.io`` that trusts no estimator by itself, which `_is_known` decides anyhow.

    While it is imported it asks scikit-learn for all estimators. That imports every module of scikit-learn, tests and
    wrappers of PyTorch included, and takes half a second, or several where PyTorch is there. Nobody else gets to see
    the copy: who imports skops gets the whole of it.
    """
    import sklearn.utils

    walk = sklearn.utils.all_estimators
    sklearn.utils.all_estimators = list
    try:
        return import_module("skops.io")
    finally:
        sklearn.utils.all_estimators = walk
        for name in [name for name in sys.modules if name.partition(".")[0] == "skops"]:
            del sys.modules[name]


def _is_estimator(name: str) -> bool:
    """Say whether a type, which is known, is an estimator that skops trusts by itself."""
    import inspect

    from sklearn.base import BaseEstimator

    module, _, attribute = name.rpartition(".")
    kind = getattr(import_module(module), attribute)
    return (
        inspect.isclass(kind)
        and issubclass(kind, BaseEstimator)
        and not inspect.isabstract(kind)
        and not attribute.startswith("_")
    )


def modules(file: Path) -> set[str]:
    """Return the full names of the modules that a skops file refers to."""
    with zipfile.ZipFile(file) as archive:
        schema = archive.read("schema.json").decode("utf-8")
    return set(re.findall(r'"__module__":\s*"([\w.]+)"', schema)) - {"builtins"}


def _is_known(name: str) -> bool:
    """Say whether a type is scikit-learn's own and holds data only."""
    if name in _DATA:
        return True
    module, _, attribute = name.rpartition(".")
    if not _ESTIMATORS.match(module):
        return False
    # A module also has the names that it imports: where the object is defined is what counts
    try:
        home = getattr(getattr(import_module(module), attribute), "__module__", "")
    except (ImportError, AttributeError):
        return False
    return bool(_ESTIMATORS.match(f"{home}."))
