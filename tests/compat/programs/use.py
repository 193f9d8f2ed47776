"""Uses a server as programs do: `use.py SYSTEM FOLDER SERVER NAME`; prints what was done, seen and not offered as JSON.

The system is ``mlflow`` or ``runyard``. Everything that is made is called NAME..., so that several can use one server.
Steps for which the system, which may be an old release, has no methods are left out.
"""

from __future__ import annotations

import importlib
import json
import sys

from using.session import STEPS, Session

for module in (
    "experiments",
    "runs",
    "recording",
    "inputs",
    "searches",
    "artifacts",
    "pictures",
    "logged_models",
    "registry",
    "versions",
    "prompts",
    "fluent",
    "training",
    "others",
):
    importlib.import_module(f"using.{module}")

system, folder, server, name = sys.argv[1:]
session = Session(system, folder, server, name)
for step in STEPS:
    session.take(step)
print(json.dumps(session.report()))
