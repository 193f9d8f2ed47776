"""The tags that a new run gets from where and how its program runs."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from runyard import config
from runyard.plugins import get_plugins

if TYPE_CHECKING:
    from collections.abc import Mapping

USER = "mlflow.user"
SOURCE_NAME = "mlflow.source.name"
SOURCE_TYPE = "mlflow.source.type"


def run_tags() -> dict[str, str]:
    """Return the tags that all run contexts give; of two that set one tag, the one of higher priority wins.

    A context that raises is left out, with a warning that names its plugin.
    """
    contexts = get_plugins().run_contexts
    tags: dict[str, str] = {}
    for plugin, descriptor in sorted(contexts.claims, key=lambda claim: claim[1].priority):
        try:
            found: Mapping[str, str] = descriptor.load()()
            tags.update({str(key): str(value) for key, value in found.items()})
        except Exception as error:
            import warnings

            warnings.warn(
                f"The run context {descriptor.name!r} of {plugin.source} gave no tags: {type(error).__name__}: {error}",
                RuntimeWarning,
                stacklevel=3,
            )
    return tags


def source_tags() -> Mapping[str, str]:
    """Return who runs the program, and its script."""
    tags = {SOURCE_NAME: sys.argv[0] if sys.argv and sys.argv[0] else "<console>", SOURCE_TYPE: "LOCAL"}
    user = _user()
    if user:
        tags[USER] = user
    return tags


def _user() -> str | None:
    for variable in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        if os.environ.get(variable):
            return os.environ[variable]
    try:
        import pwd

        return pwd.getpwuid(os.getuid()).pw_name
    except (ImportError, KeyError):  # Windows; or a container whose user has no name
        return None


def git_tags() -> Mapping[str, str]:
    """Return commit, branch, address and state of the repository that the script is in, or the working directory."""
    script = sys.argv[0] if sys.argv else ""
    folder = os.path.dirname(os.path.abspath(script)) if os.path.isfile(script) else os.getcwd()
    if not _in_repository(folder):  # looking is a thousand times faster than asking git
        return {}
    from runyard.tracking import git

    return git.tags(folder)


def _in_repository(folder: str) -> bool:
    while True:
        if os.path.exists(os.path.join(folder, ".git")):
            return True
        parent = os.path.dirname(folder)
        if parent == folder:
            return False
        folder = parent


# What a service sets, and the tags that its variables give. The first service that is there wins.
_SERVICES: tuple[tuple[str, dict[str, str]], ...] = (
    (
        "GITHUB_ACTIONS",
        {
            "runyard.ci.job": "GITHUB_JOB",
            "runyard.ci.build": "GITHUB_RUN_ID",
            "runyard.ci.commit": "GITHUB_SHA",
            "runyard.ci.branch": "GITHUB_REF_NAME",
        },
    ),
    (
        "GITLAB_CI",
        {
            "runyard.ci.job": "CI_JOB_NAME",
            "runyard.ci.build": "CI_PIPELINE_ID",
            "runyard.ci.commit": "CI_COMMIT_SHA",
            "runyard.ci.branch": "CI_COMMIT_REF_NAME",
            "runyard.ci.url": "CI_JOB_URL",
        },
    ),
    (
        "JENKINS_URL",
        {
            "runyard.ci.job": "JOB_NAME",
            "runyard.ci.build": "BUILD_NUMBER",
            "runyard.ci.commit": "GIT_COMMIT",
            "runyard.ci.branch": "GIT_BRANCH",
            "runyard.ci.url": "BUILD_URL",
        },
    ),
)
_SERVICE_NAMES = {"GITHUB_ACTIONS": "github", "GITLAB_CI": "gitlab", "JENKINS_URL": "jenkins"}


def ci_tags() -> Mapping[str, str]:
    """Return which job of which service runs the program, where one does."""
    get = os.environ.get
    for mark, variables in _SERVICES:
        if get(mark):
            tags = {"runyard.ci.service": _SERVICE_NAMES[mark], SOURCE_TYPE: "JOB"}
            tags.update({tag: text for tag, variable in variables.items() if (text := get(variable))})
            if mark == "GITHUB_ACTIONS" and get("GITHUB_REPOSITORY") and get("GITHUB_RUN_ID"):
                server = get("GITHUB_SERVER_URL", "https://github.com")
                tags["runyard.ci.url"] = f"{server}/{get('GITHUB_REPOSITORY')}/actions/runs/{get('GITHUB_RUN_ID')}"
            return tags
    if get("CI", "").lower() in ("true", "1"):
        return {"runyard.ci.service": "unknown", SOURCE_TYPE: "JOB"}
    return {}


def notebook_tags() -> Mapping[str, str]:
    """Return which notebook runs the program, where one does."""
    if "IPython" not in sys.modules:
        return {}
    ipython: Any = sys.modules["IPython"]
    shell = ipython.get_ipython()
    if shell is None or "IPKernelApp" not in getattr(shell, "config", {}):
        return {}
    names = getattr(shell, "user_ns", {})
    name = os.environ.get("JPY_SESSION_NAME") or names.get("__vsc_ipynb_file__")
    if "google.colab" in sys.modules:
        name = os.environ.get("COLAB_NOTEBOOK_ID") or name or "colab"
    return {SOURCE_NAME: str(name), SOURCE_TYPE: "NOTEBOOK"} if name else {SOURCE_TYPE: "NOTEBOOK"}


def environment_tags() -> Mapping[str, str]:
    """Return the tags in the variable ``RUNYARD_RUN_CONTEXT``, a JSON object.

    Raises:
        InvalidInput: The variable does not hold a JSON object.
    """
    return config.RUN_CONTEXT.get()
