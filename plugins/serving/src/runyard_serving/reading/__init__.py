"""Bodies of requests: from bytes to what a model is given."""

from __future__ import annotations

from runyard_serving.reading.reader import Question, Reader

__all__ = ["Question", "Reader"]
