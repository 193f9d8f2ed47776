"""Measurements against the reference system: ``python -m benchmarks`` with ``tests`` on the path."""
