"""Models of any flavor behind one interface: `load_model`, then `predict`; and models that are Python code."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runyard.errors import DataDamaged, InvalidInput, NotFound, NotSupported
from runyard.models.mlmodel import PYTHON_FUNCTION
from runyard.models.python_model import PythonModel, PythonModelContext

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from runyard.models.flavor import Flavor, Predictor
    from runyard.models.info import ModelInfo
    from runyard.models.mlmodel import MLModel
    from runyard.models.schema import Schema
    from runyard.models.signature import ModelSignature

__all__ = [
    "PyFuncModel",
    "PythonModel",
    "PythonModelContext",
    "get_model_dependencies",
    "load_model",
    "load_pyfunc",
    "log_model",
    "save_model",
]


class PyFuncModel:
    """A loaded model, whatever its library.

    Args:
        metadata: Its ``MLmodel`` file.
        predictor: What its flavor loaded.
        folder: Its files.
        model_config: What the caller says about predictions, beside what was saved with the model.

    Attributes:
        metadata: Its ``MLmodel`` file.
        model_config: What it is told about predictions.
    """

    def __init__(
        self, metadata: MLModel, predictor: Predictor, folder: Path, model_config: Mapping[str, Any] | None = None
    ) -> None:
        self.metadata = metadata
        self.model_config = {**metadata.saved_config(), **(model_config or {})}
        self._predictor = predictor
        self._folder = folder
        signature = metadata.signature
        self._params = signature.params if signature else None
        self._enforce: Callable[[Any], Any] | None = None
        if signature and signature.inputs and not metadata.is_signature_from_type_hint:
            self._enforce = self._enforcer(signature.inputs)

    def _enforcer(self, schema: Schema) -> Callable[[Any], Any]:
        from runyard.models.enforcement import enforcer

        enforce = enforcer(schema)
        if not self.metadata.type_hint_from_example:
            return enforce
        from runyard.models.forms import like_example

        example = self.input_example
        return lambda data: like_example(enforce(data), example)

    def predict(self, data: Any, params: Mapping[str, Any] | None = None) -> Any:
        """Return predictions.

        Args:
            data: A DataFrame, Series, array, sparse matrix, list, dictionary or single value; brought into the form of
                the signature, if the model has one.
            params: Values for the params that the signature declares; the defaults stand in for those left out.

        Raises:
            InvalidInput: The data or a param does not fit the signature; the message names it and both types.
        """
        return self._predictor.predict(self._checked(data), self._checked_params(params))

    def predict_checked(self, data: Any, params: Mapping[str, Any] | None = None) -> Any:
        """Return predictions for data that are in the form of the signature already: whoever has made them sees to it.

        Args:
            data: What the signature declares.
            params: As for `predict`.

        Raises:
            InvalidInput: A param does not fit the signature.
        """
        return self._predictor.predict(data, self._checked_params(params))

    def for_arrays(self) -> Callable[[NDArray[Any], Mapping[str, Any] | None], Any] | None:
        """Return a function that predicts as `predict_checked` does, for an array of float64 instead of a DataFrame.

        `None` if the signature declares anything but named columns of doubles, or the model needs the DataFrame.
        """
        from runyard.models.schema import DataType

        inputs = self.metadata.signature.inputs if self.metadata.signature else None
        find = getattr(self._predictor, "for_arrays", None)
        if inputs is None or find is None or inputs.number_type() is not DataType.double:
            return None
        ask = find(inputs.input_names())
        return None if ask is None else lambda values, params: ask(values, self._checked_params(params))

    def predict_stream(self, data: Any, params: Mapping[str, Any] | None = None) -> Iterator[Any]:
        """Return the parts of a prediction, as the model yields them.

        Args:
            data: A single input: what `predict` takes for one row, which the model gets as a value or a dictionary.
            params: Values for the params that the signature declares.

        Raises:
            NotSupported: The model cannot do that.
            InvalidInput: As for `predict`, or there are several inputs.
        """
        stream = getattr(self._predictor, "predict_stream", None)
        if stream is None:
            raise NotSupported("This model does not predict in parts; it has no predict_stream.")
        from runyard.models.forms import single

        return iter(stream(single(self._checked(data)), self._checked_params(params)))

    def _checked(self, data: Any) -> Any:
        return data if self._enforce is None else self._enforce(data)

    def _checked_params(self, params: Mapping[str, Any] | None) -> dict[str, Any] | None:
        if self._params is not None:
            return self._params.enforce(params)
        if params:
            import warnings

            warnings.warn(
                f"The params {', '.join(map(str, params))} are ignored: the model's signature declares none.",
                stacklevel=3,
            )
        return None if params is None else {}

    @property
    def loader_module(self) -> str:
        """The module that ``MLmodel`` names for loading."""
        return str(self.metadata.flavors[PYTHON_FUNCTION]["loader_module"])

    @property
    def model_id(self) -> str | None:
        """The logged model that it is."""
        return self.metadata.model_id

    @property
    def input_example(self) -> Any:
        """The input example, `None` if there is none."""
        return self.metadata.load_input_example(self._folder)

    def get_raw_model(self) -> Any:
        """Return the object as its library knows it."""
        return self._predictor.raw_model

    def unwrap_python_model(self) -> Any:
        """Return the Python model, or the user's function.

        Raises:
            InvalidInput: It is a model of a library.
        """
        from runyard.models.python_predictor import PythonPredictor

        if not isinstance(self._predictor, PythonPredictor):
            raise InvalidInput(
                f"This model was not saved from a Python model; its loader is {self.loader_module!r}. "
                "get_raw_model() returns what that loads."
            )
        raw = self.get_raw_model()
        return getattr(raw, "saved_object", raw)

    def __repr__(self) -> str:
        known = {"model_id": self.model_id, "run_id": self.metadata.run_id, "flavor": self.loader_module}
        return f"<PyFuncModel {', '.join(f'{key}={value}' for key, value in known.items() if value)}>"


def load_model(
    model_uri: str | os.PathLike[str],
    suppress_warnings: bool = False,
    dst_path: str | os.PathLike[str] | None = None,
    model_config: Mapping[str, Any] | str | os.PathLike[str] | None = None,
) -> PyFuncModel:
    """Load a model of any flavor.

    Args:
        model_uri: A folder, or a URI such as ``runs:/<run id>/<name>`` or ``models:/<name>/<version>``.
        suppress_warnings: Do not tell of installed distributions that differ from the model's requirements.
        dst_path: A folder to download to; a temporary one by default.
        model_config: What the model is told about predictions: a dictionary, or the path of a YAML file.

    Raises:
        NotFound: There is no model, or it has no python_function flavor.
        DataDamaged: A file is missing, cannot be read or was changed; the message names it.
        PermissionDenied: It is a pickle, and pickles are forbidden.
        PluginMissing: Its flavor is not installed; the message names the install command.
    """
    from runyard.models.code import add_code_path
    from runyard.models.code_model import read_config
    from runyard.models.flavors import flavor_by_loader
    from runyard.models.loader_module import LoaderModule
    from runyard.models.location import open_model

    folder, model = open_model(model_uri, dst_path)
    section = model.flavors.get(PYTHON_FUNCTION)
    if section is None:
        raise NotFound(
            f"The model in {str(folder)!r} has no python_function flavor; it has {', '.join(sorted(model.flavors))}. "
            "Load it with one of those."
        )
    config = read_config(model_config)
    loader = section.get("loader_module")
    if not isinstance(loader, str) or not all(part.isidentifier() for part in loader.split(".")):
        raise DataDamaged(
            f"The MLmodel file in {str(folder)!r} is damaged: the loader_module of its python_function flavor is "
            f"{loader!r}, which is the name of no module."
        )
    flavor = flavor_by_loader(loader) or LoaderModule(loader)
    if not suppress_warnings:
        from runyard.models.mismatch import warn_of_mismatches

        warn_of_mismatches(folder)
    add_code_path(folder, section, model)
    return PyFuncModel(model, flavor.load_predictor(folder, model, config), folder, config)


load_pyfunc = load_model
"""What `load_model` was called before."""


def save_model(
    path: str | os.PathLike[str],
    loader_module: Any = None,
    data_path: str | os.PathLike[str] | None = None,
    code_paths: Sequence[str | os.PathLike[str]] | None = None,
    infer_code_paths: bool = False,
    conda_env: Mapping[str, Any] | str | None = None,
    python_model: Any = None,
    artifacts: Mapping[str, str] | None = None,
    signature: ModelSignature | bool | None = None,
    input_example: Any = None,
    pip_requirements: Sequence[str] | str | None = None,
    extra_pip_requirements: Sequence[str] | str | None = None,
    metadata: Mapping[str, Any] | None = None,
    model_config: Mapping[str, Any] | str | os.PathLike[str] | None = None,
    streamable: bool | None = None,
) -> MLModel:
    """Save a Python model to a folder.

    Args:
        path: A folder that does not exist or is empty.
        loader_module: The full name of a module with a function ``_load_pyfunc(path)``, instead of a Python model; an
            object in this place is the Python model.
        data_path: The file or folder that it loads; it is copied into the model.
        code_paths: Files and folders that are saved with the model and importable when it is loaded.
        infer_code_paths: Save the modules beside the script that the model refers to as if they were in `code_paths`.
        conda_env: The contents of ``conda.yaml``, or the path of one.
        python_model: A `PythonModel`, another object with a `predict`, a function, or the path of a script that calls
            `runyard.models.set_model` with one; a script is saved as it is, and nothing is pickled.
        artifacts: Paths or URIs by name; they are copied into the model and given to it as its context.
        signature: What `infer_signature` returns; when absent, what the type hints of `predict` say or what follows
            from the example; left out when `False`.
        input_example: An example of what the model takes, or a pair of one and a dictionary of params.
        pip_requirements: The whole list of requirements, as lines or the path of a file, instead of what is found.
        extra_pip_requirements: Additions to what is found.
        metadata: Anything that YAML can hold, to be found in the model's ``metadata``.
        model_config: What the model is told about predictions, unless the one who loads it says otherwise: a dictionary
            or the path of a YAML file.
        streamable: Whether the model predicts in parts; by default, whether it has a ``predict_stream``.

    Raises:
        AlreadyExists: There is something at the path.
        InvalidInput: The model or an argument is not valid.
    """
    from runyard.models import functions

    flavor, model, options = _what_to_save(
        python_model, loader_module, data_path, artifacts=artifacts, model_config=model_config, streamable=streamable
    )
    return functions.save_model(
        flavor,
        model,
        path,
        signature=signature,
        input_example=input_example,
        pip_requirements=pip_requirements,
        extra_pip_requirements=extra_pip_requirements,
        conda_env=conda_env,
        code_paths=code_paths,
        infer_code_paths=infer_code_paths,
        metadata=metadata,
        **options,
    )


def log_model(
    artifact_path: str | None = None,
    loader_module: Any = None,
    data_path: str | os.PathLike[str] | None = None,
    code_paths: Sequence[str | os.PathLike[str]] | None = None,
    infer_code_paths: bool = False,
    conda_env: Mapping[str, Any] | str | None = None,
    python_model: Any = None,
    artifacts: Mapping[str, str] | None = None,
    registered_model_name: str | None = None,
    signature: ModelSignature | bool | None = None,
    input_example: Any = None,
    await_registration_for: int | None = 300,
    pip_requirements: Sequence[str] | str | None = None,
    extra_pip_requirements: Sequence[str] | str | None = None,
    metadata: Mapping[str, Any] | None = None,
    model_config: Mapping[str, Any] | str | os.PathLike[str] | None = None,
    streamable: bool | None = None,
    *,
    name: str | None = None,
    params: Mapping[str, Any] | None = None,
    tags: Mapping[str, Any] | None = None,
    model_type: str | None = None,
    step: int = 0,
    model_id: str | None = None,
    run_id: str | None = None,
) -> ModelInfo:
    """Log a Python model, as an output of the active run if there is one.

    Args:
        artifact_path: The older name of `name`.
        loader_module: The full name of a module with a function ``_load_pyfunc(path)``, instead of a Python model; an
            object in this place is the Python model.
        data_path: The file or folder that it loads; it is copied into the model.
        code_paths: Files and folders that are saved with the model and importable when it is loaded.
        infer_code_paths: Save the modules beside the script that the model refers to as if they were in `code_paths`.
        conda_env: The contents of ``conda.yaml``, or the path of one.
        python_model: A `PythonModel`, another object with a `predict`, a function, or the path of a script that calls
            `runyard.models.set_model` with one; a script is saved as it is, and nothing is pickled.
        artifacts: Paths or URIs by name; they are copied into the model and given to it as its context.
        registered_model_name: Register a version under this name, made if there is none.
        signature: What `infer_signature` returns; when absent, what the type hints of `predict` say or what follows
            from the example; left out when `False`.
        input_example: An example of what the model takes, or a pair of one and a dictionary of params.
        await_registration_for: Taken for compatibility; a version is ready when it is there.
        pip_requirements: The whole list of requirements, as lines or the path of a file, instead of what is found.
        extra_pip_requirements: Additions to what is found.
        metadata: Anything that YAML can hold, to be found in the model's ``metadata``.
        model_config: What the model is told about predictions, unless the one who loads it says otherwise: a dictionary
            or the path of a YAML file.
        streamable: Whether the model predicts in parts; by default, whether it has a ``predict_stream``.
        name: What the logged model is called; ``model`` by default.
        params: Params of the logged model, beside those of the run.
        tags: Its tags.
        model_type: A free word for what it is.
        step: The step of the run that it was made at; metrics of that step are linked to it.
        model_id: A logged model that was made before, instead of a new one.
        run_id: The run that makes it, instead of the active one.

    Raises:
        InvalidInput: The model or an argument is not valid.
        StorageFailure: The files cannot be stored; the logged model is then ``FAILED``.
    """
    from runyard.models import functions

    flavor, model, options = _what_to_save(
        python_model, loader_module, data_path, artifacts=artifacts, model_config=model_config, streamable=streamable
    )
    return functions.log_model(
        flavor,
        model,
        artifact_path,
        name=name,
        registered_model_name=registered_model_name,
        signature=signature,
        input_example=input_example,
        await_registration_for=await_registration_for,
        pip_requirements=pip_requirements,
        extra_pip_requirements=extra_pip_requirements,
        conda_env=conda_env,
        code_paths=code_paths,
        infer_code_paths=infer_code_paths,
        metadata=metadata,
        params=params,
        tags=tags,
        model_type=model_type,
        step=step,
        model_id=model_id,
        run_id=run_id,
        **options,
    )


def _what_to_save(
    python_model: Any, loader_module: Any, data_path: str | os.PathLike[str] | None, **options: Any
) -> tuple[Flavor | str, Any, dict[str, Any]]:
    """Return the flavor that saves, what it saves, and the options that were given.

    Raises:
        InvalidInput: There is nothing to save, or two kinds of things.
    """
    given = {name: value for name, value in options.items() if value is not None}
    if python_model is None and not isinstance(loader_module, str):
        python_model, loader_module = loader_module, None
    if loader_module is None:
        if python_model is None:
            raise InvalidInput(
                "There is nothing to save: pass python_model=..., or loader_module=... and data_path=..."
            )
        if data_path is not None:
            raise InvalidInput("data_path belongs to loader_module; pass files of a Python model as artifacts={...}.")
        return PYTHON_FUNCTION, python_model, given
    if python_model is not None or "artifacts" in given:
        raise InvalidInput("Pass either loader_module and data_path, or python_model and artifacts.")
    from runyard.models.loader_module import LoaderModule

    return LoaderModule(loader_module), data_path, given


def spark_udf(*_: Any, **__: Any) -> None:
    """Not offered.

    Raises:
        NotSupported: Always; the message tells how to do it.
    """
    raise NotSupported(
        "spark_udf is not offered. Load the model inside of a pandas function: "
        "df.mapInPandas(lambda frames: (pd.DataFrame({'prediction': runyard.pyfunc.load_model(uri).predict(frame)}) "
        "for frame in frames), 'prediction double')"
    )


def get_model_dependencies(model_uri: str | os.PathLike[str], format: str = "pip") -> str:  # noqa: A002 - the known name
    """Return the path of a model's requirements file, or of its conda environment.

    Args:
        model_uri: A folder or a URI.
        format: ``pip`` or ``conda``.

    Raises:
        InvalidInput: The format is another one.
        NotFound: There is no model, or it has no such file.
    """
    from runyard.models.environment import CONDA, REQUIREMENTS
    from runyard.models.location import local_folder

    files = {"pip": REQUIREMENTS, "conda": CONDA}
    if format not in files:
        raise InvalidInput(f"There are no dependencies in the format {format!r}; use 'pip' or 'conda'.")
    file = local_folder(model_uri) / files[format]
    if not file.is_file():
        raise NotFound(f"The model {os.fspath(model_uri)!r} has no file {file.name}.")
    return str(file)
