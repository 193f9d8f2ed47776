"""What a process does that has never seen the model before."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

from runyard.models.flavor import Flavor
from runyard.testing.flavor.base import FlavorClauses

_PRELUDE = """
import pickle, sys
sys.path[:] = {path!r}
from {module} import {name} as flavor
"""

_REFUSAL = """
assert flavor().accepts(object()) is False
sys.exit({library!r} in sys.modules)
"""

# An unpickler tells of each object that it looks up: of a class, or of a function that is to be called
_PREDICTION = """
from pathlib import Path
from runyard.models.mlmodel import MLModel
with open({data!r}, "rb") as stream:
    data = pickle.load(stream)
looked_up = []
sys.addaudithook(lambda event, of: looked_up.append(".".join(of)) if event == "pickle.find_class" else None)
predictor = flavor().load_predictor(Path({folder!r}), MLModel.load({folder!r}))
unpickled = list(looked_up)
with open({answer!r}, "wb") as stream:
    pickle.dump((predictor.predict(data), unpickled), stream)
"""


class ProcessClauses(FlavorClauses):
    """A flavor in a fresh process. It is found there as it is found here: by its module, on the same path."""

    def test_library_is_not_imported_to_answer_no(self, flavor: Flavor) -> None:
        done = _run(flavor, _REFUSAL, library=self.library)
        assert done.returncode == 0, f"`accepts` imported {self.library} to answer no. {done.stderr}"

    def test_a_fresh_process_predicts_the_same(
        self, flavor: Flavor, model: Any, data: Any, expected: Any, options: dict[str, Any], tmp_path: Path
    ) -> None:
        self.require("predicts")
        saved = self.save(flavor, model, tmp_path / "model", options)
        saved.save(tmp_path / "model" / "MLmodel")
        files = {"data": tmp_path / "data.pkl", "answer": tmp_path / "answer.pkl", "folder": tmp_path / "model"}
        files["data"].write_bytes(pickle.dumps(data))
        done = _run(flavor, _PREDICTION, **{name: str(path) for name, path in files.items()})
        assert done.returncode == 0, f"A fresh process cannot load and predict: {done.stderr}"
        predicted, unpickled = pickle.loads(files["answer"].read_bytes())  # noqa: S301 - written by our own process
        self.assert_same(predicted, expected, "A model predicts in another process as it did in the one that made it.")
        assert not (self.data_only and unpickled), (
            f"Loading unpickles {', '.join(unpickled[:5])}: a pickle runs code, and the suite says data_only."
        )


def _run(flavor: Flavor, program: str, **values: str) -> subprocess.CompletedProcess[str]:
    kind = type(flavor)
    prelude = _PRELUDE.format(path=sys.path, module=kind.__module__, name=kind.__qualname__)
    command = [sys.executable, "-W", "ignore", "-c", prelude + program.format(**values)]
    return subprocess.run(command, capture_output=True, text=True, check=False)
