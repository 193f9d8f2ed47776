"""Data of other libraries: tensors and tables."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from runyard.errors import InvalidInput
from runyard.models import infer_signature
from runyard.models.enforcement import enforce
from runyard.models.example import InputExample, read_example
from runyard.models.foreign import to_known
from runyard.types import ColSpec, DataType, Schema, TensorSpec

np = pytest.importorskip("numpy")
pd = pytest.importorskip("pandas")


@pytest.fixture
def torch() -> Any:
    return pytest.importorskip("torch")


def test_tensors_have_signatures(torch: Any) -> None:
    weights = torch.zeros(2, 3, requires_grad=True)
    assert infer_signature(weights).inputs == Schema([TensorSpec("float32", (-1, 3))])
    several = infer_signature({"a": weights, "b": torch.tensor([True])}, torch.tensor([1]))
    assert several.inputs == Schema([TensorSpec("float32", (-1, 3), "a"), TensorSpec("bool", (-1,), "b")])
    assert several.outputs == Schema([TensorSpec("int64", (-1,))])
    with pytest.warns(UserWarning, match=r"Tensor of torch cannot be read as an array.*BFloat16"):
        infer_signature(torch.zeros(2, dtype=torch.bfloat16))


def test_tensors_are_enforced(torch: Any) -> None:
    schema = Schema([TensorSpec("float32", (-1, 3))])
    found = enforce(torch.ones(2, 3), schema)
    assert isinstance(found, np.ndarray)
    assert found.shape == (2, 3)
    with pytest.raises(InvalidInput, match=r"shape \(2, 2\); the signature declares \(-1, 3\)"):
        enforce(torch.ones(2, 2), schema)
    with pytest.raises(InvalidInput, match="an array of int64; the signature declares float32"):
        enforce({"a": torch.tensor([1])}, Schema([TensorSpec("float32", (-1,), "a")]))


def test_tensors_are_examples(torch: Any, tmp_path: Path) -> None:
    example = InputExample({"a": torch.tensor([[1.5]]), "b": torch.tensor([2])})
    example.write(tmp_path)
    data, _ = read_example(tmp_path, example.info)
    assert {name: value.tolist() for name, value in data.items()} == {"a": [[1.5]], "b": [2]}
    assert json.loads((tmp_path / "serving_input_example.json").read_text()) == {"inputs": {"a": [[1.5]], "b": [2]}}


@pytest.mark.parametrize("library", ["polars", "pyarrow"])
def test_tables_are_frames(library: str) -> None:
    pytest.importorskip("pyarrow")
    module = pytest.importorskip(library)
    table = module.DataFrame({"a": [1], "b": ["x"]}) if library == "polars" else module.table({"a": [1], "b": ["x"]})
    schema = infer_signature(table).inputs
    assert schema == Schema([ColSpec(DataType.long, "a"), ColSpec(DataType.string, "b")])
    assert enforce(table, schema).to_dict("list") == {"a": [1], "b": ["x"]}
    assert InputExample(table).info["type"] == "dataframe"


def test_other_data_stays_the_same_object() -> None:
    for data in ([1], {"a": [1]}, np.eye(2), pd.DataFrame({"a": [1]}), "x", None):
        assert to_known(data) is data


def test_no_library_is_imported_for_the_data_of_another() -> None:
    program = (
        "import sys\nfrom runyard.models import infer_signature\ninfer_signature([1.5], {'a': 'x'})\n"
        "sys.exit(any(name in sys.modules for name in ('torch', 'polars', 'pyarrow', 'scipy', 'pandas', 'numpy')))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
