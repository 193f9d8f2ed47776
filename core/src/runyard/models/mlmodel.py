"""The ``MLmodel`` file: what a saved model says about itself."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runyard.errors import DataDamaged, InvalidInput, NotFound

if TYPE_CHECKING:
    from runyard.models.info import ModelInfo
    from runyard.models.params import ParamSchema
    from runyard.models.schema import Schema
    from runyard.models.signature import ModelSignature

__all__ = ["MLMODEL", "PYTHON_FUNCTION", "REFERENCE_VERSION", "MLModel"]

MLMODEL = "MLmodel"
PYTHON_FUNCTION = "python_function"

REFERENCE_VERSION = "3.17.2"
"""The release of MLflow whose format is written; its readers look at ``mlflow_version`` to choose how they read."""

_KEYS = (
    "artifact_path",
    "auth_policy",
    "databricks_runtime",
    "digests",
    "env_vars",
    "metadata",
    "mlflow_version",
    "model_id",
    "model_size_bytes",
    "model_uuid",
    "prompts",
    "resources",
    "run_id",
    "runyard_version",
    "saved_input_example_info",
    "utc_time_created",
)
_MAPPINGS = ("signature", "saved_input_example_info", "metadata", "digests", "resources", "auth_policy")
_LISTS = ("env_vars", "prompts")
_TEXTS = (
    "artifact_path",
    "mlflow_version",
    "model_id",
    "model_uuid",
    "run_id",
    "runyard_version",
    "time_created",
    "utc_time_created",
)
# These stand in the file even when they hold nothing.
_ALWAYS = frozenset({"model_id", "prompts", "mlflow_version", "model_uuid", "utc_time_created"})


class MLModel:
    """The contents of an ``MLmodel`` file. Keys that this release does not know are kept and written back.

    Attributes:
        flavors: Options by name of the flavor.
        utc_time_created: ``YYYY-MM-DD HH:MM:SS.ffffff``.
        mlflow_version: The release of MLflow whose format this is.
        runyard_version: The release of runyard that wrote it, if one did.
        model_uuid: 32 hexadecimal digits.
        model_id: The logged model that it is.
        run_id: The run that made it.
        artifact_path: Where it was logged: a path inside the run, or the address of a logged model.
        saved_input_example_info: How the input example is stored.
        model_size_bytes: The size of all files but this one.
        metadata: What the user attached.
        digests: ``sha256:<hex>`` by path, of the files that hold the model.
        env_vars: The names of variables that the model may read.
        prompts, resources, auth_policy, databricks_runtime: Kept as they are.
        unknown: Keys that this release does not know.
        own: Whether it was saved here, or loaded from a run or registry of the user's; not part of the file.
    """

    def __init__(self, **values: Any) -> None:
        self.flavors: dict[str, dict[str, Any]] = values.pop("flavors", None) or {}
        signature = values.pop("signature", None)
        self._signature: ModelSignature | None = None if isinstance(signature, Mapping) else signature
        self._signature_data: Mapping[str, Any] | None = signature if isinstance(signature, Mapping) else None
        self.is_signature_from_type_hint: bool = values.pop("is_signature_from_type_hint", False)
        self.type_hint_from_example: bool = values.pop("type_hint_from_example", False)
        self.utc_time_created: str = values.pop("utc_time_created", None) or values.pop("time_created", None) or _now()
        self.mlflow_version: str | None = values.pop("mlflow_version", None)
        self.runyard_version: str | None = values.pop("runyard_version", None)
        self.model_uuid: str | None = values.pop("model_uuid", None)
        self.model_id: str | None = values.pop("model_id", None)
        self.run_id: str | None = values.pop("run_id", None)
        self.artifact_path: str | None = values.pop("artifact_path", None)
        self.saved_input_example_info: dict[str, Any] | None = values.pop("saved_input_example_info", None)
        self.model_size_bytes: int | None = values.pop("model_size_bytes", None)
        self.metadata: dict[str, Any] | None = values.pop("metadata", None)
        self.digests: dict[str, str] | None = values.pop("digests", None)
        self.env_vars: list[str] | None = values.pop("env_vars", None)
        self.prompts: list[str] | None = values.pop("prompts", None)
        self.resources: dict[str, Any] | None = values.pop("resources", None)
        self.auth_policy: dict[str, Any] | None = values.pop("auth_policy", None)
        self.databricks_runtime: str | None = values.pop("databricks_runtime", None)
        self.unknown: dict[str, Any] = values
        self.own = False

    @classmethod
    def new(cls, **values: Any) -> MLModel:
        """Return the description of a model that is being saved now, by this release."""
        import uuid

        from runyard.models.distributions import installed_version

        values.setdefault("model_uuid", uuid.uuid4().hex)
        model = cls(mlflow_version=REFERENCE_VERSION, runyard_version=installed_version("runyard-core"), **values)
        model.own = True
        return model

    @property
    def signature(self) -> ModelSignature | None:
        """The signature.

        Raises:
            DataDamaged: It does not parse.
        """
        if self._signature is None and self._signature_data is not None:
            from runyard.models.signature import ModelSignature

            if not any(self._signature_data.values()):
                return None
            try:
                self._signature = ModelSignature.from_dict(self._signature_data)
            except InvalidInput as error:
                raise DataDamaged(f"The signature in the MLmodel file cannot be read: {error}") from error
        return self._signature

    @signature.setter
    def signature(self, signature: ModelSignature | None) -> None:
        self._signature, self._signature_data = signature, None

    def get_input_schema(self) -> Schema | None:
        """Return the schema of the input, if there is one."""
        return self.signature.inputs if self.signature else None

    def get_output_schema(self) -> Schema | None:
        """Return the schema of the predictions, if there is one."""
        return self.signature.outputs if self.signature else None

    def get_params_schema(self) -> ParamSchema | None:
        """Return the schema of the params, if there is one."""
        return self.signature.params if self.signature else None

    def add_flavor(self, name: str, **options: Any) -> MLModel:
        """Set the options of a flavor."""
        self.flavors[name] = options
        return self

    def load_input_example(self, path: str | os.PathLike[str]) -> Any:
        """Return the input example from the model folder, `None` if there is none."""
        from runyard.models.example import read_example

        return read_example(Path(path), self.saved_input_example_info, self.get_input_schema())[0]

    def load_input_example_params(self, path: str | os.PathLike[str]) -> dict[str, Any] | None:
        """Return the params of the input example, `None` if there are none."""
        from runyard.models.example import read_example

        return read_example(Path(path), self.saved_input_example_info)[1]

    def get_serving_input(self, path: str | os.PathLike[str]) -> str | None:
        """Return the text of a request with the input example, `None` if there is none.

        Raises:
            DataDamaged: The file is missing or cannot be read.
        """
        from runyard.uris import ArtifactPath

        name = (self.saved_input_example_info or {}).get("serving_input_path")
        if not name:
            return None
        file = ArtifactPath(str(name)).below(path)
        try:
            return file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise DataDamaged(f"The request with the input example, {str(file)!r}, cannot be read: {error}.") from None

    def saved_config(self) -> dict[str, Any]:
        """Return what was saved with the model for its predictions (``model_config``).

        Raises:
            DataDamaged: It is no mapping.
        """
        config = self.flavors[PYTHON_FUNCTION].get("config") or {}
        if not isinstance(config, Mapping):
            raise DataDamaged(f"The 'config' in the MLmodel file is {type(config).__name__}, and no mapping.")
        return dict(config)

    def get_model_info(self, **logged: Any) -> ModelInfo:
        """Return what a user is told of the model.

        Args:
            logged: What is known from elsewhere: ``model_uri``, ``name``, ``params`` and so on.
        """
        from runyard.models.info import ModelInfo

        return ModelInfo.of(self, **logged)

    def to_dict(self) -> dict[str, Any]:
        """Return what is written."""
        data: dict[str, Any] = {"flavors": self.flavors, **self.unknown}
        for key in _KEYS:
            value = getattr(self, key)
            if value is not None or key in _ALWAYS:
                data[key] = value
        signature = self._signature_data  # as it was read, unless it was set
        if signature is None and self._signature is not None:
            signature = self._signature.to_dict()
        if signature is not None:
            data["signature"] = dict(signature)
            data["is_signature_from_type_hint"] = self.is_signature_from_type_hint
            data["type_hint_from_example"] = self.type_hint_from_example
        return data

    def to_yaml(self) -> str:
        """Return the text of the file."""
        import yaml

        dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
        text: str = yaml.dump(self.to_dict(), Dumper=dumper, default_flow_style=False, allow_unicode=True)
        return text

    def to_json(self) -> str:
        """Return the contents as JSON."""
        import json

        return json.dumps(self.to_dict())

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the file; one that is there is replaced in one step."""
        target = Path(path)
        draft = target.with_name(f".{target.name}.new")
        draft.write_text(self.to_yaml(), encoding="utf-8")
        draft.replace(target)

    @classmethod
    def from_dict(cls, model_dict: Mapping[str, Any]) -> MLModel:
        """Return the model that read data describes.

        Raises:
            DataDamaged: It has no flavors, or one of its values is of another kind than its key says.
        """
        flavors = model_dict.get("flavors")
        if not isinstance(flavors, Mapping) or not all(isinstance(options, Mapping) for options in flavors.values()):
            raise DataDamaged("An MLmodel file needs a mapping 'flavors' of options by name.")
        return cls(**{str(key): _checked(key, value) for key, value in model_dict.items()})

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> MLModel:
        """Read the file of a model.

        Args:
            path: The file, the model's folder, or a URI such as ``runs:/<run id>/model`` or ``models:/name/1``.

        Raises:
            NotFound: There is no model.
            DataDamaged: The file cannot be read.
        """
        from runyard.models.location import describe

        given = Path(path)
        return cls.read(given) if given.is_file() else describe(path)

    @classmethod
    def read(cls, file: Path) -> MLModel:
        """Read a file on this machine.

        Raises:
            NotFound: There is no such file.
            DataDamaged: It cannot be read.
        """
        try:
            return cls.parse(file.read_bytes(), str(file))
        except (FileNotFoundError, NotADirectoryError):
            raise NotFound(f"There is no model in {str(file.parent)!r}: it has no file MLmodel.") from None

    @classmethod
    def parse(cls, data: bytes, place: str) -> MLModel:
        """Read the contents of a file.

        Args:
            data: The contents.
            place: Where they come from, for the message.

        Raises:
            DataDamaged: They cannot be read.
        """
        from runyard.documents import load_yaml

        try:
            contents = load_yaml(data)
        except ValueError as error:
            raise DataDamaged(f"{place!r} is not YAML: {error}.") from None
        if not isinstance(contents, Mapping):
            raise DataDamaged(f"{place!r} holds no mapping.")
        try:
            return cls.from_dict(contents)
        except DataDamaged as error:
            raise DataDamaged(f"{place!r} cannot be read: {error.message}") from None


def _checked(key: Any, value: Any) -> Any:
    """Return a value as its key wants it; YAML takes some texts for dates or numbers.

    Raises:
        DataDamaged: It is of another kind.
    """
    if value is None:
        return None
    if key in _MAPPINGS and not isinstance(value, Mapping):
        raise DataDamaged(f"{key!r} is {type(value).__name__}, and no mapping.")
    if key in _LISTS and not isinstance(value, list):
        raise DataDamaged(f"{key!r} is {type(value).__name__}, and no list.")
    if key in _TEXTS and isinstance(value, (Mapping, list)):
        raise DataDamaged(f"{key!r} is {type(value).__name__}, and no text.")
    if key == "digests" and not all(isinstance(item, str) for pair in value.items() for item in pair):
        raise DataDamaged("'digests' holds something else than text.")
    if key == "model_size_bytes" and not isinstance(value, int):
        raise DataDamaged(f"'model_size_bytes' is {value!r}, and no whole number.")
    return str(value) if key in _TEXTS else value


def _now() -> str:
    from datetime import datetime, timezone

    return str(datetime.now(timezone.utc).replace(tzinfo=None))
