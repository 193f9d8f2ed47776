"""What is logged of an estimator when it was fitted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runyard_sklearn.training import TrainingData, is_search, shown_params

if TYPE_CHECKING:
    from runyard.autologging.session import Session
    from runyard.data.dataset import Dataset
    from runyard_sklearn.autologger import SklearnOptions


def log(
    session: Session,
    options: SklearnOptions,
    estimator: Any,
    data: TrainingData,
    example: Any,
    dataset: Dataset | None,
) -> None:
    """Log metrics, plots, the estimator's page, the model, and the runs of a search.

    Args:
        session: Where.
        options: What of it.
        estimator: The estimator.
        data: What it was fitted with.
        example: The first rows of the features, as they were before.
        dataset: The data as it was logged.
    """
    from runyard_sklearn import plots, search
    from runyard_sklearn.training_metrics import Scores

    scores = None
    if data.labels is not None:
        with session.part("computing the training metrics"):
            scores = Scores.of(estimator, data, options.pos_label)
    metrics = scores.metrics if scores else {}
    with session.part("logging the training metrics"):
        session.record(metrics={f"training_{name}": value for name, value in metrics.items()})
    if scores is not None:
        for name, draw in plots.drawings(estimator, data, scores, options.pos_label):
            with session.part(f"drawing {name}"):
                plots.log(session, name, draw())
    with session.part("logging the estimator's page"):
        from sklearn.utils import estimator_html_repr

        from runyard.tracking.content import log_text

        log_text(session.repository, estimator_html_repr(estimator), "estimator.html")
    if is_search(estimator):
        search.log_best(session, estimator)
    if options.log_models:
        with session.part("logging the model"):
            log_model(session, options, estimator, example, "model")
        best = getattr(estimator, "best_estimator_", None) if is_search(estimator) else None
        if best is not None:
            with session.part("logging the best model"):
                log_model(session, options, best, example, "best_estimator")
    if is_search(estimator):
        search.log_rows(session, options, estimator, dataset)


def log_model(session: Session, options: SklearnOptions, estimator: Any, example: Any, name: str) -> None:
    """Log an estimator as a model of the run.

    Args:
        session: Where.
        options: With which parts.
        estimator: The estimator.
        example: The first rows of what it was fitted with.
        name: What the model is called.
    """
    from runyard_sklearn import log_model as log

    signature: Any = False
    if options.log_model_signatures and example is not None:
        with session.part("inferring the signature"):
            from runyard.models.signature import infer_signature

            predict = getattr(estimator, "predict", None)
            signature = infer_signature(example, predict(example) if predict is not None else None)
    log(
        estimator,
        name=name,
        signature=signature,
        input_example=example if options.log_input_examples else None,
        registered_model_name=options.registered_model_name if name == "model" else None,
        serialization_format=options.serialization_format,
        params=None if name == "model" else shown_params(estimator),
    )
