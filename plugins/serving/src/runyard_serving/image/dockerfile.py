"""The text of a Dockerfile: the environment first, so that it stays in the cache when only the model changes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

import msgspec

from runyard.errors import InvalidInput

__all__ = ["CACHE", "CONTEXT", "ENVIRONMENT", "MARK", "MODEL", "PORT", "Recipe", "render"]

MARK = "# An image that serves a model over HTTP, written by runyard."
"""How each Dockerfile begins, by which the next one knows what it may replace."""

PORT = 8080
MODEL = "/opt/ml/model"
ENVIRONMENT = "/opt/environment"
CONTEXT = "/tmp/environment"  # noqa: S108 - of the build, which nobody else sees
"""Where pip finds what the environment is made of."""

CACHE = "/opt/environments"
"""Where an image without a model makes the environments of those that are mounted."""

SECRET = "pip"  # noqa: S105 - its name
USER = 10001

_PROBE = (
    "import http.client as h; c = h.HTTPConnection('127.0.0.1', {port}, timeout=4); c.request('GET', '/ping'); "
    "raise SystemExit(c.getresponse().status != 200)"
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")


class Recipe(msgspec.Struct, frozen=True, kw_only=True):
    """What the text is made from; every value is checked by who made it, or quoted here.

    Attributes:
        base_image: The image that it begins with.
        apt_packages: Debian packages in it.
        has_model: Whether the model is in it, or mounted later.
        sees_base: Whether the environment sees the distributions of the base image.
        has_constraints: Whether the folder of the environment has a file of constraints.
        has_wheels: Whether it has wheels.
        start_seconds: How long a start may take before a failed check counts.
        labels: The labels by name.
        variables: Environment variables of the container.
    """

    base_image: str
    apt_packages: tuple[str, ...] = ()
    has_model: bool = True
    sees_base: bool = False
    has_constraints: bool = False
    has_wheels: bool = False
    start_seconds: int = 60
    labels: Mapping[str, str] = {}
    variables: Mapping[str, str] = {}


def render(recipe: Recipe) -> str:
    """Return the text of the Dockerfile.

    Raises:
        InvalidInput: A label or a variable holds a control character.
    """
    return "\n".join([MARK, *_base(recipe), "", *_environment(recipe), "", *_image(recipe), ""])


def _base(recipe: Recipe) -> Iterator[str]:
    yield f"FROM {recipe.base_image} AS base"
    yield "USER 0:0"  # some images begin with another
    if recipe.apt_packages:
        yield "RUN apt-get update \\"
        yield f" && apt-get install --yes --no-install-recommends {' '.join(sorted(set(recipe.apt_packages)))} \\"
        yield " && rm -rf /var/lib/apt/lists/*"


def _environment(recipe: Recipe) -> Iterator[str]:
    site = " --system-site-packages" if recipe.sees_base else ""
    yield "# What pip and compilers leave behind stays in this stage. An own pip.conf comes as a secret, which no layer"
    yield f"# holds: docker build --secret id={SECRET},src=pip.conf ..."
    yield "FROM base AS environment"
    yield f"RUN python -m venv --without-pip{site} {ENVIRONMENT}"
    yield f"RUN --mount=type=bind,source=environment,target={CONTEXT} \\"
    yield f"    --mount=type=secret,id={SECRET},target=/run/secrets/pip.conf \\"
    yield "    --mount=type=cache,target=/root/.cache/pip \\"
    yield f"    cd {CONTEXT} \\"
    yield " && PIP_CONFIG_FILE=/run/secrets/pip.conf PIP_CACHE_DIR=/root/.cache/pip PIP_DISABLE_PIP_VERSION_CHECK=1 \\"
    yield f"    python -m pip --python {ENVIRONMENT}/bin/python install --requirement requirements.txt{_extras(recipe)}"


def _extras(recipe: Recipe) -> str:
    constraints = " --constraint constraints.txt" if recipe.has_constraints else ""
    wheels = " --find-links wheels" if recipe.has_wheels else ""
    return f"{constraints}{wheels}"


def _image(recipe: Recipe) -> Iterator[str]:
    yield "FROM base"
    yield f"RUN echo 'model:x:{USER}:{USER}::/tmp:/bin/sh' >> /etc/passwd && echo 'model:x:{USER}:' >> /etc/group"
    yield f"COPY --from=environment {ENVIRONMENT} {ENVIRONMENT}"
    if not recipe.has_model:
        if recipe.has_wheels:
            yield "COPY environment/wheels /opt/wheels"
        yield f"RUN mkdir -p {MODEL} {CACHE} && chown {USER}:{USER} {CACHE}"
        yield f"VOLUME {CACHE}"
    variables = {
        "HOME": "/tmp",  # noqa: S108 - the only place that is writable everywhere
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUNBUFFERED": "1",
        **recipe.variables,
    }
    # PATH is the one value with a reference in it, to what the base image has
    pairs = [f"PATH={ENVIRONMENT}/bin:$PATH", *(f"{name}={_quote(value)}" for name, value in variables.items())]
    yield f"ENV {_lines(pairs)}"
    if recipe.labels:
        yield f"LABEL {_lines([f'{name}={_quote(value)}' for name, value in recipe.labels.items()])}"
    yield "WORKDIR /opt/ml"
    yield f"USER {USER}:{USER}"
    yield f"EXPOSE {PORT}"
    yield "STOPSIGNAL SIGTERM"
    yield f"HEALTHCHECK --interval=10s --timeout=5s --start-period={recipe.start_seconds}s --retries=3 \\"
    yield f"  CMD {json.dumps(['python', '-I', '-S', '-c', _PROBE.format(port=PORT)])}"
    yield f"ENTRYPOINT {json.dumps(['python', '-m', 'runyard_serving.container'])}"
    # what SageMaker says to its containers
    yield f"CMD {json.dumps(['serve'])}"
    if recipe.has_model:
        yield f"COPY model {MODEL}"


def _lines(pairs: list[str]) -> str:
    return " \\\n    ".join(pairs)


def _quote(value: str) -> str:
    """Return a value in quotes, in which nothing has a meaning to the builder.

    Raises:
        InvalidInput: It holds a control character.
    """
    if _CONTROL.search(value):
        raise InvalidInput(f"{value!r} cannot stand in a Dockerfile: it holds a control character.")
    escaped = re.sub(r'(["\\$])', r"\\\1", value)
    return f'"{escaped}"'
