"""The contract suite of a model flavor."""

from __future__ import annotations

from runyard.testing.flavor.files import FileClauses
from runyard.testing.flavor.processes import ProcessClauses
from runyard.testing.flavor.saved_models import SavedModelClauses


class FlavorContract(FileClauses, SavedModelClauses, ProcessClauses):
    """What every model flavor does.

    A suite defines the fixtures `flavor`, `model`, `data` and `expected`, names the library that it wraps, and sets
    what its flavor cannot do to `False` (the attributes of `runyard.testing.flavor.base.FlavorClauses`):

        class TestMyFlavor(FlavorContract):
            library = "mylib"

            @pytest.fixture
            def flavor(self):
                return MyFlavor()

            @pytest.fixture
            def model(self): ...  # a trained model

            @pytest.fixture
            def data(self): ...  # what it predicts for

            @pytest.fixture
            def expected(self, model, data):
                return model.predict(data)
    """
