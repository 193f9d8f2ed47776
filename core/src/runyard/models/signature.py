"""The signature of a model: the schemas of its inputs, outputs and params."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

from runyard.errors import InvalidInput
from runyard.models.params import ParamSchema
from runyard.models.schema import AnyType, ColSpec, Schema

__all__ = ["ModelSignature", "infer_signature"]


class ModelSignature:
    """What a model takes and gives.

    Args:
        inputs: The schema of the input; `None` is not checked.
        outputs: The schema of the predictions.
        params: The schema of the params.

    Raises:
        InvalidInput: All three are missing, or one is of another class.
    """

    __slots__ = ("inputs", "outputs", "params")

    def __init__(
        self, inputs: Schema | None = None, outputs: Schema | None = None, params: ParamSchema | None = None
    ) -> None:
        for name, value, expected in (
            ("inputs", inputs, Schema),
            ("outputs", outputs, Schema),
            ("params", params, ParamSchema),
        ):
            if value is not None and not isinstance(value, expected):
                raise InvalidInput(f"The {name} of a signature are {expected.__name__}, not {type(value).__name__}.")
        if inputs is None and outputs is None and params is None:
            raise InvalidInput("A signature needs inputs, outputs or params.")
        self.inputs = inputs
        self.outputs = outputs
        self.params = params

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ModelSignature) and (self.inputs, self.outputs, self.params) == (
            other.inputs,
            other.outputs,
            other.params,
        )

    def __hash__(self) -> int:
        return hash((self.inputs, self.outputs, self.params))

    def __repr__(self) -> str:
        return f"inputs: {self.inputs!r}\noutputs: {self.outputs!r}\nparams: {self.params!r}"

    def to_dict(self) -> dict[str, str | None]:
        """Return the form that stands in ``MLmodel``: JSON text by name."""
        return {
            "inputs": self.inputs.to_json() if self.inputs else None,
            "outputs": self.outputs.to_json() if self.outputs else None,
            "params": self.params.to_json() if self.params is not None else None,
        }

    @classmethod
    def from_dict(cls, signature_dict: Mapping[str, Any]) -> ModelSignature:
        """Read the form that stands in ``MLmodel``.

        Raises:
            InvalidInput: It does not parse.
        """
        inputs, outputs, params = map(signature_dict.get, ("inputs", "outputs", "params"))
        return cls(
            inputs=Schema.from_json(inputs) if inputs else None,
            outputs=Schema.from_json(outputs) if outputs else None,
            params=ParamSchema.from_json(params) if params else None,
        )


def infer_signature(
    model_input: Any = None, model_output: Any = None, params: Mapping[str, Any] | None = None
) -> ModelSignature:
    """Return the signature of a model from samples of what it takes and gives.

    Args:
        model_input: A DataFrame, Series, array, sparse matrix, list, dictionary or single value.
        model_output: The same kinds.
        params: Example params; the values become the defaults.

    Returns:
        The signature. Data for which there is no schema gets one that accepts anything, with a warning.

    Raises:
        InvalidInput: All three are missing, or a param has a value that no param can have.
    """
    from runyard.models.inference import infer_params

    return ModelSignature(
        inputs=None if model_input is None else _schema_or_any(model_input, "input"),
        outputs=None if model_output is None else _schema_or_any(model_output, "output"),
        params=infer_params(params) if params else None,
    )


def _schema_or_any(data: Any, what: str) -> Schema:
    from runyard.models.inference import infer_schema

    try:
        return infer_schema(data)
    except InvalidInput as error:
        warnings.warn(f"The model's {what} gets a schema that accepts anything: {error}", stacklevel=3)
        return Schema([ColSpec(AnyType())])


def __getattr__(name: str) -> object:
    if name == "set_signature":  # scripts of the reference system import it from here
        from runyard.models.functions import set_signature

        return set_signature
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
