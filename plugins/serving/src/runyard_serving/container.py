"""What runs in an image: ``python -m runyard_serving.container serve``, the model at ``/opt/ml/model`` on port 8080.

It becomes the server, with the process id that the engine knows, so that the server itself gets the engine's signals.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from runyard_serving.image.dockerfile import MODEL, PORT
from runyard_serving.image.settings import CONTAINER_ENV_MANAGER, DISABLE_ENV_CREATION, ENABLE_MLSERVER

HOST = "0.0.0.0"  # noqa: S104 - a container is reached at an address that it does not know


def main(arguments: Sequence[str]) -> int:
    """Become the server; return an exit code where there is none.

    Args:
        arguments: ``serve``, and what the server is told beside the model, the address and the port.
    """
    from runyard.errors import RunyardError

    words = [*arguments]
    if words[:1] == ["serve"]:
        del words[0]
    try:
        python, variables = _environment(Path(MODEL))
        program = "runyard_serving.mlserver" if ENABLE_MLSERVER.get() else "runyard_serving"
        command = [python, "-m", program, "--model", MODEL, "--host", HOST, "--port", str(PORT), *words]
        os.execve(python, command, variables)  # noqa: S606 - the server takes this process's place
    except RunyardError as error:
        print(f"Error: {error.message}", file=sys.stderr)
        return 1


def _environment(folder: Path) -> tuple[str, Mapping[str, str]]:
    """Return the Python that serves the model, and its environment variables.

    Raises:
        NotFound: No model is mounted.
        ExecutionFailed: Its environment cannot be made.
    """
    from runyard.models.mlmodel import MLMODEL, MLModel

    model = MLModel.read(folder / MLMODEL)
    manager = CONTAINER_ENV_MANAGER.get()
    if manager is None or manager == "local" or DISABLE_ENV_CREATION.get():
        return sys.executable, os.environ
    from runyard.models.restoring import process_variables, restore

    tools = ["runyard-serving[mlserver]" if ENABLE_MLSERVER.get() else "runyard-serving"]
    activation = restore(folder, model, manager, tools=tools)
    return activation.python, process_variables(activation)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
