"""``runyard artifacts``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click  # noqa: TID253 - this module is what is imported late

from runyard.cli.bulk import Report
from runyard.cli.completion import complete_runs
from runyard.cli.lookup import open_client
from runyard.cli.options import json_option, required, run_option
from runyard.cli.output import is_terminal, print_json, print_table
from runyard.cli.text import printable
from runyard.errors import NotFound

if TYPE_CHECKING:
    from runyard.artifacts.repository import ArtifactRepository
    from runyard.entities import FileInfo
    from runyard.uris import ArtifactPath


@click.group()
def artifacts() -> None:
    """List, log and download the files of runs.

    Where SOURCE stands, give the id of a run or an address: runs:/ID/PATH, models:/NAME/VERSION, or that of a store.
    """


_source_argument = click.argument("source", required=False, shell_complete=complete_runs)
_artifact_path_option = click.option("-a", "--artifact-path", metavar="PATH", help="A path below the run's artifacts.")
_uri_option = click.option("-u", "--artifact-uri", metavar="URI", help="The address, instead of a run and a path.")


def _address(source: str | None, path: str | None, run_id: str | None, artifact_uri: str | None) -> str:
    """Return the address that a command was given in one of its forms."""
    given = required("run or address", SOURCE=source, run_id=run_id, artifact_uri=artifact_uri)
    if artifact_uri is not None or ":" in given or "/" in given:
        if path:
            raise click.UsageError("A path goes with a run; an address holds it already.")
        return given
    return f"runs:/{given}/{path or ''}"


@artifacts.command("list")
@_source_argument
@click.argument("path", required=False)
@run_option
@_artifact_path_option
@_uri_option
@click.option("--tree", is_flag=True, help="Everything below, not one level.")
@json_option
def list_artifacts(
    source: str | None,
    path: str | None,
    run_id: str | None,
    artifact_path: str | None,
    artifact_uri: str | None,
    tree: bool,
    as_json: bool,
) -> None:
    """List the files and folders of a run, or below PATH in it."""
    from runyard.artifacts import resolve

    address = _address(source, path or artifact_path, run_id, artifact_uri)
    repository, root = resolve(address)
    found = list(_below(repository, root) if tree else repository.list(root))
    if not found and root and repository.info(root) is None:
        raise NotFound(f"There is nothing at {address!r}.")
    if as_json:
        import msgspec

        print_json([msgspec.to_builtins(entry) for entry in found])
    elif tree and is_terminal():
        _print_tree(found, root)
    else:
        print_table(
            ("path", "size"), ((f"{entry.path}/" if entry.is_dir else entry.path, entry.file_size) for entry in found)
        )


def _below(repository: ArtifactRepository, path: ArtifactPath) -> Iterator[FileInfo]:
    """Yield everything below a folder, each folder before what is in it."""
    for entry in repository.list(path):
        yield entry
        if entry.is_dir:
            yield from _below(repository, type(path)(entry.path))


def _print_tree(found: list[FileInfo], root: ArtifactPath) -> None:
    from runyard.artifacts.progress import byte_size

    depth = len(root.parts)
    for entry in found:
        parts = entry.path.split("/")
        name = printable(parts[-1]) + ("/" if entry.is_dir else f"  ({byte_size(entry.file_size)})")
        click.echo("  " * (len(parts) - depth - 1) + name)


@artifacts.command()
@click.argument("run", shell_complete=complete_runs)
@click.argument("local", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@_artifact_path_option
@json_option
def log(run: str, local: tuple[Path, ...], artifact_path: str | None, as_json: bool) -> None:
    """Log files and folders, each under its own name, as artifacts of RUN."""
    client = open_client()
    with Report("logged", as_json) as report:
        for path in local:
            client.log_artifact(run, str(path), artifact_path)
            report.add(str(path), f"Logged {path}")


@artifacts.command("log-artifact")
@click.option("-l", "--local-file", required=True, type=click.Path(exists=True, path_type=Path), help="The file.")
@click.option("-r", "--run-id", required=True, metavar="ID", shell_complete=complete_runs, help="The run.")
@_artifact_path_option
@json_option
def log_artifact(local_file: Path, run_id: str, artifact_path: str | None, as_json: bool) -> None:
    """Log one file."""
    with Report("logged", as_json) as report:
        open_client().log_artifact(run_id, str(local_file), artifact_path)
        report.add(str(local_file), f"Logged {local_file}")


@artifacts.command("log-artifacts")
@click.option(
    "-l",
    "--local-dir",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder.",
)
@click.option("-r", "--run-id", required=True, metavar="ID", shell_complete=complete_runs, help="The run.")
@_artifact_path_option
@json_option
def log_artifacts(local_dir: Path, run_id: str, artifact_path: str | None, as_json: bool) -> None:
    """Log what is in a folder."""
    with Report("logged", as_json) as report:
        open_client().log_artifacts(run_id, str(local_dir), artifact_path)
        report.add(str(local_dir), f"Logged {local_dir}")


@artifacts.command()
@_source_argument
@click.argument("path", required=False)
@run_option
@_artifact_path_option
@_uri_option
@click.option(
    "-d",
    "--dst-path",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder to put it in, made if missing; files that are on this machine are not copied without it.",
)
@json_option
def download(
    source: str | None,
    path: str | None,
    run_id: str | None,
    artifact_path: str | None,
    artifact_uri: str | None,
    dst_path: Path | None,
    as_json: bool,
) -> None:
    """Fetch a file or folder and print where it is."""
    from runyard.artifacts import download_artifacts

    address = _address(source, path or artifact_path, run_id, artifact_uri)
    destination = None if dst_path is None else str(dst_path)
    place = download_artifacts(artifact_uri=address, dst_path=destination)
    if as_json:
        print_json({"path": place})
    else:
        click.echo(place)
