from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from runyard.models.flavor import Flavor
from runyard.testing import FlavorContract
from runyard_pytorch.examples import Example

torch = pytest.importorskip("torch", reason="runyard-pytorch saves models of PyTorch, which is not installed here")


class PytorchContract(FlavorContract):
    library = "torch"

    @pytest.fixture
    def flavor(self) -> Flavor:
        from runyard_pytorch.flavor import PytorchFlavor

        return PytorchFlavor()

    @pytest.fixture
    def data(self) -> Any:
        return np.array([[1.0, 2.0], [3.0, 5.0], [2.0, 1.0]], dtype=np.float32)

    @pytest.fixture
    def model(self) -> Any:
        torch.manual_seed(0)
        return torch.nn.Sequential(torch.nn.Linear(2, 4), torch.nn.ReLU(), torch.nn.Linear(4, 1)).eval()

    @pytest.fixture
    def expected(self, model: Any, data: Any) -> Any:
        return model(torch.from_numpy(data)).detach().numpy()


class TestPickle(PytorchContract):
    data_only = False


class TestExported(PytorchContract):
    keeps_class = False

    @pytest.fixture
    def options(self, model: Any, data: Any) -> dict[str, Any]:
        return {"serialization_format": "pt2", "example": Example(data[:1], model)}


@pytest.mark.filterwarnings("ignore:.torch.jit:DeprecationWarning")
class TestScripted(PytorchContract):
    keeps_class = False

    @pytest.fixture
    def model(self, data: Any) -> Any:
        torch.manual_seed(0)
        return torch.jit.script(torch.nn.Sequential(torch.nn.Linear(2, 4), torch.nn.ReLU()).eval())


class TestProgram(PytorchContract):
    keeps_class = False

    @pytest.fixture
    def model(self, data: Any) -> Any:
        torch.manual_seed(0)
        batch = {0: torch.export.Dim.AUTO}
        return torch.export.export(torch.nn.Linear(2, 3), (torch.from_numpy(data),), dynamic_shapes=(batch,))

    @pytest.fixture
    def expected(self, model: Any, data: Any) -> Any:
        return model.module()(torch.from_numpy(data)).detach().numpy()
