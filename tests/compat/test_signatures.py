"""What the reference system offers to programs, ours offers too, under the same names and with the same arguments."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("runyard_sklearn", reason="its functions are compared too")

NAMESPACES = (
    "",
    "MlflowClient",
    "artifacts",
    "client",
    "data",
    "entities",
    "entities.model_registry",
    "exceptions",
    "models",
    "models.Model",
    "models.ModelSignature",
    "projects",
    "pyfunc",
    "pyfunc.PyFuncModel",
    "pyfunc.PythonModel",
    "sklearn",
    "tracking",
    "types",
    "types.schema",
)

TRACING = "tracing and evaluation of language models"
PROMPTS = "prompts and other objects of language models"
HOSTED = "a hosted platform"
GATEWAY = "gateways, webhooks, servers of tools and workspaces"
EVALUATION = "evaluation of models"
LIBRARY = "another library or engine"
SERVING = "serving and building of models"
INTERNAL = "what only the reference system's own modules use"
DIFFERENT = "done otherwise here"

# Names that ours leaves out, by reason. A word stands for every name that contains it.
WORDS_LEFT_OUT = {
    TRACING: "trace span assessment feedback expectation session log_issue Assessment Feedback Expectation Span Trace "
    "Session Issue Link Document Scorer",
    PROMPTS: "prompt Prompt dataset_tag datasets _dataset DatasetRecord DatasetSummary",
    GATEWAY: "webhook Webhook mcp_ MCP workspace Workspace Gateway Guardrail Budget Fallback RoutingStrategy "
    "ConnectOption EntityAssociation gateway",
    HOSTED: "Location UnityCatalog UCSchema deployment_job DeploymentJob",
    EVALUATION: "evaluat Evaluat Metric_ MetricThreshold make_metric",
    LIBRARY: "spark Spark huggingface tensorflow load_delta",
}
LEFT_OUT = {
    "": {
        TRACING: "context test",
        HOSTED: "import_checkpoints login",
        "a plugin that is to come": "disable_system_metrics_logging enable_system_metrics_logging "
        "set_system_metrics_node_id set_system_metrics_samples_before_logging set_system_metrics_sampling_interval",
    },
    "exceptions": {TRACING: "MlflowTracingException", INTERNAL: "get_error_code"},
    "entities.model_registry": {
        INTERNAL: "ModelVersionSearch RegisteredModelSearch",
        "aliases are a dictionary": "RegisteredModelAlias",
    },
    "models": {
        SERVING: "build_docker FlavorBackend add_libraries_to_model infer_pip_requirements",
        PROMPTS: "set_retriever_schema",
        HOSTED: "Resource ResourceType",
    },
    "models.Model": {
        INTERNAL: "get_tags_dict",
        "`runyard.models.functions.log_model` takes any flavor": "log",
    },
    "pyfunc": {
        SERVING: "build_model_env EnvType",
        INTERNAL: "add_to_model update_signature_for_type_hint_from_example",
    },
    "pyfunc.PythonModel": {"its absence says that a model does not predict in parts": "predict_stream"},
    "sklearn": {DIFFERENT: "get_default_conda_env get_default_pip_requirements"},
    "tracking": {INTERNAL: "_get_artifact_repo _get_store"},
    "types.schema": {INTERNAL: "BaseType TensorInfo convert_dataclass_to_schema"},
}

# Attributes of classes: protocol buffers are not used here, and stores take typed requests.
ATTRIBUTES_LEFT_OUT = {
    "*": "from_proto to_proto from_dictionary from_json_dict",
    "Experiment": "DEFAULT_EXPERIMENT_NAME effective_trace_archival_retention trace_location workspace",
    "LifecycleStage": "is_valid matches_view_type view_type_to_stages",
    "Model": "get_tags_dict log",
    "ModelVersion": "deployment_job_state workspace",
    "ParamSpec": "ParamSpecTypedDict validate_param_spec validate_type_and_shape",
    "PythonModel": "predict_stream",
    "RegisteredModel": "deployment_job_id deployment_job_state workspace",
    "RunInfo": "get_orderable_attributes get_searchable_attributes",
    "Schema": "as_spark_schema",
    "SourceType": "SOURCETYPE_TO_STRING",
}

# Classes whose objects a program is given and does not make; their constructors are ours.
GIVEN = (
    "ActiveModel ActiveRun Experiment LifecycleStage LoggedModel LoggedModelStatus Model ModelVersion PyFuncModel "
    "RegisteredModel RestException Run RunData RunInfo RunInputs RunOutputs RunStatus SourceType "
    "SubmittedRun ViewType AnyType DataType ModelInfo"
)

# Parameters that ours does not take.
PARAMETERS_LEFT_OUT = {
    TRACING: "trace_location",
    GATEWAY: "workspace_store_uri",
    HOSTED: "deployment_job_id env_pack auth_policy resources",
    PROMPTS: "prompts",
    INTERNAL: "mlflow_model sqlstate error_class",
    "environments are captured from what is installed": "uv_project_path uv_groups uv_extras",
    "not yet": "extra_files",
}

# Other differences: "namespace.name.parameter" and why.
DELIBERATE = {
    "entities.Dataset": "six texts in a row are taken by name only",
    "types.TensorSpec": "its first parameter is called dtype; `type` reads it",
    "types.schema.TensorSpec": "its first parameter is called dtype; `type` reads it",
    "models.predict.env_manager": "virtualenv, unless a setting says otherwise",
    "models.Model.load_input_example.path": "a model does not remember the folder that it was read from",
    "sklearn.autolog.serialization_format": "skops where it can hold the model, as in save_model",
    "models.Model.to_yaml.stream": "the text is returned",
    "models.Model.get_model_info.logged_model": "what is known of the logged model is given by name",
    "error_code": "the class's own code stands for the default",
}

Description = dict[str, Any]


@pytest.fixture(scope="module")
def descriptions(program: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Description]:
    folder = tmp_path_factory.mktemp("signatures")
    theirs = program("signatures", "mlflow", folder, stdin=dict.fromkeys(NAMESPACES))
    asked = {
        namespace: {name: (found or {}).get("attributes") for name, found in names.items()}
        for namespace, names in theirs.items()
    }
    return {"mlflow": theirs, "runyard": program("signatures", "runyard", folder, stdin=asked)}


def is_left_out(namespace: str, name: str) -> bool:
    if any(name in names.split() for names in LEFT_OUT.get(namespace, {}).values()):
        return True
    return any(word in name for words in WORDS_LEFT_OUT.values() for word in words.split())


def pairs(descriptions: dict[str, Description], namespace: str) -> list[tuple[str, Description, Description]]:
    """Return the names that both have, and what they are in each."""
    theirs, ours = descriptions["mlflow"][namespace], descriptions["runyard"][namespace]
    return [(name, theirs[name], ours[name]) for name in theirs if ours[name] and not is_left_out(namespace, name)]


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_names(descriptions: dict[str, Description], namespace: str) -> None:
    ours = descriptions["runyard"][namespace]
    assert [name for name, found in ours.items() if found is None and not is_left_out(namespace, name)] == []
    listed = " ".join(LEFT_OUT.get(namespace, {}).values()).split()
    assert [name for name in listed if ours.get(name) is not None] == []


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_kinds_and_attributes(descriptions: dict[str, Description], namespace: str) -> None:
    for name, theirs, ours in pairs(descriptions, namespace):
        assert ours["kind"] == theirs["kind"], name
        if theirs["kind"] == "class" and name != "MlflowClient":
            left_out = f"{ATTRIBUTES_LEFT_OUT['*']} {ATTRIBUTES_LEFT_OUT.get(name, '')}".split()
            assert sorted({*theirs["attributes"]} - {*ours["attributes"], *left_out, *dir(str)}) == [], name


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_arguments(descriptions: dict[str, Description], namespace: str) -> None:
    differences = []
    for name, theirs, ours in pairs(descriptions, namespace):
        place = f"{namespace}.{name}".lstrip(".")
        if (
            name not in GIVEN.split()
            and place not in DELIBERATE
            and theirs.get("parameters")
            and ours.get("parameters")
        ):
            differences += [
                f"{place}.{difference}"
                for parameter, difference in compare(theirs["parameters"], ours["parameters"])
                if parameter not in DELIBERATE and f"{place}.{parameter}" not in DELIBERATE
            ]
    assert differences == []


def compare(theirs: list[Description], ours: list[Description]) -> list[tuple[str, str]]:
    """Return the parameters for which a call of theirs does not do the same with ours, and why."""
    left_out = " ".join(PARAMETERS_LEFT_OUT.values()).split()
    places = {parameter["name"]: place for place, parameter in enumerate(ours)}
    found = []
    positional = True  # until the first that ours does not take there; what follows is given by name in any program
    for place, parameter in enumerate(theirs):
        name = parameter["name"]
        if parameter["kind"].startswith("VAR_") or name in left_out:
            positional = positional and parameter["kind"].startswith("VAR_")
            continue
        if name not in places:
            found.append((name, f"{name} is missing"))
            continue
        same = ours[places[name]]
        stands = (same["kind"], places[name]) == (parameter["kind"], place)
        if positional and parameter["kind"] == "POSITIONAL_OR_KEYWORD" and not stands:
            found.append((name, f"{name} stands elsewhere"))
        if not parameter["required"]:
            if same["required"]:
                found.append((name, f"{name} is required"))
            elif same["default"] != parameter["default"] and same["default"] != "Factory":
                found.append((name, f"{name} is {same['default']!r}, not {parameter['default']!r}, when absent"))
    known = {parameter["name"] for parameter in theirs}
    more = (each for each in ours if each["required"] and not each["kind"].startswith("VAR_"))
    return found + [(each["name"], f"{each['name']} is required") for each in more if each["name"] not in known]
