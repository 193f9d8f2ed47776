"""Running a project: from an address to a run, and to a backend that does it."""

from __future__ import annotations

import atexit
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from runyard import config
from runyard.entities import Param, RunTag
from runyard.errors import ExecutionFailed, InvalidInput, InvalidState, NotFound
from runyard.plugins import get_plugins
from runyard.projects.backend import Job, ProjectBackend, SubmittedRun
from runyard.projects.environments import manager_name
from runyard.projects.mlproject import load_project
from runyard.projects.outcome import REASON, Outcome, record
from runyard.projects.parameters import PathResolver, bind
from runyard.projects.sources import ProjectURI, Source
from runyard.tracking import active
from runyard.tracking.context import source_tags
from runyard.tracking.fluent.experiments import active_experiment_id, get_or_create_experiment
from runyard.tracking.new_run import PARENT, USER, new_run
from runyard.tracking.requests import RunBatch, RunUpdate
from runyard.tracking.uris import get_registry_uri, tracking_store

if TYPE_CHECKING:
    from runyard.entities import Run
    from runyard.tracking.store import TrackingStore

ENTRY_POINT = "mlflow.project.entryPoint"
ENVIRONMENT = "mlflow.project.env"
BACKEND = "mlflow.project.backend"
DOCKER_IMAGE = "mlflow.docker.image.uri"


def run(
    uri: str,
    entry_point: str = "main",
    version: str | None = None,
    parameters: Mapping[str, Any] | None = None,
    docker_args: Mapping[str, Any] | None = None,
    experiment_name: str | None = None,
    experiment_id: str | int | None = None,
    backend: str = "local",
    backend_config: Mapping[str, Any] | str | None = None,
    storage_dir: str | None = None,
    synchronous: bool = True,
    run_id: str | None = None,
    run_name: str | None = None,
    env_manager: str | None = None,
    build_image: bool = False,
    docker_auth: Mapping[str, str] | None = None,
) -> SubmittedRun:
    """Run an entry point of a project.

    Everything that can be wrong is looked at before a run is made. A run that is made here inside of another one is its
    child.

    Args:
        uri: A folder, a ``.zip`` file, or a git repository; ``#folder`` at the end names the project's folder in it.
        entry_point: A declared entry point, or a ``.py`` or ``.sh`` script of the project.
        version: A branch, tag or commit of a git repository.
        parameters: Values by name. What the entry point does not declare reaches the command as ``--name value``.
        docker_args: Options of ``docker run`` by name, for a backend that runs containers.
        experiment_name: The experiment of the run; made if missing.
        experiment_id: Its id, instead of the name; the active experiment when neither is given.
        backend: What runs it. A project with ``docker_env`` goes from ``local`` to ``docker``.
        backend_config: The backend's settings, or a ``.json`` file or JSON text with them.
        storage_dir: The folder for downloads of ``path`` parameters.
        synchronous: Whether to wait for the end.
        run_id: A run to go on with, instead of a new one.
        run_name: The name of the run.
        env_manager: What makes the environment; that which suits the project when absent.
        build_image: Whether a backend that runs containers builds an image with the project's files.
        docker_auth: Credentials for the registry of images.

    Returns:
        A handle on what was started; it has ended already if `synchronous`.

    Raises:
        InvalidInput: The project, entry point, a parameter or a setting is not valid, or does not exist.
        PluginMissing: The backend or environment manager is not installed.
        ExecutionFailed: It could not be started; or it failed, and was waited for.
    """
    address = ProjectURI.parse(uri, version)
    store = tracking_store()
    if experiment_name is not None and experiment_id is not None:
        raise InvalidInput("Give experiment_name or experiment_id, not both.")
    settings = _settings(backend_config, docker_args=docker_args, docker_auth=docker_auth, build_image=build_image)
    source = Source(address)
    try:
        project = load_project(source.folder)
        if project.environment.kind == "docker_env" and backend == "local":
            backend = "docker"
        runner: ProjectBackend = get_plugins().project_backends.load(backend)()
        entry = project.entry_point(entry_point)
        paths = PathResolver(project.folder, storage_dir or config.STORAGE_DIR.get()) if runner.shares_files else None
        values = bind(entry.name, entry.parameters, parameters or {}, paths)
        params = [Param(name, value) for name, value in values.all.items()]
        RunBatch.checked("unknown", params=params)
        job = Job(
            project=project.folder,
            name=project.name,
            entry_point=entry.name,
            command=entry.command.format(values.declared, values.extra),
            environment=project.environment,
            env_manager=env_manager,
            commit=source.commit,
            tracking_uri=store.uri.absolute,
            config=settings,
        )
        runner.check(job)
        tags = _tags(store, source, job, backend)
        if run_id is None:
            where = _experiment(store, experiment_name, experiment_id)
            made = store.create_run(new_run(where, tags, run_name))
        else:
            made = _resume(store, run_id, tags, run_name)
    except BaseException:
        source.remove()
        raise
    return _start(runner, job, made, params, source, store, synchronous=synchronous)


def _settings(given: Mapping[str, Any] | str | None, **options: Any) -> dict[str, Any]:
    """Return the backend's settings: what was given, and the options that are set."""
    if isinstance(given, str):
        import json

        try:
            text = Path(given).read_text("utf-8") if given.endswith(".json") else given
            given = json.loads(text)
        except OSError as error:
            raise InvalidInput(f"The backend configuration {given!r} cannot be read: {error.strerror}.") from error
        except ValueError as error:
            raise InvalidInput(f"The backend configuration {given!r} is no JSON: {error}.") from None
    if given is not None and not isinstance(given, Mapping):
        raise InvalidInput(f"The backend configuration must be a JSON object, not {given!r}.")
    return {**(given or {}), **{name: value for name, value in options.items() if value}}


def _experiment(store: TrackingStore, name: str | None, experiment_id: str | int | None) -> str:
    if name is not None:
        return get_or_create_experiment(store, name).experiment_id
    if experiment_id is not None:
        return store.get_experiment(str(experiment_id)).experiment_id
    return active_experiment_id(store)


def _tags(store: TrackingStore, source: Source, job: Job, backend: str) -> dict[str, str]:
    tags = {**source.tags, ENTRY_POINT: job.entry_point, BACKEND: backend}
    user = source_tags().get(USER)
    if user:
        tags[USER] = user
    if job.environment.docker is not None:
        tags[ENVIRONMENT] = "docker"
        tags[DOCKER_IMAGE] = job.environment.docker.image
    else:
        tags[ENVIRONMENT] = manager_name(job.environment, job.env_manager)
    parent = _parent(store)
    if parent:
        tags[PARENT] = parent
    return tags


def _parent(store: TrackingStore) -> str | None:
    """Return the run that this happens in: the active one, or the one that this process was started for."""
    frames = active.stack()
    if frames:
        return frames[-1].run_id
    run_id = config.RUN_ID.get()
    try:
        return store.get_run(run_id).info.run_id if run_id else None
    except (NotFound, InvalidInput):  # the variable is about a run in another store
        return None


def _resume(store: TrackingStore, run_id: str, tags: Mapping[str, str], run_name: str | None) -> Run:
    run = store.get_run(run_id)
    if run.info.lifecycle_stage != "active":
        raise InvalidState(f"Run {run_id} cannot be gone on with: it is deleted. Restore it first.")
    own = {key: value for key, value in tags.items() if key != PARENT}
    store.log_batch(RunBatch.checked(run_id, tags=[RunTag(key, value) for key, value in own.items()]))
    store.update_run(RunUpdate(run_id=run_id, status="RUNNING", run_name=run_name))
    return store.get_run(run_id)


def _variables(job: Job, run: Run) -> dict[str, str]:
    """Return the variables that make the command's `start_run` go on with this run."""
    texts = {
        config.RUN_ID: run.info.run_id,
        config.TRACKING_URI: job.tracking_uri,
        config.EXPERIMENT_ID: run.info.experiment_id,
    }
    if config.EXPERIMENT_NAME.is_set():  # it need not be that of this run, and one of the two is enough
        texts[config.EXPERIMENT_NAME] = ""
    if config.REGISTRY_URI.is_set():
        from runyard.uris import StoreURI

        texts[config.REGISTRY_URI] = StoreURI.parse(get_registry_uri()).absolute
    return {variable: text for setting, text in texts.items() for variable in setting.variables}


def _start(
    runner: ProjectBackend,
    job: Job,
    run: Run,
    params: Sequence[Param],
    source: Source,
    store: TrackingStore,
    *,
    synchronous: bool,
) -> SubmittedRun:
    run_id = run.info.run_id
    submitted: SubmittedRun | None = None
    keep = False
    try:
        store.log_batch(RunBatch.checked(run_id, params=params))
        complete = msgspec.structs.replace(job, variables=_variables(job, run))
        submitted = runner.submit(complete, run)
        if not synchronous:
            keep = True
            atexit.register(source.remove)
            return submitted
        succeeded = submitted.wait()
    except BaseException as error:
        if submitted is None:
            interrupted = isinstance(error, KeyboardInterrupt)
            outcome = Outcome("KILLED", "cancelled") if interrupted else Outcome("FAILED", f"not started: {error}")
            record(job.tracking_uri, run_id, outcome)
        elif isinstance(error, KeyboardInterrupt):
            submitted.cancel()
        raise
    finally:
        if not keep:
            source.remove()
    if not succeeded:
        reason = store.get_run(run_id).data.tags.get(REASON, submitted.get_status())
        raise ExecutionFailed(
            f"The entry point {job.entry_point!r} of {source.name} failed: {reason}. Its run is {run_id}.",
            run_id=run_id,
        )
    return submitted
