"""What goes wrong while a model's file is read, as errors that say what to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from runyard.errors import DataDamaged, NotFound, RunyardError


@contextmanager
def reading(file: Path, section: Mapping[str, Any]) -> Iterator[None]:
    """Turn whatever reading a model's file raises into an error that names the file.

    A file that was cut or changed makes its reader fail in any way there is.

    Args:
        file: The file.
        section: What ``MLmodel`` says of it, with the release of scikit-learn that it was saved with.

    Raises:
        NotFound: It refers to a module or an object that is not there.
        DataDamaged: It cannot be read.
    """
    try:
        yield
    except (RunyardError, Warning):  # the question for consent, where a program turns warnings into errors
        raise
    except ModuleNotFoundError as error:
        raise NotFound(
            f"{str(file)!r} refers to the module {error.name!r}, which cannot be imported. Install what brings it, or "
            f"save the model again with that module in code_paths.{_releases(section)}"
        ) from error
    except (AttributeError, ImportError) as error:
        raise NotFound(
            f"{str(file)!r} refers to what cannot be found: {error}. A class of a script is saved with the model by "
            f"serialization_format='cloudpickle', one of a module is found through code_paths.{_releases(section)}"
        ) from error
    except Exception as error:
        raise DataDamaged(
            f"{str(file)!r} cannot be read as a model: {type(error).__name__}: {error}.{_releases(section)}"
        ) from error


def _releases(section: Mapping[str, Any]) -> str:
    """Return a sentence where the installed release of scikit-learn is not the one that the model was saved with."""
    import sklearn

    saved = section.get("sklearn_version")
    if saved is None or saved == sklearn.__version__:
        return ""
    return f" The model was saved with scikit-learn {saved}; {sklearn.__version__} is installed."
