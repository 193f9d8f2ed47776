# ruff: noqa: I001 - one import for each module reads better than one for each name
"""runyard: record machine-learning runs, version and serve their models, re-run the code that made them.

Each public name is imported when it is used first; `import runyard` itself loads two small files.
"""

from __future__ import annotations

import sys

from runyard import flavor_imports

TYPE_CHECKING = False  # as in `typing`, whose import would cost more than all the rest here
if TYPE_CHECKING:  # the same names as below; a test compares them
    from types import ModuleType
    from typing import Any

    from runyard import artifacts as artifacts
    from runyard import autologging as autologging
    from runyard import client as client
    from runyard import config as config
    from runyard import data as data
    from runyard import entities as entities
    from runyard import errors as errors
    from runyard import exceptions as exceptions
    from runyard import models as models
    from runyard import plugins as plugins
    from runyard import projects as projects
    from runyard import pyfunc as pyfunc
    from runyard import registry as registry
    from runyard import search as search
    from runyard import testing as testing
    from runyard import tracking as tracking
    from runyard import types as types
    from runyard.cli.calls import doctor as doctor
    from runyard.autologging.switches import autolog as autolog
    from runyard.entities import (
        Experiment as Experiment,
        LoggedModel as LoggedModel,
        Run as Run,
    )
    from runyard.errors import RunyardError as RunyardError
    from runyard.exceptions import MlflowException as MlflowException
    from runyard.projects import run as run
    from runyard.registry.fluent import (
        register_model as register_model,
        search_model_versions as search_model_versions,
        search_registered_models as search_registered_models,
        set_model_version_tag as set_model_version_tag,
    )
    from runyard.tracking.active import ActiveRun as ActiveRun
    from runyard.tracking.client import (
        MlflowClient as MlflowClient,
        RunyardClient as RunyardClient,
    )
    from runyard.tracking.fluent.content import (
        flush_artifact_async_logging as flush_artifact_async_logging,
        get_artifact_uri as get_artifact_uri,
        load_table as load_table,
        log_artifact as log_artifact,
        log_artifacts as log_artifacts,
        log_dict as log_dict,
        log_figure as log_figure,
        log_image as log_image,
        log_stream as log_stream,
        log_table as log_table,
        log_text as log_text,
    )
    from runyard.tracking.fluent.experiments import (
        create_experiment as create_experiment,
        delete_experiment as delete_experiment,
        delete_experiment_tag as delete_experiment_tag,
        get_experiment as get_experiment,
        get_experiment_by_name as get_experiment_by_name,
        restore_experiment as restore_experiment,
        search_experiments as search_experiments,
        set_experiment as set_experiment,
        set_experiment_tag as set_experiment_tag,
        set_experiment_tags as set_experiment_tags,
    )
    from runyard.tracking.fluent.inputs import (
        log_input as log_input,
        log_inputs as log_inputs,
        log_outputs as log_outputs,
    )
    from runyard.tracking.fluent.models import (
        ActiveModel as ActiveModel,
        clear_active_model as clear_active_model,
        create_external_model as create_external_model,
        delete_logged_model_tag as delete_logged_model_tag,
        finalize_logged_model as finalize_logged_model,
        get_active_model_id as get_active_model_id,
        get_logged_model as get_logged_model,
        initialize_logged_model as initialize_logged_model,
        last_logged_model as last_logged_model,
        log_model_params as log_model_params,
        search_logged_models as search_logged_models,
        set_active_model as set_active_model,
        set_logged_model_tags as set_logged_model_tags,
    )
    from runyard.tracking.fluent.runs import (
        active_run as active_run,
        delete_run as delete_run,
        end_run as end_run,
        get_parent_run as get_parent_run,
        get_run as get_run,
        last_active_run as last_active_run,
        restore_run as restore_run,
        start_run as start_run,
    )
    from runyard.tracking.fluent.search import search_runs as search_runs
    from runyard.tracking.fluent.values import (
        delete_tag as delete_tag,
        flush_async_logging as flush_async_logging,
        log_metric as log_metric,
        log_metrics as log_metrics,
        log_param as log_param,
        log_params as log_params,
        set_tag as set_tag,
        set_tags as set_tags,
    )
    from runyard.tracking.images import Image as Image
    from runyard.tracking.uris import (
        get_registry_uri as get_registry_uri,
        get_tracking_uri as get_tracking_uri,
        is_tracking_uri_set as is_tracking_uri_set,
        set_registry_uri as set_registry_uri,
        set_tracking_uri as set_tracking_uri,
    )

_SUBMODULES = (
    "artifacts",
    "autologging",
    "client",
    "config",
    "data",
    "entities",
    "errors",
    "exceptions",
    "models",
    "plugins",
    "projects",
    "pyfunc",
    "registry",
    "search",
    "testing",
    "tracking",
    "types",
)
_NAMES = {
    "runyard.autologging.switches": "autolog",
    "runyard.cli.calls": "doctor",
    "runyard.entities": "Experiment LoggedModel Run",
    "runyard.errors": "RunyardError",
    "runyard.exceptions": "MlflowException",
    "runyard.projects": "run",
    "runyard.registry.fluent": ("register_model search_model_versions search_registered_models set_model_version_tag"),
    "runyard.tracking.active": "ActiveRun",
    "runyard.tracking.client": "MlflowClient RunyardClient",
    "runyard.tracking.fluent.content": (
        "flush_artifact_async_logging get_artifact_uri load_table log_artifact log_artifacts log_dict log_figure "
        "log_image log_stream log_table log_text"
    ),
    "runyard.tracking.fluent.experiments": (
        "create_experiment delete_experiment delete_experiment_tag get_experiment get_experiment_by_name "
        "restore_experiment search_experiments set_experiment set_experiment_tag set_experiment_tags"
    ),
    "runyard.tracking.fluent.inputs": "log_input log_inputs log_outputs",
    "runyard.tracking.fluent.models": (
        "ActiveModel clear_active_model create_external_model delete_logged_model_tag finalize_logged_model "
        "get_active_model_id get_logged_model initialize_logged_model last_logged_model log_model_params "
        "search_logged_models set_active_model set_logged_model_tags"
    ),
    "runyard.tracking.fluent.runs": (
        "active_run delete_run end_run get_parent_run get_run last_active_run restore_run start_run"
    ),
    "runyard.tracking.fluent.search": "search_runs",
    "runyard.tracking.fluent.values": (
        "delete_tag flush_async_logging log_metric log_metrics log_param log_params set_tag set_tags"
    ),
    "runyard.tracking.images": "Image",
    "runyard.tracking.uris": (
        "get_registry_uri get_tracking_uri is_tracking_uri_set set_registry_uri set_tracking_uri"
    ),
}
_MODULES = {name: module for module, names in _NAMES.items() for name in names.split()}

__all__ = [*_MODULES, *_SUBMODULES]


def __getattr__(name: str) -> Any:  # flavors too, which no type checker can know
    if name in _MODULES:
        value = getattr(_import(_MODULES[name]), name)
        globals()[name] = value
        return value
    if name in _SUBMODULES:
        return _import(f"{__name__}.{name}")
    if name == "__version__":
        from importlib import metadata

        return metadata.version("runyard-core")
    if not name.startswith("_") and flavor_imports.is_flavor(name):
        from runyard.errors import PluginError

        try:
            return _import(f"{__name__}.{name}")
        except (ImportError, PluginError) as error:  # `hasattr` and `from runyard import name` want this one
            raise AttributeError(str(error), name=name, obj=sys.modules[__name__]) from error
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name, obj=sys.modules[__name__])


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, "__version__"})


def _import(name: str) -> ModuleType:
    from importlib import import_module

    return import_module(name)


flavor_imports.install()
