"""The settings of this distribution."""

from __future__ import annotations

from runyard.config import Setting

__all__ = ["CONDA_CREATE_ENV_CMD", "CONDA_HOME"]

CONDA_HOME: Setting[str | None] = Setting(
    "CONDA_HOME", str, None, "The folder that conda is installed in; looked for on the path otherwise.", compatible=True
)
CONDA_CREATE_ENV_CMD: Setting[str | None] = Setting(
    "CONDA_CREATE_ENV_CMD",
    str,
    None,
    "The program that makes conda environments: `conda`, `mamba`, `micromamba`, or a path.",
    compatible=True,
)
