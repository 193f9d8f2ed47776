"""The nouns of runyard: plain typed data, the same in Python, in JSON and in a store."""

from __future__ import annotations

from runyard.entities.dataset import Dataset, DatasetInput, InputTag, LoggedModelInput, LoggedModelOutput
from runyard.entities.enums import LifecycleStage, LoggedModelStatus, ModelStage, RunStatus, SourceType, ViewType
from runyard.entities.experiment import Experiment, ExperimentTag
from runyard.entities.file_info import FileInfo
from runyard.entities.logged_model import LoggedModel, LoggedModelParameter, LoggedModelTag
from runyard.entities.page import Page
from runyard.entities.registry import ModelVersion, ModelVersionTag, RegisteredModel, RegisteredModelTag
from runyard.entities.run import Metric, Param, Run, RunData, RunInfo, RunInputs, RunOutputs, RunTag
from runyard.entities.run_table import (
    MetricCells,
    MetricColumn,
    RunColumns,
    RunCount,
    RunDataset,
    RunTable,
    TextColumn,
)
from runyard.entities.series import MetricSeries
from runyard.entities.trash import TrashItem, TrashKind

__all__ = [
    "Dataset",
    "DatasetInput",
    "Experiment",
    "ExperimentTag",
    "FileInfo",
    "InputTag",
    "LifecycleStage",
    "LoggedModel",
    "LoggedModelInput",
    "LoggedModelOutput",
    "LoggedModelParameter",
    "LoggedModelStatus",
    "LoggedModelTag",
    "Metric",
    "MetricCells",
    "MetricColumn",
    "MetricSeries",
    "ModelStage",
    "ModelVersion",
    "ModelVersionTag",
    "Page",
    "Param",
    "RegisteredModel",
    "RegisteredModelTag",
    "Run",
    "RunColumns",
    "RunCount",
    "RunData",
    "RunDataset",
    "RunInfo",
    "RunInputs",
    "RunOutputs",
    "RunStatus",
    "RunTable",
    "RunTag",
    "SourceType",
    "TextColumn",
    "TrashItem",
    "TrashKind",
    "ViewType",
]
