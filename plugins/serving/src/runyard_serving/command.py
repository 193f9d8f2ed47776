"""``runyard models serve``."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click  # noqa: TID253 - this module is what is imported late

from runyard import config
from runyard.errors import ExecutionFailed, InvalidInput
from runyard_serving.options import IN_SERVING, OPTIONS, Option, settings_of

if TYPE_CHECKING:
    from types import FrameType

    from runyard.models.mlmodel import MLModel

__all__ = ["serve"]

_OF_MLSERVER = ("host", "port", "workers")


class _Value(click.ParamType[Any]):
    """The value of an option, checked here and read again by the program that serves."""

    def __init__(self, option: Option) -> None:
        self._option = option
        self.name = option.metavar

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            self._option.read(value)
        except InvalidInput as error:
            self.fail(error.message, param, ctx)
        return str(value)


def _options(function: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed(OPTIONS):
        names = [option.short, option.flag] if option.short else [option.flag]
        given: dict[str, Any] = {"metavar": option.metavar, "type": _Value(option)}
        if not option.metavar:
            names, given = [f"{option.flag}/--no-{option.flag[2:]}"], {"default": None}
        shown = f"  [default: {option.setting.default}]" if type(option.setting.default) in (int, float, str) else ""
        text = f"{option.setting.summary}{shown}  [env: {', '.join(option.setting.variables)}]"
        function = click.option(*names, help=text, **given)(function)
    return function


# -h is --host, as the users of the reference system know it
@click.command(context_settings={"help_option_names": ["--help"], "max_content_width": 100})
@click.option("-m", "--model-uri", required=True, metavar="URI", help="The model: a folder, models:/name@alias, ...")
@click.option(
    "--env-manager",
    metavar="NAME",
    help="Who makes the environment of the model: local is this one, virtualenv and uv and conda make the model's own.",
)
@click.option("--no-conda", is_flag=True, hidden=True)
@click.option("--install-mlflow", is_flag=True, hidden=True)
@click.option("--enable-mlserver", is_flag=True, help="Serve with MLServer, which has the V2 inference protocol too.")
@_options
def serve(
    model_uri: str,
    env_manager: str | None,
    no_conda: bool,
    install_mlflow: bool,
    enable_mlserver: bool,
    **given: Any,
) -> None:
    """Serve a model over HTTP.

    The server answers /invocations, in the model's environment, when the model is loaded. It ends with SIGTERM or
    Ctrl-C, after requests in flight have been answered.
    """
    if no_conda:
        env_manager = "local"
    if install_mlflow:
        click.echo(
            "--install-mlflow is not needed: models are served without MLflow, those that it saved too.", err=True
        )
    others = [option.flag for option in OPTIONS if given[option.name] is not None and option.name not in _OF_MLSERVER]
    if enable_mlserver and others:
        raise click.UsageError(f"MLServer has no {', '.join(others)}; it has settings of its own (MLSERVER_...).")
    from runyard.models.location import open_model

    folder, model = open_model(model_uri)
    if model.own and not config.ALLOW_PICKLE_DESERIALIZATION.is_set():
        # The server gets a folder, and does not know that it came from the user's own run or registry.
        config.ALLOW_PICKLE_DESERIALIZATION.export("true")
    os.environ[IN_SERVING] = "true"
    if env_manager == "local" and not enable_mlserver:
        from runyard_serving.serve import serve as serve_here

        values = {option.name: option.read(given[option.name]) for option in OPTIONS if _is_text(given[option.name])}
        code = serve_here(settings_of(folder, {**given, **values}))
    else:
        code = _serve_elsewhere(folder, model, env_manager, _words(given), is_mlserver=enable_mlserver)
    if code:
        click.get_current_context().exit(code)


def _serve_elsewhere(
    folder: Path, model: MLModel, env_manager: str | None, words: Sequence[str], *, is_mlserver: bool
) -> int:
    """Serve with a program in the model's environment, and return its exit code; signals are passed on to it."""
    from runyard.models.restoring import process_variables, restore

    tool = "runyard-serving[mlserver]" if is_mlserver else "runyard-serving"
    activation = restore(folder, model, env_manager, tools=[tool])
    program = "runyard_serving.mlserver" if is_mlserver else "runyard_serving"
    command = [activation.python, "-m", program, "--model", str(folder.absolute()), *words]
    try:
        # In a session of its own: what a terminal sends reaches it once, through this process
        process = subprocess.Popen(command, env=process_variables(activation), start_new_session=True)
    except OSError as error:
        raise ExecutionFailed(f"{activation.python} cannot be started: {error}.") from error
    with process:
        return _wait(process)


def _wait(process: subprocess.Popen[bytes]) -> int:
    """Return the exit code of a process; signals are passed on to it."""

    def pass_on(number: int, _: FrameType | None) -> None:
        with suppress(ProcessLookupError):
            process.send_signal(number)

    numbers = [signal.SIGTERM, signal.SIGINT, *([signal.SIGHUP] if sys.platform != "win32" else [])]
    before = {number: signal.signal(number, pass_on) for number in numbers}
    try:
        return process.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _words(given: Mapping[str, Any]) -> list[str]:
    """Return what was given as arguments of the program that serves."""
    words: list[str] = []
    for option in OPTIONS:
        value = given[option.name]
        if _is_text(value):
            words += [option.flag, value]
        elif value is not None:
            words.append(option.flag if value else f"--no-{option.flag[2:]}")
    return words


def _is_text(value: object) -> bool:
    return isinstance(value, str)
