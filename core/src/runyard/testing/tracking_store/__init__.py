"""The contract suite of a tracking store."""

from __future__ import annotations

from runyard.testing.tracking_store.batches import BatchClauses
from runyard.testing.tracking_store.experiments import ExperimentClauses
from runyard.testing.tracking_store.inputs import InputClauses
from runyard.testing.tracking_store.logged_models import LoggedModelClauses
from runyard.testing.tracking_store.runs import RunClauses
from runyard.testing.tracking_store.search import RunSearchClauses
from runyard.testing.tracking_store.series import SeriesClauses
from runyard.testing.tracking_store.sharing import SharingClauses
from runyard.testing.tracking_store.tables import TableClauses
from runyard.testing.tracking_store.trash import TrashClauses
from runyard.testing.tracking_store.values import ValueClauses


class TrackingStoreContract(
    ExperimentClauses,
    RunClauses,
    BatchClauses,
    ValueClauses,
    SeriesClauses,
    RunSearchClauses,
    TableClauses,
    InputClauses,
    LoggedModelClauses,
    TrashClauses,
    SharingClauses,
):
    """What every tracking store does.

    A suite defines the fixture `store`, which returns a store that is fresh and empty, and sets what its store cannot
    do to `False` (the attributes of `runyard.testing.tracking_store.base.StoreClauses`):

        class TestMyStore(TrackingStoreContract):
            @pytest.fixture
            def store(self, tmp_path):
                return MyStore(StoreURI.parse(f"mine://{tmp_path}"))
    """
