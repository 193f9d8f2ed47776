"""Logs one metric and is gone: the whole process is measured."""

from __future__ import annotations

import os

from stopwatch import system

mlflow, _, _ = system()
mlflow.log_metric("m", 1.0)
os._exit(0)
