"""One fit of a trainer: what is put in place before it, and what is logged after it."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runyard.uris import ArtifactPath
from runyard_pytorch.callbacks import is_a, package_of, recording_class
from runyard_pytorch.checkpoints import checkpoint_class
from runyard_pytorch.recorder import Recorder, stopping_params

if TYPE_CHECKING:
    from runyard.autologging.observing import Call
    from runyard.autologging.session import Session
    from runyard_pytorch.autologger import PytorchAutologger, PytorchOptions

SUMMARY = "model_summary.txt"
RESTORED = "restored_model_checkpoint"


class Fit:
    """One fit.

    Args:
        autologger: Who logs.
        session: Where.
        call: The call of ``Trainer.fit``.
    """

    def __init__(self, autologger: PytorchAutologger, session: Session, call: Call) -> None:
        self._autologger = autologger
        self._options: PytorchOptions = autologger.options
        self._session = session
        self._call = call
        self._trainer = call.args[0]
        self._model_id: str | None = None
        if self._options.log_models:
            with session.part("making the logged model"):
                self._model_id = self._make_model()
        self._recorder = Recorder(autologger, session, self._model_id)
        self._checkpoints: Any = None

    def _make_model(self) -> str:
        """Make the logged model that the metrics are about; its files follow when it is trained."""
        from runyard.tracking.context import run_tags
        from runyard.tracking.requests import NewLoggedModel

        run = self._session.store.get_run(self._session.run_id)
        request = NewLoggedModel(
            experiment_id=run.info.experiment_id, name="model", source_run_id=run.info.run_id, tags=run_tags()
        )
        return self._session.store.create_logged_model(request).model_id

    def begin(self) -> None:
        """Put the callbacks in place."""
        session, options, trainer = self._session, self._options, self._trainer
        with session.part("logging the early stopping"):
            if params := stopping_params(trainer):
                self._recorder.params.update(params)
                session.record(params=params)
        if options.log_datasets:
            with session.part("logging the data set"):
                from runyard_pytorch.data import dataset_of

                dataset = dataset_of(self._call, session)
                if dataset is not None:
                    session.log_dataset(dataset, "train")
        recording, storing = recording_class(), checkpoint_class()
        # What is left of an earlier fit with this trainer belongs to another run
        callbacks = [each for each in trainer.callbacks if not isinstance(each, recording)]
        callbacks.append(recording(self._recorder))
        if options.checkpoint and not any(isinstance(each, storing) for each in callbacks):
            with session.part("preparing checkpoints"):
                self._checkpoints = storing(
                    options.checkpoint_monitor,
                    options.checkpoint_mode,
                    options.checkpoint_save_best_only,
                    options.checkpoint_save_weights_only,
                    options.checkpoint_save_freq,
                )
                self._checkpoints.autologger = self._autologger
                callbacks.append(self._checkpoints)
        trainer.callbacks = callbacks

    def fail(self) -> None:
        """Log what there is of a fit that failed."""
        self._end()
        self._give_up_model()

    def succeed(self) -> None:
        """Log the summary and the model."""
        session, options, trainer = self._session, self._options, self._trainer
        self._end()
        module = trainer.lightning_module
        with session.part("logging the summary"):
            from runyard.tracking.content import log_text

            model_summary = import_module(f"{package_of(trainer)}.utilities.model_summary")
            log_text(session.repository, str(model_summary.ModelSummary(module, max_depth=-1)), SUMMARY)
        if not options.log_models:
            return
        with session.part("logging the model") as guard:
            self._log_model(module)
        if guard.failed:
            self._give_up_model()
        with session.part("logging the best checkpoint"):
            best = getattr(trainer.checkpoint_callback, "best_model_path", "")
            if best and Path(best).is_file() and any(is_a(each, "EarlyStopping") for each in trainer.callbacks):
                session.repository.upload_file(Path(best), ArtifactPath(RESTORED) / Path(best).name)

    def _end(self) -> None:
        self._recorder.end(self._trainer)
        if self._checkpoints is not None:
            callbacks = self._trainer.callbacks
            self._trainer.callbacks = [each for each in callbacks if each is not self._checkpoints]

    def _log_model(self, module: Any) -> None:
        from runyard.models.functions import log_model

        options, example, signature = self._options, self._recorder.example, None
        if options.log_model_signatures and example is not None:
            with self._session.part("inferring the signature"):
                from runyard.models.signature import infer_signature

                signature = infer_signature(*example)
        shown = example[0] if example is not None and options.log_input_examples else None
        log_model(
            "pytorch",
            module,
            name="model",
            signature=signature or False,
            input_example=shown,
            # Nobody can be asked for the code beside the script that the module refers to
            infer_code_paths=True,
            registered_model_name=options.registered_model_name,
            # What is loaded goes on training: it has to be the module, not the program of it
            serialization_format="pickle",
            model_id=self._model_id,
            run_id=self._session.run_id,
            params=self._recorder.params,
        )

    def _give_up_model(self) -> None:
        """Mark the logged model as failed, if that was not done already."""
        if self._model_id is not None:
            with self._session.part("giving up the logged model"):
                self._session.store.finalize_logged_model(self._model_id, "FAILED")
