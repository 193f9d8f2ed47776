"""Images that serve a model: their build context, and the engine that builds them."""

from __future__ import annotations

from runyard_serving.image.building import build_docker, generate_dockerfile
from runyard_serving.image.options import ImageOptions

__all__ = ["ImageOptions", "build_docker", "generate_dockerfile"]
