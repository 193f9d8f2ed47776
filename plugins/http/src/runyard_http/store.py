"""The tracking store on a server."""

from __future__ import annotations

from runyard_http.experiments import HttpExperiments
from runyard_http.logged_models import HttpLoggedModels
from runyard_http.recording import HttpRecording
from runyard_http.runs import HttpRuns
from runyard_http.tables import HttpTables

__all__ = ["HttpStore"]


class HttpStore(HttpExperiments, HttpRuns, HttpTables, HttpRecording, HttpLoggedModels):
    """Keeps experiments, runs and logged models on a tracking server, of ours or a stock MLflow server.

    What the server does not answer is asked again, for about two minutes. That is left out where it could be done
    twice: a run, a logged model or a model version is made once, or it is not known whether it was made, and then
    `Unavailable` is raised.
    """
