"""A stand-in for conda and micromamba: it takes their words, and makes the pip part of an environment with uv."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

import yaml
from uv import find_uv_bin


def main() -> None:
    words = sys.argv[1:]
    expected = ["create"] if "micromamba" in os.environ["FAKE_CONDA_NAME"] else ["env", "create"]
    assert words[: len(expected)] == expected, words
    parser = argparse.ArgumentParser()
    parser.add_argument("--prefix", type=Path, required=True)
    parser.add_argument("--file", type=Path, required=True)
    options = parser.parse_args(words[len(expected) :])
    assert not options.prefix.exists(), "conda makes the folder itself"
    document = yaml.safe_load(options.file.read_text())
    packages = [item for item in document["dependencies"] if isinstance(item, str)]
    lines = [line for item in document["dependencies"] if isinstance(item, dict) for line in item["pip"]]
    assert not lines or any(item.startswith("pip") for item in packages), "conda asks for pip where it is used"
    if "suite-broken" in packages:
        sys.exit("PackagesNotFoundError: suite-broken")
    if not any(item.startswith("python") for item in packages):
        options.prefix.mkdir()
        return
    uv = find_uv_bin()
    subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, str(options.prefix)], check=True)
    (options.prefix / "conda-meta").mkdir()
    (options.prefix / "conda-meta/document.json").write_text(json.dumps(document))
    if lines:
        file = options.file.with_name("pip.txt")
        file.write_text("\n".join(lines))
        python = options.prefix / "bin/python"
        done = subprocess.run([uv, "pip", "install", "--python", str(python), "-r", str(file)], check=False)
        sys.exit(done.returncode)


if __name__ == "__main__":
    main()
