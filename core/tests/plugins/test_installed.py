from __future__ import annotations

import sys
import zipfile
from importlib import metadata
from pathlib import Path

import pytest

from runyard.plugins.installed import EntryPoint, entry_points


def test_entry_points_of_our_group_are_found(site: Path, install) -> None:
    install("runyard-good", "1.2.3")
    assert list(entry_points([str(site)])) == [EntryPoint("good", "runyard_good.plugin", "runyard-good", "1.2.3")]


def test_other_groups_are_passed_over(site: Path, install) -> None:
    info = install("bystander")
    (info / "entry_points.txt").write_text("[console_scripts]\nrunyard = a:b\n[runyard.other]\nx = a.b\n")
    assert list(entry_points([str(site)])) == []


@pytest.mark.parametrize(
    "text",
    [
        "[runyard]\ngood=runyard_good.plugin\n",
        "[runyard]\n\n   good   =   runyard_good.plugin   \n",
        "# a note\n[runyard]\n; another\n# good = x\ngood = runyard_good.plugin",
        "[ runyard ]\r\ngood = runyard_good.plugin\r\n",
        "[a]\nb = c\n[runyard]\ngood = runyard_good.plugin\n[d]\ngood = x\n",
    ],
)
def test_every_way_to_write_it_is_read_as_the_library_does(site: Path, install, text: str) -> None:
    (install("runyard-good") / "entry_points.txt").write_text(text)
    (found,) = entry_points([str(site)])
    assert (found.name, found.value) == ("good", "runyard_good.plugin")


def test_name_and_version_come_from_the_headers(site: Path, install) -> None:
    info = install("runyard-good", "1.0")
    (info / "METADATA").write_text("Name: Runyard.Good\nVersion: 2.0+cpu\nSummary: Version: 3\n\nVersion: 4\n")
    (found,) = entry_points([str(site)])
    assert (found.distribution, found.version) == ("Runyard.Good", "2.0+cpu")


def test_metadata_that_are_missing_are_read_off_the_folder(site: Path, install) -> None:
    (install("runyard-good", "1.5") / "METADATA").unlink()
    (found,) = entry_points([str(site)])
    assert (found.distribution, found.version) == ("runyard_good", "1.5")


def test_first_of_two_copies_counts(site: Path, install, tmp_path: Path) -> None:
    install("runyard-good", "1.0")
    install("runyard_good", "2.0", into=tmp_path / "later", entry_point="good")
    found = list(entry_points([str(site), str(tmp_path / "later")]))
    assert [point.version for point in found] == ["1.0"]


def test_what_pip_left_half_replaced_is_passed_over(site: Path, install) -> None:
    info = install("runyard-good")
    info.rename(info.with_name("~unyard_good-1.0.dist-info"))
    assert list(entry_points([str(site)])) == []


def test_egg_info_of_a_development_install_is_read(site: Path) -> None:
    info = site / "runyard_good.egg-info"
    info.mkdir()
    (info / "PKG-INFO").write_text("Metadata-Version: 2.1\nName: runyard-good\nVersion: 0.1.dev0\n")
    (info / "entry_points.txt").write_text("[runyard]\ngood = runyard_good.plugin\n")
    assert list(entry_points([str(site)])) == [EntryPoint("good", "runyard_good.plugin", "runyard-good", "0.1.dev0")]


def test_folders_that_are_missing_or_empty_are_passed_over(tmp_path: Path) -> None:
    assert list(entry_points([str(tmp_path / "nowhere"), str(tmp_path)])) == []


def test_empty_entry_of_the_path_is_the_working_directory(site: Path, install, monkeypatch) -> None:
    install("runyard-good")
    monkeypatch.chdir(site)
    assert [point.name for point in entry_points([""])] == ["good"]


def test_zip_file_is_left_to_the_library(tmp_path: Path) -> None:
    archive = tmp_path / "all.zip"
    with zipfile.ZipFile(archive, "w") as stream:
        stream.writestr("runyard_zipped-1.0.dist-info/METADATA", "Name: runyard-zipped\nVersion: 1.0\n")
        stream.writestr("runyard_zipped-1.0.dist-info/entry_points.txt", "[runyard]\nzipped = runyard_zipped.plugin\n")
    assert list(entry_points([str(archive)])) == [
        EntryPoint("zipped", "runyard_zipped.plugin", "runyard-zipped", "1.0")
    ]


def test_egg_is_left_to_the_library(tmp_path: Path) -> None:
    info = tmp_path / "runyard_old-1.0.egg" / "EGG-INFO"
    info.mkdir(parents=True)
    (info / "PKG-INFO").write_text("Name: runyard-old\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[runyard]\nold = runyard_old.plugin\n")
    assert [point.distribution for point in entry_points([str(info.parent)])] == ["runyard-old"]


def test_importer_with_metadata_of_its_own_is_asked(monkeypatch) -> None:
    class Frozen(metadata.Distribution):
        def read_text(self, filename: str) -> str | None:
            texts = {"METADATA": "Name: runyard-frozen\nVersion: 7\n", "entry_points.txt": "[runyard]\nfrozen = a.b\n"}
            return texts.get(filename)

        def locate_file(self, path: object) -> Path:
            raise NotImplementedError

    class Finder(metadata.DistributionFinder):
        def find_distributions(self, context: object = None) -> list[metadata.Distribution]:
            return [Frozen()]

    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, Finder()])
    assert EntryPoint("frozen", "a.b", "runyard-frozen", "7") in list(entry_points())


def test_it_finds_here_what_the_library_finds() -> None:
    ours = {(point.name, point.value, point.distribution, point.version) for point in entry_points()}
    theirs = {
        (point.name, point.value, point.dist.name, point.dist.version)
        for point in metadata.entry_points(group="runyard")
        if point.dist is not None
    }
    assert ours == theirs


@pytest.mark.parametrize("value", ["", "a b", "a-b:c", ":x", "a:"])
def test_value_that_names_nothing_is_an_import_error(value: str) -> None:
    with pytest.raises(ImportError, match="not of the form"):
        EntryPoint("x", value, "d", "1").load()


@pytest.mark.parametrize("value", ["json", "json:dumps", "json : decoder.JSONDecoder", "json [extra]"])
def test_value_is_loaded_as_the_library_does(value: str) -> None:
    assert EntryPoint("x", value, "d", "1").load() is metadata.EntryPoint("x", value, "g").load()
