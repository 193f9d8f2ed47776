"""What a user is told of a saved or logged model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from runyard.entities import Metric
from runyard.models.signature import ModelSignature

if TYPE_CHECKING:
    from runyard.models.mlmodel import MLModel

__all__ = ["ModelInfo"]


class ModelInfo(msgspec.Struct, kw_only=True):
    """A saved or logged model.

    Attributes:
        model_uri: What `load_model` takes.
        model_uuid: 32 hexadecimal digits of this save.
        flavors: Options by name of the flavor.
        artifact_path: Where its files are.
        model_id: The logged model that it is.
        name: The name of the logged model.
        run_id: The run that made it.
        signature: What it takes and gives.
        saved_input_example_info: How the input example is stored.
        utc_time_created: When it was saved.
        mlflow_version: The format that it was written in.
        metadata: What the user attached.
        registered_model_version: The version in the registry, if it was registered.
        env_vars: The names of variables that it may read.
        prompts: The prompts that it uses.
        params, metrics, tags: Those of the logged model.
        creation_timestamp: Milliseconds since 1970 UTC, of the logged model.
    """

    model_uri: str
    model_uuid: str | None
    flavors: dict[str, dict[str, Any]]
    artifact_path: str | None = None
    model_id: str | None = None
    name: str | None = None
    run_id: str | None = None
    signature: ModelSignature | None = None
    saved_input_example_info: dict[str, Any] | None = None
    utc_time_created: str | None = None
    mlflow_version: str | None = None
    metadata: dict[str, Any] | None = None
    registered_model_version: str | None = None
    env_vars: list[str] | None = None
    prompts: list[str] | None = None
    params: dict[str, str] | None = None
    metrics: list[Metric] | None = None
    tags: dict[str, str] | None = None
    creation_timestamp: int | None = None

    @property
    def signature_dict(self) -> dict[str, str | None] | None:
        """The signature as it stands in ``MLmodel``."""
        return self.signature.to_dict() if self.signature else None

    @classmethod
    def of(cls, model: MLModel, *, model_uri: str = "", **logged: Any) -> ModelInfo:
        """Return the description of a model whose ``MLmodel`` file was read or written."""
        return cls(
            model_uri=model_uri or (f"models:/{model.model_id}" if model.model_id else ""),
            model_uuid=model.model_uuid,
            flavors=model.flavors,
            artifact_path=model.artifact_path,
            model_id=model.model_id,
            run_id=model.run_id,
            signature=model.signature,
            saved_input_example_info=model.saved_input_example_info,
            utc_time_created=model.utc_time_created,
            mlflow_version=model.mlflow_version,
            metadata=model.metadata,
            env_vars=model.env_vars,
            prompts=model.prompts,
            **logged,
        )
