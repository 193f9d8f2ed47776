"""What this distribution offers: the flavor and the autologger ``sklearn``."""

from __future__ import annotations

from collections.abc import Iterator

from runyard.plugins import hookimpl
from runyard.plugins.descriptors import AutologgerPlugin, FlavorPlugin


@hookimpl
def runyard_flavors() -> Iterator[FlavorPlugin]:
    yield FlavorPlugin(
        name="sklearn",
        factory="runyard_sklearn.flavor:SklearnFlavor",
        module="runyard_sklearn",
        loaders=("mlflow.sklearn", "runyard_sklearn"),
        library="scikit-learn",
        summary="scikit-learn estimators and pipelines.",
    )


@hookimpl
def runyard_autologgers() -> Iterator[AutologgerPlugin]:
    yield AutologgerPlugin(
        name="sklearn",
        factory="runyard_sklearn.autologger:SklearnAutologger",
        modules=("sklearn",),
        instruments="scikit-learn>=1.4",
        summary="Params, metrics, plots and models of every fit.",
    )
