"""The trial of a model that was just saved: it predicts its own example, which shows its signature and its needs."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runyard.models.example import InputExample
from runyard.models.mlmodel import PYTHON_FUNCTION, MLModel
from runyard.models.signature import ModelSignature, infer_signature

if TYPE_CHECKING:
    from runyard.models.flavor import Flavor, Predictor, SavedFlavor
    from runyard.models.observing import Observation
    from runyard.models.saving import Details

__all__ = ["add_example"]


def add_example(
    described: MLModel, flavor: Flavor, saved: SavedFlavor, folder: Path, details: Details
) -> Observation | None:
    """Write the example, set the signature, and return what the model was seen to use while it predicted the example.

    The signature is the one that the model itself declares, or the given one, or the one that follows from the example.

    Args:
        described: The model; it gets the signature and what is said of the example.
        flavor: Saved it, and loads it.
        saved: What it wrote.
        folder: The model folder.
        details: What the user says.
    """
    example = InputExample(details.input_example) if details.input_example is not None else None
    declared = _declared(saved, details, example)
    follows_example = saved.declared is not None and saved.declared.follows_example
    if follows_example and example is None:
        warnings.warn(
            "The type hint of predict says that data comes in the form of the input example, and there is none: pass "
            "input_example=... Until then the data comes as it is.",
            stacklevel=2,
        )
    signature = declared or details.signature or None
    seen = None
    if example is not None:
        example.write(folder)
        described.saved_input_example_info = example.info
        if details.signature is None or not details.environment.is_whole:
            predictor, predictions, seen = _predict(described, flavor, folder, example, details)
            if signature is None and details.signature is not False:
                signature = _signature_of(example, predictor, predictions, is_checked=not follows_example)
    if signature is not None:
        described.signature = signature
        described.is_signature_from_type_hint = declared is not None
        described.type_hint_from_example = follows_example and example is not None
    return seen


def _declared(saved: SavedFlavor, details: Details, example: InputExample | None) -> ModelSignature | None:
    """Return the signature that the model declares, with the params of the example."""
    declared = saved.declared.signature if saved.declared is not None and details.signature is not False else None
    if declared is None:
        return None
    given: ModelSignature | None = details.signature
    if given is not None and (given.inputs, given.outputs) != (declared.inputs, declared.outputs):
        warnings.warn(
            "The signature is the one that the type hints of predict declare, not the given one: the hints say "
            f"{declared.inputs!r} -> {declared.outputs!r}, the signature {given.inputs!r} -> {given.outputs!r}.",
            stacklevel=2,
        )
    params = given.params if given is not None else None
    if params is None and example is not None and example.params:
        from runyard.models.inference import infer_params

        params = infer_params(example.params)
    return ModelSignature(declared.inputs, declared.outputs, params)


def _predict(
    described: MLModel, flavor: Flavor, folder: Path, example: InputExample, details: Details
) -> tuple[Predictor | None, Any, Observation | None]:
    """Return what the saved model loads as, what it predicts for its example, and what it was seen to use."""
    if PYTHON_FUNCTION not in described.flavors:
        return None, None, None
    from runyard.models.observing import observing

    predictor = None
    with observing() as seen, _importable(details.code_paths or ()):
        try:
            predictor = flavor.load_predictor(folder, described)
            return predictor, predictor.predict(example.data, example.params), seen
        except Exception as error:
            effect = ", so its outputs have no schema" if details.signature is None else ""
            warnings.warn(
                f"The model could not predict its own input example{effect}: {type(error).__name__}: {error}",
                stacklevel=2,
            )
    return None, None, seen


def _signature_of(
    example: InputExample, predictor: Predictor | None, predictions: Any, *, is_checked: bool
) -> ModelSignature | None:
    """Return the signature that an example and the answer to it show."""
    signature = infer_signature(example.data, predictions, example.params)
    if predictor is None or not is_checked:
        return signature
    try:
        _predict_enforced(predictor, example, signature)
    except ModuleNotFoundError:  # without pandas nothing can be said of it here
        return signature
    except Exception as error:
        # A list is enforced as a DataFrame, which not every model takes that takes lists
        warnings.warn(
            "The model gets no signature: it could predict its input example, but not in the form that the signature "
            f"brings it into. Pass another example, or signature=False. {type(error).__name__}: {error}",
            stacklevel=2,
        )
        return None
    return signature


def _predict_enforced(predictor: Predictor, example: InputExample, signature: ModelSignature) -> None:
    """Predict an example as `runyard.pyfunc` will hand it on, if that differs from how it was given."""
    if signature.inputs is None:
        return
    from runyard.models.enforcement import enforce

    enforced = enforce(example.data, signature.inputs)
    if enforced is not example.data:
        predictor.predict(enforced, example.params)


@contextmanager
def _importable(code_paths: Sequence[str | os.PathLike[str]]) -> Iterator[None]:
    """Let the modules in code paths be found, behind all others, where they are now."""
    paths = [Path(path).resolve() for path in code_paths]
    places = [path.parent for path in paths] + [path for path in paths if path.is_dir()]
    added = [place for place in dict.fromkeys(map(str, places)) if place not in sys.path]
    sys.path.extend(added)
    try:
        yield
    finally:
        for place in added:
            sys.path.remove(place)
