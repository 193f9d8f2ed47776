"""Runs, models and artifacts on a tracking server."""
