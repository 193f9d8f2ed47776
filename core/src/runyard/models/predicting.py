"""Predictions in a model's own environment, by a program of runyard-serving that reads and writes files."""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runyard import config
from runyard.errors import ExecutionFailed, InvalidInput, NotFound

if TYPE_CHECKING:
    from runyard.models.mlmodel import MLModel
    from runyard.projects.backend import Activation

__all__ = ["CONTENT_TYPES", "TOOLS", "predict", "run_prediction", "split_requirements"]

CONTENT_TYPES = ("json", "csv", "parquet")
"""What inputs and outputs can be, by the endings of their names."""

TOOLS = ("runyard-serving",)
"""What a model's environment holds beside what the model asks for, so that models can be served and predict there."""

_PROGRAM = "runyard_serving.predict"


def predict(
    model_uri: str | os.PathLike[str],
    input_data: Any = None,
    input_path: str | os.PathLike[str] | None = None,
    content_type: str = "json",
    output_path: str | os.PathLike[str] | None = None,
    env_manager: str | None = None,
    install_mlflow: bool = False,  # noqa: ARG001 - taken from callers of the reference system; nothing needs it
    pip_requirements_override: Sequence[str] | None = None,
    extra_envs: Mapping[str, str] | None = None,
) -> None:
    """Predict with a model in its own environment, and print the predictions or write them to a file.

    Args:
        model_uri: The model: a folder or a URI.
        input_data: What to predict for: an example of what the model takes, or a text that is JSON or CSV already.
        input_path: A file with it instead.
        content_type: What the input is: ``json``, with the forms that a model server takes, ``csv`` or ``parquet``.
        output_path: The file for the predictions, JSON unless its name ends with ``.csv`` or ``.parquet``; they are
            printed when it is absent.
        env_manager: Who makes the environment: ``virtualenv`` (by default), ``uv``, ``conda``, or ``local`` for the
            current one.
        install_mlflow: Taken for compatibility.
        pip_requirements_override: Requirements that take the place of the model's.
        extra_envs: Environment variables, while the environment is made and for the model.

    Raises:
        NotFound: There is no model, or no such file.
        InvalidInput: The input or an argument is not valid.
        ExecutionFailed: The environment cannot be made, or the prediction failed; what it said is on standard error.
    """
    if (input_data is None) == (input_path is None):
        raise InvalidInput("Give either input_data or input_path.")
    if content_type not in CONTENT_TYPES:
        raise InvalidInput(f"The content type {content_type!r} is not one of {', '.join(CONTENT_TYPES)}.")
    with tempfile.TemporaryDirectory(prefix="runyard-predict-") as temporary:
        asked = Path(input_path) if input_path is not None else Path(temporary, f"input.{content_type}")
        if input_path is None:
            _write_input(input_data, content_type, asked)
        answer = Path(output_path) if output_path is not None else Path(temporary, "output.json")
        code = run_prediction(
            model_uri,
            input_path=asked,
            content_type=content_type,
            output_path=answer,
            env_manager=env_manager,
            requirements=pip_requirements_override,
            variables=extra_envs,
        )
        if code:
            raise ExecutionFailed(
                f"The model {os.fspath(model_uri)!r} could not predict (exit code {code}); what it said is on standard "
                "error."
            )
        if output_path is None:
            print(answer.read_text(encoding="utf-8"))


def run_prediction(
    model_uri: str | os.PathLike[str],
    *,
    input_path: Path | None = None,
    content_type: str | None = None,
    output_path: Path | None = None,
    output_type: str | None = None,
    env_manager: str | None = None,
    requirements: Sequence[str] | None = None,
    variables: Mapping[str, str] | None = None,
) -> int:
    """Predict with a model in its own environment, and return the exit code; errors are told on standard error.

    Args:
        model_uri: The model: a folder or a URI.
        input_path: The file to read; standard input when absent.
        content_type: One of `CONTENT_TYPES`; what the file's name ends with, else ``json``.
        output_path: The file to write; standard output when absent.
        output_type: One of `CONTENT_TYPES`; what the file's name ends with, else ``json``.
        env_manager: As for `predict`.
        requirements: Requirements that take the place of the model's.
        variables: Environment variables, while the environment is made and for the model.

    Raises:
        NotFound: There is no model, or no such file.
        ExecutionFailed: The environment cannot be made.
    """
    from runyard.models.location import open_model
    from runyard.models.restoring import run_in

    if input_path is not None and not input_path.is_file():
        raise NotFound(f"There is no file {str(input_path)!r} to predict for.")
    folder, model = open_model(model_uri)
    with _in_place(variables or {}):
        activation = _activated(folder, model, env_manager, requirements)
    words = ["-m", _PROGRAM, "--model", str(folder.absolute())]
    for option, path, kind in (("input", input_path, content_type), ("output", output_path, output_type)):
        if path is not None:
            words += [f"--{option}", str(path.absolute())]
        words += [f"--{option}-type", kind or _ending(path)]
    consent = {config.ALLOW_PICKLE_DESERIALIZATION.variables[0]: "true"} if _is_trusted(model) else {}
    return run_in(activation, words, variables={**consent, **(variables or {})})


def split_requirements(text: str) -> list[str]:
    """Return the requirements of a list with commas: ``pandas>=2,<3,numpy`` are two."""
    found: list[str] = []
    for part in re.split(r",(?![^\[]*\])", text):
        if found and re.match(r"\s*[<>=!~]", part):
            found[-1] += f",{part.strip()}"
        elif part.strip():
            found.append(part.strip())
    return found


def _activated(folder: Path, model: MLModel, env_manager: str | None, requirements: Sequence[str] | None) -> Activation:
    from runyard.models.restoring import restore

    activation = restore(folder, model, env_manager, tools=TOOLS, requirements=requirements)
    if activation.python == sys.executable:
        from runyard.models.distributions import get

        for tool in TOOLS:
            if get(tool) is None:
                raise ExecutionFailed(
                    f"Predicting in the current environment needs {tool}. Install it: pip install {tool}"
                )
    return activation


def _ending(path: Path | None) -> str:
    kind = path.suffix.removeprefix(".").lower() if path is not None else ""
    return kind if kind in CONTENT_TYPES else "json"


def _is_trusted(model: MLModel) -> bool:
    # The program gets a folder, and does not know that it came from the user's own run or registry
    return model.own and not config.ALLOW_PICKLE_DESERIALIZATION.is_set()


@contextmanager
def _in_place(variables: Mapping[str, str]) -> Iterator[None]:
    """Set environment variables for a while."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _write_input(data: Any, content_type: str, file: Path) -> None:
    """Write what to predict for into a file.

    Raises:
        InvalidInput: It cannot be written in that form.
    """
    if isinstance(data, (str, bytes)) and content_type != "parquet":
        file.write_bytes(data.encode() if isinstance(data, str) else data)
        return
    if content_type == "json":
        from runyard.models.serving_input import convert_input_example_to_serving_input

        file.write_text(str(convert_input_example_to_serving_input(data)), encoding="utf-8")
        return
    write = getattr(data, "to_csv" if content_type == "csv" else "to_parquet", None)
    if write is None:
        raise InvalidInput(f"Only a DataFrame can be written as {content_type}, not {type(data).__name__}; use json.")
    write(file, index=False)
