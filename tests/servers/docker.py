"""A Docker engine of its own, with one image: a small Debian with Python."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from ipaddress import IPv4Network
from pathlib import Path
from typing import ClassVar

from servers.base import Server, ServerFailed

RELEASE = "bookworm"
INSIDE = ("ca-certificates", "python3", "python3-pip", "python3-venv")
AUTHORITIES = Path("etc/ssl/certs/ca-certificates.crt")
# What nobody reads in a container
SPARE = ("usr/share/doc", "usr/share/locale", "usr/share/man", "var/cache/apt/archives", "var/lib/apt/lists")
NETWORKS = [IPv4Network((0x0AD50000 + (number << 8), 24)) for number in range(64)]  # 10.213.0.0/24 and those after it


class Docker(Server):
    """A Docker engine, as root, with its own data, socket and network, beside any other that the machine has.

    Containers reach each other and this machine, which reaches them at their own addresses and at published ports; what
    needs more is built or run with ``--network host``. The image is made by debootstrap, for where no registry is
    reached; it has the layout of ``python:3.11-slim`` and its name. It trusts the authorities that this machine trusts.
    """

    name = "docker"
    packages: ClassVar[tuple[str, ...]] = ("docker.io", "debootstrap", "debian-archive-keyring", "iproute2")
    main_program = "dockerd"
    account = "root"
    ready = b"API listen on"

    def __init__(self, *, fsync: bool = True) -> None:
        super().__init__(fsync=fsync)
        self._bridge = f"runyard{uuid.uuid4().hex[:6]}"

    @property
    def variables(self) -> dict[str, str]:
        return {
            "RUNYARD_TEST_DOCKER": self.install("docker"),
            "RUNYARD_TEST_DOCKER_HOST": self.address,
            "RUNYARD_TEST_DOCKER_IMAGE": IMAGE,
        }

    @property
    def address(self) -> str:
        """Where it listens: a socket in its folder."""
        return f"unix://{self.folder}/docker.sock"

    @property
    def is_installed(self) -> bool:
        return os.geteuid() == 0 and all(self.program(name) for name in ("dockerd", "docker", "debootstrap", "ip"))

    @property
    def listens(self) -> bool:
        with socket.socket(socket.AF_UNIX) as probe:
            return probe.connect_ex(f"{self.folder}/docker.sock") == 0

    def program(self, name: str) -> str | None:
        # The client of the same packages first: it builds without further parts
        return next((path for place in PLACES if (path := shutil.which(name, path=place))), None)

    def initialise(self) -> None:
        if os.geteuid() != 0:
            raise ServerFailed("A Docker engine takes root.")
        self._mount_disk()
        (self.folder / "settings.json").write_text("{}")  # not those of the machine's own engine
        (self.folder / "data").mkdir()
        ip = self.install("ip")
        self.run(ip, "link", "add", self._bridge, "type", "bridge")
        network = self._free_network()
        self.run(ip, "address", "add", f"{network[1]}/{network.prefixlen}", "dev", self._bridge)
        self.run(ip, "link", "set", self._bridge, "up")

    def command(self) -> list[str]:
        return [
            self.install("dockerd"),
            f"--config-file={self.folder / 'settings.json'}",
            f"--data-root={self.folder / 'data'}",
            f"--exec-root={self.folder / 'run'}",
            f"--pidfile={self.folder / 'pid'}",
            f"--host={self.address}",
            f"--bridge={self._bridge}",
            # The packet filter is the machine's
            "--iptables=false",
            "--ip6tables=false",
            "--ip-masq=false",
            "--ip-forward=false",
        ]

    def start(self) -> None:
        # After a kill it would wait for a part of it that nobody has buried
        shutil.rmtree(self.folder / "run", ignore_errors=True)
        super().start()
        try:
            if not self.ask("images", "--quiet", IMAGE).strip():
                options = ["--change", 'CMD ["python3"]', "--message", "made by debootstrap"]
                self.ask("import", *options, str(self._base()), IMAGE)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> int | None:
        if self._process is not None and self._process.poll() is None:
            containers = self.ask("ps", "--all", "--quiet").split()
            if containers:
                self.ask("rm", "--force", "--volumes", *containers)
        return super().stop()

    def __exit__(self, *_: object) -> None:
        try:
            self.stop()
            for mount in sorted(_mounts_at(self.folder), reverse=True):
                subprocess.run(["umount", "--lazy", mount], check=False)
        finally:
            subprocess.run([self.install("ip"), "link", "delete", self._bridge], capture_output=True, check=False)
            shutil.rmtree(self.folder, ignore_errors=True)

    def ask(self, *words: str) -> str:
        """Run a command of its client and return what it printed.

        Raises:
            ServerFailed: It ended with another code than 0.
        """
        command = [self.install("docker"), "--host", self.address, *words]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        if done.returncode:
            raise ServerFailed(f"docker {words[0]} ended with code {done.returncode}:\n{done.stderr}")
        return done.stdout

    def _base(self) -> Path:
        """Return the archive of the image's files, which is made once per machine."""
        cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "runyard-tests"
        archive = cache / f"{IMAGE.replace(':', '-')}-{RELEASE}.tar"
        if archive.is_file():
            return archive
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="runyard-debootstrap-") as temporary:
            files, draft = Path(temporary, "files"), Path(temporary, "files.tar")
            keyring = "--keyring=/usr/share/keyrings/debian-archive-keyring.gpg"
            include = f"--include={','.join(INSIDE)}"
            self.run(self.install("debootstrap"), "--variant=minbase", keyring, include, RELEASE, str(files))
            _shape(files)
            self.run("tar", "--directory", str(files), "--numeric-owner", "--create", "--file", str(draft), ".")
            shutil.copyfile(draft, archive.with_suffix(".new"))
        archive.with_suffix(".new").replace(archive)
        return archive

    def _mount_disk(self) -> None:
        """Put a disk of its own at its folder, where that can be: hundreds of thousands of files go with it at once."""
        with tempfile.NamedTemporaryFile(prefix="runyard-disk-") as disk:  # gone when nobody has it mounted
            disk.truncate(shutil.disk_usage(self.folder).free)
            make = ["mkfs.ext4", "-q", "-F", "-E", "nodiscard,lazy_itable_init=1", "-O", "^has_journal", disk.name]
            mount = ["mount", "-o", "loop,nodiscard,noatime", disk.name, str(self.folder)]
            for command in (make, mount):
                if not shutil.which(command[0]) or subprocess.run(command, capture_output=True, check=False).returncode:
                    return
        self.folder.chmod(0o700)

    def _free_network(self) -> IPv4Network:
        """Return a network that no route of this machine leads to."""
        for network in NETWORKS:
            words = [self.install("ip"), "-4", "route", "show", "root", str(network)]
            if not subprocess.run(words, capture_output=True, check=False).stdout.strip():
                return network
        raise ServerFailed(f"All networks from {NETWORKS[0]} to {NETWORKS[-1]} are taken.")


IMAGE = "python:3.11-slim"
PLACES = ("/usr/sbin:/usr/bin:/sbin:/bin", None)


def _shape(files: Path) -> None:
    """Make a Debian look like the images of Python, and leave out what is spare."""
    for folder in SPARE:
        shutil.rmtree(files / folder, ignore_errors=True)
        (files / folder).mkdir()
    for name, target in (("python", "python3"), ("python3", "python3"), ("pip", "pip3")):
        (files / "usr/local/bin" / name).symlink_to(f"/usr/bin/{target}")
    for marker in (files / "usr/lib").glob("python3.*/EXTERNALLY-MANAGED"):
        marker.unlink()
    if (Path("/") / AUTHORITIES).is_file():
        shutil.copyfile(Path("/") / AUTHORITIES, files / AUTHORITIES)


def _mounts_at(folder: Path) -> Iterator[str]:
    for line in Path("/proc/self/mounts").read_text().splitlines():
        place = line.split()[1]
        if f"{place}/".startswith(f"{folder}/"):
            yield place
