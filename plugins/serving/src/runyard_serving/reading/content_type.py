"""The content types that are understood."""

from __future__ import annotations

from runyard_serving.refusals import Refused

__all__ = ["CSV", "JSON", "PARQUET", "parse"]

CSV = "text/csv"
JSON = "application/json"
PARQUET = "application/vnd.apache.parquet"

_KNOWN = (JSON, CSV, PARQUET)


def parse(header: bytes) -> str:
    """Return the content type that a header names.

    Raises:
        Refused: It is none that is understood, or has parameters that are not.
    """
    if header == b"application/json":
        return JSON
    text = header.decode("latin-1")
    kind, *parameters = (part.strip() for part in text.split(";"))
    kind = kind.lower()
    if kind not in _KNOWN:
        what = f"The Content-Type {kind[:100]!r} is not understood" if kind else "The request has no Content-Type"
        raise Refused(415, f"{what}. Send one of {', '.join(_KNOWN)}.")
    for parameter in parameters:
        name, _, value = (part.strip() for part in parameter.partition("="))
        if name.lower() == "charset":
            if value.strip('"').lower() not in ("utf-8", "utf8"):
                raise Refused(415, f"The charset {value[:100]!r} is not understood. Send UTF-8.")
        elif name:
            raise Refused(
                415,
                f"The parameter {name[:100]!r} of the Content-Type is not understood. The form of the data is told by "
                "the keys of the body, such as 'dataframe_split'.",
            )
    return kind
