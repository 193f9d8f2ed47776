"""Asks a server everything, rightly and wrongly: `ask.py SYSTEM FOLDER SERVER`; prints the answers as JSON by question.

It knows HTTP only; the system is whose server it is, and nothing but a word.
"""

from __future__ import annotations

import importlib
import json
import sys

from asking.questions import Asker

SUBJECTS = (
    "experiments",
    "runs",
    "recording",
    "histories",
    "registered_models",
    "model_versions",
    "logged_models",
    "artifacts",
    "probes",
)

_, _, server = sys.argv[1:]
asker = Asker(server)
for subject in SUBJECTS:
    asker.ask(subject, importlib.import_module(f"asking.{subject}").questions())
print(json.dumps(asker.answers))
