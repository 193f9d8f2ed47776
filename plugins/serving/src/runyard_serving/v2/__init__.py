"""The V2 inference protocol: tensors of requests and replies, to and from what models take and give.

Nothing here depends on a server that speaks it; a server turns its own types into `Tensor` and back.
"""

from __future__ import annotations

from runyard_serving.v2.metadata import describe
from runyard_serving.v2.replies import write_reply
from runyard_serving.v2.requests import RequestReader
from runyard_serving.v2.tensors import Description, Tensor

__all__ = ["Description", "RequestReader", "Tensor", "describe", "write_reply"]
