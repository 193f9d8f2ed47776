"""The settings of this distribution."""

from __future__ import annotations

from runyard.config import Setting, boolean, natural, positive

__all__ = [
    "ENABLE_PROXY_MULTIPART_UPLOAD",
    "HTTP_REQUEST_BACKOFF_FACTOR",
    "HTTP_REQUEST_BACKOFF_JITTER",
    "HTTP_REQUEST_MAX_RETRIES",
    "HTTP_REQUEST_TIMEOUT",
    "MULTIPART_UPLOAD_CHUNK_SIZE",
    "MULTIPART_UPLOAD_MINIMUM_FILE_SIZE",
    "TRACKING_AUTH",
    "TRACKING_CLIENT_CERT_PATH",
    "TRACKING_INSECURE_TLS",
    "TRACKING_PASSWORD",
    "TRACKING_SERVER_CERT_PATH",
    "TRACKING_TOKEN",
    "TRACKING_USERNAME",
]


def seconds(text: str) -> float:
    """Parse a number of seconds, 0 or more; raise `ValueError` otherwise."""
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number < 1e9:
        raise ValueError("expected a number of seconds, 0 or more")
    return number


TRACKING_USERNAME: Setting[str | None] = Setting(
    "TRACKING_USERNAME", str, None, "The user that a tracking server is told.", compatible=True
)
TRACKING_PASSWORD: Setting[str | None] = Setting(
    "TRACKING_PASSWORD", str, None, "The password of that user.", compatible=True
)
TRACKING_TOKEN: Setting[str | None] = Setting(
    "TRACKING_TOKEN", str, None, "The bearer token that a tracking server is sent where no user is.", compatible=True
)
TRACKING_AUTH: Setting[str | None] = Setting(
    "TRACKING_AUTH", str, None, "The plugin that signs requests to a tracking server, by its name.", compatible=True
)
TRACKING_INSECURE_TLS: Setting[bool] = Setting(
    "TRACKING_INSECURE_TLS", boolean, False, "Believe a tracking server without a valid certificate.", compatible=True
)
TRACKING_SERVER_CERT_PATH: Setting[str | None] = Setting(
    "TRACKING_SERVER_CERT_PATH",
    str,
    None,
    "The file or folder of the certificates by which a tracking server is believed.",
    compatible=True,
)
TRACKING_CLIENT_CERT_PATH: Setting[str | None] = Setting(
    "TRACKING_CLIENT_CERT_PATH",
    str,
    None,
    "The file of the certificate and the key that a tracking server is shown.",
    compatible=True,
)
HTTP_REQUEST_TIMEOUT: Setting[float] = Setting(
    "HTTP_REQUEST_TIMEOUT",
    seconds,
    120.0,
    "Seconds that a server may be silent; 0: as long as it likes.",
    compatible=True,
)
HTTP_REQUEST_MAX_RETRIES: Setting[int] = Setting(
    "HTTP_REQUEST_MAX_RETRIES",
    natural,
    15,
    "How often a request that a server did not answer is repeated; with the default for two minutes.",
    compatible=True,
)
HTTP_REQUEST_BACKOFF_FACTOR: Setting[float] = Setting(
    "HTTP_REQUEST_BACKOFF_FACTOR",
    seconds,
    0.5,
    "Seconds between the first repetition and the second; the time doubles with each, up to 10 seconds.",
    compatible=True,
)
HTTP_REQUEST_BACKOFF_JITTER: Setting[float] = Setting(
    "HTTP_REQUEST_BACKOFF_JITTER",
    seconds,
    1.0,
    "Seconds by which these times are prolonged at most, at random, so that many clients do not come at once.",
    compatible=True,
)
ENABLE_PROXY_MULTIPART_UPLOAD: Setting[bool] = Setting(
    "ENABLE_PROXY_MULTIPART_UPLOAD",
    boolean,
    True,
    "Send large files in parts to servers that take them so.",
    compatible=True,
)
MULTIPART_UPLOAD_MINIMUM_FILE_SIZE: Setting[int] = Setting(
    "MULTIPART_UPLOAD_MINIMUM_FILE_SIZE",
    positive,
    128 << 20,
    "The bytes from which on a file is sent in parts.",
    compatible=True,
)
MULTIPART_UPLOAD_CHUNK_SIZE: Setting[int] = Setting(
    "MULTIPART_UPLOAD_CHUNK_SIZE", positive, 16 << 20, "The bytes of a part.", compatible=True
)
