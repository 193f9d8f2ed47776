"""The environment variables of images and of what builds them."""

from __future__ import annotations

from runyard.config import Setting, boolean

__all__ = ["CONTAINER_ENGINE", "CONTAINER_ENV_MANAGER", "DISABLE_ENV_CREATION", "ENABLE_MLSERVER"]

CONTAINER_ENGINE: Setting[str | None] = Setting(
    "CONTAINER_ENGINE", str, None, "The program that builds images; `docker`, else `podman`, when nothing is set."
)
CONTAINER_ENV_MANAGER: Setting[str | None] = Setting(
    "CONTAINER_ENV_MANAGER",
    str,
    None,
    "In an image without a model: what makes the environment of the model that is mounted.",
)
DISABLE_ENV_CREATION: Setting[bool] = Setting(
    "DISABLE_ENV_CREATION",
    boolean,
    False,
    "In an image without a model: serve the mounted model with what the image has, and make no environment.",
    compatible=True,
)
ENABLE_MLSERVER: Setting[bool] = Setting(
    "ENABLE_MLSERVER", boolean, False, "In an image: serve the model with MLServer.", compatible="ENABLE_MLSERVER"
)
