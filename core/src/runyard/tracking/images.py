"""Images: arrays and PIL images as pictures, and the names of pictures that belong to steps."""

from __future__ import annotations

import os
import re
import sys
import uuid
import warnings
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from runyard import config
from runyard.entities import RunTag
from runyard.errors import InvalidInput, PluginMissing
from runyard.tracking.content import staged
from runyard.tracking.recording import now
from runyard.tracking.requests import RunBatch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from PIL.Image import Image as Picture

    from runyard.artifacts.repository import ArtifactRepository
    from runyard.tracking.background import RunOperations
    from runyard.tracking.store import TrackingStore

LOGGED_IMAGES = "mlflow.loggedImages"
MAX_PREVIEW = 256
"""The longer side of a preview in pixels."""

_KEY = re.compile(r"[\w\-./ ]+")


class Image:
    """A picture for `log_image` and for the columns of `log_table`.

    Args:
        image: An array of pixels (``(H, W)`` or ``(H, W, 1 or 3 or 4)``; booleans, integers from 0 to 255, floats from
            0 to 1), nested lists of them, a PIL image, or the path of an image file.

    Raises:
        InvalidInput: It is none of those.
        PluginMissing: Pillow is not installed.
    """

    def __init__(self, image: Any) -> None:
        self._picture = as_picture(image)

    def to_pil(self) -> Picture:
        """Return it as a PIL image."""
        return self._picture

    def to_array(self) -> NDArray[Any]:
        """Return its pixels as an array."""
        import numpy

        return numpy.array(self._picture)

    def to_list(self) -> list[Any]:
        """Return its pixels as nested lists."""
        pixels: list[Any] = self.to_array().tolist()
        return pixels

    def resize(self, size: tuple[int, int]) -> Image:
        """Return it in another size, width and height in pixels."""
        return Image(self._picture.resize(size))

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write it to a file, in the format that the name ends in."""
        self._picture.save(path)


def as_picture(image: Any) -> Picture:
    """Return anything that `Image` takes as a PIL image."""
    try:
        import PIL.Image
    except ModuleNotFoundError as error:
        raise PluginMissing("Images need Pillow. Install it: pip install pillow") from error
    if isinstance(image, Image):
        return image.to_pil()
    picture: Picture
    if isinstance(image, PIL.Image.Image):
        picture = image
        return picture
    if isinstance(image, (str, os.PathLike)):
        with PIL.Image.open(image) as opened:
            picture = opened.copy()
        return picture
    numpy: Any = sys.modules.get("numpy")
    if isinstance(image, list):
        numpy = import_module("numpy")
        image = numpy.array(image)
    if numpy is not None and isinstance(image, numpy.ndarray):
        picture = PIL.Image.fromarray(_pixels(image))
        return picture
    raise InvalidInput(f"{type(image).__name__} is no image; use a NumPy array, a PIL image or runyard.Image.")


def _pixels(array: NDArray[Any]) -> NDArray[Any]:
    """Return an array of 8-bit pixels of a shape that PIL knows."""
    import numpy

    if array.ndim not in (2, 3) or (array.ndim == 3 and array.shape[2] not in (1, 3, 4)):
        raise InvalidInput(f"An image has the shape (H, W) or (H, W, 1 or 3 or 4), not {array.shape}.")
    if array.size == 0:
        raise InvalidInput(f"An image of the shape {array.shape} has no pixels.")
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[:, :, 0]
    kind = array.dtype.kind
    if kind == "b":
        return numpy.where(array, 255, 0).astype(numpy.uint8)
    if kind not in "iuf":
        raise InvalidInput(f"An image holds booleans, integers or floats, not {array.dtype}.")
    if kind == "f":
        array = numpy.nan_to_num(array.astype(numpy.float64), nan=0.0)
    low, high = array.min(), array.max()
    if kind == "f":
        if low < 0 or high > 1:
            warnings.warn(
                f"The floats of an image go from {low:g} to {high:g}; they are scaled to 0 to 1.", stacklevel=4
            )
            array = (array - low) / ((high - low) or 1)
        return (array * 255).astype(numpy.uint8)
    if low < 0 or high > 255:
        raise InvalidInput(f"The integers of an image go from {low} to {high}; they must be from 0 to 255.")
    return array.astype(numpy.uint8)


class Target(NamedTuple):
    """A run to store images in.

    Attributes:
        store: Where the run is.
        run_id: Its id.
        repository: Its artifacts.
    """

    store: TrackingStore
    run_id: str
    repository: ArtifactRepository


def log_image(
    target: Target,
    image: Any,
    artifact_file: str | None,
    key: str | None,
    step: int | None,
    timestamp: int | None,
    synchronous: bool | None,
) -> RunOperations | None:
    """Store an image as one file, or with a preview as one of a series of steps; see the client's `log_image`."""
    if (artifact_file is None) == (key is None):
        raise InvalidInput("Give exactly one of artifact_file (a single image) and key (a series of steps).")
    if artifact_file is not None:
        if step is not None or timestamp is not None:
            raise InvalidInput("A step and a timestamp belong to a series: give a key instead of artifact_file.")
        store_picture(target.repository, as_picture(image), [artifact_file])
        return None
    name = stepped_name(key or "", step, timestamp)
    picture = as_picture(image)
    mark = RunBatch.checked(target.run_id, tags=[RunTag(LOGGED_IMAGES, "True")])

    def work() -> None:
        store_picture(target.repository, picture, [f"{name}.png", f"{name}+compressed.webp"])
        target.store.log_batch(mark)

    if synchronous or (synchronous is None and not config.ENABLE_ASYNC_LOGGING.get()):
        work()
        return None
    from runyard.tracking.background import files

    if picture is image:  # the caller may go on drawing on it
        picture = picture.copy()
    return files.submit(target.run_id, work)


def stepped_name(key: str, step: int | None = None, timestamp: int | None = None) -> str:
    """Return the path, without an ending, of a picture that belongs to a step.

    Args:
        key: What it shows; letters, digits, blanks and ``_ - . /``.
        step: The step; 0 when absent.
        timestamp: Milliseconds since 1970 UTC; now when absent.

    Raises:
        InvalidInput: The key, step or timestamp is not valid.
    """
    from runyard.entities import limits

    if not _KEY.fullmatch(key):
        raise InvalidInput(f"Invalid image key {key!r}: use letters, digits, blanks and '_', '-', '.', '/'.")
    number = limits.check_step(0 if step is None else step)
    when = limits.check_timestamp(now() if timestamp is None else timestamp, "image")
    return f"images/{key.replace('/', '~')}+step+{number}+timestamp+{when}+{uuid.uuid4()}"


def store_picture(repository: ArtifactRepository, picture: Picture, artifact_files: Sequence[str]) -> None:
    """Store a picture in the format that each name ends in; one that ends in ``.webp`` is a small preview.

    Raises:
        InvalidInput: PIL knows no such ending, or cannot write such a picture in that format.
    """
    for artifact_file in artifact_files:
        shown = picture
        if artifact_file.endswith(".webp") and len(artifact_files) > 1:
            shown = picture.copy()
            shown.thumbnail((MAX_PREVIEW, MAX_PREVIEW))
        with staged(repository, artifact_file) as path:
            try:
                shown.save(path)
            except (ValueError, OSError, KeyError) as error:
                raise InvalidInput(f"The image cannot be stored as {artifact_file!r}: {error}.") from error
