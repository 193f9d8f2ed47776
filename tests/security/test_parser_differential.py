"""Addresses that a check and an opener could read in two ways: parsed once, and refused where they are ambiguous."""

from __future__ import annotations

from pathlib import Path

import pytest

import runyard
from runyard.errors import InvalidInput, NotFound
from runyard.tracking.client import RunyardClient
from runyard.uris import ArtifactURI, ModelURI, RunURI


@pytest.mark.parametrize(
    "uri",
    [
        "http:///#/../../../etc/passwd",
        "http://host/x?../../etc",
        "s3://bucket/a;x/../../b",
        "s3://bucket/%2e%2e/x",
        "s3://bucket/%252e%252e/x",
        "s3://bucket/..\\x",
        "s3://user:password@bucket/x",
        "s3://bucket/a\tb/../c",
        "file://evil/etc/passwd",
        "file:///etc/pass\x00wd",
        "runs:/abc/x",
    ],
)
def test_an_ambiguous_location_is_no_location(uri: str) -> None:
    with pytest.raises(InvalidInput):
        runyard.create_experiment("e", artifact_location=uri)
    with pytest.raises((InvalidInput, NotFound)):
        runyard.artifacts.download_artifacts(f"{uri}/x")


@pytest.mark.parametrize("rest", ["../../x", "a/../../x", "..%2fx", "%2e%2e/x", "a\\..\\x", "/etc/passwd", "a//b"])
def test_the_path_in_an_address_follows_the_rules_of_paths(client: RunyardClient, run_id: str, rest: str) -> None:
    for uri in (f"runs:/{run_id}/{rest}", f"models:/m/1/{rest}", f"models:/m@best/{rest}"):
        with pytest.raises(InvalidInput):
            runyard.artifacts.download_artifacts(uri)
    for parse in (RunURI.parse, ModelURI.parse):
        with pytest.raises(InvalidInput):
            parse(f"runs://{run_id}/x")


def test_a_percent_sign_is_decoded_once_and_only_in_file_addresses(root: Path) -> None:
    assert ArtifactURI.parse("file:///a%20b").path == "/a b"
    assert ArtifactURI.parse("file:///a%2520b").path == "/a%20b"
    assert ArtifactURI.parse("/a%20b").path == "/a%20b"


def test_an_artifact_is_stored_under_the_name_that_was_given(client: RunyardClient, run_id: str, root: Path) -> None:
    client.log_text(run_id, "literal", "a%20b.txt")
    client.log_text(run_id, "blank", "a b.txt")
    artifacts = root / "0" / run_id / "artifacts"
    assert (artifacts / "a%20b.txt").read_text() == "literal"
    assert runyard.artifacts.load_text(f"runs:/{run_id}/a%20b.txt") == "literal"
    assert runyard.artifacts.load_text(f"runs:/{run_id}/a b.txt") == "blank"
