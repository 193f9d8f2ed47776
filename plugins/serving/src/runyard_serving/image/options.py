"""What an image shall be like."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from runyard.errors import InvalidInput

__all__ = ["MANAGERS", "ImageOptions"]

MANAGERS = ("virtualenv", "uv", "local")
"""The environment managers that an image can be made with."""

# Names of images: https://github.com/distribution/reference, without its limits of length
_IMAGE = re.compile(
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\d+)?/)?"
    r"[a-z0-9]+(?:[._/-]+[a-z0-9]+)*"
    r"(?::\w[\w.-]{0,127})?(?:@[a-z0-9+.-]+:[0-9a-f]{32,})?",
    re.ASCII,
)
_PACKAGE = re.compile(r"[a-z0-9][a-z0-9+.-]+(?::[a-z0-9]+)?(?:=[A-Za-z0-9.+:~-]+)?", re.ASCII)


class ImageOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What an image shall be like.

    Attributes:
        model_uri: The model in it; without one, it serves the model that is mounted at ``/opt/ml/model``.
        env_manager: ``virtualenv`` and ``uv`` for an environment of the model's own, made by pip while the image is
            built; ``local`` for one that also sees what the base image has.
        base_image: The image that it begins with; the slim image of the model's Python when `None`.
        wheels: A folder of wheels that are taken in the place of those of the package index.
        apt_packages: Debian packages that the model needs beside its Python distributions.
        mlserver: Whether MLServer serves the model.

    Raises:
        InvalidInput: A value is not of its form; the message names it.
    """

    model_uri: str | None = None
    env_manager: str = "virtualenv"
    base_image: str | None = None
    wheels: Path | None = None
    apt_packages: tuple[str, ...] = ()
    mlserver: bool = False

    def __post_init__(self) -> None:
        if self.env_manager not in MANAGERS:
            raise InvalidInput(
                f"An image is not made with the environment manager {self.env_manager!r}; choose one of "
                f"{', '.join(MANAGERS)}. For packages of conda, name an image that has them: "
                "--env-manager local --base-image NAME."
            )
        if self.base_image is not None:
            check_image_name(self.base_image)
        for package in self.apt_packages:
            if not _PACKAGE.fullmatch(package):
                raise InvalidInput(f"{package!r} is not the name of a Debian package, such as 'libgomp1'.")
        if self.wheels is not None and not any(self.wheels.glob("*.whl")):
            raise InvalidInput(f"There is no wheel in {str(self.wheels)!r}; name a folder with files *.whl.")


def check_image_name(name: str) -> str:
    """Return the name of an image as it is.

    Raises:
        InvalidInput: It is not of the form ``[registry/]name[:tag][@digest]``.
    """
    if not _IMAGE.fullmatch(name):
        raise InvalidInput(f"{name!r} is not the name of an image, such as 'python:3.12-slim' or 'team/model:3'.")
    return name
