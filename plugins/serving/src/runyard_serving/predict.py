"""``python -m runyard_serving.predict``: predictions from a file to a file, in a model's own environment."""

from __future__ import annotations

import argparse
import io
import os
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from runyard.cli.errors import plain_warnings, report
from runyard.errors import InvalidInput, RunyardError, StorageFailure
from runyard_serving.reading.content_type import CSV, JSON, PARQUET

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["main"]

_KINDS = {"json": JSON, "csv": CSV, "parquet": PARQUET}


def main(arguments: Sequence[str] | None = None) -> int:
    """Predict, and return the exit code.

    Standard output holds the predictions alone: what the model prints goes to standard error.
    """
    given = _parser().parse_args(arguments)
    with _own_output() as output, plain_warnings():
        try:
            content = _predicted(given.model, _read(given.input), _KINDS[given.input_type], given.output_type)
            if given.output is not None:
                _write(given.output, content)
            else:
                output.write(content if given.output_type != "json" else content + b"\n")
                output.flush()
        except BrokenPipeError:  # whoever reads has had enough
            return 0
        except RunyardError as error:
            report(str(error))
            return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m runyard_serving.predict", description="Predict with the model in a folder.", allow_abbrev=False
    )
    parser.add_argument("--model", type=Path, required=True, metavar="FOLDER", help="The folder of the model.")
    parser.add_argument("--input", type=Path, metavar="FILE", help="What to read; standard input by default.")
    parser.add_argument("--input-type", choices=_KINDS, default="json", help="What it is.")
    parser.add_argument("--output", type=Path, metavar="FILE", help="What to write; standard output by default.")
    parser.add_argument("--output-type", choices=_KINDS, default="json", help="What it shall be.")
    return parser


@contextmanager
def _own_output() -> Iterator[BinaryIO]:
    """Give standard output; what is printed meanwhile goes to standard error."""
    sys.stdout.flush()
    own = os.dup(1)
    os.dup2(2, 1)
    try:
        # unbuffered: what could not be written is known at once, and not tried again at the end
        with open(own, "wb", buffering=0, closefd=False) as output:
            yield output
    finally:
        sys.stdout.flush()
        os.dup2(own, 1)
        os.close(own)


def _read(file: Path | None) -> bytes:
    try:
        return sys.stdin.buffer.read() if file is None else file.read_bytes()
    except OSError as error:
        raise InvalidInput(f"The input {str(file or 'stdin')!r} cannot be read: {error.strerror}.") from None


def _predicted(folder: Path, body: bytes, content_type: str, output_type: str) -> bytes:
    """Return predictions in the form that is wanted.

    Raises:
        RunyardError: The model cannot be loaded, the input does not fit it, the model failed, or what it gave has no
            such form.
    """
    from runyard.pyfunc import load_model
    from runyard_serving.reading import Reader
    from runyard_serving.refusals import ModelFailed
    from runyard_serving.replies import encode

    # who started this has told of what differs from the model's environment
    model = load_model(folder, suppress_warnings=True)
    reader = Reader(model.metadata.signature, is_hinted=model.metadata.is_signature_from_type_hint)
    question = reader.read(body, content_type)
    try:
        predictions = model.predict(question.data, question.params)
    except RunyardError:
        raise
    except Exception as error:
        traceback.print_exc()
        raise ModelFailed(f"The model failed while it predicted: {type(error).__name__}: {error}.") from error
    if output_type == "json":
        return encode(predictions)
    return _table(predictions, output_type)


def _table(predictions: Any, kind: str) -> bytes:
    """Return predictions as CSV or parquet.

    Raises:
        InvalidInput: They are no table.
    """
    try:
        frame = _frame(predictions)
        if kind == "csv":
            return str(frame.to_csv(index=False)).encode()
        stream = io.BytesIO()
        frame.rename(columns=str).to_parquet(stream, index=False)
    except ImportError:
        raise InvalidInput(
            "Parquet cannot be written: pyarrow is not installed in the environment of the model. Add it with "
            "--pip-requirements-override pyarrow, or write CSV or JSON."
        ) from None
    except (ValueError, TypeError) as error:
        raise InvalidInput(f"The predictions are no table that {kind} can hold: {error}. Write JSON.") from None
    return stream.getvalue()


def _frame(predictions: Any) -> pd.DataFrame:
    import pandas as pd

    frame: pd.DataFrame
    if isinstance(predictions, pd.DataFrame):
        frame = predictions
    elif isinstance(predictions, pd.Series):
        frame = predictions.to_frame("predictions" if predictions.name is None else predictions.name)
    else:
        for convert in ("toarray", "__array__"):  # sparse matrices, tensors
            predictions = getattr(predictions, convert, lambda same=predictions: same)()
        if getattr(predictions, "ndim", 0) > 2:
            raise ValueError(f"they are an array of {predictions.ndim} dimensions")
        frame = pd.DataFrame({"predictions": predictions} if _is_one_column(predictions) else predictions)
    return frame


def _is_one_column(predictions: Any) -> bool:
    if isinstance(predictions, list):
        return not any(isinstance(item, (dict, list, tuple)) for item in predictions)
    return getattr(predictions, "ndim", None) == 1


def _write(file: Path, content: bytes) -> None:
    """Write the predictions; a file that is there is replaced in one step."""
    draft = file.with_name(f".{file.name}.{os.urandom(4).hex()}")
    try:
        draft.write_bytes(content)
        draft.replace(file)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise StorageFailure(f"The predictions cannot be written to {str(file)!r}: {error.strerror}.") from None


if __name__ == "__main__":
    from runyard_serving.options import IN_SERVING

    os.environ.setdefault(IN_SERVING, "true")
    sys.exit(main())
