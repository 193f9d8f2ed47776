from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import make_column_transformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from runyard.models.flavor import Flavor
from runyard.testing import FlavorContract, PluginContract
from runyard_sklearn.flavor import SklearnFlavor


class TestPlugin(PluginContract):
    entry_point = "sklearn"


class SklearnContract(FlavorContract):
    library = "sklearn"

    @pytest.fixture
    def flavor(self) -> Flavor:
        return SklearnFlavor()

    @pytest.fixture
    def data(self) -> Any:
        return np.array([[1.0, 2.0], [3.0, 5.0], [2.0, 1.0]])

    @pytest.fixture
    def model(self, data: Any) -> Any:
        return make_pipeline(StandardScaler(), LinearRegression()).fit(data, [1.0, 2.0, 3.0])

    @pytest.fixture
    def expected(self, model: Any, data: Any) -> Any:
        return model.predict(data)


class TestChosenFormat(SklearnContract):
    pass


class TestColumns(SklearnContract):
    @pytest.fixture
    def data(self) -> Any:
        return pd.DataFrame({"size": [1.0, 2.0, 4.0], "kind": ["a", "b", "a"], "count": [3, 1, 2]})

    @pytest.fixture
    def model(self, data: Any) -> Any:
        encode = make_column_transformer((OneHotEncoder(), ["kind"]), remainder=StandardScaler())
        return make_pipeline(encode, LinearRegression()).fit(data, [1.0, 2.0, 3.0])


class TestScaler(SklearnContract):
    predicts = False

    @pytest.fixture
    def model(self, data: Any) -> Any:
        return StandardScaler().fit(data)

    @pytest.fixture
    def expected(self) -> Any:
        return None


class TestForest(SklearnContract):
    @pytest.fixture
    def model(self, data: Any) -> Any:
        return RandomForestClassifier(3, random_state=1).fit(data, [0, 1, 1])


class TestCloudpickle(SklearnContract):
    data_only = False

    @pytest.fixture
    def options(self) -> dict[str, Any]:
        return {"serialization_format": "cloudpickle"}


class TestPickle(SklearnContract):
    data_only = False

    @pytest.fixture
    def options(self) -> dict[str, Any]:
        return {"serialization_format": "pickle"}


class TestProbabilities(SklearnContract):
    @pytest.fixture
    def options(self) -> dict[str, Any]:
        return {"pyfunc_predict_fn": "predict_proba"}

    @pytest.fixture
    def model(self, data: Any) -> Any:
        return RandomForestClassifier(3, random_state=1).fit(data, [0, 1, 1])

    @pytest.fixture
    def expected(self, model: Any, data: Any) -> Any:
        return model.predict_proba(data)
