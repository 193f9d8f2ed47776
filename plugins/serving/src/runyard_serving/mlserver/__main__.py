"""``python -m runyard_serving.mlserver``: MLServer with one model, in the model's own environment.

What MLServer has settings of its own for is set by its variables: ``MLSERVER_GRPC_PORT``, ``MLSERVER_METRICS_PORT``,
``MLSERVER_MODEL_NAME`` and so on.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from runyard.errors import NotSupported, RunyardError
from runyard_serving.options import IN_SERVING
from runyard_serving.settings import MODELS_WORKERS

__all__ = ["main"]

MODEL_NAME = "model"
"""What the model is called in paths such as ``/v2/models/model/infer`` where nobody says otherwise."""

_RUNTIME = "runyard_serving.mlserver.runtime:RunyardRuntime"


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until told to stop, and return the exit code."""
    given = _parser().parse_args(arguments)
    try:
        return serve(given.model, given.host, given.port, given.workers or MODELS_WORKERS.get())
    except RunyardError as error:
        sys.stderr.write(f"Error: {error}\n")
        return 1


def serve(folder: Path, host: str, port: int, workers: int) -> int:
    """Serve the model in a folder with MLServer until told to stop, and return the exit code.

    Args:
        folder: The folder of the model.
        host: Where to listen.
        port: The port for HTTP.
        workers: The processes that predict; one predicts in threads of the server itself.

    Raises:
        NotSupported: MLServer is not installed.
        NotFound, DataDamaged: There is no model in the folder.
    """
    from runyard.models.mlmodel import MLMODEL, MLModel

    folder = folder.absolute()
    MLModel.read(folder / MLMODEL)  # before anybody listens
    try:
        import mlserver  # noqa: F401 - whether it is there
    except ImportError:
        raise NotSupported(
            "MLServer is not installed here. Install it with `pip install 'runyard-serving[mlserver]'`."
        ) from None
    with tempfile.TemporaryDirectory(prefix="runyard-mlserver-") as temporary:
        # A folder of its own: MLServer reads settings from the one that it is in, and loads what its clients name there
        os.chdir(temporary)
        return asyncio.run(_run(folder, Path(temporary), host, port, 0 if workers == 1 else workers))


async def _run(model_folder: Path, folder: Path, host: str, port: int, workers: int) -> int:
    from mlserver import MLServer, ModelSettings, Settings
    from mlserver.settings import ModelParameters

    class Server(MLServer):  # type: ignore[misc]  # MLServer has no types
        stopped_by: list[int | None] = []

        async def stop(self, sig: int | None = None) -> None:
            # Its parts raise a signal once more when they have ended
            self.stopped_by.append(sig)
            if len(self.stopped_by) == 1:
                await super().stop(sig)

    quiet = {} if "MLSERVER_DEBUG" in os.environ else {"debug": False}
    places = {"metrics_dir": str(folder / "metrics"), "environments_dir": str(folder / "environments")}
    server = Server(Settings(host=host, http_port=port, parallel_workers=workers, **places, **quiet))
    name = os.environ.get("MLSERVER_MODEL_NAME", MODEL_NAME)
    model = ModelSettings(name=name, implementation=_RUNTIME, parameters=ModelParameters(uri=str(model_folder)))
    await server.start([model])
    # Without a signal it has ended because the model could not be loaded
    return 0 if server.stopped_by and server.stopped_by[0] is not None else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m runyard_serving.mlserver",
        description="Serve the model in a folder with MLServer.",
        epilog="Other settings are MLServer's own: MLSERVER_GRPC_PORT, MLSERVER_METRICS_PORT, MLSERVER_MODEL_NAME ...",
        add_help=False,
        allow_abbrev=False,
    )
    parser.add_argument("--help", action="help", help="Show this text and end.")
    parser.add_argument("-m", "--model", type=Path, required=True, metavar="FOLDER", help="The folder of the model.")
    parser.add_argument("-h", "--host", default="127.0.0.1", metavar="HOST", help="Where to listen.")
    parser.add_argument("-p", "--port", type=int, default=5000, metavar="PORT", help="The port for HTTP.")
    parser.add_argument("-w", "--workers", type=int, metavar="NUMBER", help=MODELS_WORKERS.summary)
    return parser


if __name__ == "__main__":
    os.environ.setdefault(IN_SERVING, "true")
    sys.exit(main())
