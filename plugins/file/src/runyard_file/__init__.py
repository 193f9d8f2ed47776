"""Runs, registered models and artifacts in plain folders, in the ``mlruns`` layout."""
