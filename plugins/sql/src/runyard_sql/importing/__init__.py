"""``runyard db import``: what an MLflow database holds becomes ours.

`source` reads MLflow's tables, `plan` finds out what is missing in the target, `moving` brings it over.
"""
