"""What an image is built from: the same for the same model, and nothing in a model reaches the engine as its words."""

from __future__ import annotations

import json
import os
import re
import stat
from pathlib import Path

import pytest

from runyard.errors import DataDamaged, InvalidInput, NotFound, PermissionDenied
from runyard.models.consent import PickleWarning
from runyard.models.digests import compute
from runyard_serving.image import ImageOptions, generate_dockerfile
from runyard_serving.image.dockerfile import MARK, Recipe, render

pytestmark = pytest.mark.filterwarnings("ignore::runyard.models.consent.PickleWarning")


def contents(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    return {
        str(file.relative_to(folder)): (
            stat.S_IMODE(file.stat().st_mode),
            int(file.stat().st_mtime),
            b"" if file.is_dir() else file.read_bytes(),
        )
        for file in sorted(folder.rglob("*"))
    }


def generate(model: Path | None, folder: Path, **options: object) -> Path:
    given = None if model is None else str(model)
    return generate_dockerfile(ImageOptions(model_uri=given, **options), folder / "image")  # type: ignore[arg-type]


def requirements(folder: Path) -> list[str]:
    return (folder / "environment/requirements.txt").read_text().splitlines()


def instructions(text: str) -> list[str]:
    """Return the instructions of a Dockerfile as an engine splits it: one per logical line."""
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return [line for line in "\n".join(lines).replace("\\\n", "").splitlines() if line.strip()]


def test_image_of_a_model(model: Path, tmp_path: Path) -> None:
    image = generate(model, tmp_path)
    text = (image / "Dockerfile").read_text()
    words = instructions(text)
    assert text.startswith(MARK)
    assert words[0] == "FROM python:3.12-slim AS base"
    assert words[-1] == "COPY model /opt/ml/model"  # so that all before it stays as it is when the model changes
    assert [word for word in words if word.startswith(("EXPOSE", "STOPSIGNAL", "USER", "ENTRYPOINT", "CMD"))] == [
        "USER 0:0",
        "USER 10001:10001",
        "EXPOSE 8080",
        "STOPSIGNAL SIGTERM",
        'ENTRYPOINT ["python", "-m", "runyard_serving.container"]',
        'CMD ["serve"]',
    ]
    assert (image / "model/data/weights.bin").read_bytes() == b"\x00\x01"
    core, serving, numpy = requirements(image)
    assert core.startswith("runyard-core==")
    assert serving.startswith("runyard-serving==")
    assert numpy == "numpy==2.1.0"


def test_health_is_asked_by_python_itself(model: Path, tmp_path: Path) -> None:
    line = next(
        word for word in instructions((generate(model, tmp_path) / "Dockerfile").read_text()) if "HEALTH" in word
    )
    probe = json.loads(line[line.index("[") :])
    assert probe[:4] == ["python", "-I", "-S", "-c"]
    compile(probe[4], "probe", "exec")
    assert "/ping" in probe[4]


def test_the_same_model_gives_the_same_context(model: Path, tmp_path: Path) -> None:
    first = contents(generate(model, tmp_path / "first"))
    os.chmod(model / "MLmodel", 0o600)
    os.utime(model / "MLmodel", (5, 5))
    assert contents(generate(model, tmp_path / "second")) == first
    assert {mode for mode, _, _ in first.values()} == {0o755, 0o644}
    assert {time for _, time, _ in first.values()} == {315532800}


def test_a_changed_model_leaves_the_environment_as_it_is(model: Path, tmp_path: Path) -> None:
    before = contents(generate(model, tmp_path / "first") / "environment")
    (model / "data/weights.bin").write_bytes(b"\x02")
    assert contents(generate(model, tmp_path / "second") / "environment") == before


def test_image_without_a_model(tmp_path: Path) -> None:
    image = generate(None, tmp_path)
    text = (image / "Dockerfile").read_text()
    assert "COPY model" not in text
    assert "VOLUME /opt/environments" in text
    assert 'RUNYARD_CONTAINER_ENV_MANAGER="virtualenv"' in text
    assert [line.partition("==")[0] for line in requirements(image)] == [
        "runyard-core",
        "runyard-serving",
        "runyard-local",
        "uv",
    ]


def test_environment_that_sees_the_base_image(model: Path, tmp_path: Path) -> None:
    image = generate(
        model, tmp_path, env_manager="local", base_image="registry.example:5000/team/torch:2.1@sha256:" + "a" * 64
    )
    text = (image / "Dockerfile").read_text()
    assert "FROM registry.example:5000/team/torch:2.1@sha256:" in text
    assert "--system-site-packages" in text


def test_mlserver(model: Path, tmp_path: Path) -> None:
    image = generate(model, tmp_path, mlserver=True)
    assert 'RUNYARD_ENABLE_MLSERVER="true"' in (image / "Dockerfile").read_text()
    assert any(line.startswith("runyard-serving[mlserver]==") for line in requirements(image))


def test_wheels_come_before_the_index(model: Path, tmp_path: Path) -> None:
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    names = ("own-1.0", "Asked-2.1", "other-3.0")
    for name in (*(f"{name}-py3-none-any" for name in names), "many-1.0-cp311-cp311-any", "many-1.0-cp312-cp312-any"):
        (wheels / f"{name}.whl").touch()
    (wheels / "notes.txt").touch()
    (model / "requirements.txt").write_text("mlflow\nasked[more]==2.1 ; python_version > '3'\nother<3\nmany\n")
    image = generate(model, tmp_path, wheels=wheels)
    assert sorted(file.name for file in (image / "environment/wheels").iterdir()) == sorted(
        file.name for file in wheels.glob("*.whl")
    )
    place = "file:///tmp/environment/wheels"
    assert requirements(image)[2:] == [
        f'asked[more] @ {place}/Asked-2.1-py3-none-any.whl ; python_version > "3"',
        "other<3",
        "many",
    ]
    assert (image / "environment/constraints.txt").read_text().splitlines() == [
        f"own @ {place}/own-1.0-py3-none-any.whl",
    ]
    assert "--constraint constraints.txt --find-links wheels" in (image / "Dockerfile").read_text()


def test_wheels_that_are_none(model: Path, tmp_path: Path) -> None:
    (tmp_path / "wheels").mkdir()
    with pytest.raises(InvalidInput, match="There is no wheel in"):
        generate(model, tmp_path, wheels=tmp_path / "wheels")
    (tmp_path / "wheels/strange.whl").touch()
    with pytest.raises(InvalidInput, match=r"strange\.whl' is no wheel"):
        generate(model, tmp_path, wheels=tmp_path / "wheels")
    assert not (tmp_path / "image").exists()


def test_constraints_and_wheels_of_the_model(model: Path, tmp_path: Path) -> None:
    (model / "wheels").mkdir()
    (model / "wheels/thing-1.0-py3-none-any.whl").write_bytes(b"wheel")
    (model / "constraints.txt").write_text("scipy<2\n")
    (model / "requirements.txt").write_text("mlflow\nwheels/thing-1.0-py3-none-any.whl\n-c constraints.txt\n")
    image = generate(model, tmp_path)
    line = requirements(image)[-1]
    assert (image / "environment" / line).read_bytes() == b"wheel"
    assert (image / "environment/constraints.txt").read_text() == "scipy<2\n"


def test_packages_of_debian(model: Path, tmp_path: Path) -> None:
    image = generate(model, tmp_path, apt_packages=("libgomp1", "git"))
    assert "--no-install-recommends git libgomp1" in (image / "Dockerfile").read_text()


NASTY = (
    'x"\nRUN touch /owned\n',
    "$(touch owned)",
    "`touch owned`",
    "${PATH}",
    "'; touch owned #",
    "a\\\nRUN b",
    "a b",
)


@pytest.mark.parametrize("text", NASTY)
def test_names_that_are_more_than_names(text: str, model: Path, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="is not the name of an image"):
        generate(model, tmp_path, base_image=text)
    with pytest.raises(InvalidInput, match="is not the name of a Debian package"):
        generate(model, tmp_path, apt_packages=(text,))


@pytest.mark.parametrize("text", NASTY)
def test_labels_are_only_text(text: str, model: Path, tmp_path: Path) -> None:
    data = json.loads(json.dumps({"flavors": {"python_function": {"loader_module": "own"}}, "model_id": text}))
    (model / "MLmodel").write_text(json.dumps(data))
    if "\n" in text:
        with pytest.raises(InvalidInput, match="control character"):
            generate(model, tmp_path)
        return
    words = instructions((generate(model, tmp_path) / "Dockerfile").read_text())
    kinds = {word.split()[0] for word in words}
    assert kinds == {
        "FROM",
        "RUN",
        "COPY",
        "ENV",
        "LABEL",
        "USER",
        "WORKDIR",
        "EXPOSE",
        "STOPSIGNAL",
        "HEALTHCHECK",
        "ENTRYPOINT",
        "CMD",
    }
    label = next(word for word in words if word.startswith("LABEL"))
    # within the quotes, whatever the builder would look at stands behind a backslash
    inner = re.search(r'runyard\.model\.id="((?:[^"\\$]|\\.)*)"', label)
    assert inner
    assert re.sub(r"\\(.)", r"\1", inner[1]) == text


@pytest.mark.parametrize(
    "line", ["numpy; touch owned", "numpy\\\nRUN", "$(touch owned)", "../../etc/passwd", "-r /etc/passwd"]
)
def test_requirements_that_are_none(line: str, model: Path, tmp_path: Path) -> None:
    (model / "requirements.txt").write_text(f"mlflow\n{line}\n")
    with pytest.raises(InvalidInput):
        generate(model, tmp_path)


def test_requirements_stay_in_their_file(model: Path, tmp_path: Path) -> None:
    line = "thing @ https://files.example/$(id)/thing-1.0-py3-none-any.whl"
    (model / "requirements.txt").write_text(f"mlflow\n{line}\n")
    image = generate(model, tmp_path)
    assert requirements(image)[-1] == line
    assert "files.example" not in (image / "Dockerfile").read_text()


@pytest.mark.parametrize("python", ["3.12\nRUN id", "three", "3.12; id"])
def test_python_that_is_none(python: str, model: Path, tmp_path: Path) -> None:
    (model / "python_env.yaml").write_text(json.dumps({"python": python}))
    with pytest.raises(InvalidInput, match="is no version of Python"):
        generate(model, tmp_path)


def test_links_do_not_lead_out(model: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    (model / "link").symlink_to(tmp_path / "secret")
    with pytest.raises(InvalidInput, match="'link' is a link that leads out"):
        generate(model, tmp_path)
    (model / "link").unlink()
    (model / "pipe").symlink_to("data")
    with pytest.raises(InvalidInput, match="'pipe' is a link"):
        generate(model, tmp_path)
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["model", "secret"]


def test_file_that_is_no_file(model: Path, tmp_path: Path) -> None:
    os.mkfifo(model / "pipe")
    with pytest.raises(InvalidInput, match="'pipe' is no regular file"):
        generate(model, tmp_path)


def test_changed_model_is_refused(model: Path, tmp_path: Path) -> None:
    digests, _ = compute(model)
    (model / "MLmodel").write_text(f"{(model / 'MLmodel').read_text()}digests: {json.dumps(digests)}\n")
    generate(model, tmp_path)
    (model / "data/weights.bin").write_bytes(b"other")
    with pytest.raises(DataDamaged, match=r"data/weights\.bin"):
        generate(model, tmp_path)
    with pytest.raises(NotFound):
        generate(tmp_path / "nothing", tmp_path)


@pytest.fixture
def pickled(model: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (model / "python_model.pkl").write_bytes(b"\x80\x04N.")
    monkeypatch.delenv("RUNYARD_ALLOW_PICKLE_DESERIALIZATION", raising=False)
    return model


def test_pickles_are_announced(pickled: Path, tmp_path: Path) -> None:
    with pytest.warns(PickleWarning, match=r"python_model\.pkl of this model may run code"):
        image = generate(pickled, tmp_path)
    # it was the builder's decision, which the server does not ask for again
    assert 'RUNYARD_ALLOW_PICKLE_DESERIALIZATION="true"' in (image / "Dockerfile").read_text()


def test_pickles_are_refused(pickled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNYARD_ALLOW_PICKLE_DESERIALIZATION", "false")
    with pytest.raises(PermissionDenied, match="no image is built"):
        generate(pickled, tmp_path)
    assert not (tmp_path / "image").exists()


def test_folder_of_somebody_else_stays(model: Path, tmp_path: Path) -> None:
    (tmp_path / "image").mkdir()
    generate(model, tmp_path)
    generate(model, tmp_path)
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]
    (tmp_path / "image/Dockerfile").write_text("FROM scratch\n")
    with pytest.raises(InvalidInput, match="was not written by this command"):
        generate(model, tmp_path)
    assert (tmp_path / "image/Dockerfile").read_text() == "FROM scratch\n"


def test_manager_that_makes_no_image(model: Path, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="not made with the environment manager 'conda'"):
        generate(model, tmp_path, env_manager="conda")


def test_variables_with_control_characters() -> None:
    with pytest.raises(InvalidInput, match="control character"):
        render(Recipe(base_image="python:3.12-slim", variables={"X": "a\u2028b"}))
