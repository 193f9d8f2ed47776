"""PostgreSQL."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import ClassVar

from servers.base import HOST, Server

INSTALLATIONS = Path("/usr/lib/postgresql")


class Postgres(Server):
    """A PostgreSQL with the superuser ``runyard``, who needs no password, and a database of that name.

    It sorts text by the rules of a language, as most servers in production do, so that whoever relies on the order of
    code points without saying so is found out.
    """

    name = "postgres"
    packages: ClassVar[tuple[str, ...]] = ("postgresql",)
    main_program = "postgres"
    account = "postgres"
    ready = b"database system is ready to accept connections"
    stop_signal = signal.SIGINT  # ends sessions; SIGTERM waits for them

    @property
    def variables(self) -> dict[str, str]:
        return {"RUNYARD_TEST_POSTGRES_URL": self.url()}

    def url(self, database: str = "runyard") -> str:
        """Return the address of a database."""
        return f"postgresql://runyard@{HOST}:{self.port}/{database}"

    def program(self, name: str) -> str | None:
        found = [path for path in INSTALLATIONS.glob(f"*/bin/{name}") if path.parts[-3].isdigit()]
        return str(max(found, key=lambda path: int(path.parts[-3]))) if found else None

    def initialise(self) -> None:
        collation = ["--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en"]
        self.run(self.install("initdb"), *self._data, "--username=runyard", "--auth=trust", "--no-sync", *collation)
        self.run(self.install("postgres"), "--single", *self._data, "postgres", text="CREATE DATABASE runyard\n")

    def command(self) -> list[str]:
        settings = {"listen_addresses": HOST, "port": str(self.port), "unix_socket_directories": ""}
        if not self.fsync:
            settings.update(fsync="off", full_page_writes="off")
        options = [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
        return [self.install("postgres"), *self._data, *options]

    @property
    def _data(self) -> list[str]:
        return ["-D", str(self.folder / "data")]
