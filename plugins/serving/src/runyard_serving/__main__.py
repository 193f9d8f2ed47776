"""``python -m runyard_serving``: the model server, as it runs in a model's own environment."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from runyard.errors import RunyardError
from runyard_serving.options import IN_SERVING, OPTIONS, Option, settings_of

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until told to stop, and return the exit code."""
    given = vars(_parser().parse_args(arguments))
    folder: Path = given.pop("model")
    try:
        settings = settings_of(folder, given)
        from runyard_serving.serve import serve

        return serve(settings)
    except RunyardError as error:
        sys.stderr.write(f"Error: {error}\n")
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m runyard_serving",
        description="Serve the model in a folder over HTTP.",
        add_help=False,
        allow_abbrev=False,
    )
    parser.add_argument("--help", action="help", help="Show this text and end.")
    parser.add_argument("-m", "--model", type=Path, required=True, metavar="FOLDER", help="The folder of the model.")
    for option in OPTIONS:
        variables = ", ".join(option.setting.variables)
        attributes: dict[str, Any] = {"help": f"{option.setting.summary} [{variables}]".replace("%", "%%")}
        if option.metavar:
            attributes |= {"type": _reader(option), "metavar": option.metavar}
        else:
            attributes["action"] = argparse.BooleanOptionalAction
        flags = [option.short, option.flag] if option.short else [option.flag]
        parser.add_argument(*flags, default=None, **attributes)
    return parser


def _reader(option: Option) -> Any:
    def read(text: str) -> Any:
        try:
            return option.setting.parse(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(f"{text!r} is not valid: {error}") from None

    return read


if __name__ == "__main__":
    os.environ.setdefault(IN_SERVING, "true")
    sys.exit(main())
