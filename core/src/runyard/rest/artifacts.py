"""Artifacts on the wire: all that is JSON about them; the bytes themselves are the bodies of requests and replies."""

from __future__ import annotations

import msgspec

from runyard.artifacts.repository import SignedRequest
from runyard.entities import FileInfo
from runyard.rest.access import PUBLIC, Action, Permission, Resource
from runyard.rest.message import Empty, Int64, Message, Required
from runyard.rest.route import AnyRoute, Route
from runyard.rest.runs import RunReference
from runyard.uris import ArtifactPath

READ, WRITE, DELETE = (Permission(Resource.ARTIFACT, action) for action in Action)

DAY = 24 * 3600
MOST_SECONDS = 7 * DAY
"""How long a signed request may be good for: what stores of clouds allow."""


class FileMessage(Message):
    """A file or a folder."""

    path: str
    is_dir: bool
    file_size: Int64 | None = None

    @classmethod
    def of(cls, info: FileInfo) -> FileMessage:
        """Return an entry of a listing as it is sent."""
        return cls(path=info.path, is_dir=info.is_dir, file_size=info.file_size)

    def below(self, folder: ArtifactPath) -> FileInfo:
        """Return the entry of the listing of a folder, whose path was sent as a name only.

        Raises:
            InvalidInput: The name is no name.
        """
        return FileInfo(str(folder / self.path), self.is_dir, None if self.is_dir else self.file_size or 0)


class ListFiles(Message):
    """Which folder, below the root of what goes through the server."""

    path: str = ""


class ListFilesReply(Message):
    """What is in a folder; paths are names."""

    files: list[FileMessage] = []


class ListRunFiles(RunReference):
    """Which folder of a run."""

    path: str = ""
    page_token: str = ""


class ListModelFiles(Message):
    """Which folder of a logged model."""

    model_id: Required
    artifact_directory_path: str = ""


class ListOwnedReply(Message):
    """What is in a folder of a run or a logged model; paths begin at its root."""

    root_uri: str = ""
    files: list[FileMessage] = []


class ListVersionFiles(Message):
    """Which folder of a model version."""

    name: Required
    version: Required
    path: str = ""


class GetRunFile(RunReference, kw_only=True):
    """Which file of a run, or of a model that it made.

    Attributes:
        path: Its path.
        sandboxed: Send a file of HTML as a document that a browser shows in a frame; nothing in it is run or loaded.
    """

    path: Required
    sandboxed: bool = False


class GetVersionFile(Message):
    """Which file of a model version; `GetRunFile` says what `sandboxed` is."""

    name: Required
    version: Required
    path: Required
    sandboxed: bool = False


class GetModelFile(Message):
    """Which file of a logged model; `GetRunFile` says what `sandboxed` is."""

    model_id: Required
    artifact_file_path: Required
    sandboxed: bool = False


class CreateUpload(Message):
    """A file that shall be sent in parts.

    Attributes:
        path: Its name; of a longer path, the last part.
        folder: The folder that it goes to.
        num_parts: How many parts there will be.
        part_size: The bytes of each part but the last, which may be shorter; where it is not told, the first part that
            comes says it.
        resume_key: What tells the contents of the file from others: an upload that was begun with the same key, and
            did not come to its end, is the one that goes on. Without a key there is a new one.
    """

    path: Required
    folder: str = ""
    num_parts: Int64 = 1
    part_size: Int64 = 0
    resume_key: str = ""


class PartCredential(Message):
    """How a part is sent: with ``PUT``, and with these headers."""

    url: str
    part_number: Int64
    headers: dict[str, str] = {}


class CreateUploadReply(Message):
    """An upload that was begun, or goes on."""

    upload_id: str
    credentials: list[PartCredential] = []


class Part(Message):
    """A part that was sent; its ETag is what the reply to it said."""

    part_number: Int64
    etag: str
    url: str = ""


class CompleteUpload(Message):
    """An upload whose parts are all there."""

    path: Required
    upload_id: Required
    folder: str = ""
    parts: list[Part] = []


class AbortUpload(Message):
    """An upload that is given up."""

    path: Required
    upload_id: Required
    folder: str = ""


class PartsReply(Message):
    """The parts that are there; the ETag of each is its SHA-256 in hexadecimal."""

    parts: list[Part] = []


class FilePath(Message):
    """Which file, below the root of what goes through the server."""

    path: Required


class SignedReply(Message):
    """A request that carries its own permission."""

    url: str
    headers: dict[str, str] = {}
    file_size: Int64 | None = None
    method: str = "GET"

    @classmethod
    def of(cls, request: SignedRequest, size: int | None = None) -> SignedReply:
        """Return a signed request as it is sent."""
        return cls(url=request.url, headers=dict(request.headers), file_size=size, method=request.method)

    def entity(self) -> SignedRequest:
        """Return the request that was sent."""
        return SignedRequest(self.method, self.url, self.headers)


class PresignUpload(Message):
    """A file of a run or of a logged model that somebody wants to store themselves."""

    path: Required
    run_id: str = ""
    model_id: str = ""
    expiration: Int64 = 900


class PresignDownload(Message):
    """A file of a run that somebody wants to fetch themselves."""

    run_id: Required
    path: Required
    expiration: Int64 = 300


class PresignReply(Message):
    """A request that carries its own permission."""

    presigned_url: str
    headers: dict[str, str] = {}
    file_size: Int64 | None = None


class ServerInfo(Message, omit_defaults=False):
    """What a server can do. The first fields are MLflow's; the last ones are there on servers of ours only.

    Attributes:
        store_type: ``SqlStore`` or ``FileStore``.
        digests_verified: It checks ``Content-Digest`` headers of what it is sent.
        uploads_resumable: It says which parts of an upload are there, and finds one by a key.
        uploads_signed: It sends whoever stores a file straight to the store.
    """

    store_type: str | None = None
    workspaces_enabled: bool = False
    trace_archival_enabled: bool = False
    multipart_uploads_enabled: bool = False
    multipart_downloads_enabled: bool = False
    presigned_upload_run_id_supported: bool = True
    presigned_upload_model_id_supported: bool = True
    features_enabled: dict[str, bool] = msgspec.field(default_factory=lambda: {"gateway": False})
    digests_verified: bool = False
    uploads_resumable: bool = False
    uploads_signed: bool = False


LIST = Route(
    method="GET",
    path="/mlflow-artifacts/artifacts",
    request=ListFiles,
    reply=ListFilesReply,
    permission=READ,
    summary="List a folder of the artifacts that go through the server.",
)
LIST_OF_RUN = Route(
    method="GET",
    path="/mlflow/artifacts/list",
    request=ListRunFiles,
    reply=ListOwnedReply,
    permission=READ,
    summary="List a folder of the artifacts of a run.",
)
LIST_OF_MODEL = Route(
    method="GET",
    path="/mlflow/logged-models/{model_id}/artifacts/directories",
    request=ListModelFiles,
    reply=ListOwnedReply,
    permission=READ,
    summary="List a folder of the artifacts of a logged model.",
)
LIST_OF_VERSION = Route(
    method="GET",
    path="/runyard/model-versions/artifacts",
    request=ListVersionFiles,
    reply=ListOwnedReply,
    permission=READ,
    summary="List a folder of the files of a model version.",
)
PRESIGN_UPLOAD = Route(
    method="POST",
    path="/mlflow/artifacts/presigned-upload-url",
    request=PresignUpload,
    reply=PresignReply,
    permission=WRITE,
    summary="Sign a request that stores a file of a run or of a logged model.",
)
PRESIGN_DOWNLOAD = Route(
    method="POST",
    path="/mlflow/artifacts/presigned-download-url",
    request=PresignDownload,
    reply=PresignReply,
    permission=READ,
    summary="Sign a request that fetches a file of a run.",
)
SERVER_INFO = Route(
    method="GET",
    path="/mlflow/server-info",
    request=Empty,
    reply=ServerInfo,
    permission=PUBLIC,
    summary="Say what the server can do.",
    version="3.0",
)

ROUTES: tuple[AnyRoute, ...] = (
    LIST,
    LIST_OF_RUN,
    LIST_OF_MODEL,
    LIST_OF_VERSION,
    PRESIGN_UPLOAD,
    PRESIGN_DOWNLOAD,
    SERVER_INFO,
)

# Those whose paths end with the path of a file; `{name:path}` is all that follows.

CREATE_UPLOAD = Route(
    method="POST",
    path="/mlflow-artifacts/mpu/create/{folder:path}",
    request=CreateUpload,
    reply=CreateUploadReply,
    permission=WRITE,
    summary="Begin to send a file in parts.",
)
COMPLETE_UPLOAD = Route(
    method="POST",
    path="/mlflow-artifacts/mpu/complete/{folder:path}",
    request=CompleteUpload,
    reply=Empty,
    permission=WRITE,
    summary="Make a file of its parts.",
)
ABORT_UPLOAD = Route(
    method="POST",
    path="/mlflow-artifacts/mpu/abort/{folder:path}",
    request=AbortUpload,
    reply=Empty,
    permission=WRITE,
    summary="Give up sending a file in parts.",
)
SIGN_DOWNLOAD = Route(
    method="GET",
    path="/mlflow-artifacts/presigned/{path:path}",
    request=FilePath,
    reply=SignedReply,
    permission=READ,
    summary="Sign a request that fetches a file from where it is.",
)
SIGN_UPLOAD = Route(
    method="POST",
    path="/runyard/artifacts/sign-upload/{path:path}",
    request=FilePath,
    reply=SignedReply,
    permission=WRITE,
    summary="Sign a request that stores a file where it shall be.",
)

TAILED: tuple[AnyRoute, ...] = (CREATE_UPLOAD, COMPLETE_UPLOAD, ABORT_UPLOAD, SIGN_DOWNLOAD, SIGN_UPLOAD)
