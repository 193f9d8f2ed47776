"""What the core itself offers, through the same hooks as every plugin: tags of runs, the current environment."""

from __future__ import annotations

from collections.abc import Iterator

from runyard.plugins import hookimpl
from runyard.plugins.descriptors import EnvironmentManagerPlugin, FlavorPlugin, RunContextPlugin


@hookimpl
def runyard_run_context() -> Iterator[RunContextPlugin]:
    """Register the sources of tags that the core knows."""
    for name, priority, summary in (
        ("source", 0, "The user, and the script that runs."),
        ("git", 10, "Commit, branch, repository and whether it is dirty."),
        ("ci", 20, "The job, where a CI service runs the script."),
        ("notebook", 30, "The notebook that runs."),
        ("environment", 40, "The tags in RUNYARD_RUN_CONTEXT."),
    ):
        yield RunContextPlugin(
            name=name, factory=f"runyard.tracking.context:{name}_tags", priority=priority, summary=summary
        )


@hookimpl
def runyard_environment_managers() -> Iterator[EnvironmentManagerPlugin]:
    """Register the manager that needs no tool."""
    yield EnvironmentManagerPlugin(
        name="local",
        factory="runyard.projects.environments:LocalManager",
        summary="The environment that runyard runs in, as it is.",
    )


@hookimpl
def runyard_flavors() -> Iterator[FlavorPlugin]:
    """Register the models that are Python code."""
    yield FlavorPlugin(
        name="python_function",
        factory="runyard.models.python_flavor:PythonFlavor",
        module="runyard.pyfunc",
        loaders=(
            "mlflow.pyfunc.model",
            "mlflow.pyfunc.loaders.code_model",
            "mlflow.pyfunc.loaders.chat_model",
            "mlflow.pyfunc.loaders.chat_agent",
            "mlflow.pyfunc.loaders.responses_agent",
            "runyard.pyfunc",
        ),
        summary="Classes with a predict method, functions, and scripts that make them.",
    )
