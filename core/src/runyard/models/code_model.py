"""Models from code: a script makes the model and names it with `set_model`, instead of a pickle."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from contextvars import ContextVar
from pathlib import Path
from types import ModuleType
from typing import Any

from runyard.errors import InvalidInput, NotFound, RunyardError

__all__ = ["ModelConfig", "copy_script", "load_script", "read_config", "set_model"]


SCRIPT_MODULE = "runyard_code_model_"
"""How the names of modules begin that scripts run as."""


class _Loading:
    """A script that is being run for its model.

    Attributes:
        config: What the model is told; `None` where whoever saved it said nothing.
        model: What the script named.
    """

    def __init__(self, config: Mapping[str, Any] | None) -> None:
        self.config = config
        self.model: Any = None


_loading: ContextVar[_Loading | None] = ContextVar("loading", default=None)


def set_model(model: Any) -> None:
    """Name the model that a script makes; called by a script that is saved with ``python_model="script.py"``.

    Args:
        model: A `PythonModel`, another object with a `predict`, or a function.

    Raises:
        InvalidInput: It is something else.
    """
    if not callable(model) and not callable(getattr(model, "predict", None)):
        raise InvalidInput(
            f"set_model was given {type(model).__name__}; it takes a PythonModel, another object with a predict "
            "method, or a function."
        )
    loading = _loading.get()
    if loading is not None:
        loading.model = model


class ModelConfig:
    """The configuration of a model from code.

    While the script is developed this is the development configuration; when the model is saved or loaded it is the
    `model_config` that was given then.

    Args:
        development_config: A dictionary, or the path of a YAML file.

    Raises:
        NotFound: There is no configuration, or no such file.
    """

    def __init__(self, *, development_config: str | os.PathLike[str] | Mapping[str, Any] | None = None) -> None:
        loading = _loading.get()
        given = development_config if loading is None else loading.config
        if given is None or (loading is not None and not given):
            raise NotFound(
                "The model has no configuration. "
                + (
                    "Pass development_config=..., a dictionary or the path of a YAML file."
                    if loading is None
                    else "Pass model_config=... when it is saved or loaded; the development_config of the script is "
                    "not saved with it."
                )
            )
        self._values = read_config(given)

    def get(self, key: str) -> Any:
        """Return a value.

        Raises:
            KeyError: There is none of that name.
        """
        if key not in self._values:
            raise KeyError(
                f"The configuration of the model has no {key!r}; it has {', '.join(map(str, self._values))}."
            )
        return self._values[key]

    def to_dict(self) -> dict[str, Any]:
        """Return all of it."""
        return dict(self._values)


def read_config(given: Mapping[str, Any] | str | os.PathLike[str] | None) -> dict[str, Any]:
    """Return a model's configuration: a dictionary as it is, or the contents of a YAML file.

    Raises:
        NotFound: There is no such file.
        InvalidInput: It is no YAML, or no mapping.
    """
    if given is None or isinstance(given, Mapping):
        return dict(given or {})
    if not isinstance(given, (str, os.PathLike)):
        raise InvalidInput(f"model_config is a dictionary or the path of a YAML file, not {type(given).__name__}.")
    from runyard.documents import load_yaml

    try:
        data = load_yaml(Path(given).read_bytes())
    except (FileNotFoundError, IsADirectoryError):
        raise NotFound(f"There is no file {os.fspath(given)!r} with the configuration of the model.") from None
    except ValueError as error:
        raise InvalidInput(f"The model config {os.fspath(given)!r} cannot be read: {error}.") from None
    if not isinstance(data, Mapping):
        raise InvalidInput(f"The model config {os.fspath(given)!r} holds no mapping.")
    return dict(data)


def load_script(script: Path, config: Mapping[str, Any] | None) -> Any:
    """Run a script and return the model that it names; consent is the caller's to ask for.

    Args:
        script: The file.
        config: What `ModelConfig` gives inside of it.

    Raises:
        InvalidInput: The script fails, or names no model.
    """
    from runyard.models.reference_names import BUILTINS

    name = f"{SCRIPT_MODULE}{os.urandom(8).hex()}"
    module = ModuleType(name)
    module.__file__ = str(script)
    vars(module)["__builtins__"] = BUILTINS
    loading = _Loading(config or None)
    token = _loading.set(loading)
    sys.modules[name] = module  # classes of the script look for their module here
    try:
        exec(compile(script.read_bytes(), str(script), "exec"), vars(module))  # noqa: S102 - the model is this code
    except RunyardError:
        del sys.modules[name]
        raise
    except Exception as error:
        del sys.modules[name]
        raise InvalidInput(
            f"The code of the model, {str(script)!r}, failed: {type(error).__name__}: {error}"
        ) from error
    finally:
        _loading.reset(token)
    if loading.model is None:
        raise InvalidInput(
            f"The code of the model, {str(script)!r}, names no model. It has to call runyard.models.set_model(...) "
            "with the object that predicts."
        )
    return loading.model


def copy_script(source: str | os.PathLike[str], folder: Path) -> str:
    """Copy a script into a model folder and return its name there; the code cells of a notebook become a script.

    Raises:
        NotFound: There is no such file.
        InvalidInput: It is no script, or its name is that of a file of every model.
    """
    path = Path(source)
    if not path.is_file():
        hint = f" Perhaps you meant '{path}.py'?" if not path.suffix and path.with_suffix(".py").is_file() else ""
        raise NotFound(f"There is no script {str(path)!r} to save as a model.{hint}")
    if path.suffix not in (".py", ".ipynb"):
        raise InvalidInput(f"{str(path)!r} is no Python script (.py) and no notebook (.ipynb).")
    name = f"{path.stem}.py"
    text = path.read_bytes() if path.suffix == ".py" else _script_of_notebook(path)
    (folder / name).write_bytes(text)
    return name


def _script_of_notebook(path: Path) -> bytes:
    """Return the code cells of a notebook; lines that only a notebook understands become comments."""
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidInput(f"{str(path)!r} is no notebook: {error!r}.") from None
    lines = [
        f"# {line}" if line.lstrip().startswith(("%", "!")) else line
        for text in sources
        for line in [*text.splitlines(), ""]
    ]
    return "\n".join(lines).encode()
