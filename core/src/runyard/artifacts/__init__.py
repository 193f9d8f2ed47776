"""Artifacts: paths, repositories and transfers."""
