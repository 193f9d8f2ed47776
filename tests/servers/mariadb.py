"""MariaDB."""

from __future__ import annotations

import shutil
from typing import ClassVar

from servers.base import HOST, Server

INITIAL = f"""\
CREATE DATABASE IF NOT EXISTS runyard;
CREATE USER IF NOT EXISTS runyard@'{HOST}' IDENTIFIED BY 'runyard';
GRANT ALL ON *.* TO runyard@'{HOST}';
"""


class MariaDB(Server):
    """A MariaDB with the user and password ``runyard``, who may do everything, and a database of that name."""

    name = "mariadb"
    packages: ClassVar[tuple[str, ...]] = ("mariadb-server-core", "mariadb-client-core")
    main_program = "mariadbd"
    account = "nobody"
    ready = b"ready for connections"

    @property
    def variables(self) -> dict[str, str]:
        return {"RUNYARD_TEST_MARIADB_URL": self.url()}

    def url(self, database: str = "runyard") -> str:
        """Return the address of a database."""
        return f"mysql+pymysql://runyard:runyard@{HOST}:{self.port}/{database}"

    def program(self, name: str) -> str | None:
        return shutil.which(name) or shutil.which(name, path="/usr/sbin")

    def initialise(self) -> None:
        self.install("my_print_defaults")  # which the next one runs
        self.run(
            self.install("mariadb-install-db"),
            "--no-defaults",
            f"--datadir={self.folder / 'data'}",
            "--auth-root-authentication-method=normal",
            "--skip-name-resolve",
            "--skip-test-db",
        )
        (self.folder / "initial.sql").write_text(INITIAL)

    def command(self) -> list[str]:
        speed = [] if self.fsync else ["--innodb-flush-method=nosync", "--innodb-flush-log-at-trx-commit=2"]
        return [
            self.install("mariadbd"),
            "--no-defaults",
            f"--datadir={self.folder / 'data'}",
            f"--bind-address={HOST}",
            f"--port={self.port}",
            f"--socket={self.folder / 'socket'}",
            f"--pid-file={self.folder / 'pid'}",
            f"--init-file={self.folder / 'initial.sql'}",
            "--skip-name-resolve",
            # as Debian's own configuration has it
            "--character-set-server=utf8mb4",
            "--collation-server=utf8mb4_general_ci",
            *speed,
        ]
