from __future__ import annotations

import builtins
import pickle
import shutil
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import runyard_pytorch
from runyard import pyfunc
from runyard.errors import DataDamaged, InvalidInput, NotSupported, PermissionDenied
from runyard.models import MLModel, infer_signature
from runyard.models.consent import PickleWarning

torch = pytest.importorskip("torch", reason="runyard-pytorch saves models of PyTorch, which is not installed here")

pytestmark = [
    pytest.mark.usefixtures("runyard_isolated"),
    # TorchScript still works in the newest PyTorch
    pytest.mark.filterwarnings("ignore:.torch.jit:DeprecationWarning"),
    # The modules of these tests are in this file, which no distribution brings
    pytest.mark.filterwarnings("ignore:The model refers to:UserWarning"),
]

X = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], dtype=np.float32)


@pytest.fixture
def linear() -> Any:
    torch.manual_seed(0)
    return torch.nn.Linear(3, 2)


class Net(torch.nn.Module):
    """Two inputs, and a part that differs while it trains."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = torch.nn.Linear(3, 2)
        self.dropout = torch.nn.Dropout(0.5)

    def forward(self, x: Any, shift: Any, scale: float = 1.0) -> Any:
        return self.dropout(self.layer(x)) * scale + shift


def answers(module: Any, *inputs: Any) -> Any:
    module.eval()
    return module(*map(torch.as_tensor, inputs)).detach().numpy()


def names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.parent.name == "data")


# formats


def test_an_example_of_tensors_makes_an_exported_program(tmp_path: Path, linear: Any) -> None:
    saved = runyard_pytorch.save_model(linear, tmp_path / "model", input_example=torch.from_numpy(X))
    assert names(tmp_path / "model") == ["data/model.pt2"]
    assert saved.flavors["pytorch"] == {"model_data": "data", "pytorch_version": torch.__version__, "code": None}
    assert saved.flavors["python_function"]["loader_module"] == "mlflow.pytorch"
    assert saved.flavors["python_function"]["config"] == {"device": None}
    assert saved.signature == infer_signature(X, answers(linear, X))
    requirements = (tmp_path / "model" / "requirements.txt").read_text().splitlines()
    version = torch.__version__.partition("+")[0]
    assert [line.partition("==")[0] for line in requirements] == ["mlflow<4", "numpy", "torch"]
    assert f"torch=={version}" in requirements


@pytest.mark.parametrize("rows", [1, 2, 5])
def test_programs_take_batches_of_any_size(tmp_path: Path, linear: Any, rows: int) -> None:
    runyard_pytorch.save_model(linear, tmp_path / "model", input_example=np.ones((rows, 3), dtype=np.float32))
    loaded = pyfunc.load_model(tmp_path / "model")
    for size in (0, 1, 2, 7):
        batch = np.full((size, 3), 0.5, dtype=np.float32)
        np.testing.assert_allclose(loaded.predict(batch), answers(linear, batch), rtol=1e-6)


def test_free_extents_are_those_of_the_signature(tmp_path: Path) -> None:
    convolution = torch.nn.Conv1d(1, 1, 2)
    example = np.ones((1, 1, 5), dtype=np.float32)
    signature = infer_signature(example, answers(convolution, example))
    signature.inputs.inputs[0] = type(signature.inputs.inputs[0])("float32", (-1, 1, -1))
    runyard_pytorch.save_model(convolution, tmp_path / "model", input_example=example, signature=signature)
    loaded = pyfunc.load_model(tmp_path / "model")
    assert loaded.predict(np.ones((3, 1, 9), dtype=np.float32)).shape == (3, 1, 8)


def test_modules_are_traced_as_they_evaluate_and_left_as_they_were(tmp_path: Path) -> None:
    net = Net()
    net.layer.eval()
    runyard_pytorch.save_model(net, tmp_path / "model", input_example=(torch.ones(1, 3), torch.ones(1, 2)))
    assert (net.training, net.layer.training, net.dropout.training) == (True, False, True)
    loaded = runyard_pytorch.load_model(tmp_path / "model").eval()
    shift = np.zeros((2, 2), dtype=np.float32)
    np.testing.assert_allclose(loaded(torch.from_numpy(X), torch.from_numpy(shift)).detach(), answers(net, X, shift))


def test_several_inputs(tmp_path: Path) -> None:
    net = Net()
    shift = np.ones((2, 2), dtype=np.float32)
    expected = answers(net, X, shift)
    for number, example in enumerate([(torch.from_numpy(X), torch.from_numpy(shift)), {"shift": shift, "x": X}]):
        saved = runyard_pytorch.save_model(net, tmp_path / str(number), input_example=example)
        assert sorted(saved.signature.inputs.input_names()) == ["shift", "x"]
        assert names(tmp_path / str(number)) == ["data/model.pt2"]
        loaded = pyfunc.load_model(tmp_path / str(number))
        np.testing.assert_allclose(loaded.predict({"shift": shift, "x": X}), expected)
        with pytest.raises(InvalidInput, match="'shift'"):
            loaded.predict({"x": X})


def test_models_that_cannot_be_traced_are_pickled_with_a_warning(tmp_path: Path) -> None:
    class Branching(torch.nn.Module):
        def forward(self, x: Any) -> Any:
            return x if x.sum() > 0 else -x

    with pytest.warns(UserWarning, match=r"Branching is saved as a pickle.*cannot trace"):
        runyard_pytorch.save_model(Branching(), tmp_path / "model", input_example=X)
    assert names(tmp_path / "model") == ["data/model.pth", "data/pickle_module_info.txt"]
    assert (pyfunc.load_model(tmp_path / "model").predict(-X) == X).all()
    with pytest.raises(InvalidInput, match=r"'pt2'.*cannot trace"):
        runyard_pytorch.save_model(Branching(), tmp_path / "other", input_example=X, serialization_format="pt2")
    assert not (tmp_path / "other").exists()


def test_models_of_one_batch_size_are_pickled_with_a_warning(tmp_path: Path) -> None:
    class Fixed(torch.nn.Module):
        def forward(self, x: Any) -> Any:
            return x if x.shape[0] == 2 else -x

    with pytest.warns(UserWarning, match="dimension 0 of x"):
        runyard_pytorch.save_model(Fixed(), tmp_path / "model", input_example=X)
    assert (pyfunc.load_model(tmp_path / "model").predict(X[:1]) == -X[:1]).all()


@pytest.mark.parametrize("options", [{}, {"pickle_module": pickle}, {"serialization_format": "pickle"}])
def test_pickles(tmp_path: Path, linear: Any, options: dict[str, Any]) -> None:
    example = {} if not options else {"input_example": X}
    runyard_pytorch.save_model(linear, tmp_path / "model", **options, **example)
    info = (tmp_path / "model" / "data" / "pickle_module_info.txt").read_text()
    assert info == ("pickle" if "pickle_module" in options else "mlflow.pytorch.pickle_module")
    assert type(runyard_pytorch.load_model(tmp_path / "model")) is torch.nn.Linear
    requirements = (tmp_path / "model" / "requirements.txt").read_text()
    assert ("cloudpickle==" in requirements) == ("pickle_module" not in options)


@pytest.mark.parametrize("make", ["script", "trace"])
def test_scripted_modules_run_no_code(tmp_path: Path, linear: Any, make: str, monkeypatch: pytest.MonkeyPatch) -> None:
    scripted = torch.jit.script(linear) if make == "script" else torch.jit.trace(linear, torch.from_numpy(X))
    runyard_pytorch.save_model(scripted, tmp_path / "model", input_example=X)
    assert names(tmp_path / "model") == ["data/model.pth", "data/pickle_module_info.txt"]
    monkeypatch.setenv("RUNYARD_ALLOW_PICKLE_DESERIALIZATION", "false")
    assert isinstance(runyard_pytorch.load_model(tmp_path / "model"), torch.jit.ScriptModule)
    np.testing.assert_allclose(pyfunc.load_model(tmp_path / "model").predict(X), answers(linear, X))


def test_exported_programs_are_saved_as_they_are(tmp_path: Path, linear: Any) -> None:
    program = torch.export.export(linear, (torch.from_numpy(X),))
    runyard_pytorch.save_model(program, tmp_path / "model")
    np.testing.assert_allclose(pyfunc.load_model(tmp_path / "model").predict(X), answers(linear, X))
    with pytest.raises(InvalidInput, match="exported program"):
        runyard_pytorch.save_model(program, tmp_path / "other", serialization_format="pickle")


def test_options_that_do_not_fit(tmp_path: Path, linear: Any) -> None:
    save = runyard_pytorch.save_model
    with pytest.raises(InvalidInput, match="'onnx'"):
        save(linear, tmp_path / "model", serialization_format="onnx")
    with pytest.raises(InvalidInput, match="needs an input example"):
        save(linear, tmp_path / "model", serialization_format="pt2")
    with pytest.raises(InvalidInput, match="export_model"):
        save(linear, tmp_path / "model", export_model=True, serialization_format="pickle")
    with pytest.raises(InvalidInput, match="scripted"):
        save(torch.jit.script(linear), tmp_path / "model", serialization_format="pt2")
    with pytest.raises(InvalidInput, match="'meta'"):
        save(linear.to("meta"), tmp_path / "model", input_example=X)
    with pytest.raises(InvalidInput, match="pickle_module"):
        save(torch.nn.Linear(1, 1), tmp_path / "model", pickle_module="pickle")
    with pytest.raises(InvalidInput, match="is not a PyTorch module"):
        save({"weight": torch.ones(1)}, tmp_path / "model")
    assert list(tmp_path.iterdir()) == []


def test_extra_files(tmp_path: Path, linear: Any) -> None:
    (tmp_path / "labels.txt").write_text("a\nb")
    saved = runyard_pytorch.save_model(linear, tmp_path / "model", extra_files=[str(tmp_path / "labels.txt")])
    assert saved.flavors["pytorch"]["extra_files"] == [{"path": "extra_files/labels.txt"}]
    assert (tmp_path / "model" / "extra_files" / "labels.txt").read_text() == "a\nb"


# predictions


def test_data_frames(tmp_path: Path, linear: Any) -> None:
    frame = pd.DataFrame(X.astype(np.float64), columns=list("abc"), index=[7, 9])
    runyard_pytorch.save_model(linear, tmp_path / "model", input_example=frame)
    assert names(tmp_path / "model") == ["data/model.pt2"]
    answer = pyfunc.load_model(tmp_path / "model").predict(frame[["c", "a", "b"]])
    assert list(answer.index) == [7, 9]
    np.testing.assert_allclose(answer.to_numpy(), answers(linear, X))


def test_lists_and_arrays_without_a_signature(tmp_path: Path, linear: Any) -> None:
    runyard_pytorch.save_model(linear, tmp_path / "model")
    loaded = pyfunc.load_model(tmp_path / "model")
    for data in (X, X.tolist(), torch.from_numpy(X), X[:, ::-1][:, ::-1], pd.DataFrame(X)):
        np.testing.assert_allclose(np.asarray(loaded.predict(data)), answers(linear, X), rtol=1e-6)
    frozen = X.copy()
    frozen.flags.writeable = False
    np.testing.assert_allclose(loaded.predict(frozen), answers(linear, X))
    assert loaded.get_raw_model().training is False


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (X.astype(np.float64), r"tensor of float64 with the shape \(2, 3\).*Its weights are float32"),
        (X[:, :2], r"shape \(2, 2\)"),
        (pd.DataFrame({"a": ["x"], "b": [1], "c": [2]}), "The columns a are not numbers"),
        ([["x"]], "cannot become a tensor"),
        ([[1, 2], [3]], "cannot become a tensor"),
        ("text", "The input is str"),
        ({"a": X}, "'a': a tensor of float32"),
    ],
    ids=["dtype", "shape", "text column", "text", "ragged", "kind", "name"],
)
def test_wrong_input_is_explained(tmp_path: Path, linear: Any, data: Any, message: str) -> None:
    runyard_pytorch.save_model(linear, tmp_path / "model")
    with pytest.raises(InvalidInput, match=message):
        pyfunc.load_model(tmp_path / "model").predict(data)


def test_params_are_arguments_of_the_module(tmp_path: Path) -> None:
    net = Net()
    shift = np.zeros((2, 2), dtype=np.float32)
    runyard_pytorch.save_model(net, tmp_path / "model", input_example=({"x": X, "shift": shift}, {"scale": 1.0}))
    assert names(tmp_path / "model") == ["data/model.pth", "data/pickle_module_info.txt"]
    loaded = pyfunc.load_model(tmp_path / "model")
    once, twice = (loaded.predict({"x": X, "shift": shift}, {"scale": scale}) for scale in (1.0, 2.0))
    np.testing.assert_allclose(twice, 2 * once)
    runyard_pytorch.save_model(net, tmp_path / "bare")
    with pytest.raises(InvalidInput, match="The device is no param"):
        pyfunc.load_model(tmp_path / "bare")._predictor.predict(X, {"device": "cuda"})


def test_what_modules_return(tmp_path: Path) -> None:
    class Several(torch.nn.Module):
        def forward(self, x: Any) -> Any:
            return {"low": x.to(torch.bfloat16), "pair": (x, x > 2)}

    runyard_pytorch.save_model(Several(), tmp_path / "model")
    answer = pyfunc.load_model(tmp_path / "model").predict(X)
    assert answer["low"].dtype == np.float32
    assert answer["pair"]["output_0"].tolist() == X.tolist()
    assert answer["pair"]["output_1"].tolist() == (X > 2).tolist()


# devices


@pytest.mark.parametrize("form", ["pickle", "pt2"])
def test_devices(tmp_path: Path, linear: Any, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    runyard_pytorch.save_model(linear, tmp_path / "model", input_example=X, serialization_format=form)
    assert next(runyard_pytorch.load_model(tmp_path / "model").parameters()).device.type == "cpu"
    assert next(runyard_pytorch.load_model(tmp_path / "model", device="meta").parameters()).device.type == "meta"
    loaded = pyfunc.load_model(tmp_path / "model", model_config={"device": "meta"})
    assert next(loaded.get_raw_model().parameters()).device.type == "meta"
    monkeypatch.setenv("MLFLOW_DEFAULT_PREDICTION_DEVICE", "meta")
    assert next(pyfunc.load_model(tmp_path / "model").get_raw_model().parameters()).device.type == "meta"
    answer = pyfunc.load_model(tmp_path / "model", model_config={"device": "cpu"}).predict(X)
    np.testing.assert_allclose(answer, answers(linear, X))
    with pytest.raises(InvalidInput, match="no device 'gpu'"):
        runyard_pytorch.load_model(tmp_path / "model", device="gpu")


def test_a_gpu_that_is_not_there(tmp_path: Path, linear: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    runyard_pytorch.save_model(linear, tmp_path / "model")
    with pytest.raises(InvalidInput, match="finds no GPU"):
        runyard_pytorch.load_model(tmp_path / "model", device="cuda")


def test_models_of_a_gpu_load_without_one(tmp_path: Path, linear: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    location = torch.serialization.location_tag
    monkeypatch.setattr(torch.serialization, "location_tag", lambda storage: "cuda:0" if storage else location(storage))
    runyard_pytorch.save_model(linear, tmp_path / "model")
    monkeypatch.undo()
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    np.testing.assert_allclose(answers(runyard_pytorch.load_model(tmp_path / "model"), X), answers(linear, X))


# older layouts


@pytest.mark.parametrize("name", ["mlflow.pytorch.pickle_module", "mlflow_pytorch_pickle_module", "cloudpickle", None])
def test_models_of_older_releases(tmp_path: Path, linear: Any, name: str | None) -> None:
    (tmp_path / "data").mkdir()
    torch.save(linear, tmp_path / "data" / "model.pth", _use_new_zipfile_serialization=False)
    if name:
        (tmp_path / "data" / "pickle_module_info.txt").write_text(name)
    (tmp_path / "MLmodel").write_text(
        "flavors:\n"
        "  python_function: {data: data, env: conda.yaml, loader_module: mlflow.pytorch, python_version: 3.6.9}\n"
        "  pytorch: {model_data: data, pytorch_version: 1.5.1}\n"
        "utc_time_created: '2020-07-01 12:00:00'\n"
    )
    with pytest.warns(PickleWarning, match=r"model\.pth"):
        loaded = pyfunc.load_model(tmp_path)
    np.testing.assert_allclose(loaded.predict(X), answers(linear, X))
    (tmp_path / "data" / "model.pth").rename(tmp_path / "alone.pth")
    (tmp_path / "MLmodel").write_text("flavors:\n  pytorch: {model_data: alone.pth, pytorch_version: 1.0.1}\n")
    if name is None:
        with pytest.warns(PickleWarning):
            assert isinstance(runyard_pytorch.load_model(tmp_path), torch.nn.Linear)


def test_a_pickling_library_that_is_missing(tmp_path: Path, linear: Any) -> None:
    runyard_pytorch.save_model(linear, tmp_path / "model")
    (tmp_path / "model" / "data" / "pickle_module_info.txt").write_text("library_of_nobody")
    forget_digests(tmp_path / "model")
    with pytest.raises(NotSupported, match="library_of_nobody"):
        runyard_pytorch.load_model(tmp_path / "model")
    assert isinstance(runyard_pytorch.load_model(tmp_path / "model", pickle_module=pickle), torch.nn.Linear)


# damage and consent


def forget_digests(folder: Path) -> None:
    model = MLModel.load(folder)
    model.digests = None
    model.save(folder / "MLmodel")


@pytest.mark.parametrize("form", ["pickle", "pt2", "scripted"])
@pytest.mark.parametrize("keep", [0, 0.5, 0.95])
def test_torn_files_are_named(tmp_path: Path, linear: Any, form: str, keep: float) -> None:
    if form == "scripted":
        runyard_pytorch.save_model(torch.jit.script(linear), tmp_path / "model")
    else:
        runyard_pytorch.save_model(linear, tmp_path / "model", input_example=X, serialization_format=form)
    (file,) = (tmp_path / "model" / "data").glob("model.*")
    file.write_bytes(file.read_bytes()[: int(keep * file.stat().st_size)])
    with pytest.raises(DataDamaged, match=file.name):
        runyard_pytorch.load_model(tmp_path / "model")
    forget_digests(tmp_path / "model")
    with pytest.raises(DataDamaged, match=file.name):
        runyard_pytorch.load_model(tmp_path / "model")
    file.unlink()
    with pytest.raises(DataDamaged, match=file.name):
        runyard_pytorch.load_model(tmp_path / "model")


def test_pickles_from_elsewhere_are_announced(tmp_path: Path, linear: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    runyard_pytorch.save_model(linear, tmp_path / "model")
    (tmp_path / "model").rename(tmp_path / "moved")
    with pytest.warns(PickleWarning, match=r"model\.pth"):
        runyard_pytorch.load_model(tmp_path / "moved")
    with pytest.raises(InvalidInput, match="weights_only"):
        runyard_pytorch.load_model(tmp_path / "moved", weights_only=True)
    monkeypatch.setenv("RUNYARD_ALLOW_PICKLE_DESERIALIZATION", "false")
    with pytest.raises(PermissionDenied, match=r"model\.pth"):
        runyard_pytorch.load_model(tmp_path / "moved")


class Evil:
    """Runs code when it is unpickled."""

    def __reduce__(self) -> Any:
        return builtins.exec, ("raise SystemExit('code of a stranger has run')",)


@pytest.mark.parametrize("part", ["data/sample_inputs/model.pt", "data/weights/weight_0", "data/constants/more.pt"])
def test_pickles_inside_of_exported_programs_are_found(
    tmp_path: Path, linear: Any, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    runyard_pytorch.save_model(linear, tmp_path / "model", input_example=X)
    file = tmp_path / "model" / "data" / "model.pt2"
    torch.save(Evil(), tmp_path / "evil.pt")
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(tmp_path / "new.pt2", "w") as target:
        root = source.namelist()[0].partition("/")[0]
        for name in source.namelist():
            data = source.read(name)
            if part == "data/weights/weight_0" and name.endswith("model_weights_config.json"):
                data = data.replace(b'"use_pickle": false', b'"use_pickle": true')
            if name != f"{root}/{part}":
                target.writestr(name, data)
        target.write(tmp_path / "evil.pt", f"{root}/{part}")
    shutil.copyfile(tmp_path / "new.pt2", file)
    forget_digests(tmp_path / "model")
    monkeypatch.setenv("RUNYARD_ALLOW_PICKLE_DESERIALIZATION", "false")
    with pytest.raises(PermissionDenied, match=part.rpartition("/")[2][:7]):
        runyard_pytorch.load_model(tmp_path / "model")


def test_exported_programs_need_no_consent(tmp_path: Path, linear: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    runyard_pytorch.save_model(linear, tmp_path / "model", input_example=X)
    (tmp_path / "model").rename(tmp_path / "moved")
    monkeypatch.setenv("RUNYARD_ALLOW_PICKLE_DESERIALIZATION", "false")
    np.testing.assert_allclose(pyfunc.load_model(tmp_path / "moved").predict(X), answers(linear, X))
