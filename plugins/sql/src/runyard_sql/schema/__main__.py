"""Writes the scripts: ``python -m runyard_sql.schema``."""

from __future__ import annotations

from pathlib import Path

from runyard_sql.schema.scripts import SCRIPTS, script


def main() -> None:
    """Write every script beside this file."""
    for name in SCRIPTS:
        Path(__file__).with_name(f"{name}.sql").write_text(script(name), "utf-8")


if __name__ == "__main__":
    main()
